"""Colours, fonts and number formats of all charts, in one place.

The colours stay distinct to people who see red and green alike, and stand out from white by 4.5 to 1 at least
(WCAG 2.2, success criteria 1.4.3 and 1.4.11), but for the backdrop, which carries no meaning.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import altair as alt
import pandas as pd

from matcher.errors import MatcherError
from matcher.i18n.language import Language, load_language
from matcher.messages import Message

INK, QUIET, BACKDROP = "#1f2933", "#52606d", "#dde3ea"
BASE, RAISES, LOWERS = "#52606d", "#0b61a4", "#b03a06"
PALETTE = ("#0b61a4", "#b03a06", "#1b7340", "#8a2f7a", "#7a5900", "#3d4852")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)


def or_english(language: Language | None) -> Language:
    """Return the language of a chart: the one given, else English."""
    return load_language("en") if language is None else language


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """Return charts drawn on top of each other, the first one undermost."""
    return alt.LayerChart(layer=list(layers))


def styled(chart: Chart, language: Language, *, title: str = "", subtitle: str = "") -> Chart:
    """Return a chart in the house style, its numbers written as its readers write them.

    Parameters
    ----------
    chart : altair.Chart or altair.LayerChart
    language : Language
    title, subtitle : str
        Shown above the chart; none where empty.
    """
    locale: dict[str, Any] = {
        "number": {
            "decimal": language.decimal_symbol,
            "thousands": language.group_symbol,
            "grouping": [3],
            "currency": ["€ ", ""],
        }
    }
    if title:
        chart = chart.properties(title=alt.Title(title, subtitle=subtitle) if subtitle else alt.Title(title))
    done = (
        chart.configure(font=FONT, background="white", locale=locale)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor="#e4e9ef",
            domainColor=QUIET,
            tickColor=QUIET,
        )
        .configure_legend(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12, labelLimit=260)
        .configure_title(
            color=INK,
            subtitleColor=QUIET,
            fontSize=15,
            subtitleFontSize=12,
            anchor="start",
            offset=12,
            subtitlePadding=4,
        )
    )
    return cast(Chart, done)


def with_columns(frame: pd.DataFrame, columns: tuple[str, ...], chart: str) -> pd.DataFrame:
    """Return the columns of a frame that a chart needs.

    Parameters
    ----------
    frame : DataFrame
    columns : tuple of str
    chart : str
        Name of the chart, for the message.

    Raises
    ------
    MatcherError
        When one is missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MatcherError(
            Message(
                "{chart} needs the columns {columns}; this frame lacks {missing} (it has {others})",
                chart=chart,
                columns=", ".join(columns),
                missing=", ".join(missing),
                others=", ".join(map(str, frame.columns)) or "none",
            )
        )
    return frame[list(columns)].reset_index(drop=True)
