"""Array types that the layers exchange, and operations on positions and codes that several layers need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[Any]

_TABLE_FACTOR = 4
"""Range of whole numbers, as a multiple of their count, up to which a table of all of them is faster than sorting."""


def codes_of_columns(columns: Iterable[Labels]) -> Ints:
    """Code of each row, shape (n,), int64: equal codes for rows that are equal in every column.

    Parameters
    ----------
    columns : iterable of ndarray of shape (n,)
    """
    codes: Ints | None = None
    for column in columns:
        of_column = _codes(column)
        codes = of_column if codes is None else _codes(codes * (int(of_column.max(initial=0)) + 1) + of_column)
    return np.empty(0, dtype=np.int64) if codes is None else codes


def _codes(column: Labels) -> Ints:
    """Rank of the value of each row among the distinct values, shape (n,)."""
    if column.dtype.kind in "iu" and len(column):
        extent = int(column.max()) - int(column.min())
        if extent < _TABLE_FACTOR * len(column):
            # A table of the few possible values takes the place of sorting the rows.
            shifted = (column - column.min()).astype(np.int64)
            is_met = np.zeros(extent + 1, dtype=bool)
            is_met[shifted] = True
            ranks: Ints = (np.cumsum(is_met) - 1)[shifted]
            return ranks
    return np.unique(column, return_inverse=True)[1].astype(np.int64)


def evenly_spaced(mask: Bools, max_count: int) -> Ints:
    """Positions of the rows in ``mask``, shape (k,): all of them, or ``max_count`` evenly spaced ones.

    Parameters
    ----------
    mask : ndarray of shape (n,), bool
    max_count : int
    """
    positions = np.flatnonzero(mask)
    if len(positions) <= max_count:
        return positions
    return positions[np.linspace(0, len(positions) - 1, max_count).round().astype(np.int64)]
