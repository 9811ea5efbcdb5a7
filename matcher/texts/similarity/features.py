"""Rows that stand for texts: what was read in them, weighed against the pool only when it is asked for.

What is read in a text (a vector, its pieces of words) is kept as it is, in single precision or as column numbers. What
the pool says (its centre, how rare each piece is) is put on top row by row, in double precision, so that a large
register takes no more memory than what was read in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles

Exact: TypeAlias = "Floats | sparse.csr_matrix"
Tiles: TypeAlias = "Callable[[slice], Singles]"

ROWS_AT_ONCE = 8_192
"""Rows in double precision at one time: bounds the memory, changes no result."""
SINGLE_ROUNDING = 2.0**-24


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
    def beside(self, units: Rows) -> FastScorer:
        """Return what gives products with the rows of units quickly, in single precision."""


class FastScorer(ABC):
    """Products of units with nonprofits in single precision: many times as quick, off by no more than ``error``.

    Attributes
    ----------
    error : float
    costly : bool
        Whether it pays to ask first what the products of pairs are at most.
    """

    error: float
    costly: ClassVar[bool] = False

    def at_most(self, units: Ints, columns: Ints) -> Singles:
        """Return what the products of pairs are at most, give or take ``error``, shape (k,)."""
        return np.ones(len(units), dtype=np.float32)

    @abstractmethod
    def pairs(self, units: Ints, columns: Ints) -> Singles:
        """Return the products of pairs, shape (k,); ``units`` ascending."""

    @abstractmethod
    def tiles(self, units: Ints) -> Tiles:
        """Return what gives the products of some units with a slice of the nonprofits, shape (b, c)."""
