"""How well a ranking finds the pairs that came about, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import ndcg_score, roc_auc_score

from matcher.scoring.data import Bools, Floats

METRICS = ("auc", "ndcg", "recall", "mrr")


@dataclass(frozen=True)
class Trial:
    """What a ranking is tested on; every array has a row a unit and a column a nonprofit.

    Attributes
    ----------
    candidates : ndarray of shape (m, n), bool
        Pairs that may be found: not known already, and not left out.
    relevant : ndarray of shape (m, n), bool
        Pairs to find, all among the candidates.
    least_pairs : int
        Units with fewer pairs to find are left out: a figure of theirs would be chance.
    top : int
        Length of the list for nDCG and recall.
    """

    candidates: Bools
    relevant: Bools
    least_pairs: int = 5
    top: int = 20

    @property
    def units(self) -> np.ndarray:
        """Positions of the units that count."""
        enough = self.relevant.sum(axis=1) >= self.least_pairs
        # Without anything that is not to be found there is nothing to rank.
        return np.flatnonzero(enough & (self.candidates & ~self.relevant).any(axis=1))


def unit_metrics(trial: Trial, scores: Floats) -> Floats:
    """Return the metrics of each unit that counts.

    Parameters
    ----------
    trial : Trial
    scores : ndarray of shape (m, n), float64
        Higher is better; finite for every candidate.

    Returns
    -------
    ndarray of shape (n_units, 4), float64
        AUC, nDCG and recall at ``trial.top``, and the reciprocal rank of the first pair found. AUC and nDCG are
        scikit-learn's, which average over ties.
    """
    found = np.empty((len(trial.units), len(METRICS)))
    for row, unit in enumerate(trial.units):
        chosen = trial.candidates[unit]
        relevant, mine = trial.relevant[unit][chosen], scores[unit][chosen]
        order = np.argsort(-mine, kind="stable")
        hits = relevant[order]
        found[row] = (
            roc_auc_score(relevant, mine),
            ndcg_score([relevant], [mine], k=trial.top),
            hits[: trial.top].sum() / relevant.sum(),
            1 / (1 + int(np.argmax(hits))),
        )
    return found


def paired_interval(
    differences: Floats, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Return the bootstrap interval of a mean of paired differences.

    Parameters
    ----------
    differences : ndarray of shape (n_units,), float64
        One ranking minus another, unit by unit.
    level : float
        Share of the resamples inside.
    resamples, seed : int
        The same seed draws the same units for every pair of rankings.

    Returns
    -------
    (float, float)
        Percentiles of the resampled means (Efron and Tibshirani, 1993, chapter 13).
    """
    if len(differences) < 2:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(0, len(differences), (resamples, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
