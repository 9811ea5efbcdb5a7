"""How sure the places of a shortlist are under other weights."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.style import INK, LOWERS, RAISES, layered, or_english, styled, with_columns
from matcher.reports.sentences.reasons import SHAKY_BELOW


def list_stability(frame: pd.DataFrame, language: Language | None = None) -> alt.LayerChart:
    """Bars of the number of disturbed weightings, of 100, in which each nonprofit keeps its place.

    Parameters
    ----------
    frame : DataFrame
        Rows of one shortlist: ``rank``, ``nonprofit_name`` and ``stability``.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"rank": [1, 2], "nonprofit_name": ["A", "B"], "stability": [98, 41]})
    >>> [layer["mark"]["type"] for layer in list_stability(frame).to_dict()["layer"]]
    ['bar', 'text']
    """
    language = or_english(language)
    rows = with_columns(frame, ("rank", "nonprofit_name", "stability"), "list_stability").sort_values("rank")
    rows["place"] = [f"{rank}. {name}" for rank, name in zip(rows["rank"], rows["nonprofit_name"], strict=True)]
    rows["stability"] = rows["stability"].astype("float64")
    place = alt.Y("place:N", sort=rows["place"].tolist(), title=None, axis=alt.Axis(domain=False, ticks=False))
    kept = alt.X("stability:Q", title=language.phrase("Weightings of 100"), scale=alt.Scale(domain=[0, 100]))
    color = alt.condition(alt.datum.stability < SHAKY_BELOW, alt.value(LOWERS), alt.value(RAISES))
    bars = alt.Chart(rows).mark_bar(height=16).encode(y=place, x=kept, color=color)
    labels = alt.Chart(rows).mark_text(align="left", dx=5, color=INK).encode(y=place, x=kept, text="stability:Q")
    chart = layered(bars, labels).properties(width=360, height=alt.Step(22))
    return styled(
        chart,
        language,
        title=language.phrase("How often each keeps its place when the weights change"),
        subtitle=language.phrase(
            "Each weight is varied between about half and double; places stay within the first 5, 10 or 20."
        ),
    )
