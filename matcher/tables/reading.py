"""Read the tables: from CSV, TSV and Excel files, and from DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.errors import SettingsError, TableError, nearest
from matcher.tables.columns import Nonprofit, Unit
from matcher.tables.parsing import CellError, is_blank, parser_of, tidy
from matcher.tables.problems import Problem, has_errors, log_warnings
from matcher.tables.raw import RawTable, UnreadableFileError, cell_text, read_raw
from matcher.tables.schemas import dtype_of, findings
from matcher.tables.specs import TABLES, ColumnSpec, Kind, TableSpec, fold_heading
from matcher.tables.writing import from_safe_cell

Source = str | Path | pd.DataFrame
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
        The columns that are not known.
    rows, lines : ndarray of shape (n,), int
        Spreadsheet row and text line of each row of the frame.
    headings : dict
        Heading in the file of each known column that was sent.
    """

    name: str
    file: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    passed_through: tuple[str, ...]
    rows: np.ndarray
    lines: np.ndarray
    headings: dict[str, str]

    def problem(
        self, position: int, column: str | None, message: str, remedy: str, severity: Any, code: str
    ) -> Problem:
        """Return a problem about one row of this table."""
        value = None
        if column is not None:
            cell = self.frame[column].iloc[position]
            value = None if pd.isna(cell) else str(cell)
        row, line = int(self.rows[position]), int(self.lines[position])
        heading = self.headings.get(column, column) if column else None
        return Problem(self.file, row, heading, message, remedy, severity, code, value, line if line != row else None)

    def with_problems(self, problems: Sequence[Problem]) -> Table:
        """Return the table with more problems noted."""
        return replace(self, problems=(*self.problems, *problems))


def read_units(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read business units, one row a site.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, TSV or Excel file, or a frame; the caller's frame is not changed.
    columns : mapping of str to str, optional
        Your own headings: heading in the file to column of the table.

    Returns
    -------
    DataFrame
        Columns as in :class:`matcher.tables.columns.Unit`, then those that are not known.

    Raises
    ------
    TableError
        With every error in the file. Warnings go to the log ``matcher``.
    """
    return _public("units", source, columns)


def read_nonprofits(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read nonprofits, one row a site or branch; see :func:`read_units`."""
    return _public("nonprofits", source, columns)


def read_partnerships(source: Source, *, columns: Mappings | None = None) -> pd.DataFrame:
    """Read partnerships, one row a partnership; see :func:`read_units`."""
    return _public("partnerships", source, columns)


def _public(name: str, source: Source, columns: Mappings | None) -> pd.DataFrame:
    table = read_table(name, source, columns)
    if has_errors(table.problems):
        raise TableError(table.problems)
    log_warnings(table.problems)
    return table.frame


def read_table(name: str, source: Source, columns: Mappings | None = None) -> Table:
    """Read a table with all its problems, errors among them; raises nothing for bad input.

    Parameters
    ----------
    name : {"units", "nonprofits", "partnerships"}
    source, columns
        As in :func:`read_units`.
    """
    spec = TABLES[name]
    mapping = _heading_mapping(spec, columns or {})
    if isinstance(source, pd.DataFrame):
        raw_frame, raw = _from_frame(name, source)
    else:
        path = Path(source)
        try:
            raw = read_raw(path, lambda cells: sum(fold_heading(cell) in mapping for cell in set(cells)))
        except UnreadableFileError as failure:
            empty = np.empty(0, dtype=np.int64)
            return Table(name, path.name, _empty_frame(spec), (failure.problem,), (), empty, empty, {})
        raw_frame = pd.DataFrame(raw.records, columns=range(len(raw.headings)), dtype="object")
    return _interpret(name, spec, raw, raw_frame, mapping, guarded=not isinstance(source, pd.DataFrame))


def _heading_mapping(spec: TableSpec, columns: Mappings) -> dict[str, str]:
    mapping = dict(spec.by_heading)
    for heading, column in columns.items():
        if column not in spec.by_name:
            raise SettingsError(
                f"columns: '{heading}' is mapped to '{column}', which is no column of {spec.name}{nearest(column, list(spec.by_name))}"
            )
        # The user's word for a column goes before what we would have guessed for the heading.
        mapping[fold_heading(heading)] = column
    return mapping


def _empty_frame(spec: TableSpec) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(dtype=dtype_of(column)) for column in spec.columns})


def _from_frame(name: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, RawTable]:
    """Return the caller's frame with numbered columns, and an empty raw table that knows its headings and rows."""
    numbers = list(range(1, len(frame) + 1))
    raw = RawTable(f"{name} (DataFrame)", [str(column) for column in frame.columns], [], numbers, numbers, [])
    copy = frame.reset_index(drop=True)
    copy.columns = pd.RangeIndex(copy.shape[1])
    return copy, raw


def _interpret(
    name: str, spec: TableSpec, raw: RawTable, cells: pd.DataFrame, mapping: dict[str, str], *, guarded: bool
) -> Table:
    problems = list(raw.problems)
    position_of, other = _assign_headings(spec, raw, cells, mapping, problems)
    columns: dict[str, pd.Series[Any]] = {}
    findings_found: list[tuple[str, int, str, str, str]] = []
    for column in spec.columns:
        if column.name in position_of:
            series = _untyped(cells[position_of[column.name]], column, guarded=guarded)
        else:
            series = pd.Series([None] * len(cells), dtype="object")
        columns[column.name] = _parse_column(series, column, findings_found)
    frame = pd.DataFrame(columns)
    for heading, position in other.items():
        frame[heading] = _text_column(cells[position], guarded=guarded)
    headings = {column: raw.headings[position] for column, position in position_of.items()}
    table = Table(
        name,
        raw.file,
        frame,
        (),
        tuple(other),
        np.asarray(raw.rows, dtype=np.int64),
        np.asarray(raw.lines, dtype=np.int64),
        headings,
    )
    originals = {column: cells[position] for column, position in position_of.items()}
    if not has_errors(problems):
        unread = {(column, position) for column, position, *_ in findings_found}
        findings_found += [item for item in findings(frame, spec, name) if item[:2] not in unread]
        for column_name, position, message, remedy, code in sorted(findings_found, key=lambda item: (item[1], item[0])):
            problem = table.problem(position, column_name, message, remedy, "error", code)
            value = cell_text(originals[column_name].iloc[position]) if column_name in originals else ""
            problems.append(replace(problem, value=value or None))
        problems += _blank_warnings(table, spec)
        if not len(frame):
            problems.append(
                Problem(
                    raw.file,
                    None,
                    None,
                    "there are headings but no rows",
                    "Send at least one row",
                    "warning",
                    "no_rows",
                )
            )
    _fill_defaults(name, frame)
    return table.with_problems(problems)


def _assign_headings(
    spec: TableSpec, raw: RawTable, cells: pd.DataFrame, mapping: dict[str, str], problems: list[Problem]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the position of every known column and of every other heading."""
    known: dict[str, int] = {}
    other: dict[str, int] = {}
    exact = {fold_heading(heading) for heading in raw.headings}
    for position, heading in enumerate(raw.headings):
        folded = fold_heading(heading)
        column = mapping.get(folded)
        if column is not None and folded != column and column in exact and mapping.get(column) == column:
            column = None  # 'zoekt' beside 'needs': the column's own name wins, the other passes through
        if not heading.strip():
            filled = cells[position].map(lambda cell: bool(cell_text(cell).strip())).any() if len(cells) else False
            if filled:
                problems.append(
                    Problem(
                        raw.file,
                        None,
                        f"number {position + 1}",
                        "the column has content but no heading, so it is left out",
                        "Give it a heading",
                        "warning",
                        "no_heading",
                    )
                )
        elif column is None:
            if heading in other or heading in spec.by_name:
                problems.append(
                    Problem(
                        raw.file,
                        None,
                        heading,
                        "two columns have this heading; the later one is left out",
                        "Rename one of them",
                        "warning",
                        "double_heading",
                    )
                )
            else:
                other[heading] = position
        elif column in known:
            problems.append(
                Problem(
                    raw.file,
                    None,
                    heading,
                    f"this and '{raw.headings[known[column]]}' are both read as the column {column}",
                    "Rename or remove one of them, or say which is meant under [columns] in the settings",
                    "error",
                    "double_heading",
                )
            )
        else:
            known[column] = position
    for column_spec in spec.columns:
        if column_spec.required and column_spec.name not in known:
            found = ", ".join(raw.headings) or "none"
            problems.append(
                Problem(
                    raw.file,
                    None,
                    column_spec.name,
                    f"the column is missing (headings found: {found})",
                    f"Add it: {column_spec.meaning}. If it has another heading, map that under [columns.{_key_of(spec)}] in the settings",
                    "error",
                    "missing_column",
                )
            )
    return known, other


def _key_of(spec: TableSpec) -> str:
    return next(key for key, value in TABLES.items() if value is spec)


def _untyped(series: pd.Series[Any], column: ColumnSpec, *, guarded: bool) -> pd.Series[Any]:
    """Return tidy text cells, None where blank; numbers and booleans of a DataFrame stay as they are where they fit."""
    if (
        column.kind in (Kind.NUMBER, Kind.COUNT)
        and pd.api.types.is_numeric_dtype(series)
        and not pd.api.types.is_bool_dtype(series)
    ):
        return series.astype("float64")
    read = _text_column(series, guarded=guarded)
    blanks = column.kind not in (Kind.ID, Kind.NAME, Kind.COUNTRY)
    tidied = {cell: tidy(cell) for cell in read.dropna().unique()}
    wanted = {cell: None if value == "" or (blanks and is_blank(value)) else value for cell, value in tidied.items()}
    return read.map(wanted).astype("object").where(read.notna(), None)


def _text_column(series: pd.Series[Any], *, guarded: bool) -> pd.Series[Any]:
    """Return cells as text, missing where empty, in files without the guard that our own writer puts before formulas."""
    texts = series.map(
        lambda cell: None if cell is None or cell is pd.NA or cell is pd.NaT else cell_text(cell), na_action=None
    )
    if guarded:
        texts = texts.map(from_safe_cell, na_action="ignore")
    texts = texts.astype("str")
    return texts.mask(texts == "")


def _parse_column(
    series: pd.Series[Any], column: ColumnSpec, found: list[tuple[str, int, str, str, str]]
) -> pd.Series[Any]:
    """Read a column's cells, each distinct one once; what cannot be read is noted and left missing."""
    if series.dtype == "float64":
        if column.kind is Kind.COUNT:
            for position in np.flatnonzero(series.notna() & (series % 1 != 0)):
                found.append(
                    (column.name, int(position), "this is not a whole number", "Write a whole number", "unreadable")
                )
        return series.mask(np.isinf(series))
    parse = parser_of(column)
    values: dict[str, Any] = {}
    broken: dict[str, CellError] = {}
    for cell in series.dropna().unique():
        try:
            values[cell] = parse(cell)
        except CellError as error:
            broken[cell] = error
    if broken:
        for position in np.flatnonzero(series.isin(list(broken))):
            failure = broken[series.iloc[position]]
            found.append((column.name, int(position), str(failure), failure.remedy, "unreadable"))
    parsed = series.map(values)
    dtype = dtype_of(column)
    if dtype == "datetime64[s]":
        return pd.Series(pd.to_datetime(parsed, errors="coerce"), dtype="datetime64[s]")
    if dtype == "str":
        texts = parsed.astype("str")
        return texts.mask(texts == "")
    typed: pd.Series[Any] = parsed.astype(pd.api.types.pandas_dtype(dtype))
    return typed


def _blank_warnings(table: Table, spec: TableSpec) -> list[Problem]:
    return [
        table.problem(
            int(position),
            column.name,
            f"the {column.name} is empty: it counts as unknown",
            "Fill it in if you can; the row stays in",
            "warning",
            f"blank_{column.name}",
        )
        for column in spec.columns
        if column.blank == "warning" and column.name in table.headings
        for position in np.flatnonzero(table.frame[column.name].isna())
    ]


def _fill_defaults(name: str, frame: pd.DataFrame) -> None:
    if name == "nonprofits":
        frame[Nonprofit.ORGANISATION] = frame[Nonprofit.ORGANISATION].fillna(frame[Nonprofit.NAME])
    elif name == "units":
        frame[Unit.COMPANY] = frame[Unit.COMPANY].astype("str")
