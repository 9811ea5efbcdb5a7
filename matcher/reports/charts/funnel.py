"""How far proposals came: from proposed to running to renewed."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.style import INK, RAISES, layered, or_english, styled, with_columns


def outcome_funnel(frame: pd.DataFrame, language: Language | None = None) -> alt.LayerChart:
    """Return a bar a stage, with its share of the first stage and the interval of that share.

    Parameters
    ----------
    frame : DataFrame
        A row a stage, the first stage first: ``stage`` (its name), ``count``, and ``low`` and ``high``, the bounds of
        the interval as counts; NaN where there is none.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"stage": ["proposed", "active"], "count": [40, 10], "low": [None, 6.0], "high": [None, 16.0]})
    >>> [layer["mark"]["type"] for layer in outcome_funnel(frame).to_dict()["layer"]]
    ['bar', 'rule', 'text']
    """
    language = or_english(language)
    rows = with_columns(frame, ("stage", "count", "low", "high"), "outcome_funnel")
    rows = rows.assign(low=rows["low"].astype("float64"), high=rows["high"].astype("float64"))
    first = float(rows["count"].iloc[0]) if len(rows) else 0.0
    rows["shown"] = [
        language.number(count) + (f" ({language.percent(count / first)})" if position and first else "")
        for position, count in enumerate(rows["count"])
    ]
    rows["right"] = rows[["count", "high"]].max(axis=1)
    stage = alt.Y("stage:N", sort=rows["stage"].tolist(), title=None, axis=alt.Axis(domain=False, ticks=False))
    top = float(rows["right"].max()) if len(rows) else 1.0
    scale = alt.Scale(domain=[0, max(top, 1.0)])
    bars = (
        alt.Chart(rows)
        .mark_bar(color=RAISES, height=20)
        .encode(
            y=stage,
            x=alt.X(
                "count:Q", title=language.phrase("Partnerships"), scale=scale, axis=alt.Axis(format=",d", tickMinStep=1)
            ),
        )
    )
    intervals = (
        alt.Chart(rows[rows["low"].notna() & rows["high"].notna()])
        .mark_rule(color=INK, strokeWidth=2)
        .encode(y=stage, x=alt.X("low:Q", scale=scale), x2="high:Q")
    )
    labels = (
        alt.Chart(rows)
        .mark_text(align="left", dx=6, color=INK)
        .encode(y=stage, x=alt.X("right:Q", scale=scale), text="shown:N")
    )
    chart = layered(bars, intervals, labels)
    chart = chart.properties(width=460, height=alt.Step(32))
    subtitle = (
        language.phrase("In brackets: share of the first stage. The lines are intervals of 95 %.")
        if rows["low"].notna().any()
        else ""
    )
    return styled(chart, language, title=language.phrase("From proposal to partnership"), subtitle=subtitle)
