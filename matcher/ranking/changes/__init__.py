"""Changes of shortlists since a previous run: records, fingerprints of the data, and causes."""
