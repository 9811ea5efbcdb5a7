"""Settings that are learned besides weights: which, over which values, and how one value is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold

from matcher.learning.tuning.evidence import Comparisons, Evidence
from matcher.learning.tuning.pairwise import fit_weights, losses_by_unit
from matcher.scoring.data import Floats, Ints, Run
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings


@dataclass(frozen=True)
class Searched:
    """A setting that is learned by trying values.

    Attributes
    ----------
    path : str
        Dotted, as in ``"proximity.half_distance_km"``.
    criteria : tuple of str
        Those that it changes.
    values : tuple
        To try, besides the one that it has.
    """

    path: str
    criteria: tuple[str, ...]
    values: tuple[Any, ...]


SEARCHED: tuple[Searched, ...] = (
    Searched(
        "proximity.half_distance_km",
        ("proximity",),
        (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 25.0, 40.0, 70.0, 120.0, 200.0),
    ),
    Searched("mission.cause_share", ("mission",), (0.0, 0.3, 0.6, 1.0)),
    Searched("text.parts.ngrams", ("mission", "values"), (0.0, 2.0, 10.0)),
    Searched("text.parts.mapped", ("mission", "values"), (0.0, 3.0)),
    Searched("track_record.prior_partnerships", ("track_record",), (1.0, 3.0, 10.0, 30.0)),
)
"""What :func:`fit_profile` searches, in this order; a further setting is a line here."""

STRENGTHS = (0.2, 1.0, 5.0, 20.0, 80.0)
"""The weights that one starts from may weigh as much as so many partnerships: what ranks held-out units best."""
STRENGTH = 5.0
"""The one of them under which settings are searched."""
INNER_FOLDS = 4
PASSES = 2
"""Times that all settings are gone through, since the best of one depends on the others."""
CLEAR = 2.0
"""A setting moves only when the fit gains so many standard errors over the units."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Profile:
    """What was found.

    Attributes
    ----------
    values : dict of str to value
        Of the searched settings, by path.
    weights : ndarray of shape (n_criteria,), float64
        In units of log odds.
    """

    values: dict[str, Any]
    weights: Floats


class Features:
    """What the criteria say of the pairs of an evidence, under any values of the searched settings.

    Parameters
    ----------
    run : Run
        With the settings that one starts from.
    evidence : Evidence
    searched : sequence of Searched
        Those whose setting is not there, or changes nothing here, are passed over.

    Attributes
    ----------
    criteria : list of str
        Those with weight and with data in this run, in the order of the columns.
    searched : tuple of Searched
    """

    def __init__(self, run: Run, evidence: Evidence, searched: Sequence[Searched] = SEARCHED) -> None:
        self._run, self._evidence = run, evidence
        self.criteria = Scorer(run).criteria
        self.searched = tuple(
            item
            for item in searched
            if set(item.criteria) & set(self.criteria) and value_at(run.settings, item.path) is not None
        )
        self._columns: dict[tuple[Any, ...], Floats] = {}
        self.searched = tuple(item for item in self.searched if self._matters(item))

    @property
    def start(self) -> dict[str, Any]:
        """Values that the searched settings have, by path."""
        return {item.path: value_at(self._run.settings, item.path) for item in self.searched}

    @property
    def weights(self) -> Floats:
        """Weights that the criteria have, shape (n_criteria,)."""
        return np.array([self._run.settings.weights[name] for name in self.criteria])

    def of(self, values: Values) -> Floats:
        """Return the criteria of every pair, shape (k, n_criteria), unknown as the unit's average."""
        return np.stack([self._column(name, values) for name in self.criteria], axis=1)

    def _matters(self, item: Searched) -> bool:
        """Return whether any value of a setting changes anything: the share of causes does not where none are named."""
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
            self._columns[key] = scorer.filled_scores(criterion, self._evidence.unit, self._evidence.nonprofit)
        return self._columns[key]


def value_at(settings: Settings, path: str) -> Any:
    """Return the value of a dotted setting, or None where there is none."""
    value: Any = settings.to_mapping()
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def whole_list_ndcg(evidence: Evidence, scores: Floats, units: Ints) -> Floats:
    """Return each unit's nDCG over its whole list, ties by id, shape (n_units,).

    Järvelin and Kekäläinen (2002), gain 1 for a pair that came about. Without a cut, so that the top counts most and
    the rest still counts.
    """
    order = np.lexsort((evidence.nonprofit, -scores, evidence.unit))
    unit = evidence.unit[order]
    rank = np.arange(len(unit)) - np.searchsorted(unit, unit)
    came = evidence.positives[order]
    size = int(evidence.unit.max(initial=-1)) + 1
    gain = np.bincount(unit[came], weights=1 / np.log2(2 + rank[came]), minlength=size)
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(2 + np.arange(len(unit))))])
    best = ideal[np.bincount(unit[came], minlength=size)]
    found: Floats = gain[units] / best[units]
    return found


@dataclass(frozen=True)
class _Fit:
    weights: Floats
    losses: Floats
    ndcg: Floats


def fit_profile(features: Features, evidence: Evidence, comparisons: Comparisons, units: Ints) -> Profile:
    """Return weights and settings that rank the past pairs of some units best.

    Settings are taken one by one, a few times over. Of the values under which the lists are as good as under the
    best (nDCG over the whole list, within a standard error of the paired difference), the one with the least loss
    is taken, and only where it gains clearly on the value that the setting has. How strongly the start holds the
    weights is chosen last, on units held out.

    Parameters
    ----------
    features : Features
    evidence : Evidence
    comparisons : Comparisons
    units : ndarray of int64
        Positions of those to learn from.
    """
    mine = comparisons.of_units(units)
    judged = np.unique(mine.unit)
    start = features.weights
    fits: dict[tuple[Any, ...], _Fit] = {}

    def fitted(values: dict[str, Any]) -> _Fit:
        key = tuple(values.values())
        if key not in fits:
            columns = features.of(values)
            differences = columns[mine.better] - columns[mine.worse]
            begin = next(reversed(fits.values())).weights if fits else None
            weights = fit_weights(differences, mine.weight, start, STRENGTH, begin)
            losses = losses_by_unit(differences, mine.weight, weights, mine.unit)
            fits[key] = _Fit(weights, losses, whole_list_ndcg(evidence, columns @ weights, judged))
        return fits[key]

    chosen = dict(features.start)
    for _ in range(PASSES):
        before = dict(chosen)
        for item in features.searched:
            own = features.start[item.path]
            choices = sorted({*item.values, own})
            chosen[item.path] = _choose({value: fitted(chosen | {item.path: value}) for value in choices}, own)
        if chosen == before:
            break
    columns = features.of(chosen)
    strength = _strength(columns, evidence, mine, start)
    differences = columns[mine.better] - columns[mine.worse]
    return Profile(chosen, fit_weights(differences, mine.weight, start, strength, fitted(chosen).weights))


def _strength(columns: Floats, evidence: Evidence, comparisons: Comparisons, start: Floats) -> float:
    """Return the strength under which what was fitted on some units ranks the pairs of the others best."""
    units = np.unique(comparisons.unit)
    found = np.zeros(len(STRENGTHS))
    for train, test in GroupKFold(min(INNER_FOLDS, len(units))).split(units, groups=units):
        mine = comparisons.of_units(units[train])
        differences = columns[mine.better] - columns[mine.worse]
        weights = None
        for index, strength in enumerate(STRENGTHS):
            weights = fit_weights(differences, mine.weight, start, strength, weights)
            found[index] += whole_list_ndcg(evidence, columns @ weights, units[test]).sum()
    # Of two that do equally well the stronger: it stays closer to what one started from.
    return STRENGTHS[len(STRENGTHS) - 1 - int(np.argmax(np.round(found, 9)[::-1]))]


def _choose(fits: Mapping[Any, _Fit], own: Any) -> Any:
    best = max(fits, key=lambda value: (fits[value].ndcg.mean(), value == own))
    as_good = [value for value, fit in fits.items() if _lead(fits[best].ndcg, fit.ndcg) <= 1.0]
    least = min(as_good, key=lambda value: (fits[value].losses.sum(), value != own))
    if own in as_good and _lead(fits[own].losses, fits[least].losses) <= CLEAR:
        return own
    return least


def _lead(first: Floats, second: Floats) -> float:
    """Return how many standard errors one mean over units lies above another, paired."""
    difference = first - second
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else 0.0
    mean = float(difference.mean())
    return mean / float(error) if error > 1e-12 else float(np.sign(mean)) * np.inf if abs(mean) > 1e-12 else 0.0
