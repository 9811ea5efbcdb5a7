"""Read the tables: from CSV, TSV, Excel and Parquet files, and from DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from matcher.messages import ByLanguage, Message
from matcher.tables.problems import Finding, Problem, TableError, has_errors, log_warnings
from matcher.tables.read.cell_values import LostText
from matcher.tables.read.cells import Cells, cell_text, read_column, text_column, texts_of
from matcher.tables.read.codes import codes_of, codes_problem
from matcher.tables.read.frames import as_frame
from matcher.tables.read.headings import KnownHeadings, assign_headings
from matcher.tables.read.parquet import ParquetCells, is_parquet
from matcher.tables.read.raw import RawTable, UnreadableFileError, read_raw
from matcher.tables.schema.checks import findings
from matcher.tables.schema.columns import Nonprofit, Partnership
from matcher.tables.schema.specs import ColumnSpec, TableSpec
from matcher.tables.schema.tables import READABLE

Source = str | Path | Any
"""A file, or a table in memory; see :func:`matcher.tables.read.frames.as_frame`."""
Mappings = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes
    ----------
    name : str
        ``units``, ``nonprofits`` or ``partnerships``.
    file : str
        Where it came from, to show in messages.
    frame : DataFrame
        Range index, in the order of the file. Every column of the spec is there, missing where it was not sent;
        columns that are not known follow as text, untouched.
    problems : tuple of Problem
    passed_through : tuple of str
        Columns that results show as they are: those that nothing else uses, and those that are not known.
    rows, lines : ndarray of shape (n,), int
        Spreadsheet row and text line of each row of the frame.
    headings : dict
        Heading in the file of each known column that was sent.
    cells : dict
        Its cells as they came, to show in messages.
    not_on_page : frozenset of str
        Columns among those passed through that hold contact details of persons.
    """

    name: str
    file: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    passed_through: tuple[str, ...]
    rows: np.ndarray
    lines: np.ndarray
    headings: dict[str, str]
    cells: dict[str, Cells] = field(default_factory=dict, repr=False)
    not_on_page: frozenset[str] = frozenset()

    def problem(
        self,
        position: int,
        column: str | None,
        message: str,
        remedy: str,
        severity: Literal["error", "warning"],
        code: str,
    ) -> Problem:
        """Problem of one row of this table.

        Parameters
        ----------
        position : int
            Of the row in the frame.
        column : str or None
        message, remedy : str
        severity : {"error", "warning"}
        code : str
        """
        value = None if column is None else self.cell_shown(position, column)
        row, line = int(self.rows[position]), int(self.lines[position])
        heading = self.headings.get(column, column) if column else None
        return Problem(self.file, row, heading, message, remedy, severity, code, value, line if line != row else None)

    def cell_shown(self, position: int, column: str) -> str | None:
        """Content of a cell in the file, None where it is empty.

        Parameters
        ----------
        position : int
            Of the row in the frame.
        column : str
        """
        cells = self.cells.get(column)
        if cells is None:
            return None
        return cell_text(cells.iloc[position] if isinstance(cells, pd.Series) else cells[position]) or None

    def with_problems(self, problems: Sequence[Problem]) -> Table:
        """Return the table with more problems noted."""
        return replace(self, problems=(*self.problems, *problems))

    def only_with(self, problem: Problem) -> Table:
        """Return the table with one problem only: that of a file that could not be read."""
        return replace(self, problems=(problem,))


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
    path = Path(source)
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
    assigned = assign_headings(raw.file, raw.headings, known, lambda position: texts_of(columns[position]))
    for positions in (assigned.known, assigned.other):
        for heading in [heading for heading, position in positions.items() if position in raw.unread]:
            del positions[heading]
    cells = {column: columns[position] for column, position in assigned.known.items()}
    headings = {column: raw.headings[position] for column, position in assigned.known.items()}
    notes = list(assigned.problems)
    if spec.by_name[spec.id_column].unique and spec.id_column not in cells and Nonprofit.NAME in cells:
        cells[spec.id_column] = codes_of(texts_of(cells[Nonprofit.NAME], remove_guards=remove_guards), raw.rows)
        headings[spec.id_column] = spec.id_column
        notes = [note for note in notes if (note.code, note.column) != ("missing_column", spec.id_column)]
        notes.append(codes_problem(raw.file, spec.id_column, headings[Nonprofit.NAME]))
    unsent: Cells = [None] * len(raw.rows)
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
    )
    unread = [finding for _, findings_in_column in read.values() for finding in findings_in_column]
    # In a row that is too long the cells are shifted: nothing can be said about each of them.
    shifted = {problem.row for problem in raw.problems if problem.code == "row_too_long"}
    found = _cell_problems(table, spec, unread) + _row_warnings(table, spec)
    found = [problem for problem in found if problem.row not in shifted]
    table = table.with_problems(found + _no_rows(table))
    _fill_defaults(known.name, frame)
    return table


def _lost_cells(raw: RawTable, heading: str, cells: Cells) -> list[Problem]:
    """Cells of a column that is not known whose value the file does not hold; they are blank in results."""
    return [
        Problem(raw.file, raw.rows[at], heading, cell.message, cell.remedy, "warning", cell.code, cell)
        for at, cell in enumerate(cells)
        if isinstance(cell, LostText)
    ]


def _cell_problems(table: Table, spec: TableSpec, unread: list[Finding]) -> list[Problem]:
    """Return the cells that could not be read and those that break the schema, row by row."""
    seen = {(finding.column, finding.position) for finding in unread if finding.severity == "error"}
    breaches = findings(table.frame, spec)
    for breach in breaches:
        if breach.severity == "warning":
            table.frame.loc[breach.position, breach.column] = np.nan
    found = unread + [finding for finding in breaches if (finding.column, finding.position) not in seen]
    return [
        table.problem(finding.position, finding.column, finding.message, finding.remedy, finding.severity, finding.code)
        for finding in sorted(found, key=lambda finding: (finding.position, finding.column))
        if finding.column in table.headings  # a column that was not sent is one error, not one a row
    ]


def _row_warnings(table: Table, spec: TableSpec) -> list[Problem]:
    blanks = [
        table.problem(
            int(position),
            column.name,
            Message(
                "the {name} is empty: it counts as unknown",
                name=ByLanguage(
                    column.name, {code: label.lower() for code, label in column.labels.items() if code != "en"}
                ),
            ),
            Message("Fill it in if you can; the row stays in"),
            "warning",
            f"blank_{column.name}",
        )
        for column in spec.columns
        if column.blank == "warning" and column.name in table.headings
        for position in np.flatnonzero(table.frame[column.name].isna())
    ]
    if table.name != "partnerships":
        return blanks
    backwards = table.frame[Partnership.ENDED_ON] < table.frame[Partnership.STARTED_ON]
    return blanks + [
        table.problem(
            int(position),
            Partnership.ENDED_ON,
            Message("the partnership ends before it starts"),
            Message("Correct one of the two dates; the row stays in"),
            "warning",
            "ends_before_start",
        )
        for position in np.flatnonzero(backwards)
    ]


def _no_rows(table: Table) -> list[Problem]:
    if len(table.frame) or has_errors(table.problems):
        return []
    return [
        Problem(
            table.file,
            None,
            None,
            Message("there are headings but no rows"),
            Message("Send at least one row"),
            "warning",
            "no_rows",
        )
    ]


def _fill_defaults(name: str, frame: pd.DataFrame) -> None:
    if name == "nonprofits":
        frame[Nonprofit.ORGANISATION] = frame[Nonprofit.ORGANISATION].fillna(frame[Nonprofit.NAME])
