"""Outcomes as tables and files."""
