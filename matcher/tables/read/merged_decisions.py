"""Decisions in the table of partnerships: those that stand there, and new ones merged into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from matcher.messages import Message, Words
from matcher.tables.problems import Problem
from matcher.tables.read.decisions import WHEN_AND_WHO, Decided, Decisions
from matcher.tables.read.pair_names import Pair
from matcher.tables.schema.checks import dtype_of
from matcher.tables.schema.columns import Decision, Partnership
from matcher.tables.schema.tables import TABLES
from matcher.tables.schema.vocabulary import DECISION_OF, MAYBE, NO, STATUS_OF, TAKEN_BACK, YES
from matcher.tables.status import Status

Cells = dict[str, str | dt.datetime | None]
_FURTHER_THAN = {
    YES: (Status.PROPOSED, Status.CONTACTED),
    MAYBE: (Status.MAYBE, Status.CONTACTED),
    NO: (Status.VETOED,),
}
"""Statuses that a decision leaves as they are: they say as much, or more."""


def standing_decisions(partnerships: pd.DataFrame) -> dict[Pair, dict[str, object]]:
    """Return the decisions that stand already for pairs in a table of partnerships, by column of a workbook.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` gives it.
    """
    rows = partnerships[partnerships[Partnership.STATUS].isin(list(DECISION_OF))]
    names = (Partnership.NOTE, Partnership.DECIDED_BY, Partnership.DECIDED_ON)
    kept = rows.reindex(columns=list(names)).astype(object)
    return {
        (unit, nonprofit): {Decision.DECISION: DECISION_OF[status], **dict(zip(names, cells, strict=True))}
        for unit, nonprofit, status, cells in zip(
            rows[Partnership.UNIT_ID],
            rows[Partnership.NONPROFIT_ID],
            rows[Partnership.STATUS],
            kept.where(kept.notna(), "").itertuples(index=False, name=None),
            strict=True,
        )
    }


def merge_decisions(
    decisions: Decisions, partnerships: pd.DataFrame | None, *, renew: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the table of partnerships with the decisions in it, and what could not be honoured.

    A pair's open rows (proposed, contacted, declined, vetoed, maybe) become one that says what was decided; a status
    that says as much already stays, with the new note. Rows of pairs on which nothing was decided stay as they are.

    Parameters
    ----------
    decisions : Decisions
    partnerships : DataFrame, optional
        As :func:`matcher.read_partnerships` gives it; it is not changed.
    renew : bool
        Whether ended partnerships may start again; then a decision stands beside the ended one.
    """
    old = empty_partnerships() if partnerships is None else partnerships.reset_index(drop=True)
    by_pair: dict[Pair, list[int]] = {}
    pairs = zip(old[Partnership.UNIT_ID], old[Partnership.NONPROFIT_ID], strict=True)
    for position, pair in enumerate(pairs):
        by_pair.setdefault(pair, []).append(position)
    statuses = [Status(word) for word in old[Partnership.STATUS]]
    changed: dict[int, Cells] = {}
    dropped: list[int] = []
    added: list[Cells] = []
    problems: list[Problem] = []
    for item in decisions.taken:
        rows = by_pair.get(item.pair, [])
        standing = [statuses[row] for row in rows if statuses[row].is_running or (statuses[row].is_ended and not renew)]
        if standing:
            problems.append(_not_overwritten(decisions.file, item, standing[-1]))
            continue
        if item.decision == TAKEN_BACK:
            dropped += [row for row in rows if statuses[row] in STATUS_OF.values()]
            continue
        open_rows = [row for row in rows if not statuses[row].is_ended]
        if not open_rows:
            added.append(_new_row(item))
            continue
        # The row that says most already is kept; the last one where none does.
        said = [row for row in open_rows if statuses[row] in _FURTHER_THAN[item.decision]]
        kept = (said or open_rows)[-1]
        changed[kept] = _changed(old.iloc[kept], item, bool(said))
        dropped += [row for row in open_rows if row != kept]
    return _put_together(old, changed, dropped, added), problems


def empty_partnerships() -> pd.DataFrame:
    """Return a table of partnerships without rows."""
    return pd.DataFrame(
        {column.name: pd.Series([], dtype=dtype_of(column)) for column in TABLES["partnerships"].columns}
    )


def _not_overwritten(file: str, item: Decided, status: str) -> Problem:
    return Problem(
        f"{file}[{item.sheet}]",
        item.row,
        None,
        Message(
            "the partnership of unit {pair} with nonprofit {pair_2} is {status}, so the decision changes nothing",
            pair=item.pair[0],
            pair_2=item.pair[1],
            status=Words((status,)),
        ),
        Message("Change its status in the table of partnerships if that is what you want"),
        "warning",
        "running_partnership",
        item.decision,
    )


def _new_row(item: Decided) -> Cells:
    row: Cells = {
        Partnership.UNIT_ID: item.pair[0],
        Partnership.NONPROFIT_ID: item.pair[1],
        Partnership.STATUS: STATUS_OF[item.decision],
    }
    if item.note:
        row[Partnership.REASON if item.decision == NO else Partnership.NOTE] = item.note
    if item.decided_by:
        row[Partnership.DECIDED_BY] = item.decided_by
    if item.decided_on:
        row[Partnership.DECIDED_ON] = item.decided_on
    return row


def _changed(row: pd.Series, item: Decided, is_said: bool) -> Cells:
    """Return the cells of a row that a decision changes."""
    new = _new_row(item)
    if not is_said:
        # Dates, names and reason are of what it was before.
        before: Cells = dict.fromkeys((Partnership.REASON, Partnership.STARTED_ON, Partnership.ENDED_ON, *WHEN_AND_WHO))
        new = before | new
    else:
        new.pop(Partnership.STATUS)
    return {column: cell for column, cell in new.items() if column in row.index}


def _put_together(
    old: pd.DataFrame, changed: dict[int, Cells], dropped: Iterable[int], added: list[Cells]
) -> pd.DataFrame:
    frame = old.copy()
    for row, cells in changed.items():
        for column, cell in cells.items():
            frame.loc[row, column] = cell
    frame = frame.drop(index=list(dropped))
    if added:
        new = pd.DataFrame(added).reindex(columns=frame.columns)
        new = new.astype(frame.dtypes.to_dict())
        frame = pd.concat([frame, new]) if len(frame) else new
    return frame.reset_index(drop=True)
