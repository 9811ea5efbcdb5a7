"""The preparation agenda and the indicators of a programme, as codes and facts.

The success factors are those of the source's table 3: before a partnership mutual trust, support and involvement of
board and management, and communication; in operation communication, support and trust, measuring and evaluating, the
type of programme, and attention to geography.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, History
from matcher.scoring.explanation import PairRecord

PREPARATION, OPERATION = "preparation", "operation"
KNOWN, OPEN = "known", "open"
RATED, MISSIONS_ALIKE, BOTH_GAIN, ASK = "rated", "missions_alike", "both_gain", "ask"
BASES = (RATED, MISSIONS_ALIKE, BOTH_GAIN, ASK)
"""What the state of a point may rest on; ``ask``: nothing settles it yet."""


@dataclass(frozen=True)
class AgendaItem:
    """One point to settle before a programme starts, or to keep an eye on after.

    Attributes
    ----------
    factor : str
        Name of one of ``FACTORS``.
    phase : {"preparation", "operation"}
    basis : str
        One of ``BASES``.
    rating : float or None
        Mean rating, 1 to 5, of earlier partnerships; None where the basis is another.
    """

    factor: str
    phase: str
    basis: str
    rating: float | None = None

    @property
    def state(self) -> str:
        """Return ``known`` or ``open``."""
        return OPEN if self.basis == ASK else KNOWN


@dataclass(frozen=True)
class Factor:
    """A success factor.

    Attributes
    ----------
    name : str
    phase : {"preparation", "operation"}
    rating : str
        The rating of earlier partnerships that answers it; empty where none does.
    """

    name: str
    phase: str
    rating: str = ""


SHARED_MISSION, EXPECTATIONS = "shared_mission", "expectations_of_both_sides"
FACTORS = (
    Factor(SHARED_MISSION, PREPARATION, "shared_mission"),
    Factor("clear_goals", PREPARATION, "clear_goals"),
    Factor(EXPECTATIONS, PREPARATION),
    Factor("trust", PREPARATION, "trust"),
    Factor("support_of_management", PREPARATION, "support_management"),
    Factor("support_of_staff_at_all_levels", PREPARATION, "support_staff"),
    Factor("communication", PREPARATION, "communication"),
    Factor("measure_and_evaluate", OPERATION, "goals_met"),
)
"""What to settle; a rating of an earlier partnership between the two answers its factor."""

KNOWN_MISSION = 0.55
"""From this mission score on a shared mission counts as known; the texts themselves remain to be agreed."""

INDICATORS = {
    "people": ("staff_hours", "staff_taking_part"),
    "money": ("euros_given", "people_helped"),
    "means": ("value_of_means",),
    "mass": ("customers_reached",),
    "media": ("publications",),
    "expertise": ("lessons_of_staff",),
    "network": ("useful_contacts",),
    "visibility": ("outside_mentions",),
    "engagement": ("proud_staff",),
    "talent": ("people_hired_or_trained",),
    "innovation": ("ideas_kept",),
}
"""What to measure for each resource given and each benefit gained, as codes."""
ALWAYS_MEASURED = ("goals_met", "satisfaction_company", "satisfaction_nonprofit")


def agenda(records: Sequence[PairRecord], ratings: dict[str, float]) -> list[AgendaItem]:
    """Return the agenda of a programme.

    Parameters
    ----------
    records : sequence of PairRecord
        Of its pairs.
    ratings : dict of str to float
        Mean ratings, 1 to 5, of earlier partnerships between the two sides.
    """
    return [
        AgendaItem(factor.name, factor.phase, RATED, ratings[factor.rating])
        if factor.rating in ratings
        else AgendaItem(factor.name, factor.phase, _basis(factor.name, records))
        for factor in FACTORS
    ]


def _basis(factor: str, records: Sequence[PairRecord]) -> str:
    """Basis of a factor in the records of the pairs; ``ask`` where they do not settle it."""
    if factor == SHARED_MISSION:
        scores = [item.score for record in records if (item := record.criterion("mission")) and item.score is not None]
        if scores and min(scores) >= KNOWN_MISSION:
            return MISSIONS_ALIKE
    if factor == EXPECTATIONS:
        facts = [item.facts for record in records if (item := record.criterion("resources"))]
        if facts and all(fact.get("nonprofit_gains") and fact.get("unit_gains") for fact in facts):
            return BOTH_GAIN
    return ASK


def indicators(records: Sequence[PairRecord]) -> list[str]:
    """Return the codes of what to measure: what fits the resources exchanged, then what is always measured."""
    words: dict[str, None] = {}
    for record in records:
        resources = record.criterion("resources")
        if resources is not None:
            words |= dict.fromkeys(
                [*resources.facts.get("nonprofit_gains", []), *resources.facts.get("unit_gains", [])]
            )
    chosen = [indicator for word in INDICATORS if word in words for indicator in INDICATORS[word]]
    return [*chosen, *ALWAYS_MEASURED]


def ratings_between(history: History, rows: Bools) -> dict[str, float]:
    """Return the mean of each rating, 1 to 5, over some partnerships; those that nobody gave are left out.

    Parameters
    ----------
    history : History
    rows : ndarray of shape (n_partnerships,), bool
        Which of them.
    """
    return {
        name: float(np.nanmean(column))
        for name, column in zip(history.rating_names, history.ratings[rows].T, strict=True)
        if len(column) and not np.isnan(column).all()
    }
