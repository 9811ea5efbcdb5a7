"""The sheet of a marked workbook that lists its problems, each with a link to its cell, and says what colours mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matcher.i18n.language import Language, message
from matcher.tables.problems import Problem, ProblemGroup, problem_groups, shorten

if TYPE_CHECKING:
    from openpyxl.styles import Font

ERROR, WARNING, NOTE = "FFC7CE", "FFEB9C", "DDEBF7"
"""Colours of cells with a problem."""
_LEGEND = {
    ERROR: message("error: without mending this there is no result"),
    WARNING: message("warning: the list can be used, and is better when this is mended"),
    NOTE: message("note: there is nothing to mend"),
}
_HEADINGS = (
    message("Kind"),
    message("Cell"),
    message("Row"),
    message("Column"),
    message("In the cell"),
    message("What is wrong, and what to do"),
)
_WIDTHS = (14, 10, 30, 24, 30, 90)
_LETTERS_OF_A_LINE = 0.85
"""Share of a column that words fill: one that does not fit goes to the next line."""
_LINE_HEIGHT = 15
_SHOWN_ROWS = 3
_MOST = 2_000


def colour_of(problem: Problem) -> str:
    """Colour of the cell of a problem, by its weight."""
    return ERROR if problem.is_error else NOTE if problem.is_note else WARNING


def add_list_of_problems(
    book: Any,
    problems: Iterable[Problem],
    cells: Mapping[Problem, Any],
    language: Language,
    read_as: Sequence[str] = (),
) -> None:
    """Add a first sheet with the problems of a workbook, on which it opens; one that an earlier check added is replaced.

    Parameters
    ----------
    book : openpyxl.Workbook
    problems : iterable of Problem
        Those that concern the workbook.
    cells : mapping of Problem to openpyxl.cell.Cell
        Cell of each problem.
    language : Language
    read_as : sequence of str
        How headings and words were read, a line each, to look over.
    """
    title = language.phrase("Checked")
    if title in book.sheetnames and book[title].cell(1, 1).value == _first_line(language):
        book.remove(book[title])
    sheet = book.create_sheet(title, 0)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
    groups = problem_groups(problems)
    bold = _font(bold=True)
    _write(sheet, 1, 1, _first_line(language), font=bold, wraps=False)
    if not groups:
        _write(sheet, 2, 1, language.phrase("No problems."), wraps=False)
        _write_lines(sheet, 4, read_as, language)
        return
    for row, (colour, text) in enumerate(_LEGEND.items(), start=2):
        _write(sheet, row, 1, "", fill=colour)
        _write(sheet, row, 2, language.phrase(text), wraps=False)
    top = len(_LEGEND) + 3
    for column, heading in enumerate(_HEADINGS, start=1):
        _write(sheet, top, column, language.phrase(heading), font=bold)
        sheet.column_dimensions["ABCDEF"[column - 1]].width = _WIDTHS[column - 1]
    for row, group in enumerate(groups[:_MOST], start=top + 1):
        _write_group(sheet, row, group, cells.get(group[0]), language)
    if len(groups) > _MOST:
        _write(sheet, top + _MOST + 1, len(_HEADINGS), language.phrase("and {count} more", count=len(groups) - _MOST))
    _write_lines(sheet, top + min(len(groups), _MOST + 1) + 2, read_as, language)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"


def _write_lines(sheet: Any, top: int, lines: Sequence[str], language: Language) -> None:
    """Write lines on how the list was read below each other, each across the whole sheet."""
    if not lines:
        return
    _write(sheet, top, 1, language.phrase("How the list was read: is that right?"), font=_font(bold=True), wraps=False)
    for row, line in enumerate(lines, start=top + 1):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_HEADINGS))
        _write(sheet, row, 1, line)
        sheet.row_dimensions[row].height = _LINE_HEIGHT * math.ceil(len(line) / (_LETTERS_OF_A_LINE * sum(_WIDTHS)))


def _first_line(language: Language) -> str:
    return language.phrase("What a check of this list found; the column of cells leads to them")


def _write_group(sheet: Any, row: int, group: ProblemGroup, cell: Any, language: Language) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    fault = group.fault_in(language)
    colour = colour_of(group[0])
    _write(sheet, row, 1, language.phrase(_LEGEND[colour]).partition(":")[0], fill=colour)
    linked = _write(sheet, row, 2, "" if cell is None else cell.coordinate)
    if cell is not None:
        target = cell.parent.title.replace("'", "''")
        linked.hyperlink = Hyperlink(ref=linked.coordinate, location=f"'{target}'!{cell.coordinate}")
        linked.font = _font(color="0563C1", underline="single")
    rows = {each.row: each.row_name for each in group if each.row is not None}
    shown = [f"{number} {name}" if name else str(number) for number, name in list(rows.items())[:_SHOWN_ROWS]]
    columns = dict.fromkeys(language.render(each.column) for each in group if each.column)
    values = dict.fromkeys(shorten(each.value) for each in group if each.value)
    named = language.join(shown) if len(rows) <= _SHOWN_ROWS else ", ".join([*shown, "…"])
    held = "; ".join([*list(values)[:_SHOWN_ROWS], *(["…"] if len(values) > _SHOWN_ROWS else [])])
    texts = (named, ", ".join(columns), held, fault)
    for column, text in enumerate(texts, start=3):
        _write(sheet, row, column, text)
    lines = [
        math.ceil(len(text) / (_LETTERS_OF_A_LINE * width)) for text, width in zip(texts, _WIDTHS[2:], strict=True)
    ]
    sheet.row_dimensions[row].height = _LINE_HEIGHT * max(1, *lines)


def _write(
    sheet: Any, row: int, column: int, text: str, *, font: Font | None = None, fill: str = "", wraps: bool = True
) -> Any:
    """Write a text that stays a text, whatever it looks like, and return its cell."""
    from openpyxl.styles import Alignment, PatternFill

    cell = sheet.cell(row, column)
    if text:
        cell.value = "".join(sign for sign in text if sign >= " ")
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=wraps, vertical="top")
    if font is not None:
        cell.font = font
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill, bgColor=fill)
    return cell


def _font(**properties: Any) -> Font:
    from openpyxl.styles import Font

    return Font(name="Calibri", size=11, **properties)
