"""How likeness becomes a score between 0 and 1 that means the same whatever the encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.arrays import Floats, Singles

_LARGEST_EXPONENT = {8: 700.0, 4: 80.0}  # of e, that a number of so many bytes can hold


@dataclass(frozen=True)
class TextScale:
    """How likeness is spread in one run.

    Attributes
    ----------
    mean, deviation : float
        Of the likeness over all pairs of the run's units with all active nonprofits, gates ignored.
    slope : float
        Steepness of the logistic.
    """

    mean: float
    deviation: float
    slope: float

    def score(self, likeness: Floats) -> Floats:
        """Return scores in (0, 1), in place."""
        scores: Floats = self._logistic(likeness)
        return scores

    def quick_score(self, likeness: Singles) -> Singles:
        """Return scores in [0, 1] in single precision, in place; off by :meth:`error` at most."""
        scores: Singles = self._logistic(likeness)
        return scores

    def likeness(self, score: Floats) -> Floats:
        """Return the likeness of a score, or one that is less by what rounding may have done to the score."""
        if self.deviation < 1e-12:
            return np.full(len(score), -np.inf)
        odds = np.clip(score - 1e-6, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            likeness: Floats = self.mean + self.deviation / self.slope * (np.log(odds) - np.log1p(-odds))
        return likeness

    def error(self, of_likeness: float) -> float:
        """Return how far a score may be off where the likeness is: the logistic is nowhere steeper than a quarter."""
        return 1.0 if self.deviation < 1e-12 else min(1.0, self.slope / self.deviation * of_likeness / 4 + 1e-6)

    def _logistic(self, likeness: Any) -> Any:
        if self.deviation < 1e-12:
            likeness[:] = 0.5  # one pair, or all alike: nothing sets them apart
            return likeness
        likeness -= self.mean
        likeness *= -self.slope / self.deviation
        np.minimum(likeness, _LARGEST_EXPONENT[likeness.itemsize], out=likeness)
        np.exp(likeness, out=likeness)
        likeness += 1.0
        np.reciprocal(likeness, out=likeness)
        return likeness
