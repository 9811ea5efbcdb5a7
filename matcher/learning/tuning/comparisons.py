"""Comparisons of pairs to learn from: of two pairs of one unit, the better should score above the worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.learning.tuning.evidence import Evidence
from matcher.places.distance import aligned_km
from matcher.scoring.data import Bools, Floats, Ints, Nonprofits

RATING_GAP = 0.25
"""Difference in quality, in [0, 1], from which one partnership counts as better: one point on the scale of five."""
NEARBY_KM = 5.0
"""Distance up to which two nonprofits count as of one town."""


@dataclass(frozen=True)
class Comparisons:
    """Comparisons of two pairs of one unit; arrays have shape (c,).

    Attributes
    ----------
    better, worse : ndarray of int64
        Rows of the evidence.
    weight : ndarray of float64
        Weight of the comparison; those of one partner with its unit's non-pairs sum to at most 1.
    unit : ndarray of int64
        Position of the unit.
    """

    better: Ints
    worse: Ints
    weight: Floats
    unit: Ints

    def of_units(self, units: Ints) -> Comparisons:
        """Return the comparisons of some units, given by their positions."""
        rows = np.isin(self.unit, units)
        return Comparisons(self.better[rows], self.worse[rows], self.weight[rows], self.unit[rows])


def compare(evidence: Evidence, nonprofits: Nonprofits, *, against: int = 10, seed: int = 0) -> Comparisons:
    """Draw the comparisons of an evidence.

    - Each positive is better than ``against`` non-pairs of its unit: of those that were on its lists and were not
      chosen, where that is known; else half of them of the same town or with a cause of the partner, as far as there are
      any, the rest of all. These comparisons sum to a weight of 1, or to twice the quality of a partnership with a
      quality below 0.5, which is a weak example.
    - Of two rated partnerships of a unit, the one with the higher quality is better if they differ by at least
      ``RATING_GAP``; the difference is the weight.
    - Each positive is better than each declined pair.

    Declined pairs are not compared with non-pairs, since they were at least considered.

    Parameters
    ----------
    evidence : Evidence
    nonprofits : Nonprofits
        For their places and causes.
    against : int
        Number of non-pairs that each positive is compared with.
    seed : int
        Seed of the draw.

    Returns
    -------
    Comparisons
    """
    parts: list[tuple[Ints, Ints, Floats]] = []
    for unit in evidence.units:
        rows = np.arange(*np.searchsorted(evidence.unit, [unit, unit + 1]))
        partners = rows[evidence.positives[rows]]
        declined = rows[evidence.declined[rows]]
        shown = rows[evidence.shown[rows]]
        others = rows[~evidence.positives[rows] & ~evidence.declined[rows]]
        quality = evidence.quality[partners]
        worth = np.where(np.isnan(quality), 1.0, np.minimum(1.0, 2 * np.nan_to_num(quality)))
        draw = np.random.default_rng([seed, int(unit)])
        for partner, weight in zip(partners.tolist(), worth.tolist(), strict=True):
            if len(shown):
                worse = draw.choice(shown, min(len(shown), against), replace=False)
            else:
                like = _is_like(nonprofits, int(evidence.nonprofit[partner]), evidence.nonprofit[others])
                worse = _half_like(draw, others, like, against)
            size = len(worse)
            if size:
                parts.append((np.full(size, partner), worse, np.full(size, weight / size)))
        if len(declined):
            size = len(declined)
            parts.append((np.repeat(partners, size), np.tile(declined, len(partners)), np.repeat(worth / size, size)))
        gap = quality[:, None] - quality[None, :]
        first, second = np.nonzero(gap >= RATING_GAP - 1e-9)
        rated = max(1, int((~np.isnan(quality)).sum()))
        parts.append((partners[first], partners[second], gap[first, second] / rated))
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Comparisons(none, none, np.empty(0), none)
    better, lower, weight_of = (np.concatenate(column) for column in zip(*parts, strict=True))
    counts = weight_of > 0
    better = better[counts].astype(np.int64)
    weights = weight_of[counts].astype(np.float64)
    return Comparisons(better, lower[counts].astype(np.int64), weights, evidence.unit[better])


def _is_like(nonprofits: Nonprofits, partner: int, others: Ints) -> Bools:
    """Whether other nonprofits are of the town of a partner, or share a cause with it, shape (n_others,)."""
    points = nonprofits.points
    near = aligned_km(np.broadcast_to(points[partner], (len(others), 3)), points[others]) <= NEARBY_KM
    share_cause = (nonprofits.causes[others] & nonprofits.causes[partner]).any(axis=1)
    return np.asarray(near | share_cause)


def _half_like(draw: np.random.Generator, others: Ints, like: Bools, count: int) -> Ints:
    """Random others, half of them from those that are like the partner, as far as there are any, shape (<= count,)."""
    alike = others[like]
    hard = draw.choice(alike, min(len(alike), count // 2), replace=False)
    rest = others[~np.isin(others, hard)]
    return np.concatenate([hard, draw.choice(rest, min(len(rest), count - len(hard)), replace=False)])
