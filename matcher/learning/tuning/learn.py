"""Learn weights and settings from past partnerships, and say honestly what was gained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import ndcg_score, roc_auc_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from matcher.errors import MatcherError
from matcher.learning.evaluation.metrics import paired_interval
from matcher.learning.tuning.evidence import Evidence, compare, gather
from matcher.learning.tuning.search_space import Features, Profile, fit_profile
from matcher.progress import track
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings

LEAST_PAIRS = 30
"""Partnerships to learn from: ten for each of three weights, the fewest that are at work in real lists (Peduzzi and
others, 1996, on events a variable)."""
LEAST_UNITS = 6
"""Units to learn from: what was learned is tested on others, and an interval over fewer says nothing."""
FOLDS = 5
LIST_LENGTH = 20
MEASURES = ("ndcg", "auc", "ndcg_top")
"""nDCG over the whole list decides; AUC and nDCG at the length of a shortlist are shown beside it."""
WITHOUT_PAIR = frozenset({"track_record"})
"""Criteria that say something of a nonprofit whoever the unit is."""
WEIGHT_DECIMALS = 3


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes
    ----------
    base : Settings
        What one started from.
    settings : Settings
        To use: the learned ones where they gained, else those of ``base``.
    found : Settings
        The learned ones, whether they gained or not.
    gained : bool
    tells_pairs_apart : bool
        Whether anything but a nonprofit's popularity told partners of units that were held out from the others.
    units, pairs, declined, rated : int
        Learned from.
    criteria : list of str
        Those whose weights were learned; the others had no data or no weight.
    searched : list of str
        Settings that were searched besides, dotted.
    before, after : dict of str to float
        By measure, over units that were held out.
    differences : dict of str to (float, float, float)
        After minus before: mean, and the ends of its interval.
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
    differences: dict[str, tuple[float, float, float]]

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "gained": self.gained,
            "tells_pairs_apart": self.tells_pairs_apart,
            "units": self.units,
            "pairs": self.pairs,
            "declined": self.declined,
            "rated": self.rated,
            "criteria": self.criteria,
            "searched": self.searched,
            "before": self.before,
            "after": self.after,
            "after_minus_before": self.differences,
            "base": self.base.model_dump(mode="json"),
            "found": self.found.model_dump(mode="json"),
            "settings": self.settings.model_dump(mode="json"),
        }


def learn(scorer: Scorer, left_out: Bools | None = None) -> Learned:
    """Learn weights and settings from the partnerships in a judge's history.

    What is learned is tested by units: each fold's units are ranked with what was learned from the others. The
    settings that one starts from stay unless the gain in nDCG over the whole list, with its interval over units, lies
    above zero, and something besides popularity tells partners apart (see :func:`pair_signal`).

    Parameters
    ----------
    scorer : Scorer
        With the settings to start from, and the partnerships as its history.
    left_out : ndarray of shape (m, n), bool, optional
        Pairs that are no evidence of anything.

    Raises
    ------
    MatcherError
        When there are fewer than ``LEAST_PAIRS`` pairs or ``LEAST_UNITS`` units, or pairs of one class only.
    """
    run = scorer.run
    evidence = gather(run.history, len(run.units), len(run.nonprofits), left_out, run.nonprofits.active)
    _refuse_too_little(evidence)
    comparisons = compare(evidence)
    features = Features(run, evidence)
    units = evidence.units
    folds = GroupKFold(min(FOLDS, len(units))).split(units, groups=units)
    before = features.of(features.start) @ features.weights
    after, signal = np.full(len(before), np.nan), np.full(len(before), np.nan)
    # Threads cost more than they bring for a handful of weights.
    with threadpool_limits(1, user_api="blas"):
        profiles = [
            (fit_profile(features, evidence, comparisons, units[train]), units[test])
            for train, test in track([*folds, (np.arange(len(units)), np.arange(0))], "Learning")
        ]
    for profile, held_out in profiles[:-1]:
        columns = features.of(profile.values)
        rows = np.isin(evidence.unit, held_out)
        after[rows] = (columns @ profile.weights)[rows]
        signal[rows] = pair_signal(features.criteria, columns, profile.weights, evidence)[rows]
    profile, _ = profiles[-1]
    first, second = (_measure(evidence, scores, units) for scores in (before, after))
    differences = {
        name: (float(column.mean()), *paired_interval(column))
        for name, column in zip(MEASURES, (second - first).T, strict=True)
    }
    apart = paired_interval(_measure(evidence, signal, units)[:, MEASURES.index("auc")] - 0.5)[0] > 0
    gained = apart and differences[MEASURES[0]][1] > 0
    base = run.settings
    found = base.with_overrides(
        {"weights": learned_weights(base.weights, features.criteria, profile.weights), **_moved(features, profile)}
    )
    judged = np.isin(evidence.unit, units)
    return Learned(
        base=base,
        settings=found if gained else base,
        found=found,
        gained=gained,
        tells_pairs_apart=apart,
        units=len(units),
        pairs=int(evidence.positives[judged].sum()),
        declined=int(evidence.declined[judged].sum()),
        rated=int((~np.isnan(evidence.quality[judged])).sum()),
        criteria=features.criteria,
        searched=[item.path for item in features.searched],
        before=dict(zip(MEASURES, first.mean(axis=0).tolist(), strict=True)),
        after=dict(zip(MEASURES, second.mean(axis=0).tolist(), strict=True)),
        differences=differences,
    )


def pair_signal(criteria: list[str], columns: Floats, weights: Floats, evidence: Evidence) -> Floats:
    """Return what the criteria say of each pair beyond what they say of its nonprofit, shape (k,).

    Track record is left out, and of the rest each nonprofit's mean over units is taken away. Where pairs are drawn
    by popularity alone, nothing is left that could tell them apart: popularity is then all there is to learn, and it
    would send every unit to the same few.
    """
    kept = np.array([name not in WITHOUT_PAIR for name in criteria])
    scores = columns[:, kept] @ weights[kept]
    count = np.bincount(evidence.nonprofit)
    mean = np.bincount(evidence.nonprofit, weights=scores) / np.maximum(count, 1)
    signal: Floats = scores - mean[evidence.nonprofit]
    return signal


def learned_weights(base: Mapping[str, float], criteria: list[str], found: Floats) -> dict[str, float]:
    """Return weights on the scale of the ones that one started from.

    Those that were learned keep their sum. One without data, of which nothing could be learned, moves as the learned
    ones typically did: by the (lower) median of their factors.

    Parameters
    ----------
    base : mapping of str to float
    criteria : list of str
        Those that were learned.
    found : ndarray of shape (n_criteria,), float64
    """
    start = np.array([base[name] for name in criteria])
    if found.sum() < 1e-9:
        return dict(base)
    scaled = found * start.sum() / found.sum()
    typical = np.sort(scaled / start)[(len(start) - 1) // 2]
    learned = dict(zip(criteria, scaled.tolist(), strict=True))
    return {name: round(learned.get(name, weight * typical), WEIGHT_DECIMALS) for name, weight in base.items()}


def _moved(features: Features, profile: Profile) -> dict[str, Any]:
    return {path: value for path, value in profile.values.items() if value != features.start[path]}


def _refuse_too_little(evidence: Evidence) -> None:
    pairs, units = int(evidence.positives.sum()), len(evidence.units)
    if pairs and not units:
        raise MatcherError(
            "there is one class only: every candidate of these units is a partner, so that nothing tells partners from "
            "others. Add nonprofits that are no partners"
        )
    if not pairs and evidence.declined.any():
        raise MatcherError(
            "there is one class only: partnerships were declined and none came about (agreed, active or completed). "
            "Add those that did"
        )
    if pairs < LEAST_PAIRS or units < LEAST_UNITS:
        raise MatcherError(
            f"there is too little to learn from: {pairs} pairs that came about (agreed, active or completed) and "
            f"{units} units with any; {LEAST_PAIRS} pairs and {LEAST_UNITS} units are needed. Use the settings that you "
            "have until there are more"
        )


def _measure(evidence: Evidence, scores: Floats, units: Ints) -> Floats:
    """Return the measures of each unit, shape (n_units, n_measures); they are scikit-learn's."""
    found = np.empty((len(units), len(MEASURES)))
    for row, unit in enumerate(units):
        mine = slice(*np.searchsorted(evidence.unit, [unit, unit + 1]))
        came, score = evidence.positives[mine], scores[mine]
        found[row] = (
            ndcg_score([came], [score]),
            roc_auc_score(came, score),
            ndcg_score([came], [score], k=LIST_LENGTH),
        )
    return found
