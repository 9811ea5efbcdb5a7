"""Rows that stand for texts: what was read in them, weighed against the pool only when it is asked for.

What is read in a text (a vector, its pieces of words) is kept as it is, in single precision or as column numbers. What
the pool says (its centre, how rare each piece is) is put on top row by row, in double precision, so that a large
register takes no more memory than what was read in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[Any]
Exact: TypeAlias = "Floats | sparse.csr_matrix"

ROWS_AT_ONCE = 8_192
"""Rows in double precision at one time: bounds the memory, changes no result."""
SINGLE_ROUNDING = 2.0**-24
PIECES_SHORT = 500
"""With so many distinct pieces a text's row has half its squared length: a short one has little to be alike in."""


class Read(ABC):
    """What one part has read in some texts, before the pool is looked at."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def total(self, chosen: Bools) -> Floats:
        """Return the sum of some rows, shape (n_columns,)."""

    @abstractmethod
    def take(self, index: Ints) -> Self:
        """Return some rows, in the order asked for."""

    @classmethod
    @abstractmethod
    def join(cls, several: Sequence[Any]) -> Any:
        """Return rows of several under each other."""

    @abstractmethod
    def lengths(self, standard: Floats, known: Bools) -> Floats:
        """Return what each row is multiplied with, shape (n,): 0 where a text is unknown.

        Parameters
        ----------
        standard : ndarray of shape (n_columns,)
            What the pool says of each column.
        known : ndarray of shape (n,), bool
        """

    @abstractmethod
    def weigh(self, standard: Floats, lengths: Floats) -> Rows:
        """Return the rows as the pool makes them, with the lengths that :meth:`lengths` gave."""

    @property
    @abstractmethod
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that it holds, by the name of its field."""

    @classmethod
    @abstractmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Return it from what :attr:`arrays` gave."""


class Rows(ABC):
    """Rows of length 1 at most, whose products say how alike two texts are; zero rows where a text is unknown."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def exact(self, index: slice | Ints) -> Exact:
        """Return some rows in double precision, each computed in an order of its own that nothing else changes."""

    @abstractmethod
    def products(self, index: Ints, others: Rows, others_index: Ints) -> Floats:
        """Return the products of rows with the rows of others, pair by pair, shape (k,), as exact as :meth:`exact`."""

    @abstractmethod
    def weighted_sum(self, weights: Floats) -> Floats:
        """Return the sum of the rows times their weights, shape (n_columns,)."""

    @abstractmethod
    def times(self, vector: Floats) -> Floats:
        """Return the product of every row with a vector, shape (n,), each as exact as :meth:`exact`."""

    @abstractmethod
    def beside(self, units: Rows) -> Quick:
        """Return what gives products with the rows of units quickly, in single precision."""


class Quick(ABC):
    """Products of units with nonprofits in single precision: many times as quick, off by no more than ``error``."""

    error: float

    @abstractmethod
    def pairs(self, units: Ints, columns: Ints) -> Singles:
        """Return the products of pairs, shape (k,); ``units`` ascending."""

    @abstractmethod
    def block(self, units: Ints) -> Singles:
        """Return the products of some units with all nonprofits, shape (b, n)."""


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

    def beside(self, units: Rows) -> QuickVectors:
        return QuickVectors(self, units)


def centred(vectors: Singles, known: Bools, centre: Floats) -> Floats:
    """Return unit vectors around a centre, shape (n, dimension), float64; zero rows where a text is unknown."""
    read = Vectors(vectors)
    return read.weigh(centre, read.lengths(centre, known)).exact(slice(None))


class QuickVectors(Quick):
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

    def block(self, units: Ints) -> Singles:
        found: Singles = self._left[units] @ self._vectors.T
        found -= self._at_centre[units, None]
        found *= self._inverse
        return found


@dataclass(frozen=True)
class Pieces(Read):
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
    def of(cls, presence: sparse.csr_matrix) -> Pieces:
        """Return the pieces of a matrix that has something in each cell that counts."""
        return cls(presence.indptr.astype(np.int64), presence.indices.astype(np.int32), presence.shape[1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def total(self, chosen: Bools) -> Floats:
        counts = np.bincount(self.columns[np.repeat(chosen, np.diff(self.starts))], minlength=self.buckets)
        return counts.astype(np.float64)

    def take(self, index: Ints) -> Pieces:
        counts = np.diff(self.starts)[index]
        starts = np.concatenate([[0], np.cumsum(counts)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1][index] - starts[:-1], counts)
        return Pieces(starts, self.columns[places], self.buckets)

    @classmethod
    def join(cls, several: Sequence[Pieces]) -> Pieces:
        if len(several) == 1:
            return several[0]
        counts = np.concatenate([np.diff(item.starts) for item in several])
        columns = np.concatenate([item.columns for item in several])
        return Pieces(np.concatenate([[0], np.cumsum(counts)]), columns, several[0].buckets)

    def lengths(self, standard: Floats, known: Bools) -> Floats:
        counts = np.diff(self.starts)
        squares = np.zeros(len(counts))
        filled = counts > 0
        if filled.any():
            squares[filled] = np.add.reduceat((standard**2)[self.columns], self.starts[:-1][filled])
        length = np.sqrt(np.divide(counts / (counts + PIECES_SHORT), squares, out=np.zeros(len(counts)), where=filled))
        return np.where(known, length, 0.0)

    def weigh(self, standard: Floats, lengths: Floats) -> WeightedPieces:
        return WeightedPieces(self, standard, lengths)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"starts": self.starts, "columns": self.columns, "buckets": np.array(self.buckets)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Pieces:
        return cls(arrays["starts"], arrays["columns"], int(arrays["buckets"]))


@dataclass(frozen=True)
class WeightedPieces(Rows):
    """Pieces of words, each as much as it is rare.

    Attributes
    ----------
    pieces : Pieces
    rarity : ndarray of shape (buckets,), float64
    lengths : ndarray of shape (n,), float64
        What the rarities of a row are multiplied with.
    """

    pieces: Pieces
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

    def beside(self, units: Rows) -> QuickPieces:
        return QuickPieces(self, units)


_PAIRS_AT_ONCE = 4_096


class QuickPieces(Quick):
    """Products over the pieces that stand in the units' texts: the others never meet anything.

    The error bound is that of :class:`QuickVectors`, with the pieces of the longest text for K.
    """

    def __init__(self, rows: WeightedPieces, units: Rows) -> None:
        left: Any = units.exact(slice(None))
        met = np.unique(left.indices)
        self._met = len(met)
        # Pieces that no unit has are told apart by one column more, which is empty.
        self._place = np.full(rows.pieces.buckets, self._met, dtype=np.int32)
        self._place[met] = np.arange(self._met, dtype=np.int32)
        self._rows = rows
        self._lengths = rows.lengths.astype(np.float32)
        # The rarity of the nonprofit's side goes to the unit's, once.
        data = (left.data * rows.rarity[left.indices]).astype(np.float32)
        self._left = sparse.csr_matrix(
            (data, self._place[left.indices], left.indptr), shape=(len(units), self._met + 1)
        )
        longest = int(np.diff(rows.pieces.starts).max(initial=0))
        self.error = 3 * (longest + 2) * SINGLE_ROUNDING

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        found = np.zeros(len(units), dtype=np.float32)
        pieces = self._rows.pieces
        for start in range(0, len(units), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            told, of_pair = np.unique(units[part], return_inverse=True)
            table = self._left[told].toarray()
            begins = pieces.starts[columns[part]]
            counts = pieces.starts[columns[part] + 1] - begins
            ends = np.cumsum(counts)
            places = np.arange(ends[-1]) + np.repeat(begins - (ends - counts), counts)
            met = self._place[pieces.columns[places]] + np.repeat(of_pair * table.shape[1], counts)
            filled = counts > 0
            if filled.any():
                found[part][filled] = np.add.reduceat(table.ravel()[met], (ends - counts)[filled])
        found *= self._lengths[columns]
        return found

    @cached_property
    def _right(self) -> sparse.csr_matrix:
        """The pieces as a matrix, shape (n, met + 1), those that no unit has in its last column."""
        columns = self._place[self._rows.pieces.columns]
        data = np.ones(len(columns), dtype=np.float32)
        starts = self._rows.pieces.starts
        if len(columns) < 2**31:
            starts = starts.astype(np.int32)  # else scipy makes the columns as wide as the starts
        return sparse.csr_matrix((data, columns, starts), shape=(len(self._rows), self._met + 1))

    def block(self, units: Ints) -> Singles:
        found = np.asarray(self._right @ self._left[units].T.toarray(), dtype=np.float32)
        found *= self._lengths[:, None]
        return np.ascontiguousarray(found.T)
