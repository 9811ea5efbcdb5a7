"""Weights from comparisons of pairs: pairwise logistic loss, non-negative, shrunk towards the start weights."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from matcher.scoring.data import Floats, Ints

_TINY = 1e-3


def fit_weights(
    differences: Floats, importance: Floats, start: Floats, strength: float, initial: Floats | None = None
) -> Floats:
    """Fit weights under which the better pair of each comparison scores above the worse.

    Minimises, over weights w ≥ 0 and a scale a ≥ 0::

        sum(importance * log(1 + exp(-differences @ w))) + strength / 8 * sum(v * (w - a * start)²)

    The first term is the RankNet loss (Burges and others, Learning to rank using gradient descent, 2005) of a linear
    model. In the second, v is the mean square of each criterion's differences. The curvature of the first term is at
    most v / 4 per partnership, and that of the second is strength * v / 4, so the start weights count as much as
    ``strength`` partnerships for every criterion, whatever its spread. The scale a is free because only the
    proportions of weights matter.

    Parameters
    ----------
    differences : ndarray of shape (c, n_criteria), float64
        Criteria of the better pair minus those of the worse.
    importance : ndarray of shape (c,), float64
        Weight of each comparison.
    start : ndarray of shape (n_criteria,), float64
        Start weights: non-negative, not all zero.
    strength : float
        Weight of the start in partnerships, above 0.
    initial : ndarray of shape (n_criteria,), float64, optional
        Initial point of the optimiser; a good one saves time, and the minimum stays the same.

    Returns
    -------
    ndarray of shape (n_criteria,), float64
        Weights in log odds per unit of score.
    """
    direction = start / np.linalg.norm(start)
    spread = (importance @ differences**2) / max(importance.sum(), _TINY)
    # A criterion that never differs cannot be learned: it keeps its proportion.
    penalty = strength / 8 * np.maximum(spread, _TINY * max(spread.max(initial=0.0), 1.0))

    def objective(point: Floats) -> tuple[float, Floats]:
        weights, scale = point[:-1], point[-1]
        margin = differences @ weights
        off = weights - scale * direction
        loss, error = _logistic(margin)
        value = importance @ loss + penalty @ off**2
        slope = -((importance * error) @ differences) + 2 * penalty * off
        return float(value), np.append(slope, -2 * (penalty * off) @ direction)

    first = direction if initial is None else initial
    point = np.append(first, first @ direction)
    found = minimize(objective, point, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(point))
    weights: Floats = found.x[:-1]
    return weights


def losses_by_unit(differences: Floats, importance: Floats, weights: Floats, unit: Ints, units: int) -> Floats:
    """Sum the loss of each unit's comparisons.

    Parameters
    ----------
    differences : ndarray of shape (c, n_criteria), float64
        Criteria of the better pair minus those of the worse.
    importance : ndarray of shape (c,), float64
        Weight of each comparison.
    weights : ndarray of shape (n_criteria,), float64
        Weights of the criteria.
    unit : ndarray of shape (c,), int64
        Number of each comparison's unit, below ``units``.
    units : int

    Returns
    -------
    ndarray of shape (units,), float64
    """
    loss = importance * _logistic(differences @ weights)[0]
    return np.bincount(unit, weights=loss, minlength=units).astype(np.float64)


def _logistic(margin: Floats) -> tuple[Floats, Floats]:
    """Return log(1 + exp(-margin)) and the probability of the wrong order, 1 / (1 + exp(margin))."""
    small = np.exp(-np.abs(margin))
    loss = np.maximum(-margin, 0) + np.log1p(small)
    return loss, np.where(margin >= 0, small, 1.0) / (1 + small)
