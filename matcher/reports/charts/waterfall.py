"""From a candidate of whom nothing is known to a score, criterion by criterion."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.steps import BASELINE, TOTAL, shown_step, waterfall_steps
from matcher.reports.charts.style import BASE, INK, LOWERS, RAISES, layered, or_english, styled
from matcher.scoring.explanation import PairRecord


def waterfall(record: PairRecord, language: Language | None = None) -> alt.LayerChart:
    """Return a pair's score as steps from a candidate of whom nothing is known, a bar a criterion.

    Parameters
    ----------
    record : PairRecord
        As ``PartnerMatcher.explain`` gives it.
    language : Language, optional
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
    language = or_english(language)
    ends = {
        BASELINE: language.phrase("Nothing known"),
        TOTAL: language.phrase("Score, were it open") if record.gates else language.phrase("Score"),
    }
    kinds = {"base": language.phrase("Level"), "up": language.phrase("Raises"), "down": language.phrase("Lowers")}
    steps = waterfall_steps(record)
    rows = pd.DataFrame(
        {
            "step": [step.criterion.heading(language) if step.criterion else ends[step.name] for step in steps],
            "start": [step.start for step in steps],
            "end": [step.end for step in steps],
            "kind": [kinds["base" if step.name in ends else "up" if step.value >= 0 else "down"] for step in steps],
            "shown": [shown_step(step, language) for step in steps],
            "right": [max(step.start, step.end) for step in steps],
        }
    )
    order = rows["step"].tolist()
    highest = max(1.0, float(rows["right"].max()))
    base = alt.Chart(rows).encode(y=alt.Y("step:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False)))
    bars = base.mark_bar(height=18).encode(
        x=alt.X("start:Q", title=language.phrase("Score"), scale=alt.Scale(domain=[0, highest])),
        x2="end:Q",
        color=alt.Color(
            "kind:N", title=None, scale=alt.Scale(domain=list(kinds.values()), range=[BASE, RAISES, LOWERS])
        ),
        tooltip=[
            alt.Tooltip("step:N", title=language.phrase("Step")),
            alt.Tooltip("shown:N", title=language.phrase("Adds")),
        ],
    )
    labels = base.mark_text(align="left", dx=5, color=INK).encode(x="right:Q", text="shown:N")
    chart = layered(bars, labels)
    chart = chart.properties(width=420, height=alt.Step(28))
    return styled(
        chart,
        language,
        title=language.phrase("{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name),
    )
