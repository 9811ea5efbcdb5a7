"""Where people live, thinned out: a quiet backdrop for a map, made of the gazetteer's places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.places.distance import FloatArray
from matcher.places.gazetteer import gazetteer_of

_CELLS_ACROSS = 80
"""Cells along the longer side of the map; a point a cell is what a reader needs to see land and sea."""
_MARGIN = 0.08


@dataclass(frozen=True)
class Outline:
    """Inhabited places on a grid.

    Attributes
    ----------
    coordinates : list of [longitude, latitude]
        Degrees, rounded; west to east within rows from south to north.
    radius_px : float
        Radius of a dot that makes neighbours touch, on a map of about 680 pixels.
    """

    coordinates: list[list[float]]
    radius_px: float


def inhabited(latitude: FloatArray, longitude: FloatArray, countries: frozenset[str]) -> Outline:
    """Return inhabited places in some countries, in the box around some points and a margin.

    Parameters
    ----------
    latitude, longitude : ndarray of shape (n,)
        Degrees; NaN where unknown.
    countries : frozenset of str
        ISO 3166 alpha-2; one that the gazetteer does not have gives no places.

    Examples
    --------
    >>> import numpy as np
    >>> outline = inhabited(np.array([52.0, 53.0]), np.array([4.5, 6.0]), frozenset({"NL"}))
    >>> all(51.9 < row[1] < 53.1 and 4.3 < row[0] < 6.2 for row in outline.coordinates)
    True
    """
    known = ~(np.isnan(latitude) | np.isnan(longitude))
    if not known.any():
        return Outline([], 0.0)
    south, north = float(latitude[known].min()), float(latitude[known].max())
    west, east = float(longitude[known].min()), float(longitude[known].max())
    shrink = float(np.cos(np.radians((south + north) / 2)))  # a degree of longitude is so much of one of latitude
    margin = max(_MARGIN * max(north - south, (east - west) * shrink), 0.02)
    entries = gazetteer_of(countries)
    lat = np.concatenate([entries.places.latitude, entries.postcodes.latitude])
    lon = np.concatenate([entries.places.longitude, entries.postcodes.longitude])
    inside = (lat >= south - margin) & (lat <= north + margin)
    inside &= (lon >= west - margin / shrink) & (lon <= east + margin / shrink)
    cell = max(north - south + 2 * margin, (east - west) * shrink + 2 * margin) / _CELLS_ACROSS
    rows = np.round(lat[inside] / cell).astype(np.int64)
    columns = np.round(lon[inside] * shrink / cell).astype(np.int64)
    cells = np.unique(np.stack([rows, columns], axis=1), axis=0)
    coordinates = [[round(float(column * cell / shrink), 4), round(float(row * cell), 4)] for row, column in cells]
    return Outline(coordinates, round(680 / _CELLS_ACROSS / 2, 1))
