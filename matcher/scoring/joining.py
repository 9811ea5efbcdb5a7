"""How the parts of a criterion join: a mean by shares, in which one part may give evidence for the others.

The likeness of two texts tells of shared causes even where lists name none, name them in other words or leave one out: a
part with :class:`Evidence` lifts the others to what it shows of them. With t the likeness, c the causes and e the
evidence, mission is ``(1 - share) * t + share * max(c, e(t))``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from matcher.arrays import Floats
from matcher.scoring.geometric import FLOOR

_LEAST_SHARE = 1e-12


@dataclass(frozen=True)
class Evidence:
    """What the score of one part shows of the other parts of its criterion: nothing up to ``start``, ``most`` from ``full`` on.

    Attributes
    ----------
    start, full : float
        Scores of the part, with ``start < full``.
    most : float
        In (0, 1].
    """

    start: float
    full: float
    most: float

    @property
    def slope(self) -> float:
        """Rise of the scores of the other parts with that of the part, between ``start`` and ``full``."""
        return self.most / (self.full - self.start)

    def of(self, scores: Any) -> Any:
        """Scores that the other parts have at least, an array like ``scores``."""
        return np.clip((scores - self.start) * self.slope, 0.0, self.most)


class Joinable(Protocol):
    """A part, as far as joining is concerned."""

    @property
    def evidence_of_others(self) -> Evidence | None:
        """What its score shows of the other parts."""
        ...


def joined(parts: Sequence[Joinable], values: Sequence[Any], shares: Sequence[Any]) -> Any:
    """Score of a criterion from those of its parts, an array as the values broadcast with the shares.

    Parameters
    ----------
    parts : sequence of Joinable
    values : sequence of ndarray
        Scores by each part, none of them NaN.
    shares : sequence of ndarray
        Shares of the parts, which sum to 1.
    """
    total: Any = 0.0
    for part, value, share in zip(parts, values, shares, strict=True):
        for other, score in zip(parts, values, strict=True):
            if other is not part and other.evidence_of_others is not None:
                value = np.maximum(value, other.evidence_of_others.of(score))
        total = total + share * value
    return total


def least_score(
    parts: Sequence[Joinable], position: int, wanted: Floats, values: Sequence[Floats], shares: Sequence[Floats]
) -> Floats:
    """Lower bounds on the score by one part of pairs whose criterion reaches a wanted score, shape (k,).

    Parameters
    ----------
    parts : sequence of Joinable
    position : int
        Of the part, in ``parts``.
    wanted : ndarray of shape (k,), float64
        Scores of the criterion.
    values, shares : sequence of ndarray of shape (k,), float64
        Scores and shares of all parts; the score of the part itself is not read.
    """
    rest = [index for index in range(len(parts)) if index != position]
    if any(parts[index].evidence_of_others is not None for index in rest):
        return np.zeros(len(wanted))
    own = np.maximum(shares[position], _LEAST_SHARE)
    evidence = parts[position].evidence_of_others
    if evidence is None or not rest:
        return np.asarray((wanted - joined([parts[i] for i in rest], *_of(rest, values, shares))) / own)
    others = np.sum([shares[index] for index in rest], axis=0)
    without = (wanted - others * np.max([values[index] for index in rest], axis=0)) / own
    rise = others * evidence.slope
    on_the_way = (wanted + rise * evidence.start) / (own + rise)
    return np.asarray(np.minimum(without, np.maximum(on_the_way, (wanted - others * evidence.most) / own)))


def amplification(evidence: Evidence | None, share: Floats) -> float:
    """Largest ratio of the relative error of a criterion, with its floor, to that of a part.

    Parameters
    ----------
    evidence : Evidence or None
        Of the part.
    share : ndarray of shape (m,), float64
        Of the part, for each unit; the others have the rest.
    """
    if evidence is None:
        return 1.0
    steepness = share + (1 - share) * evidence.slope
    return max(1.0, float(np.max(evidence.start * steepness / (evidence.start * share + FLOOR), initial=0.0)))


def _of(chosen: Sequence[int], *columns: Sequence[Floats]) -> list[list[Floats]]:
    return [[column[index] for index in chosen] for column in columns]
