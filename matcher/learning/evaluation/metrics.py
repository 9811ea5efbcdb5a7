"""Metrics of a ranking, unit by unit; each is an expectation over the order of ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln
from sklearn.metrics import ndcg_score, roc_auc_score

from matcher.scoring.data import Bools, Floats, Ints

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
        Units with fewer pairs to find are not evaluated.
    top : int
        Length of the lists for nDCG and recall.
    """

    candidates: Bools
    relevant: Bools
    min_pairs: int = 1
    top: int = 20

    @property
    def units(self) -> Ints:
        """Positions of the evaluated units, shape (n_units,)."""
        enough = self.relevant.sum(axis=1) >= max(self.min_pairs, 1)
        # A unit whose candidates are all to be found has nothing to rank.
        return np.flatnonzero(enough & (self.candidates & ~self.relevant).any(axis=1)).astype(np.int64)


def unit_metrics(trial: Trial, scores: Floats) -> Floats:
    """Compute the metrics of each evaluated unit.

    Parameters
    ----------
    trial : Trial
        Candidates and pairs to find.
    scores : ndarray of shape (m, n), float64
        Higher is better; finite for every candidate. Equal scores count as every order of them, averaged; equal scores
        everywhere give the metrics of chance.

    Returns
    -------
    ndarray of shape (n_units, 4), float64
        In the order of ``METRICS``: AUC; nDCG and recall at ``trial.top``; the reciprocal rank of the first pair to
        find. AUC and nDCG are computed by scikit-learn.
    """
    found = np.empty((len(trial.units), len(METRICS)))
    for row, unit in enumerate(trial.units):
        candidates = trial.candidates[unit]
        relevant, ranked = trial.relevant[unit][candidates], scores[unit][candidates]
        found[row] = (
            roc_auc_score(relevant, ranked),
            ndcg_score([relevant], [ranked], k=trial.top),
            *_recall_and_reciprocal_rank(relevant, ranked, trial.top),
        )
    return found


def list_metrics(trial: Trial, ranks: Ints) -> Floats:
    """Compute the metrics of the lists that people get, which may be short and leave out what a gate excludes.

    Parameters
    ----------
    trial : Trial
        Candidates and pairs to find.
    ranks : ndarray of shape (m, n), int64
        Rank on the unit's list, from 1; 0 for a pair that is on none.

    Returns
    -------
    ndarray of shape (n_units, 4), float64
        In the order of ``METRICS``. A pair that is on no list adds nothing; AUC is NaN, since lists do not rank all.
    """
    found = np.full((len(trial.units), len(METRICS)), np.nan)
    for row, unit in enumerate(trial.units):
        mine = ranks[unit][trial.relevant[unit]]
        listed = mine[(mine > 0) & (mine <= trial.top)]
        ideal = (1 / np.log2(2 + np.arange(min(len(mine), trial.top)))).sum()
        gain = (1 / np.log2(1 + listed)).sum()
        found[row, 1:] = gain / ideal, len(listed) / len(mine), 1 / listed.min() if len(listed) else 0.0
    return found


def _recall_and_reciprocal_rank(relevant: Bools, scores: Floats, top: int) -> tuple[float, float]:
    """Expected recall at a length, and expected reciprocal rank of the first hit, over every order of ties."""
    _, group = np.unique(-scores, return_inverse=True)
    size = np.bincount(group)
    hits = np.bincount(group, weights=relevant)
    before = np.cumsum(size) - size
    within = np.clip(top - before, 0, size)
    first = int(np.argmax(hits > 0))
    n, k = int(size[first]), int(hits[first])
    # The first hit of a tie is at position j (from 0) if the j before it are misses.
    position = np.arange(n - k + 1)
    log_chance = _log_choose(n - 1 - position, k - 1) - _log_choose(np.array(n), k)
    return (
        float((hits * within / size).sum() / relevant.sum()),
        float((np.exp(log_chance) / (before[first] + 1 + position)).sum()),
    )


def _log_choose(n: np.ndarray, k: int) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), dtype=np.float64)
