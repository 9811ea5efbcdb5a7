"""Letters to both sides of chosen pairs."""
