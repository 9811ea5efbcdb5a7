"""The words that stand in a table, how each was understood, and warnings of those that rule rows out in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from matcher.messages import Message, Words
from matcher.tables.problems import Problem
from matcher.tables.read.cells import texts_of
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit
from matcher.tables.schema.specs import CellType, ColumnSpec
from matcher.tables.schema.tables import NONPROFITS, READABLE
from matcher.tables.words.reading import HowRead, ReadWord

_DOUBTFUL = (HowRead.SPELLING, HowRead.PART, HowRead.UNKNOWN)
_SHOWN = 10


@dataclass(frozen=True)
class WordUse:
    """A word in the cells of a column.

    Attributes
    ----------
    table, column : str
    read : ReadWord
    rows : tuple of int
        Positions of the rows in which it stands.
    """

    table: str
    column: str
    read: ReadWord
    rows: tuple[int, ...]


def word_uses(table: Table, cell_types: Collection[CellType] = (CellType.OPEN_WORDS,)) -> list[WordUse]:
    """Words in columns of a table, column by column, the most frequent first.

    Parameters
    ----------
    table : Table
    cell_types : collection of CellType
        Types of the columns. Default: those that take other words than the listed ones.
    """
    return [
        WordUse(table.name, column.name, read, tuple(rows))
        for column in READABLE[table.name].columns
        if column.cell_type in cell_types and column.name in table.headings
        for read, rows in _uses_in_column(table, column)
    ]


def _uses_in_column(table: Table, column: ColumnSpec) -> list[tuple[ReadWord, list[int]]]:
    # The cells of a list that was read in portions are not kept; what was read in them is.
    cells = texts_of(table.cells.get(column.name, table.frame[column.name]))
    found: dict[ReadWord, list[int]] = {}
    known: dict[str, list[ReadWord]] = {}
    for position, cell in enumerate(cells):
        if cell not in known:
            known[cell] = list(dict.fromkeys(column.read_words(cell)))
        for read in known[cell]:
            found.setdefault(read, []).append(position)
    return sorted(found.items(), key=lambda use: (-len(use[1]), use[0].written))


def exclusion_problems(table: Table) -> list[Problem]:
    """Warnings of words in columns that rule rows out, where they are no known word or were read in doubt."""
    columns = {column.name: column for column in READABLE[table.name].columns if column.excludes}
    problems = []
    for use in word_uses(table):
        if use.column not in columns or use.read.how not in _DOUBTFUL:
            continue
        nearest = _nearest(use.read, columns[use.column])
        if use.read.how is HowRead.UNKNOWN:
            code, known = (
                "excluded_word_unknown",
                Message("; the nearest known words: {nearest}", nearest=Words(nearest)) if nearest else "",
            )
            what = Message(
                "'{written}' is no known cause: it excludes what is near it by meaning, if anything{known}",
                written=use.read.written,
                known=known,
            )
        else:
            code = "excluded_word_in_doubt"
            what = Message(
                "'{written}' is read as {nearest}, and excludes that", written=use.read.written, nearest=Words(nearest)
            )
        for position in use.rows:
            problem = table.problem(
                position, use.column, what, Message("Write a known cause; 'matcher words' lists them"), "warning", code
            )
            problems.append(replace(problem, nearest=nearest))
    return problems


def cause_problems(table: Table) -> list[Problem]:
    """Warnings of words that are no known cause, in the columns of causes that rule nothing out.

    Parameters
    ----------
    table : Table
        Units or nonprofits.
    """
    column = READABLE[table.name].by_name[Nonprofit.CAUSES]
    problems = []
    for use in word_uses(table):
        if use.column != column.name or use.read.how is not HowRead.UNKNOWN:
            continue
        nearest = _nearest(use.read, column)
        message = Message(
            "'{written}' is no known cause: it counts where its meaning is recognised or the other list has it too{known}",
            written=use.read.written,
            known=Message("; the nearest known words: {nearest}", nearest=Words(nearest)) if nearest else "",
        )
        remedy = Message("Write a known cause; 'matcher words' lists them")
        problems += [
            replace(table.problem(position, column.name, message, remedy, "warning", "unknown_cause"), nearest=nearest)
            for position in use.rows
        ]
    return problems


def accreditation_problems(nonprofits: Table, required: Sequence[str]) -> list[Problem]:
    """Warnings where the accreditation that the settings ask for may be there in words that are not understood.

    Parameters
    ----------
    nonprofits : Table
    required : sequence of str
        The setting ``required_accreditation``.
    """
    column = NONPROFITS.by_name[Nonprofit.ACCREDITATION]
    asked = [read for text in required for read in column.read_words(text)]
    wanted = {word for read in asked for word in read.words}
    if not wanted:
        return []
    uses = [use for use in word_uses(nonprofits) if use.column == Nonprofit.ACCREDITATION]
    named = {word for use in uses for word in use.read.words}
    problems = []
    for read in asked:
        if wanted & named or read.how is HowRead.KNOWN:
            continue
        nearest = _nearest(read, column) or tuple(sorted(named))[:_SHOWN]
        what = Message(
            "no nonprofit has the required accreditation '{written}', and it is not a known one", written=read.written
        )
        problem = Problem("settings", None, "gates.required_accreditation", what, "", "warning", "required_unknown")
        hint = (
            Message("Look for a typing error; the nearest known ones: {nearest}", nearest=Words(nearest))
            if nearest
            else Message("Look for a typing error")
        )
        problems.append(replace(problem, remedy=hint, nearest=nearest))
    for use in uses:
        if use.read.how not in _DOUBTFUL or wanted & set(use.read.words):
            continue
        nearest = _nearest(use.read, column)
        known = Message("; the nearest known ones: {nearest}", nearest=Words(nearest)) if nearest else ""
        for position in use.rows:
            problem = nonprofits.problem(
                position,
                Nonprofit.ACCREDITATION,
                Message(
                    "'{written}' is not a known accreditation, and does not count as {wanted}{known}",
                    written=use.read.written,
                    wanted=Words(sorted(wanted)),
                    known=known,
                ),
                Message("Write the accreditation as the setting required_accreditation does"),
                "warning",
                "accreditation_unknown",
            )
            problems.append(replace(problem, nearest=nearest))
    return problems


def word_counts(cells: pd.Series) -> Counter[str]:
    """Number of cells in which each word of a column stands, as the frame of a table has it."""
    return Counter(word for cell in cells.dropna() for word in cell.split("; "))


def _nearest(read: ReadWord, column: ColumnSpec) -> tuple[str, ...]:
    if read.how is HowRead.SPELLING:
        return read.words
    return read.near or column.index.nearest(read.written)
