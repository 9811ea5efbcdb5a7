"""The commands, each a few lines over a job."""
