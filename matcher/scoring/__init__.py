"""Scores of pairs: the data of a run, criteria, eligibility, the scorer and its explanations."""
