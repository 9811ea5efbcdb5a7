"""Write workbooks: text stays text, the same content gives the same bytes, and what was cut is marked.

A cell of text is written as a string, never as something that a spreadsheet would work out. Where it starts as a
formula does, it also gets the mark that keeps it text when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matcher.tables.formula_guard import FORMULA_STARTS, GUARD

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
"""What a cell holds at most, in units of UTF-16."""
LONGEST_SHEET_NAME = 31
_CUT = " […]"
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
# No XML can hold these, not even escaped.
_NONCHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class BookWriter:
    """A workbook in the making.

    Parameters
    ----------
    title : str
        For the file's properties.

    Examples
    --------
    >>> book = BookWriter("Example")
    >>> sheet = book.sheet("Sheet")
    >>> book.write(sheet, 0, 0, "=1+1", bold=True)
    >>> book.content()[:2]
    b'PK'
    """

    def __init__(self, title: str) -> None:
        import xlsxwriter

        self._buffer = io.BytesIO()
        self.book: Workbook = xlsxwriter.Workbook(self._buffer, {"in_memory": True, **_TEXT_IS_TEXT})
        # A fixed day, so that the same content gives the same bytes.
        self.book.set_properties({"title": cell_of(title)[:200], "created": _CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str) -> Worksheet:
        """Return a new sheet; its name is cut to what a workbook allows."""
        return self.book.add_worksheet(name[:LONGEST_SHEET_NAME])

    def format(self, **properties: Any) -> Format:
        """Return a cell format; equal ones are made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def write(self, sheet: Worksheet, row: int, column: int, value: object, **properties: Any) -> None:
        """Write a value: text as text, numbers and days as such, and nothing as a blank cell.

        Parameters
        ----------
        sheet : Worksheet
        row, column : int
            From 0.
        value : str, number, date or None
        **properties
            Of the cell's format.
        """
        if value is None or value != value:  # NaN and NaT are not equal to themselves
            sheet.write_blank(row, column, None, self.format(**properties))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, column, value, self.format(**properties))
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self.format(**properties))
        else:
            text = cell_of(str(value))
            if not text:
                sheet.write_blank(row, column, None, self.format(**properties))
                return
            marked = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
            sheet.write_string(row, column, text, self.format(**properties, **marked))

    def write_row(self, sheet: Worksheet, row: int, values: Sequence[object], **properties: Any) -> None:
        """Write values to a row, from the first column.

        Parameters
        ----------
        sheet : Worksheet
        row : int
        values : sequence
        **properties
            Of the format, as in :meth:`write`.
        """
        for column, value in enumerate(values):
            self.write(sheet, row, column, value, **properties)

    def content(self) -> bytes:
        """Close the workbook and return it."""
        self.book.close()
        return self._buffer.getvalue()


def cell_of(text: str) -> str:
    """Text in a form that a cell can hold.

    Our own reader takes away a guard that stands before a formula, as it does in CSV; a text that has such a guard
    of its own gets a second one, so that it comes back as it was.

    Examples
    --------
    >>> cell_of("=1+1"), cell_of("'=1+1"), len(cell_of("x" * 40_000))
    ('=1+1', "''=1+1", 32767)
    """
    if text.startswith(GUARD) and text.lstrip(GUARD).startswith(FORMULA_STARTS):
        text = GUARD + text
    if len(text) > LONGEST_CELL // 2:
        units = text.encode("utf-16-le", "surrogatepass")
        if len(units) > 2 * LONGEST_CELL:
            kept = units[: 2 * (LONGEST_CELL - len(_CUT))].decode("utf-16-le", "ignore")
            text = kept + _CUT
    return _NONCHARACTERS.sub("\ufffd", text)
