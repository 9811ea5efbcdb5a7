"""Versions of lists: what is wrong with each, how it was read, what changed since the one before, and mending."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Max

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.jobs.inputs import read_inputs
from matcher.jobs.match import example_files
from matcher.messages import Message
from matcher.tables.data import Tables
from matcher.tables.problems import Problem, TableError
from matcher.tables.read.cells import texts_of
from matcher.tables.read.parquet import ParquetCells, is_parquet
from matcher.tables.read.raw import UnreadableFileError, read_raw
from matcher.tables.read.raw_table import RawTable
from matcher.tables.read.tables import Table, known_headings
from matcher.tables.schema.tables import TABLES
from matcher.tables.write.files import write_bytes_atomic
from matcher.tables.write.workbooks import BookWriter
from matcher.workspace.inputs import current_settings, named_paths, settings_of
from matcher.workspace.kept_readings import Readings, rewritten_cells
from matcher.workspace.models import Account, Job, ListVersion, Preferences

_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".ods", ".parquet", ".json", ".geojson"})
_TOO_LARGE = message("{name} is larger than {most} MB. Split it, or have the limit raised")
_TOO_LONG = message("{name} has {rows} rows, and {most} are allowed. Split it, or have the limit raised")
_OTHER_SUFFIX = message("{name}: a file of this kind is not read. Send CSV, Excel, OpenDocument or Parquet")
_NO_CELL = message("There is no row {row} with a column {column} to mend")
_STANDS_FOR_MANY = 5_000
_KEPT = ("personal", "headings", "readings", "kept_apart")
"""What the next version of a list takes over."""


@dataclass(frozen=True)
class RowChanges:
    """Rows that were added, gone and changed since the version before.

    Attributes
    ----------
    added, gone : list of (str, str)
        Id and name.
    changed : list of (str, str, list of (str, str, str))
        Id, name, and for each cell its column, what it was and what it is.
    """

    added: list[tuple[str, str]]
    gone: list[tuple[str, str]]
    changed: list[tuple[str, str, list[tuple[str, str, str]]]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.gone or self.changed)


def read_version(version: ListVersion) -> tuple[Table, list[Problem]]:
    """Read a version, and check it against the other lists in use.

    Returns
    -------
    (Table, list of Problem)
        The problems are those of this list.
    """
    table = version.table
    # Beside a list of one's own the example still shows how a list that is needed is read together with another.
    lists = {
        name: found
        for name, spec in TABLES.items()
        if (found := ListVersion.usable(name) if spec.is_required else ListVersion.in_use(name)) is not None
    } | {table: version}
    files = named_paths(lists)
    settings = settings_of(current_settings(), lists)
    if all(name in files for name, spec in TABLES.items() if spec.is_required):
        tables: Tables = read_inputs(files, settings)
        return tables.by_name[table], [found for found in tables.problems if found.file == tables.by_name[table].file]
    from matcher.tables.read.tables import read_table

    read = read_table(table, files[table], settings.columns.of(table))
    return read, list(read.problems)


def add_upload(table: str, name: str, content: Path, by: Account | None, **values: object) -> ListVersion:
    """Keep an uploaded file as the next version of a list.

    Parameters
    ----------
    table : str
    name : str
        The user's name of the file; only its ending is used, and the name shown.
    content : Path
        Where it was put for now.
    by : Account or None
    **values
        Of further columns of the version.

    Raises
    ------
    TableError
        When it cannot be read as a table at all; nothing of it is kept.
    MatcherError
        When it is too large or of another kind.
    """
    limits = Preferences.current()
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise MatcherError(Message(_OTHER_SUFFIX, name=name))
    if content.stat().st_size > limits.most_upload_mb * 2**20:
        raise MatcherError(Message(_TOO_LARGE, name=name, most=limits.most_upload_mb))
    stored = _folder() / f"{secrets.token_hex(16)}{suffix}"
    shutil.copyfile(content, stored)
    try:
        return _keep(table, name, stored, by, **values)
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


def _keep(table: str, name: str, stored: Path, by: Account | None, **values: object) -> ListVersion:
    previous = ListVersion.objects.filter(table=table).order_by("-number").first()
    version = ListVersion(table=table, file_name=name[:200], stored_as=stored.name, made_by=by, rows=0)
    if previous is not None and not previous.is_example:
        for kept in _KEPT:
            setattr(version, kept, getattr(previous, kept))
    for key, value in values.items():
        setattr(version, key, value)
    read, problems = read_version(version)
    whole = [problem for problem in problems if problem.is_error and problem.row is None and not len(read.frame)]
    if whole:
        raise TableError(whole)
    limits = Preferences.current()
    if len(read.frame) > limits.most_rows:
        raise MatcherError(Message(_TOO_LONG, name=name, rows=len(read.frame), most=limits.most_rows))
    if version.readings and (cells := _read_by_choice(version, read)):
        _rewrite(version, cells)
        stored.unlink(missing_ok=True)
        read, problems = read_version(version)
    version.rows = len(read.frame)
    version.errors = sum(problem.is_error for problem in problems)
    version.warnings = len(problems) - version.errors
    with transaction.atomic():
        last = ListVersion.objects.filter(table=table).aggregate(last=Max("number"))["last"] or 0
        version.number = last + 1
        version.save()
    return version


def add_example() -> None:
    """Give a workspace without lists the example data, and ask for a run of it."""
    if ListVersion.objects.exists():
        return
    for table, path in example_files().items():
        add_upload(table, path.name, path, None, is_example=True)
    Job.ask("match")


def raw_cells(version: ListVersion) -> RawTable:
    """Return the cells of a version as they came; those of Parquet as text.

    Raises
    ------
    TableError
        When the file cannot be read.
    """
    path, known = named_paths({version.table: version})[version.table], known_headings(version.table, version.headings)
    try:
        if not is_parquet(path):
            return read_raw(path, known)
        with closing(ParquetCells(path, known)) as source:
            rows = source.whole()
            columns = [texts_of(cells) for cells in rows.columns]
            return replace(rows.raw(source), records=[list(record) for record in zip(*columns, strict=True)])
    except UnreadableFileError as error:
        raise TableError([error.problem]) from None


def _read_by_choice(version: ListVersion, read: Table) -> Mapping[tuple[int, str], str]:
    """Cells that are read by choice, with what takes their place."""
    return rewritten_cells(version.table, read.headings, raw_cells(version), version.readings)


def _rewrite(version: ListVersion, cells: Mapping[tuple[int, str], str]) -> None:
    """Put a file with some cells changed in the place of that of a version that is not kept yet."""
    stored = _folder() / f"{secrets.token_hex(16)}.xlsx"
    write_bytes_atomic(stored, _changed(raw_cells(version), version.table, cells))
    version.stored_as, version.file_name = stored.name, f"{Path(version.file_name).stem}.xlsx"


def _changed(raw: RawTable, table: str, cells: Mapping[tuple[int, str], str], without: Collection[int] = ()) -> bytes:
    """Workbook of a list with some cells changed, and without some rows."""
    records = [list(record) for record in raw.records]
    position = {row: number for number, row in enumerate(raw.rows)}
    for (row, heading), text in cells.items():
        if row not in position or heading not in raw.headings:
            raise MatcherError(Message(_NO_CELL, row=row, column=heading))
        records[position[row]][raw.headings.index(heading)] = text
    kept = [number for number, row in enumerate(raw.rows) if row not in without]
    return _workbook(table, raw.headings, [records[at] for at in kept], [raw.rows[at] for at in kept])


def mend(
    version: ListVersion,
    cells: Mapping[tuple[int, str], str],
    by: Account,
    *,
    without: Collection[int] = (),
    readings: Readings | None = None,
) -> ListVersion:
    """Make the next version of a list with some cells changed.

    Parameters
    ----------
    version : ListVersion
    cells : mapping of (int, str) to str
        New content by row, as a spreadsheet numbers it, and heading.
    by : Account
    without : collection of int
        Rows that are left out.
    readings : dict, optional
        What is read by choice from now on. Default: as before.

    Raises
    ------
    MatcherError
        When there is no such cell.
    """
    temporary = _folder() / f"{secrets.token_hex(16)}.mended.xlsx"
    write_bytes_atomic(temporary, _changed(raw_cells(version), version.table, cells, without))
    name = f"{Path(version.file_name).stem}.xlsx"
    kept = {name: getattr(version, name) for name in _KEPT}
    try:
        return add_upload(
            version.table, name, temporary, by, **kept | ({} if readings is None else {"readings": readings})
        )
    finally:
        temporary.unlink(missing_ok=True)


def reread(version: ListVersion, headings: Mapping[str, str], personal: Sequence[str], by: Account) -> ListVersion:
    """Make the next version of a list from the same file, with its columns read otherwise.

    Parameters
    ----------
    version : ListVersion
    headings : mapping of str to str
        Column of the table by heading of the file; empty for one that is left unread.
    personal : sequence of str
        Headings of columns that go into no result.
    by : Account

    Raises
    ------
    MatcherError
        When a heading is read as a column that there is not.
    """
    return add_upload(
        version.table, version.file_name, version.path, by, headings=dict(headings), personal=list(personal)
    )


def without_rows(version: ListVersion, code: str) -> None:
    """Take the rows with a code of a unit or nonprofit out of the file of a version.

    Parameters
    ----------
    version : ListVersion
    code : str
    """
    table, _ = read_version(version)
    raw = raw_cells(version)
    spec = TABLES[version.table]
    columns = [spec.id_column] if spec.by_name[spec.id_column].unique else ["unit_id", "nonprofit_id"]
    found = (table.frame[columns].astype(str) == code).any(axis=1).to_numpy()
    gone = set(table.rows[found].tolist())
    kept = [at for at, row in enumerate(raw.rows) if row not in gone]
    content = _workbook(version.table, raw.headings, [raw.records[at] for at in kept], list(range(2, len(kept) + 2)))
    stored = _folder() / f"{secrets.token_hex(16)}.xlsx"
    write_bytes_atomic(stored, content)
    old = version.path
    version.stored_as, version.rows = stored.name, len(kept)
    version.save(update_fields=["stored_as", "rows"])
    old.unlink(missing_ok=True)


def workbook_of(version: ListVersion) -> bytes:
    """Return a version as a workbook, its cells as they came."""
    raw = raw_cells(version)
    return _workbook(version.table, raw.headings, raw.records, raw.rows)


def _workbook(title: str, headings: list[str], records: list[list[str]], rows: list[int]) -> bytes:
    """Workbook in which every record stands on the row that problems name, as far as the headings are the first."""
    book = BookWriter(title)
    sheet = book.sheet(title)
    book.write_row(sheet, 0, headings, bold=True, num_format="@")
    for number, (row, record) in enumerate(zip(rows, records, strict=True), start=1):
        book.write_row(sheet, max(row - 1, number), record, num_format="@")
    sheet.freeze_panes(1, 0)
    return book.content()


def changes_since(
    old: pd.DataFrame, new: pd.DataFrame, id_column: str, headings: Mapping[str, str] | None = None
) -> RowChanges:
    """Compare two versions of a list.

    Parameters
    ----------
    old, new : DataFrame
        As they were read.
    id_column : str
    headings : mapping of str to str, optional
        Names of the columns to show.
    """
    named = headings or {}
    before, after = _by_id(old, id_column), _by_id(new, id_column)
    changed = []
    for row_id, row in after.items():
        if row_id in before and before[row_id] != row:
            was = before[row_id]
            cells = [(named.get(name, name), was.get(name, ""), row.get(name, "")) for name in {**was, **row}]
            differing = [cell for cell in cells if cell[1] != cell[2]]
            if differing:
                changed.append((row_id, row.get("name", ""), differing))
    return RowChanges(
        [(row_id, row.get("name", "")) for row_id, row in after.items() if row_id not in before],
        [(row_id, row.get("name", "")) for row_id, row in before.items() if row_id not in after],
        changed,
    )


def _by_id(frame: pd.DataFrame, id_column: str) -> dict[str, dict[str, str]]:
    text = frame.head(_STANDS_FOR_MANY * 20).astype(object).where(frame.notna(), "").astype(str)
    return {str(row[id_column]): {str(name): cell for name, cell in row.items()} for row in text.to_dict("records")}


def _folder() -> Path:
    folder: Path = django_settings.ENVIRONMENT.data / "lists"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
