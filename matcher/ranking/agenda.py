"""The preparation agenda and the indicators of a programme.

The success factors are those of the source's table 3: before a partnership mutual trust, support and involvement of
board and management, and communication; in operation communication, support and trust, measuring and evaluating, the
type of programme, and attention to geography.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.criteria.record import PairRecord

PREPARATION, OPERATION = "preparation", "operation"
KNOWN, OPEN = "known", "open"


@dataclass(frozen=True)
class AgendaItem:
    """One point to settle before a programme starts, or to keep an eye on after.

    Attributes
    ----------
    factor : str
    phase : {"preparation", "operation"}
    state : {"known", "open"}
    note : str
        What is known, or the question to ask.
    """

    factor: str
    phase: str
    state: str
    note: str


@dataclass(frozen=True)
class _Factor:
    name: str
    phase: str
    question: str
    ratings: tuple[str, ...] = ()


FACTORS = (
    _Factor("shared mission", PREPARATION, "Which mission do both put their names to?", ("shared_mission",)),
    _Factor(
        "clear goals", PREPARATION, "What should be different in a year, and how will both see it?", ("clear_goals",)
    ),
    _Factor("expectations of both sides", PREPARATION, "What does each side bring, and what does it hope to gain?"),
    _Factor("trust", PREPARATION, "Who speaks for each side, and have they met?", ("trust",)),
    _Factor(
        "support of management", PREPARATION, "Which director stands behind it on each side?", ("support_management",)
    ),
    _Factor(
        "support of staff at all levels", PREPARATION, "Which staff take part, from which layers?", ("support_staff",)
    ),
    _Factor("communication", PREPARATION, "How often do both talk, and who tells colleagues?", ("communication",)),
    _Factor(
        "measure and evaluate",
        OPERATION,
        "Who measures the indicators below, and when are they discussed?",
        ("goals_met",),
    ),
)
"""What to settle; a rating of an earlier partnership between the two answers its factor."""

KNOWN_MISSION = 0.55
"""From this mission score on a shared mission counts as known; the texts themselves remain to be agreed."""

INDICATORS = {
    "people": ("hours given by staff", "staff who took part, by layer"),
    "money": ("euros given", "people helped with it"),
    "means": ("value of goods, rooms and services lent or given",),
    "mass": ("customers or members reached",),
    "media": ("publications, and people who saw them",),
    "expertise": ("what staff learned, asked after each project",),
    "network": ("new contacts that led to something",),
    "visibility": ("mentions of the partnership outside both organisations",),
    "engagement": ("staff who are proud of it, asked once a year",),
    "talent": ("people hired or trained through it",),
    "innovation": ("ideas tried together, and kept",),
}
"""What to measure for each resource given and each benefit gained."""
ALWAYS_MEASURED = (
    "goals met, out of those agreed",
    "satisfaction of the company, 1 to 5",
    "satisfaction of the nonprofit, 1 to 5",
)


def agenda(records: Sequence[PairRecord], ratings: dict[str, float]) -> list[AgendaItem]:
    """Return the agenda of a programme.

    Parameters
    ----------
    records : sequence of PairRecord
        Of its pairs.
    ratings : dict of str to float
        Mean ratings, 1 to 5, of earlier partnerships between the two sides.
    """
    items = []
    for factor in FACTORS:
        rated = [ratings[name] for name in factor.ratings if name in ratings]
        if rated:
            items.append(
                AgendaItem(
                    factor.name,
                    factor.phase,
                    KNOWN,
                    f"rated {sum(rated) / len(rated):.1f} of 5 in earlier partnerships",
                )
            )
        else:
            fact = _fact(factor.name, records)
            items.append(AgendaItem(factor.name, factor.phase, KNOWN if fact else OPEN, fact or factor.question))
    return items


def _fact(factor: str, records: Sequence[PairRecord]) -> str:
    """Return what the pairs' own records say of a factor; nothing where they do not settle it."""
    if factor == "shared mission":
        scores = [item.score for record in records if (item := record.criterion("mission")) and item.score is not None]
        if scores and min(scores) >= KNOWN_MISSION:
            return "the missions of both point the same way; put it into words together"
    if factor == "expectations of both sides":
        facts = [item.facts for record in records if (item := record.criterion("resources"))]
        if facts and all(fact.get("nonprofit_gains") and fact.get("unit_gains") for fact in facts):
            return "both say what they offer and what they seek, and something meets on both sides"
    return ""


def indicators(records: Sequence[PairRecord]) -> list[str]:
    """Return what to measure: what fits the resources exchanged, then what is always measured."""
    words: dict[str, None] = {}
    for record in records:
        resources = record.criterion("resources")
        if resources is not None:
            words |= dict.fromkeys(
                [*resources.facts.get("nonprofit_gains", []), *resources.facts.get("unit_gains", [])]
            )
    chosen = [indicator for word in INDICATORS if word in words for indicator in INDICATORS[word]]
    return [*chosen, *ALWAYS_MEASURED]
