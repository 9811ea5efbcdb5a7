"""A sheet that holds one table: frozen headings, filters, widths, and a page layout that prints well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from matcher.tables.write.workbooks import BookWriter

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

INK, PAPER, RULE = "#1F3A4D", "#FFFFFF", "#C9D3DA"
FILL_IN = "#FFF8DC"
LOW, HIGH = "#FFFFFF", "#7FBF9B"
FONT = {"font_name": "Calibri", "font_size": 11}
LINE_HEIGHT = 15
"""Of one line of text in a cell, in points."""
_TALLEST_ROW = 400


_BOX = {"left": 1, "right": 1, "left_color": RULE, "right_color": RULE}


class Form(Enum):
    """How a column's cells look; the value is the format's properties."""

    TEXT = ("text", {"num_format": "@", "align": "left", "indent": 1})
    WRAPPED = ("wrapped", {"num_format": "@", "align": "left", "indent": 1, "text_wrap": True})
    FILL_IN_DAY = (
        "fill in a day",
        {"num_format": "dd-mm-yyyy", "align": "left", "indent": 1, "bg_color": FILL_IN, **_BOX},
    )
    FILL_IN = (
        "fill in",
        {"num_format": "@", "align": "left", "indent": 1, "text_wrap": True, "bg_color": FILL_IN, **_BOX},
    )
    WHOLE = ("whole", {"num_format": "#,##0"})
    RANK = ("rank", {"num_format": "0", "align": "center"})
    SCORE = ("score", {"num_format": "0.00"})
    SHARE = ("share", {"num_format": "0%"})
    KM = ("km", {"num_format": "#,##0.0"})

    @property
    def properties(self) -> dict[str, Any]:
        """Return the properties of the cell format."""
        found: dict[str, Any] = self.value[1]
        return {**FONT, "valign": "top", "bottom": 1, "bottom_color": RULE, **found}

    @property
    def is_wrapped(self) -> bool:
        """Whether long text goes on below itself."""
        return "text_wrap" in self.value[1]

    @property
    def is_text(self) -> bool:
        """Whether the cells hold text."""
        return self in (Form.TEXT, Form.WRAPPED, Form.FILL_IN)


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Attributes
    ----------
    heading : str
    values : sequence of length n
        Text, numbers or None.
    form : Form
    width : float
        In characters.
    scaled : bool
        Whether a colour scale runs from 0 to 1.
    choices : tuple of str
        For a drop-down; empty for none.
    hint : str
        Shown beside a cell of the drop-down that is selected.
    printed : bool
        Whether it is on paper too.
    """

    heading: str
    values: Sequence[Any]
    form: Form = Form.TEXT
    width: float = 14
    scaled: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    printed: bool = True


@dataclass(frozen=True)
class TableSheet:
    """One table on a sheet.

    Attributes
    ----------
    name : str
        Of the sheet.
    columns : sequence of SheetColumn
        Those that are printed first.
    frozen_columns : int
        Columns that stay in sight beside the row of headings.
    grouped_by : int or None
        Column whose new values get a line above them, also after sorting.
    coloured : dict of str to str
        Fill colour of cells of drop-downs by their content.
    empty : str
        Text of the sheet when there are no rows.
    printed_rows : int or None
        Rows that are on paper, of a table to search in; None for all.
    cut : str
        Printed at the top of the pages of such a table.
    """

    name: str
    columns: Sequence[SheetColumn]
    frozen_columns: int = 0
    grouped_by: int | None = None
    coloured: dict[str, str] = field(default_factory=dict)
    empty: str = ""
    printed_rows: int | None = None
    cut: str = ""

    def write(self, book: BookWriter) -> Worksheet:
        """Write the sheet into a workbook."""
        sheet = book.sheet(self.name)
        rows = len(self.columns[0].values)
        for row in range(rows):
            lines = max(
                (lines_of(column.values[row], column.width) for column in self.columns if column.form.is_wrapped),
                default=1,
            )
            # Not every program fits a row to its text.
            sheet.set_row(row + 1, min(LINE_HEIGHT * lines + 3, _TALLEST_ROW))
        for position, column in enumerate(self.columns):
            self._write_column(book, sheet, position, column)
        if not rows and self.empty:
            book.write(sheet, 1, 0, self.empty, **FONT, italic=True)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, self.frozen_columns)
        sheet.autofilter(0, 0, max(rows, 1), len(self.columns) - 1)
        if rows:
            self._mark_groups(book, sheet, rows)
        printed_rows = rows if self.printed_rows is None else min(rows, self.printed_rows)
        print_well(sheet, self.name, self.cut if printed_rows < rows else "")
        sheet.repeat_rows(0)
        printed = sum(column.printed for column in self.columns)
        sheet.print_area(0, 0, max(printed_rows, 1), printed - 1)
        return sheet

    def _write_column(self, book: BookWriter, sheet: Worksheet, position: int, column: SheetColumn) -> None:
        # Text is never aligned as a number: the heading stands over its cells.
        side = column.form.properties.get("align", "right")
        head = {"bold": True, "font_color": PAPER, "bg_color": INK, "text_wrap": True, "valign": "vcenter"}
        book.write(sheet, 0, position, column.heading, **FONT, **head, align=side, indent=int(column.form.is_text))
        properties = column.form.properties
        for row, value in enumerate(column.values, start=1):
            book.write(sheet, row, position, value, **properties)
        sheet.set_column(position, position, column.width)
        last = len(column.values)
        if not last:
            return
        if column.scaled:
            scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
            sheet.conditional_format(1, position, last, position, {**scale, "min_color": LOW, "max_color": HIGH})
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices), "input_message": column.hint[:255]}
            sheet.data_validation(1, position, last, position, rule)
            for word, colour in self.coloured.items():
                look = book.format(bg_color=colour)
                is_word = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
                sheet.conditional_format(1, position, last, position, is_word)

    def _mark_groups(self, book: BookWriter, sheet: Worksheet, rows: int) -> None:
        if self.grouped_by is None:
            return
        letter = _letter(self.grouped_by)
        rule = {"type": "formula", "criteria": f"=${letter}2<>${letter}1", "format": book.format(top=1, top_color=INK)}
        sheet.conditional_format(1, 0, rows, len(self.columns) - 1, rule)


def lines_of(value: object, width: float) -> int:
    """Estimate of the number of lines that a value takes in a cell.

    Parameters
    ----------
    value : object
    width : float
        Of the column, in characters.
    """
    if not isinstance(value, str):
        return 1
    return sum(1 + int(len(line) // (width * 1.15)) for line in value.split("\n"))


def print_well(sheet: Worksheet, title: str, note: str = "") -> None:
    """Set a sheet to be printed on A4, landscape, one page wide, with its title and page numbers.

    Parameters
    ----------
    sheet : Worksheet
    title : str
        Printed at the top of each page.
    note : str
        Printed beside the title.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&L&B" + title.replace("&", "&&") + ("&R&B" + note.replace("&", "&&") if note else ""))
    sheet.set_footer("&R&P / &N")


def _letter(position: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    name: str = xl_col_to_name(position)
    return name
