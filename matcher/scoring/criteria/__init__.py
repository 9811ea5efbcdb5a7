"""Criteria: each scores pairs in [0, 1] or says that a pair is unknown."""
