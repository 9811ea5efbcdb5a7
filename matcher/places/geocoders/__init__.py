"""Geocoders: from addresses to coordinates."""
