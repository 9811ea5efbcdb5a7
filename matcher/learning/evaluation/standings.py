"""Where each pair to find stands on the lists that people get, from both sides, or where it was lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from matcher.ranking.shortlists.standing import LISTED, standings
from matcher.scoring.data import Ints
from matcher.scoring.scorer import Scorer

NOT_IN_LISTS = "not_in_lists"
"""Standing of a pair that names a unit or a nonprofit outside the two lists."""
_BLOCK_CELLS = 2_000_000


def pair_standings(scorer: Scorer, units: Ints, nonprofits: Ints, listed: set[tuple[int, int]] | None) -> pd.DataFrame:
    """Standing of pairs on the list of the unit, and on that of the nonprofit.

    Parameters
    ----------
    scorer : Scorer
        For lists of units.
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    listed : set of (int, int), optional
        Pairs on the units' lists, where they are not just the first ranks.

    Returns
    -------
    DataFrame
        One row per pair: ``unit_id``, ``nonprofit_id``, ``standing`` (a code of
        :mod:`matcher.ranking.shortlists.standing`), ``gate``, ``rank``, ``candidates``, ``score``, ``other_site`` (its id),
        and for the nonprofit's list ``unit_rank`` and ``unit_candidates``; 0 where there is no rank.
    """
    run = scorer.run
    mirrored = Scorer(replace(run, settings=run.settings.with_overrides({"side": "nonprofits"})))
    rows: list[dict[str, object]] = [{}] * len(units)
    for owners, side, of_side in ((units, scorer, listed), (nonprofits, mirrored, None)):
        others = nonprofits if side is scorer else units
        block = max(1, _BLOCK_CELLS // max(len(run.nonprofits), len(run.units)))
        distinct = np.unique(owners)
        for start in range(0, len(distinct), block):
            mine = distinct[start : start + block]
            found = standings(side, mine, of_side)
            for pair in np.flatnonzero(np.isin(owners, mine)).tolist():
                at = found.standing(int(np.searchsorted(mine, owners[pair])), int(others[pair]))
                if side is scorer:
                    rows[pair] = {
                        "unit_id": str(run.units.ids[units[pair]]),
                        "nonprofit_id": str(run.nonprofits.ids[nonprofits[pair]]),
                        "standing": at.code,
                        "gate": at.gate,
                        "rank": at.rank,
                        "candidates": at.candidates,
                        "score": at.score,
                        "other_site": str(run.nonprofits.ids[at.other_site]) if at.other_site >= 0 else "",
                    }
                else:
                    rows[pair] |= {"unit_rank": at.rank, "unit_candidates": at.candidates}
    return pd.DataFrame(rows, columns=STANDING_COLUMNS)


STANDING_COLUMNS = [
    *("unit_id", "nonprofit_id", "standing", "gate", "rank", "candidates", "score", "other_site"),
    *("unit_rank", "unit_candidates"),
]


def lost_pairs(found: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs to find by where they stand.

    Parameters
    ----------
    found : DataFrame
        Of :func:`pair_standings`.

    Returns
    -------
    DataFrame
        ``standing``, ``gate`` and ``pairs``, one row each; those on a list first, then the most frequent.
    """
    counts = found.groupby(["standing", "gate"], sort=True).size().rename("pairs").reset_index()
    counts["_listed"] = counts["standing"] == LISTED
    return counts.sort_values(["_listed", "pairs"], ascending=False, kind="stable", ignore_index=True).drop(
        columns="_listed"
    )
