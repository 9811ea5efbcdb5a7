"""Features from the vectors of an encoder, centred on the mean of the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.arrays import Bools, Floats, Ints, Singles
from matcher.texts.array_files import ArrayFile
from matcher.texts.features.base import (
    CACHED_ROWS,
    ROW_BLOCK,
    SINGLE_ROUNDING,
    FastScorer,
    Features,
    StoredFeatures,
    TileScorer,
    runs,
)


@dataclass(frozen=True)
class VectorFeatures(StoredFeatures):
    """Vectors of an encoder.

    Attributes
    ----------
    vectors : ndarray of shape (n, dimension), float32
    """

    vectors: Singles

    def __len__(self) -> int:
        return len(self.vectors)

    def total(self, mask: Bools) -> Floats:
        total: Floats = np.zeros(self.vectors.shape[1])
        for start in range(0, len(self), ROW_BLOCK):
            rows = slice(start, start + ROW_BLOCK)
            total += self.vectors[rows][mask[rows]].sum(axis=0, dtype=np.float64)
        return total

    def take(self, index: Ints) -> VectorFeatures:
        return VectorFeatures(self.vectors[index])

    @classmethod
    def join(cls, several: Sequence[VectorFeatures]) -> VectorFeatures:
        return several[0] if len(several) == 1 else VectorFeatures(np.concatenate([item.vectors for item in several]))

    @classmethod
    def save_gathered(cls, folder: Path, several: Sequence[VectorFeatures], which: Ints, rows: Ints) -> None:
        dimension = several[0].vectors.shape[1]
        with ArrayFile(folder / "vectors.npy", (len(rows), dimension), np.float32) as file:
            for start in range(0, len(rows), CACHED_ROWS):
                from_which, at = which[start : start + CACHED_ROWS], rows[start : start + CACHED_ROWS]
                block = np.empty((len(at), dimension), dtype=np.float32)
                for number in np.unique(from_which).tolist():
                    mine = from_which == number
                    block[mine] = several[number].vectors[at[mine]]
                file.append(block)

    def row_scales(self, pool_stats: Floats, known: Bools) -> Floats:
        inverse = np.zeros(len(self))
        for start in range(0, len(self), CACHED_ROWS):
            rows = slice(start, start + CACHED_ROWS)
            moved = np.subtract(self.vectors[rows], pool_stats, dtype=np.float64)
            length = np.sqrt(np.einsum("ij,ij->i", moved, moved))
            usable = known[rows] & (length > 1e-9)
            np.divide(1.0, length, out=inverse[rows], where=usable)
        return inverse

    def reweight(self, pool_stats: Floats, row_scales: Floats) -> CentredVectors:
        return CentredVectors(self.vectors, pool_stats, row_scales)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"vectors": self.vectors}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> VectorFeatures:
        return cls(arrays["vectors"])


@dataclass(frozen=True)
class CentredVectors(Features):
    """Unit vectors around the mean of the pool: ``(vector - pool_mean) * inverse``.

    Attributes
    ----------
    vectors : ndarray of shape (n, dimension), float32
    pool_mean : ndarray of shape (dimension,), float64
    inverse : ndarray of shape (n,), float64
        Reciprocal of the distance to the mean; 0 where the text is unknown.
    """

    vectors: Singles
    pool_mean: Floats
    inverse: Floats

    @classmethod
    def from_centred(cls, rows: npt.NDArray[np.floating]) -> CentredVectors:
        """Features of rows that are centred and normalised already, shape (n, dimension)."""
        return cls(rows, np.zeros(rows.shape[1]), np.ones(len(rows)))

    def __len__(self) -> int:
        return len(self.vectors)

    def exact(self, index: slice | Ints) -> Floats:
        vectors, inverse = self.vectors[index], self.inverse[index, None]
        rows = np.empty(vectors.shape)
        for start in range(0, len(rows), CACHED_ROWS):
            part = slice(start, start + CACHED_ROWS)
            np.subtract(vectors[part], self.pool_mean, out=rows[part], dtype=np.float64)
            rows[part] *= inverse[part]
        return rows

    def pair_products(self, index: Ints, others: Features, others_index: Ints) -> Floats:
        products = np.empty(len(index))
        distinct, row = np.unique(index, return_inverse=True)
        left = self.exact(distinct)
        for start in range(0, len(index), CACHED_ROWS):
            part = slice(start, start + CACHED_ROWS)
            np.einsum("ij,ij->i", left[row[part]], others.exact(others_index[part]), out=products[part])
        return products

    def weighted_sums(self, weights: Floats) -> Floats:
        totals = np.zeros((len(weights), self.vectors.shape[1]))
        for start in range(0, len(self), ROW_BLOCK):
            rows = slice(start, start + ROW_BLOCK)
            exact = self.exact(rows)
            for total, of_rows in zip(totals, weights[:, rows], strict=True):
                total += np.einsum("ij,i->j", exact, of_rows)
        return totals

    def dot(self, vector: Floats) -> Floats:
        products = np.empty(len(self))
        for start in range(0, len(self), CACHED_ROWS):
            rows = slice(start, start + CACHED_ROWS)
            np.einsum("ij,j->i", self.exact(rows), vector, out=products[rows])
        return products

    def bind_units(self, units: Features) -> FastVectors:
        return FastVectors(self, units)


def centred(vectors: Singles, known: Bools, pool_mean: Floats) -> Floats:
    """Unit vectors around a mean, shape (n, dimension), float64; zero rows where a text is unknown.

    Parameters
    ----------
    vectors : ndarray of shape (n, dimension), float32
    known : ndarray of shape (n,), bool
    pool_mean : ndarray of shape (dimension,), float64
    """
    raw = VectorFeatures(vectors)
    return raw.reweight(pool_mean, raw.row_scales(pool_mean, known)).exact(slice(None))


class FastVectors(FastScorer):
    """``l · (v - c) / |v - c|`` as ``(l · v - l · c) / |v - c|``, so that no centred copy is needed.

    The error of a product of K terms in single precision is at most ``K u |l| |v|`` with unit roundoff u (Higham,
    *Accuracy and Stability of Numerical Algorithms*, 2002, section 3.1). It is counted three times here, with ``|l|``
    and ``|v|`` at most 1: for the product, for rounding both rows, and as a reserve; it grows by ``1 / |v - c|``.

    Parameters
    ----------
    nonprofits : CentredVectors
    units : Features
        Centred vectors of the same dimension.
    """

    def __init__(self, nonprofits: CentredVectors, units: Features) -> None:
        left = units.exact(slice(None))
        self._left = np.asarray(left, dtype=np.float32)
        self._at_mean = np.einsum("ij,j->i", left, nonprofits.pool_mean).astype(np.float32)
        self._vectors = np.asarray(nonprofits.vectors, dtype=np.float32)
        self._inverse = nonprofits.inverse.astype(np.float32)
        largest_inverse = float(nonprofits.inverse.max(initial=0.0))
        self.error = 3 * (nonprofits.vectors.shape[1] + 2) * SINGLE_ROUNDING * largest_inverse

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        products = np.empty(len(units), dtype=np.float32)
        for unit, part in runs(units):
            np.dot(self._vectors[columns[part]], self._left[unit], out=products[part])
        products -= self._at_mean[units]
        products *= self._inverse[columns]
        return products

    def tiles(self, units: Ints) -> TileScorer:
        left, at_mean = self._left[units], self._at_mean[units, None]

        def tile(columns: slice) -> Singles:
            products: Singles = left @ self._vectors[columns].T
            products -= at_mean
            products *= self._inverse[columns]
            return products

        return tile
