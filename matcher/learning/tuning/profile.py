"""Search of the weights and settings that rank past pairs best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold

from matcher.learning.evaluation.differences import Observations
from matcher.learning.tuning.comparisons import Comparisons
from matcher.learning.tuning.evidence import Evidence
from matcher.learning.tuning.features import HELD_OUT, Features
from matcher.learning.tuning.pairwise_loss import fit_weights, losses_by_unit
from matcher.scoring.data import Floats, Ints

STRENGTHS = (0.2, 1.0, 5.0, 20.0, 80.0)
"""Candidate strengths of the start weights, in partnerships; the one that ranks held-out units best is used."""
STRENGTH = 5.0
"""Strength during the search of settings."""
INNER_FOLDS = 4
PASSES = 2
"""Number of passes over the settings, since the best value of one depends on the others."""
MIN_GAIN = 2.0
"""Gain in standard errors over the observations below which a setting keeps its value."""


@dataclass(frozen=True)
class Profile:
    """Weights and settings that were found.

    Attributes
    ----------
    settings : dict of str to value
        Values of the searched settings, by dotted key.
    weights : ndarray of shape (n_criteria,), float64
        Weights in log odds per unit of score.
    """

    settings: dict[str, Any]
    weights: Floats


@dataclass(frozen=True)
class _Fit:
    weights: Floats
    losses: Floats
    ndcg: Floats


def fit_profile(
    features: Features, evidence: Evidence, comparisons: Comparisons, units: Ints, observations: Observations
) -> Profile:
    """Fit weights and settings to the past pairs of some units.

    Settings are searched one at a time, in ``PASSES`` passes, over the values at which known pairs still score. Among
    the values whose mean nDCG over whole lists is within one standard error (of the paired difference) of the best, the
    one with the lowest loss is taken, if its loss is lower than that of the current value by more than ``MIN_GAIN`` standard errors. The strength of the start
    weights is chosen last, by cross-validation over the folds of the features.

    Parameters
    ----------
    features : Features
        Of the pairs in ``evidence``, in the folds of :func:`inner_folds`.
    evidence : Evidence
    comparisons : Comparisons
        Of the pairs in ``evidence``.
    units : ndarray of shape (n_units,), int64
        Positions of the units to learn from.
    observations : Observations
        Of these units, for standard errors.

    Returns
    -------
    Profile
    """
    mine = comparisons.of_units(units)
    known = np.flatnonzero(evidence.positives & np.isin(evidence.unit, units))
    start = features.weights
    fits: dict[tuple[Any, ...], _Fit] = {}

    def fitted(values: dict[str, Any]) -> _Fit:
        key = tuple(values.values())
        if key not in fits:
            columns = features.matrix(values)
            differences = columns[mine.better] - columns[mine.worse]
            initial = next(reversed(fits.values())).weights if fits else None
            weights = fit_weights(differences, mine.weight, start, STRENGTH, initial)
            losses = losses_by_unit(differences, mine.weight, weights, np.searchsorted(units, mine.unit), len(units))
            ndcg = whole_list_ndcg(evidence, columns @ weights, units)
            fits[key] = _Fit(weights, observations.means(losses), observations.means(ndcg))
        return fits[key]

    values = dict(features.start)
    for _ in range(PASSES):
        before = dict(values)
        for item in features.searched:
            current = features.start[item.path]
            tried = [value for value in item.values if features.keeps_known(item, values | {item.path: value}, known)]
            choices = {value: fitted(values | {item.path: value}) for value in sorted({*tried, current})}
            values[item.path] = _choice(choices, current)
        if values == before:
            break
    columns = features.matrix(values)
    strength = _best_strength(columns, evidence, mine, start, features.folds)
    differences = columns[mine.better] - columns[mine.worse]
    return Profile(values, fit_weights(differences, mine.weight, start, strength, fitted(values).weights))


def whole_list_ndcg(evidence: Evidence, scores: Floats, units: Ints) -> Floats:
    """Compute the nDCG of whole lists, without a cut, so that every position counts and the top counts most.

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002), with gain 1 for a positive.

    Parameters
    ----------
    evidence : Evidence
        Its k pairs are the lists.
    scores : ndarray of shape (k,), float64
        Ties count as every order of them, averaged.
    units : ndarray of shape (n_units,), int64
        Positions of units with a positive.

    Returns
    -------
    ndarray of shape (n_units,), float64
        In (0, 1].
    """
    order = np.lexsort((-scores, evidence.unit))
    unit, ranked = evidence.unit[order], scores[order]
    rank = np.arange(len(unit)) - np.searchsorted(unit, unit)
    tie = np.cumsum((np.diff(unit, prepend=-1) != 0) | (np.diff(ranked, prepend=np.nan) != 0)) - 1
    discount = (np.bincount(tie, weights=1 / np.log2(2 + rank)) / np.bincount(tie))[tie]
    positive = evidence.positives[order]
    size = int(evidence.unit.max(initial=-1)) + 1
    gain = np.bincount(unit[positive], weights=discount[positive], minlength=size)
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(2 + np.arange(len(unit))))])
    best = ideal[np.bincount(unit[positive], minlength=size)]
    ndcg: Floats = gain[units] / best[units]
    return ndcg


def inner_folds(units: Ints, observations: Observations, company_codes: Ints) -> Ints:
    """Fold of every unit of the run, shape (m,): those to learn from in ``INNER_FOLDS``, all others held out.

    Parameters
    ----------
    units : ndarray of shape (n_units,), int64
        Positions of the units to learn from.
    observations : Observations
        Of these units: the units of one stay together.
    company_codes : ndarray of shape (m,), int64
        Company of every unit of the run. By company, further units of these companies are in the fold of their company.
    """
    folds = np.full(len(company_codes), HELD_OUT)
    groups = observations.codes
    for fold, (_, test) in enumerate(GroupKFold(min(INNER_FOLDS, len(observations))).split(units, groups=groups)):
        mine = units[test]
        folds[np.isin(company_codes, company_codes[mine]) if observations.by_company else mine] = fold
    return folds


def _best_strength(columns: Floats, evidence: Evidence, comparisons: Comparisons, start: Floats, folds: Ints) -> float:
    """Return the strength that ranks the pairs of held-out folds best."""
    units = np.unique(comparisons.unit)
    total = np.zeros(len(STRENGTHS))
    for fold in np.unique(folds[units]).tolist():
        is_test = folds[units] == fold
        mine = comparisons.of_units(units[~is_test])
        differences = columns[mine.better] - columns[mine.worse]
        weights = None
        for index, strength in enumerate(STRENGTHS):
            weights = fit_weights(differences, mine.weight, start, strength, weights)
            total[index] += whole_list_ndcg(evidence, columns @ weights, units[is_test]).sum()
    # Of equals the strongest, which stays closest to the start weights.
    return STRENGTHS[len(STRENGTHS) - 1 - int(np.argmax(np.round(total, 9)[::-1]))]


def _choice(fits: Mapping[Any, _Fit], current: Any) -> Any:
    """Return the value of a setting to use, as :func:`fit_profile` describes."""
    best = max(fits, key=lambda value: (fits[value].ndcg.mean(), value == current))
    as_good = [value for value, fit in fits.items() if _lead(fits[best].ndcg, fit.ndcg) <= 1.0]
    lowest = min(as_good, key=lambda value: (fits[value].losses.sum(), value != current))
    if current in as_good and _lead(fits[current].losses, fits[lowest].losses) <= MIN_GAIN:
        return current
    return lowest


def _lead(first: Floats, second: Floats) -> float:
    """Return the mean paired difference over observations, in standard errors."""
    difference = first - second
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else 0.0
    mean = float(difference.mean())
    return mean / float(error) if error > 1e-12 else float(np.sign(mean)) * np.inf if abs(mean) > 1e-12 else 0.0
