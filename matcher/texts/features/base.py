"""Features of texts: raw as extracted from a text, and reweighted by what the pool of texts says of each feature.

Raw features (a vector, the n-grams) are stored in single precision or as column numbers. The statistics of the pool
(its mean vector, the rarity of each n-gram) are applied row by row in double precision when needed, so a large
register takes no more memory than its raw features.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles

ExactRows: TypeAlias = "Floats | sparse.csr_matrix"
TileScorer: TypeAlias = "Callable[[slice], Singles]"
"""Maps a slice of c nonprofits to the scores of b units with them, shape (b, c), float32."""

ROW_BLOCK = 8_192
"""Rows converted to double precision at a time: bounds the memory, changes no result."""
CACHED_ROWS = 256
"""Rows copied or computed with at a time where every row stands alone: they stay in the cache of a processor."""
SINGLE_ROUNDING = 2.0**-24
"""Unit roundoff of single precision."""


def runs(index: Ints) -> Iterator[tuple[int, slice]]:
    """Yield each distinct value of an ascending array of shape (k,), and the slice of the positions that hold it."""
    bounds = np.flatnonzero(np.diff(index, prepend=-1, append=-1)).tolist()
    for start, stop in pairwise(bounds):
        yield int(index[start]), slice(start, stop)


class RawFeatures(ABC):
    """What one part extracts from n texts, independent of the pool."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def total(self, mask: Bools) -> Floats:
        """Sum of the rows in a mask of shape (n,), shape (n_columns,)."""

    @abstractmethod
    def take(self, index: Ints) -> StoredFeatures:
        """Rows at the positions in ``index``, in its order."""

    @abstractmethod
    def row_scales(self, pool_stats: Floats, known: Bools) -> Floats:
        """Factor that normalises each reweighted row, shape (n,): 0 where a text is unknown.

        Parameters
        ----------
        pool_stats : ndarray of shape (n_columns,)
            From :meth:`matcher.texts.features.parts.SimilarityPart.pool_stats`.
        known : ndarray of shape (n,), bool
        """

    @abstractmethod
    def reweight(self, pool_stats: Floats, row_scales: Floats) -> Features:
        """Features reweighted by the pool.

        Parameters
        ----------
        pool_stats : ndarray of shape (n_columns,)
        row_scales : ndarray of shape (n,)
            From :meth:`row_scales`.
        """


class StoredFeatures(RawFeatures):
    """Raw features that are arrays, one row for each text."""

    @abstractmethod
    def take(self, index: Ints) -> Self: ...

    @classmethod
    @abstractmethod
    def join(cls, several: Sequence[Any]) -> Any:
        """Rows of several features, concatenated."""

    @classmethod
    @abstractmethod
    def save_gathered(cls, folder: Path, several: Sequence[Any], which: Ints, rows: Ints) -> None:
        """Write rows of several features to the files of one, in an existing folder, without a copy of them all.

        Parameters
        ----------
        folder : Path
        several : sequence of StoredFeatures
            Of this type.
        which : ndarray of shape (n,), int64
            In which of them each row lies.
        rows : ndarray of shape (n,), int64
            Its position there.
        """

    @property
    @abstractmethod
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays by name, each of any shape, from which :meth:`from_arrays` makes the features again."""

    @property
    def nbytes(self) -> int:
        """Size of the arrays in bytes."""
        return sum(array.nbytes for array in self.arrays.values())

    @classmethod
    @abstractmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Features from :attr:`arrays`."""


class Features(ABC):
    """Reweighted rows of norm 1 at most, whose inner products are similarities; zero where a text is unknown."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def exact(self, index: slice | Ints) -> ExactRows:
        """Rows at some positions, shape (k, n_columns), float64; the bits of a row do not depend on the others."""

    def at(self, index: Ints) -> tuple[Features, Ints]:
        """Features that hold the rows at some positions, and the positions of these there, shape (k,)."""
        return self, index

    @abstractmethod
    def pair_products(self, index: Ints, others: Features, others_index: Ints) -> Floats:
        """Inner products of pairs of rows, shape (k,), float64, reproducible to the bit like :meth:`exact`.

        Parameters
        ----------
        index : ndarray of shape (k,), int64
            Rows of these features, ascending.
        others : Features
            Of the same part.
        others_index : ndarray of shape (k,), int64
            Rows of ``others``.
        """

    @abstractmethod
    def weighted_sums(self, weights: Floats) -> Floats:
        """Sums of the rows times their weights of shape (k, n), shape (k, n_columns)."""

    def products_with_sums(self, weights: Floats, units: Features) -> Floats:
        """Inner products of the rows of units with :meth:`weighted_sums` of these rows, shape (k, m).

        Parameters
        ----------
        weights : ndarray of shape (k, n), float64
        units : Features
            Of the same part.
        """
        return np.stack([units.dot(row_sum) for row_sum in self.weighted_sums(weights)])

    @abstractmethod
    def dot(self, vector: Floats) -> Floats:
        """Inner product of every row with a vector of shape (n_columns,), shape (n,), reproducible to the bit."""

    @abstractmethod
    def bind_units(self, units: Features) -> FastScorer:
        """Fast products of these rows (nonprofits) with the rows of units."""


class FastScorer(ABC):
    """Inner products of units with nonprofits in single precision, with a proven bound on their error.

    Attributes
    ----------
    error : float
        Largest absolute error of a product.
    is_costly : bool
        Whether it pays to compute :meth:`upper_bound` before the products.
    """

    error: float
    is_costly: bool = False

    def upper_bound(self, units: Ints, columns: Ints) -> Singles:
        """Upper bounds on the products of pairs, to within ``error``, shape (k,).

        Parameters
        ----------
        units, columns : ndarray of shape (k,), int64
            Positions of the units and of the nonprofits.
        """
        return np.ones(len(units), dtype=np.float32)

    @abstractmethod
    def pairs(self, units: Ints, columns: Ints) -> Singles:
        """Products of pairs, shape (k,).

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions, ascending.
        columns : ndarray of shape (k,), int64
            Positions of the nonprofits.
        """

    @abstractmethod
    def tiles(self, units: Ints) -> TileScorer:
        """Function that gives the products of these units, shape (b,), with any slice of the nonprofits."""
