"""Encoders: from texts to unit vectors."""
