"""`PartnerMatcher` in scikit-learn's own searches: candidate pairs as rows, units as groups, rankings as scores.

A search needs no more than what stands here: :func:`candidate_pairs` makes the rows, :func:`unit_groups` keeps the
pairs of a unit together, and :func:`ranking_scorer` scores each unit's list.

Examples
--------
>>> import pandas as pd
>>> from sklearn.model_selection import GridSearchCV, GroupKFold
>>> from matcher import PartnerMatcher
>>> towns = ["Zwolle", "Breda", "Leiden", "Assen"]
>>> units = pd.DataFrame({"unit_id": ["u1", "u2", "u3", "u4"], "company": "Bank", "name": towns,
...                       "mission": "Geen gezin in de schulden", "city": towns})
>>> nonprofits = pd.DataFrame({"nonprofit_id": ["n1", "n2", "n3", "n4"], "name": towns,
...                            "mission": "Opvang van egels", "city": towns})
>>> partnerships = pd.DataFrame({"unit_id": units["unit_id"], "nonprofit_id": nonprofits["nonprofit_id"],
...                              "status": "completed"})
>>> pairs, positives = candidate_pairs(units, nonprofits, partnerships)
>>> search = GridSearchCV(
...     PartnerMatcher(encoder=Remembering("use")),
...     {"weights": [{"mission": 1}, {"proximity": 1}], "settings__proximity__half_distance_km": [5, 50]},
...     scoring=ranking_scorer("ndcg"), cv=GroupKFold(2), refit=False,
... ).fit(pairs, positives, groups=unit_groups(pairs), lists=(units, nonprofits))
>>> search.best_params_["weights"], round(float(search.best_score_), 3)
({'proximity': 1}, 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from matcher.errors import MatcherError, SettingsError, nearest
from matcher.learning.evaluation.metrics import METRICS, Trial, unit_metrics
from matcher.learning.evaluation.pairs import candidate_pairs
from matcher.scoring.data import Bools, Floats
from matcher.tables.schema.columns import Partnership
from matcher.texts.encoders.base import Embeddings, Encoder
from matcher.texts.encoders.registry import as_encoder

__all__ = ["Remembering", "candidate_pairs", "ranking_scorer", "unit_groups"]


def unit_groups(pairs: pd.DataFrame) -> np.ndarray:
    """Return the unit of each pair, for ``groups``, so that a split keeps the pairs of a unit together, shape (n_pairs,)."""
    groups: np.ndarray = pairs[Partnership.UNIT_ID].to_numpy(dtype=object)
    return groups


def ranking_scorer(metric: str = "ndcg", *, top: int = 20) -> Callable[[Any, pd.DataFrame, Any], float]:
    """Return a scorer that ranks each unit's pairs and averages over the units with one to find at least.

    Parameters
    ----------
    metric : {"auc", "ndcg", "recall", "mrr"}
    top : int
        Length of the list for nDCG and recall.

    Raises
    ------
    SettingsError
        When there is no such metric.
    """
    if metric not in METRICS:
        raise SettingsError(f"there is no metric '{metric}'{nearest(metric, METRICS)} (known: {', '.join(METRICS)})")

    def score(estimator: Any, pairs: pd.DataFrame, positives: Any) -> float:
        unit, units = pd.factorize(pairs[Partnership.UNIT_ID], sort=True)
        nonprofit, nonprofits = pd.factorize(pairs[Partnership.NONPROFIT_ID], sort=True)
        shape = len(units), len(nonprofits)
        candidates, relevant, scores = _matrices(
            shape, unit, nonprofit, np.asarray(positives), estimator.decision_function(pairs)
        )
        trial = Trial(candidates, relevant, min_pairs=1, top=top)
        if not len(trial.units):
            raise MatcherError("none of these units has both a positive pair and one that is not: use fewer folds")
        return float(unit_metrics(trial, scores)[:, METRICS.index(metric)].mean())

    return score


class Remembering:
    """An encoder that embeds a text once, however often a search fits.

    Parameters
    ----------
    encoder : str or Encoder
        As :func:`matcher.texts.encoders.registry.as_encoder` takes it.
    """

    def __init__(self, encoder: str | Encoder = "use") -> None:
        self._encoder = as_encoder(encoder)
        self._vectors: dict[str, Embeddings] = {}

    @property
    def name(self) -> str:
        """Name of the encoder that remembers."""
        return self._encoder.name

    @property
    def revision(self) -> str:
        """Revision of the encoder that remembers."""
        return self._encoder.revision

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self._encoder.dimension

    def __deepcopy__(self, memo: dict[int, object]) -> Remembering:
        """Return itself, so that the copies which a search makes share what is remembered."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, dimension), float32."""
        new = sorted(set(texts) - self._vectors.keys())
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._vectors[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


def _matrices(
    shape: tuple[int, int], unit: np.ndarray, nonprofit: np.ndarray, positives: np.ndarray, scores: np.ndarray
) -> tuple[Bools, Bools, Floats]:
    candidates, relevant, matrix = np.zeros(shape, bool), np.zeros(shape, bool), np.zeros(shape)
    candidates[unit, nonprofit] = True
    relevant[unit, nonprofit] = positives.astype(bool)
    matrix[unit, nonprofit] = scores
    return candidates, relevant, matrix
