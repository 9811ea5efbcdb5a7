"""Weights from comparisons: pairwise logistic loss, never negative, drawn towards the weights that one starts from."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from matcher.scoring.data import Floats, Ints

_TINY = 1e-3


def fit_weights(
    differences: Floats, importance: Floats, start: Floats, strength: float, begin: Floats | None = None
) -> Floats:
    """Return weights under which the better of two pairs scores above the worse.

    Minimises, over weights w ≥ 0 and a scale a ≥ 0::

        sum(importance * log(1 + exp(-differences @ w))) + strength / 8 * sum(v * (w - a * start)²)

    The first term is RankNet's loss (Burges and others, 2005), linear; in the second, v is the mean square of each
    criterion's differences. A partner that is told from others as well as not curves the first by v / 4 at most, and
    the second is curved by strength * v / 4: so the start weighs as much as so many partnerships, for criteria that
    vary widely and for those that hardly do. The scale is free because weights are: only their proportions are drawn
    to those of ``start``, not how sure the model is.

    Parameters
    ----------
    differences : ndarray of shape (c, n_criteria), float64
        Criteria of the better pair minus those of the worse.
    importance : ndarray of shape (c,), float64
    start : ndarray of shape (n_criteria,), float64
        Not negative, not all zero.
    strength : float
        Above 0: how many partnerships the start weighs as much as.
    begin : ndarray of shape (n_criteria,), float64, optional
        Where to begin looking: it saves time and changes nothing.

    Returns
    -------
    ndarray of shape (n_criteria,), float64
        In units of log odds for a whole point of score.
    """
    direction = start / np.linalg.norm(start)
    spread = (importance @ differences**2) / max(importance.sum(), _TINY)
    # What never differs cannot be learned: it keeps its proportion.
    hold = strength / 8 * np.maximum(spread, _TINY * max(spread.max(initial=0.0), 1.0))

    def objective(point: Floats) -> tuple[float, Floats]:
        weights, scale = point[:-1], point[-1]
        margin = differences @ weights
        off = weights - scale * direction
        loss, wrong = _logistic(margin)
        value = importance @ loss + hold @ off**2
        slope = -((importance * wrong) @ differences) + 2 * hold * off
        return float(value), np.append(slope, -2 * (hold * off) @ direction)

    first = direction if begin is None else begin
    point = np.append(first, first @ direction)
    found = minimize(objective, point, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(point))
    weights: Floats = found.x[:-1]
    return weights


def losses_by_unit(differences: Floats, importance: Floats, weights: Floats, unit: Ints) -> Floats:
    """Return each unit's summed loss, shape (n_units,), in the order of the units' positions."""
    loss = importance * _logistic(differences @ weights)[0]
    _, group = np.unique(unit, return_inverse=True)
    return np.bincount(group, weights=loss).astype(np.float64)


def _logistic(margin: Floats) -> tuple[Floats, Floats]:
    """Return log(1 + exp(-margin)), and how likely the comparison is to be got wrong, 1 / (1 + exp(margin))."""
    small = np.exp(-np.abs(margin))
    loss = np.maximum(-margin, 0) + np.log1p(small)
    return loss, np.where(margin >= 0, small, 1.0) / (1 + small)
