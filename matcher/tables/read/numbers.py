"""Numbers as the Dutch and the English write them, and as people write them in a list: ``max 2``, ``ca. 30``."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.tables.read.cell_values import CellError, Remark

_SPACES = re.compile("[\u00a0\u2009\u202f]")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$", re.IGNORECASE)
# A first group of zeros, or one that begins with a zero, is no group of thousands.
_GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}(?P<mark>[.,' ])\d{3}((?P=mark)\d{3})*(?P<decimals>(?!(?P=mark))[.,]\d*)?$")
_ONE_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2}(?P<mark>[.,])\d{3}$")
_DECIMALS = re.compile(r"^[+-]?\d*(?P<mark>[.,])(\d{1,2}|\d{4,})$|^[+-]?0\d*(?P<zero>[.,])\d+$")
_UNIT = re.compile(r"\s*(km|kilometer|kilometers|fte|°|euro|eur)$", re.IGNORECASE)
_CURRENCY = re.compile(r"^(€|eur(?=[\s\d])|euro(?=[\s\d]))\s*|(?<=\d)(,-|,--|,–|\s*€)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:(?:een stuk of|stuk of|ca|circa|ongeveer|ong|plm|about|around|approx|approximately|rond|zo'n|bijna|ruim)\b\.?|[±~≈])\s*",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"^(?:(?:straal van|een straal van|radius of|within|binnen|max|maximaal|maximum|hooguit|hoogstens|tot|up to|at most|no more than|niet meer dan)\b\.?:?|[≤]|<=)\s*",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"^(?:(?:min|minimaal|minimum|minstens|at least|vanaf|ten minste)\b\.?:?|[≥]|>=)\s*", re.IGNORECASE
)
_OR_MORE = re.compile(r"(?<=\d)\s*(?:\+|plus|of meer|en meer|or more|and more)$", re.IGNORECASE)
_MILES = re.compile(r"(?<=\d)\s*(?:miles?|mi)\.?$", re.IGNORECASE)
_KM_IN_A_MILE = 1.609344
_RANGE = re.compile(
    r"^(?P<low>\S+)\s*(?:-|–|—|/|\b(?:à|a|tot|of|to|or|tot en met|t/m)\b)\s*(?P<high>\S+)$", re.IGNORECASE
)
_BETWEEN = re.compile(r"^(?:tussen|between)\s+(?:de\s+)?(\S+)\s+(?:en|and)\s+", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\s*(?:personen|mensen|people|persons|medewerkers|employees|vrijwilligers|volunteers|partners|partnerships"
    r"|samenwerkingen|organisaties|organisations|projecten|projects|vestigingen|stuks|x|keer|per jaar|per year|p/j"
    r"|\((?:max|maximaal|min|minimaal|ca|circa)\.?\))\.?$",
    re.IGNORECASE,
)
_NO_LIMIT = frozenset(
    {
        *("onbeperkt", "ongelimiteerd", "geen maximum", "geen limiet", "geen grens", "oneindig"),
        *("unlimited", "no limit", "no maximum", "unbounded", "infinite", "∞"),
    }
)
_MANY = 10_000.0
"""Number that stands for no limit: more partners, and more km, than any list has."""
_COUNT_WORDS = {
    **dict.fromkeys(("geen", "nul", "none", "zero", "nihil", "niets"), 0),
    **{
        word: number
        for number, word in enumerate(
            ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"], 1
        )
    },
    **{
        word: number
        for number, word in enumerate(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
        )
    },
}


def parse_number(cell: str, grouping: str = "") -> float:
    """Return a number written with a decimal point or a decimal comma.

    Parameters
    ----------
    cell : str
    grouping : str
        Marks that separate thousands where a text such as ``2.500`` can be read two ways.

    Raises
    ------
    CellError
        When it is no finite number.
    """
    text = _plain(cell)
    grouped = _GROUPED.match(text)
    if grouped and (grouped["mark"] in grouping + "' " or grouped["decimals"] or text.count(grouped["mark"]) > 1):
        text = text.replace(grouped["mark"], "")
    text = text.replace(",", ".")
    return finite_number(float(text) if _NUMBER.match(text) else math.inf)


def parse_count(cell: str, grouping: str = ".,") -> float:
    """Return a whole number; ``1.200`` and ``1,200`` are read as twelve hundred, ``geen`` as none.

    Parameters
    ----------
    cell : str
    grouping : str
        As in :func:`parse_number`.

    Raises
    ------
    CellError
        When it is no whole number.
    """
    word = _COUNT_WORDS.get(fold(cell))
    if word is not None:
        return float(word)
    value = parse_number(cell, grouping)
    if not finite_number(value).is_integer() and has_two_readings(cell):
        value = parse_number(cell, ".,")
    return whole_number(value)


def is_count_word(cell: str) -> bool:
    """Whether a text is a small number in a word, such as ``twee`` or ``geen``."""
    return fold(cell) in _COUNT_WORDS


def finite_number(value: float) -> float:
    """Return a number if it is finite.

    Raises
    ------
    CellError
        When it is not.
    """
    if math.isinf(value):
        raise CellError(
            Message("this is not a number"), Message("Write digits only, such as 12,5 or 12.5, or leave the cell empty")
        )
    return value


def whole_number(value: float) -> float:
    """Return a number if it is whole.

    Raises
    ------
    CellError
        When it is not.
    """
    if not finite_number(value).is_integer():
        raise CellError(
            Message("this is not a whole number"), Message("Write a whole number, such as 12, or leave the cell empty")
        )
    return value


def has_two_readings(cell: str) -> bool:
    """Whether a text is a number with three decimals or one of thousands: ``2.500``."""
    return _ONE_GROUP.match(_plain(cell)) is not None


def grouping_marks(cells: Iterable[str]) -> tuple[str, bool]:
    """Marks that separate thousands in a column, and whether its other cells show that.

    Parameters
    ----------
    cells : iterable of str
        Distinct texts of the column.

    Examples
    --------
    >>> grouping_marks(["2.500", "12.5"])
    (',', True)
    >>> grouping_marks(["2.500", "1.250.000"])
    ('.', True)
    >>> grouping_marks(["2.500"])
    ('.,', False)
    """
    decimal, grouping = set(), set()
    for cell in cells:
        text = _plain(cell)
        if match := _DECIMALS.match(text):
            decimal.add(match["mark"] or match["zero"])
        elif (match := _GROUPED.match(text)) and match["mark"] in ".,":
            if match["decimals"]:
                decimal.add(match["decimals"][0])
            if match["decimals"] or text.count(match["mark"]) > 1:
                grouping.add(match["mark"])
    if len(decimal) == 1 and not decimal & grouping:
        return "".join(mark for mark in ".," if mark not in decimal), True
    return ("".join(grouping), True) if len(grouping) == 1 and not decimal else (".,", False)


def rough_number(cell: str, *, is_whole: bool) -> Remark | None:
    """A number that a cell says in other words, ``max 2`` or ``2 à 3``; None where it says none.

    Parameters
    ----------
    cell : str
    is_whole : bool
        Whether it has to be a whole number.

    Examples
    --------
    >>> rough_number("max. 2", is_whole=True).value, rough_number("2 à 3", is_whole=True).value
    (2.0, 2.0)
    """
    if fold(cell) in _NO_LIMIT:
        message = Message("this is read as {value}, as good as no limit", value=f"{_MANY:g}")
        return Remark(_MANY, message, Message("Write the number if there is one"))
    parse = parse_count if is_whole else parse_number
    for pattern in (_ABOUT, _AT_MOST, _AT_LEAST, _PEOPLE, _OR_MORE):
        cell = pattern.sub("", cell).strip()
    if not is_whole and _MILES.search(cell):
        with contextlib.suppress(CellError):
            km = round(parse_number(_MILES.sub("", cell)) * _KM_IN_A_MILE, 1)
            message = Message("these are miles, read as {value} km", value=f"{km:g}")
            return Remark(km, message, Message("Write km if another distance is meant"))
    between = _RANGE.match(_BETWEEN.sub(r"\1 - ", cell))
    with contextlib.suppress(CellError):
        # Less than one partner, say, is a slip rather than none.
        if is_whole and between is None and (value := parse_number(cell)) > 1 and not value.is_integer():
            message = Message("this is read as {value}, the whole number below it", value=f"{math.floor(value)}")
            return Remark(float(math.floor(value)), message, Message("Write a whole number if another one is meant"))
    try:
        value = parse(cell if between is None else between["low"])
        if between is not None and parse(between["high"]) <= value:
            return None
    except CellError:
        return None
    how = Message("the lower of the two numbers") if between else Message("the number in it")
    return Remark(
        value,
        Message("this is read as {value}, {how}", value=f"{value:g}", how=how),
        Message("If that is right there is nothing to do; if not, write the right number alone"),
    )


def _plain(cell: str) -> str:
    text = _SPACES.sub(" ", cell).replace("\u2212", "-").replace("\u2019", "'").strip()
    return _UNIT.sub("", _CURRENCY.sub("", text)).strip()
