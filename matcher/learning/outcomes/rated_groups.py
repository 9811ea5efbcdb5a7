"""Ratings by success factor, distance, cause and programme kind; groups with few ratings are not ranked."""

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
"""Ends and step of the scale of ratings."""
PRIOR_RATINGS = float(FEW)
"""Weight of the overall mean in ratings: a group of this size is shrunk halfway towards it."""
BANDS_KM = (5.0, 10.0, 25.0, 50.0)
"""Limits of the distance bands in km: by bicycle, by tram, the default reach, an hour by car."""

Members = list[tuple[str, Bools]]


@dataclass(frozen=True)
class RatedGroup:
    """The ratings of one group.

    Attributes
    ----------
    group : str
        A rating column, a distance band in km such as ``5-10`` or ``50+``, a cause or a programme kind; empty for
        unknown.
    count : int
        Number of ratings of a factor, or of rated partnerships.
    mean : float
        Mean rating, 1 to 5; NaN without ratings.
    low, high : float
        Ends of the mean's interval; NaN where ``few``.
    few : bool
        Whether there are too few ratings to rank the group.
    shrunk : float
        Mean shrunk towards the overall mean; groups are ordered by it.
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
    """A way to group partnerships; a new one is a line in ``GROUPINGS``.

    Attributes
    ----------
    members : callable
        Function of facts and distance bands that returns the groups, each with a mask of shape (n,); a partnership may
        be in several groups.
    has_order : bool
        Whether the groups keep their own order instead of being ordered by rating.
    """

    members: Callable[[PartnershipFacts, Sequence[float]], Members]
    has_order: bool = False


def ratings_by_factor(facts: PartnershipFacts, names: Sequence[str] = Partnership.RATINGS) -> list[RatedGroup]:
    """Summarise the ratings of each success factor, over agreed, active and completed partnerships.

    Parameters
    ----------
    facts : PartnershipFacts
    names : sequence of str
        Rating columns.

    Returns
    -------
    list of RatedGroup
        The best first; groups with few ratings after them.
    """
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
    """Summarise the ratings of groups of agreed, active and completed partnerships.

    Parameters
    ----------
    facts : PartnershipFacts
        Of n partnerships.
    grouping : Grouping
    values : ndarray of shape (n,), float64
        Values to average: one rating of each partnership, or the mean of its ratings; NaN where unknown.
    bands_km : sequence of float
        Limits of the distance bands in km, ascending.

    Returns
    -------
    list of RatedGroup
        The best first, and groups with few ratings after them; in their own order where the grouping has one.
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
    """Group partnerships by distance band.

    Parameters
    ----------
    facts : PartnershipFacts
        Of n partnerships.
    bands_km : sequence of float
        Limits of the bands in km, ascending.

    Returns
    -------
    list of (str, ndarray of shape (n,), bool)
        Name and members of each band, the nearest first, unknown last.
    """
    ends = [0.0, *bands_km]
    band = np.searchsorted(np.asarray(ends), facts.distance_km, side="right") - 1
    known = ~np.isnan(facts.distance_km)
    labels = [f"{low:g}-{high:g}" for low, high in pairwise(ends)] + [f"{ends[-1]:g}+"]
    groups = [(label, known & (band == position)) for position, label in enumerate(labels)]
    return [*groups, (UNKNOWN, ~known)]


def causes(facts: PartnershipFacts, bands_km: Sequence[float]) -> Members:
    """Group partnerships by each cause of their nonprofit.

    Parameters
    ----------
    facts : PartnershipFacts
        Of n partnerships.
    bands_km : sequence of float
        Not used.

    Returns
    -------
    list of (str, ndarray of shape (n,), bool)
        Name and members of each cause, unknown last.
    """
    names = sorted({name for cell in facts.causes for name in cell})
    return [
        *((name, np.array([name in cell for cell in facts.causes], dtype=bool)) for name in names),
        (UNKNOWN, np.array([not cell for cell in facts.causes], dtype=bool)),
    ]


def programme_kinds(facts: PartnershipFacts, bands_km: Sequence[float]) -> Members:
    """Group partnerships by programme kind.

    Parameters
    ----------
    facts : PartnershipFacts
        Of n partnerships.
    bands_km : sequence of float
        Not used.

    Returns
    -------
    list of (str, ndarray of shape (n,), bool)
        Name and members of each kind.
    """
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
    """Return groups, the best first; groups with few ratings after them by size, and unknown last."""
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
