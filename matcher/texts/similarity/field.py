"""The text score: how alike two texts are, set against the pool, so that it means the same whatever the encoder.

Cosines of different encoders live on different scales (one puts unrelated texts at 0.80, another at 0.05). The
likeness of a pair is the weighted sum of its parts, each a product of two rows of length 1, seen from both sides:
what a text has in common with the whole pool, and what a nonprofit has in common with all companies, says nothing of
the pair and is taken out. The likeness is turned into a z-score with the mean and the variance over all pairs of the
run; a logistic makes it a score between 0 and 1, 0.5 for the average pair.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import numpy as np
from scipy import sparse

from matcher.arrays import Bools, Floats, Ints, Singles, evenly_spaced
from matcher.texts.corpus import Chunk, Texts
from matcher.texts.similarity.features import FastScorer, Rows, Tiles
from matcher.texts.similarity.parts import TEXT_PARTS, TextPool, parts_to_be_had
from matcher.texts.similarity.scale import TextScale

SPREAD_ROWS = 1_500
"""Rows a side over which the spread is measured: all of them in most runs, evenly spaced ones in large runs."""


@dataclass(frozen=True)
class TextSimilarity:
    """The likeness of the units of a run with any nonprofit, from rows of each part.

    With l a unit's row, r a nonprofit's, R the mean row of the pool and L the mean row of the companies (each company
    the mean of its distinct texts), the likeness is the sum over parts of ``w (l - λ L) · (r - σ R)``. λ is
    C / (C + prior) with C companies: what all of many companies share says nothing of one, what the only company's
    units share is its own. σ is how much the pool counts against the reference. Multiplied out::

        (l - L) · (r - R) = l · r - l · R - L · (r - R)

    so it is one product, a number a unit and a number a nonprofit.

    Attributes
    ----------
    left : dict of str to Rows
        By part: a row a unit.
    weights : dict of str to float
        By part, of sum 1.
    common : dict of str to ndarray of shape (n_columns,), float64
        ``λ L`` by part.
    unit_offset : ndarray of shape (m,), float64
        ``- w l · σ R``, over all parts.
    constant : float
        ``w λ L · σ R``, over all parts.
    in_common : ndarray of shape (m,), float64
        Weights of the units' rows in ``λ L``.
    """

    left: dict[str, Rows]
    weights: dict[str, float]
    common: dict[str, Floats]
    unit_offset: Floats
    constant: float
    in_common: Floats

    @classmethod
    def plain(cls, left: dict[str, Rows], weights: Mapping[str, float]) -> TextSimilarity:
        """Return the likeness before anything is taken out: ``w l · r``."""
        total = sum(weights[name] for name in left)
        shares = {name: weights[name] / total for name in left}
        none = np.zeros(len(next(iter(left.values()))))
        return cls(left, shares, {}, none, 0.0, none)

    def without(self, middle: Floats, companies: Floats, taken_out: tuple[float, float]) -> TextSimilarity:
        """Return the likeness with what many have in common taken out.

        Parameters
        ----------
        middle : ndarray of shape (m,), float64
            ``w l · R`` of each unit, over all parts, as :meth:`Pairing.with_sum` gives it, over their number.
        companies : ndarray of shape (m,), float64
            Weights of the units' rows in L, of sum 1.
        taken_out : (float, float)
            λ and σ.
        """
        of_companies, of_pool = taken_out
        in_common = of_companies * companies
        common = {name: rows.weighted_sum(in_common) for name, rows in self.left.items()}
        constant = of_pool * float(in_common @ middle)
        return TextSimilarity(self.left, self.weights, common, -of_pool * middle, constant, in_common)

    def mean(self, with_mean: Floats, units: Bools) -> float:
        """Return the mean over all pairs of some units with some nonprofits.

        Parameters
        ----------
        with_mean : ndarray of shape (m,), float64
            ``w l · r`` of each unit with the mean row of the nonprofits, over all parts.
        units : ndarray of shape (m,), bool
        """
        of_units = float((with_mean + self.unit_offset)[units].mean())
        return of_units + self.constant - float(self.in_common @ with_mean)

    def of(self, right: dict[str, Rows], offset: Floats | None = None) -> Pairing:
        """Return the likeness with some nonprofits, given their rows by part."""
        return Pairing(self, right, self.nonprofit_offset(right) if offset is None else offset)

    def nonprofit_offset(self, right: dict[str, Rows]) -> Floats:
        """Return ``- w λ L · (r - σ R)`` of some nonprofits, over all parts, shape (n,)."""
        found = np.full(len(next(iter(right.values()))), self.constant)
        for name, vector in self.common.items():
            found -= self.weights[name] * right[name].times(vector)
        return found


@dataclass(frozen=True)
class Pairing:
    """The likeness of the units of a run with some nonprofits; see :class:`TextSimilarity`.

    Attributes
    ----------
    likeness : TextSimilarity
    right : dict of str to Rows
        By part: a row a nonprofit.
    offset : ndarray of shape (n,), float64
    """

    likeness: TextSimilarity
    right: dict[str, Rows]
    offset: Floats

    @classmethod
    def fit(
        cls,
        sides: Mapping[str, tuple[Rows, Rows]],
        weights: Mapping[str, float],
        *,
        middle: Bools,
        companies: Floats,
        taken_out: tuple[float, float],
    ) -> Pairing:
        """Return the likeness of two lists that are in memory whole.

        Parameters
        ----------
        sides : dict of str to (Rows, Rows)
            By part: a row a unit and a row a nonprofit.
        weights : mapping of str to float
            By part; brought to sum 1.
        middle : ndarray of shape (n,), bool
            Nonprofits whose mean row is R.
        companies : ndarray of shape (m,), float64
            Weights of the units' rows in L, of sum 1.
        taken_out : (float, float)
            λ and σ.
        """
        right = {name: pair[1] for name, pair in sides.items()}
        plain = TextSimilarity.plain({name: pair[0] for name, pair in sides.items()}, weights)
        mean = plain.of(right).with_sum(middle) / max(1, int(middle.sum()))
        return plain.without(mean, companies, taken_out).of(right)

    def with_sum(self, chosen: Bools) -> Floats:
        """Return ``w l · r`` of each unit with the sum of some nonprofits' rows, over all parts, shape (m,)."""
        weights = chosen.astype(np.float64)
        found = np.zeros(len(self.likeness.unit_offset))
        for name, left in self.likeness.left.items():
            found += self.likeness.weights[name] * left.times(self.right[name].weighted_sum(weights))
        return found

    def block(self, rows: slice | Ints, columns: slice | Ints = slice(None)) -> Floats:
        """Return the likeness of some units with some nonprofits, shape (b, c), float64."""
        found: Floats = np.zeros((len(self.likeness.unit_offset[rows]), len(self.offset[columns])))
        for name, left in self.likeness.left.items():
            product: Any = left.exact(rows) @ self.right[name].exact(columns).T
            found += self.likeness.weights[name] * (product.toarray() if sparse.issparse(product) else product)
        found += self.likeness.unit_offset[rows, None]
        found += self.offset[columns]
        return found

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Return the likeness of pairs, shape (k,), each computed in an order of its own that nothing else changes."""
        found = np.zeros(len(units))
        for name, left in self.likeness.left.items():
            found += self.likeness.weights[name] * left.products(units, self.right[name], nonprofits)
        return found + self.likeness.unit_offset[units] + self.offset[nonprofits]

    def quick(self) -> FastPairScorer:
        """Return what gives the same quickly, in single precision."""
        products = {name: self.right[name].beside(left) for name, left in self.likeness.left.items()}
        return FastPairScorer(self, products)

    def mean(self, units: Bools, nonprofits: Bools) -> float:
        """Return the mean over all pairs of some units with some nonprofits: the product of their mean rows."""
        if not (units.any() and nonprofits.any()):
            return 0.0
        return self.likeness.mean(self.with_sum(nonprofits) / nonprofits.sum(), units)

    def variance(self, units: Bools, nonprofits: Bools, mean: float) -> float:
        """Return the variance over pairs of some units with some nonprofits around their mean.

        Over all of them up to ``SPREAD_ROWS`` a side; over so many, evenly spaced, where there are more.
        """
        rows, columns = evenly_spaced(units, SPREAD_ROWS), evenly_spaced(nonprofits, SPREAD_ROWS)
        return float(np.mean((self.block(rows, columns) - mean) ** 2)) if len(rows) and len(columns) else 0.0


class FastPairScorer:
    """:class:`Pairing` in single precision.

    Attributes
    ----------
    error : float
        How far a likeness may be off.
    """

    def __init__(self, exact: Pairing, products: dict[str, FastScorer]) -> None:
        weights = exact.likeness.weights
        self._products = [(np.float32(weights[name]), quick) for name, quick in products.items()]
        self._unit_offset = exact.likeness.unit_offset.astype(np.float32)
        self._offset = exact.offset.astype(np.float32)
        self.error = sum(weights[name] * quick.error for name, quick in products.items()) + 1e-6

    def pairs(self, units: Ints, columns: Ints, least: Floats) -> Singles:
        """Return the likeness of pairs, shape (k,), or -inf where it is less than ``least``; ``units`` ascending."""
        found = self._offset[columns] + self._unit_offset[units]
        at_most = np.zeros(len(units), dtype=np.float32)
        for weight, product in self._products:
            if product.costly:
                at_most += weight * product.at_most(units, columns)
            else:
                found += weight * product.pairs(units, columns)
        reaching = np.flatnonzero(found + at_most >= least)
        judged = np.full(len(units), -np.inf, dtype=np.float32)
        judged[reaching] = found[reaching]
        for weight, product in self._products:
            if product.costly:
                judged[reaching] += weight * product.pairs(units[reaching], columns[reaching])
        return judged

    def tiles(self, units: Ints) -> Tiles:
        """Return what gives the likeness of some units with a slice of the nonprofits, shape (b, c)."""
        weighted = [(weight, product.tiles(units)) for weight, product in self._products]
        offset = self._unit_offset[units, None]

        def tile(columns: slice) -> Singles:
            found = offset + self._offset[columns]
            for weight, products in weighted:
                product = products(columns)
                product *= weight
                found += product
            return found

        return tile


@dataclass(frozen=True)
class FieldSimilarity:
    """The likeness of one field of a run, its scale, and what the pool says of what is read in a text.

    It goes to where the nonprofits' texts are, see :meth:`pairing`.

    Attributes
    ----------
    field : str
    likeness : TextSimilarity
    scale : TextScale
    standards : dict of str to ndarray of shape (n_columns,), float64
        By part.
    known : ndarray of shape (n,), bool
        Nonprofits whose text is known.
    key : str
        Of this one alone.
    """

    field: str
    likeness: TextSimilarity
    scale: TextScale
    standards: dict[str, Floats]
    known: Bools
    key: str = dataclasses.field(default_factory=lambda: uuid4().hex)

    @classmethod
    def fit(
        cls,
        pool: TextPool,
        weights: Mapping[str, float],
        *,
        active: Bools,
        companies: Ints,
        company_prior: float,
        slope: float,
    ) -> FieldSimilarity:
        """Measure a run.

        Parameters
        ----------
        pool : TextPool
        weights : mapping of str to float
            By part. What an encoder has no part for counts for its own vectors.
        active : ndarray of shape (n,), bool
            Nonprofits that the mean and the variance are taken over.
        companies : ndarray of shape (m,), int64
            The units' companies as numbers.
        company_prior : float
            λ is one half with so many companies.
        slope : float
            Steepness of the logistic.
        """
        weights = parts_to_be_had(weights, pool.encoder)
        of_companies, count = company_weights(pool, companies)
        standards = {name: TEXT_PARTS[name]().standard(pool) for name in weights}
        left = {name: pool.units.rows(name, standards[name]) for name in weights}
        plain = cls(
            pool.nonprofits.field,
            TextSimilarity.plain(left, weights),
            TextScale(0, 0, slope),
            standards,
            pool.nonprofits.known,
        )
        units, nonprofits = pool.units.known, pool.nonprofits.known & active
        sums = pool.nonprofits.chunks.each(_sums, plain, (pool.middle, nonprofits))
        of_middle, of_active = (np.sum([item[index] for item in sums], axis=0) for index in (0, 1))
        taken_out = (count / (count + company_prior) if count else 0.0, pool.share)
        likeness = plain.likeness.without(of_middle / max(1, int(pool.middle.sum())), of_companies, taken_out)
        mean = variance = 0.0
        if units.any() and nonprofits.any():
            mean = likeness.mean(of_active / nonprofits.sum(), units)
            spread = replace(plain, likeness=likeness).pairing_of(
                pool.nonprofits, evenly_spaced(nonprofits, SPREAD_ROWS)
            )
            variance = spread.variance(units, np.ones(len(spread.offset), dtype=bool), mean)
        if pool.reference is not None:
            total = sum(weights.values())
            usual = pool.reference.deviation({name: weight / total for name, weight in weights.items()})
            mean, variance = pool.share * mean, pool.share * variance + (1 - pool.share) * usual**2
        # A key of its own: what chunks remember of the plain one does not hold for it.
        scale = TextScale(mean, float(np.sqrt(variance)), slope)
        return replace(plain, likeness=likeness, scale=scale, key=uuid4().hex)

    def pairing(self, chunk: Chunk) -> Pairing:
        """Return the likeness with the nonprofits of a chunk; what has to be measured of its rows is remembered there."""
        texts = chunk.fields[self.field]
        read = {name: texts.read(name) for name in self.standards}

        def measure() -> tuple[dict[str, Floats], Floats]:
            known = self.known[chunk.rows]
            lengths = {name: rows.lengths(self.standards[name], known) for name, rows in read.items()}
            right = {name: rows.weigh(self.standards[name], lengths[name]) for name, rows in read.items()}
            return lengths, self.likeness.nonprofit_offset(right)

        lengths, offset = texts.remember(self.key, measure)
        right = {name: rows.weigh(self.standards[name], lengths[name]) for name, rows in read.items()}
        return self.likeness.of(right, offset)

    def pairing_of(self, texts: Texts, rows: Ints) -> Pairing:
        """Return the likeness with some nonprofits, their texts' rows brought here."""
        right = {}
        for name, standard in self.standards.items():
            read = texts.pick(name, rows)
            right[name] = read.weigh(standard, read.lengths(standard, self.known[rows]))
        return self.likeness.of(right)


def _sums(chunk: Chunk, plain: FieldSimilarity, chosen: tuple[Bools, ...]) -> list[Floats]:
    pairing = plain.pairing(chunk)
    return [pairing.with_sum(rows[chunk.rows]) for rows in chosen]


def company_weights(pool: TextPool, companies: Ints) -> tuple[Floats, int]:
    """Return the weight of each unit in the mean over companies, shape (m,), and how many companies have a text.

    Every company weighs the same, and within it every distinct text.
    """
    first = pool.units.first_of_each(pool.units.known, companies)
    found, group, texts = np.unique(companies[first], return_inverse=True, return_counts=True)
    weights = np.zeros(len(companies))
    weights[first] = 1 / (texts[group] * max(1, len(found)))
    return weights, len(found)
