"""The weighted geometric mean that joins the criteria of a pair, and its parts.

With c the score of a criterion in [0, 1], w its weight (the weights sum to 1) and e = ``FLOOR``, the score of a pair is::

    s = prod(((c + e) / (1 + e)) ** w) = exp(sum(w * log((c + e) / (1 + e))))

A weighted arithmetic mean lets a short distance make up for a foreign mission; the geometric mean does not. It is additive
in logarithms, so that bounds, error margins and learned weights work on sums. The floor keeps one criterion at 0 from
erasing all others.

The difference of two such means is shared out over the criteria without a remainder by the logarithmic mean L (the
additive LMDI-I decomposition of Ang, *The LMDI approach to decomposition analysis*, Energy Policy 33, 2005)::

    s - t = sum(L(s, t) * w * (log of c in s - log of c in t)),  L(s, t) = (s - t) / log(s / t)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.arrays import Floats

FLOOR = 0.05
"""Added to every score, so that a score of 0 counts as 1/21."""
UNKNOWN_DEVIATIONS = 0.25
"""Standard deviations below the mean of the known candidates that an unknown score counts as."""
ROUNDING = 1e-6
"""Pairs closer than this may have equal rounded scores."""


def unknown_score(mean: Floats, deviation: Floats) -> Floats:
    """What an unknown score counts as, same shape: somewhat less than the mean, and at least 0.

    Parameters
    ----------
    mean, deviation : ndarray of floats
        Mean and standard deviation over the candidates where the score is known.
    """
    return np.asarray(np.maximum(mean - UNKNOWN_DEVIATIONS * deviation, 0.0))


def log_value(score: Any) -> Any:
    """Logarithm that a criterion's score contributes at weight 1: at most 0.

    Parameters
    ----------
    score : ndarray of floats, any shape
        In [0, 1]; computed in its own precision, in place where the caller passes a fresh array.
    """
    return np.log((score + FLOOR) / (1 + FLOOR))


def score_of(log_values: Floats) -> Floats:
    """Scores of criteria from their logarithms, the inverse of :func:`log_value`, same shape."""
    scores: Floats = np.exp(log_values) * (1 + FLOOR) - FLOOR
    return scores


def log_threshold(score: Floats) -> Floats:
    """Logarithm of the lowest score that can round to at least the given one, same shape.

    Finite for a score of 0, below the logarithm of every pair that no gate excludes.
    """
    threshold: Floats = np.log(np.maximum(score - ROUNDING, ROUNDING))
    return threshold


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """Logarithmic mean of positive numbers, ``(a - b) / log(a / b)``, and a where both are equal; same shape.

    Parameters
    ----------
    a, b : ndarray of floats, above 0
    """
    ratio = np.log(a / b)
    near = np.abs(ratio) < 1e-9
    mean: Floats = np.where(near, a, (a - b) / np.where(near, 1.0, ratio))
    return mean


def geometric_mean(scores: Floats, weights: Floats) -> Floats:
    """Weighted geometric mean of criteria, shape (k,).

    Parameters
    ----------
    scores : ndarray of shape (k, n_criteria), float64
        In [0, 1].
    weights : ndarray of shape (n_criteria,), float64
        On any scale; not all zero.
    """
    means: Floats = np.exp((log_value(scores) * (weights / weights.sum())).sum(axis=1))
    return means
