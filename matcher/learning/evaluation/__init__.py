"""Evaluation of rankings on partnerships that they have not seen."""
