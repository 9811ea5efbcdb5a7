"""Cells and distances as the page words them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.i18n.language import Language


def shown_km(say: Language, distance_km: float | None) -> str:
    """Return a distance for a reader: tenths below 10 km, whole kilometres from there."""
    if distance_km is None:
        return say.phrase("distance unknown")
    if distance_km < 1:
        return say.phrase("less than 1 km")
    return say.phrase("{number} km", number=say.number(distance_km) if distance_km >= 10 else say.rounded(distance_km))


def cell_text(value: Any) -> str:
    """Return a cell as text; empty where nothing is known."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def cell_words(value: Any) -> list[str]:
    """Return the words of a cell that holds a list."""
    return [word for part in cell_text(value).split(";") if (word := part.strip())]


def capital(text: str) -> str:
    """Return a text with a capital to start with."""
    return f"{text[:1].upper()}{text[1:]}"
