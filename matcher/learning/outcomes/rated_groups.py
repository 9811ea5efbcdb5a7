"""Ratings by success factor, distance, cause and kind of programme: few ratings are never ranked as if certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.learning.intervals import FEW, UNCLAIMED, mean_interval, shrunk_mean
from matcher.learning.outcomes.facts import UNKNOWN, PartnershipFacts
from matcher.scoring.data import Bools, Floats
from matcher.tables.schema.columns import Partnership

LOWEST, HIGHEST, STEP = 1.0, 5.0, 1.0
"""The scale of ratings."""
PRIOR_RATINGS = float(FEW)
"""A group of so many ratings is drawn halfway to the mean of all."""
BANDS_KM = (5.0, 10.0, 25.0, 50.0)
"""Where one distance band ends and the next begins, km: by bicycle, by tram, the default reach, an hour by car."""

Members = list[tuple[str, Bools]]


@dataclass(frozen=True)
class RatedGroup:
    """The ratings of one group.

    Attributes
    ----------
    group : str
        A rating column, a distance band such as ``5-10`` or ``50+`` (km), a cause or a kind; empty for unknown.
    count : int
        Ratings of a factor, or rated partnerships.
    mean : float
        1 to 5; NaN of none.
    low, high : float
        Of the mean's interval; NaN where there are too few to claim one.
    few : bool
        Too few to be ranked.
    shrunk : float
        The mean drawn towards that of all; it sets the order.
    """

    group: str
    count: int
    mean: float
    low: float
    high: float
    few: bool
    shrunk: float


@dataclass(frozen=True)
class Grouping:
    """A way to put partnerships in groups; a new one is a line in ``GROUPINGS``.

    Attributes
    ----------
    members : callable
        From facts and distance bands to the groups, each with a mask of shape (n,); a partnership may be in several.
    has_order : bool
        Whether the groups keep their own order, instead of the best rated first.
    """

    members: Callable[[PartnershipFacts, Sequence[float]], Members]
    has_order: bool = False


def ratings_by_factor(facts: PartnershipFacts, names: Sequence[str] = Partnership.RATINGS) -> list[RatedGroup]:
    """Return the ratings of each success factor, over the partnerships that came about."""
    ratings = facts.ratings[facts.positives]
    mean_of_all = _mean(ratings[~np.isnan(ratings)])
    found = []
    for name in names:
        column = ratings[:, Partnership.RATINGS.index(name)]
        found.append(_rated(name, column[~np.isnan(column)], mean_of_all))
    return _ranked(found)


def ratings_by_group(
    facts: PartnershipFacts, grouping: Grouping, values: Floats, bands_km: Sequence[float] = BANDS_KM
) -> list[RatedGroup]:
    """Return the ratings of each group of partnerships that came about.

    Parameters
    ----------
    facts : PartnershipFacts
    grouping : Grouping
    values : ndarray of shape (n,)
        What is averaged: one rating of each, or the mean of its own ratings; NaN where there is none.
    bands_km : sequence of float
        Ends of the distance bands, ascending.
    """
    counts = facts.positives & ~np.isnan(values)
    mean_of_all = _mean(values[counts])
    groups = [
        _rated(name, values[mask & counts], mean_of_all)
        for name, mask in grouping.members(facts, bands_km)
        if (mask & counts).any()
    ]
    if grouping.has_order:
        return groups
    return _ranked(groups)


def distance_bands(facts: PartnershipFacts, bands_km: Sequence[float]) -> Members:
    """Return the distance bands, the nearest first, unknown last."""
    ends = [0.0, *bands_km]
    band = np.searchsorted(np.asarray(ends), facts.distance_km, side="right") - 1
    known = ~np.isnan(facts.distance_km)
    labels = [f"{low:g}-{high:g}" for low, high in pairwise(ends)] + [f"{ends[-1]:g}+"]
    groups = [(label, known & (band == position)) for position, label in enumerate(labels)]
    return [*groups, (UNKNOWN, ~known)]


def causes(facts: PartnershipFacts, bands_km: Sequence[float]) -> Members:
    """Return the causes; a partnership stands under each cause of its nonprofit."""
    names = sorted({name for cell in facts.causes for name in cell})
    return [
        *((name, np.array([name in cell for cell in facts.causes], dtype=bool)) for name in names),
        (UNKNOWN, np.array([not cell for cell in facts.causes], dtype=bool)),
    ]


def programme_kinds(facts: PartnershipFacts, bands_km: Sequence[float]) -> Members:
    """Return the kinds of programme."""
    return [(str(name), facts.programmes == name) for name in np.unique(facts.programmes.astype(str))]


GROUPINGS = {
    "distance": Grouping(distance_bands, has_order=True),
    "cause": Grouping(causes),
    "programme": Grouping(programme_kinds),
}


def _rated(name: str, values: Floats, mean_of_all: float) -> RatedGroup:
    count = len(values)
    interval = mean_interval(values, lowest=LOWEST, highest=HIGHEST, step=STEP) if count else UNCLAIMED
    shrunk = shrunk_mean(float(values.sum()), count, mean_of_all, PRIOR_RATINGS)
    return RatedGroup(name, count, _mean(values), *interval, count < FEW, round(shrunk, 6))


def _ranked(groups: list[RatedGroup]) -> list[RatedGroup]:
    """Return groups, the best first; those of few ratings after them by size, unknown last of all."""
    return sorted(
        groups,
        key=lambda item: (
            item.group == UNKNOWN,
            item.few,
            -item.count if item.few else -item.shrunk,
            item.group,
        ),
    )


def _mean(values: Floats) -> float:
    return round(float(values.mean()), 6) if len(values) else float("nan")
