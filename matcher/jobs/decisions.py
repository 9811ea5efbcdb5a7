"""Take the decisions of a workbook into the table of partnerships, so that the next run honours them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matcher.errors import OutputError
from matcher.i18n.language import Language, load_language
from matcher.messages import Message, Words
from matcher.settings import Settings
from matcher.tables.problems import Problem, TableError, has_errors
from matcher.tables.read.decisions import read_decisions
from matcher.tables.read.merged_decisions import merge_decisions
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.tables import TABLES
from matcher.tables.status import Status
from matcher.tables.write.files import csv_text, write_bytes_atomic

SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True)
class MergedDecisions:
    """A table of partnerships with the decisions of a workbook in it.

    Attributes
    ----------
    counts : dict of str to int
        Decisions by word: yes, no, maybe, undecided.
    unchanged : int
        Decisions that the table held already.
    partnerships : DataFrame
        As written.
    problems : tuple of Problem
        Warnings: decisions that could not be kept, notes without a decision, and those of the table of partnerships.
    """

    counts: dict[str, int]
    unchanged: int
    partnerships: pd.DataFrame
    problems: tuple[Problem, ...]


def decide(
    workbook: Path,
    out: Path,
    settings: Settings,
    *,
    partnerships: Path | None = None,
    lists: Mapping[str, Path] | None = None,
) -> MergedDecisions:
    """Write the table of partnerships with a workbook's decisions in it.

    Parameters
    ----------
    workbook : Path
        ``matches.xlsx`` with its decisions.
    out : Path
        CSV or Excel file, by its suffix; written whole or not at all. It may be the old table.
    settings : Settings
        For headings of the old table, and for whether ended partnerships may start again.
    partnerships : Path, optional
        The table so far. Without it the new table holds the decisions alone.
    lists : mapping of str to Path, optional
        Files of units and nonprofits: names in the workbook are compared with theirs.

    Raises
    ------
    OutputError
        When the new file has another suffix, or cannot be written.
    TableError
        With all errors in both files.
    """
    if out.suffix.casefold() not in SUFFIXES:
        raise OutputError(
            Message(
                "{out}: partnerships are written as {endings}. Give the file one of these endings",
                out=out,
                endings=Words(SUFFIXES, "or"),
            )
        )
    problems: list[Problem] = []
    names: list[dict[str, str]] = [{}, {}]
    for side, name in enumerate(("units", "nonprofits")):
        if lists and name in lists:
            table = read_table(name, lists[name], settings.columns.of(name))
            problems += [problem for problem in table.problems if problem.is_error]
            names[side] = dict(zip(table.frame[TABLES[name].id_column], table.frame["name"], strict=True))
    try:
        decisions = read_decisions(workbook, names)
    except TableError as error:
        problems += error.problems
    else:
        problems += decisions.problems
    old = (
        None if partnerships is None else read_table("partnerships", partnerships, settings.columns.of("partnerships"))
    )
    if old is not None:
        problems += [problem for problem in old.problems if problem.code != "no_rows"]
    if has_errors(problems):
        raise TableError(problems)
    frame, warnings = merge_decisions(decisions, None if old is None else old.frame, renew=settings.gates.renew)
    write_partnerships(frame, out, *_words_of(old, load_language(settings.language)))
    counts = Counter(item.decision for item in decisions.taken)
    before, after = _statuses(None if old is None else old.frame), _statuses(frame)
    unchanged = sum(item.pair in before and before[item.pair] == after.get(item.pair) for item in decisions.taken)
    return MergedDecisions(dict(counts), unchanged, frame, (*problems, *warnings))


def _statuses(partnerships: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    """Statuses of pairs, the last one of each."""
    if partnerships is None:
        return {}
    return {
        (unit, nonprofit): status
        for unit, nonprofit, status in partnerships[["unit_id", "nonprofit_id", "status"]].itertuples(index=False)
    }


def _words_of(old: Table | None, language: Language) -> tuple[dict[str, str], dict[str, str]]:
    """Headings by column, those of the old table where it has them, and statuses as words, in a language."""
    labels = {column.name: column.label_in(language.code) for column in TABLES["partnerships"].columns}
    return labels | (old.headings if old is not None else {}), {status: language.word(status) for status in Status}


def write_partnerships(
    frame: pd.DataFrame,
    path: Path,
    headings: Mapping[str, str] | None = None,
    statuses: Mapping[str, str] | None = None,
) -> None:
    """Write a table of partnerships, as CSV or as a workbook by the path's suffix.

    Parameters
    ----------
    frame : DataFrame
    path : Path
        Ends in ``.csv`` or ``.xlsx``.
    headings, statuses : mapping of str to str, optional
        Headings by column, and words by status, that are read back as them. Default: the codes themselves.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    if statuses is not None:
        frame = frame.assign(**{Partnership.STATUS: frame[Partnership.STATUS].map(dict(statuses))})
    frame = frame.rename(columns=dict(headings or {}))
    if path.suffix.casefold() == ".csv":
        write_bytes_atomic(path, csv_text(frame).encode("utf-8"))
    else:
        write_bytes_atomic(path, _workbook(frame))


def _workbook(frame: pd.DataFrame) -> bytes:
    from matcher.tables.write.workbooks import BookWriter

    book = BookWriter("partnerships")
    sheet = book.sheet("partnerships")
    book.write_row(sheet, 0, [str(column) for column in frame.columns], bold=True, num_format="@")
    for position, (name, column) in enumerate(frame.items()):
        is_text = column.dtype == "str" or column.dtype == object
        look = "@" if is_text else "yyyy-mm-dd" if pd.api.types.is_datetime64_any_dtype(column) else "General"
        for row, cell in enumerate(_plain(column), start=1):
            book.write(sheet, row, position, cell, num_format=look)
        sheet.set_column(position, position, max(12, len(str(name)) + 3))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
    return book.content()


def _plain(column: pd.Series) -> Sequence[object]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if pd.isna(cell) else cell.to_pydatetime() for cell in column]
    return [None if pd.isna(cell) else cell for cell in column]
