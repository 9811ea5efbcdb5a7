"""How sure a share or a mean is, with few observations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from matcher.scoring.data import Floats

LEVEL = 0.95
FEW = 5
"""Below so many observations no interval is claimed, and nothing is ranked."""


class Interval(NamedTuple):
    """The ends of an interval; NaN where none is claimed."""

    low: float
    high: float


UNCLAIMED = Interval(float("nan"), float("nan"))


def share_interval(count: int, total: int, level: float = LEVEL) -> Interval:
    """Return the Wilson interval of a share.

    It keeps its level with few observations and with shares near 0 and 1, where the usual ``p ± 1.96 s`` does not
    (Wilson, 1927, Journal of the American Statistical Association 22; advised below 40 observations by Brown, Cai and
    DasGupta, 2001, Statistical Science 16).

    Parameters
    ----------
    count, total : int
        So many out of so many, ``0 <= count <= total``.
    level : float
        In (0, 1).

    Returns
    -------
    Interval
        Within [0, 1]; none is claimed of nothing.

    Examples
    --------
    >>> share_interval(0, 10)
    Interval(low=0.0, high=0.2775)
    """
    if not total:
        return UNCLAIMED
    found = stats.binomtest(count, total).proportion_ci(confidence_level=level, method="wilson")
    return Interval(round(float(found.low), 4), round(float(found.high), 4))


def mean_interval(
    values: Floats, *, lowest: float, highest: float, step: float, few: int = FEW, level: float = LEVEL
) -> Interval:
    """Return Student's t interval of a mean of ratings, cut off at the ends of their scale.

    The spread counts as ``step / sqrt(12)`` at least, that of what was rounded to whole steps: five people who all
    say 4 did not measure 4.00.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Ratings, none of them NaN.
    lowest, highest, step : float
        Of their scale.
    few : int
        Below so many values no interval is claimed.
    level : float
        In (0, 1).
    """
    count = len(values)
    if count < max(few, 2):
        return UNCLAIMED
    spread = max(float(np.std(values, ddof=1)), step / 12**0.5)
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * spread / count**0.5
    mean = float(np.mean(values))
    return Interval(round(max(mean - reach, lowest), 4), round(min(mean + reach, highest), 4))


def shrunk_mean(total: float, count: int, prior_mean: float, prior_count: float) -> float:
    """Return a mean drawn towards another, as if so many observations of that had been added to it.

    The mean of the posterior under a normal prior worth ``prior_count`` observations (Gelman and others, Bayesian Data
    Analysis, third edition, section 2.5).

    Parameters
    ----------
    total : float
        Sum of the observations.
    count : int
        How many they are; without any, the prior mean is returned.
    prior_mean, prior_count : float
        What it is drawn to, and how strongly.
    """
    return (total + prior_count * prior_mean) / (count + prior_count)
