"""Choose among pairs: shortlists."""
