"""Check the tables against each other: codes that stand in one and refer to another are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Literal

import numpy as np
import pandas as pd

from matcher.messages import ByLanguage, Counted, Message
from matcher.tables.problems import Problem, file_in_words
from matcher.tables.read.alike_codes import code_key
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.schema.tables import READABLE
from matcher.tables.status import Status

# A hint compares a code with every other one: for long lists and many codes that takes minutes.
_MOST_CANDIDATES = 5000
_MOST_HINTS = 20
_LIKE_CODE = 0.6
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_CORRECT = Message("Correct the code here, or add a row for it there")
_CORRECT_OR_LEAVE = Message("Correct the code here, or add a row for it there; the row stays in")
_OF_PARTNERSHIPS = ("partnerships", "pairs")
_SAME = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID, Partnership.STATUS, Partnership.STARTED_ON]


def linking_problems(
    table: Table,
    others: Mapping[str, Table],
    *,
    unknown_is: Literal["error", "warning"] = "error",
    declined_months: int = 0,
) -> list[Problem]:
    """Problems of a table in relation to others: codes that are not there.

    The same partnership twice is a warning, and so is a declined one without a date.

    Parameters
    ----------
    table : Table
    others : mapping of str to Table
        By name; columns that refer to a table that is not among them are not checked.
    unknown_is : {"error", "warning"}
        Severity of an unknown code.
    declined_months : int
        Months after which a declined pair may come back, to say so; 0 where it comes back at once.
    """
    problems = [
        problem
        for column in READABLE[table.name].columns
        if column.refers_to and column.refers_to in others and _has_codes(others[column.refers_to])
        for problem in _unknown_codes(table, column.name, others[column.refers_to], unknown_is)
    ]
    if table.name in _OF_PARTNERSHIPS:
        problems = _with_exchanged_codes(table, others, problems) + _double_partnerships(table)
    if table.name == "partnerships":
        problems += _undated_declines(table, declined_months)
    return problems


def _has_codes(table: Table) -> bool:
    """Whether a table has any codes: of a file that could not be read, every code would be unknown."""
    return bool(table.frame[READABLE[table.name].id_column].notna().any())


def _unknown_codes(table: Table, column: str, other: Table, severity: Literal["error", "warning"]) -> Iterator[Problem]:
    """Yield a problem for each code in a column that stands in no row of another table."""
    remedy = _CORRECT if severity == "error" else _CORRECT_OR_LEAVE
    id_column = READABLE[other.name].id_column
    known, named = other.frame[id_column].dropna(), table.frame[column]
    unknown = named.notna() & ~named.isin(known)
    names = other.frame[Unit.NAME].fillna("").astype("str")[known.index]
    codes = dict(zip(known.astype("str").tolist(), names.tolist(), strict=True))
    hints = _hints(named[unknown].unique().tolist(), codes) if unknown.any() else {}
    for position in np.flatnonzero(unknown):
        message = Message(
            "this code does not stand in {file}{hint}",
            file=file_in_words(other.file),
            hint=hints.get(str(named.iloc[position]), ""),
        )
        yield table.problem(int(position), column, message, remedy, severity, f"unknown_{id_column}")


def _with_exchanged_codes(table: Table, others: Mapping[str, Table], problems: list[Problem]) -> list[Problem]:
    """Problems of unknown codes, the two of a row as one where the codes changed places."""
    unit_code = f"unknown_{Partnership.UNIT_ID}"
    named = {problem.row for problem in problems if problem.code == unit_code}
    if not named or not {"units", "nonprofits"} <= set(others):
        return problems
    frame = table.frame
    is_exchanged = frame[Partnership.UNIT_ID].isin(others["nonprofits"].frame[Nonprofit.ID]) & frame[
        Partnership.NONPROFIT_ID
    ].isin(others["units"].frame[Unit.ID])
    positions = [int(position) for position in np.flatnonzero(is_exchanged) if int(table.rows[position]) in named]
    rows = {int(table.rows[position]) for position in positions}
    message = Message("the code of the unit and that of the nonprofit are exchanged")
    remedy = Message("Exchange the two cells, or the two headings")
    return [problem for problem in problems if problem.row not in rows or not problem.code.startswith("unknown_")] + [
        table.problem(position, Partnership.UNIT_ID, message, remedy, "error", "codes_exchanged")
        for position in positions
    ]


def _double_partnerships(partnerships: Table) -> list[Problem]:
    return [
        partnerships.problem(
            int(position),
            Partnership.NONPROFIT_ID,
            Message("the same partnership stands in an earlier row"),
            Message("Delete one of them; it is counted once"),
            "warning",
            "double_partnership",
        )
        for position in np.flatnonzero(partnerships.frame.duplicated(_SAME))
    ]


def _undated_declines(partnerships: Table, months: int) -> list[Problem]:
    """Declined partnerships without a date, which stay off the lists for good."""
    frame = partnerships.frame
    dates = (Partnership.ENDED_ON, Partnership.DECIDED_ON, Partnership.STARTED_ON)
    is_declined = frame[Partnership.STATUS].eq(Status.DECLINED).fillna(False)
    undated = is_declined & frame[list(dates)].isna().all(axis=1)
    # A date that could not be read is said already.
    headings = {partnerships.headings.get(column) for column in dates} - {None}
    unread = {problem.row for problem in partnerships.problems if problem.column in headings}
    labels = READABLE[partnerships.name].by_name[Partnership.DECIDED_ON].labels
    label = partnerships.headings.get(Partnership.DECIDED_ON, ByLanguage(Partnership.DECIDED_ON, labels))
    after = Counted("a month later", "{count} months later", months) if months else Message("from then on")
    is_sent = Partnership.DECIDED_ON in partnerships.headings
    return [
        partnerships.problem(
            int(position),
            Partnership.DECIDED_ON if is_sent else Partnership.STATUS,
            Message("declined without a date: this pair never comes back on a list"),
            Message("Fill in the day under '{column}'; {after} the pair may come back", column=label, after=after)
            if is_sent
            else Message(
                "Add a column '{column}' with the day; {after} the pair may come back", column=label, after=after
            ),
            "warning",
            "undated_decline",
        )
        for position in np.flatnonzero(undated)
        if int(partnerships.rows[position]) not in unread
    ]


def counted_once(partnerships: pd.DataFrame) -> pd.DataFrame:
    """Return each partnership once, by its ids, status and first day, in their order.

    Of one that stands there twice, the row with the most known counts, whatever the order of the file.
    """
    remarks = (Partnership.REASON, Partnership.PROGRAMME, Partnership.LEFT_AT)
    rest = [Partnership.ENDED_ON, Partnership.DECIDED_ON, *Partnership.RATINGS, *remarks]
    rows = partnerships.assign(_known=partnerships[[*_SAME, *rest]].notna().sum(axis=1))
    rows = rows.sort_values(
        [*_SAME, "_known", *rest], ascending=[True] * len(_SAME) + [False] + [True] * len(rest), kind="stable"
    )
    return rows.drop_duplicates(_SAME, ignore_index=True).drop(columns="_known")


def _hints(codes: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """Hint at the one code that looks like an unknown one, or is the one nearest to it, with the name of its row.

    Codes are often numbers, of which many are as near as each other: a guess among those would only mislead.
    """
    if not codes:
        return {}
    alike: dict[str, set[str]] = {}
    for known in names:
        alike.setdefault(_number_key(known), set()).add(known)
    found = {code: alike.get(_number_key(code), set()) for code in codes}
    if len(names) < _MOST_CANDIDATES:
        folded: dict[str, set[str]] = {}
        for known in names:
            folded.setdefault(known.casefold(), set()).add(known)
        for code in [code for code in codes if not found[code]][:_MOST_HINTS]:
            nearest = _nearest(code.casefold(), list(folded))
            found[code] = folded[nearest] if nearest is not None else set()
    return {code: _hint(next(iter(known)), names) for code, known in found.items() if len(known) == 1}


def _hint(code: str, names: Mapping[str, str]) -> Message:
    if not names[code]:
        return Message("; did you mean '{code}'?", code=code)
    return Message("; did you mean '{code}' ({name})?", code=code, name=names[code])


def _number_key(code: str) -> str:
    """Key of a code in which N9 and N09 are the same."""
    return _LEADING_ZEROS.sub("", code_key(code))


def _nearest(code: str, candidates: list[str]) -> str | None:
    """Candidate most similar to a code; None where none is like it, or two are as near as each other."""
    close = get_close_matches(code, candidates, n=2, cutoff=_LIKE_CODE)
    similarities = [SequenceMatcher(None, candidate, code).ratio() for candidate in close]
    return None if not close or len(set(similarities)) < len(similarities) else close[0]
