"""How evenly nonprofits are shown on shortlists, and lists that trade a little score for evenness."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, Floats, Ints

SCORE_A_SHOWING = 0.1
"""At evenness 1 every further list that a nonprofit stands on counts as so much less score, where the average
nonprofit stands on one at most; where it stands on more, in proportion less."""
POOL_LISTS = 5
"""So many lists' worth of candidates a unit are looked at: those further down would cost too much score."""


@dataclass(frozen=True)
class Exposure:
    """How evenly nonprofits are shown on shortlists.

    Attributes
    ----------
    shown : float
        Share of the nonprofits that stand on any list.
    gini : float
        0 where all are shown equally often, towards 1 where a few are on every list.
    most : int
        On how many lists the most shown one stands.
    most_position : int
        Its position; -1 where there are no lists.
    """

    shown: float
    gini: float
    most: int
    most_position: int


def exposure(counts: np.ndarray) -> Exposure:
    """Return the exposure of nonprofits that stand on so many lists each, shape (n,)."""
    total = int(counts.sum())
    if not total:
        return Exposure(0.0, 0.0, 0, -1)
    ordered = np.sort(counts).astype(np.float64)
    n = len(ordered)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))
    return Exposure(float((counts > 0).mean()), gini, int(counts.max()), int(np.argmax(counts)))


@dataclass(frozen=True)
class ExposureTradeoff:
    """What evenness cost and brought.

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
        """Return the price of some lists against those before: the nonprofits on each, and their scores."""
        means = [float(scores.mean()) if len(scores) else 0.0 for _, scores in (before, after)]
        seen = [exposure(np.bincount(nonprofits, minlength=n_nonprofits)) for nonprofits, _ in (before, after)]
        return cls(evenness, means[0], means[1], seen[0], seen[1])

    @property
    def score_given_up(self) -> float:
        """Mean score given up."""
        return self.score_before - self.score_after

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        seen = {name: (item.shown, item.gini) for name, item in (("before", self.before), ("after", self.after))}
        return {
            "evenness": self.evenness,
            "mean_score_given_up": round(self.score_given_up, 6),
            **{f"shown_{name}": round(shown, 6) for name, (shown, _) in seen.items()},
            **{f"gini_{name}": round(gini, 6) for name, (_, gini) in seen.items()},
        }


def spread_out(units: Ints, nonprofits: Ints, scores: Floats, *, top: int, evenness: float, n_nonprofits: int) -> Bools:
    """Return which candidates go on the lists when a nonprofit counts for less with every list that it stands on.

    The best pair of all lists goes first, and so on: the greedy choice for the sum of scores minus, for a nonprofit
    on c lists, ``evenness * SCORE_A_SHOWING * c (c - 1) / 2`` over its fair share. So a nonprofit in demand goes to
    the units that it suits best, and no unit comes first for its place in the file. Every list is as long as without.

    Parameters
    ----------
    units, nonprofits : ndarray of shape (k,), int64
        Positions; ties go by unit, then nonprofit.
    scores : ndarray of shape (k,), float64
    top : int
        Length of a list, at most.
    evenness : float
        In [0, 1].
    n_nonprofits : int

    Returns
    -------
    ndarray of shape (k,), bool
    """
    _, sizes = np.unique(units, return_counts=True)
    fair_share = max(1.0, float(np.minimum(sizes, top).sum()) / max(1, n_nonprofits))
    cost = evenness * SCORE_A_SHOWING / fair_share
    shown = np.zeros(n_nonprofits, dtype=np.int64)
    length = np.zeros(int(units.max(initial=-1)) + 1, dtype=np.int64)
    chosen = np.zeros(len(units), dtype=bool)
    waiting = [
        (-score, unit, nonprofit, 0, row)
        for row, (unit, nonprofit, score) in enumerate(
            zip(units.tolist(), nonprofits.tolist(), scores.tolist(), strict=True)
        )
    ]
    heapq.heapify(waiting)
    while waiting:
        _, unit, nonprofit, seen, row = waiting[0]
        if length[unit] >= top:
            heapq.heappop(waiting)
        elif seen < shown[nonprofit]:
            count = int(shown[nonprofit])
            heapq.heapreplace(waiting, (-(float(scores[row]) - cost * count), unit, nonprofit, count, row))
        else:
            heapq.heappop(waiting)
            chosen[row] = True
            shown[nonprofit] += 1
            length[unit] += 1
    return chosen
