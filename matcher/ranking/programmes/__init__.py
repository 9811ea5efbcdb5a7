"""Programmes: central, decentral and combined plans."""
