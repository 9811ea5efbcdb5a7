"""The best partnerships as the benchmark, and what they had in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.learning.intervals import shrunk_mean
from matcher.learning.outcomes.facts import UNKNOWN, PartnershipFacts
from matcher.learning.outcomes.rated_groups import BANDS_KM, GROUPINGS
from matcher.scoring.data import Bools
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status

LEAST_RATINGS = 3
"""A partnership with fewer ratings is no benchmark: one happy figure says little."""
HIGH_RATING = 4.0
BEST_SHARE = 0.25
LEAST_SHARED = 2
"""What only one of the best has is no trait of them."""


@dataclass(frozen=True)
class BestPartnership:
    """One of the best partnerships.

    Attributes
    ----------
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation, status : str
    mean : float
        Of its own ratings, 1 to 5.
    ratings : int
        How many of the nine it has.
    shrunk : float
        The mean drawn towards that of all, as if three ratings of that had been added; it sets the order.
    rank : int
        The same for those that tie.
    tied : bool
    distance_km : float
        NaN where unknown.
    causes : tuple of str
    programme : str
    rated_high : tuple of str
        Factors rated 4 or 5.
    """

    unit_id: str
    unit_name: str
    company: str
    nonprofit_id: str
    nonprofit_name: str
    organisation: str
    status: str
    mean: float
    ratings: int
    shrunk: float
    rank: int
    tied: bool
    distance_km: float
    causes: tuple[str, ...]
    programme: str
    rated_high: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """How many of the best have something, beside the others: out of those of which it is known.

    Attributes
    ----------
    aspect : str
        ``factor`` (rated 4 or 5), ``distance``, ``cause`` or ``programme``.
    group : str
    best, best_of, others, others_of : int
    """

    aspect: str
    group: str
    best: int
    best_of: int
    others: int
    others_of: int


@dataclass(frozen=True)
class Benchmark:
    """The best partnerships.

    Attributes
    ----------
    best : tuple of BestPartnership
    in_common : tuple of Shared
    rated : int
        Running or completed partnerships with three ratings or more: the best are the top quarter of them, ties
        included, as far as they average 4 or more.
    too_few_ratings : int
        Running or completed ones that average 4 or more on fewer ratings than that.
    """

    best: tuple[BestPartnership, ...]
    in_common: tuple[Shared, ...]
    rated: int
    too_few_ratings: int


def benchmark_of(facts: PartnershipFacts, bands_km: Sequence[float] = BANDS_KM) -> Benchmark:
    """Return the best partnerships, and what they had in common."""
    counts, means = facts.rating_counts, facts.mean_ratings
    ran = Status.mask(facts.status, "has_started")
    eligible = ran & (counts >= LEAST_RATINGS)
    high = ~np.isnan(means) & (means >= HIGH_RATING)
    too_few = int((ran & high & (counts < LEAST_RATINGS)).sum())
    rows = np.flatnonzero(eligible)
    if not len(rows):
        return Benchmark((), (), 0, too_few)
    mean_of_all = float(np.nanmean(facts.ratings[facts.positives]))
    shrunk = {
        int(row): round(shrunk_mean(means[row] * counts[row], int(counts[row]), mean_of_all, LEAST_RATINGS), 6)
        for row in rows
    }
    last = sorted(shrunk.values(), reverse=True)[math.ceil(BEST_SHARE * len(rows)) - 1]
    chosen = [row for row in shrunk if shrunk[row] >= last and high[row]]
    chosen.sort(key=lambda row: (-shrunk[row], facts.unit_ids[row], facts.nonprofit_ids[row], row))
    is_best = np.zeros(len(facts), dtype=bool)
    is_best[chosen] = True
    ordered = [shrunk[row] for row in chosen]
    ties = Counter(ordered)
    first = {value: position for position, value in reversed(list(enumerate(ordered, start=1)))}
    best = tuple(
        BestPartnership(
            str(facts.unit_ids[row]),
            str(facts.unit_names[row]),
            str(facts.companies[row]),
            str(facts.nonprofit_ids[row]),
            str(facts.nonprofit_names[row]),
            str(facts.organisations[row]),
            str(facts.status[row]),
            round(float(means[row]), 6),
            int(counts[row]),
            shrunk[row],
            first[shrunk[row]],
            ties[shrunk[row]] > 1,
            round(float(facts.distance_km[row]), 3),
            facts.causes[row],
            str(facts.programmes[row]),
            tuple(
                name
                for name, rating in zip(Partnership.RATINGS, facts.ratings[row], strict=True)
                if rating >= HIGH_RATING
            ),
        )
        for row in chosen
    )
    return Benchmark(best, _in_common(facts, is_best, eligible & ~is_best, bands_km), len(rows), too_few)


def _in_common(facts: PartnershipFacts, best: Bools, others: Bools, bands_km: Sequence[float]) -> tuple[Shared, ...]:
    found = []
    for name, ratings in zip(Partnership.RATINGS, facts.ratings.T, strict=True):
        found.append(_shared("factor", name, ratings >= HIGH_RATING, ~np.isnan(ratings), best, others))
    for aspect, grouping in GROUPINGS.items():
        members = grouping.members(facts, bands_km)
        known = np.ones(len(facts), dtype=bool)
        for name, mask in members:
            if name == UNKNOWN:
                known &= ~mask
        found += [_shared(aspect, name, mask, known, best, others) for name, mask in members if name != UNKNOWN]
    aspects = ["factor", *GROUPINGS]
    kept = [item for item in found if item.best >= LEAST_SHARED]
    return tuple(
        sorted(kept, key=lambda item: (aspects.index(item.aspect), -item.best / item.best_of, -item.best, item.group))
    )


def _shared(aspect: str, name: str, has_it: Bools, known: Bools, best: Bools, others: Bools) -> Shared:
    masks = (best & has_it, best & known, others & has_it, others & known)
    return Shared(aspect, name, *(int(mask.sum()) for mask in masks))
