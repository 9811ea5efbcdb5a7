"""Evaluation of rankings, learning of settings, and outcomes of partnerships."""
