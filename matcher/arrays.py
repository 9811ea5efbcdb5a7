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


def codes_of_columns(columns: Iterable[Labels]) -> Ints:
    """Code of each row, shape (n,), int64: equal codes for rows that are equal in every column.

    Parameters
    ----------
    columns : iterable of ndarray of shape (n,)
    """
    codes: Ints | None = None
    for column in columns:
        _, of_column = np.unique(column, return_inverse=True)
        if codes is None:
            codes = of_column.astype(np.int64)
            continue
        count = int(of_column.max(initial=0)) + 1
        codes = np.unique(codes * count + of_column, return_inverse=True)[1].astype(np.int64)
    return np.empty(0, dtype=np.int64) if codes is None else codes


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
