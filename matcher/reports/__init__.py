"""What people see, made from explanation records."""
