"""The funnel of partnerships: the stages that they reached, and the reasons of those that left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matcher.i18n.folding import fold
from matcher.learning.intervals import Interval, share_interval
from matcher.learning.outcomes.facts import PartnershipFacts
from matcher.tables.status import Status

STAGES = tuple(status for status in Status if status.stage is status)
"""Stages of the funnel in order; a partnership at one stage has passed those before it."""
NO_REASON = ""


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel.

    Attributes
    ----------
    name : str
    now : int
        Partnerships at this stage today; those on hold (maybe) are at the first.
    count : int
        Partnerships known to have reached it.
    at_most : int
        The same with the declined and vetoed ones whose stage is unknown.
    share, low, high : float
        Share of ``count`` in all partnerships and the ends of its interval; the first stage has all of them.
    from_previous : float
        Share of ``count`` in that of the previous stage; NaN for the first stage, and where that is 0.
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
    """One way out of the funnel: its status, the number of partnerships, their share of all, and its interval."""

    name: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Reason:
    """A reason for leaving, empty where none was given, and its frequency; spellings that fold alike count as one."""

    status: str
    reason: str
    count: int


@dataclass(frozen=True)
class Funnel:
    """The funnel of some partnerships.

    Attributes
    ----------
    total : int
        Number of partnerships; each is at one stage or has left.
    stages : tuple of Stage
    leavings : tuple of ExitStage
    reasons : tuple of Reason
        The most frequent first.
    left_at_unknown : int
        Number of partnerships that left at an unknown stage.
    under_way : int
        Number of partnerships from proposed to active, which may still reach a later stage.
    """

    total: int
    stages: tuple[Stage, ...]
    leavings: tuple[ExitStage, ...]
    reasons: tuple[Reason, ...]
    left_at_unknown: int
    under_way: int


def funnel_of(facts: PartnershipFacts) -> Funnel:
    """Count the partnerships at each stage and those that left."""
    total = len(facts)
    rows = [(Status(status), left_at) for status, left_at in zip(facts.status, facts.left_at, strict=True)]
    reached = [status.stage or (Status(left_at) if left_at else STAGES[0]) for status, left_at in rows]
    reached_stage = np.array([STAGES.index(stage) for stage in reached], dtype=np.int64)
    stage_now = [status.stage for status, _ in rows]
    left_at_unknown = sum(status.is_exit and not left_at for status, left_at in rows)
    stages: list[Stage] = []
    for position, stage in enumerate(STAGES):
        count = int((reached_stage >= position).sum())
        may_be = left_at_unknown if 0 < position < len(STAGES) - 1 else 0
        interval = Interval(1.0, 1.0) if position == 0 and total else share_interval(count, total)
        before = stages[-1].count if stages else 0
        stages.append(
            Stage(
                stage.value,
                stage_now.count(stage),
                count,
                count + may_be,
                _share(count, total),
                *interval,
                _share(count, before),
            )
        )
    leavings = []
    for status in Status.having("is_exit"):
        count = int((facts.status == status).sum())
        leavings.append(ExitStage(status.value, count, _share(count, total), *share_interval(count, total)))
    under_way = sum(stage.now for stage in stages[:-1])
    return Funnel(total, tuple(stages), tuple(leavings), _reasons(facts), left_at_unknown, under_way)


def _share(count: int, total: int) -> float:
    return count / total if total else float("nan")


def _reasons(facts: PartnershipFacts) -> tuple[Reason, ...]:
    spellings: dict[tuple[str, str], Counter[str]] = {}
    for status, reason in zip(facts.status, facts.reasons, strict=True):
        if Status(status).is_exit:
            key = (str(status), fold(str(reason)).rstrip(" .!"))
            spellings.setdefault(key, Counter())[" ".join(str(reason).split())] += 1
    found = [
        # Of several spellings the most frequent is shown, and of equally frequent ones the first in the alphabet.
        Reason(status, min(written, key=lambda text: (-written[text], text)), written.total())
        for (status, _), written in spellings.items()
    ]
    order = {status.value: position for position, status in enumerate(Status.having("is_exit"))}
    return tuple(
        sorted(found, key=lambda item: (order[item.status], item.reason == NO_REASON, -item.count, item.reason))
    )
