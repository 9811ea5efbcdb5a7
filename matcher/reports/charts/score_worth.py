"""What scores are worth: the share of decisions that led to a partnership, by score."""

from __future__ import annotations

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.style import INK, RAISES, layered, or_english, styled, with_columns

_COLUMNS = ("score_from", "score_to", "decisions", "made", "share", "low", "high")


def score_worth(frame: pd.DataFrame, *, language: Language | None = None) -> alt.LayerChart:
    """Return the share of partnerships among decisions against the score, each level with its interval.

    Parameters
    ----------
    frame : DataFrame
        One row per level of the score, as an evaluation has it in ``worth``.
    language : Language, optional
        Default: English.

    Raises
    ------
    MatcherError
        When a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"score_from": [0.3, 0.6], "score_to": [0.5, 0.8], "decisions": [10, 12], "made": [4, 10],
    ...                       "share": [0.4, 0.83], "low": [0.17, 0.55], "high": [0.69, 0.95]})
    >>> score_worth(frame).to_dict()["title"]["text"]
    'What a score is worth'
    """
    language = or_english(language)
    rows = with_columns(frame, _COLUMNS, "score_worth")
    rows["middle"] = (rows["score_from"] + rows["score_to"]) / 2
    rows["label"] = [
        language.phrase("{made} of {decisions}", made=language.number(made), decisions=language.number(decisions))
        for made, decisions in zip(rows["made"], rows["decisions"], strict=True)
    ]
    share = alt.Y(
        "share:Q",
        title=language.phrase("Share that became a partnership"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%"),
    )
    start = alt.X(
        "score_from:Q", title=language.phrase("Score"), scale=alt.Scale(zero=False), axis=alt.Axis(format=".2f")
    )
    tooltip = [
        alt.Tooltip("score_from:Q", title=language.phrase("Score from"), format=".2f"),
        alt.Tooltip("score_to:Q", title=language.phrase("Score to"), format=".2f"),
        alt.Tooltip("share:Q", title=language.phrase("Share"), format=".0%"),
        alt.Tooltip("label:N", title=language.phrase("Partnerships")),
    ]
    base = alt.Chart(rows)
    chart = layered(
        base.mark_rule(strokeWidth=2, color=INK, opacity=0.6).encode(x="middle:Q", y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_rule(strokeWidth=5, color=RAISES).encode(x=start, x2="score_to:Q", y=share, tooltip=tooltip),
        base.mark_text(dy=10, color=INK).encode(x="middle:Q", y="low:Q", text="label:N"),
    ).properties(width=460, height=280)
    subtitle = language.phrase("Among pairs that were decided on; upright lines are 95% intervals.")
    return styled(chart, language, title=language.phrase("What a score is worth"), subtitle=subtitle)
