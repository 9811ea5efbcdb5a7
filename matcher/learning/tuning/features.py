"""Criteria of the pairs of an evidence as columns, under any values of the settings that are learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.errors import MatcherError
from matcher.learning.tuning.evidence import Evidence
from matcher.scoring.criteria.base import ALL, SearchedSetting
from matcher.scoring.data import Bools, Floats, Ints, Run
from matcher.scoring.geometric import log_value, score_of
from matcher.scoring.scorer import FALLBACK, Scorer
from matcher.settings import Settings

Values = Mapping[str, Any]
"""Values of settings by dotted key."""

HELD_OUT = -1
"""Fold of the units that are held out."""
_DENSE_SHARE = 0.25
"""Share of all nonprofits in the evidence from which scoring whole rows is faster than scoring pairs."""


class Features:
    """Criteria of the pairs of an evidence.

    Scores are computed as if no partnership of the run's units were known, so that none tells of itself through a gate
    or an average. Criteria that read the history see, for each unit, the partnerships of the units in other folds:
    a unit to learn from is then like one that is held out.

    Parameters
    ----------
    run : Run
        With the settings to start from.
    evidence : Evidence
        The k pairs.
    searched : sequence of SearchedSetting, optional
        Default: those of the criteria of the run. Settings that are missing here, or that change nothing for these
        pairs, are dropped.

    Attributes
    ----------
    criteria : list of str
        Criteria with a weight and with data in this run, in the order of the columns.
    searched : tuple of SearchedSetting
        Those that change a column.
    folds : ndarray of shape (m,), int64
        Fold of each unit of the run; ``HELD_OUT`` for those whose partnerships nobody sees.
    """

    def __init__(self, run: Run, evidence: Evidence, searched: Sequence[SearchedSetting] | None = None) -> None:
        self._evidence = evidence
        self._run = run
        self.criteria = Scorer(run).criteria
        if searched is None:
            # The settings of the criterion with the largest weight come first.
            by_weight = sorted(self.criteria, key=lambda name: -run.settings.weights[name])
            searched = [item for name in by_weight for item in run.criteria[name].searched]
        self.searched = tuple(
            item
            for item in searched
            if set(item.criteria) & set(self.criteria) and value_at(run.settings, item.path) is not None
        )
        self.folds = np.arange(len(run.units))
        self._columns: dict[tuple[Any, ...], Floats] = {}
        self._columns_of_history: dict[tuple[Any, ...], Floats] = {}
        self.searched = tuple(item for item in self.searched if self._matters(item))

    def in_folds(self, folds: Ints) -> Features:
        """Features in which the units are in other folds.

        Parameters
        ----------
        folds : ndarray of shape (m,), int64
        """
        found = copy(self)
        found.folds, found._columns_of_history = folds, {}
        return found

    @property
    def start(self) -> dict[str, Any]:
        """Current values of the searched settings, by dotted key."""
        return {item.path: value_at(self._run.settings, item.path) for item in self.searched}

    @property
    def is_pairwise(self) -> Bools:
        """Whether each criterion depends on the unit, shape (n_criteria,)."""
        return np.array([self._run.criteria[name].is_pairwise for name in self.criteria])

    @property
    def weights(self) -> Floats:
        """Current weights of the criteria, shape (n_criteria,)."""
        return np.array([self._run.settings.weights[name] for name in self.criteria])

    def matrix(self, values: Values) -> Floats:
        """Logarithms of the criteria of every pair under some values of the searched settings, shape (k, n_criteria).

        Unknown scores are filled as in the score; the logarithm of the score is linear in these, see
        :mod:`matcher.scoring.geometric`.
        """
        return np.stack([self._column(name, values) for name in self.criteria], axis=1)

    def keeps_known(self, item: SearchedSetting, values: Values, rows: Ints) -> bool:
        """Whether the median of some known pairs still scores enough by the criteria of a setting.

        Parameters
        ----------
        item : SearchedSetting
        values : mapping of str to value
            Of all searched settings.
        rows : ndarray of shape (n_pairs,), int64
            Rows of the evidence.
        """
        names = [name for name in item.criteria if name in self.criteria]
        return not item.least_known_score or all(
            float(np.median(score_of(self._column(name, values)[rows]))) >= item.least_known_score for name in names
        )

    def _matters(self, item: SearchedSetting) -> bool:
        """Return whether a setting changes any column; the share of causes does not where no causes are given."""
        start = self.start
        ends = [start | {item.path: value} for value in (item.values[0], item.values[-1])]
        return any(
            not np.array_equal(self._column(name, start), self._column(name, values))
            for name in set(item.criteria) & set(self.criteria)
            for values in ends
        )

    def _column(self, criterion: str, values: Values) -> Floats:
        touching = {item.path: values[item.path] for item in self.searched if criterion in item.criteria}
        key = (criterion, *touching.items())
        reads_history = self._run.criteria[criterion].reads_history
        columns = self._columns_of_history if reads_history else self._columns
        if key not in columns:
            overrides = {**touching, "weights": {criterion: 1.0}}
            filled = (
                self._by_fold(criterion, overrides) if reads_history else self._without_history(criterion, overrides)
            )
            columns[key] = log_value(filled)
        return columns[key]

    def _without_history(self, criterion: str, overrides: dict[str, Any]) -> Floats:
        return self._filled(criterion, overrides, np.zeros(len(self._run.history), dtype=bool), slice(None))

    def _by_fold(self, criterion: str, overrides: dict[str, Any]) -> Floats:
        """Scores of each pair by the partnerships of the units in other folds."""
        of_pair, of_partnership = self.folds[self._evidence.unit], self.folds[self._run.history.unit]
        found = np.empty(len(of_pair))
        for fold in np.unique(of_pair).tolist():
            seen = (of_partnership != fold) & (of_partnership != HELD_OUT)
            found[of_pair == fold] = self._filled(criterion, overrides, seen, of_pair == fold)
        return found

    def _filled(self, criterion: str, overrides: dict[str, Any], seen: Bools, pairs: Bools | slice) -> Floats:
        """Scores of some pairs, unknown ones filled, from some partnerships of the history."""
        units, nonprofits = self._evidence.unit[pairs], self._evidence.nonprofit[pairs]
        run = replace(self._run, history=self._run.history.of_rows(seen))
        try:
            scorer = Scorer(replace(run, settings=run.settings.with_overrides(overrides)))
        except MatcherError:  # without the other partnerships, there is nothing to judge by
            return np.full(len(units), FALLBACK)
        rows = np.unique(units)
        if len(units) < _DENSE_SHARE * len(rows) * len(run.nonprofits):
            return scorer.filled_scores(criterion, units, nonprofits)
        item = next(item for item in scorer.in_play if item.name == criterion)
        return scorer.criterion_block(item, rows, ALL)[np.searchsorted(rows, units), nonprofits]


def value_at(settings: Settings, path: str) -> Any:
    """Return the value of a setting.

    Parameters
    ----------
    settings : Settings
    path : str
        Dotted key.

    Returns
    -------
    object
        None where there is no such setting.
    """
    value: Any = settings.to_mapping()
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
