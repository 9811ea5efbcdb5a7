"""Features from character n-grams, each weighted by its rarity in the pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles
from matcher.texts.array_files import ArrayFile
from matcher.texts.features.base import (
    CACHED_ROWS,
    SINGLE_ROUNDING,
    FastScorer,
    Features,
    StoredFeatures,
    TileScorer,
    runs,
)

NGRAM_SATURATION = 500
"""Saturation constant: a text with this many distinct n-grams has squared norm 0.5, so short texts get low similarity."""
_NGRAM_BLOCK = 2**19
"""N-grams looked up at a time: 2 MB of columns."""
_CACHED_NGRAMS = 2**14
"""N-grams of which numpy's 64-bit copy of the columns stays in the cache of a processor."""
_ONES = np.ones(_NGRAM_BLOCK)


@dataclass(frozen=True)
class NgramFeatures(StoredFeatures):
    """Distinct n-grams of each text, in the layout of a CSR matrix without its data.

    Attributes
    ----------
    starts : ndarray of shape (n + 1,), int64
        Offsets of the rows in ``columns``.
    columns : ndarray of shape (n_ngrams,), int32
        Buckets of the n-grams, row after row.
    buckets : int
        Number of buckets.
    """

    starts: Ints
    columns: npt.NDArray[np.int32]
    buckets: int

    @classmethod
    def of(cls, presence: sparse.csr_matrix) -> NgramFeatures:
        """N-grams at the stored entries of a matrix of shape (n, buckets)."""
        columns = presence.indices.astype(np.int32, copy=False)
        return cls(presence.indptr.astype(np.int64), columns, presence.shape[1])

    def presence(self, kind: type[np.number] = np.int8) -> sparse.csr_matrix:
        """Matrix of shape (n, buckets) with ones at the n-grams of each row.

        Parameters
        ----------
        kind : type
            Of the ones.
        """
        return _matrix(self.columns, self.starts, self.buckets, np.ones(len(self.columns), dtype=kind))

    def presence_blocks(self, numbering: UnitNgrams | None = None) -> Iterator[tuple[slice, sparse.csr_matrix]]:
        """Yield slices of rows with at most ``_NGRAM_BLOCK`` n-grams, or one row, and their presence, shape (k, width), float64.

        Parameters
        ----------
        numbering : UnitNgrams, optional
            Gives the columns. Default: the buckets.
        """
        for rows in _blocks(self.starts[1:], _NGRAM_BLOCK):
            starts = self.starts[rows.start : rows.stop + 1]
            columns, width = self.columns[starts[0] : starts[-1]], self.buckets
            if numbering is not None:
                columns, width = numbering.columns_of(columns), numbering.width
            # Filling a new array with ones takes as long as the sums themselves.
            ones = _ONES[: len(columns)] if len(columns) <= _NGRAM_BLOCK else np.ones(len(columns))
            yield rows, _matrix(columns, starts - starts[0], width, ones)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def total(self, mask: Bools) -> Floats:
        # Single precision counts exactly to 2**24, more rows than memory holds.
        return np.asarray(self.presence(np.float32).T @ mask.astype(np.float32), dtype=np.float64)

    def take(self, index: Ints) -> NgramFeatures:
        first, last = self.starts[index], self.starts[index + 1]
        columns = _slices([self.columns], np.zeros(len(index), dtype=np.int64), first, last)
        return NgramFeatures(_offsets(last - first), columns, self.buckets)

    @classmethod
    def join(cls, several: Sequence[NgramFeatures]) -> NgramFeatures:
        if len(several) == 1:
            return several[0]
        counts = np.concatenate([np.diff(item.starts) for item in several])
        columns = np.concatenate([item.columns for item in several])
        return NgramFeatures(_offsets(counts), columns, several[0].buckets)

    @classmethod
    def save_gathered(cls, folder: Path, several: Sequence[NgramFeatures], which: Ints, rows: Ints) -> None:
        first, last = np.empty((2, len(rows)), dtype=np.int64)
        for number, features in enumerate(several):
            mine = which == number
            first[mine], last[mine] = features.starts[rows[mine]], features.starts[rows[mine] + 1]
        starts = _offsets(last - first)
        np.save(folder / "starts.npy", starts)
        np.save(folder / "buckets.npy", np.array(several[0].buckets))
        with ArrayFile(folder / "columns.npy", (int(starts[-1]),), np.int32) as file:
            columns = [item.columns for item in several]
            for start in range(0, len(rows), CACHED_ROWS):
                part = slice(start, start + CACHED_ROWS)
                file.append(_slices(columns, which[part], first[part], last[part]))

    def row_scales(self, pool_stats: Floats, known: Bools) -> Floats:
        counts = np.diff(self.starts)
        squares, filled = self.row_totals(pool_stats**2), counts > 0
        length = np.sqrt(
            np.divide(counts / (counts + NGRAM_SATURATION), squares, out=np.zeros(len(counts)), where=filled)
        )
        return np.where(known, length, 0.0)

    def row_totals(self, values: Floats) -> Floats:
        """Sum over the n-grams of each text, shape (n,), of the values of their buckets, shape (buckets,)."""
        totals = np.empty(len(self))
        for rows, presence in self.presence_blocks():
            totals[rows] = presence @ values
        return totals

    def reweight(self, pool_stats: Floats, row_scales: Floats) -> WeightedNgrams:
        return WeightedNgrams(self, pool_stats, row_scales)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"starts": self.starts, "columns": self.columns, "buckets": np.array(self.buckets)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> NgramFeatures:
        return cls(arrays["starts"], arrays["columns"], int(arrays["buckets"]))


@dataclass(frozen=True)
class WeightedNgrams(Features):
    """N-grams weighted by their rarity.

    Attributes
    ----------
    ngrams : NgramFeatures
    rarity : ndarray of shape (buckets,), float64
    row_scales : ndarray of shape (n,), float64
        Factor of each row's rarities.
    """

    ngrams: NgramFeatures
    rarity: Floats
    row_scales: Floats

    def __len__(self) -> int:
        return len(self.ngrams)

    def exact(self, index: slice | Ints) -> sparse.csr_matrix:
        ngrams = self.ngrams
        if not (isinstance(index, slice) and index == slice(None)):
            index = np.arange(len(self))[index]
            ngrams = ngrams.take(index)
        data = self.rarity[ngrams.columns]
        data *= np.repeat(self.row_scales[index], np.diff(ngrams.starts))
        return sparse.csr_matrix((data, ngrams.columns, ngrams.starts), shape=(len(ngrams), ngrams.buckets))

    def pair_products(self, index: Ints, others: Features, others_index: Ints) -> Floats:
        if not isinstance(others, WeightedNgrams):
            raise TypeError("n-grams can only be compared with n-grams")
        distinct, row = np.unique(index, return_inverse=True)
        left = self.exact(distinct)
        left.data *= others.rarity[left.indices]
        products = _products(left, others.ngrams.presence(), row, others_index)
        return products * others.row_scales[others_index]

    def weighted_sums(self, weights: Floats) -> Floats:
        sums = self.ngrams.presence(np.float64).T @ (weights * self.row_scales).T
        return np.ascontiguousarray(sums.T) * self.rarity

    def products_with_sums(self, weights: Floats, units: Features) -> Floats:
        left, numbering = self._weighted(units)
        sums = np.zeros((numbering.width, len(weights)))
        scaled = np.ascontiguousarray((weights * self.row_scales).T)
        for rows, presence in self.ngrams.presence_blocks(numbering):
            sums += presence.T @ scaled[rows]
        return np.ascontiguousarray((left @ sums).T)

    def dot(self, vector: Floats) -> Floats:
        products = self.ngrams.row_totals(self.rarity * vector)
        products *= self.row_scales
        return products

    def bind_units(self, units: Features) -> FastNgrams:
        return FastNgrams(self, *self._weighted(units))

    def _weighted(self, units: Features) -> tuple[sparse.csr_matrix, UnitNgrams]:
        """Rows of units times the rarity on this side, shape (m, width), in the columns of their numbering."""
        if not isinstance(units, WeightedNgrams):
            raise TypeError("n-grams can only be compared with n-grams")
        numbering = UnitNgrams.of(units)
        left = units.exact(slice(None))
        data, columns = left.data * self.rarity[left.indices], numbering.columns_of(left.indices)
        return _matrix(columns, left.indptr, numbering.width, data), numbering


@dataclass(frozen=True)
class UnitNgrams:
    """Numbers of the n-grams that units have, the most frequent first; no other n-gram contributes to a product.

    With them, vectors over the n-grams stay in the cache of a processor.

    Attributes
    ----------
    units : WeightedNgrams
    buckets : ndarray of shape (width - 1,), int32
        Of the n-grams, by number.
    number_of : ndarray of shape (n_buckets,), int32
        Of each bucket. Those that no unit has share the last one, which is empty on the units' side.
    """

    units: WeightedNgrams
    buckets: npt.NDArray[np.int32]
    number_of: npt.NDArray[np.int32]

    @classmethod
    def of(cls, units: WeightedNgrams) -> UnitNgrams:
        """Number the n-grams of units."""
        buckets = np.unique(units.ngrams.columns)
        buckets = buckets[np.argsort(units.rarity[buckets], kind="stable")]
        number_of = np.full(units.ngrams.buckets, len(buckets), dtype=np.int32)
        number_of[buckets] = np.arange(len(buckets), dtype=np.int32)
        return cls(units, buckets, number_of)

    @property
    def width(self) -> int:
        """Number of columns, the one that is shared included."""
        return len(self.buckets) + 1

    def columns_of(self, buckets: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Numbers of buckets, same shape (k,)."""
        columns = np.empty(len(buckets), dtype=np.int32)
        for start in range(0, len(buckets), _CACHED_NGRAMS):
            part = slice(start, start + _CACHED_NGRAMS)
            np.take(self.number_of, buckets[part], out=columns[part], mode="clip")
        return columns


class FastNgrams(FastScorer):
    """Products over the n-grams that occur in the units' texts; no other n-gram contributes.

    The error bound is that of :class:`matcher.texts.features.vectors.FastVectors`, with K the number of n-grams of the
    longest text.

    Parameters
    ----------
    nonprofits : WeightedNgrams
    left : csr_matrix of shape (m, width), float64
        Rows of the units, times the rarity on the nonprofits' side.
    numbering : UnitNgrams
        Of the columns.
    """

    is_costly = True

    def __init__(self, nonprofits: WeightedNgrams, left: sparse.csr_matrix, numbering: UnitNgrams) -> None:
        columns = numbering.columns_of(nonprofits.ngrams.columns)
        right = NgramFeatures(nonprofits.ngrams.starts, columns, numbering.width)
        self._left = left.astype(np.float32)
        self._right = right.presence()
        self._row_scales = nonprofits.row_scales.astype(np.float32)
        # Two texts share at most all n-grams of the unit, and at most those of the nonprofit that any unit has.
        self._unit_total = np.asarray(left.sum(axis=1), dtype=np.float32).ravel()
        self._unit_scales = numbering.units.row_scales.astype(np.float32)
        rarity = numbering.units.rarity[numbering.buckets] * nonprofits.rarity[numbering.buckets]
        self._nonprofit_total = right.row_totals(np.append(rarity, 0.0)).astype(np.float32)
        longest = int(np.diff(right.starts).max(initial=0))
        self.error = 3 * (longest + 2) * SINGLE_ROUNDING

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        products: Singles = _products(self._left, self._right, units, columns)
        products *= self._row_scales[columns]
        return products

    def upper_bound(self, units: Ints, columns: Ints) -> Singles:
        bound: Singles = np.minimum(self._unit_total[units], self._unit_scales[units] * self._nonprofit_total[columns])
        bound *= self._row_scales[columns]
        np.minimum(bound, 1.0, out=bound)
        return bound

    def tiles(self, units: Ints) -> TileScorer:
        table = np.ascontiguousarray(self._left[units].toarray().T)
        starts = self._right.indptr

        def tile(columns: slice) -> Singles:
            first, last, _ = columns.indices(len(self._row_scales))
            filled = slice(starts[first], starts[last])
            ones = np.ones(filled.stop - filled.start, dtype=np.float32)
            right = _matrix(self._right.indices[filled], starts[first : last + 1] - starts[first], len(table), ones)
            products = np.ascontiguousarray((right @ table).T)
            products *= self._row_scales[columns]
            return products

        return tile


def _offsets(counts: Ints) -> Ints:
    """Offsets of rows with these numbers of n-grams, shape (n,), shape (n + 1,)."""
    return np.concatenate([[0], np.cumsum(counts)])


def _slices(columns: Sequence[npt.NDArray[np.int32]], which: Ints, first: Ints, last: Ints) -> npt.NDArray[np.int32]:
    """Slices of several arrays of columns, concatenated.

    Parameters
    ----------
    columns : sequence of ndarray
    which : ndarray of shape (n,), int64
        From which of them each slice is.
    first, last : ndarray of shape (n,), int64
        Its bounds.
    """
    plain = [np.asarray(each) for each in columns]  # a slice of a mapped file takes ten times as long
    slices = [plain[number][a:b] for number, a, b in zip(which.tolist(), first.tolist(), last.tolist(), strict=True)]
    return np.concatenate(slices) if slices else np.zeros(0, dtype=np.int32)


def _products(left: sparse.csr_matrix, right: sparse.csr_matrix, units: Ints, columns: Ints) -> npt.NDArray[Any]:
    """Products of rows of weights with rows of ones, shape (k,), in the precision of the weights.

    Parameters
    ----------
    left : csr_matrix of shape (m, buckets)
    right : csr_matrix of shape (n, buckets), int8
    units : ndarray of shape (k,), int64
        Rows of ``left``, ascending.
    columns : ndarray of shape (k,), int64
        Rows of ``right``.
    """
    products = np.zeros(len(units), dtype=left.dtype)
    # The weights of one unit at a time as a vector, in which the n-grams of its nonprofits are looked up.
    weights = np.zeros(left.shape[1], dtype=left.dtype)
    ends = np.cumsum(np.diff(right.indptr)[columns])
    for part in _blocks(ends, _NGRAM_BLOCK):
        rows = right[columns[part]]
        values = np.empty(len(rows.indices), dtype=left.dtype)
        for unit, pairs in runs(units[part]):
            of_unit = slice(left.indptr[unit], left.indptr[unit + 1])
            of_pairs = slice(rows.indptr[pairs.start], rows.indptr[pairs.stop])
            weights[left.indices[of_unit]] = left.data[of_unit]
            np.take(weights, rows.indices[of_pairs], out=values[of_pairs], mode="clip")
            weights[left.indices[of_unit]] = 0
        products[part] = _segment_sums(values, rows.indptr)
    return products


def _segment_sums(values: npt.NDArray[Any], starts: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sums of consecutive values between the offsets ``starts`` of shape (k + 1,), shape (k,)."""
    sums = np.zeros(len(starts) - 1, dtype=values.dtype)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        sums[filled] = np.add.reduceat(values, starts[filled])
    return sums


def _matrix(columns: npt.NDArray[np.int32], starts: Ints, n_columns: int, data: npt.NDArray[Any]) -> sparse.csr_matrix:
    """Matrix of shape (n, n_columns) with data of shape (n_ngrams,) at the columns of each row."""
    if len(columns) < 2**31:
        starts = starts.astype(np.int32)  # scipy would widen the columns to the type of the starts
    return sparse.csr_matrix((data, columns, starts), shape=(len(starts) - 1, n_columns))


def _blocks(ends: Ints, size: int) -> Iterator[slice]:
    """Yield slices of items with cumulative sizes ``ends``, each of total ``size`` at most but at least one item."""
    start, before = 0, 0
    while start < len(ends):
        stop = max(start + 1, int(np.searchsorted(ends, before + size, side="right")))
        yield slice(start, stop)
        start, before = stop, int(ends[stop - 1])
