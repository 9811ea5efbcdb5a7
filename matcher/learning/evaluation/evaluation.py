"""Evaluation of the matcher beside plain rankings, with intervals over units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.learning.evaluation.metrics import METRICS, Trial, paired_interval, unit_metrics
from matcher.learning.evaluation.pairs import count_unmatched, pair_matrix
from matcher.learning.evaluation.rankings import baselines, score_matrix, without_each
from matcher.ranking.shortlists.evenness import Exposure, ExposureTradeoff, exposure
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.scoring.data import Bools, Floats
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status

MATCHER = "matcher"


@dataclass(frozen=True)
class RankingResult:
    """Metrics of one ranking.

    Attributes
    ----------
    name : str
    means : dict of str to float
        Mean over the evaluated units, by metric.
    differences : dict of str to (float, float, float)
        The matcher minus this ranking, by metric: mean, and the ends of its interval. Empty for the matcher.
    """

    name: str
    means: dict[str, float]
    differences: dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Evaluation:
    """Result of an evaluation.

    Attributes
    ----------
    rankings : list of RankingResult
        The matcher, then the baselines, then the matcher without each of its criteria; the matcher's lead over the
        latter is the contribution of the criterion.
    units : int
        Number of evaluated units.
    pairs : int
        Number of pairs to find.
    top : int
        Length of the lists.
    exposure : Exposure
        Exposure of nonprofits by the matcher's shortlists.
    most_shown : str
        Name of the nonprofit on the most lists.
    per_unit : DataFrame
        The matcher's metrics, one row per unit.
    tradeoff : ExposureTradeoff or None
        Effect of the setting for even exposure, where it is on.
    unmatched : dict of str to int
        Number of known, test and excluded pairs that name a unit or nonprofit outside the lists; they are not counted.
    not_to_find : int
        Number of test pairs that are not to be found because of their status.
    """

    rankings: list[RankingResult]
    units: int
    pairs: int
    top: int
    exposure: Exposure
    most_shown: str
    per_unit: pd.DataFrame
    tradeoff: ExposureTradeoff | None = None
    unmatched: dict[str, int] | None = None
    not_to_find: int = 0

    def table(self) -> pd.DataFrame:
        """Return one row per ranking: its mean metrics, then the matcher's lead with its interval, metric by metric."""
        rows = []
        for ranking in self.rankings:
            row: dict[str, object] = {"ranking": ranking.name}
            for metric in METRICS:
                row[metric] = round(ranking.means[metric], 4)
            for metric in METRICS:
                if ranking.name == MATCHER:
                    row[f"matcher's lead, {metric}"] = ""
                else:
                    mean, low, high = ranking.differences[metric]
                    row[f"matcher's lead, {metric}"] = f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
            rows.append(row)
        return pd.DataFrame(rows)

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "units": self.units,
            "pairs": self.pairs,
            "top": self.top,
            "unmatched": self.unmatched or {},
            "not_to_find": self.not_to_find,
            "rankings": [
                {"name": ranking.name, "means": ranking.means, "matcher_minus_this": ranking.differences}
                for ranking in self.rankings
            ],
            "exposure": {**self.exposure.__dict__, "most_shown": self.most_shown},
            "evenness": None if self.tradeoff is None else self.tradeoff.as_record(),
            "per_unit": self.per_unit.to_dict("records"),
        }


def evaluate(
    scorer: Scorer,
    known: pd.DataFrame | None,
    test: pd.DataFrame | None,
    excluded_pairs: pd.DataFrame | None = None,
    *,
    top: int = 20,
    min_pairs: int = 5,
) -> Evaluation:
    """Evaluate how well the matcher ranks pairs that it has not seen.

    Parameters
    ----------
    scorer : Scorer
        Made with the known partnerships as its history, without the test pairs.
    known : DataFrame or None
        Known pairs, with columns ``unit_id`` and ``nonprofit_id``. They are no candidates.
    test : DataFrame or None
        Pairs to find, with the same columns. Where there is a column ``status``, those that are agreed, active or
        completed, or without a status, are to be found; declined ones are candidates like any other; all others are
        excluded.
    excluded_pairs : DataFrame or None
        Pairs that are neither candidates nor to be found, with the same columns.
    top : int
        Length of the lists for nDCG and recall.
    min_pairs : int
        Units with fewer pairs to find are not evaluated.

    Returns
    -------
    Evaluation

    Raises
    ------
    MatcherError
        When none of the pairs of a table is in the lists, a test pair is known already, or no unit has enough pairs.
    """
    run = scorer.run
    ids = run.units.ids, run.nonprofits.ids
    unmatched = count_unmatched({"known": known, "test": test, "excluded": excluded_pairs}, *ids)
    wanted, silent, not_to_find = _by_status(test)
    is_known = pair_matrix(known, *ids)
    excluded = pair_matrix(excluded_pairs, *ids) | pair_matrix(silent, *ids)
    trial = _trial(scorer, is_known, pair_matrix(wanted, *ids), excluded, min_pairs, top)
    own = unit_metrics(trial, score_matrix(scorer))
    rankings = [RankingResult(MATCHER, _means(own), {})]
    for name, scores in (baselines(scorer, is_known) | without_each(scorer)).items():
        other = unit_metrics(trial, scores)
        differences = {
            metric: (float((own - other)[:, column].mean()), *paired_interval((own - other)[:, column]))
            for column, metric in enumerate(METRICS)
        }
        rankings.append(RankingResult(name, _means(other), differences))
    shortlists = best_nonprofits(scorer)
    shown = exposure(np.bincount(shortlists.nonprofits, minlength=len(run.nonprofits)))
    pairs = trial.relevant[trial.units].sum(axis=1)
    per_unit = pd.DataFrame(own, columns=list(METRICS))
    per_unit.insert(0, "unit_id", run.units.ids[trial.units])
    per_unit["pairs"] = pairs
    return Evaluation(
        rankings=rankings,
        units=len(trial.units),
        pairs=int(pairs.sum()),
        top=top,
        exposure=shown,
        most_shown=str(run.nonprofits.names[shown.most_position]) if shown.most_position >= 0 else "",
        per_unit=per_unit,
        tradeoff=shortlists.tradeoff,
        unmatched=unmatched,
        not_to_find=not_to_find,
    )


def _by_status(test: pd.DataFrame | None) -> tuple[pd.DataFrame | None, pd.DataFrame | None, int]:
    """Return the test pairs to find, those that are no evidence, and the number of pairs that are not to be found."""
    if test is None or Partnership.STATUS not in test:
        return test, None, 0
    status = test[Partnership.STATUS]
    wanted = status.isna().to_numpy() | Status.mask(status, "is_positive")
    return test[wanted], test[Status.mask(status, "is_silent")], int((~wanted).sum())


def _trial(scorer: Scorer, is_known: Bools, wanted: Bools, excluded: Bools, min_pairs: int, top: int) -> Trial:
    """Return the candidates and the pairs to find; raise where there is nothing to evaluate on."""
    leaked = np.argwhere(wanted & is_known)
    if len(leaked):
        unit, nonprofit = leaked[0]
        raise MatcherError(
            f"{len(leaked)} pairs of the test are known already, such as "
            f"{scorer.run.units.ids[unit]}:{scorer.run.nonprofits.ids[nonprofit]}: "
            "what is known cannot be found. Take them out of one of the two files"
        )
    hidden = is_known | excluded
    trial = Trial(~hidden, wanted & ~hidden, min_pairs, top)
    if len(trial.units):
        return trial
    most = int(trial.relevant.sum(axis=1).max(initial=0))
    if most >= min_pairs:
        raise MatcherError(
            "there is one class only: every candidate is a pair to find, so that there is nothing to rank. Add "
            "nonprofits that are no partners"
        )
    raise MatcherError(
        f"no unit has {min_pairs} pairs to find or more (the most is {most}): there is too little to evaluate on. "
        "Add pairs to the test file"
    )


def _means(metrics: Floats) -> dict[str, float]:
    return {metric: float(metrics[:, column].mean()) for column, metric in enumerate(METRICS)}
