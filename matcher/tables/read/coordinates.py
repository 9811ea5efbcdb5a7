"""Degrees as maps, phones and survey tools write them: a latitude and a longitude in one cell."""

from __future__ import annotations

import re

from matcher.tables.read.numbers import parse_number

_DEGREES = r"([+-]?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(
    rf"(?:geo:)?[(\[]?\s*{_DEGREES}\s*(?:[,;]\s*|\s+){_DEGREES}(?:[,;\s]\s*[+-]?\d+(?:\.\d+)?){{0,2}}\s*[)\]]?"
)
_POINT = re.compile(rf"(?:SRID=\d+;)?\s*POINT\s*(?:Z\s*)?\(\s*{_DEGREES}\s+{_DEGREES}(?:\s+\S+)?\s*\)", re.IGNORECASE)


def parse_degrees(cell: str, *, is_latitude: bool) -> float:
    """A latitude or a longitude: a number, or its part of a cell that holds both.

    A pair has the latitude first, and may have an altitude and a precision behind it; only ``Point(5.12 52.09)``, as
    in exports of Wikidata and of spatial databases, has the longitude first.

    Parameters
    ----------
    cell : str
    is_latitude : bool

    Raises
    ------
    CellError
        When it is no number and holds no pair.

    Examples
    --------
    >>> parse_degrees("52.09, 5.12", is_latitude=False), parse_degrees("Point(5.12 52.09)", is_latitude=False)
    (5.12, 5.12)
    """
    if point := _POINT.fullmatch(cell):
        return float(point[2 if is_latitude else 1])
    # 52,0907 is a number with a decimal comma.
    if (pair := _PAIR.fullmatch(cell)) and ("." in pair[1] + pair[2] or not re.fullmatch(r"[+-]?\d+,\d+", cell)):
        return float(pair[1 if is_latitude else 2])
    return parse_number(cell)
