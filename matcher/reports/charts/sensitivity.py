"""How the top of a shortlist moves as one weight changes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language, capital
from matcher.reports.charts.style import INK, PALETTE, QUIET, layered, or_english, styled, with_columns

_WIDTH, _LINE, _RADIUS, _SIZE = 420, 24, 12, 260
"""Width of the chart, height of a line of the names beside it, and radius (px) and area (px²) of a mark."""


def weights_sensitivity(
    frame: pd.DataFrame, criterion: str, *, current: float | None = None, language: Language | None = None
) -> alt.LayerChart:
    """Return the rank of each nonprofit against the weight of one criterion, a line a nonprofit.

    Each mark has the number of its nonprofit, which is named at the right: the rank at the weight in force, and further
    numbers for those that are on the list at other weights only.

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
    numbers = _numbers(rows, current)
    rows = rows.assign(number=rows["nonprofit"].map(numbers))
    deepest = int(rows["rank"].max()) if len(rows) else 1
    height = max(160, 26 * deepest, _LINE * len(numbers))
    x = alt.X(
        "weight:Q",
        title=language.phrase("Weight of {criterion}", criterion=capital(language.word(criterion))),
        scale=alt.Scale(nice=False, zero=False),
    )
    y = alt.Y(
        "rank:Q",
        title=language.phrase("Rank"),
        scale=alt.Scale(domain=[0.5, deepest + 0.5], reverse=True, nice=False),
        axis=alt.Axis(values=list(range(1, deepest + 1)), format="d", grid=False, offset=_RADIUS),
    )
    # Colours come round again after six: the number identifies a line.
    scale = alt.Scale(domain=list(numbers), range=[PALETTE[i % 6] for i in range(len(numbers))])
    color = alt.Color("nonprofit:N", legend=None, scale=scale)
    tooltip = [
        alt.Tooltip("nonprofit:N", title=language.phrase("Nonprofit")),
        alt.Tooltip("weight:Q", title=language.phrase("Weight"), format=",.2f"),
        alt.Tooltip("rank:Q", title=language.phrase("Rank"), format="d"),
    ]
    base = alt.Chart(rows).encode(x=x, y=y, detail="nonprofit:N")
    names = pd.DataFrame({"number": numbers.values(), "nonprofit": numbers.keys()})
    names["pixel"] = _LINE * (names.index + 0.5)
    key = alt.Chart(names).encode(y=alt.Y("pixel:Q", scale=None, axis=None))
    layers = [
        base.mark_line(strokeWidth=2, interpolate="monotone").encode(color=color),
        base.mark_circle(size=_SIZE, opacity=1).encode(color=color, tooltip=tooltip),
        base.mark_text(color="white", fontWeight="bold").encode(text="number:Q"),
        key.mark_circle(size=_SIZE, opacity=1).encode(x=alt.value(_WIDTH + 30), color=color),
        key.mark_text(color="white", fontWeight="bold").encode(x=alt.value(_WIDTH + 30), text="number:Q"),
        key.mark_text(align="left", limit=260, color=INK).encode(x=alt.value(_WIDTH + 46), text="nonprofit:N"),
    ]
    if current is not None:
        rule = alt.Chart(pd.DataFrame({"weight": [float(current)]})).mark_rule(strokeDash=[4, 3], color=QUIET)
        layers.insert(0, rule.encode(x=x))
    chart = layered(*layers)
    chart = chart.properties(width=_WIDTH, height=height)
    title = language.phrase(
        "The list as the weight of {criterion} changes", criterion=capital(language.word(criterion))
    )
    subtitle = "" if current is None else language.phrase("The dashed line is the weight in force.")
    return styled(chart, language, title=title, subtitle=subtitle)


def _numbers(rows: pd.DataFrame, current: float | None) -> dict[str, int]:
    """Number each nonprofit: its rank at the weight in force (else at the first); then those of other weights."""
    weights = rows["weight"]
    first = (weights - (weights.min() if current is None else current)).abs()
    names = rows.assign(first=first).sort_values(["first", "weight", "rank"], kind="stable")["nonprofit"]
    return {name: number for number, name in enumerate(names.drop_duplicates(), 1)}
