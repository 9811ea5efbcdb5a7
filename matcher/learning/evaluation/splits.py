"""Splits of partnerships into known ones and ones to find; the rows of a pair stay together, so nothing leaks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.tables.schema.columns import Partnership

_PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


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
            f"{undated} partnerships have no date in started_on: fill it in or drop these rows before a split by time"
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
        raise MatcherError(f"the share of known pairs is {share}: use a number between 0 and 1, such as 0.5")
    pairs = partnerships[_PAIR].drop_duplicates().sort_values(_PAIR, ignore_index=True)
    draw = np.random.default_rng(seed).random(len(pairs))
    rank = pd.Series(draw).groupby(pairs[Partnership.UNIT_ID]).rank(method="first", pct=True)
    known = pd.MultiIndex.from_frame(pairs[(rank <= share).to_numpy()])
    is_known = pd.MultiIndex.from_frame(partnerships[_PAIR]).isin(known)
    return partnerships[is_known].reset_index(drop=True), partnerships[~is_known].reset_index(drop=True)
