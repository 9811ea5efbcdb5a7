"""Read a file as people send it into cells of text, with the row numbers that its editor shows.

Nothing is interpreted here but the file itself: encoding, separator, sheet, headings.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from matcher.errors import system_reason
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.json_tables import json_records
from matcher.tables.read.ods import is_ods, with_breaks
from matcher.tables.read.raw_table import HEADER_SEARCH_ROWS, RawTable, header_row, with_headings
from matcher.tables.read.workbooks import WorkbookError, WorkbookSheet, merged_problem, read_sheets

_SEPARATORS = (",", ";", "\t", "|")
_MAX_CELL = 10_000_000
EXCEL_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN_MAGIC = {
    b"%PDF": Message("a PDF"),
    b"\x89PNG": Message("a picture"),
    b"\xff\xd8\xff": Message("a picture"),
    b"\x1f\x8b": Message("a gzip archive"),
    b"{\\rtf": Message("an RTF document"),
}
_MARKUP = re.compile(r"\s*<[!?/a-z]|MIME-Version:", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|table|meta|div|style)\b", re.IGNORECASE)
_WORKBOOK_AS_XML = re.compile(r"\s*<\?xml[^>]*>.*?<(?:ss:)?Workbook\b", re.DOTALL)
_SAVE_AS = Message("Save it as CSV (UTF-8), as an Excel workbook (.xlsx) or as Parquet")


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_raw(path: Path, known: KnownHeadings) -> RawTable:
    """Read a CSV, TSV, Excel, OpenDocument or JSON file.

    Parameters
    ----------
    path : Path
    known : KnownHeadings
        Of the table that is wanted: they pick the separator, the sheet and the row of headings.

    Raises
    ------
    UnreadableFileError
        When the file cannot be read at all.
    """
    name, content = path.name, read_content(path)
    if content.startswith(EXCEL_MAGIC):
        return _from_sheets(name, workbook_sheets(name, content), known)
    for magic, what in _FOREIGN_MAGIC.items():
        if content.startswith(magic):
            raise unreadable(name, Message("this is {what}, not a table", what=what), _SAVE_AS, "file_kind")
    text, problems = _decode(name, content)
    if _MARKUP.match(text):
        is_page = _PAGE.search(text[:1000]) and not _WORKBOOK_AS_XML.match(text[:1000])
        what = Message("a web page (HTML)") if is_page else Message("XML")
        raise unreadable(
            name,
            Message("this is {what}, not a table", what=what),
            Message("Open it in Excel or LibreOffice and save it as .xlsx"),
            "file_kind",
        )
    records = json_records(text)
    if records is not None:
        headings = list(dict.fromkeys(heading for record in records for heading in record))
        cells = [headings, *([record.get(heading, "") for heading in headings] for record in records)]
        numbers = list(range(len(cells)))  # there is no row of headings: the first object is row 1
        return with_headings(name, cells, numbers, numbers, known, problems)
    return _from_text(name, text, known, problems)


def read_content(path: Path) -> bytes:
    """Return the bytes of a file; of an OpenDocument spreadsheet with its tabs and line breaks as characters.

    Raises
    ------
    UnreadableFileError
        When there is no such file, it cannot be opened, or there is nothing in it.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise unreadable(
            name, Message("no such file"), Message("Check the path: {path}", path=path), "file_missing"
        ) from None
    except IsADirectoryError:
        raise unreadable(
            name, Message("this is a folder, not a file"), Message("Name the file in it"), "file_missing"
        ) from None
    except OSError as error:
        raise unreadable(
            name,
            Message("the file cannot be opened ({reason})", reason=system_reason(error)),
            Message("Close it elsewhere or check your rights"),
            "file_missing",
        ) from None
    except MemoryError:
        raise unreadable(
            name,
            Message("the file does not fit in memory, in which files of this kind are read whole"),
            Message("Send it as Parquet, or split it"),
            "file_size",
        ) from None
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise unreadable(
            name,
            Message("the file is empty"),
            Message("Send a file with a row of headings and rows below it"),
            "file_empty",
        )
    return with_breaks(content) if is_ods(content) else content


def unreadable(
    file: str, message: str, remedy: str, code: str, row: int | None = None, line: int | None = None
) -> UnreadableFileError:
    """Error for a file that cannot be read as a whole.

    Parameters
    ----------
    file, message, remedy, code : str
        As in :class:`~matcher.tables.problems.Problem`.
    row, line : int or None
        Position of the fault, where it has one.
    """
    return UnreadableFileError(Problem(file, row, None, message, remedy, "error", code, line=line))


def _decode(file: str, content: bytes) -> tuple[str, list[Problem]]:
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
        encodings = ["utf-8"]
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\x00" not in text:
                return text, []
    if encodings == ["utf-8"] and b"\x00" not in content:
        with contextlib.suppress(UnicodeDecodeError):
            return _decode_by_line(file, content)
    raise unreadable(file, Message("this is not a text file in UTF-8, UTF-16 or Windows-1252"), _SAVE_AS, "file_kind")


def _decode_by_line(file: str, content: bytes) -> tuple[str, list[Problem]]:
    """Return a text of which each line is in UTF-8 or in Windows-1252: lists that were put together may hold both."""
    lines = content.splitlines(keepends=True)
    decoded = []
    in_utf8, in_windows = 0, 0
    for number, line in enumerate(lines, start=1):
        try:
            decoded.append(line.decode("utf-8"))
            in_utf8 = in_utf8 or (0 if line.isascii() else number)
        except UnicodeDecodeError:
            decoded.append(line.decode("cp1252"))
            in_windows = in_windows or number
    problems = []
    if in_utf8:
        message = Message(
            "line {in_utf8} is written in UTF-8 and line {in_windows} in Windows-1252; each is read as its own",
            in_utf8=in_utf8,
            in_windows=in_windows,
        )
        remedy = Message("Look whether the letters with accents are right, and save the file as CSV (UTF-8)")
        problems.append(Problem(file, None, None, message, remedy, "warning", "mixed_encoding"))
    return "".join(decoded), problems


def _from_text(file: str, text: str, known: KnownHeadings, problems: list[Problem]) -> RawTable:
    first, _, rest = text.partition("\n")
    skipped = 0
    separators: tuple[str, ...] = _SEPARATORS
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        separators = (first.strip()[4:] or "\t",)  # Excel's own note of the separator, which it does not show as a row
        text, skipped = rest, 1
    separator = _best_separator(text, separators, known)
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    start = 1 + skipped
    try:
        for record in reader:
            records.append(record)
            lines.append(start)
            start = reader.line_num + 1 + skipped
    except csv.Error as error:
        reason = (
            Message("a quotation mark is not closed")
            if "unexpected end" in str(error)
            else Message("the line cannot be read ({error})", error=error)
        )
        row = len(records) + 1
        raise unreadable(
            file,
            reason,
            Message(
                "Look at line {start}: a cell with quotation marks needs them doubled inside and closed behind",
                start=start,
            ),
            "broken_quotes",
            row,
            start if start != row else None,
        ) from None
    return with_headings(file, records, list(range(1, len(records) + 1)), lines, known, problems)


def _best_separator(text: str, separators: Sequence[str], known: KnownHeadings) -> str:
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
        best = max((known.count(record) for record in records[:HEADER_SEARCH_ROWS]), default=0)
        common = max(set(widths), key=widths.count, default=1)
        return best, common if common > 1 else 0

    return max(separators, key=quality)


def workbook_sheets(file: str, content: bytes) -> list[WorkbookSheet]:
    """Every sheet of a workbook, as text, from its first cell on.

    Parameters
    ----------
    file : str
        Name, for messages.
    content : bytes

    Raises
    ------
    UnreadableFileError
        When the workbook cannot be opened.
    """
    try:
        return read_sheets(content)
    except WorkbookError as error:
        raise unreadable(
            file,
            Message("the workbook cannot be opened ({error})", error=error),
            Message("Open it in Excel without a password and save it again as .xlsx"),
            "file_kind",
        ) from None


def _from_sheets(file: str, sheets: list[WorkbookSheet], known: KnownHeadings) -> RawTable:
    """Take the sheet whose row of headings lacks least and is known best, the first of equals; say which others hold such a list."""
    filled = [sheet for sheet in sheets if any(any(cell.strip() for cell in row) for row in sheet.rows)]
    if not filled:
        raise unreadable(
            file,
            Message("the workbook has no filled sheet"),
            Message("Send a sheet with a row of headings and rows below it"),
            "file_empty",
        )
    best = max(filled, key=lambda sheet: max(map(known.completeness, sheet.rows[:HEADER_SEARCH_ROWS])))
    name, records = best.name, best.rows
    label = file if len(filled) == 1 else f"{file}[{name}]"
    problems = [
        Problem(
            label,
            None,
            None,
            Message("the sheet '{other}' holds a list of {name} too, which is left out", other=other, name=known.name),
            Message("Put its rows below those of '{name}', or move the sheet to a file of its own", name=name),
            "warning",
            "other_sheet",
        )
        for other, rows, *_ in filled
        if other != name and any(known.has_required(row) for row in rows[:HEADER_SEARCH_ROWS])
    ]
    numbers = list(range(1, len(records) + 1))
    # A cell beyond the headings is a note beside the table; in a CSV file it is a separator too many.
    header = header_row(records, known)
    if repeated := best.fill_merged(header + 1):
        problems.append(merged_problem(label, records, header, repeated))
    return with_headings(label, records, numbers, numbers, known, problems, notes_beside=True)
