"""Dates as people write them; the order of day and month is judged over a column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from matcher.i18n.folding import fold
from matcher.messages import ByLanguage, Message
from matcher.tables.read.cell_values import CellError

_TIME = r"([T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]m)?\s*(Z|[+-]\d{2}:?\d{2})?)?$"
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME, re.IGNORECASE)
_NUMBERS = re.compile(r"^(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|'?\d{2})" + _TIME, re.IGNORECASE)
_DAY_MONTH_NAME = re.compile(
    r"^(?:[a-z]+,?\s+)?(\d{1,2})(?:e|de|ste|st|nd|rd|th|er)?[-\s.]+([a-z]+)[-\s.,]+(\d{4})" + _TIME
)
_MONTH_NAME_DAY = re.compile(r"^(?:[a-z]+,?\s+)?([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _TIME)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,])")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan|januari|january|januar|janvier|janv",
            "feb|februari|february|februar|fevrier|fevr|fev",
            "mrt|maart|mar|march|marz|maerz|mars",
            "apr|april|avril|avr",
            "mei|may|mai",
            "jun|juni|june|juin",
            "jul|juli|july|juillet|juil",
            "aug|augustus|august|aout",
            "sep|sept|september|septembre",
            "okt|oktober|oct|october|octobre",
            "nov|november|novembre",
            "dec|december|dezember|dez|decembre",
        ),
        start=1,
    )
    for name in names.split("|")
}
_FIRST_YEAR_OF_1900S = 70
"""Two digits from here on are a year of the last century."""


def parse_date(cell: str, *, month_first: bool = False) -> dt.date:
    """Return a date, written ``2026-03-31``, ``31 maart 2026``, or in numbers, ``31-03-2026``.

    Parameters
    ----------
    cell : str
    month_first : bool
        Whether ``03/04/2026`` is a day of March.

    Raises
    ------
    CellError
        When there is no such day.
    """
    text = fold(cell)
    try:
        if match := _ISO.match(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMBERS.match(text):
            first, second = int(match[1]), int(match[2])
            month, day = (first, second) if (month_first and first <= 12) or second > 12 else (second, first)
            return dt.date(_year(match[3]), month, day)
        if (match := _DAY_MONTH_NAME.match(text)) and match[2] in _MONTHS:
            return dt.date(int(match[3]), _MONTHS[match[2]], int(match[1]))
        if (match := _MONTH_NAME_DAY.match(text)) and match[1] in _MONTHS:
            return dt.date(int(match[3]), _MONTHS[match[1]], int(match[2]))
    except ValueError:
        pass
    if len(years := set(_YEAR.findall(text))) == 1:
        month = next((_MONTHS[word] for word in re.findall("[a-z]+", text) if word in _MONTHS), 1)
        start = dt.date(int(years.pop()), month, 1)
        message = Message("this is not a whole date")
        remedy = Message(
            "Write the day too; if you do not know it, write {date}",
            date=ByLanguage(start.isoformat(), {"nl": start.strftime("%d-%m-%Y")}),
        )
        raise CellError(message, remedy)
    raise CellError(
        Message("this is not a date"), Message("Write it as 2026-03-31 or 31-03-2026, or leave the cell empty")
    )


def is_month_first(cells: Iterable[str]) -> bool | None:
    """Whether the dates of a column have the month first; None where some have it first and some the day.

    Parameters
    ----------
    cells : iterable of str
        Distinct texts of the column.

    Examples
    --------
    >>> is_month_first(["03/04/2026", "03/31/2026"]), is_month_first(["03-04-2026"])
    (True, False)
    """
    pairs = [(int(match[1]), int(match[2])) for match in map(_NUMBERS.match, map(fold, cells)) if match]
    month_first = any(second > 12 for _, second in pairs)
    if month_first and any(first > 12 for first, _ in pairs):
        return None
    return month_first


def has_two_readings(cell: str) -> bool:
    """Whether a date in numbers is another day with the month first."""
    match = _NUMBERS.match(fold(cell))
    return match is not None and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2]


def _year(text: str) -> int:
    year = int(text.lstrip("'"))
    if len(text.lstrip("'")) > 2:
        return year
    return year + (1900 if year >= _FIRST_YEAR_OF_1900S else 2000)
