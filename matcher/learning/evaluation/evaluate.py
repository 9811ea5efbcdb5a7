"""Evaluate the matcher beside plain rankings, with intervals over units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.learning.evaluation.metrics import METRICS, Trial, paired_interval, unit_metrics
from matcher.ranking.shortlists.evenness import Exposure, ExposureTradeoff, exposure
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.scoring.data import Bools, Floats, Labels
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.columns import Partnership

MATCHER = "matcher"
Pairs = pd.DataFrame


@dataclass(frozen=True)
class Line:
    """One ranking in the table.

    Attributes
    ----------
    name : str
    means : dict of str to float
        By metric, over the units that count.
    differences : dict of str to (float, float, float)
        The matcher minus this ranking: mean, and the ends of its interval.
    """

    name: str
    means: dict[str, float]
    differences: dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Evaluation:
    """The outcome of an evaluation.

    Attributes
    ----------
    lines : list of Line
        The matcher first, then the baselines, then the matcher without each of its criteria: its lead over that
        line is what the criterion adds.
    units : int
        Units that count.
    pairs : int
        Pairs to find.
    top : int
    exposure : Exposure
        Of the matcher's shortlists.
    most_shown : str
        The nonprofit that stands on the most lists.
    per_unit : DataFrame
        Metrics of the matcher, unit by unit.
    price : ExposureTradeoff or None
        What evenness cost and brought, where the setting is on.
    """

    lines: list[Line]
    units: int
    pairs: int
    top: int
    exposure: Exposure
    most_shown: str
    per_unit: pd.DataFrame
    price: ExposureTradeoff | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a ranking: means, and the matcher's difference with its interval, metric by metric."""
        rows = []
        for line in self.lines:
            row: dict[str, object] = {"ranking": line.name}
            for metric in METRICS:
                row[metric] = round(line.means[metric], 4)
            for metric in METRICS:
                if line.name == MATCHER:
                    row[f"matcher's lead, {metric}"] = ""
                else:
                    mean, low, high = line.differences[metric]
                    row[f"matcher's lead, {metric}"] = f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
            rows.append(row)
        return pd.DataFrame(rows)

    def as_record(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "units": self.units,
            "pairs": self.pairs,
            "top": self.top,
            "rankings": [
                {"name": line.name, "means": line.means, "matcher_minus_this": line.differences} for line in self.lines
            ],
            "exposure": {**self.exposure.__dict__, "most_shown": self.most_shown},
            "evenness": None if self.price is None else self.price.as_record(),
            "per_unit": self.per_unit.to_dict("records"),
        }


def evaluate(
    scorer: Scorer,
    known: Pairs | None,
    test: Pairs | None,
    left_out: Pairs | None = None,
    *,
    top: int = 20,
    least_pairs: int = 5,
) -> Evaluation:
    """Evaluate how well new pairs are found.

    Parameters
    ----------
    scorer : Scorer
        Made with the known partnerships as its history, so that nothing of the test is in it.
    known, test, left_out : DataFrame or None
        With ``unit_id`` and ``nonprofit_id``. A unit's candidates are the nonprofits that it has no pair with in
        ``known`` or ``left_out``; the pairs in ``test`` are to be found.
    top, least_pairs : int
        See :class:`matcher.learning.evaluation.metrics.Trial`.

    Raises
    ------
    MatcherError
        When a test pair is known or left out already, or no unit has pairs enough.
    """
    run = scorer.run
    shape_ids = run.units.ids, run.nonprofits.ids
    is_known, wanted = pair_matrix(known, *shape_ids), pair_matrix(test, *shape_ids)
    hidden = is_known | pair_matrix(left_out, *shape_ids)
    leaked = np.argwhere(wanted & is_known)
    if len(leaked):
        unit, nonprofit = leaked[0]
        raise MatcherError(
            f"{len(leaked)} pairs of the test are known already, such as {run.units.ids[unit]}:{run.nonprofits.ids[nonprofit]}: "
            "what is known cannot be found. Take them out of one of the two files"
        )
    trial = Trial(~hidden, wanted & ~hidden, least_pairs, top)
    if not len(trial.units):
        if (trial.relevant.sum(axis=1) >= least_pairs).any():
            raise MatcherError(
                "there is one class only: every candidate is a pair to find, so that there is nothing to rank. Add "
                "nonprofits that are no partners"
            )
        most = int(trial.relevant.sum(axis=1).max(initial=0))
        raise MatcherError(
            f"no unit has {least_pairs} pairs to find or more (the most is {most}): there is too little to evaluate on. "
            "Add pairs to the test file"
        )
    mine = unit_metrics(trial, score_matrix(scorer))
    lines = [Line(MATCHER, _means(mine), {})]
    for name, ranking in (baselines(scorer, is_known) | without_each(scorer)).items():
        other = unit_metrics(trial, ranking)
        differences = {
            metric: (float((mine - other)[:, column].mean()), *paired_interval((mine - other)[:, column]))
            for column, metric in enumerate(METRICS)
        }
        lines.append(Line(name, _means(other), differences))
    picks = best_nonprofits(scorer)
    shown = exposure(np.bincount(picks.nonprofits, minlength=len(run.nonprofits)))
    per_unit = pd.DataFrame(mine, columns=list(METRICS))
    per_unit.insert(0, "unit_id", run.units.ids[trial.units])
    per_unit["pairs"] = trial.relevant[trial.units].sum(axis=1)
    most_shown = str(run.nonprofits.names[shown.most_position]) if shown.most_position >= 0 else ""
    pairs = int(trial.relevant[trial.units].sum())
    return Evaluation(lines, len(trial.units), pairs, top, shown, most_shown, per_unit, picks.price)


def baselines(scorer: Scorer, is_known: Bools) -> dict[str, Floats]:
    """Return the plain rankings that a matcher has to beat: each one signal, as a matrix of scores.

    Random; the length of the mission; distance alone; text alone; and popularity, the pairs that a nonprofit has with
    other units. Those without data on both sides are left out.
    """
    run = scorer.run
    m, n = is_known.shape
    found: dict[str, Floats] = {"random": np.random.default_rng(0).random((m, n))}
    found["text length"] = np.broadcast_to(run.nonprofits.text_lengths.astype(np.float64), (m, n))
    for name, criterion, part in (("distance alone", "proximity", "proximity"), ("text alone", "mission", "text")):
        alone = _alone(scorer, criterion, part)
        if alone is not None:
            found[name] = alone
    if is_known.any():
        found["popularity alone"] = is_known.sum(axis=0)[None, :] - is_known.astype(np.float64)
    return found


def without_each(scorer: Scorer) -> dict[str, Floats]:
    """Return the matcher's ranking without each of the criteria in play, as matrices of scores, where there are two."""
    if len(scorer.criteria) < 2:
        return {}
    settings = scorer.run.settings
    found: dict[str, Floats] = {}
    for name in scorer.criteria:
        rest = {other: weight for other, weight in settings.weights.items() if other != name}
        fewer = Scorer(replace(scorer.run, settings=settings.with_overrides({"weights": rest})))
        found[f"without {name.replace('_', ' ')}"] = score_matrix(fewer)
    return found


def _alone(scorer: Scorer, criterion: str, part: str) -> Floats | None:
    """Return one part of one criterion as a ranking, unknown as the unit's average; None where it is not in play."""
    for item in scorer.parts:
        if item.criterion == criterion and item.part.name == part:
            values = item.part.block(slice(0, len(scorer.run.units)))
            known = ~np.isnan(values)
            count = known.sum(axis=1)
            mean = np.divide(
                np.where(known, values, 0).sum(axis=1), count, out=np.full(len(values), 0.5), where=count > 0
            )
            return np.where(known, values, mean[:, None])
    return None


def score_matrix(scorer: Scorer) -> Floats:
    """Return the scores of all pairs, shape (m, n), gates ignored."""
    m, n = len(scorer.run.units), len(scorer.run.nonprofits)
    scores = scorer.scores(np.repeat(np.arange(m), n), np.tile(np.arange(n), m))
    return scores.reshape(m, n)


def pair_matrix(pairs: Pairs | None, unit_ids: Labels, nonprofit_ids: Labels) -> Bools:
    """Return pairs of ids as a matrix of shape (m, n), bool; pairs of others are passed over."""
    matrix = np.zeros((len(unit_ids), len(nonprofit_ids)), dtype=bool)
    if pairs is None:
        return matrix
    rows = pd.Index(unit_ids).get_indexer(pd.Index(pairs[Partnership.UNIT_ID]))
    columns = pd.Index(nonprofit_ids).get_indexer(pd.Index(pairs[Partnership.NONPROFIT_ID]))
    both = (rows >= 0) & (columns >= 0)
    matrix[rows[both], columns[both]] = True
    return matrix


def _means(metrics: Floats) -> dict[str, float]:
    return {metric: float(metrics[:, column].mean()) for column, metric in enumerate(METRICS)}
