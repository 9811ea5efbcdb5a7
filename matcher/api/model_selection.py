"""`PartnerMatcher` in scikit-learn's own searches: candidate pairs as rows, units as groups, rankings as scores.

A search needs no more than what stands here: :func:`candidate_pairs` makes the rows, :func:`unit_groups` keeps the
pairs of a unit together, and :func:`ranking_scorer` scores each unit's list; without ``scoring`` a search takes nDCG. With
``cache_folder=`` every text is embedded once, however often a search fits; :class:`Remembering` does the same in memory
for an encoder of your own.

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
...     PartnerMatcher(),
...     {"weights": [{"mission": 1}, {"proximity": 1}], "settings__proximity__half_distance_km": [5, 50]},
...     cv=GroupKFold(2), refit=False,
... ).fit(pairs, positives, groups=unit_groups(pairs), lists=(units, nonprofits))
>>> search.best_params_["weights"], round(float(search.best_score_), 3)
({'proximity': 1}, 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from matcher.api.sources import PAIR
from matcher.errors import MatcherError, SettingsError, nearest
from matcher.learning.evaluation.metrics import METRICS, Trial, unit_metrics
from matcher.learning.evaluation.pairs import PAIRS_OF_UNIT, candidate_pairs
from matcher.messages import Message
from matcher.scoring.data import Bools, Floats
from matcher.tables.schema.columns import Partnership
from matcher.texts.encoders.base import Embeddings, Encoder
from matcher.texts.encoders.registry import as_encoder

_REMEDY = Message("pass groups=unit_groups(pairs) to the search, and a splitter by groups, such as cv=GroupKFold(3)")

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
        raise SettingsError(
            Message(
                "there is no metric '{metric}'{hint} (known: {metrics})",
                metric=metric,
                hint=nearest(metric, METRICS),
                metrics=", ".join(METRICS),
            )
        )

    def score(estimator: Any, pairs: pd.DataFrame, positives: Any) -> float:
        check_held_out(getattr(estimator, "pairs_fitted_", None), pairs)
        unit, units = pd.factorize(pairs[Partnership.UNIT_ID], sort=True)
        nonprofit, nonprofits = pd.factorize(pairs[Partnership.NONPROFIT_ID], sort=True)
        shape = len(units), len(nonprofits)
        candidates, relevant, scores = _matrices(
            shape, unit, nonprofit, np.asarray(positives), estimator.decision_function(pairs)
        )
        trial = Trial(candidates, relevant, min_pairs=1, top=top)
        if not len(trial.units):
            raise MatcherError(
                Message("none of these units has both a positive pair and one that is not: use fewer folds")
            )
        return float(unit_metrics(trial, scores)[:, METRICS.index(metric)].mean())

    return score


class RankingScoreMixin:
    """Gives an estimator of pairs the score that searches take without ``scoring``.

    Attributes
    ----------
    pairs_fitted_ : DataFrame or None
        Pairs that were fitted, if any.
    """

    pairs_fitted_: pd.DataFrame | None = None

    def score(self, pairs: pd.DataFrame, positives: Any) -> float:
        """Rank each unit's pairs, and return the mean nDCG at 20 over the units with one to find at least.

        Parameters
        ----------
        pairs : DataFrame
            With the columns ``unit_id`` and ``nonprofit_id``.
        positives : array of shape (n_pairs,), bool
            Which of the pairs are to be found.

        Raises
        ------
        MatcherError
            When there is nothing to rank, or other pairs of these units were fitted.
        """
        return ranking_scorer()(self, pairs, positives)


def check_whole_units(pairs: pd.DataFrame) -> None:
    """Check that all candidate pairs of each unit are there.

    Raises
    ------
    SettingsError
        When some pairs of a unit are missing, as when a search splits pairs regardless of their unit.
    """
    counts = pairs[Partnership.UNIT_ID].value_counts()
    whole = pairs.attrs.get(PAIRS_OF_UNIT, {})
    for unit, count in counts.items():
        if count < whole.get(unit, 0):
            raise SettingsError(
                Message(
                    "unit {unit} has {count} of its {whole} candidate pairs in this split, so that the rest of them would be tested on: {remedy}. For pairs that were left out on purpose, clear pairs.attrs",
                    unit=unit,
                    count=count,
                    whole=whole[unit],
                    remedy=_REMEDY,
                )
            )


def check_held_out(fitted: pd.DataFrame | None, pairs: pd.DataFrame) -> None:
    """Check that no unit has some of its pairs in training and others in a test.

    Parameters
    ----------
    fitted : DataFrame or None
        Pairs that were fitted, if any.
    pairs : DataFrame
        Pairs to test on.

    Raises
    ------
    MatcherError
        When a unit has.
    """
    if fitted is None:
        return
    rows = pairs[pairs[Partnership.UNIT_ID].isin(fitted[Partnership.UNIT_ID])]
    unseen = ~pd.MultiIndex.from_frame(rows[PAIR]).isin(pd.MultiIndex.from_frame(fitted[PAIR]))
    if unseen.any():
        raise MatcherError(
            Message(
                "unit {unit} has some of its pairs in training and others in the test: {remedy}",
                unit=rows[Partnership.UNIT_ID][unseen].iloc[0],
                remedy=_REMEDY,
            )
        )


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
