"""Texts: cleaning, encoders, similarity."""
