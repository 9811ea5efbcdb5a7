"""Reasons and plans as sentences."""
