"""Features of texts, from which similarities are computed."""
