"""Read and write the tables: units, nonprofits, partnerships."""
