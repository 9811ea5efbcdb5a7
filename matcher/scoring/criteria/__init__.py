"""Criteria: each scores pairs in [0, 1]; the score of a pair without data is NaN."""
