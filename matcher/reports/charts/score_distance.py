"""Score against distance: what lies near, and whether near is also good."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.charts.style import PALETTE, RAISES, or_english, styled
from matcher.scoring.explanation import PairRecord

_TICKS_KM = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


def score_against_distance(records: Sequence[PairRecord], language: Language | None = None) -> alt.Chart:
    """Return a point a pair: its distance and its score.

    Pairs without a distance or a score are not drawn; the subtitle counts them.

    Parameters
    ----------
    records : sequence of PairRecord
        Such as ``matcher.match(units).shortlists().records``.
    language : Language, optional
        Default: English.

    Examples
    --------
    >>> score_against_distance([]).to_dict()["title"]["subtitle"]
    '0 pairs'
    """
    language = or_english(language)
    drawn = [record for record in records if record.distance_km is not None and record.score is not None]
    rows = pd.DataFrame(
        [
            (
                record.company,
                record.unit_name,
                record.nonprofit_name,
                record.distance_km,
                record.score,
                record.confidence,
            )
            for record in drawn
        ],
        columns=["company", "unit", "nonprofit", "km", "score", "confidence"],
    )
    companies = rows["company"].unique().tolist()
    color = (
        alt.Color("company:N", title=language.phrase("Company"), scale=alt.Scale(domain=companies, range=list(PALETTE)))
        if 1 < len(companies) <= len(PALETTE)
        else alt.value(RAISES)
    )
    counted = language.count_phrase("{count} pair", "{count} pairs", len(drawn))
    left = len(records) - len(drawn)
    if left:
        unknown = language.count_phrase(
            "{count} without a distance is not drawn", "{count} without a distance are not drawn", left
        )
        counted = f"{counted}; {unknown}"
    chart = (
        alt.Chart(rows)
        .mark_circle(size=45, opacity=0.75)
        .encode(
            x=alt.X(
                "km:Q",
                title=language.phrase("Distance (km)"),
                scale=alt.Scale(type="symlog", constant=5),
                axis=alt.Axis(values=list(_TICKS_KM), format=",d"),
            ),
            y=alt.Y(
                "score:Q", title=language.phrase("Score"), scale=alt.Scale(zero=False), axis=alt.Axis(format=".2f")
            ),
            color=color,
            tooltip=[
                alt.Tooltip("unit:N", title=language.phrase("Unit")),
                alt.Tooltip("nonprofit:N", title=language.phrase("Nonprofit")),
                alt.Tooltip("km:Q", title="km", format=",.1f"),
                alt.Tooltip("score:Q", title=language.phrase("Score"), format=".2f"),
                alt.Tooltip("confidence:Q", title=language.phrase("Confidence"), format=".0%"),
            ],
        )
        .properties(width=520, height=320)
    )
    done: alt.Chart = styled(chart, language, title=language.phrase("Score against distance"), subtitle=counted)
    return done
