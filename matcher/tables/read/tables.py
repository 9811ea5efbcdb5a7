"""Read the tables: from CSV, TSV, Excel and Parquet files, and from DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.compute import collection_paused
from matcher.tables.problems import Problem, TableError, has_errors, log_warnings
from matcher.tables.read.cell_values import LostText
from matcher.tables.read.cells import Cells, read_column, text_column, texts_of
from matcher.tables.read.choices import choice_columns, without_choices
from matcher.tables.read.codes import codes_of, codes_problem
from matcher.tables.read.frames import as_frame
from matcher.tables.read.headings import HeadingUse, KnownHeadings, assign_headings
from matcher.tables.read.other_table import other_table_problem
from matcher.tables.read.parquet import ParquetCells, is_parquet
from matcher.tables.read.raw import UnreadableFileError, read_raw
from matcher.tables.read.raw_table import RawTable
from matcher.tables.read.row_checks import cell_problems, no_rows, row_warnings
from matcher.tables.read.table import Table as Table
from matcher.tables.read.text_columns import is_text_column, missing_texts
from matcher.tables.schema.columns import Nonprofit
from matcher.tables.schema.specs import ColumnSpec
from matcher.tables.schema.tables import READABLE

Source = str | Path | Any
"""A file, or a table in memory; see :func:`matcher.tables.read.frames.as_frame`."""
Mappings = Mapping[str, str]


def read_units(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read business units, one row a site.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, TSV, Excel or Parquet file, or a frame; the caller's frame is not changed. All of it is read into memory.
    columns : mapping of str to str, optional
        Your own headings: heading in the file to column of the table.

    Returns
    -------
    DataFrame
        Columns as in :class:`matcher.tables.schema.columns.Unit`, then those that are not known.

    Raises
    ------
    TableError
        With every error in the file. Warnings go to the log ``matcher``.
    """
    return _checked_frame("units", source, columns)


def read_nonprofits(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read nonprofits, one row for each site or branch.

    Parameters
    ----------
    source, columns
        As in :func:`read_units`.
    """
    return _checked_frame("nonprofits", source, columns)


def read_partnerships(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read partnerships, one row for each.

    Parameters
    ----------
    source, columns
        As in :func:`read_units`.
    """
    return _checked_frame("partnerships", source, columns)


def _checked_frame(name: str, source: Source, columns: Mappings | None) -> pd.DataFrame:
    table = read_table(name, source, columns)
    if has_errors(table.problems):
        raise TableError(table.problems)
    log_warnings(table.problems)
    return table.frame


@collection_paused()
def read_table(
    name: str, source: Source, columns: Mappings | None = None, extra_columns: Sequence[ColumnSpec] = ()
) -> Table:
    """Read a table with all its problems, errors among them; raises nothing for bad input.

    Parameters
    ----------
    name : {"units", "nonprofits", "partnerships"}
    source, columns
        As in :func:`read_units`.
    extra_columns : sequence of ColumnSpec
        Columns beyond those of the schema.
    """
    known = known_headings(name, columns, extra_columns)
    if not isinstance(source, str | Path):
        return _from_frame(known, as_frame(source))
    path = source if isinstance(source, Path) else Path(source)
    try:
        if is_parquet(path):
            return _from_parquet(known, path)
        raw = read_raw(path, known)
    except UnreadableFileError as failure:
        return unread_table(known, path, failure.problem)
    cells: list[Cells] = [list(column) for column in zip(*raw.records, strict=True)]
    return interpret(known, raw, cells or [[] for _ in raw.headings], remove_guards=True)


def known_headings(
    name: str, columns: Mappings | None = None, extra_columns: Sequence[ColumnSpec] = ()
) -> KnownHeadings:
    """Headings of a table that can be read.

    Parameters
    ----------
    name : {"units", "nonprofits", "partnerships", "pairs"}
    columns, extra_columns
        As in :func:`read_table`.

    Raises
    ------
    SettingsError
        When a heading is mapped to a column that is none.
    """
    return KnownHeadings.of(name, READABLE[name].with_columns(extra_columns), columns or {})


def unread_table(known: KnownHeadings, path: Path, problem: Problem) -> Table:
    """Table of a file that could not be read: no rows, and one problem.

    Parameters
    ----------
    known : KnownHeadings
    path : Path
    problem : Problem
    """
    return interpret(known, RawTable(path.name, [], [], [], [], []), []).only_with(problem)


def _from_parquet(known: KnownHeadings, path: Path) -> Table:
    with closing(ParquetCells(path, known)) as source:
        rows = source.whole()
        return interpret(known, rows.raw(source), rows.columns, remove_guards=True)


def _from_frame(known: KnownHeadings, frame: pd.DataFrame) -> Table:
    # A frame that was read before has every column of the table: one that only passes through was not sent if blank.
    blank = {column.name for column in known.spec.columns if column.passes_through and column.name in frame.columns}
    frame = frame.drop(columns=[name for name in blank if frame[name].isna().to_numpy().all()])
    numbers = list(range(1, len(frame) + 1))
    headings = [str(column) for column in frame.columns]
    raw = RawTable(f"{known.name} (DataFrame)", headings, [], numbers, numbers, [])
    rows = frame.reset_index(drop=True)
    return interpret(known, raw, [rows.iloc[:, position] for position in range(rows.shape[1])])


def interpret(known: KnownHeadings, raw: RawTable, columns: Sequence[Cells], *, remove_guards: bool = False) -> Table:
    """Return the table that stands in some columns of cells, with everything that is wrong with it.

    Parameters
    ----------
    known : KnownHeadings
    raw : RawTable
        Its headings, row numbers and problems; its records are not looked at.
    columns : sequence of cells
        One a heading, as long as ``raw.rows``.
    remove_guards : bool
        For cells of a file; see :func:`matcher.tables.read.cells.texts_of`.
    """
    spec = known.spec
    questions = choice_columns(raw.headings, known)
    left = without_choices(raw.headings, questions)
    assigned = assign_headings(
        raw.file,
        left,
        known,
        lambda position: texts_of(columns[position]) if left[position] == raw.headings[position] else (),
        frozenset(position for question in questions for position in question.others),
    )
    for positions in (assigned.known, assigned.other):
        for heading in [heading for heading, position in positions.items() if position in raw.unread]:
            del positions[heading]
    cells = {column: columns[position] for column, position in assigned.known.items()}
    headings = {column: raw.headings[position] for column, position in assigned.known.items()}
    notes = list(assigned.problems)
    uses = assigned.uses(left, known)
    for question in questions:
        name = question.column.name
        cells[name] = question.joined(columns, cells.get(name))
        headings.setdefault(name, question.question)
        notes += question.unread(raw.file, raw.headings, raw.rows, columns)
        uses += tuple(HeadingUse(raw.headings[position], position, (name,)) for position in question.choices)
    if spec.by_name[spec.id_column].unique and spec.id_column not in cells and Nonprofit.NAME in cells:
        cells[spec.id_column] = codes_of(texts_of(cells[Nonprofit.NAME], remove_guards=remove_guards), raw.rows)
        headings[spec.id_column] = spec.id_column
        notes = [note for note in notes if (note.code, note.column) != ("missing_column", spec.id_column)]
        notes.append(codes_problem(raw.file, spec.id_column, headings[Nonprofit.NAME]))
    if raw.headings and (other := other_table_problem(raw.file, raw.headings, known)) is not None:
        notes = [
            other,
            *(note for note in notes if not other.is_error or note.code not in ("missing_column", "codes_made")),
        ]
    unsent = missing_texts(len(raw.rows))
    read = {
        column.name: read_column(cells.get(column.name, unsent), column, remove_guards=remove_guards)
        for column in spec.columns
    }
    known_columns = {column: series for column, (series, _) in read.items()}
    others = {
        heading: text_column(columns[position], remove_guards=remove_guards)
        for heading, position in assigned.other.items()
    }
    frame = pd.DataFrame({**known_columns, **others})
    for heading, position in assigned.other.items():
        notes += _lost_cells(raw, heading, columns[position])
    table = Table(
        known.name,
        raw.file,
        frame,
        (*raw.problems, *notes),
        (*(column.name for column in spec.columns if column.passes_through and column.name in cells), *assigned.other),
        np.asarray(raw.rows, dtype=np.int64),
        np.asarray(raw.lines, dtype=np.int64),
        headings,
        cells,
        heading_row=raw.heading_row,
        heading_uses=tuple(sorted(uses, key=lambda use: use.position)),
    )
    unread = [finding for _, findings_in_column in read.values() for finding in findings_in_column]
    # In a row that is too long the cells are shifted: nothing can be said about each of them.
    shifted = {problem.row for problem in raw.problems if problem.code == "row_too_long"}
    found = cell_problems(table, spec, unread) + row_warnings(table, spec)
    found = [problem for problem in found if problem.row not in shifted]
    table = table.with_problems(found + no_rows(table))
    _fill_defaults(known.name, frame)
    return table


def _lost_cells(raw: RawTable, heading: str, cells: Cells) -> list[Problem]:
    """Cells of a column that is not known whose value the file does not hold; they are blank in results."""
    return [
        Problem(raw.file, raw.rows[at], heading, cell.message, cell.remedy, "warning", cell.code, cell)
        for at, cell in enumerate(() if is_text_column(cells) else cells)
        if isinstance(cell, LostText)
    ]


def _fill_defaults(name: str, frame: pd.DataFrame) -> None:
    if name == "nonprofits":
        frame[Nonprofit.ORGANISATION] = frame[Nonprofit.ORGANISATION].fillna(frame[Nonprofit.NAME])
