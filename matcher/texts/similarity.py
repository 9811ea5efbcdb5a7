"""The text score: how alike two texts are, set against the pool, so that it means the same whatever the encoder.

Cosines of different encoders live on different scales (one puts unrelated texts at 0.80, another at 0.05). The
likeness of a pair is the weighted sum of its parts, each a product of two rows of length 1, seen from both sides:
what a text has in common with the whole pool, and what a nonprofit has in common with all companies, says nothing of
the pair and is taken out. The likeness is turned into a z-score with the mean and the variance over all pairs of the
run; a logistic makes it a score between 0 and 1, 0.5 for the average pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matcher.texts.parts import TEXT_PARTS, Floats, Rows, TextPool
from matcher.texts.texts import Bools, Ints

_LARGEST_EXPONENT = 700.0  # of e, that a float64 can hold
SPREAD_ROWS = 1_500
"""Rows a side over which the spread is measured: all of them in most runs, evenly spaced ones in large runs."""


@dataclass(frozen=True)
class TextScale:
    """How likeness is spread in one run.

    Attributes
    ----------
    mean, deviation : float
        Of the likeness over all pairs of the run's units with all active nonprofits, gates ignored.
    slope : float
        Steepness of the logistic.
    """

    mean: float
    deviation: float
    slope: float

    def score(self, likeness: Floats) -> Floats:
        """Return scores in (0, 1), in place."""
        if self.deviation < 1e-12:
            likeness[:] = 0.5  # one pair, or all alike: nothing sets them apart
            return likeness
        likeness -= self.mean
        likeness *= -self.slope / self.deviation
        np.minimum(likeness, _LARGEST_EXPONENT, out=likeness)
        np.exp(likeness, out=likeness)
        likeness += 1.0
        np.reciprocal(likeness, out=likeness)
        return likeness


class Likeness:
    """The likeness of every pair of two lists of texts, from rows of each part.

    With l a unit's row, r a nonprofit's, R the mean row of the pool and L the mean row of the companies (each company
    the mean of its distinct texts), the likeness is the sum over parts of ``w (l - λ L) · (r - σ R)``. λ is
    C / (C + prior) with C companies: what all of many companies share says nothing of one, what the only company's
    units share is its own. σ is how much the pool counts against the reference.

    Parameters
    ----------
    sides : dict of str to (rows, rows)
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

    def __init__(
        self,
        sides: Mapping[str, tuple[Rows, Rows]],
        weights: Mapping[str, float],
        *,
        middle: Bools,
        companies: Floats,
        taken_out: tuple[float, float],
    ) -> None:
        total = sum(weights[name] for name in sides)
        self._dense, self._sparse = _joined(sides, {name: weights[name] / total for name in sides})
        self._unit_offset = np.zeros(len(companies))
        self._nonprofit_offset = np.zeros(len(middle))
        of_companies, of_pool = taken_out
        share = middle / max(1, middle.sum())
        for left, right in (self._dense, self._sparse):
            mean_unit = of_companies * np.asarray(left.T @ companies).ravel()
            mean_nonprofit = of_pool * np.asarray(right.T @ share).ravel()
            # (l - L) · (r - R) = l · r - l · R - L · (r - R)
            self._unit_offset -= np.asarray(left @ mean_nonprofit).ravel()
            self._nonprofit_offset -= np.asarray(right @ mean_unit).ravel() - float(mean_unit @ mean_nonprofit)

    def block(self, rows: slice | Ints, columns: slice | Ints = slice(None)) -> Floats:
        """Return the likeness of some units with some nonprofits, shape (b, c), float64."""
        (left, right), (sparse_left, sparse_right) = self._dense, self._sparse
        found: Floats = left[rows] @ right[columns].T
        if sparse_left.nnz:
            found += (sparse_left[rows] @ sparse_right[columns].T).toarray()
        found += self._unit_offset[rows, None]
        found += self._nonprofit_offset[columns]
        return found

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Return the likeness of pairs, shape (k,), each computed in an order of its own that nothing else changes."""
        (left, right), (sparse_left, sparse_right) = self._dense, self._sparse
        found: Floats = np.einsum("ij,ij->i", left[units], right[nonprofits])
        if sparse_left.nnz:
            found += np.asarray(sparse_left[units].multiply(sparse_right[nonprofits]).sum(axis=1)).ravel()
        return found + self._unit_offset[units] + self._nonprofit_offset[nonprofits]

    def mean(self, units: Bools, nonprofits: Bools) -> float:
        """Return the mean over all pairs of some units with some nonprofits: the product of their mean rows."""
        if not (units.any() and nonprofits.any()):
            return 0.0
        left, right = units / units.sum(), nonprofits / nonprofits.sum()
        products = sum(
            float(np.asarray(rows.T @ left).ravel() @ np.asarray(others.T @ right).ravel())
            for rows, others in (self._dense, self._sparse)
        )
        return products + float(left @ self._unit_offset) + float(right @ self._nonprofit_offset)

    def variance(self, units: Bools, nonprofits: Bools, mean: float) -> float:
        """Return the variance over pairs of some units with some nonprofits around their mean.

        Over all of them up to ``SPREAD_ROWS`` a side; over so many, evenly spaced, where there are more.
        """
        rows, columns = evenly_spaced(units), evenly_spaced(nonprofits)
        if not (len(rows) and len(columns)):
            return 0.0
        return float(np.mean((self.block(rows, columns) - mean) ** 2))


@dataclass(frozen=True)
class FieldLikeness:
    """The likeness of one field of a run, and its scale.

    Attributes
    ----------
    likeness : Likeness
    scale : TextScale
    """

    likeness: Likeness
    scale: TextScale

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
    ) -> FieldLikeness:
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
        likeness = Likeness(
            {name: TEXT_PARTS[name]().sides(pool) for name in weights},
            weights,
            middle=pool.middle,
            companies=of_companies,
            taken_out=(count / (count + company_prior) if count else 0.0, pool.share),
        )
        units, nonprofits = pool.units.known, pool.nonprofits.known & active
        mean = likeness.mean(units, nonprofits)
        variance = likeness.variance(units, nonprofits, mean)
        if pool.reference is not None:
            total = sum(weights.values())
            usual = pool.reference.deviation({name: weight / total for name, weight in weights.items()})
            mean, variance = pool.share * mean, pool.share * variance + (1 - pool.share) * usual**2
        return cls(likeness, TextScale(mean, float(np.sqrt(variance)), slope))


def parts_to_be_had(weights: Mapping[str, float], encoder: str) -> dict[str, float]:
    """Return the weights of the parts that an encoder has, above zero; those of the others go to its own vectors."""
    found: dict[str, float] = {}
    for name, weight in weights.items():
        kept = name if TEXT_PARTS[name]().serves(encoder) else "dense"
        if weight > 0:
            found[kept] = found.get(kept, 0.0) + weight
    return {name: found[name] for name in TEXT_PARTS if name in found}


def company_weights(pool: TextPool, companies: Ints) -> tuple[Floats, int]:
    """Return the weight of each unit in the mean over companies, shape (m,), and how many companies have a text.

    Every company weighs the same, and within it every distinct text.
    """
    first = pool.units.first_of_each(pool.units.known, companies)
    found, group, texts = np.unique(companies[first], return_inverse=True, return_counts=True)
    weights = np.zeros(len(companies))
    weights[first] = 1 / (texts[group] * max(1, len(found)))
    return weights, len(found)


def evenly_spaced(rows: Bools) -> Ints:
    """Return the positions of some rows, evenly spaced ones where there are more than ``SPREAD_ROWS``."""
    positions = np.flatnonzero(rows)
    if len(positions) <= SPREAD_ROWS:
        return positions
    return positions[np.linspace(0, len(positions) - 1, SPREAD_ROWS).round().astype(np.int64)]


def _joined(
    sides: Mapping[str, tuple[Rows, Rows]], weights: Mapping[str, float]
) -> tuple[tuple[Floats, Floats], tuple[sparse.csr_matrix, sparse.csr_matrix]]:
    """Return dense and sparse rows of both sides, the parts side by side, so that one product gives their weighted sum."""
    dense: list[tuple[Floats, Floats]] = []
    thin: list[tuple[sparse.csr_matrix, sparse.csr_matrix]] = []
    counts = [side.shape[0] for side in next(iter(sides.values()))]
    for name, (left, right) in sides.items():
        root = np.sqrt(weights[name])
        (thin if sparse.issparse(left) else dense).append((root * left, root * right))
    joined = tuple(np.hstack([np.zeros((counts[side], 0)), *(pair[side] for pair in dense)]) for side in (0, 1))
    joined_thin = tuple(
        sparse.csr_matrix(sparse.hstack([sparse.csr_matrix((counts[side], 1)), *(pair[side] for pair in thin)]))
        for side in (0, 1)
    )
    return (joined[0], joined[1]), (joined_thin[0], joined_thin[1])
