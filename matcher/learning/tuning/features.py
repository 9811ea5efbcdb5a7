"""Criteria of the pairs of an evidence as columns, under any values of the settings that are learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.learning.tuning.evidence import Evidence
from matcher.scoring.criteria.base import SearchedSetting
from matcher.scoring.data import Bools, Floats, Run
from matcher.scoring.geometric import log_value
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings

Values = Mapping[str, Any]
"""Values of settings by dotted key."""


class Features:
    """Criteria of the pairs of an evidence.

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
    """

    def __init__(self, run: Run, evidence: Evidence, searched: Sequence[SearchedSetting] | None = None) -> None:
        self._run, self._evidence = run, evidence
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
        self._columns: dict[tuple[Any, ...], Floats] = {}
        self.searched = tuple(item for item in self.searched if self._matters(item))

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
        if key not in self._columns:
            settings = self._run.settings.with_overrides({**touching, "weights": {criterion: 1.0}})
            scorer = Scorer(replace(self._run, settings=settings))
            self._columns[key] = log_value(
                scorer.filled_scores(criterion, self._evidence.unit, self._evidence.nonprofit)
            )
        return self._columns[key]


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
