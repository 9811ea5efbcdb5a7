"""Rows of an encoder's vectors, around the centre of the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.arrays import Bools, Floats, Ints, Singles
from matcher.texts.similarity.features import ROWS_AT_ONCE, SINGLE_ROUNDING, FastScorer, Read, Rows, Tiles


@dataclass(frozen=True)
class Vectors(Read):
    """Vectors of an encoder.

    Attributes
    ----------
    vectors : ndarray of shape (n, dimension), float32
    """

    vectors: Singles

    def __len__(self) -> int:
        return len(self.vectors)

    def total(self, chosen: Bools) -> Floats:
        total: Floats = np.zeros(self.vectors.shape[1])
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            total += self.vectors[rows][chosen[rows]].sum(axis=0, dtype=np.float64)
        return total

    def take(self, index: Ints) -> Vectors:
        return Vectors(self.vectors[index])

    @classmethod
    def join(cls, several: Sequence[Vectors]) -> Vectors:
        return several[0] if len(several) == 1 else Vectors(np.concatenate([item.vectors for item in several]))

    def lengths(self, standard: Floats, known: Bools) -> Floats:
        inverse = np.zeros(len(self))
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            moved = self.vectors[rows].astype(np.float64)
            moved -= standard
            length = np.sqrt(np.einsum("ij,ij->i", moved, moved))
            usable = known[rows] & (length > 1e-9)
            np.divide(1.0, length, out=inverse[rows], where=usable)
        return inverse

    def weigh(self, standard: Floats, lengths: Floats) -> CentredRows:
        return CentredRows(self.vectors, standard, lengths)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"vectors": self.vectors}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Vectors:
        return cls(arrays["vectors"])


@dataclass(frozen=True)
class CentredRows(Rows):
    """Vectors around a centre: ``(vector - centre) * inverse``.

    Attributes
    ----------
    vectors : ndarray of shape (n, dimension), float32
    centre : ndarray of shape (dimension,), float64
    inverse : ndarray of shape (n,), float64
        One over the distance from the centre; 0 where the text is unknown.
    """

    vectors: Singles
    centre: Floats
    inverse: Floats

    @classmethod
    def as_they_are(cls, rows: npt.NDArray[np.floating]) -> CentredRows:
        """Return rows that have been centred already."""
        return cls(rows, np.zeros(rows.shape[1]), np.ones(len(rows)))

    def __len__(self) -> int:
        return len(self.vectors)

    def exact(self, index: slice | Ints) -> Floats:
        rows: Floats = self.vectors[index].astype(np.float64)
        rows -= self.centre
        rows *= self.inverse[index, None]
        return rows

    def products(self, index: Ints, others: Rows, others_index: Ints) -> Floats:
        found = np.empty(len(index))
        for start in range(0, len(index), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            np.einsum("ij,ij->i", self.exact(index[part]), others.exact(others_index[part]), out=found[part])
        return found

    def weighted_sum(self, weights: Floats) -> Floats:
        total = np.zeros(self.vectors.shape[1])
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            total += np.einsum("ij,i->j", self.exact(rows), weights[rows])
        return total

    def times(self, vector: Floats) -> Floats:
        found = np.empty(len(self))
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            np.einsum("ij,j->i", self.exact(rows), vector, out=found[rows])
        return found

    def beside(self, units: Rows) -> FastDense:
        return FastDense(self, units)


def centred(vectors: Singles, known: Bools, centre: Floats) -> Floats:
    """Return unit vectors around a centre, shape (n, dimension), float64; zero rows where a text is unknown."""
    read = Vectors(vectors)
    return read.weigh(centre, read.lengths(centre, known)).exact(slice(None))


class FastDense(FastScorer):
    """``l · (v - c) / |v - c|`` as ``(l · v - l · c) / |v - c|``, so that no centred copy is needed.

    The error of a product of K terms in single precision is at most ``K u |l| |v|`` with u half a unit in the last
    place (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, section 3.1), here three times with ``|l|``
    and ``|v|`` at most 1: for the product, for rounding the two rows, and to spare; it grows by ``1 / |v - c|``.
    """

    def __init__(self, rows: CentredRows, units: Rows) -> None:
        left = units.exact(slice(None))
        self._left = np.asarray(left, dtype=np.float32)
        self._at_centre = np.einsum("ij,j->i", left, rows.centre).astype(np.float32)
        self._vectors = np.asarray(rows.vectors, dtype=np.float32)
        self._inverse = rows.inverse.astype(np.float32)
        self.error = 3 * (rows.vectors.shape[1] + 2) * SINGLE_ROUNDING * float(rows.inverse.max(initial=0.0))

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        found = np.empty(len(units), dtype=np.float32)
        bounds = np.flatnonzero(np.diff(units, prepend=-1, append=-1))
        for start, stop in pairwise(bounds.tolist()):
            np.dot(self._vectors[columns[start:stop]], self._left[units[start]], out=found[start:stop])
        found -= self._at_centre[units]
        found *= self._inverse[columns]
        return found

    def tiles(self, units: Ints) -> Tiles:
        left, at_centre = self._left[units], self._at_centre[units, None]

        def tile(columns: slice) -> Singles:
            found: Singles = left @ self._vectors[columns].T
            found -= at_centre
            found *= self._inverse[columns]
            return found

        return tile
