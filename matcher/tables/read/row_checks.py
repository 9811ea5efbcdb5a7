"""What is wrong with the rows of a table that was read: cells that break the schema, empty ones, none at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from matcher.messages import ByLanguage, Message
from matcher.tables.problems import Finding, Problem, has_errors
from matcher.tables.read.table import Table
from matcher.tables.schema.checks import findings
from matcher.tables.schema.columns import Nonprofit, Partnership
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.tables import TABLE_NAMES, TABLES
from matcher.tables.schema.vocabulary import SEPARATOR

_LONGEST_WORDS = 80
_LEAST_SENTENCE = 5
"""Words of a text that is no list of words."""
_BEST_RATING, _BEST_MARK = 5, 10


def cell_problems(table: Table, spec: TableSpec, unread: list[Finding]) -> list[Problem]:
    """Cells that could not be read and those that break the schema, row by row.

    Those of a row stand in the order of its cells. Cells that stop nothing become unknown.

    Parameters
    ----------
    table : Table
        Its frame is changed.
    spec : TableSpec
    unread : list of Finding
        Cells that could not be read.
    """
    seen = {(finding.column, finding.position) for finding in unread if finding.severity == "error"}
    breaches = _with_marks_to_ten(table.frame, findings(table.frame, spec))
    _leave_out(table.frame, spec, breaches)
    found = unread + [finding for finding in breaches if (finding.column, finding.position) not in seen]
    found = _with_exchanged(table, spec, found)
    place = {column: use.position for use in reversed(table.heading_uses) for column in use.columns}
    return [
        table.problem(finding.position, finding.column, finding.message, finding.remedy, finding.severity, finding.code)
        for finding in sorted(found, key=lambda finding: (finding.position, place.get(finding.column, -1)))
        if finding.column in table.headings  # a column that was not sent is one error, not one a row
    ]


def _with_marks_to_ten(frame: pd.DataFrame, breaches: list[Finding]) -> list[Finding]:
    """Breaches of the bounds of ratings, which are marks from 1 to 10 where all of them are above 5 and none above 10."""
    outside = [each for each in breaches if each.code == "out_of_range" and each.column in Partnership.RATINGS]
    values = [frame[each.column].iloc[each.position] for each in outside]
    if not values or min(values) <= _BEST_RATING or max(values) > _BEST_MARK:
        return breaches
    remedy = Message("Marks from 1 to 10? Divide all of the row by two; until then it counts as unknown")
    return [each._replace(remedy=remedy) if each in outside else each for each in breaches]


def _with_exchanged(table: Table, spec: TableSpec, found: list[Finding]) -> list[Finding]:
    """Findings of words that are none, those of a mission and a list of words that changed places as one each."""
    if Nonprofit.MISSION not in table.headings:
        return found
    missions, kept = table.frame[Nonprofit.MISSION], []
    for finding in found:
        column = spec.by_name[finding.column]
        mission = missions.iloc[finding.position] if finding.code == "unknown_word" else None
        if column.cell_type is CellType.WORDS and isinstance(mission, str) and len(mission) <= _LONGEST_WORDS:
            text = table.cell_shown(finding.position, column.name) or ""
            words = column.read_words(mission) if len(text.split()) >= _LEAST_SENTENCE else []
            if words and all(word.how.is_certain for word in words):
                heading = table.headings[column.name]
                message = Message(
                    "this looks like what belongs in the column {other}, and the text there like what belongs here",
                    other=heading,
                )
                remedy = Message("Exchange the two cells, or the two headings")
                finding = Finding(Nonprofit.MISSION, finding.position, message, remedy, "cells_exchanged", "warning")
        kept.append(finding)
    return kept


def _leave_out(frame: pd.DataFrame, spec: TableSpec, breaches: Sequence[Finding]) -> None:
    """Make cells unknown that break the schema and stop nothing; of several words those that are known stay."""
    positions: dict[str, list[int]] = {}
    for breach in breaches:
        if breach.severity == "warning":
            positions.setdefault(breach.column, []).append(breach.position)
    for name, rows in positions.items():
        column, cells = spec.by_name[name], frame[name].to_numpy(copy=True)
        for row in rows:
            words = cells[row].split(SEPARATOR) if column.cell_type is CellType.WORDS else ()
            cells[row] = SEPARATOR.join(word for word in words if word in column.choices) or None
        frame[name] = pd.Series(cells, dtype=frame[name].dtype)


def row_warnings(table: Table, spec: TableSpec) -> list[Problem]:
    """Warnings of cells that are empty and should not be, and of partnerships that end before they start.

    Parameters
    ----------
    table : Table
    spec : TableSpec
    """
    fill_in = Message("Fill in the cell if you can; the row stays in")
    blanks = []
    for column in spec.columns:
        if column.blank == "warning" and column.name in table.headings:
            positions = np.flatnonzero(table.frame[column.name].isna())
            messages = {is_filled: _blank(column, is_filled=is_filled) for is_filled in (False, True)}
            shown = table.cells_shown(positions, column.name)
            said = [messages[cell is not None] for cell in shown]
            blanks += table.problems_at(positions, column.name, said, fill_in, "warning", f"blank_{column.name}")
    if table.name != "partnerships":
        return blanks
    backwards = table.frame[Partnership.ENDED_ON] < table.frame[Partnership.STARTED_ON]
    positions = np.flatnonzero(backwards)
    message = Message("the partnership ends before it starts")
    remedy = Message("Correct one of the two dates; the row stays in")
    return blanks + table.problems_at(
        positions, Partnership.ENDED_ON, [message] * len(positions), remedy, "warning", "ends_before_start"
    )


def _blank(column: ColumnSpec, *, is_filled: bool) -> Message:
    """Message of a cell without a value: one that is empty, or holds a mark of what is not known, such as ``?``."""
    name = ByLanguage(column.name, {code: label.lower() for code, label in column.labels.items() if code != "en"})
    if is_filled:
        return Message("this is read as empty: the {name} counts as unknown", name=name)
    return Message("the {name} is empty: it counts as unknown", name=name)


def no_rows(table: Table) -> list[Problem]:
    """Warning that a table has headings and no rows, unless an error says more."""
    if len(table.frame) or has_errors(table.problems):
        return []
    is_optional = table.name not in TABLES or not TABLES[table.name].is_required
    fill_in = Message("Fill it in; while there are no partnerships yet, leave --partnerships out")
    return [
        Problem(
            table.file,
            None,
            None,
            Message(
                "the list of {what} is empty", what=Message(TABLE_NAMES.get(table.name, TABLE_NAMES["partnerships"]))
            ),
            fill_in if is_optional else Message("Fill it in, with a row for each"),
            "warning",
            "no_rows",
        )
    ]
