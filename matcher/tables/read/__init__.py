"""Read tables from files and frames, with every problem in them."""
