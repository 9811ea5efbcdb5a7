"""The funnel: how far partnerships came, and why the others left it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matcher.i18n.folding import fold
from matcher.learning.intervals import Interval, share_interval
from matcher.learning.outcomes.facts import PartnershipFacts

STAGES = ("proposed", "contacted", "agreed", "active", "completed")
"""In this order; one that came to a later stage passed the earlier ones."""
EXIT_STAGES = ("declined", "vetoed")
NO_REASON = ""


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel.

    Attributes
    ----------
    name : str
    now : int
        Partnerships that stand at this stage.
    count : int
        That are known to have come this far.
    at_most : int
        That may have: with those that left at a stage that nobody told.
    share, low, high : float
        ``count`` of all partnerships, with its interval. The first stage is all of them, by definition.
    from_previous : float
        Of those known to have come to the stage before; NaN for the first, and of none.
    """

    name: str
    now: int
    count: int
    at_most: int
    share: float
    low: float
    high: float
    from_previous: float


@dataclass(frozen=True)
class ExitStage:
    """One way out of the funnel: ``name``, ``count``, and its ``share`` of all with the interval's ends."""

    name: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Reason:
    """A reason given for leaving, empty for none, and how often; spellings that fold to the same count as one."""

    status: str
    reason: str
    count: int


@dataclass(frozen=True)
class Funnel:
    """The funnel of some partnerships.

    Attributes
    ----------
    total : int
        All partnerships: each is at one stage, or left.
    stages : tuple of Stage
    leavings : tuple of ExitStage
    reasons : tuple of Reason
        The most frequent first.
    left_at_unknown : int
        Left at a stage that nobody told.
    under_way : int
        Proposed to active: they may still come further.
    """

    total: int
    stages: tuple[Stage, ...]
    leavings: tuple[ExitStage, ...]
    reasons: tuple[Reason, ...]
    left_at_unknown: int
    under_way: int


def funnel_of(facts: PartnershipFacts) -> Funnel:
    """Return the funnel of some partnerships."""
    total = len(facts)
    left = np.isin(facts.status, EXIT_STAGES)
    told = np.isin(facts.left_at, STAGES)
    furthest = np.where(left & told, facts.left_at, np.where(left, STAGES[0], facts.status))
    reached_stage = np.array([STAGES.index(name) for name in furthest], dtype=np.int64)
    left_at_unknown = int((left & ~told).sum())
    stages: list[Stage] = []
    for position, name in enumerate(STAGES):
        count = int((reached_stage >= position).sum())
        may_be = left_at_unknown if 0 < position < len(STAGES) - 1 else 0
        interval = Interval(1.0, 1.0) if position == 0 and total else share_interval(count, total)
        before = stages[-1].count if stages else 0
        stages.append(
            Stage(
                name,
                int((facts.status == name).sum()),
                count,
                count + may_be,
                _share(count, total),
                *interval,
                _share(count, before),
            )
        )
    leavings = []
    for name in EXIT_STAGES:
        count = int((facts.status == name).sum())
        leavings.append(ExitStage(name, count, _share(count, total), *share_interval(count, total)))
    under_way = sum(stage.now for stage in stages[:-1])
    return Funnel(total, tuple(stages), tuple(leavings), _reasons(facts), left_at_unknown, under_way)


def _share(count: int, total: int) -> float:
    return count / total if total else float("nan")


def _reasons(facts: PartnershipFacts) -> tuple[Reason, ...]:
    spellings: dict[tuple[str, str], Counter[str]] = {}
    for status, reason in zip(facts.status, facts.reasons, strict=True):
        if status in EXIT_STAGES:
            key = (str(status), fold(str(reason)).rstrip(" .!"))
            spellings.setdefault(key, Counter())[" ".join(str(reason).split())] += 1
    found = [
        # Of several spellings the most frequent is shown; of equals the first in the alphabet.
        Reason(status, min(written, key=lambda text: (-written[text], text)), written.total())
        for (status, _), written in spellings.items()
    ]
    order = {status: position for position, status in enumerate(EXIT_STAGES)}
    return tuple(
        sorted(found, key=lambda item: (order[item.status], item.reason == NO_REASON, -item.count, item.reason))
    )
