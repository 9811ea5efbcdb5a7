"""Splits of partnerships into known ones and ones to find; the rows of a pair stay together, so nothing leaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.messages import Message
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status

_PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


@dataclass(frozen=True)
class Fold:
    """Partnerships as on one day, and those that came after it.

    Attributes
    ----------
    day : date or None
        First day of the pairs to find; None for pairs from a file of their own.
    known : DataFrame or None
        Partnerships before the day.
    test : DataFrame
        Partnerships from the day on, up to the next fold.
    excluded : DataFrame or None
        Pairs that are neither candidates nor to be found.
    undated : int
        Number of partnerships that are excluded because they have no date.
    """

    day: dt.date | None
    known: pd.DataFrame | None
    test: pd.DataFrame
    excluded: pd.DataFrame | None = None
    undated: int = 0


def folds_in_time(partnerships: pd.DataFrame, days: Sequence[dt.date]) -> list[Fold]:
    """Split partnerships at one or more days; each fold knows what began before its day.

    Partnerships without a date in ``started_on`` are excluded, except those that were declined or vetoed, which stay
    known. What begins after the end of a fold is excluded from it.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` returns it.
    days : sequence of date
        First day of each fold; a fold lasts until the next, the last one until the end.

    Returns
    -------
    list of Fold
        In the order of the days.

    Raises
    ------
    MatcherError
        When there is no partnership before a day, or none from it on.
    """
    started = pd.to_datetime(partnerships[Partnership.STARTED_ON], errors="coerce")
    no_date = started.isna()
    ruled_out = pd.Series(Status.mask(partnerships[Partnership.STATUS], "is_exit"), index=partnerships.index)
    folds = []
    ordered = sorted(set(days))
    for day, next_day in zip(ordered, [*ordered[1:], None], strict=True):
        before = (started < pd.Timestamp(day)) | (no_date & ruled_out)
        after = started >= pd.Timestamp(next_day) if next_day else pd.Series(False, index=partnerships.index)
        undated = no_date & ~ruled_out
        wanted = ~(before | after | undated)
        if not before.any() or not wanted.any():
            raise MatcherError(
                Message(
                    "no partnership began before {day}, by the column started_on: choose another day to split on",
                    day=day.isoformat(),
                )
                if not before.any()
                else Message(
                    "no partnership began from {day} on, by the column started_on: choose another day to split on",
                    day=day.isoformat(),
                )
            )
        known, test = partnerships[before], partnerships[wanted]
        came_before = Status.mask(known[Partnership.STATUS], "leaves_lists")
        repeated = pd.MultiIndex.from_frame(test[_PAIR]).isin(pd.MultiIndex.from_frame(known[came_before][_PAIR]))
        is_tested = pd.MultiIndex.from_frame(partnerships[_PAIR]).isin(pd.MultiIndex.from_frame(test[_PAIR]))
        folds.append(
            Fold(
                day,
                known.reset_index(drop=True),
                test[~repeated].reset_index(drop=True),
                partnerships[(after | undated) & ~is_tested].reset_index(drop=True),
                int(undated.sum()),
            )
        )
    return folds


def split_by_time(partnerships: pd.DataFrame, day: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split partnerships by the day on which they began.

    Parameters
    ----------
    partnerships : DataFrame
        With ``unit_id``, ``nonprofit_id`` and ``started_on``, as :func:`matcher.read_partnerships` returns it.
    day : date
        First day of the later part.

    Returns
    -------
    (DataFrame, DataFrame)
        The partnerships that began before the day, and one row for each pair that first began on it or later.

    Raises
    ------
    MatcherError
        When a partnership has no date in ``started_on``.
    """
    column = partnerships.reindex(columns=[Partnership.STARTED_ON])[Partnership.STARTED_ON]
    started = pd.to_datetime(column, errors="coerce")
    undated = int(started.isna().sum())
    if undated:
        raise MatcherError(
            Message(
                "{undated} partnerships have no date in started_on: fill it in or drop these rows before a split by time",
                undated=undated,
            )
        )
    before = started < pd.Timestamp(day)
    known, later = partnerships[before], partnerships[~before]
    repeated = pd.MultiIndex.from_frame(later[_PAIR]).isin(pd.MultiIndex.from_frame(known[_PAIR]))
    return known.reset_index(drop=True), later[~repeated].drop_duplicates(_PAIR).reset_index(drop=True)


def split_at_random(partnerships: pd.DataFrame, share: float = 0.5, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split partnerships at random, unit by unit.

    Parameters
    ----------
    partnerships : DataFrame
        With ``unit_id`` and ``nonprofit_id``.
    share : float
        Share of each unit's pairs that stays known, in (0, 1).
    seed : int
        Seed of the draw; the order of the rows does not matter.

    Returns
    -------
    (DataFrame, DataFrame)
        The known and the hidden partnerships.

    Raises
    ------
    MatcherError
        When the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise MatcherError(
            Message("the share of known pairs is {share}: use a number between 0 and 1, such as 0.5", share=share)
        )
    pairs = partnerships[_PAIR].drop_duplicates().sort_values(_PAIR, ignore_index=True)
    draw = np.random.default_rng(seed).random(len(pairs))
    rank = pd.Series(draw).groupby(pairs[Partnership.UNIT_ID]).rank(method="first", pct=True)
    known = pd.MultiIndex.from_frame(pairs[(rank <= share).to_numpy()])
    is_known = pd.MultiIndex.from_frame(partnerships[_PAIR]).isin(known)
    return partnerships[is_known].reset_index(drop=True), partnerships[~is_known].reset_index(drop=True)
