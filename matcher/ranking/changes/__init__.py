"""Changes between two runs."""
