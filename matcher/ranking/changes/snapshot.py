"""Snapshot of a run's shortlists, kept for the comparison with a later run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.ranking.changes.fingerprint import Fingerprint
from matcher.scoring.explanation import PairRecord

NAMES = ("unit_id", "unit_name", "company", "nonprofit_id", "nonprofit_name", "organisation")
SCORED, POINTS = "score.", "log."
"""Prefixes of the two columns of a criterion: its own score, and its share of the logarithm of the pair's score."""


@dataclass(frozen=True)
class Snapshot:
    """The shortlists of a run, and a fingerprint of the data behind them.

    Attributes
    ----------
    pairs : DataFrame
        One row per pair: names, rank, score, and for each criterion its score (missing where unknown) and its share of the
        logarithm of the pair's score.
    fingerprint : Fingerprint
    """

    pairs: pd.DataFrame
    fingerprint: Fingerprint

    @property
    def criteria(self) -> tuple[str, ...]:
        """Names of the criteria of the run, in the order of the columns."""
        return tuple(name.removeprefix(SCORED) for name in self.pairs.columns if name.startswith(SCORED))


def snapshot_table(records: Sequence[PairRecord], ranks: Sequence[int], criteria: Sequence[str]) -> pd.DataFrame:
    """Table of pairs with their ranks, scores and points, as :class:`Snapshot` keeps it.

    Parameters
    ----------
    records : sequence of PairRecord
    ranks : sequence of int
        Rank of each record's pair, from 1; 0 for a pair that is on no list.
    criteria : sequence of str
        Names of the criteria of the run.

    Returns
    -------
    DataFrame
        One row per record.
    """
    columns: dict[str, list[object]] = {name: [getattr(record, name) for record in records] for name in NAMES}
    columns["rank"] = list(ranks)
    for name in criteria:
        found = [record.criterion(name) for record in records]
        columns[f"{SCORED}{name}"] = [None if item is None else item.score for item in found]
        columns[f"{POINTS}{name}"] = [0.0 if item is None else item.points for item in found]
    frame = pd.DataFrame(columns)
    points = [f"{POINTS}{name}" for name in criteria]
    scores = [f"{SCORED}{name}" for name in criteria]
    frame[points + scores] = frame[points + scores].astype("float64")
    # An excluded pair has no score of its own; its points give the score it would have.
    frame["score"] = np.exp(frame[points].sum(axis=1)).round(6)
    return frame.astype(dict.fromkeys(NAMES, "str") | {"rank": "int64"})
