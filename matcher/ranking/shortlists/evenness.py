"""Exposure of nonprofits on shortlists, and lists that trade some score for more even exposure."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, Floats, Ints

SCORE_PER_LISTING = 0.1
"""Score deducted at evenness 1 for every other list that shows the nonprofit, where the average nonprofit is on one
list at most; divided by that average where it is larger."""
POOL_LISTS = 5
"""Candidates of a unit as a multiple of the length of its list: those below would cost too much score."""


@dataclass(frozen=True)
class Exposure:
    """Exposure of nonprofits on shortlists.

    Attributes
    ----------
    shown : float
        Share of the nonprofits that are on any list.
    gini : float
        Gini coefficient of the numbers of lists: 0 where all are equal, near 1 where a few nonprofits are on every list.
    most : int
        Number of lists of the nonprofit that is on the most.
    most_position : int
        Position of that nonprofit; -1 where there are no lists.
    """

    shown: float
    gini: float
    most: int
    most_position: int


def exposure(counts: np.ndarray) -> Exposure:
    """Exposure of nonprofits, from the number of lists of each, shape (n,)."""
    total = int(counts.sum())
    if not total:
        return Exposure(0.0, 0.0, 0, -1)
    ordered = np.sort(counts).astype(np.float64)
    n = len(ordered)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))
    return Exposure(float((counts > 0).mean()), gini, int(counts.max()), int(np.argmax(counts)))


@dataclass(frozen=True)
class ExposureTradeoff:
    """Score given up, and evenness gained.

    Attributes
    ----------
    evenness : float
        The setting.
    score_before, score_after : float
        Mean score of the pairs on the lists.
    before, after : Exposure
    """

    evenness: float
    score_before: float
    score_after: float
    before: Exposure
    after: Exposure

    @classmethod
    def between(
        cls, before: tuple[Ints, Floats], after: tuple[Ints, Floats], *, evenness: float, n_nonprofits: int
    ) -> ExposureTradeoff:
        """Tradeoff between lists without and with evenness.

        Parameters
        ----------
        before, after : (ndarray of int64, ndarray of float64), each of shape (k,)
            Positions of the nonprofits on all lists, and their scores.
        evenness : float
            The setting.
        n_nonprofits : int
        """
        means = [float(scores.mean()) if len(scores) else 0.0 for _, scores in (before, after)]
        seen = [exposure(np.bincount(nonprofits, minlength=n_nonprofits)) for nonprofits, _ in (before, after)]
        return cls(evenness, means[0], means[1], seen[0], seen[1])

    @property
    def score_given_up(self) -> float:
        """Difference of the mean scores."""
        return self.score_before - self.score_after

    def as_record(self) -> dict[str, object]:
        """Plain values, for JSON."""
        seen = {name: (item.shown, item.gini) for name, item in (("before", self.before), ("after", self.after))}
        return {
            "evenness": self.evenness,
            "mean_score_given_up": round(self.score_given_up, 6),
            **{f"shown_{name}": round(shown, 6) for name, (shown, _) in seen.items()},
            **{f"gini_{name}": round(gini, 6) for name, (_, gini) in seen.items()},
        }


def select_evenly(
    units: Ints, nonprofits: Ints, scores: Floats, *, top: int, evenness: float, n_nonprofits: int
) -> Bools:
    """Candidates chosen for the lists when each list that shows a nonprofit lowers its score for the others.

    Greedy choice, best pair of all lists first, for the sum of scores minus ``evenness * SCORE_PER_LISTING *
    c (c - 1) / 2 / fair_share`` for a nonprofit on c lists, where the fair share is the average number of lists. A
    nonprofit in demand so goes to the units that it suits best, whatever the order of the units. The lengths of the
    lists do not change.

    Parameters
    ----------
    units, nonprofits : ndarray of shape (k,), int64
        Positions; ties go by unit, then nonprofit.
    scores : ndarray of shape (k,), float64
    top : int
        Maximum length of a list.
    evenness : float
        In [0, 1].
    n_nonprofits : int

    Returns
    -------
    ndarray of shape (k,), bool
        Whether a candidate is chosen.
    """
    _, sizes = np.unique(units, return_counts=True)
    fair_share = max(1.0, float(np.minimum(sizes, top).sum()) / max(1, n_nonprofits))
    cost = evenness * SCORE_PER_LISTING / fair_share
    n_lists = np.zeros(n_nonprofits, dtype=np.int64)
    length = np.zeros(int(units.max(initial=-1)) + 1, dtype=np.int64)
    chosen = np.zeros(len(units), dtype=bool)
    queue = [
        (-score, unit, nonprofit, 0, row)
        for row, (unit, nonprofit, score) in enumerate(
            zip(units.tolist(), nonprofits.tolist(), scores.tolist(), strict=True)
        )
    ]
    heapq.heapify(queue)
    while queue:
        _, unit, nonprofit, n_counted, row = queue[0]
        if length[unit] >= top:
            heapq.heappop(queue)
        elif n_counted < n_lists[nonprofit]:
            count = int(n_lists[nonprofit])
            heapq.heapreplace(queue, (-(float(scores[row]) - cost * count), unit, nonprofit, count, row))
        else:
            heapq.heappop(queue)
            chosen[row] = True
            n_lists[nonprofit] += 1
            length[unit] += 1
    return chosen
