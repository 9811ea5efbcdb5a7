"""Means and differences over independent observations, with intervals and a sign-flip test.

Units of one company share texts and choices. Where there are enough companies, each company is one observation, the mean
of its units; else each unit is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

from matcher.learning.intervals import LEVEL
from matcher.scoring.data import Floats, Ints

MIN_COMPANIES = 5
"""Companies from which each company, and not each unit, is one observation."""
MIN_UNITS = 8
"""With fewer units no interval is given."""
_SKEWNESS_KEPT = 0.8
"""Share of the sample's skewness that is corrected for: in long tails a single value makes for much of it."""
_WIDENING = 0.5
"""Share by which intervals are wider, times one over n, since that skewness is an estimate."""
_MOST_SKEWED = 0.9
"""Largest skewness allowed for, times the quantile of t over the root of n; at 1 an end of the interval flies off."""
_EXACT_FLIPS = 12
"""Most observations of which all sign flips are tried; of more, a sample."""
_SAMPLED_FLIPS = 9_999


class Difference(NamedTuple):
    """Mean difference, the ends of its interval, and the probability of one as large by chance; NaN where not given."""

    mean: float
    low: float
    high: float
    p_value: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} ({self.low:+.3f} to {self.high:+.3f})"

    def as_record(self) -> dict[str, float | None]:
        """Plain values, for JSON; None where not given."""
        return {name: None if math.isnan(value) else value for name, value in self._asdict().items()}


@dataclass(frozen=True)
class Observations:
    """Which units count as one observation.

    Attributes
    ----------
    codes : ndarray of shape (n_units,), int64
        Number of each unit's observation, from 0.
    by_company : bool
    """

    codes: Ints
    by_company: bool

    @classmethod
    def of(cls, company_codes: Ints, by_company: bool | None = None) -> Observations:
        """Observations of units.

        Parameters
        ----------
        company_codes : ndarray of shape (n_units,), int64
            Company of each unit.
        by_company : bool, optional
            Default: where there are ``MIN_COMPANIES`` or more.
        """
        companies, codes = np.unique(company_codes, return_inverse=True)
        if len(companies) >= MIN_COMPANIES if by_company is None else by_company:
            return cls(codes.astype(np.int64), True)
        return cls(np.arange(len(company_codes)), False)

    def __len__(self) -> int:
        return int(self.codes.max(initial=-1)) + 1

    def means(self, values: Floats) -> Floats:
        """Mean of each observation's units, shape (n_observations, ...).

        Parameters
        ----------
        values : ndarray of shape (n_units, ...), float64
        """
        total = np.zeros((len(self), *values.shape[1:]))
        np.add.at(total, self.codes, values)
        count = np.bincount(self.codes, minlength=len(self))
        return total / count.reshape(-1, *[1] * (values.ndim - 1))

    def difference(self, values: Floats) -> Difference:
        """Mean of paired differences over the observations, with its interval and test.

        Parameters
        ----------
        values : ndarray of shape (n_units,), float64
            One ranking minus another, unit by unit, in [-1, 1].
        """
        means = self.means(values)
        ends = (math.nan, math.nan) if len(values) < MIN_UNITS else mean_interval(means)
        low, high = (float(np.clip(end, -1, 1)) for end in ends)
        p_value = math.nan if math.isnan(low) else sign_flip_test(means)
        return Difference(float(means.mean()), low, high, p_value)

    def gain_p_value(self, values: Floats) -> float:
        """Compute the one-sided p-value of a gain.

        Every unit counts, since a mean over all units varies less than one over companies of one unit and of twelve; the
        signs of the units of one observation flip together.

        Parameters
        ----------
        values : ndarray of shape (n_units,), float64
            One ranking minus another, unit by unit.

        Returns
        -------
        float
            1 without a gain; NaN for fewer than ``MIN_UNITS`` units.
        """
        if len(values) < MIN_UNITS:
            return math.nan
        sums = np.bincount(self.codes, weights=values).astype(np.float64)
        return sign_flip_test(sums) / 2 if sums.sum() > 0 else 1.0


def mean_interval(values: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Compute an interval of a mean: Student's t with Hall's correction for skewness.

    Hall, On the removal of skewness by transformation, 1992, Journal of the Royal Statistical Society B 54: the quantiles
    of t are put through the inverse of ``t + a t² + a² t³ / 3 + a / 2n``, with ``a`` a third of the sample's skewness, so that the
    interval leans to the side of the long tail. The skewness of a small sample is noise for a good part, so it is shrunk, it
    is cut off before the transformation turns steep, and the interval is a little wider. The constants were chosen by
    simulation; ``tests/learning/interval_coverage.py`` measures the coverage on other draws.

    Parameters
    ----------
    values : ndarray of shape (n,), float64
        Independent observations.
    level : float
        Coverage, in (0, 1).

    Returns
    -------
    (float, float)
        Ends of the interval; NaN for fewer than three values.
    """
    n = len(values)
    if n < 3:
        return math.nan, math.nan
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    if deviation <= 1e-12 * max(1.0, abs(mean)):
        return mean, mean
    quantile = float(stats.t.ppf((1 + level) / 2, n - 1)) / n**0.5 * (1 + _WIDENING / n)
    most = _MOST_SKEWED / quantile
    a = float(np.clip(_SKEWNESS_KEPT * stats.skew(values, bias=False), -most, most)) / 3
    high, low = (_without_skewness(end, a, n) for end in (-quantile, quantile))
    return mean - low * deviation, mean - high * deviation


def _without_skewness(t: float, a: float, n: int) -> float:
    """Inverse of Hall's transformation, for t over the root of n."""
    if abs(a) < 1e-6:
        return t
    return float(np.cbrt(1 + 3 * a * (t - a / (2 * n))) - 1) / a


def sign_flip_test(values: Floats) -> float:
    """Compute the two-sided p-value of a mean of zero by flipping signs: all ways for few values, else random ones.

    Fisher, The Design of Experiments (1935), section 21.

    Parameters
    ----------
    values : ndarray of shape (n,), float64
        Independent observations.
    """
    exact = len(values) <= _EXACT_FLIPS
    signs = (
        1 - 2 * ((np.arange(2 ** len(values))[:, None] >> np.arange(len(values))) & 1)
        if exact
        else np.random.default_rng(0).choice([-1, 1], (_SAMPLED_FLIPS, len(values)))
    )
    as_large = np.abs(signs @ values) >= abs(values.sum()) - 1e-12 * np.abs(values).sum()
    return float(as_large.mean()) if exact else float((as_large.sum() + 1) / (_SAMPLED_FLIPS + 1))
