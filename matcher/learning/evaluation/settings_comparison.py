"""Several settings beside each other, over one or more folds in time, with paired intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.learning.evaluation.differences import Difference, Observations
from matcher.learning.evaluation.evaluation import list_ranks, plain
from matcher.learning.evaluation.metrics import METRICS, list_metrics, unit_metrics
from matcher.learning.evaluation.rankings import score_matrix
from matcher.learning.evaluation.splits import Fold
from matcher.learning.evaluation.trials import ask, with_lists_of
from matcher.messages import Message
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer

MEASURES = (*METRICS, "recall_as_given")
"""Metrics of the full ranking, and the recall of the lists as given."""


@dataclass(frozen=True)
class SettingsResult:
    """Metrics of one set of settings.

    Attributes
    ----------
    name : str
    means : dict of str to float
        Mean over the observations, by measure; a unit counts once, by the mean of its folds.
    by_fold : list of dict of str to float
        Mean over the units of each fold, by measure.
    differences : dict of str to Difference
        The first settings minus these, by measure; empty for the first.
    """

    name: str
    means: dict[str, float]
    by_fold: list[dict[str, float]]
    differences: dict[str, Difference]


@dataclass(frozen=True)
class SettingsComparison:
    """Result of a comparison of settings.

    Attributes
    ----------
    results : list of SettingsResult
        In the order given.
    folds : list of str
        First day of each fold; empty for pairs from a file.
    units, pairs : int
        Number of units evaluated in any fold, and of pairs to find in all folds.
    top : int
        Length of the lists.
    companies : int
        Number of companies of these units.
    by_company : bool
        Whether means and intervals are over companies, each counted once; else over units.
    """

    results: list[SettingsResult]
    folds: list[str]
    units: int
    pairs: int
    top: int
    companies: int
    by_company: bool

    @property
    def comparisons(self) -> int:
        """Number of intervals."""
        return sum(len(result.differences) for result in self.results)

    def table(self) -> pd.DataFrame:
        """Return one row per set of settings: means, the lead of the first with its interval, and nDCG by fold."""
        rows = []
        for result in self.results:
            row: dict[str, object] = {"settings": result.name}
            row |= {name: round(value, 4) for name, value in result.means.items()}
            for name in MEASURES:
                lead = result.differences.get(name)
                row[f"lead of the first, {name}"] = "" if lead is None else str(lead)
            if len(self.folds) > 1:
                row |= {
                    f"ndcg from {day}": round(fold["ndcg"], 4)
                    for day, fold in zip(self.folds, result.by_fold, strict=True)
                }
            rows.append(row)
        return pd.DataFrame(rows)

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "units": self.units,
            "companies": self.companies,
            "by_company": self.by_company,
            "pairs": self.pairs,
            "top": self.top,
            "folds": self.folds,
            "comparisons": self.comparisons,
            "settings": [
                {
                    "name": result.name,
                    "means": plain(result.means),
                    "by_fold": [plain(fold) for fold in result.by_fold],
                    "first_minus_this": {name: each.as_record() for name, each in result.differences.items()},
                }
                for result in self.results
            ],
        }


def compare_settings(
    scorers: Mapping[str, Sequence[Scorer]], folds: Sequence[Fold], *, top: int | None = None, min_pairs: int = 1
) -> SettingsComparison:
    """Compare settings on the same pairs.

    Parameters
    ----------
    scorers : mapping of str to sequence of Scorer
        By name of the settings: one scorer per fold, made with the known partnerships of that fold. The first settings
        are compared with each of the others.
    folds : sequence of Fold
    top : int, optional
        Length of the lists. Default: that of the first settings.
    min_pairs : int
        Units with fewer pairs to find in a fold are not evaluated in it.

    Raises
    ------
    MatcherError
        When there are no settings, or there is nothing to evaluate on in a fold.
    """
    if not scorers:
        raise MatcherError(Message("there are no settings to compare: give at least one"))
    first = next(iter(scorers.values()))
    run = first[0].run
    top = run.settings.shortlist.top if top is None else top
    found: dict[str, list[Floats]] = {name: [] for name in scorers}
    units: list[Ints] = []
    pairs = 0
    for index, fold in enumerate(folds):
        question = ask(first[index].run, fold.known, fold.test, fold.excluded, top=top, min_pairs=min_pairs)
        units.append(question.trial.units)
        pairs += int(question.trial.relevant[question.trial.units].sum())
        for name, of_folds in scorers.items():
            scorer = with_lists_of(of_folds[index], top)
            given = list_metrics(question.trial, list_ranks(scorer.run, best_nonprofits(scorer)))
            metrics = unit_metrics(question.trial, score_matrix(scorer))
            found[name].append(np.column_stack([metrics, given[:, METRICS.index("recall")]]))
    distinct, position = np.unique(np.concatenate(units), return_inverse=True)
    count = np.bincount(position)[:, None]

    def by_unit(name: str) -> Floats:
        """Mean of each unit over its folds, shape (n_units, n_measures)."""
        total = np.zeros((len(distinct), len(MEASURES)))
        np.add.at(total, position, np.concatenate(found[name]))
        return total / count

    observations = Observations.of(run.units.company_codes[distinct])
    own = by_unit(next(iter(scorers)))
    results: list[SettingsResult] = []
    for name in scorers:
        mine = by_unit(name)
        leads = {
            measure: observations.difference(column)
            for measure, column in zip(MEASURES, (own - mine).T, strict=True)
            if results
        }
        means = observations.means(mine).mean(axis=0).tolist()
        by_fold = [dict(zip(MEASURES, fold.mean(axis=0).tolist(), strict=True)) for fold in found[name]]
        results.append(SettingsResult(name, dict(zip(MEASURES, means, strict=True)), by_fold, leads))
    return SettingsComparison(
        results=results,
        folds=[fold.day.isoformat() for fold in folds if fold.day is not None],
        units=len(distinct),
        pairs=pairs,
        top=top,
        companies=len(np.unique(run.units.company_codes[distinct])),
        by_company=observations.by_company,
    )
