"""Features of texts of which many are equal: computed with each distinct text once.

Branches share a text, and of many nonprofits a text is blank. A row is then a position among the distinct texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.arrays import Bools, Floats, Ints, Singles
from matcher.texts.features.base import (
    ExactRows,
    FastScorer,
    Features,
    RawFeatures,
    StoredFeatures,
    TileScorer,
)


def are_repeated(rows: Ints) -> bool:
    """Whether rows have so few distinct texts that it pays to compute with these.

    Parameters
    ----------
    rows : ndarray of shape (n,), int64
        Position of the text of each row among the distinct ones.
    """
    return 2 * (int(rows.max(initial=-1)) + 1) <= len(rows)


@dataclass(frozen=True)
class RepeatedRows(RawFeatures):
    """Raw features of n texts by those of the distinct ones.

    Attributes
    ----------
    distinct : StoredFeatures
    rows : ndarray of shape (n,), int64
        Position of each text among the distinct ones, each of which is some row's.
    """

    distinct: StoredFeatures
    rows: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def total(self, mask: Bools) -> Floats:
        return self.take(np.flatnonzero(mask)).total(np.ones(int(mask.sum()), dtype=bool))

    def take(self, index: Ints) -> StoredFeatures:
        return self.distinct.take(self.rows[index])

    def row_scales(self, pool_stats: Floats, known: Bools) -> Floats:
        of_distinct = np.zeros(len(self.distinct), dtype=bool)
        of_distinct[self.rows] = known
        return self.distinct.row_scales(pool_stats, of_distinct)[self.rows]

    def reweight(self, pool_stats: Floats, row_scales: Floats) -> Features:
        of_distinct = np.zeros(len(self.distinct))
        of_distinct[self.rows] = row_scales
        return RepeatedFeatures(self.distinct.reweight(pool_stats, of_distinct), self.rows)


@dataclass(frozen=True)
class RepeatedFeatures(Features):
    """Reweighted features of n texts by those of the distinct ones.

    Attributes
    ----------
    distinct : Features
    rows : ndarray of shape (n,), int64
        As in :class:`RepeatedRows`.
    """

    distinct: Features
    rows: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, index: Ints) -> tuple[Features, Ints]:
        """Features of the distinct texts, and the positions of some rows there, shape (k,)."""
        return self.distinct, self.rows[index]

    def exact(self, index: slice | Ints) -> ExactRows:
        return self.distinct.exact(self.rows[index])

    def pair_products(self, index: Ints, others: Features, others_index: Ints) -> Floats:
        rows = self.rows[index]
        order = np.argsort(rows, kind="stable")
        products = np.empty(len(rows))
        products[order] = self.distinct.pair_products(rows[order], others, others_index[order])
        return products

    def weighted_sums(self, weights: Floats) -> Floats:
        return self.distinct.weighted_sums(self._of_distinct(weights))

    def products_with_sums(self, weights: Floats, units: Features) -> Floats:
        return self.distinct.products_with_sums(self._of_distinct(weights), units)

    def _of_distinct(self, weights: Floats) -> Floats:
        """Sums of the weights of shape (k, n) over the rows of each distinct text, shape (k, n_distinct)."""
        of_distinct = [np.bincount(self.rows, weights=of_rows, minlength=len(self.distinct)) for of_rows in weights]
        return np.stack(of_distinct)

    def dot(self, vector: Floats) -> Floats:
        return self.distinct.dot(vector)[self.rows]

    def bind_units(self, units: Features) -> FastScorer:
        return RepeatedScorer(self.distinct.bind_units(units), len(self.distinct), self.rows)


class RepeatedScorer(FastScorer):
    """Products of units with nonprofits whose texts are often equal.

    Parameters
    ----------
    distinct : FastScorer
        Of the distinct texts.
    count : int
        Number of these.
    rows : ndarray of shape (n,), int64
        As in :class:`RepeatedRows`.
    """

    def __init__(self, distinct: FastScorer, count: int, rows: Ints) -> None:
        self._distinct, self._count, self._rows = distinct, count, rows
        self.error, self.is_costly = distinct.error, distinct.is_costly

    def upper_bound(self, units: Ints, columns: Ints) -> Singles:
        return self._distinct.upper_bound(units, self._rows[columns])

    def pairs(self, units: Ints, columns: Ints) -> Singles:
        return self._distinct.pairs(units, self._rows[columns])

    def tiles(self, units: Ints) -> TileScorer:
        products = self._distinct.tiles(units)(slice(0, self._count))
        return lambda columns: np.take(products, self._rows[columns], axis=1)
