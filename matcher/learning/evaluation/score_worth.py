"""What a score is worth: the share of partnerships that came to be, by score, among the pairs that were decided on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression

from matcher.learning.intervals import share_interval
from matcher.scoring.data import Bools, Floats

MIN_DECISIONS, MIN_OF_EACH = 20, 5
"""Decisions, and partnerships made and declined, below which nothing is said."""


def score_worth(scores: Floats, made: Bools) -> pd.DataFrame | None:
    """Fit the share of decisions that led to a partnership as a function of the score that never falls.

    Isotonic regression (Barlow and others, Statistical Inference under Order Restrictions, 1972) joins neighbouring
    scores until the shares rise; each level has the Wilson interval of its own decisions.

    Parameters
    ----------
    scores : ndarray of shape (n_decisions,), float64
    made : ndarray of shape (n_decisions,), bool
        Agreed, active or completed; the others were declined or vetoed.

    Returns
    -------
    DataFrame or None
        One row per level, from low to high: ``score_from``, ``score_to``, ``decisions``, ``made``, ``share``, ``low`` and
        ``high``. None for fewer than ``MIN_DECISIONS`` decisions, or ``MIN_OF_EACH`` of a kind.
    """
    if len(scores) < MIN_DECISIONS or min(made.sum(), (~made).sum()) < MIN_OF_EACH:
        return None
    order = np.argsort(scores, kind="stable")
    scores, made = scores[order], made[order]
    fitted = IsotonicRegression(y_min=0, y_max=1).fit_transform(scores, made.astype(np.float64))
    starts = np.flatnonzero(np.diff(fitted, prepend=-1) > 1e-12)
    rows = []
    for start, stop in zip(starts, [*starts[1:], len(scores)], strict=True):
        count, total = int(made[start:stop].sum()), int(stop - start)
        rows.append((scores[start], scores[stop - 1], total, count, count / total, *share_interval(count, total)))
    return pd.DataFrame(rows, columns=["score_from", "score_to", "decisions", "made", "share", "low", "high"])
