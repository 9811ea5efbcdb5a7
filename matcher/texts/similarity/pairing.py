"""Similarity of the units of a run with nonprofits, from the features of each part.

The similarity of a pair is a weighted sum over parts of inner products of rows of norm 1. What all nonprofits of the
pool share, and what all companies share, says nothing of a pair: their mean rows are subtracted, see
:class:`TextSimilarity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles, evenly_spaced
from matcher.texts.features.base import FastScorer, Features, TileScorer

VARIANCE_ROWS = 1_500
"""Rows of each side over which the variance is computed: all rows in most runs, an even sample in large ones."""


@dataclass(frozen=True)
class TextSimilarity:
    """The units' side of the similarity; :meth:`with_nonprofits` adds nonprofits.

    With l a unit's row, r a nonprofit's, R the mean row of the pool and L the mean row of the companies (each company
    the mean of its distinct texts), the similarity is the sum over parts of ``w (l - λ L) · (r - σ R)``. λ is
    C / (C + prior) with C companies: what many companies share does not distinguish one of them, but what the units
    of a single company share is its own. σ is the share of the pool against the reference. Expanded for λ = σ = 1::

        (l - L) · (r - R) = l · r - l · R - L · (r - R)

    which is one inner product, one number for each unit and one for each nonprofit.

    Attributes
    ----------
    unit_features : dict of str to Features
        By part, one row for each unit.
    weights : dict of str to float
        By part, with sum 1.
    shared_component : dict of str to ndarray of shape (n_columns,), float64
        ``λ L`` by part.
    unit_offset : ndarray of shape (m,), float64
        ``- w l · σ R``, summed over parts.
    constant : float
        ``w λ L · σ R``, summed over parts.
    shared_weights : ndarray of shape (m,), float64
        Weights of the units' rows in ``λ L``.
    """

    unit_features: dict[str, Features]
    weights: dict[str, float]
    shared_component: dict[str, Floats]
    unit_offset: Floats
    constant: float
    shared_weights: Floats

    @classmethod
    def uncentred(cls, unit_features: dict[str, Features], weights: Mapping[str, float]) -> TextSimilarity:
        """Similarity ``w l · r``, before means are subtracted.

        Parameters
        ----------
        unit_features : dict of str to Features
            By part.
        weights : mapping of str to float
            By part; scaled to sum 1.
        """
        total = sum(weights[name] for name in unit_features)
        shares = {name: weights[name] / total for name in unit_features}
        zeros = np.zeros(len(next(iter(unit_features.values()))))
        return cls(unit_features, shares, {}, zeros, 0.0, zeros)

    def centred(self, pool_mean: Floats, companies: Floats, shares: tuple[float, float]) -> TextSimilarity:
        """Similarity with the mean rows of the companies and of the pool subtracted.

        Parameters
        ----------
        pool_mean : ndarray of shape (m,), float64
            ``w l · R`` of each unit, summed over parts: :meth:`Pairing.sums_with` divided by the number of rows.
        companies : ndarray of shape (m,), float64
            Weights of the units' rows in L, with sum 1.
        shares : (float, float)
            λ and σ.
        """
        company_share, pool_share = shares
        shared_weights = company_share * companies
        shared_component = {
            name: rows.weighted_sums(shared_weights[None])[0] for name, rows in self.unit_features.items()
        }
        constant = pool_share * float(shared_weights @ pool_mean)
        unit_offset = -pool_share * pool_mean
        return TextSimilarity(self.unit_features, self.weights, shared_component, unit_offset, constant, shared_weights)

    def mean(self, mean_row_products: Floats, units: Bools) -> float:
        """Mean similarity of some units with some nonprofits.

        Parameters
        ----------
        mean_row_products : ndarray of shape (m,), float64
            ``w l · r`` of each unit with the mean row of the nonprofits, summed over parts.
        units : ndarray of shape (m,), bool
        """
        of_units = float((mean_row_products + self.unit_offset)[units].mean())
        return of_units + self.constant - float(self.shared_weights @ mean_row_products)

    def with_nonprofits(self, features: dict[str, Features], offset: Floats | None = None) -> Pairing:
        """Similarity with some nonprofits.

        Parameters
        ----------
        features : dict of str to Features
            By part, one row for each nonprofit.
        offset : ndarray of shape (n,), float64, optional
            From :meth:`nonprofit_offset`, where it is known already.
        """
        return Pairing(self, features, self.nonprofit_offset(features) if offset is None else offset)

    def nonprofit_offset(self, features: dict[str, Features]) -> Floats:
        """Offsets ``- w λ L · (r - σ R)`` of some nonprofits, summed over parts, shape (n,)."""
        offset = np.full(len(next(iter(features.values()))), self.constant)
        for name, vector in self.shared_component.items():
            offset -= self.weights[name] * features[name].dot(vector)
        return offset


@dataclass(frozen=True)
class Pairing:
    """Similarity of m units with n nonprofits; see :class:`TextSimilarity`.

    Attributes
    ----------
    similarity : TextSimilarity
    nonprofit_features : dict of str to Features
        By part, one row for each nonprofit.
    offset : ndarray of shape (n,), float64
        From :meth:`TextSimilarity.nonprofit_offset`.
    """

    similarity: TextSimilarity
    nonprofit_features: dict[str, Features]
    offset: Floats

    @classmethod
    def fit(
        cls,
        features: Mapping[str, tuple[Features, Features]],
        weights: Mapping[str, float],
        *,
        in_mean: Bools,
        companies: Floats,
        shares: tuple[float, float],
    ) -> Pairing:
        """Similarity of two lists that fit in memory.

        Parameters
        ----------
        features : mapping of str to (Features, Features)
            Of units and of nonprofits, by part.
        weights : mapping of str to float
            By part; scaled to sum 1.
        in_mean : ndarray of shape (n,), bool
            Nonprofits whose mean row is R.
        companies : ndarray of shape (m,), float64
            Weights of the units' rows in L, with sum 1.
        shares : (float, float)
            λ and σ.
        """
        nonprofits = {name: pair[1] for name, pair in features.items()}
        uncentred = TextSimilarity.uncentred({name: pair[0] for name, pair in features.items()}, weights)
        pool_mean = uncentred.with_nonprofits(nonprofits).sums_with(in_mean[None])[0] / max(1, int(in_mean.sum()))
        return uncentred.centred(pool_mean, companies, shares).with_nonprofits(nonprofits)

    def sums_with(self, masks: Bools) -> Floats:
        """Products ``w l · r`` of each unit with the sum of the rows in a mask, summed over parts, shape (k, m).

        Parameters
        ----------
        masks : ndarray of shape (k, n), bool
        """
        products = np.zeros((len(masks), len(self.similarity.unit_offset)))
        for name, units in self.similarity.unit_features.items():
            of_part = self.nonprofit_features[name].products_with_sums(masks.astype(np.float64), units)
            products += self.similarity.weights[name] * of_part
        return products

    def block(self, rows: slice | Ints, columns: slice | Ints = slice(None)) -> Floats:
        """Similarity of b units with c nonprofits, shape (b, c), float64.

        Parameters
        ----------
        rows : slice or ndarray of shape (b,), int64
            Positions of the units.
        columns : slice or ndarray of shape (c,), int64, optional
            Positions of the nonprofits.
        """
        values: Floats = np.zeros((len(self.similarity.unit_offset[rows]), len(self.offset[columns])))
        for name, units in self.similarity.unit_features.items():
            product: Any = units.exact(rows) @ self.nonprofit_features[name].exact(columns).T
            values += self.similarity.weights[name] * (product.toarray() if sparse.issparse(product) else product)
        values += self.similarity.unit_offset[rows, None]
        values += self.offset[columns]
        return values

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Similarity of pairs, shape (k,), float64; the bits of one pair do not depend on the others.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        order = np.argsort(units, kind="stable")
        values = np.zeros(len(units))
        for name, features in self.similarity.unit_features.items():
            products = features.pair_products(units[order], *self.nonprofit_features[name].at(nonprofits[order]))
            values[order] += self.similarity.weights[name] * products
        return values + self.similarity.unit_offset[units] + self.offset[nonprofits]

    def fast_scorer(self) -> FastPairScorer:
        """The same similarity in single precision."""
        products = {
            name: self.nonprofit_features[name].bind_units(units)
            for name, units in self.similarity.unit_features.items()
        }
        return FastPairScorer(self, products)

    def mean(self, units: Bools, nonprofits: Bools) -> float:
        """Mean over all pairs of some units with some nonprofits: the product of their mean rows.

        Parameters
        ----------
        units : ndarray of shape (m,), bool
        nonprofits : ndarray of shape (n,), bool
        """
        if not (units.any() and nonprofits.any()):
            return 0.0
        return self.similarity.mean(self.sums_with(nonprofits[None])[0] / nonprofits.sum(), units)

    def variance(self, units: Bools, nonprofits: Bools, mean: float) -> float:
        """Variance over the pairs of at most ``VARIANCE_ROWS`` evenly spaced rows of each side.

        Parameters
        ----------
        units : ndarray of shape (m,), bool
        nonprofits : ndarray of shape (n,), bool
        mean : float
            From :meth:`mean`.
        """
        rows, columns = evenly_spaced(units, VARIANCE_ROWS), evenly_spaced(nonprofits, VARIANCE_ROWS)
        return float(np.mean((self.block(rows, columns) - mean) ** 2)) if len(rows) and len(columns) else 0.0


class FastPairScorer:
    """:class:`Pairing` in single precision.

    Parameters
    ----------
    exact : Pairing
    products : dict of str to FastScorer
        By part.

    Attributes
    ----------
    error : float
        Largest absolute error of a similarity.
    """

    def __init__(self, exact: Pairing, products: dict[str, FastScorer]) -> None:
        weights = exact.similarity.weights
        self._products = [(np.float32(weights[name]), scorer) for name, scorer in products.items()]
        self._unit_offset = exact.similarity.unit_offset.astype(np.float32)
        self._offset = exact.offset.astype(np.float32)
        self.error = sum(weights[name] * scorer.error for name, scorer in products.items()) + 1e-6

    def pairs(self, units: Ints, columns: Ints, threshold: Floats) -> Singles:
        """Similarity of pairs, shape (k,), or -inf where it is below the threshold.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions, ascending.
        columns : ndarray of shape (k,), int64
            Positions of the nonprofits.
        threshold : ndarray of shape (k,), float64
        """
        cheap = self._offset[columns] + self._unit_offset[units]
        costly_bound = np.zeros(len(units), dtype=np.float32)
        for weight, product in self._products:
            if product.is_costly:
                costly_bound += weight * product.upper_bound(units, columns)
            else:
                cheap += weight * product.pairs(units, columns)
        candidates = np.flatnonzero(cheap + costly_bound >= threshold)
        values = np.full(len(units), -np.inf, dtype=np.float32)
        values[candidates] = cheap[candidates]
        for weight, product in self._products:
            if product.is_costly:
                values[candidates] += weight * product.pairs(units[candidates], columns[candidates])
        return values

    def tiles(self, units: Ints) -> TileScorer:
        """Function that gives the similarity of these units, shape (b,), with any slice of the nonprofits."""
        weighted = [(weight, product.tiles(units)) for weight, product in self._products]
        offset = self._unit_offset[units, None]

        def tile(columns: slice) -> Singles:
            values = offset + self._offset[columns]
            for weight, products in weighted:
                product = products(columns)
                product *= weight
                values += product
            return values

        return tile
