"""What a part of a score counts as where it is unknown: somewhat less than the mean of the unit's candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from matcher.scoring.criteria.base import Part
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run
from matcher.scoring.geometric import unknown_score


class Gated(Protocol):
    """What says which pairs of a run are candidates."""

    run: Run

    def is_excluded(self, rows: slice, columns: Columns) -> Bools:
        """Whether a gate excludes pairs, shape (b, c); see :meth:`matcher.scoring.scorer.Scorer.is_excluded`.

        Parameters
        ----------
        rows : slice
            Of the units.
        columns : slice or ndarray of int64
            Of the nonprofits.
        """
        ...


def low_scores(gated: Gated, parts: Sequence[Part], columns: Ints, blocks: Iterable[slice]) -> Floats:
    """Value of :func:`matcher.scoring.geometric.unknown_score` of each unit and part, shape (m, len(parts)).

    Over the unit's candidates where the part is known; NaN where there are none, and for units in no block.

    Parameters
    ----------
    gated : Gated
    parts : sequence of Part
    columns : ndarray of shape (c,), int64
        Nonprofits to go by.
    blocks : iterable of slice
        Of the units.
    """
    found = np.full((len(gated.run.units), len(parts)), np.nan)
    for rows in blocks if parts else ():
        candidates = ~gated.is_excluded(rows, columns)
        for index, part in enumerate(parts):
            values = part.block(rows, columns)
            counted = candidates & ~np.isnan(values)
            count = counted.sum(axis=1)
            n_known = np.maximum(count, 1)
            mean = np.sum(values, axis=1, where=counted) / n_known
            values -= mean[:, None]
            variance = np.sum(np.square(values, out=values), axis=1, where=counted) / n_known
            np.copyto(found[rows, index], unknown_score(mean, np.sqrt(variance)), where=count > 0)
    return found


def filled_from_others(scores: Floats, fallback: float) -> Floats:
    """Scores with the mean of the other units where a unit has none, shape (m, n_parts); in place.

    Parameters
    ----------
    scores : ndarray of shape (m, n_parts), float64
        NaN where unknown.
    fallback : float
        Where no unit has any.
    """
    for column in scores.T:
        missing = np.isnan(column)
        column[missing] = column[~missing].mean() if not missing.all() else fallback
    return scores
