"""Gaps in measuring: dates, ratings and reasons that are not filled in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matcher.learning.outcomes.facts import UNKNOWN, PartnershipFacts
from matcher.scoring.data import Bools, Labels
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status


@dataclass(frozen=True)
class Filled:
    """Number of filled cells of a column among the partnerships of one status."""

    column: str
    status: str
    filled: int
    total: int

    @property
    def share(self) -> float:
        """Share of filled cells; NaN without partnerships."""
        return self.filled / self.total if self.total else float("nan")


@dataclass(frozen=True)
class RatesNothing:
    """A unit or company that has active or completed partnerships and rated none of them.

    Attributes
    ----------
    side : {"unit", "company"}
    name : str
    partnerships : int
        Number of its active and completed partnerships.
    """

    side: str
    name: str
    partnerships: int


@dataclass(frozen=True)
class NotEvaluated:
    """A partnership that was completed without any rating."""

    unit_id: str
    unit_name: str
    nonprofit_id: str
    nonprofit_name: str
    ended_on: str


@dataclass(frozen=True)
class Unmeasured:
    """Gaps in measuring.

    Attributes
    ----------
    filled : tuple of Filled
        Dates and ratings of active and completed partnerships, and reasons of declined and vetoed ones.
    rate_nothing : tuple of RatesNothing
        Units, then companies, those with the most partnerships first.
    not_evaluated : tuple of NotEvaluated
        Completed partnerships without ratings.
    completed : int
        Number of completed partnerships.
    """

    filled: tuple[Filled, ...]
    rate_nothing: tuple[RatesNothing, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    completed: int


def unmeasured_of(facts: PartnershipFacts) -> Unmeasured:
    """Find the gaps in measuring."""
    is_filled = {
        Partnership.STARTED_ON: ~np.isnat(facts.started_on),
        Partnership.ENDED_ON: ~np.isnat(facts.ended_on),
        **{name: ~np.isnan(column) for name, column in zip(Partnership.RATINGS, facts.ratings.T, strict=True)},
    }
    filled = [
        Filled(column, status, int((mask & (facts.status == status)).sum()), int((facts.status == status).sum()))
        for column, mask in is_filled.items()
        for status in Status.having("has_started")
        if column != Partnership.ENDED_ON or status.is_ended  # an active one has no end yet
    ]
    for status in Status.having("is_exit"):
        mine = facts.status == status
        filled.append(
            Filled(Partnership.REASON, status, int((mine & (facts.reasons != UNKNOWN)).sum()), int(mine.sum()))
        )
    started = Status.mask(facts.status, "has_started")
    rated = facts.rating_counts > 0
    unrated = np.flatnonzero(Status.mask(facts.status, "is_ended") & ~rated)
    not_evaluated = tuple(
        NotEvaluated(
            str(facts.unit_ids[row]),
            str(facts.unit_names[row]),
            str(facts.nonprofit_ids[row]),
            str(facts.nonprofit_names[row]),
            "" if np.isnat(facts.ended_on[row]) else str(facts.ended_on[row]),
        )
        for row in unrated
    )
    nothing = [
        *_rate_nothing("unit", facts.unit_ids, facts.unit_names, started, rated),
        *_rate_nothing("company", facts.companies, facts.companies, started & (facts.companies != UNKNOWN), rated),
    ]
    return Unmeasured(tuple(filled), tuple(nothing), not_evaluated, int(Status.mask(facts.status, "is_ended").sum()))


def _rate_nothing(side: str, keys: Labels, names: Labels, started: Bools, rated: Bools) -> list[RatesNothing]:
    rating = set(keys[started & rated])
    partnerships = Counter(keys[started].tolist())
    name_of = dict(zip(keys[started], names[started], strict=True))
    found = [RatesNothing(side, str(name_of[key]), count) for key, count in partnerships.items() if key not in rating]
    return sorted(found, key=lambda item: (-item.partnerships, item.name))
