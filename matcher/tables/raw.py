"""Read a file as people send it into cells of text, with the row numbers that its editor shows.

Nothing is interpreted here but the file itself: encoding, separator, sheet, headings.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.tables.problems import Problem

_SEPARATORS = (",", ";", "\t", "|")
_MAX_CELL = 10_000_000
_HEADER_SEARCH_ROWS = 15
_EXCEL_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
}
_SAVE_AS = "Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)"

HeadingScore = Callable[[Sequence[str]], int]


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class RawTable:
    """Cells of a file as text.

    Attributes
    ----------
    file : str
        Name to show in messages.
    headings : list of str
        As they stand in the file.
    records : list of list of str
        One a data row, as long as ``headings``; rows without any content are left out.
    rows : list of int
        Spreadsheet row of each record.
    lines : list of int
        Line of each record in a text editor; the same as ``rows`` for a workbook.
    problems : list of Problem
    """

    file: str
    headings: list[str]
    records: list[list[str]]
    rows: list[int]
    lines: list[int]
    problems: list[Problem]


def read_raw(path: Path, heading_score: HeadingScore) -> RawTable:
    """Read a CSV, TSV or Excel file.

    Parameters
    ----------
    path : Path
    heading_score : callable
        Says how many of some cells are headings of the table that is wanted: it picks the separator, the sheet
        and the row of headings.

    Raises
    ------
    UnreadableFileError
        When the file cannot be read at all.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(name, "no such file", f"Check the path: {path}", "file_missing") from None
    except IsADirectoryError:
        raise _unreadable(name, "this is a folder, not a file", "Name the file in it", "file_missing") from None
    except OSError as error:
        raise _unreadable(
            name,
            f"the file cannot be opened ({error.strerror})",
            "Close it elsewhere or check your rights",
            "file_missing",
        ) from None
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise _unreadable(
            name, "the file is empty", "Send a file with a row of headings and rows below it", "file_empty"
        )
    if content.startswith(_EXCEL_MAGIC):
        return _from_sheets(name, _sheets(name, content), heading_score)
    for magic, what in _FOREIGN_MAGIC.items():
        if content.startswith(magic):
            raise _unreadable(name, f"this is {what}, not a table", _SAVE_AS, "file_kind")
    return _from_text(name, _decode(name, content), heading_score)


def _unreadable(file: str, message: str, remedy: str, code: str, row: int | None = None) -> UnreadableFileError:
    return UnreadableFileError(Problem(file, row, None, message, remedy, "error", code))


def _decode(file: str, content: bytes) -> str:
    """Return the text: a byte order mark decides, then UTF-16 by its zero bytes, then UTF-8, then Windows-1252."""
    if content.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content[:4000:2].count(0) > len(content[:4000:2]) / 3:
        encodings = ["utf-16-be"]
    elif content[1:4000:2].count(0) > len(content[1:4000:2]) / 3:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _unreadable(file, "this is not a text file in UTF-8, UTF-16 or Windows-1252", _SAVE_AS, "file_kind")


def _from_text(file: str, text: str, heading_score: HeadingScore) -> RawTable:
    first, _, rest = text.partition("\n")
    skipped = 0
    separators: tuple[str, ...] = _SEPARATORS
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        separators = (first.strip()[4:] or "\t",)  # Excel's own note of the separator
        text, skipped = rest, 1
    separator = _best_separator(text, separators, heading_score)
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for record in reader:
            records.append(record)
            lines.append(start + skipped)
            start = reader.line_num + 1
    except csv.Error as error:
        reason = (
            "a quotation mark is not closed" if "unexpected end" in str(error) else f"the line cannot be read ({error})"
        )
        raise _unreadable(
            file,
            reason,
            f"Look at line {start + skipped}: a cell with quotation marks needs them doubled inside and closed behind",
            "broken_quotes",
            len(records) + 1 + skipped,
        ) from None
    rows = [number + skipped for number in range(1, len(records) + 1)]
    return _with_headings(file, records, rows, lines, heading_score)


def _best_separator(text: str, separators: Sequence[str], heading_score: HeadingScore) -> str:
    """Return the separator that finds the most known headings, then the most cells of one width."""
    sample = text[:50_000]

    def quality(separator: str) -> tuple[int, int]:
        try:
            records = [
                record
                for record, _ in zip(
                    csv.reader(io.StringIO(sample, newline=""), delimiter=separator), range(30), strict=False
                )
            ]
        except csv.Error:
            return 0, 0
        widths = [len(record) for record in records if record]
        best = max((heading_score(record) for record in records[:_HEADER_SEARCH_ROWS]), default=0)
        common = max(set(widths), key=widths.count, default=1)
        return best, common if common > 1 else 0

    return max(separators, key=quality)


def _sheets(file: str, content: bytes) -> list[tuple[str, list[list[str]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = [
            (
                sheet,
                [
                    [cell_text(cell) for cell in row]
                    for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
                ],
            )
            for sheet in book.sheet_names
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise _unreadable(
            file,
            f"the workbook cannot be opened ({error})",
            "Open it in Excel without a password and save it again as .xlsx",
            "file_kind",
        ) from None
    return found


def cell_text(value: object) -> str:
    """Return a cell's value as text: ``3.0`` as ``3``, dates in ISO form, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat(sep=" ")
    return str(value)


def _from_sheets(file: str, sheets: list[tuple[str, list[list[str]]]], heading_score: HeadingScore) -> RawTable:
    """Take the sheet whose rows of headings are known best; the first of equals."""
    filled = [(name, rows) for name, rows in sheets if any(any(cell.strip() for cell in row) for row in rows)]
    if not filled:
        raise _unreadable(
            file,
            "the workbook has no filled sheet",
            "Send a sheet with a row of headings and rows below it",
            "file_empty",
        )
    name, records = max(filled, key=lambda item: max(heading_score(row) for row in item[1][:_HEADER_SEARCH_ROWS]))
    numbers = list(range(1, len(records) + 1))
    label = file if len(filled) == 1 else f"{file}[{name}]"
    return _with_headings(label, records, numbers, numbers, heading_score)


def _with_headings(
    file: str, records: list[list[str]], rows: list[int], lines: list[int], heading_score: HeadingScore
) -> RawTable:
    """Split off the row of headings (the first filled one, or a later one that knows more) and even the rows out."""
    filled = [index for index, record in enumerate(records) if any(cell.strip() for cell in record)]
    header = max(filled[:_HEADER_SEARCH_ROWS], key=lambda index: heading_score(records[index]))
    headings = [" ".join(cell.split()) for cell in records[header]]
    while headings and not headings[-1]:
        headings.pop()
    problems: list[Problem] = []
    data = RawTable(file, headings, [], [], [], problems)
    width = len(headings)
    for index in filled:
        if index <= header:
            continue
        record = records[index]
        extra = [cell for cell in record[width:] if cell.strip()]
        if extra:
            line = lines[index] if lines[index] != rows[index] else None
            problems.append(
                Problem(
                    file,
                    rows[index],
                    None,
                    f"the row has {len(record)} cells where the headings have {width}",
                    "Put quotation marks around a cell that holds the separator, or give the column a heading",
                    "error",
                    "row_too_long",
                    extra[0],
                    line,
                )
            )
        data.records.append((record + [""] * (width - len(record)))[:width])
        data.rows.append(rows[index])
        data.lines.append(lines[index])
    return data
