"""From the average candidate to a score, criterion by criterion."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.steps import BASELINE, TOTAL, Step, waterfall_steps
from matcher.reports.charts.style import BASE, INK, LOWERS, RAISES, language, layered, styled
from matcher.scoring.explanation import PairRecord


def waterfall(record: PairRecord, in_language: Language | None = None) -> alt.LayerChart:
    """Return how a pair's score came about, from this unit's average candidate.

    Parameters
    ----------
    record : PairRecord
        As ``PartnerMatcher.explain`` gives it.
    in_language : Language, optional
        Default: English.

    Examples
    --------
    >>> from matcher.scoring.criteria.registry import CRITERIA
    >>> from matcher.scoring.explanation import CriterionRecord
    >>> criterion = CriterionRecord(CRITERIA["mission"], 0.75, 1.0, 0.5, 0.25, 1.0, {})
    >>> record = PairRecord("u", "Unit", "Co", "n", "Site", "Org", (), 0.75, 0.5, 1.0, None, (), (criterion,))
    >>> waterfall(record).to_dict()["title"]["text"]
    'Unit with Site'
    """
    say = language(in_language)
    ends = {
        BASELINE: say.phrase("Average candidate"),
        TOTAL: say.phrase("Score, were it open") if record.gates else say.phrase("Score"),
    }
    kinds = {"base": say.phrase("Level"), "up": say.phrase("Raises"), "down": say.phrase("Lowers")}
    steps = waterfall_steps(record)
    rows = pd.DataFrame(
        {
            "step": [step.criterion.heading(say) if step.criterion else ends[step.name] for step in steps],
            "start": [step.start for step in steps],
            "end": [step.end for step in steps],
            "kind": [kinds["base" if step.name in ends else "up" if step.value >= 0 else "down"] for step in steps],
            "shown": [shown_step(step, say) for step in steps],
            "right": [max(step.start, step.end) for step in steps],
        }
    )
    order = rows["step"].tolist()
    highest = max(1.0, float(rows["right"].max()))
    base = alt.Chart(rows).encode(y=alt.Y("step:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False)))
    bars = base.mark_bar(height=18).encode(
        x=alt.X("start:Q", title=say.phrase("Score"), scale=alt.Scale(domain=[0, highest])),
        x2="end:Q",
        color=alt.Color(
            "kind:N", title=None, scale=alt.Scale(domain=list(kinds.values()), range=[BASE, RAISES, LOWERS])
        ),
        tooltip=[alt.Tooltip("step:N", title=say.phrase("Step")), alt.Tooltip("shown:N", title=say.phrase("Adds"))],
    )
    labels = base.mark_text(align="left", dx=5, color=INK).encode(x="right:Q", text="shown:N")
    chart = layered(bars, labels)
    chart = chart.properties(width=420, height=alt.Step(28))
    return styled(
        chart, say, title=say.phrase("{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name)
    )


def criterion_label(name: str, say: Language) -> str:
    """Return the name of a criterion as a heading."""
    word = say.word(name)
    return f"{word[:1].upper()}{word[1:]}"


def shown_step(step: Step, say: Language) -> str:
    """Return the number of a step as it is shown: with its sign, or as unknown."""
    if step.name in (BASELINE, TOTAL):
        return say.score(step.shown)
    if not step.known:
        return say.phrase("unknown")
    return say.signed(step.shown)
