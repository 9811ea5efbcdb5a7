"""Shortlists: the best candidates of every unit or nonprofit."""
