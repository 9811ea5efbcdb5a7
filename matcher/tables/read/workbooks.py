"""Read a workbook into cells of text, with what its format says beside the values: numbers, errors, merged cells."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matcher.messages import Counted, Message
from matcher.tables.problems import Problem
from matcher.tables.read.cell_values import ERROR_VALUE, LostText, NumberText
from matcher.tables.read.cells import cell_text
from matcher.tables.read.ods import ERROR_MARK, is_ods
from matcher.tables.read.xls import formulas_and_errors

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*?\b\w+:id=[\"']([^\"']+)[\"']")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"']*)[\"']")
_WIDE = re.compile(rb'\br="([A-Z]{2,3})\d')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_MOST_CELLS = 30_000_000
"""Cells of a sheet that are held in memory, those without content between its first and its last included."""
_DURATION = re.compile(r"PT(\d+)H(\d\d)M(\d\d)S")
_FIRST_DAY = dt.date(1900, 1, 2)
_NOT_WORKED_OUT = (
    Message("the value of this formula was never worked out: it counts as unknown"),
    Message("Open the file in the spreadsheet program and save it"),
    "formula_without_value",
)
_OLD_DAY = (
    Message("this is a day before 1900 or no day at all, which a workbook cannot hold: it counts as unknown"),
    Message("Write the day as text, such as 1866-05-01"),
    "day_before_1900",
)

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each a row and a column from 0."""


class WorkbookSheet(NamedTuple):
    """Cells of one sheet, from its first cell on."""

    name: str
    rows: list[list[str]]
    merged: list[Range]
    formulas: frozenset[tuple[int, int]]

    def fill_merged(self, first_row: int = 0) -> list[Range]:
        """Repeat merged cells in the rows that they cover, where these rows hold anything else.

        Parameters
        ----------
        first_row : int
            Ranges that start above this row are left as they are.

        Returns
        -------
        list of Range
            Those that were repeated.
        """
        found = []
        filled = [any(cell.strip() for cell in row) for row in self.rows]
        for (top, left), (bottom, right) in self.merged:
            if top < first_row or bottom == top or top >= len(self.rows) or left >= len(self.rows[top]):
                continue
            text = self.rows[top][left]
            below = [row for row in range(top + 1, min(bottom + 1, len(self.rows))) if filled[row]]
            for row in below:
                self.rows[row] += [""] * (left + 1 - len(self.rows[row]))
                self.rows[row][left] = text
            if below and text.strip():
                found.append(((top, left), (bottom, right)))
        return found


class WorkbookError(Exception):
    """A workbook that cannot be opened, with the reason."""


def read_sheets(content: bytes) -> list[WorkbookSheet]:
    """Sheets of a workbook.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    WorkbookError
        When the workbook cannot be opened.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    marks, has_old_days = _marks(content), is_ods(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for at, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_name(name)
            rows = _texts(sheet.to_python(skip_empty_area=False), has_old_days=has_old_days)
            formulas, lost = marks.get(at, (frozenset(), {}))
            for (row, column), text in lost.items():
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = text
            found.append(WorkbookSheet(name, rows, list(sheet.merged_cell_ranges or ()), formulas))
    except (CalamineError, ValueError, OSError) as error:
        raise WorkbookError(str(error)) from None
    return found


def merged_problem(file: str, records: Sequence[Sequence[str]], header: int, ranges: list[Range]) -> Problem:
    """Say once that merged cells were repeated.

    Parameters
    ----------
    file : str
    records : sequence of sequences of str
        Cells, row by row.
    header : int
        Position of the row of headings.
    ranges : list of Range
        Those that were repeated.
    """
    headings = records[header]
    named = dict.fromkeys(headings[left] or str(left + 1) for (_, left), _ in ranges if left < len(headings))
    (top, left), (bottom, _) = ranges[0]
    more = Counted("; 1 other likewise", "; {count} others likewise", count=len(ranges) - 1) if len(ranges) > 1 else ""
    return Problem(
        file,
        top + 1,
        ", ".join(named),
        Message(
            "this merged cell counts for each of the rows {top} to {bottom}{more}",
            top=top + 1,
            bottom=bottom + 1,
            more=more,
        ),
        Message("If that is wrong for one of them, undo the merging and fill in every row"),
        "warning",
        "merged_cells",
        records[top][left] or None,
    )


def _texts(rows: Sequence[Sequence[object]], *, has_old_days: bool) -> list[list[str]]:
    of_days = {column for row in rows for column, cell in enumerate(row) if isinstance(cell, dt.date)}
    if has_old_days:
        return [[_text(cell) for cell in row] for row in rows]
    return [
        [_lost_day(cell) if _is_lost_day(cell, column in of_days) else _text(cell) for column, cell in enumerate(row)]
        for row in rows
    ]


def _is_lost_day(cell: object, is_among_days: bool) -> bool:
    """Whether a cell of Excel holds no day that it can hold.

    The reader gives midnight for every day before 1900, and a day of 1899 for a date that is no number.
    """
    return (is_among_days and cell == dt.time(0)) or (isinstance(cell, dt.date) and _day(cell) < _FIRST_DAY)


def _lost_day(cell: object) -> LostText:
    return LostText.of(cell_text(cell), *_OLD_DAY)


def _text(cell: object) -> str:
    # The reader leaves durations of OpenDocument as they are in the file.
    if isinstance(cell, str) and (duration := _DURATION.fullmatch(cell)):
        return ":".join(duration.groups())
    text = cell_text(cell)
    if text.startswith(ERROR_MARK):
        return LostText.of(text.removeprefix(ERROR_MARK), *ERROR_VALUE)
    return NumberText(text) if text and isinstance(cell, (int, float)) and not isinstance(cell, bool) else text


def _day(cell: dt.date) -> dt.date:
    return cell.date() if isinstance(cell, dt.datetime) else cell


_Marks = tuple[frozenset[tuple[int, int]], dict[tuple[int, int], LostText]]


def _marks(content: bytes) -> dict[int, _Marks]:
    """Cells with a formula, and cells without a value that counts, by position of the sheet; those of .ods are in its cells.

    A reader of values sees what a formula gave when it was last worked out, or nothing.
    """
    if not content.startswith(b"PK"):
        return {
            at: (formulas, {position: LostText.of(text, *ERROR_VALUE) for position, text in errors.items()})
            for at, (formulas, errors) in enumerate(formulas_and_errors(content))
        }
    found: dict[int, _Marks] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
                return found
            targets = {}
            for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
                attributes = dict(_ATTRIBUTE.findall(relation))
                targets[attributes.get(b"Id")] = attributes.get(b"Target", b"").decode("utf-8", "replace")
            book = archive.read("xl/workbook.xml")
            # Programs that write a file without working it out ask for that when it is opened, and store a zero.
            is_pending = b'fullCalcOnLoad="1"' in book
            for position, relation_id in enumerate(_SHEET.findall(book)):
                target = targets.get(relation_id, "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if path in names:
                    found[position] = _marks_of_sheet(archive.read(path), is_pending=is_pending)
    # zipfile raises NotImplementedError for a way to compress that it does not know, RuntimeError for a password.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return {}  # what is wrong with the file is said by the reader of its values
    return found


def _marks_of_sheet(sheet: bytes, *, is_pending: bool) -> _Marks:
    _check_extent(sheet)
    formulas: set[tuple[int, int]] = set()
    lost: dict[tuple[int, int], LostText] = {}
    for position, attributes, inside in _cells(sheet):
        value = _VALUE.search(inside)
        stored = value[1] if value else b""
        if b't="e"' in attributes:
            lost[position] = LostText.of(stored.decode("utf-8", "replace") or "#", *ERROR_VALUE)
        elif _HAS_FORMULA.search(inside):
            if (not stored and b't="str"' not in attributes) or (is_pending and stored == b"0"):
                lost[position] = LostText.of("=…", *_NOT_WORKED_OUT)
        else:
            continue
        if _HAS_FORMULA.search(inside):
            formulas.add(position)
    return frozenset(formulas), lost


def _check_extent(sheet: bytes) -> None:
    """Refuse a sheet with a cell so far away that the cells before it do not fit in memory."""
    rows = max((int(match[1]) for match in _LAST_ROW.finditer(sheet)), default=0)
    columns = max((_column(letters) + 1 for letters in set(_WIDE.findall(sheet))), default=26)
    if rows * columns > _MOST_CELLS:
        raise WorkbookError(
            Message(
                "a sheet of it reaches to row {rows} and column number {columns}: a cell far from the list is filled. Select the rows below and the columns beside the list and delete them",
                rows=f"{rows:,}",
                columns=f"{columns:,}",
            )
        )


def _cells(sheet: bytes) -> Iterator[tuple[tuple[int, int], bytes, bytes]]:
    """Yield position, attributes and content of the cells that hold a formula or an error."""
    if b't="e"' not in sheet and not _HAS_FORMULA.search(sheet):
        return
    for match in _CELL.finditer(sheet):
        reference = _REFERENCE.search(match[1])
        if reference and match[2] is not None:
            yield (int(reference[2]) - 1, _column(reference[1])), match[1], match[2]


def _column(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1
