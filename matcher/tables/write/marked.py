"""A copy of a list in which the cells with a problem are coloured, with a comment and with a sheet that lists them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from matcher.i18n.language import Language
from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.problems import Problem
from matcher.tables.read.raw import EXCEL_MAGIC, read_content, read_raw, workbook_sheets
from matcher.tables.read.tables import Table, known_headings
from matcher.tables.write.problem_sheet import ERROR, NOTE, WARNING, add_list_of_problems, colour_of

_TEXT = "FF000000"
_MOST_COMMENTS = 2_000
"""Comments of a workbook; the cells beyond are coloured only, since every comment is drawn when the file is opened."""
_MOST_IN_COMMENT = 5
_COMMENT_WIDTH, _LINE_HEIGHT, _LINE_LETTERS = 380, 19, 48
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f([^>]*)>(.*?)</f><v\s*(?:/>|>\s*</v>)</c>', re.DOTALL)

_Marks = Mapping[tuple[int, int], Sequence[Problem]]


def marked_workbook(
    path: Path,
    tables: Sequence[Table],
    problems: Iterable[Problem],
    columns: Mapping[str, Mapping[str, str]],
    language: Language,
    read_as: Sequence[str] = (),
) -> bytes:
    """Workbook with the problems of the tables that were read from a file; values and formulas stay as they were.

    A file of another kind than .xlsx becomes a workbook with its cells as text.

    Parameters
    ----------
    path : Path
        The file.
    tables : sequence of Table
        Those that were read from it.
    problems : iterable of Problem
        Of any files.
    columns : mapping of str to mapping of str to str
        The user's own headings, by table.
    language : Language
        Of the comments.
    read_as : sequence of str
        How headings and words of the file were read, a line each.
    """
    found = list(problems)
    book, values = _opened(path)
    if book is None:
        book = _rebuilt(path, tables, columns)
    sheets = {table.file: _sheet_of(book, table) for table in tables}
    marks = {
        table.file: _marks(table, [problem for problem in found if problem.file == table.file]) for table in tables
    }
    cells: dict[Problem, Any] = {}
    for file, sheet in sheets.items():
        cells |= _mark(sheet, marks[file], language)
    add_list_of_problems(book, [problem for problem in found if problem.file in sheets], cells, language, read_as)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue() if values is None else _with_values(content.getvalue(), book, values)


def _opened(path: Path) -> tuple[Any, Any]:
    """Workbook to mark, and the same with the values of its formulas; None for a file that is no .xlsx."""
    import openpyxl

    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return None, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that have no bearing on the cells
            book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
            return book, openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (
        Exception
    ):  # whatever the library makes of a file that its reader could open: an .ods, or one that is not quite sound
        return None, None


def _rebuilt(path: Path, tables: Sequence[Table], columns: Mapping[str, Mapping[str, str]]) -> Any:
    """New workbook with the cells of a file as text, in the rows in which a spreadsheet shows them."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    content = read_content(path)
    if content.startswith(EXCEL_MAGIC):
        for found in workbook_sheets(path.name, content):
            sheet = book.create_sheet(found.name)
            for row, cells in enumerate(found.rows, start=1):
                _write_row(sheet, row, cells)
        return book
    for table in tables:
        sheet = book.create_sheet(table.name)
        if table.heading_row:
            raw = read_raw(path, known_headings(table.name, columns.get(table.name)))
            headings, records = raw.headings, zip(raw.rows, raw.records, strict=True)
        else:  # Parquet, whose rows are counted from the first of data
            headings = [use.heading for use in table.heading_uses]
            records = zip((table.rows + 1).tolist(), _texts(table, headings), strict=True)
        _write_row(sheet, max(table.heading_row, 1), headings)
        for number, record in records:
            _write_row(sheet, number, record)
    return book


def _texts(table: Table, headings: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of a table row by row, in the order of its headings."""
    uses = {use.heading: use.columns[0] if use.columns else use.heading for use in table.heading_uses}
    for position in range(len(table.frame)):
        yield [
            table.cell_shown(position, uses[heading]) or str(table.frame[uses[heading]].iloc[position])
            if uses[heading] in table.frame
            else ""
            for heading in headings
        ]


def _write_row(sheet: Any, row: int, cells: Sequence[str]) -> None:
    for column, text in enumerate(cells, start=1):
        if text:
            cell = sheet.cell(row, column)
            cell.value, cell.data_type = _without_controls(from_safe_cell(text)), "s"  # a text, whatever it looks like


def _without_controls(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _sheet_of(book: Any, table: Table) -> Any:
    named = table.file[table.file.rindex("[") + 1 : -1] if table.file.endswith("]") else table.name
    if named in book.sheetnames:
        return book[named]
    filled = [sheet for sheet in book.worksheets if sheet.max_row > 1 or sheet.max_column > 1]
    return filled[0] if filled else book.worksheets[0]


def _marks(table: Table, problems: Iterable[Problem]) -> dict[tuple[int, int], list[Problem]]:
    """Problems by row and column of their cell, from 1; those of a whole file or column at its heading."""
    positions = {use.heading: use.position + 1 for use in reversed(table.heading_uses)}
    for use in table.heading_uses:
        positions |= {column: use.position + 1 for column in use.columns if column not in positions}
    first = min(positions.values(), default=1)
    top = max(table.heading_row, 1)
    offset = 0 if table.heading_row else 1
    marks: dict[tuple[int, int], list[Problem]] = {}
    for problem in problems:
        row = top if problem.row is None else problem.row + offset
        columns = [positions[name] for name in (problem.column or "").split(", ") if name in positions]
        marks.setdefault((row, positions.get(problem.column or "", columns[0] if columns else first)), []).append(
            problem
        )
    return marks


def _mark(sheet: Any, marks: _Marks, language: Language) -> dict[Problem, Any]:
    """Colour cells and comment on them, and return the cell of each problem."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fills = {colour: PatternFill("solid", fgColor=colour, bgColor=colour) for colour in (ERROR, WARNING, NOTE)}
    cells: dict[Problem, Any] = {}
    for number, ((row, column), problems) in enumerate(sorted(marks.items(), key=_weight)):
        cell = sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            cell = next(
                sheet.cell(area.min_row, area.min_col) for area in sheet.merged_cells if cell.coordinate in area
            )
        font = copy(cell.font)
        font.color = _TEXT  # headings may be white on a dark ground
        cell.font = font
        cell.fill = fills[min(map(colour_of, problems), key=(ERROR, WARNING, NOTE).index)]
        cells |= dict.fromkeys(problems, cell)
        if number >= _MOST_COMMENTS:
            continue
        said = [problem.fault_in(language) for problem in problems[:_MOST_IN_COMMENT]]
        text = "\n".join([*([cell.comment.text] if cell.comment else []), *said])
        comment = Comment(_without_controls(text), "matcher")
        lines = sum(1 + len(line) // _LINE_LETTERS for line in text.split("\n"))
        comment.width, comment.height = _COMMENT_WIDTH, _LINE_HEIGHT * (lines + 1)
        cell.comment = comment
    return cells


def _weight(mark: tuple[tuple[int, int], Sequence[Problem]]) -> tuple[bool, tuple[int, int]]:
    """Cells with an error first, so that they have their comment."""
    return not any(problem.is_error for problem in mark[1]), mark[0]


def _with_values(content: bytes, book: Any, values: Any) -> bytes:
    """Workbook in which cells with a formula hold the value that they had, which the library leaves out."""
    written = io.BytesIO()
    paths = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(book.sheetnames, start=1)}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as result:
        for entry in archive.infolist():
            part = archive.read(entry)
            if paths.get(entry.filename) in values.sheetnames:
                sheet = values[paths[entry.filename]]
                text = _FORMULA.sub(lambda found, sheet=sheet: _with_value(found, sheet), part.decode("utf-8"))  # type: ignore[misc]
                part = text.encode("utf-8")
            result.writestr(entry, part)
    return written.getvalue()


def _with_value(found: re.Match[str], sheet: Any) -> str:
    cell = sheet[found[1]]
    value = cell.value
    if value is None:
        return found[0]
    if isinstance(value, bool):
        kind, shown = ' t="b"', str(int(value))
    elif isinstance(value, (int, float)):
        kind, shown = "", repr(value)
    elif isinstance(value, str):
        kind, shown = (' t="e"' if cell.data_type == "e" else ' t="str"'), escape(value)
    else:
        from openpyxl.utils.datetime import to_excel

        kind, shown = "", repr(to_excel(value))
    return f'<c r="{found[1]}"{found[2]}{kind}><f{found[3]}>{found[4]}</f><v>{shown}</v></c>'
