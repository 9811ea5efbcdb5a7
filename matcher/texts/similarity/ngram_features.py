"""Rows of pieces of words, each as much as it is rare in the pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles
from matcher.texts.similarity.features import ROWS_AT_ONCE, SINGLE_ROUNDING, FastScorer, Read, Rows, Tiles

NGRAM_SATURATION = 500
"""With so many distinct pieces a text's row has half its squared length: a short one has little to be alike in."""
_PIECES_AT_ONCE = 2**19
"""Pieces that are looked up together: 2 MB of columns."""
_ONES = np.ones(2 * _PIECES_AT_ONCE, dtype=np.float32)


@dataclass(frozen=True)
class NgramCounts(Read):
    """Which pieces of words stand in each text.

    Attributes
    ----------
    starts : ndarray of shape (n + 1,), int64
        Where the columns of each row begin.
    columns : ndarray of int32
    buckets : int
        How many columns there are.
    """

    starts: Ints
    columns: npt.NDArray[np.int32]
    buckets: int

    @classmethod
    def of(cls, presence: sparse.csr_matrix) -> NgramCounts:
        """Return the pieces of a matrix that has something in each cell that counts."""
        return cls(presence.indptr.astype(np.int64), presence.indices.astype(np.int32), presence.shape[1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def total(self, chosen: Bools) -> Floats:
        counts = np.bincount(self.columns[np.repeat(chosen, np.diff(self.starts))], minlength=self.buckets)
        return counts.astype(np.float64)

    def take(self, index: Ints) -> NgramCounts:
        counts = np.diff(self.starts)[index]
        starts = np.concatenate([[0], np.cumsum(counts)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1][index] - starts[:-1], counts)
        return NgramCounts(starts, self.columns[places], self.buckets)

    @classmethod
    def join(cls, several: Sequence[NgramCounts]) -> NgramCounts:
        if len(several) == 1:
            return several[0]
        counts = np.concatenate([np.diff(item.starts) for item in several])
        columns = np.concatenate([item.columns for item in several])
        return NgramCounts(np.concatenate([[0], np.cumsum(counts)]), columns, several[0].buckets)

    def lengths(self, standard: Floats, known: Bools) -> Floats:
        counts = np.diff(self.starts)
        squares = np.zeros(len(counts))
        filled = counts > 0
        if filled.any():
            squares[filled] = np.add.reduceat((standard**2)[self.columns], self.starts[:-1][filled])
        length = np.sqrt(
            np.divide(counts / (counts + NGRAM_SATURATION), squares, out=np.zeros(len(counts)), where=filled)
        )
        return np.where(known, length, 0.0)

    def weigh(self, standard: Floats, lengths: Floats) -> WeightedNgrams:
        return WeightedNgrams(self, standard, lengths)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"starts": self.starts, "columns": self.columns, "buckets": np.array(self.buckets)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> NgramCounts:
        return cls(arrays["starts"], arrays["columns"], int(arrays["buckets"]))


@dataclass(frozen=True)
class WeightedNgrams(Rows):
    """Pieces of words, each as much as it is rare.

    Attributes
    ----------
    pieces : NgramCounts
    rarity : ndarray of shape (buckets,), float64
    lengths : ndarray of shape (n,), float64
        What the rarities of a row are multiplied with.
    """

    pieces: NgramCounts
    rarity: Floats
    lengths: Floats

    def __len__(self) -> int:
        return len(self.pieces)

    def exact(self, index: slice | Ints) -> sparse.csr_matrix:
        chosen = self.pieces
        if not (isinstance(index, slice) and index == slice(None)):
            index = np.arange(len(self))[index]
            chosen = chosen.take(index)
        data = self.rarity[chosen.columns]
        data *= np.repeat(self.lengths[index], np.diff(chosen.starts))
        return sparse.csr_matrix((data, chosen.columns, chosen.starts), shape=(len(chosen), chosen.buckets))

    def products(self, index: Ints, others: Rows, others_index: Ints) -> Floats:
        found = np.empty(len(index))
        for start in range(0, len(index), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            both = self.exact(index[part]).multiply(others.exact(others_index[part]))
            found[part] = np.asarray(both.sum(axis=1)).ravel()
        return found

    def weighted_sum(self, weights: Floats) -> Floats:
        total: Floats = np.zeros(len(self.rarity))
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = np.arange(start, min(start + ROWS_AT_ONCE, len(self)))
            total += np.asarray(self.exact(rows).T @ weights[rows]).ravel()
        return total

    def times(self, vector: Floats) -> Floats:
        counts = np.diff(self.pieces.starts)
        filled = counts > 0
        found = np.zeros(len(self))
        if filled.any():
            weighted = self.rarity * vector
            found[filled] = np.add.reduceat(weighted[self.pieces.columns], self.pieces.starts[:-1][filled])
        found *= self.lengths
        return found

    def beside(self, units: Rows) -> FastNgrams:
        if not isinstance(units, WeightedNgrams):
            raise TypeError("pieces of words meet pieces of words")
        return FastNgrams(self, units)


class FastNgrams(FastScorer):
    """Products over the pieces that stand in the units' texts: the others never meet anything.

    The error bound is that of :class:`matcher.texts.similarity.dense.FastDense`, with the pieces of the longest text for K.
    """

    costly = True

    def __init__(self, rows: WeightedNgrams, units: WeightedNgrams) -> None:
        left = units.exact(slice(None))
        met = np.unique(left.indices)
        self._met = len(met)
        # Pieces that no unit has are told apart by one column more, which is empty.
        self._place = np.full(rows.pieces.buckets, self._met, dtype=np.int32)
        self._place[met] = np.arange(self._met, dtype=np.int32)
        self._lengths = rows.lengths.astype(np.float32)
        # The rarity of the nonprofit's side goes to the unit's, once.
        data = left.data * rows.rarity[left.indices]
        weighed = sparse.csr_matrix((data, self._place[left.indices], left.indptr), shape=(len(units), self._met + 1))
        self._left = weighed.astype(np.float32)
        self._right = self._met_in(rows.pieces)
        # Two texts share at most all pieces of the one, and at most those of the other that any unit has.
        self._unit_whole = np.asarray(weighed.sum(axis=1), dtype=np.float32).ravel()
        self._unit_lengths = units.lengths.astype(np.float32)
        rarity = np.zeros(self._met + 1, dtype=np.float32)
        rarity[: self._met] = units.rarity[met] * rows.rarity[met]
        self._whole = _sums(rarity, self._right.indices, self._right.indptr)
        self._counts = np.diff(rows.pieces.starts)
        longest = int(self._counts.max(initial=0))
        self.error = 3 * (longest + 2) * SINGLE_ROUNDING

    def _met_in(self, pieces: NgramCounts) -> sparse.csr_matrix:
        """Return the pieces as a matrix, shape (n, met + 1), those that no unit has in its last column.

        Its ones are of a byte each: rows are copied by the thousand, and products take ones from elsewhere.
        """
        columns = self._place[pieces.columns]
        data = np.ones(len(columns), dtype=np.int8)
        starts = pieces.starts
        if len(columns) < 2**31:
            starts = starts.astype(np.int32)  # else scipy makes the columns as wide as the starts
        return sparse.csr_matrix((data, columns, starts), shape=(len(pieces), self._met + 1))

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        found = np.zeros(len(units), dtype=np.float32)
        ends = np.cumsum(self._counts[columns])
        for part in _parts(ends, _PIECES_AT_ONCE):
            told, of_pair = np.unique(units[part], return_inverse=True)
            table = self._left[told].toarray()
            right = self._right[columns[part]]
            # One product for all: the units' rows lie one after the other, and each pair looks in its own.
            right.indices += np.repeat((of_pair * table.shape[1]).astype(right.indices.dtype), np.diff(right.indptr))
            found[part] = _sums(table.ravel(), right.indices, right.indptr)
        found *= self._lengths[columns]
        return found

    def at_most(self, units: Ints, columns: Ints) -> Singles:
        shared: Singles = np.minimum(self._unit_whole[units], self._unit_lengths[units] * self._whole[columns])
        shared *= self._lengths[columns]
        np.minimum(shared, 1.0, out=shared)
        return shared

    def tiles(self, units: Ints) -> Tiles:
        table = np.ascontiguousarray(self._left[units].toarray().T)
        starts = self._right.indptr

        def tile(columns: slice) -> Singles:
            first, last, _ = columns.indices(len(self._lengths))
            filled = slice(starts[first], starts[last])
            found = _sums(table, self._right.indices[filled], starts[first : last + 1] - starts[first])
            found = np.ascontiguousarray(found.T)
            found *= self._lengths[columns]
            return found

        return tile


def _sums(values: Singles, columns: npt.NDArray[np.int32], starts: npt.NDArray[np.int32]) -> Singles:
    """Return the sum of the values that each row names, shape (n, ...)."""
    # Filling an array with ones anew each time would take as long as adding them up.
    ones = _ONES[: len(columns)] if len(columns) <= len(_ONES) else np.ones(len(columns), dtype=np.float32)
    found: Singles = sparse.csr_matrix((ones, columns, starts), shape=(len(starts) - 1, len(values))) @ values
    return found


def _parts(ends: Ints, size: int) -> Iterator[slice]:
    """Yield slices of what ends there, each of ``size`` at most but of one thing at least."""
    start, before = 0, 0
    while start < len(ends):
        stop = max(start + 1, int(np.searchsorted(ends, before + size, side="right")))
        yield slice(start, stop)
        start, before = stop, int(ends[stop - 1])
