"""Hold rankings against partnerships that came about."""
