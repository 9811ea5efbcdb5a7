"""Similarity of texts, and its score relative to the pool."""
