"""Weights and settings learned from past partnerships, tested on units that were held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import ndcg_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from matcher.errors import MatcherError
from matcher.learning.evaluation.differences import MIN_UNITS, Difference, Observations
from matcher.learning.evaluation.pairs import count_unmatched, pair_matrix
from matcher.learning.tuning.comparisons import compare
from matcher.learning.tuning.evidence import Evidence, gather
from matcher.learning.tuning.features import Features, value_at
from matcher.learning.tuning.profile import Profile, fit_profile, inner_folds, whole_list_ndcg
from matcher.messages import Message
from matcher.progress import progress_bar
from matcher.ranking.shortlists.evenness import Exposure, exposure
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.scoring.data import Bools, Floats, Ints, Run
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings

MIN_PAIRS = 30
"""Partnerships needed to learn from: ten for each of three weights, the number that matter in real lists (Peduzzi and
others, A simulation study of the number of events per variable, 1996)."""
FOLDS = 5
LIST_LENGTH = 20
MEASURES = ("ndcg", "auc", "ndcg_top", "pair_auc")
"""nDCG over the whole list, AUC, nDCG at the length of a shortlist, and the AUC of what is left of the scores without the
popularity of nonprofits (see :func:`pair_signal`)."""
DECISIVE = [MEASURES.index("ndcg"), MEASURES.index("auc")]
"""The mean of these decides. nDCG alone hangs on the few pairs at the top of each list, which makes it noisy; AUC alone
hardly notices an order at the top that gets better."""
GAIN_P, SIGNAL_P = 0.05, 0.01
"""Largest one-sided p-values of a gain in the mean of nDCG and AUC, and of an AUC without popularity above chance. Both are
asked for: popularity is a true gain, so that the second alone keeps it from being learned.
``tests/learning/null_worlds.py`` measures how often both are met by chance, and how often by a weak signal."""
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
    p_value : float
        One-sided p-value of the gain in the mean of nDCG and AUC.
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
    ranges : dict of str to (value, value)
        Lowest and highest value that the folds learned, by dotted key.
    companies : int
        Number of companies of the units.
    by_company : bool
        Whether folds and intervals are by company; else by unit.
    shown : int
        Number of pairs that were on lists and were not chosen.
    exposure : (Exposure, Exposure)
        Of the nonprofits on the lists by the start settings, and by the learned ones.
    unmatched : int
        Number of excluded pairs that name a unit or nonprofit outside the lists; they are not counted.
    """

    base: Settings
    settings: Settings
    found: Settings
    gained: bool
    p_value: float
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
    ranges: dict[str, tuple[Any, Any]]
    companies: int
    by_company: bool
    shown: int
    exposure: tuple[Exposure, Exposure]
    unmatched: int = 0

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "gained": self.gained,
            "p_value": self.p_value,
            "tells_pairs_apart": self.tells_pairs_apart,
            "units": self.units,
            "pairs": self.pairs,
            "declined": self.declined,
            "rated": self.rated,
            "shown": self.shown,
            "companies": self.companies,
            "by_company": self.by_company,
            "unmatched": self.unmatched,
            "criteria": self.criteria,
            "searched": self.searched,
            "before": self.before,
            "after": self.after,
            "after_minus_before": {name: each.as_record() for name, each in self.differences.items()},
            "ranges": self.ranges,
            "exposure": {
                name: {"shown": each.shown, "gini": each.gini, "most": each.most}
                for name, each in zip(("before", "after"), self.exposure, strict=True)
            },
            "base": self.base.model_dump(mode="json"),
            "found": self.found.model_dump(mode="json"),
            "settings": self.settings.model_dump(mode="json"),
        }


@dataclass(frozen=True)
class _Folds:
    """What was learned from all units, and in each fold; and the scores of each pair without its fold.

    The scores, those at the start and the learned ones, and what is left of both without popularity have shape (2, k).
    """

    profile: Profile
    profiles: list[Profile]
    scores: Floats
    signals: Floats


def learn(
    scorer: Scorer, excluded_pairs: pd.DataFrame | None = None, *, shown: pd.DataFrame | None = None
) -> LearnedSettings:
    """Learn weights and settings from the partnerships in a scorer's history.

    The result is tested by cross-validation over companies, or over units where there are fewer than five companies;
    track records are those of the other folds. The current settings stay unless the gain in the mean of nDCG over the whole list
    and AUC is beyond chance, and something besides popularity separates partners from others (see :func:`pair_signal`).

    Parameters
    ----------
    scorer : Scorer
        With the settings to start from, and the partnerships as its history.
    excluded_pairs : DataFrame, optional
        Pairs that are no evidence, with columns ``unit_id`` and ``nonprofit_id``.
    shown : DataFrame, optional
        Pairs that were on earlier lists, with the same columns: partners are compared with those of them that were not
        chosen.

    Returns
    -------
    LearnedSettings

    Raises
    ------
    MatcherError
        When there are fewer than ``MIN_PAIRS`` pairs or ``MIN_UNITS`` units, there are positives or negatives only, or
        none of the excluded or shown pairs is in the lists.
    """
    run = scorer.run
    ids = run.units.ids, run.nonprofits.ids
    unmatched = count_unmatched({"excluded": excluded_pairs, "shown": shown}, *ids)["excluded"]
    evidence = gather(
        run.history,
        len(run.units),
        len(run.nonprofits),
        pair_matrix(excluded_pairs, *ids),
        run.nonprofits.active,
        pair_matrix(shown, *ids),
    )
    _check_amount(evidence)
    features, units = Features(run, evidence), evidence.units
    observations = Observations.of(run.units.company_codes[units])
    folds = _cross_validated(run, features, evidence, observations)
    first, second = (
        _measure(evidence, scores, signal, units) for scores, signal in zip(folds.scores, folds.signals, strict=True)
    )
    differences = {
        name: observations.difference(column) for name, column in zip(MEASURES, (second - first).T, strict=True)
    }
    p_value = observations.gain_p_value((second - first)[:, DECISIVE].mean(axis=1))
    signal_p_value = observations.gain_p_value(second[:, MEASURES.index("pair_auc")] - 0.5)
    # Of few observations, the smallest p-value there is will do: all of them are above chance.
    tells_apart = signal_p_value <= max(SIGNAL_P, 0.5 ** len(observations))
    gained = tells_apart and p_value <= GAIN_P
    base = run.settings
    found, *of_folds = (_settings_of(base, features, each) for each in (folds.profile, *folds.profiles))
    paths = [*(f"weights.{name}" for name in features.criteria), *features.start]
    values = {path: [value_at(each, path) for each in of_folds] for path in paths}
    rows = np.isin(evidence.unit, units)
    before, after = (observations.means(each).mean(axis=0).tolist() for each in (first, second))
    return LearnedSettings(
        base=base,
        settings=found if gained else base,
        found=found,
        gained=gained,
        p_value=p_value,
        tells_pairs_apart=tells_apart,
        units=len(units),
        pairs=int(evidence.positives[rows].sum()),
        declined=int(evidence.declined[rows].sum()),
        rated=int((~np.isnan(evidence.quality[rows])).sum()),
        criteria=features.criteria,
        searched=[item.path for item in features.searched],
        before=dict(zip(MEASURES, before, strict=True)),
        after=dict(zip(MEASURES, after, strict=True)),
        differences=differences,
        ranges={path: (min(each), max(each)) for path, each in values.items()},
        companies=len(np.unique(run.units.company_codes[units])),
        by_company=observations.by_company,
        shown=int(evidence.shown[rows].sum()),
        exposure=(_exposure(run, base), _exposure(run, found)),
        unmatched=unmatched,
    )


def _cross_validated(run: Run, features: Features, evidence: Evidence, observations: Observations) -> _Folds:
    """Learn from all units and in each fold, and score the pairs of each fold without its partnerships."""
    comparisons, units = compare(evidence, run.nonprofits), evidence.units
    splits = list(GroupKFold(min(FOLDS, len(observations))).split(units, groups=observations.codes))
    companies = run.units.company_codes
    scores, signals = (np.full((2, len(evidence.unit)), np.nan) for _ in range(2))

    def fitted(mine: Ints) -> tuple[Features, Profile]:
        of_mine = Observations.of(companies[mine], observations.by_company)
        in_folds = features.in_folds(inner_folds(mine, of_mine, companies))
        return in_folds, fit_profile(in_folds, evidence, comparisons, mine, of_mine)

    profiles = []
    # For a handful of weights, threads cost more than they save.
    with threadpool_limits(1, user_api="blas"), progress_bar(len(splits) + 1, Message("Learning")) as advance:
        for train, test in splits:
            of_fold, profile = fitted(units[train])
            rows = np.isin(evidence.unit, units[test])
            for which, each in enumerate((Profile(of_fold.start, of_fold.weights), profile)):
                columns = of_fold.matrix(each.settings)
                scores[which, rows] = (columns @ each.weights)[rows]
                signals[which, rows] = pair_signal(of_fold.is_pairwise, columns, each.weights, evidence)[rows]
            profiles.append(profile)
            advance(1)
        _, final = fitted(units)
        advance(1)
    return _Folds(final, profiles, scores, signals)


def _settings_of(base: Settings, features: Features, profile: Profile) -> Settings:
    """Settings with what a profile learned."""
    weights = learned_weights(base.weights, features.criteria, profile.weights)
    moved = {path: value for path, value in profile.settings.items() if value != features.start[path]}
    return base.with_overrides({"weights": weights, **moved})


def _exposure(run: Run, settings: Settings) -> Exposure:
    lists = best_nonprofits(Scorer(replace(run, settings=settings.with_overrides({"side": "units"}))))
    return exposure(np.bincount(lists.nonprofits, minlength=len(run.nonprofits)))


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
            Message(
                "there is one class only: every candidate of these units is a partner, so that nothing tells partners from others. Add nonprofits that are no partners"
            )
        )
    if not pairs and evidence.declined.any():
        raise MatcherError(
            Message(
                "there is one class only: partnerships were declined and none is agreed, active or completed. Add some that are"
            )
        )
    if pairs < MIN_PAIRS or units < MIN_UNITS:
        raise MatcherError(
            Message(
                "there is too little to learn from: {pairs} pairs that are agreed, active or completed, of {units} units; {min_pairs} pairs of {min_units} units are needed. Keep the current settings until there are more",
                pairs=pairs,
                units=units,
                min_pairs=MIN_PAIRS,
                min_units=MIN_UNITS,
            )
        )


def _measure(evidence: Evidence, scores: Floats, signal: Floats, units: Ints) -> Floats:
    """Return the measures of each unit, shape (n_units, n_measures); ties are averaged."""
    found = np.empty((len(units), len(MEASURES)))
    found[:, 0] = whole_list_ndcg(evidence, scores, units)
    for row, unit in enumerate(units):
        mine = slice(*np.searchsorted(evidence.unit, [unit, unit + 1]))
        positive = evidence.positives[mine]
        top = ndcg_score([positive], [scores[mine]], k=LIST_LENGTH)
        found[row, 1:] = _auc(positive, scores[mine]), top, _auc(positive, signal[mine])
    return found


def _auc(positive: Bools, scores: Floats) -> float:
    """Area under the curve by ranks: scikit-learn's takes as long as the learning itself."""
    ranks, n = rankdata(scores)[positive], int(positive.sum())
    return float(ranks.sum() - n * (n + 1) / 2) / (n * (len(positive) - n))
