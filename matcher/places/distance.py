"""Distances on the sphere, fast and exact enough for neighbours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG

FloatArray = npt.NDArray[np.float64]


def unit_sphere(latitude: npt.ArrayLike, longitude: npt.ArrayLike) -> FloatArray:
    """Return points on the unit sphere.

    Parameters
    ----------
    latitude, longitude : array_like of shape (n,)
        Degrees; NaN where unknown.

    Returns
    -------
    ndarray of shape (n, 3), float64
        NaN in all three coordinates where a place is unknown.
    """
    lat, lon = np.radians(np.asarray(latitude, dtype=np.float64)), np.radians(np.asarray(longitude, dtype=np.float64))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat) + 0 * lon], axis=-1)


def pairwise_km(points_a: FloatArray, points_b: FloatArray) -> FloatArray:
    """Return the great-circle distance of every pair.

    From the chord ``c`` between two unit vectors: ``2 R asin(c / 2)``. The squared chord is summed from
    coordinate differences in float64: taken from a dot product it loses up to 2 km for near neighbours, just
    where proximity counts.

    Parameters
    ----------
    points_a : ndarray of shape (m, 3)
    points_b : ndarray of shape (n, 3)
        As :func:`unit_sphere` gives them.

    Returns
    -------
    ndarray of shape (m, n), float64
        Kilometres; NaN where either place is unknown.
    """
    squared = np.zeros((len(points_a), len(points_b)))
    for axis in range(3):
        difference = points_a[:, axis, None] - points_b[None, :, axis]
        difference *= difference
        squared += difference
    return chord_to_km(np.sqrt(squared))


def aligned_km(points_a: FloatArray, points_b: FloatArray) -> FloatArray:
    """Distance of each point to the one in the same row, in km, shape (n,); the same bits as :func:`pairwise_km`.

    Parameters
    ----------
    points_a, points_b : ndarray of shape (n, 3), float64
        Unit vectors, as of :func:`unit_sphere`.
    """
    squared = np.zeros(len(points_a))
    for axis in range(3):
        difference = points_a[:, axis] - points_b[:, axis]
        difference *= difference
        squared += difference
    return chord_to_km(np.sqrt(squared))


def chord_to_km(chord: FloatArray) -> FloatArray:
    """Turn chords of the unit sphere into kilometres along the surface."""
    chord /= 2.0
    np.minimum(chord, 1.0, out=chord)
    distance: FloatArray = 2.0 * EARTH_RADIUS_KM * np.arcsin(chord)
    return distance


def degrees(points: FloatArray) -> FloatArray:
    """Return latitude and longitude of points, shape (n, 2), in degrees; NaN where a place is unknown.

    Examples
    --------
    >>> degrees(unit_sphere([52.0], [5.0])).round(6).tolist()
    [[52.0, 5.0]]
    """
    latitude = np.arcsin(np.clip(points[:, 2], -1.0, 1.0))
    longitude = np.arctan2(points[:, 1], points[:, 0])
    found: FloatArray = np.degrees(np.stack([latitude, longitude], axis=-1))
    return found
