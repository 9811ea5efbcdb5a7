"""Texts: cleaning, encoders, features, similarity, and the passages that explain it."""
