"""Turn cells of text into values: yes and ja, countries, words; numbers and dates have modules of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from matcher.i18n.countries import country_code
from matcher.i18n.folding import SIGNS_AROUND, fold
from matcher.i18n.folding import tidy as tidy
from matcher.messages import Message
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.coordinates import parse_degrees
from matcher.tables.read.dates import is_month_first, parse_date
from matcher.tables.read.numbers import grouping_marks, parse_count, parse_number
from matcher.tables.schema.columns import Unit
from matcher.tables.schema.specs import CellType, ColumnSpec
from matcher.tables.schema.vocabulary import BARE_BLANK_WORDS, BLANK_WORDS, BOOLEAN_WORDS, SEPARATOR


def is_blank(cell: str, column: ColumnSpec) -> bool:
    """Whether a tidy cell is blank or means that the value is unknown.

    Parameters
    ----------
    cell : str
    column : ColumnSpec
    """
    text = cell.casefold()
    if not text or not column.may_say_blank or text in column.never_blank:
        return not text
    return text in BLANK_WORDS or text.strip(SIGNS_AROUND) in BARE_BLANK_WORDS


def parse_boolean(cell: str) -> bool:
    """Return yes or no.

    Raises
    ------
    CellError
        When it is neither, in any of the languages known.
    """
    value = BOOLEAN_WORDS.get(cell.casefold().rstrip(" .!"))
    if value is None:
        raise CellError(
            Message("this is neither yes nor no"), Message("Write ja or nee (yes or no), or leave the cell empty")
        )
    return value


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
            Message("no country has this code or name"),
            Message("Write two letters, such as NL, BE, DE or GB, or leave the cell empty for NL"),
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


def parser_of(column: ColumnSpec, texts: Collection[str] = ()) -> Callable[[str], Any]:
    """Return the function that reads one tidy, filled cell of a column.

    Parameters
    ----------
    column : ColumnSpec
    texts : collection of str
        Distinct texts of the column, which show what its marks of thousands are, and the order of day and month.
    """
    match column.cell_type:
        case CellType.NUMBER if column.name in (Unit.LATITUDE, Unit.LONGITUDE):
            return lambda cell: parse_degrees(cell, is_latitude=column.name == Unit.LATITUDE)
        case CellType.NUMBER:
            grouping = grouping_marks(texts)[0] if column.is_amount else ""
            return lambda cell: parse_number(cell, grouping)
        case CellType.COUNT:
            grouping = grouping_marks(texts)[0]
            return lambda cell: parse_count(cell, grouping)
        case CellType.BOOLEAN:
            return parse_boolean
        case CellType.DATE:
            month_first = bool(is_month_first(texts))
            return lambda cell: parse_date(cell, month_first=month_first)
        case CellType.COUNTRY:
            return parse_country
        case CellType.WORD | CellType.WORDS | CellType.OPEN_WORDS:
            return lambda cell: parse_words(cell, column)
        case _:
            return str
