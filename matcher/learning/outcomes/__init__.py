"""Outcomes of partnerships."""
