"""Where every pair of a run's shortlists stands, and on what: all that a later run needs to say what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from matcher.ranking.changes.fingerprint import Fingerprint
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.explanation import PairRecord

NAMES = ("unit_id", "unit_name", "company", "nonprofit_id", "nonprofit_name", "organisation")
SCORED, POINTS = "score.", "points."
"""What the columns of a criterion start with: its own score, and its part of the pair's score."""


@dataclass(frozen=True)
class Snapshot:
    """The shortlists of a run.

    Attributes
    ----------
    pairs : DataFrame
        One row a pair: names, rank, score, and for every criterion its score (missing where unknown) and its points,
        which add up to the score.
    basis : Fingerprint
    """

    pairs: pd.DataFrame
    basis: Fingerprint


def snapshot_table(records: Sequence[PairRecord], ranks: Sequence[int]) -> pd.DataFrame:
    """Return where pairs stand, see :class:`Snapshot`.

    Parameters
    ----------
    records : sequence of PairRecord
    ranks : sequence of int
        0 for a pair that is on no list.
    """
    columns: dict[str, list[object]] = {name: [getattr(record, name) for record in records] for name in NAMES}
    columns["rank"] = list(ranks)
    for name in CRITERIA:
        found = [record.criterion(name) for record in records]
        columns[f"{SCORED}{name}"] = [None if item is None else item.score for item in found]
        columns[f"{POINTS}{name}"] = [
            0.0 if item is None else item.weight * item.average + item.contribution for item in found
        ]
    frame = pd.DataFrame(columns)
    points = [f"{POINTS}{name}" for name in CRITERIA]
    scores = [f"{SCORED}{name}" for name in CRITERIA]
    frame[points + scores] = frame[points + scores].astype("float64")
    # Of a pair with a closed gate there is no score; its points say what it would be.
    frame["score"] = frame[points].sum(axis=1).round(6)
    return frame.astype(dict.fromkeys(NAMES, "str") | {"rank": "int64"})
