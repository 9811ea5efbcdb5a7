"""How the top of a shortlist moves as one weight changes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language, capital
from matcher.reports.charts.style import INK, PALETTE, QUIET, layered, or_english, styled, with_columns


def weights_sensitivity(
    frame: pd.DataFrame, criterion: str, *, current: float | None = None, language: Language | None = None
) -> alt.LayerChart:
    """Return the rank of each nonprofit against the weight of one criterion, a line a nonprofit.

    Parameters
    ----------
    frame : DataFrame
        A row a weight and nonprofit on the list: ``weight``, ``nonprofit`` (its name) and ``rank``. A nonprofit that
        is off the list at some weight has no row there.
    criterion : str
        Whose weight it is.
    current : float, optional
        The weight in force, drawn as a line.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"weight": [1, 1, 5, 5], "nonprofit": ["A", "B", "A", "B"], "rank": [1, 2, 2, 1]})
    >>> weights_sensitivity(frame, "proximity").to_dict()["title"]["text"]
    'The list as the weight of Proximity changes'
    """
    language = or_english(language)
    rows = with_columns(frame, ("weight", "nonprofit", "rank"), "weights_sensitivity")
    names = rows.sort_values(["weight", "rank"])["nonprofit"].drop_duplicates().tolist()
    deepest = int(rows["rank"].max()) if len(rows) else 1
    heaviest = float(rows["weight"].max()) if len(rows) else 1.0
    x = alt.X(
        "weight:Q",
        title=language.phrase("Weight of {criterion}", criterion=capital(language.word(criterion))),
        scale=alt.Scale(nice=False, zero=False),
    )
    y = alt.Y(
        "rank:Q",
        title=language.phrase("Rank"),
        scale=alt.Scale(domain=[0.5, deepest + 0.5], reverse=True, nice=False),
        axis=alt.Axis(values=list(range(1, deepest + 1)), format="d", grid=False),
    )
    # Colours come round again after six: only the name at its end identifies a line.
    color = alt.Color(
        "nonprofit:N", legend=None, scale=alt.Scale(domain=names, range=[PALETTE[i % 6] for i in range(len(names))])
    )
    tooltip = [
        alt.Tooltip("nonprofit:N", title=language.phrase("Nonprofit")),
        alt.Tooltip("weight:Q", title=language.phrase("Weight"), format=",.2f"),
        alt.Tooltip("rank:Q", title=language.phrase("Rank"), format="d"),
    ]
    base = alt.Chart(rows).encode(x=x, y=y, color=color, detail="nonprofit:N")
    layers = [
        base.mark_line(strokeWidth=2, interpolate="monotone"),
        base.mark_circle(size=40, opacity=1).encode(tooltip=tooltip),
        alt.Chart(rows[rows["weight"] == heaviest])
        .mark_text(align="left", dx=8, limit=220, color=INK)
        .encode(x=x, y=y, text="nonprofit:N"),
    ]
    if current is not None:
        rule = alt.Chart(pd.DataFrame({"weight": [float(current)]})).mark_rule(strokeDash=[4, 3], color=QUIET)
        layers.insert(0, rule.encode(x=x))
    chart = layered(*layers)
    chart = chart.properties(width=420, height=max(160, 26 * deepest))
    title = language.phrase(
        "The list as the weight of {criterion} changes", criterion=capital(language.word(criterion))
    )
    subtitle = "" if current is None else language.phrase("The dashed line is the weight in force.")
    return styled(chart, language, title=title, subtitle=subtitle)
