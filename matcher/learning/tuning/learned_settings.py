"""Weights and settings learned from past partnerships, tested on units that were held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import ndcg_score, roc_auc_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from matcher.errors import MatcherError
from matcher.learning.evaluation.differences import Difference, Observations
from matcher.learning.evaluation.pairs import count_unmatched, pair_matrix
from matcher.learning.tuning.comparisons import compare
from matcher.learning.tuning.evidence import Evidence, gather
from matcher.learning.tuning.features import Features
from matcher.learning.tuning.profile import Profile, fit_profile
from matcher.progress import progress_bar
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings

MIN_PAIRS = 30
"""Partnerships needed to learn from: ten for each of three weights, the number that matter in real lists (Peduzzi and
others, A simulation study of the number of events per variable, 1996)."""
MIN_UNITS = 6
"""Units needed to learn from, since the result is tested on held-out units and an interval over fewer is too wide."""
FOLDS = 5
LIST_LENGTH = 20
MEASURES = ("ndcg", "auc", "ndcg_top")
"""nDCG over the whole list decides; AUC and nDCG at the length of a shortlist are reported beside it."""
WEIGHT_DECIMALS = 3


@dataclass(frozen=True)
class LearnedSettings:
    """Result of learning.

    Attributes
    ----------
    base : Settings
        Settings at the start.
    settings : Settings
        Settings to use: ``found`` where it gained, otherwise ``base``.
    found : Settings
        Learned settings, whether they gained or not.
    gained : bool
        Whether the gain on held-out units is beyond chance.
    tells_pairs_apart : bool
        Whether anything besides the nonprofit alone separates partners from others on held-out units.
    units, pairs, declined, rated : int
        Numbers of units, of their positive pairs, of their declined pairs and of their rated pairs.
    criteria : list of str
        Criteria whose weights were learned; the others had no data or no weight.
    searched : list of str
        Dotted keys of the other settings that were searched.
    before, after : dict of str to float
        Mean over held-out units under ``base`` and under what was learned without them, by measure.
    differences : dict of str to Difference
        After minus before, by measure.
    unmatched : int
        Number of excluded pairs that name a unit or nonprofit outside the lists; they are not counted.
    """

    base: Settings
    settings: Settings
    found: Settings
    gained: bool
    tells_pairs_apart: bool
    units: int
    pairs: int
    declined: int
    rated: int
    criteria: list[str]
    searched: list[str]
    before: dict[str, float]
    after: dict[str, float]
    differences: dict[str, Difference]
    unmatched: int = 0

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "gained": self.gained,
            "tells_pairs_apart": self.tells_pairs_apart,
            "units": self.units,
            "pairs": self.pairs,
            "declined": self.declined,
            "rated": self.rated,
            "unmatched": self.unmatched,
            "criteria": self.criteria,
            "searched": self.searched,
            "before": self.before,
            "after": self.after,
            "after_minus_before": {name: each.as_record() for name, each in self.differences.items()},
            "base": self.base.model_dump(mode="json"),
            "found": self.found.model_dump(mode="json"),
            "settings": self.settings.model_dump(mode="json"),
        }


def learn(scorer: Scorer, excluded_pairs: pd.DataFrame | None = None) -> LearnedSettings:
    """Learn weights and settings from the partnerships in a scorer's history.

    The result is tested by cross-validation over units. The current settings stay unless the interval of the gain in
    nDCG over the whole list lies above zero, and something besides popularity separates partners from others (see
    :func:`pair_signal`).

    Parameters
    ----------
    scorer : Scorer
        With the settings to start from, and the partnerships as its history.
    excluded_pairs : DataFrame, optional
        Pairs that are no evidence, with columns ``unit_id`` and ``nonprofit_id``.

    Returns
    -------
    LearnedSettings

    Raises
    ------
    MatcherError
        When there are fewer than ``MIN_PAIRS`` pairs or ``MIN_UNITS`` units, there are positives or negatives only, or
        none of the excluded pairs is in the lists.
    """
    run = scorer.run
    ids = run.units.ids, run.nonprofits.ids
    unmatched = count_unmatched({"excluded": excluded_pairs}, *ids)["excluded"]
    excluded = pair_matrix(excluded_pairs, *ids)
    evidence = gather(run.history, len(run.units), len(run.nonprofits), excluded, run.nonprofits.active)
    _check_amount(evidence)
    features, units = Features(run, evidence), evidence.units
    profile, after, signal = _cross_validated(features, evidence)
    before = features.matrix(features.start) @ features.weights
    first, second = (_measure(evidence, scores, units) for scores in (before, after))
    observations = Observations.of(run.units.company_codes[units])
    differences = {
        name: observations.difference(column) for name, column in zip(MEASURES, (second - first).T, strict=True)
    }
    tells_apart = observations.difference(_measure(evidence, signal, units)[:, MEASURES.index("auc")] - 0.5).is_gain
    gained = tells_apart and differences[MEASURES[0]].is_gain
    base = run.settings
    weights = learned_weights(base.weights, features.criteria, profile.weights)
    moved = {path: value for path, value in profile.settings.items() if value != features.start[path]}
    found = base.with_overrides({"weights": weights, **moved})
    rows = np.isin(evidence.unit, units)
    return LearnedSettings(
        base=base,
        settings=found if gained else base,
        found=found,
        gained=gained,
        tells_pairs_apart=tells_apart,
        units=len(units),
        pairs=int(evidence.positives[rows].sum()),
        declined=int(evidence.declined[rows].sum()),
        rated=int((~np.isnan(evidence.quality[rows])).sum()),
        criteria=features.criteria,
        searched=[item.path for item in features.searched],
        before=dict(zip(MEASURES, first.mean(axis=0).tolist(), strict=True)),
        after=dict(zip(MEASURES, second.mean(axis=0).tolist(), strict=True)),
        differences=differences,
        unmatched=unmatched,
    )


def _cross_validated(features: Features, evidence: Evidence) -> tuple[Profile, Floats, Floats]:
    """Return the profile of all units; and each pair's score and pair signal without its unit, shape (k,) each."""
    comparisons, units = compare(evidence), evidence.units
    folds = list(GroupKFold(min(FOLDS, len(units))).split(units, groups=units))
    # For a handful of weights, threads cost more than they save.
    with threadpool_limits(1, user_api="blas"), progress_bar(len(folds) + 1, "Learning") as advance:
        profiles = []
        for train, _ in folds:
            profiles.append(fit_profile(features, evidence, comparisons, units[train]))
            advance(1)
        final = fit_profile(features, evidence, comparisons, units)
    scores, signal = np.full(len(evidence.unit), np.nan), np.full(len(evidence.unit), np.nan)
    for profile, (_, test) in zip(profiles, folds, strict=True):
        columns = features.matrix(profile.settings)
        rows = np.isin(evidence.unit, units[test])
        scores[rows] = (columns @ profile.weights)[rows]
        signal[rows] = pair_signal(features.is_pairwise, columns, profile.weights, evidence)[rows]
    return final, scores, signal


def pair_signal(is_pairwise: Bools, columns: Floats, weights: Floats, evidence: Evidence) -> Floats:
    """Compute the part of each pair's score that does not come from its nonprofit alone.

    Criteria of the nonprofit alone are dropped, and each nonprofit's mean over the units is subtracted. If partners
    were chosen by popularity alone, the remainder does not separate them from others: popularity would be all there is
    to learn, and would send every unit to the same few nonprofits.

    Parameters
    ----------
    is_pairwise : ndarray of shape (n_criteria,), bool
        Whether each criterion depends on the unit, and not on the nonprofit alone.
    columns : ndarray of shape (k, n_criteria), float64
        Criteria of every pair, without unknown values.
    weights : ndarray of shape (n_criteria,), float64
    evidence : Evidence
        The k pairs.

    Returns
    -------
    ndarray of shape (k,), float64
    """
    scores = columns[:, is_pairwise] @ weights[is_pairwise]
    count = np.bincount(evidence.nonprofit)
    mean = np.bincount(evidence.nonprofit, weights=scores) / np.maximum(count, 1)
    signal: Floats = scores - mean[evidence.nonprofit]
    return signal


def learned_weights(base: Mapping[str, float], criteria: list[str], found: Floats) -> dict[str, float]:
    """Bring learned weights to the scale of the start weights.

    The learned weights keep the sum that they had at the start. A criterion without data, for which nothing could be
    learned, is multiplied by the (lower) median of the factors of the learned ones.

    Parameters
    ----------
    base : mapping of str to float
        Start weights.
    criteria : list of str
        Criteria whose weights were learned.
    found : ndarray of shape (n_criteria,), float64
        Their weights.

    Returns
    -------
    dict of str to float
        Weights by criterion, rounded to ``WEIGHT_DECIMALS``.
    """
    start = np.array([base[name] for name in criteria])
    if found.sum() < 1e-9:
        return dict(base)
    scaled = found * start.sum() / found.sum()
    typical = np.sort(scaled / start)[(len(start) - 1) // 2]
    learned = dict(zip(criteria, scaled.tolist(), strict=True))
    return {name: round(learned.get(name, weight * typical), WEIGHT_DECIMALS) for name, weight in base.items()}


def _check_amount(evidence: Evidence) -> None:
    pairs, units = int(evidence.positives.sum()), len(evidence.units)
    if pairs and not units:
        raise MatcherError(
            "there is one class only: every candidate of these units is a partner, so that nothing tells partners from "
            "others. Add nonprofits that are no partners"
        )
    if not pairs and evidence.declined.any():
        raise MatcherError(
            "there is one class only: partnerships were declined and none is agreed, active or completed. Add "
            "some that are"
        )
    if pairs < MIN_PAIRS or units < MIN_UNITS:
        raise MatcherError(
            f"there is too little to learn from: {pairs} pairs that are agreed, active or completed, of "
            f"{units} units; {MIN_PAIRS} pairs of {MIN_UNITS} units are needed. Keep the current settings until there are "
            "more"
        )


def _measure(evidence: Evidence, scores: Floats, units: Ints) -> Floats:
    """Return the measures of each unit, shape (n_units, n_measures), as scikit-learn computes them."""
    found = np.empty((len(units), len(MEASURES)))
    for row, unit in enumerate(units):
        mine = slice(*np.searchsorted(evidence.unit, [unit, unit + 1]))
        positive, score = evidence.positives[mine], scores[mine]
        found[row] = (
            ndcg_score([positive], [score]),
            roc_auc_score(positive, score),
            ndcg_score([positive], [score], k=LIST_LENGTH),
        )
    return found
