"""Decisions that people took in a workbook: read, checked, and merged into the table of partnerships."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from matcher.errors import nearest
from matcher.i18n.folding import fold
from matcher.messages import Message, Words
from matcher.tables.problems import Problem, TableError, has_errors
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.dates import parse_date
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.pair_names import NAMED, PAIRS_SHEET, Pair, PairNames
from matcher.tables.read.parsing import tidy
from matcher.tables.read.sheets import Book, FoundTable
from matcher.tables.read.workbooks import merged_problem
from matcher.tables.schema.columns import Decision
from matcher.tables.schema.tables import DECISIONS
from matcher.tables.schema.vocabulary import DECISION_WORDS

WHEN_AND_WHO = (Decision.DECIDED_ON, Decision.DECIDED_BY)
_TAKEN = (Decision.UNIT_ID, Decision.NONPROFIT_ID, Decision.DECISION, Decision.NOTE, *WHEN_AND_WHO)


@dataclass(frozen=True)
class Decided:
    """One decision.

    Attributes
    ----------
    pair : (str, str)
        Codes of unit and nonprofit.
    decision : {"yes", "no", "maybe", "undecided"}
    note : str
    sheet : str
    row : int
        As a spreadsheet numbers it.
    decided_by : str
        Name of who decided; empty where it is not known.
    decided_on : datetime or None
    """

    pair: Pair
    decision: str
    note: str
    sheet: str
    row: int
    decided_by: str = ""
    decided_on: dt.datetime | None = None


@dataclass(frozen=True)
class Decisions:
    """All decisions in a workbook.

    Attributes
    ----------
    file : str
    taken : tuple of Decided
        One a pair, in the order of the workbook.
    problems : tuple of Problem
        None of them an error.
    """

    file: str
    taken: tuple[Decided, ...]
    problems: tuple[Problem, ...]


def read_decisions(path: Path, lists: Sequence[Mapping[str, str]] = ({}, {})) -> Decisions:
    """Read the decisions in a workbook, in Dutch or English, wherever its columns stand now.

    Parameters
    ----------
    path : Path
        ``matches.xlsx`` as a person saved it.
    lists : sequence of mapping of str to str
        Names by code of the units and of the nonprofits, to compare those of the workbook with.

    Raises
    ------
    TableError
        With everything that is wrong: no such workbook, no shortlists in it, words that are no decision, codes that
        the run did not write, formulas, and rows that contradict each other.
    """
    book = Book.read(path)
    known = KnownHeadings.of(DECISIONS.name, DECISIONS, {})
    tables = book.tables(known)
    if not tables:
        columns = ", ".join(column.name for column in DECISIONS.columns if column.required)
        problem = Problem(
            book.file,
            None,
            None,
            Message(
                "no sheet has the columns {columns} (sheets: {sheets})",
                columns=columns,
                sheets=", ".join(sheet.name for sheet in book.sheets),
            ),
            Message("Name the workbook matches.xlsx that a run wrote, with its headings as they were"),
            "error",
            "missing_column",
        )
        raise TableError([problem])
    reader = _Reader(book, PairNames(book, lists))
    for table in tables:
        if repeated := table.repeated:
            file = f"{book.file}[{table.sheet.name}]"
            reader.problems.append(merged_problem(file, table.sheet.cells, table.header, repeated))
        for row in table.rows():
            reader.read(table, row)
    if book.sheet(PAIRS_SHEET) is None:
        message = Message(
            "the hidden sheet with the pairs of the run is gone, so codes are compared with the names beside them"
        )
        remedy = Message(
            "Look whether each decision is beside the right names; --units and --nonprofits compare them with your lists"
        )
        reader.problems.append(Problem(book.file, None, None, message, remedy, "warning", "no_pairs_sheet"))
    if has_errors(reader.problems):
        raise TableError(reader.problems)
    return Decisions(book.file, tuple(reader.taken.values()), tuple(reader.problems))


class _Reader:
    """Goes through the rows and keeps one decision a pair."""

    def __init__(self, book: Book, names: PairNames) -> None:
        self.book, self.names, self.written = book, names, set(names.written)
        self.taken: dict[Pair, Decided] = {}
        self.problems: list[Problem] = []

    def read(self, table: FoundTable, row: int) -> None:
        word, note = tidy(table.text(row, Decision.DECISION)), tidy(table.text(row, Decision.NOTE))
        # A formula may stand in a column of names, whose value is compared only.
        read = [column for column in table.columns if column in _TAKEN and table.is_formula(row, column)]
        if read:
            for column in read:
                self._problem(
                    table,
                    row,
                    column,
                    Message("the cell holds a formula"),
                    Message("Put its value there in its place"),
                    "formula",
                )
            return
        if not word:
            if note:
                message = Message("there is a note but no decision, so nothing is kept of this row")
                self._problem(
                    table, row, Decision.NOTE, message, Message("Write maybe beside it to keep it"), "note", "warning"
                )
            return
        decision = DECISION_WORDS.get(fold(word))
        if decision is None:
            hint = nearest(word, list(DECISION_WORDS))
            remedy = Message(
                "Use yes, no or maybe (ja, nee, misschien), undecided (onbeslist) to take a decision back, or leave the cell empty"
            )
            self._problem(
                table, row, Decision.DECISION, Message("this is no decision{hint}", hint=hint), remedy, "unknown_word"
            )
            return
        pair = (tidy(table.text(row, Decision.UNIT_ID)), tidy(table.text(row, Decision.NONPROFIT_ID)))
        if self._is_known(table, row, pair) and self._has_its_names(table, row, pair):
            by = tidy(table.text(row, Decision.DECIDED_BY))
            self._keep(table, row, Decided(pair, decision, note, table.sheet.name, row + 1, by, self._day(table, row)))

    def _day(self, table: FoundTable, row: int) -> dt.datetime | None:
        """Day on which was decided; one that cannot be read is said, and the decision is kept."""
        text = tidy(table.text(row, Decision.DECIDED_ON))
        try:
            return pd.Timestamp(parse_date(text)).to_pydatetime() if text else None
        except CellError as error:
            self._problem(table, row, Decision.DECIDED_ON, error.message, error.remedy, "date", "warning")
            return None

    def _is_known(self, table: FoundTable, row: int, pair: Pair) -> bool:
        columns = (Decision.UNIT_ID, Decision.NONPROFIT_ID)
        for column, code in zip(columns, pair, strict=True):
            if not code:
                self._problem(
                    table,
                    row,
                    column,
                    Message("the code is empty"),
                    Message("Write the code that stood there"),
                    "blank",
                )
                return False
        if not self.written or pair in self.written:
            return True
        for side, (column, code) in enumerate(zip(columns, pair, strict=True)):
            codes = {written[side] for written in self.written}
            if code not in codes:
                hint = nearest(code, sorted(codes)) if len(codes) < 5000 else ""
                message = Message("the run wrote no such code in this workbook{hint}", hint=hint)
                self._problem(
                    table, row, column, message, Message("Write the code that stood there"), f"unknown_{column}"
                )
                return False
        message = Message("the run wrote no pair of unit {pair} with this nonprofit in this workbook", pair=pair[0])
        remedy = Message("Write the codes that stood there; add a partnership of your own to the table of partnerships")
        self._problem(table, row, Decision.NONPROFIT_ID, message, remedy, "unknown_pair")
        return False

    def _has_its_names(self, table: FoundTable, row: int, pair: Pair) -> bool:
        found = self.names.contradicts(table, row, pair)
        if found is None:
            return True
        side, name = found
        code, column = NAMED[side]
        shown = table.text(row, column)
        own = Message("belongs to '{name}'", name=name) if name else Message("belongs to another row")
        message = Message(
            "the code {pair} {own}, but the row names '{shown}': the decision is not taken",
            pair=pair[side],
            own=own,
            shown=shown,
        )
        remedy = Message(
            "Decide again in the row that holds both the names and the codes you mean; sort whole rows only"
        )
        self._problem(table, row, code, message, remedy, "names_and_codes", "warning")
        return False

    def _keep(self, table: FoundTable, row: int, new: Decided) -> None:
        old = self.taken.get(new.pair)
        if old is None:
            self.taken[new.pair] = new
        elif old.decision != new.decision:
            message = Message(
                "row {row} of the sheet '{sheet}' says {decision} of the same pair, unit {pair} with nonprofit {pair_2}",
                row=old.row,
                sheet=old.sheet,
                decision=Words((old.decision,)),
                pair=new.pair[0],
                pair_2=new.pair[1],
            )
            self._problem(table, row, Decision.DECISION, message, Message("Say the same in both rows"), "contradiction")
        elif new.note and new.note not in old.note.split("; "):
            joined = "; ".join(note for note in (old.note, new.note) if note)
            self.taken[new.pair] = replace(old, note=joined)

    def _problem(
        self,
        table: FoundTable,
        row: int,
        column: str,
        message: str,
        remedy: str,
        code: str,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        file = f"{self.book.file}[{table.sheet.name}]"
        value = table.text(row, column) or None
        self.problems.append(Problem(file, row + 1, table.heading(column), message, remedy, severity, code, value))
