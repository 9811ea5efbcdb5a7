"""Weights and settings learned from past partnerships."""
