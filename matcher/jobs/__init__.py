"""The jobs behind the commands: read, check, compute, write. No terminal here, and no arithmetic on scores."""
