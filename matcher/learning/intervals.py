"""Intervals of shares and means with few observations, and means shrunk towards a prior."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from matcher.scoring.data import Floats

LEVEL = 0.95
FEW = 5
"""With fewer observations no interval is given, and nothing is ranked."""


class Interval(NamedTuple):
    """The ends of an interval; NaN where none is given."""

    low: float
    high: float


UNCLAIMED = Interval(float("nan"), float("nan"))


def share_interval(count: int, total: int, level: float = LEVEL) -> Interval:
    """Compute the Wilson interval of a share.

    Its coverage stays near the level for few observations and for shares near 0 and 1, unlike that of ``p ± 1.96 s``
    (Wilson, 1927, Journal of the American Statistical Association 22; recommended below 40 observations by Brown, Cai
    and DasGupta, 2001, Statistical Science 16).

    Parameters
    ----------
    count, total : int
        Number of successes and of observations, ``0 <= count <= total``.
    level : float
        Coverage of the interval, in (0, 1).

    Returns
    -------
    Interval
        Within [0, 1]; NaN without observations.

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
    """Compute Student's t interval of a mean of ratings, clipped to their scale.

    The standard deviation is at least ``step / sqrt(12)``, that of rounding to whole steps: five ratings of 4 do not
    make a mean of exactly 4.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Ratings, none of them NaN.
    lowest, highest, step : float
        Ends and step of the scale.
    few : int
        With fewer values no interval is given.
    level : float
        Coverage of the interval, in (0, 1).

    Returns
    -------
    Interval
        Within the scale; NaN for too few values.
    """
    count = len(values)
    if count < max(few, 2):
        return UNCLAIMED
    spread = max(float(np.std(values, ddof=1)), step / 12**0.5)
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * spread / count**0.5
    mean = float(np.mean(values))
    return Interval(round(max(mean - reach, lowest), 4), round(min(mean + reach, highest), 4))


def shrunk_mean(total: float, count: int, prior_mean: float, prior_count: float) -> float:
    """Compute a mean shrunk towards a prior mean, as if ``prior_count`` observations of the latter had been added.

    This is the posterior mean under a normal prior (Gelman and others, Bayesian Data Analysis, third edition, section
    2.5).

    Parameters
    ----------
    total : float
        Sum of the observations.
    count : int
        Number of observations; for 0 the result is the prior mean.
    prior_mean : float
        Mean to shrink towards.
    prior_count : float
        Weight of the prior mean, in observations.
    """
    return (total + prior_count * prior_mean) / (count + prior_count)
