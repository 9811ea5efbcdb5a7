"""Evaluation of rankings against partnerships that came about later."""
