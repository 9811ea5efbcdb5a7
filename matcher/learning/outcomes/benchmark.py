"""The best partnerships as a benchmark, and the traits that they share."""

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

MIN_RATINGS = 3
"""A partnership with fewer ratings is no benchmark."""
HIGH_RATING = 4.0
BEST_SHARE = 0.25
MIN_SHARED = 2
"""Number of the best partnerships that must share a trait."""


@dataclass(frozen=True)
class BestPartnership:
    """One of the best partnerships.

    Attributes
    ----------
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation, status : str
    mean : float
        Mean of its ratings, 1 to 5.
    ratings : int
        Number of its ratings, out of nine.
    shrunk : float
        Mean shrunk towards the overall mean with a weight of three ratings; the order follows it.
    rank : int
        From 1; equal for ties.
    tied : bool
        Whether another has the same rank.
    distance_km : float
        Distance in km; NaN where unknown.
    causes : tuple of str
        Causes of the nonprofit.
    programme : str
        Programme kind; empty for unknown.
    rated_high : tuple of str
        Rating columns with 4 or 5.
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
    """Frequency of a trait among the best partnerships and among the others, where it is known.

    Attributes
    ----------
    aspect : str
        ``factor`` (rated 4 or 5), ``distance``, ``cause`` or ``programme``.
    group : str
        Rating column, distance band, cause or programme kind.
    best, others : int
        Number of partnerships with the trait.
    best_of, others_of : int
        Number of partnerships for which it is known.
    """

    aspect: str
    group: str
    best: int
    best_of: int
    others: int
    others_of: int


@dataclass(frozen=True)
class Benchmark:
    """The best partnerships and their traits.

    Attributes
    ----------
    best : tuple of BestPartnership
        The top quarter of the rated partnerships, ties included, that average 4 or more.
    in_common : tuple of Shared
        Traits of at least two of the best.
    rated : int
        Number of active and completed partnerships with at least three ratings.
    too_few_ratings : int
        Number of active and completed partnerships that average 4 or more on fewer ratings.
    """

    best: tuple[BestPartnership, ...]
    in_common: tuple[Shared, ...]
    rated: int
    too_few_ratings: int


def benchmark_of(facts: PartnershipFacts, bands_km: Sequence[float] = BANDS_KM) -> Benchmark:
    """Find the best partnerships and the traits that they share.

    Parameters
    ----------
    facts : PartnershipFacts
    bands_km : sequence of float
        Limits of the distance bands in km, ascending.

    Returns
    -------
    Benchmark
    """
    counts, means = facts.rating_counts, facts.mean_ratings
    started = Status.mask(facts.status, "has_started")
    eligible = started & (counts >= MIN_RATINGS)
    high = ~np.isnan(means) & (means >= HIGH_RATING)
    too_few = int((started & high & (counts < MIN_RATINGS)).sum())
    rows = np.flatnonzero(eligible)
    if not len(rows):
        return Benchmark((), (), 0, too_few)
    mean_of_all = float(np.nanmean(facts.ratings[facts.positives]))
    shrunk = {
        int(row): round(shrunk_mean(means[row] * counts[row], int(counts[row]), mean_of_all, MIN_RATINGS), 6)
        for row in rows
    }
    last = sorted(shrunk.values(), reverse=True)[math.ceil(BEST_SHARE * len(rows)) - 1]
    best_rows = [row for row in shrunk if shrunk[row] >= last and high[row]]
    best_rows.sort(key=lambda row: (-shrunk[row], facts.unit_ids[row], facts.nonprofit_ids[row], row))
    is_best = np.zeros(len(facts), dtype=bool)
    is_best[best_rows] = True
    ordered = [shrunk[row] for row in best_rows]
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
        for row in best_rows
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
    kept = [item for item in found if item.best >= MIN_SHARED]
    return tuple(
        sorted(kept, key=lambda item: (aspects.index(item.aspect), -item.best / item.best_of, -item.best, item.group))
    )


def _shared(aspect: str, name: str, has_trait: Bools, known: Bools, best: Bools, others: Bools) -> Shared:
    masks = (best & has_trait, best & known, others & has_trait, others & known)
    return Shared(aspect, name, *(int(mask.sum()) for mask in masks))
