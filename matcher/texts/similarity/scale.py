"""The scale that turns a similarity into a score between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.arrays import Floats, Singles

_LARGEST_EXPONENT = {8: 700.0, 4: 80.0}
"""Exponents of e that do not overflow, by bytes of a number."""
_NO_SPREAD = 1e-12
"""Standard deviation below which all pairs are equally similar."""


@dataclass(frozen=True)
class TextScale:
    """Logistic function of the standardised similarity: ``1 / (1 + exp(-slope (s - mean) / deviation))``.

    Attributes
    ----------
    mean, deviation : float
        Mean and standard deviation over all pairs of the run's units with active nonprofits, eligible or not.
    slope : float
        Steepness of the logistic function.
    """

    mean: float
    deviation: float
    slope: float

    def score(self, similarity: Floats) -> Floats:
        """Scores in (0, 1) of similarities, shape (...), computed in place."""
        scores: Floats = self._logistic(similarity)
        return scores

    def fast_score(self, similarity: Singles) -> Singles:
        """Scores in [0, 1] in single precision, shape (...), in place, to within :meth:`relative_error`."""
        scores: Singles = self._logistic(similarity)
        return scores

    def similarity(self, score: Floats) -> Floats:
        """Lower bounds on the similarity of pairs with these scores, shape (k,); they allow for rounding."""
        if self.deviation < _NO_SPREAD:
            return np.full(len(score), -np.inf)
        odds = np.clip(score - 1e-6, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            similarity: Floats = self.mean + self.deviation / self.slope * (np.log(odds) - np.log1p(-odds))
        return similarity

    def relative_error(self, similarity_error: float) -> float:
        """Largest error of the logarithm of a score for an error of the similarity.

        The derivative of the logarithm of the logistic function is below 1.
        """
        if self.deviation < _NO_SPREAD:
            return 0.0
        return self.slope / self.deviation * similarity_error + 1e-5

    def _logistic(self, similarity: Any) -> Any:
        if self.deviation < _NO_SPREAD:
            similarity[:] = 0.5
            return similarity
        similarity -= self.mean
        similarity *= -self.slope / self.deviation
        np.minimum(similarity, _LARGEST_EXPONENT[similarity.itemsize], out=similarity)
        np.exp(similarity, out=similarity)
        similarity += 1.0
        np.reciprocal(similarity, out=similarity)
        return similarity
