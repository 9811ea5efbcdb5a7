"""Cells of a file as text, split into headings and rows of data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.problems import Problem
from matcher.tables.read.heading_rows import headings_in_rows
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.odd_rows import note_below, too_long, too_short

HEADER_SEARCH_ROWS = 15
_LEAST_KNOWN = 2


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
    unread : frozenset of int
        Positions of columns that hold no cells, which ``problems`` says.
    heading_row : int
        Spreadsheet row of the headings; 0 where there is none.
    """

    file: str
    headings: list[str]
    records: list[list[str]]
    rows: list[int]
    lines: list[int]
    problems: list[Problem]
    unread: frozenset[int] = frozenset()
    heading_row: int = 0


def header_row(records: Sequence[Sequence[str]], known: KnownHeadings) -> int:
    """Position of the row of headings: the one that knows most, or else the first that is no title.

    Parameters
    ----------
    records : sequence of sequences of str
    known : KnownHeadings
    """
    counts = ((index, sum(bool(cell.strip()) for cell in record)) for index, record in enumerate(records))
    filled = dict(islice(((index, cells) for index, cells in counts if cells), HEADER_SEARCH_ROWS))
    best = max(filled, key=lambda index: known.count(records[index]))
    # One known heading may be a word of the first row of data as well.
    if known.count(records[best]) >= _LEAST_KNOWN:
        return best
    return next(index for index, cells in filled.items() if 2 * cells >= max(filled.values()))


def with_headings(
    file: str,
    records: list[list[str]],
    rows: Sequence[int],
    lines: Sequence[int],
    known: KnownHeadings,
    problems: list[Problem],
    *,
    notes_beside: bool = False,
) -> RawTable:
    """Split off the headings (the first filled row, or a later one that knows more) and even the rows out.

    Parameters
    ----------
    file : str
        Name, for messages.
    records : list of list of str
        Cells, row by row; those of a workbook from its first cell on.
    rows, lines : sequence of int
        Of each record, in a spreadsheet and in a text editor.
    known : KnownHeadings
    problems : list of Problem
        Found so far; more are added.
    notes_beside : bool
        Whether a cell beyond the headings is a note beside the table, as in a workbook, and no separator too many.
    """
    filled = [index for index, record in enumerate(records) if any(cell.strip() for cell in record)]
    header = header_row(records, known)
    cells, last, said = headings_in_rows(file, records, header, rows, known)
    problems.extend(said)
    headings = [" ".join(from_safe_cell(cell).split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    below = [index for index in filled if index > last]
    if notes_beside:
        headings += [""] * (max((len(records[index]) for index in below), default=0) - len(headings))
    width = len(headings)
    # A row at the end with one filled cell is a note below the list: every list needs more than that of a row.
    notes = []
    while below and sum(bool(cell.strip()) for cell in records[below[-1]]) == 1 and len(below) > 1 and width > 2:
        index = below.pop()
        note = next(cell for cell in records[index] if cell.strip())
        notes.append(note_below(file, rows[index], lines[index], note))
    problems += reversed(notes)
    data = RawTable(file, headings, [], [], [], problems, heading_row=rows[header])
    for index in below:
        record = records[index]
        extra = [cell for cell in record[width:] if cell.strip()]
        if extra:
            problems.append(too_long(file, rows[index], lines[index], len(record), width, extra[0]))
        elif len(record) < width and not notes_beside:
            problems.append(too_short(file, rows[index], lines[index], len(record), width))
        data.records.append((record + [""] * (width - len(record)))[:width])
        data.rows.append(rows[index])
        data.lines.append(lines[index])
    return data
