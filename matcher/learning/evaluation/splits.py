"""Split partnerships into what is known and what is to be found, so that nothing leaks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.tables.schema.columns import Partnership

_PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


def split_by_time(partnerships: pd.DataFrame, day: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the partnerships that began before a day, and the pairs that first came about on it or later.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` gives it.
    day : date

    Raises
    ------
    MatcherError
        When a partnership does not say when it began: it could be on either side.
    """
    undated = int(partnerships[Partnership.STARTED_ON].isna().sum())
    if undated:
        raise MatcherError(
            f"{undated} partnerships have no started_on: fill it in or leave them out before a split by time"
        )
    before = partnerships[Partnership.STARTED_ON] < pd.Timestamp(day)
    known, later = partnerships[before], partnerships[~before]
    repeated = pd.MultiIndex.from_frame(later[_PAIR]).isin(pd.MultiIndex.from_frame(known[_PAIR]))
    return known.reset_index(drop=True), later[~repeated].drop_duplicates(_PAIR).reset_index(drop=True)


def split_at_random(partnerships: pd.DataFrame, share: float = 0.5, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return known and hidden partnerships: of each unit's pairs, a share stays known.

    All rows of a pair fall on the same side.

    Parameters
    ----------
    partnerships : DataFrame
    share : float
        Share of each unit's pairs that stays known, in (0, 1).
    seed : int
    """
    pairs = partnerships[_PAIR].drop_duplicates().sort_values(_PAIR, ignore_index=True)
    draw = np.random.default_rng(seed).random(len(pairs))
    rank = pd.Series(draw).groupby(pairs[Partnership.UNIT_ID]).rank(method="first", pct=True)
    known = pd.MultiIndex.from_frame(pairs[(rank <= share).to_numpy()])
    is_known = pd.MultiIndex.from_frame(partnerships[_PAIR]).isin(known)
    return partnerships[is_known].reset_index(drop=True), partnerships[~is_known].reset_index(drop=True)
