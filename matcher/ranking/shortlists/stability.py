"""Stability of shortlists: in how many of a hundred disturbed weightings a pair keeps its place.

Each weight is multiplied by a factor of its own, log-normal with a median of 1 and between a half and 2 in 95 of 100
draws. A pair keeps its place if it stays within the first 5, 10, 20, ... of its list: the least of these that its rank
is within now. Weights are judgements: a place that depends on their exact values is worth a second look.
"""

from __future__ import annotations

import numpy as np

from matcher.ranking.shortlists.grouping import ranks_within
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.geometric import ROUNDING
from matcher.scoring.scorer import Scorer

DRAWS = 100
SPREAD = np.log(2) / 1.96
"""Standard deviation of the logarithm of a factor."""
POOL_LISTS = 2
"""Candidates that may come in for a pair, as a multiple of the length of a list."""
SCORE_BELOW = 0.1
"""How far below the minimum score a candidate may lie."""
_FIRST_PLACES = 5


def disturbed_weights(weights: Floats) -> Floats:
    """Weights times random factors, the same in every run, shape (``DRAWS``, n_criteria); each row sums to 1.

    Parameters
    ----------
    weights : ndarray of shape (n_criteria,), float64
    """
    factors = np.exp(SPREAD * np.random.default_rng(0).standard_normal((DRAWS, len(weights))))
    disturbed = weights * factors
    return np.asarray(disturbed / disturbed.sum(axis=1, keepdims=True))


def stability(scorer: Scorer, units: Ints, nonprofits: Ints, listed: Bools, min_score: float) -> Ints:
    """Number of disturbed weightings, of ``DRAWS``, in which each listed pair keeps its place, shape (listed.sum(),).

    Parameters
    ----------
    scorer : Scorer
    units, nonprofits : ndarray of shape (k,), int64
        Positions of the candidates, list by list and best first: those on the lists, and those that may come in.
    listed : ndarray of shape (k,), bool
        Whether a candidate is on a list now.
    min_score : float
        Below this score a pair is on no list.
    """
    logarithms = scorer.log_values(units, nonprofits)
    ranks = ranks_within(units)
    places = _FIRST_PLACES * 2.0 ** np.ceil(np.log2(np.maximum(ranks / _FIRST_PLACES, 1.0)))
    # Each list is a row of a table, by id, so that a stable sort of rows leaves ties in the order of the ids.
    by_id = np.lexsort((nonprofits, units))
    at = np.unique(units, return_inverse=True)[1][by_id], ranks_within(units[by_id]) - 1
    table = np.full((at[0].max(initial=-1) + 1, ranks.max(initial=0)), np.inf)
    disturbed = np.empty(table.shape, dtype=np.int64)
    kept = np.zeros(len(units), dtype=np.int64)
    for weights in disturbed_weights(scorer.weights):
        scores = np.exp(np.einsum("ij,j->i", logarithms, weights))
        table[at] = -scores[by_id]
        order = np.argsort(table, axis=1, kind="stable")
        np.put_along_axis(disturbed, order, np.arange(1, table.shape[1] + 1)[None], axis=1)
        ranks[by_id] = disturbed[at]
        kept += (ranks <= places) & (scores >= min_score - ROUNDING)
    return kept[listed]
