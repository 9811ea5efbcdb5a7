"""The texts of one field of a run, and the statistics over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.arrays import Bools, Floats, Ints
from matcher.texts.corpus import Texts
from matcher.texts.features.base import Features
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.similarity.reference import Reference


@dataclass(frozen=True)
class TextPool:
    """The texts of one field of a run.

    Attributes
    ----------
    units, nonprofits : Texts
    in_mean : ndarray of shape (n,), bool
        Nonprofits whose mean is the mean of the pool: active ones, each distinct text once.
    encoder : str
        Name of the encoder.
    reference : Reference or None
        Statistics of the encoder over a large pool.
    pool_share : float
        Weight of the pool against the reference, in [0, 1].
    """

    units: Texts
    nonprofits: Texts
    in_mean: Bools
    encoder: str
    reference: Reference | None
    pool_share: float

    def mean_vector(self, part: str) -> Floats:
        """Mean of a part's vectors over the pool, mixed with the reference's in a small pool, shape (dimension,)."""
        reference = None if self.reference is None else self.reference.centres.get(part)
        total, count = self.nonprofits.total(part, self.in_mean), int(self.in_mean.sum())
        return mixed_mean(total, count, reference, self.pool_share)

    def document_frequency(self, part: str) -> tuple[Floats, int]:
        """Number of distinct texts of both sides with each feature, shape (n_columns,), and number of such texts."""
        sides = self.units, self.nonprofits
        distinct = [texts.first_of_each(texts.known) for texts in sides]
        frequency = sum(texts.total(part, rows) for texts, rows in zip(sides, distinct, strict=True))
        return np.asarray(frequency), sum(int(rows.sum()) for rows in distinct)

    def features(self, parts: Iterable[str]) -> dict[str, tuple[Features, Features]]:
        """Features of units and of nonprofits by part, for pools that fit in memory."""
        found = {}
        for name in parts:
            pool_stats = TEXT_PARTS[name]().pool_stats(self)
            found[name] = (self.units.features(name, pool_stats), self.nonprofits.features(name, pool_stats))
        return found


def mixed_mean(total: Floats, count: int, reference: Floats | None, pool_share: float) -> Floats:
    """Mean of the pool's vectors mixed with the reference's mean, shape (dimension,).

    Parameters
    ----------
    total : ndarray of shape (dimension,)
        Sum of the pool's vectors.
    count : int
        Number of vectors; the mean of none is 0.
    reference : ndarray of shape (dimension,), optional
    pool_share : float
        Weight of the pool, in [0, 1].
    """
    mean = total / count if count else np.zeros(len(total))
    return mean if reference is None else pool_share * mean + (1 - pool_share) * reference


def company_weights(texts: Texts, companies: Ints) -> tuple[Floats, int]:
    """Weight of each unit in the mean over companies, shape (m,), and the number of companies with a text.

    Companies have equal weight, and so have the distinct texts of one company.

    Parameters
    ----------
    texts : Texts
        Of the units.
    companies : ndarray of shape (m,), int64
        Codes of the units' companies.
    """
    first = texts.first_of_each(texts.known, companies)
    distinct, group, n_texts = np.unique(companies[first], return_inverse=True, return_counts=True)
    weights = np.zeros(len(companies))
    weights[first] = 1 / (n_texts[group] * max(1, len(distinct)))
    return weights, len(distinct)
