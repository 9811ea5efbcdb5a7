"""Turn cells of text into values: numbers as the Dutch and the English write them, yes and ja, words, dates."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from matcher.i18n.folding import fold
from matcher.i18n.folding import tidy as tidy
from matcher.tables.schema.specs import CellType, ColumnSpec
from matcher.tables.schema.vocabulary import BLANK_WORDS, BOOLEAN_WORDS, SEPARATOR, country_code

_SPACES = re.compile("[\u00a0\u2009\u202f]")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$", re.IGNORECASE)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?P<mark>[.,' ])\d{3}((?P=mark)\d{3})*(?P<decimals>(?!(?P=mark))[.,]\d*)?$")
_UNIT = re.compile(r"\s*(km|fte|°)$", re.IGNORECASE)
_TIME = r"([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$"
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})" + _TIME)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME)


class CellError(ValueError):
    """A cell that cannot be read.

    Parameters
    ----------
    message : str
        The expected content.
    remedy : str
        Advice to the user.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def is_blank(cell: str) -> bool:
    """Whether a tidy cell is blank or means that the value is unknown."""
    return cell.casefold() in BLANK_WORDS


def parse_number(cell: str) -> float:
    """Return a number written with a decimal point or a decimal comma.

    Raises
    ------
    CellError
        When it is no finite number.
    """
    return _number(cell, one_group=False)


def parse_count(cell: str) -> float:
    """Return a whole number; ``1.200`` and ``1,200`` are read as twelve hundred.

    Raises
    ------
    CellError
        When it is no whole number.
    """
    value = _number(cell, one_group=True)
    if not value.is_integer():
        raise CellError("this is not a whole number", "Write a whole number, such as 12, or leave the cell empty")
    return value


def _number(cell: str, *, one_group: bool) -> float:
    text = _UNIT.sub("", _SPACES.sub(" ", cell).replace("\u2212", "-").replace("\u2019", "'")).strip()
    text = _without_groups(text, one_group=one_group).replace(",", ".")
    if not _NUMBER.match(text) or math.isinf(float(text)):
        raise CellError("this is not a number", "Write digits only, such as 12,5 or 12.5, or leave the cell empty")
    return float(text)


def _without_groups(text: str, *, one_group: bool) -> str:
    """Return a number without marks between groups of three; ``one_group``: the mark of 1.200 is such a mark too."""
    grouped = _GROUPED.match(text)
    if grouped is None:
        return text
    mark = grouped["mark"]
    if one_group or mark in "' " or grouped["decimals"] or text.count(mark) > 1:
        return text.replace(mark, "")
    return text


def parse_boolean(cell: str) -> bool:
    """Return yes or no.

    Raises
    ------
    CellError
        When it is neither, in any of the languages known.
    """
    value = BOOLEAN_WORDS.get(cell.casefold())
    if value is None:
        raise CellError("this is neither yes nor no", "Write ja or nee (yes or no), or leave the cell empty")
    return value


def parse_date(cell: str) -> dt.date:
    """Return a date, written ``2026-03-31`` or day first, ``31-03-2026``.

    Raises
    ------
    CellError
        When there is no such day.
    """
    try:
        if match := _ISO.match(cell):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.match(cell):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise CellError("this is not a date", "Write it as 2026-03-31 or 31-03-2026, or leave the cell empty")


def parse_country(cell: str) -> str:
    """Return ISO 3166 alpha-2 of a code or a name of a country.

    Raises
    ------
    CellError
        When no country has that name.
    """
    code = country_code(fold(cell))
    if code is None:
        raise CellError(
            "no country has this code or name",
            "Write two letters, such as NL, BE, DE or GB, or leave the cell empty for NL",
        )
    return code


def parse_words(cell: str, column: ColumnSpec) -> str:
    """Words of a cell in one spelling, each once, joined by ``;``; unknown ones folded.

    How they are separated and understood: :func:`matcher.tables.words.reading.read_words`. Parsing is idempotent.

    Parameters
    ----------
    cell : str
    column : ColumnSpec
    """
    return SEPARATOR.join(dict.fromkeys(word for read in column.read_words(cell) for word in read.words))


def parser_of(column: ColumnSpec) -> Callable[[str], Any]:
    """Return the function that reads one tidy, filled cell of a column."""
    match column.cell_type:
        case CellType.NUMBER:
            return parse_number
        case CellType.COUNT:
            return parse_count
        case CellType.BOOLEAN:
            return parse_boolean
        case CellType.DATE:
            return parse_date
        case CellType.COUNTRY:
            return parse_country
        case CellType.WORD | CellType.WORDS | CellType.OPEN_WORDS:
            return lambda cell: parse_words(cell, column)
        case _:
            return str
