"""What the dial between best fit and most units served gives."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.style import INK, LOWERS, RAISES, layered, or_english, styled, with_columns

_NARROW = 0.03
"""Range of mean scores below which the axis has three decimals."""


def coverage_dial(
    frame: pd.DataFrame, *, current: float | None = None, language: Language | None = None
) -> alt.LayerChart:
    """Return positions of the dial: how many units each serves, and how well its pairs fit.

    Parameters
    ----------
    frame : DataFrame
        As ``Programmes.dial()`` gives it: ``coverage``, ``units_served``, ``pairs`` and ``mean_score``.
    current : float, optional
        The position in force, drawn in another colour.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"coverage": [0.0, 1.0], "units_served": [8, 10], "pairs": [20, 20], "mean_score": [0.7, 0.6]})
    >>> coverage_dial(frame).to_dict()["title"]["text"]
    'Best fit against most units served'
    """
    language = or_english(language)
    rows = with_columns(frame, ("coverage", "units_served", "pairs", "mean_score"), "coverage_dial")
    # Positions that give the same are one point, or their labels would lie on each other.
    rows["shown"] = [language.percent(position) for position in rows["coverage"]]
    points = (
        rows.assign(in_force=rows["coverage"] == current)
        .groupby(["units_served", "pairs", "mean_score"], as_index=False, sort=False, dropna=False)
        .agg(shown=("shown", ", ".join), in_force=("in_force", "any"), coverage=("coverage", "min"))
    )
    x = alt.X(
        "units_served:Q",
        title=language.phrase("Units served"),
        scale=alt.Scale(zero=False, padding=30),
        axis=alt.Axis(format=",d", tickMinStep=1),
    )
    y = alt.Y(
        "mean_score:Q",
        title=language.phrase("Mean score of the pairs"),
        scale=alt.Scale(zero=False, padding=20),
        axis=_axis(points["mean_score"]),
    )
    base = alt.Chart(points).encode(x=x, y=y)
    line = base.mark_line(color=RAISES, strokeWidth=2).encode(order="coverage:Q")
    dots = base.mark_circle(size=110, opacity=1).encode(
        color=alt.condition(alt.datum["in_force"], alt.value(LOWERS), alt.value(RAISES)),
        tooltip=[
            alt.Tooltip("shown:N", title=language.phrase("Dial")),
            alt.Tooltip("units_served:Q", title=language.phrase("Units served"), format=",d"),
            alt.Tooltip("pairs:Q", title=language.phrase("Pairs"), format=",d"),
            alt.Tooltip("mean_score:Q", title=language.phrase("Mean score"), format=".3f"),
        ],
    )
    labels = base.mark_text(align="left", dx=9, dy=-9, color=INK).encode(text="shown:N")
    chart = layered(line, dots, labels)
    chart = chart.properties(width=420, height=260)
    subtitle = language.phrase("Each point is a position of the dial.")
    if current is not None:
        subtitle = language.phrase(
            "Each point is a position of the dial; {position} is in force.", position=language.percent(current)
        )
    return styled(chart, language, title=language.phrase("Best fit against most units served"), subtitle=subtitle)


def _axis(scores: pd.Series) -> alt.Axis:
    """Axis with several marks, no two of which are called the same."""
    decimals = 2 if float(scores.max() - scores.min()) >= _NARROW else 3
    return alt.Axis(format=f".{decimals}f", tickMinStep=10.0**-decimals)
