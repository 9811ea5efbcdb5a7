"""Similarity of texts, and its score against the pool."""
