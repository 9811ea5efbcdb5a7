"""The steps from a candidate of whom nothing is known to a score, for every view that shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.i18n.language import Language
from matcher.scoring.explanation import CriterionWords, PairRecord

BASELINE, TOTAL = "baseline", "score"
SHOWN_DECIMALS = 2


@dataclass(frozen=True)
class Step:
    """One step of a waterfall.

    Attributes
    ----------
    name : str
        ``"baseline"``, a criterion, or ``"score"``.
    value : float
        What it adds; for the last one, the score itself.
    start, end : float
        Where its bar starts and ends, in [0, 1].
    shown : float
        ``value`` in two decimals, rounded so that what is shown adds up to the score that is shown.
    known : bool
        Whether the criterion is known of this pair; an unknown one adds nothing.
    criterion : CriterionWords or None
        None for the baseline and the score.
    """

    name: str
    value: float
    start: float
    end: float
    shown: float
    known: bool = True
    criterion: CriterionWords | None = None


def waterfall_steps(record: PairRecord) -> list[Step]:
    """Return the steps from a candidate of whom nothing is known, by what each criterion adds, to the pair's score.

    Of a pair with a closed gate, the last step is the score that it would have, were it open.

    Examples
    --------
    >>> from matcher.scoring.criteria.registry import CRITERIA
    >>> from matcher.scoring.explanation import CriterionRecord
    >>> criterion = CriterionRecord(CRITERIA["mission"], 0.75, 1.0, 0.5, 0.25, 1.0, {})
    >>> record = PairRecord("u", "Unit", "Co", "n", "Site", "Org", (), 0.75, 0.5, 1.0, None, (), (criterion,))
    >>> [(step.name, step.shown) for step in waterfall_steps(record)]
    [('baseline', 0.5), ('mission', 0.25), ('score', 0.75)]
    """
    values = [record.baseline, *(item.contribution for item in record.criteria)]
    total = math.fsum(values) if record.score is None else record.score
    shown = rounded_to_sum(values, total)
    steps = [Step(BASELINE, values[0], 0.0, values[0], shown[0])]
    for item, value, small in zip(record.criteria, values[1:], shown[1:], strict=True):
        start = steps[-1].end
        steps.append(Step(item.name, value, start, start + value, small, item.score is not None, item.criterion))
    return [*steps, Step(TOTAL, total, 0.0, total, round(total, SHOWN_DECIMALS))]


def rounded_to_sum(values: Sequence[float], total: float) -> list[float]:
    """Return values in two decimals that add up to their total in two decimals.

    Rounded one by one they may miss it by some hundredths, and a reader who adds them up would find an error. So all
    are rounded down, and those that lost most get the hundredths that lack (largest remainder); none is off by a
    hundredth or more.

    Parameters
    ----------
    values : sequence of float
    total : float
        Their sum, to about six decimals.

    Examples
    --------
    >>> rounded_to_sum([0.333, 0.333, 0.334], 1.0)
    [0.33, 0.33, 0.34]
    """
    scale = 10**SHOWN_DECIMALS
    hundredths = [round(value * scale, 6) for value in values]
    floors = [math.floor(value) for value in hundredths]
    lacking = round(round(total, SHOWN_DECIMALS) * scale) - sum(floors)
    by_loss = sorted(range(len(values)), key=lambda index: (floors[index] - hundredths[index], index))
    for index in by_loss[:lacking]:
        floors[index] += 1
    return [floor / scale for floor in floors]


def shown_step(step: Step, language: Language) -> str:
    """Return the number of a step as it is shown: with its sign, or as unknown.

    Parameters
    ----------
    step : Step
    language : Language
    """
    if step.name in (BASELINE, TOTAL):
        return language.score(step.shown)
    if not step.known:
        return language.phrase("unknown")
    return language.signed(step.shown)
