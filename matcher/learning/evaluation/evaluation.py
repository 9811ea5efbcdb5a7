"""Evaluation of the matcher: its full ranking beside plain ones, and the lists that people get."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from matcher.learning.evaluation.differences import Difference, Observations
from matcher.learning.evaluation.exposure_groups import exposure_groups
from matcher.learning.evaluation.metrics import METRICS, list_metrics, unit_metrics
from matcher.learning.evaluation.pairs import pair_matrix
from matcher.learning.evaluation.rankings import baselines, score_matrix, without_each
from matcher.learning.evaluation.score_worth import score_worth
from matcher.learning.evaluation.standings import NOT_IN_LISTS, lost_pairs, pair_standings
from matcher.learning.evaluation.trials import Question, ask, with_lists_of
from matcher.ranking.shortlists.evenness import Exposure, ExposureTradeoff, exposure
from matcher.ranking.shortlists.selection import Shortlists, best_nonprofits
from matcher.scoring.data import Bools, Floats, Ints, Run
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Property, Status

MATCHER, AS_GIVEN = "matcher", "lists as given"


@dataclass(frozen=True)
class RankingResult:
    """Metrics of one ranking.

    Attributes
    ----------
    name : str
    means : dict of str to float
        Mean over the observations, by metric; NaN for the AUC of the lists as given.
    differences : dict of str to Difference
        The matcher minus this ranking, by metric. Empty for the matcher and for the lists as given.
    intervals : dict of str to (float, float)
        Ends of the interval of each mean; NaN where none is given.
    """

    name: str
    means: dict[str, float]
    differences: dict[str, Difference]
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, metrics: Floats, observations: Observations, matcher: Floats | None = None) -> RankingResult:
        """Result of a ranking from its metrics.

        Parameters
        ----------
        name : str
        metrics : ndarray of shape (n_units, 4), float64
        observations : Observations
        matcher : ndarray of shape (n_units, 4), float64, optional
            Metrics of the matcher, to compare with.
        """
        means = {metric: observations.difference(column) for metric, column in zip(METRICS, metrics.T, strict=True)}
        leads = None if matcher is None else (matcher - metrics).T
        return cls(
            name,
            {metric: mean.mean for metric, mean in means.items()},
            {} if leads is None else dict(zip(METRICS, map(observations.difference, leads), strict=True)),
            {metric: (max(mean.low, 0.0), mean.high) for metric, mean in means.items()},
        )


@dataclass(frozen=True)
class Evaluation:
    """Result of an evaluation.

    Attributes
    ----------
    rankings : list of RankingResult
        The matcher's full ranking; its lists as given; the baselines; then the matcher without each of its criteria: the
        matcher's lead over the latter is the contribution of the criterion.
    units : int
        Number of evaluated units.
    pairs : int
        Number of pairs to find of these.
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
        Number of known, test and excluded pairs that name a unit or nonprofit outside the lists.
    not_to_find : dict of str to int
        Number of test pairs that are not to be found, by status.
    min_pairs : int
        Units with fewer pairs to find are not evaluated.
    companies : int
        Number of companies of the evaluated units.
    by_company : bool
        Whether means and intervals are over companies, each counted once; else over units.
    standings : DataFrame
        Where each pair to find stands, from both sides: see
        :func:`matcher.learning.evaluation.standings.pair_standings`.
    exposure_groups : DataFrame
        See :func:`matcher.learning.evaluation.exposure_groups.exposure_groups`.
    worth : DataFrame or None
        What scores are worth, see :func:`matcher.learning.evaluation.score_worth.score_worth`; None for few decisions.
    """

    rankings: list[RankingResult]
    units: int
    pairs: int
    top: int
    exposure: Exposure
    most_shown: str
    per_unit: pd.DataFrame
    tradeoff: ExposureTradeoff | None = None
    unmatched: dict[str, int] = field(default_factory=dict)
    not_to_find: dict[str, int] = field(default_factory=dict)
    min_pairs: int = 1
    companies: int = 0
    by_company: bool = False
    standings: pd.DataFrame = field(default_factory=pd.DataFrame)
    exposure_groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    worth: pd.DataFrame | None = None

    @property
    def comparisons(self) -> int:
        """Number of intervals in :meth:`table`."""
        return sum(len(ranking.differences) for ranking in self.rankings)

    def table(self) -> pd.DataFrame:
        """Return one row per ranking: its mean metrics, then the matcher's lead with its interval, metric by metric."""
        rows = []
        for ranking in self.rankings:
            row: dict[str, object] = {"ranking": ranking.name}
            for metric in METRICS:
                row[metric] = round(ranking.means[metric], 4)
            for metric in METRICS:
                lead = ranking.differences.get(metric)
                row[f"matcher's lead, {metric}"] = "" if lead is None else str(lead)
            rows.append(row)
        return pd.DataFrame(rows)

    def lost(self) -> pd.DataFrame:
        """Return the number of pairs to find by where they stand: on the list, or what lost them."""
        return lost_pairs(self.standings)

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "units": self.units,
            "companies": self.companies,
            "by_company": self.by_company,
            "pairs": self.pairs,
            "top": self.top,
            "min_pairs": self.min_pairs,
            "unmatched": self.unmatched,
            "not_to_find": self.not_to_find,
            "comparisons": self.comparisons,
            "rankings": [
                {
                    "name": ranking.name,
                    "means": plain(ranking.means),
                    "intervals": {
                        name: None if np.isnan(low) or np.isnan(high) else (low, high)
                        for name, (low, high) in ranking.intervals.items()
                    },
                    "matcher_minus_this": {name: each.as_record() for name, each in ranking.differences.items()},
                }
                for ranking in self.rankings
            ],
            "lost": self.lost().to_dict("records"),
            "standings": self.standings.to_dict("records"),
            "exposure": {**self.exposure.__dict__, "most_shown": self.most_shown},
            "exposure_groups": self.exposure_groups.to_dict("records"),
            "evenness": None if self.tradeoff is None else self.tradeoff.as_record(),
            "score_worth": None if self.worth is None else self.worth.to_dict("records"),
            "per_unit": self.per_unit.to_dict("records"),
        }


def evaluate(
    scorer: Scorer,
    known: pd.DataFrame | None,
    test: pd.DataFrame | None,
    excluded_pairs: pd.DataFrame | None = None,
    *,
    top: int | None = None,
    min_pairs: int = 1,
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
        completed, or without a status, are to be found; declined and vetoed ones are candidates like any other; undecided
        ones are left out.
    excluded_pairs : DataFrame or None
        Pairs that are neither candidates nor to be found, with the same columns.
    top : int, optional
        Length of the lists. Default: that of the settings.
    min_pairs : int
        Units with fewer pairs to find are not evaluated.

    Returns
    -------
    Evaluation

    Raises
    ------
    MatcherError
        When none of the pairs of a table is in the lists or none is to be found, a test pair is known already, or no
        unit has enough pairs.
    """
    scorer = with_lists_of(scorer, top)
    run, top = scorer.run, scorer.run.settings.shortlist.top
    question = ask(run, known, test, excluded_pairs, top=top, min_pairs=min_pairs)
    trial = question.trial
    shortlists = best_nonprofits(scorer)
    observations = Observations.of(run.units.company_codes[trial.units])
    scores = score_matrix(scorer)
    own = unit_metrics(trial, scores)
    given = list_metrics(trial, list_ranks(run, shortlists))
    rankings = [RankingResult.of(MATCHER, own, observations), RankingResult.of(AS_GIVEN, given, observations)]
    for name, other_scores in (baselines(scorer, question.is_known) | without_each(scorer)).items():
        rankings.append(RankingResult.of(name, unit_metrics(trial, other_scores), observations, own))
    counts = np.bincount(shortlists.nonprofits, minlength=len(run.nonprofits))
    shown = exposure(counts)
    pairs = trial.relevant[trial.units].sum(axis=1)
    per_unit = pd.DataFrame(own, columns=list(METRICS))
    per_unit.insert(0, "unit_id", run.units.ids[trial.units])
    per_unit["pairs"] = pairs
    per_unit["found_on_list"] = np.round(given[:, METRICS.index("recall")] * pairs).astype(int)
    return Evaluation(
        rankings=rankings,
        units=len(trial.units),
        pairs=int(pairs.sum()),
        top=top,
        exposure=shown,
        most_shown=str(run.nonprofits.names[shown.most_position]) if shown.most_position >= 0 else "",
        per_unit=per_unit,
        tradeoff=shortlists.tradeoff,
        unmatched=question.unmatched,
        not_to_find=question.not_to_find,
        min_pairs=min_pairs,
        companies=len(np.unique(run.units.company_codes[trial.units])),
        by_company=observations.by_company,
        standings=_standings(scorer, question, shortlists),
        exposure_groups=exposure_groups(run, counts),
        worth=_worth(run, scores, known, test),
    )


def list_ranks(run: Run, shortlists: Shortlists) -> Ints:
    """Rank of every pair on the lists as given, shape (m, n); 0 for a pair that is on none.

    Parameters
    ----------
    run : Run
    shortlists : Shortlists
    """
    ranks = np.zeros((len(run.units), len(run.nonprofits)), dtype=np.int64)
    ranks[shortlists.units, shortlists.nonprofits] = shortlists.ranks
    return ranks


def plain(means: dict[str, float]) -> dict[str, float | None]:
    """Return figures for JSON, None for NaN."""
    return {name: None if np.isnan(value) else value for name, value in means.items()}


def _standings(scorer: Scorer, question: Question, shortlists: Shortlists) -> pd.DataFrame:
    units, nonprofits = np.nonzero(question.wanted)
    listed = set(zip(shortlists.units.tolist(), shortlists.nonprofits.tolist(), strict=True))
    found = pair_standings(scorer, units.astype(np.int64), nonprofits.astype(np.int64), listed)
    outside = question.unmatched_wanted.assign(standing=NOT_IN_LISTS)
    return found if not len(outside) else pd.concat([found, _blank_like(found, outside)], ignore_index=True)


def _blank_like(found: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the columns of others: numbers 0, texts empty."""
    blank = {name: 0 if pd.api.types.is_numeric_dtype(column) else "" for name, column in found.items()}
    return rows.assign(**{str(name): value for name, value in blank.items() if name not in rows})[list(found.columns)]


def _worth(run: Run, scores: Floats, *tables: pd.DataFrame | None) -> pd.DataFrame | None:
    """What scores are worth, from all pairs with a decision in some tables."""
    ids = run.units.ids, run.nonprofits.ids
    made = _with_status(tables, "is_positive", *ids)
    decided = made | _with_status(tables, "is_exit", *ids)
    return score_worth(scores[decided], made[decided])


def _with_status(
    tables: tuple[pd.DataFrame | None, ...], name: Property, unit_ids: np.ndarray, nonprofit_ids: np.ndarray
) -> Bools:
    found = np.zeros((len(unit_ids), len(nonprofit_ids)), dtype=bool)
    for table in tables:
        if table is not None and Partnership.STATUS in table:
            found |= pair_matrix(table[Status.mask(table[Partnership.STATUS], name)], unit_ids, nonprofit_ids)
    return found
