"""Metrics of a ranking, unit by unit, and intervals of their differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import ndcg_score, roc_auc_score

from matcher.scoring.data import Bools, Floats

METRICS = ("auc", "ndcg", "recall", "mrr")


@dataclass(frozen=True)
class Trial:
    """Candidates and pairs to find of an evaluation; arrays have one row per unit and one column per nonprofit.

    Attributes
    ----------
    candidates : ndarray of shape (m, n), bool
        Pairs that are ranked: neither known already nor excluded.
    relevant : ndarray of shape (m, n), bool
        Pairs to find; each is a candidate.
    min_pairs : int
        Units with fewer pairs to find are not evaluated, since their metrics would be noise.
    top : int
        Length of the lists for nDCG and recall.
    """

    candidates: Bools
    relevant: Bools
    min_pairs: int = 5
    top: int = 20

    @property
    def units(self) -> np.ndarray:
        """Positions of the evaluated units, shape (n_units,)."""
        enough = self.relevant.sum(axis=1) >= self.min_pairs
        # A unit whose candidates are all to be found has nothing to rank.
        return np.flatnonzero(enough & (self.candidates & ~self.relevant).any(axis=1))


def unit_metrics(trial: Trial, scores: Floats) -> Floats:
    """Compute the metrics of each evaluated unit.

    Parameters
    ----------
    trial : Trial
        Candidates and pairs to find.
    scores : ndarray of shape (m, n), float64
        Higher is better; finite for every candidate.

    Returns
    -------
    ndarray of shape (n_units, 4), float64
        In the order of ``METRICS``: AUC; nDCG and recall at ``trial.top``; the reciprocal rank of the first pair to
        find. AUC and nDCG are computed by scikit-learn, which averages over ties.
    """
    found = np.empty((len(trial.units), len(METRICS)))
    for row, unit in enumerate(trial.units):
        candidates = trial.candidates[unit]
        relevant, ranked = trial.relevant[unit][candidates], scores[unit][candidates]
        order = np.argsort(-ranked, kind="stable")
        hits = relevant[order]
        found[row] = (
            roc_auc_score(relevant, ranked),
            ndcg_score([relevant], [ranked], k=trial.top),
            hits[: trial.top].sum() / relevant.sum(),
            1 / (1 + int(np.argmax(hits))),
        )
    return found


def paired_interval(
    differences: Floats, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Compute the percentile bootstrap interval of a mean of paired differences.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    Parameters
    ----------
    differences : ndarray of shape (n_units,), float64
        One ranking minus another, unit by unit.
    level : float
        Coverage of the interval, in (0, 1).
    resamples : int
        Number of bootstrap samples.
    seed : int
        Seed of the samples; the same seed draws the same units for every pair of rankings.

    Returns
    -------
    (float, float)
        Ends of the interval; NaN for fewer than two units.
    """
    if len(differences) < 2:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(0, len(differences), (resamples, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
