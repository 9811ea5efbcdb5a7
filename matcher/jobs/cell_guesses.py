"""Guess the column that a heading stands for from the cells below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from matcher.i18n.folding import fold
from matcher.places.gazetteer import gazetteer_of
from matcher.places.geocoders.base import city_places
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.parsing import parse_country
from matcher.tables.schema.specs import CellType, ColumnSpec

_LOOKED_AT = 60
"""Distinct cells, which say what the others hold."""
_MOST = 0.7
_POSTCODE = re.compile(r"[1-9]\d{3}\s?[A-Za-z]{2}")
_CODE = re.compile(r"(?=.*\d)[\w./-]{1,20}")
_LEAST_MISSION = 50
_COUNTRY = "NL"


def guessed_column(cells: pd.Series, columns: Mapping[str, ColumnSpec]) -> str | None:
    """Name of the column that cells look like; None where they look like none, or like several.

    Parameters
    ----------
    cells : Series of str
        Those that are filled.
    columns : mapping of str to ColumnSpec
        Columns that may be meant.
    """
    texts = [text.strip() for text in cells.drop_duplicates().head(_LOOKED_AT) if text.strip()]
    if len(texts) < 2:
        return None
    is_unique = cells.is_unique
    tests: dict[str, Callable[[str], bool]] = {
        "country": _is_country,
        "postcode": lambda text: bool(_POSTCODE.fullmatch(text)),
        "city": _is_city,
        "mission": lambda text: len(text) >= _LEAST_MISSION and " " in text,
    }
    tests |= {
        name: lambda text, column=column: _has_words(text, column)  # type: ignore[misc]
        for name, column in columns.items()
        if column.cell_type in (CellType.WORD, CellType.WORDS, CellType.OPEN_WORDS)
    }
    found = [name for name, test in tests.items() if name in columns and sum(map(test, texts)) >= _MOST * len(texts)]
    if len(found) == 1:
        return found[0]
    codes = next((name for name, column in columns.items() if column.unique), None)
    if not found and codes and is_unique and all(_CODE.fullmatch(text) for text in texts):
        return codes
    return None


def _is_country(text: str) -> bool:
    try:
        return len(text) < 2 or bool(parse_country(text))
    except CellError:
        return False


def _is_city(text: str) -> bool:
    return not any(sign.isdigit() for sign in text) and bool(
        city_places(gazetteer_of(frozenset({_COUNTRY})), _COUNTRY, fold(text))
    )


def _has_words(text: str, column: ColumnSpec) -> bool:
    words = column.read_words(text)
    return bool(words) and all(word.how.is_certain for word in words)
