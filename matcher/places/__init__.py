"""Where rows are: gazetteer, geocoding, distance."""
