"""Rows of a list that may be one: shown side by side, merged into one row, or kept as two from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from matcher.errors import MatcherError
from matcher.i18n.language import Language, message
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.tables import TABLES
from matcher.workspace.list_versions import mend, raw_cells, read_version
from matcher.workspace.models import Account, ListVersion, Outcome, PairState, ReviewEvent

_CODES = frozenset({"repeated_nonprofit", "similar_nonprofit"})
_MOST = 50
_GONE = message("These two rows are no longer in the list: look at its newest version")


@dataclass(frozen=True)
class Duplicate:
    """Two rows that may be one.

    Attributes
    ----------
    ids : (str, str)
    rows : (int, int)
        As a spreadsheet numbers them.
    why : str
    cells : list of (str, str, str, bool)
        Heading, what either row says, and whether that differs; columns in which both are blank are left out.
    """

    ids: tuple[str, str]
    rows: tuple[int, int]
    why: str
    cells: list[tuple[str, str, str, bool]]


def duplicates_of(
    version: ListVersion, table: Table, problems: Sequence[Problem], language: Language, hidden: Sequence[str] = ()
) -> list[Duplicate]:
    """Rows of a version that may be one, but for those that were said to be two.

    Parameters
    ----------
    version : ListVersion
    table : Table
        As it was read.
    problems : sequence of Problem
    language : Language
    hidden : sequence of str
        Headings that are not shown.
    """
    found = [problem for problem in problems if problem.code in _CODES and problem.other_row and problem.row]
    if not found:
        return []
    raw = raw_cells(version)
    ids = dict(zip(table.rows.tolist(), table.frame[TABLES[version.table].id_column].astype(str), strict=True))
    records = dict(zip(raw.rows, raw.records, strict=True))
    apart = {tuple(pair) for pair in version.kept_apart}
    duplicates = []
    for problem in found:
        rows = (int(problem.other_row or 0), int(problem.row or 0))
        if not set(rows) <= set(records) & set(ids) or tuple(sorted(ids[row] for row in rows)) in apart:
            continue
        both = zip(raw.headings, *(records[row] for row in rows), strict=True)
        cells = [
            (heading, one, other, one.strip() != other.strip())
            for heading, one, other in both
            if (one.strip() or other.strip()) and heading not in hidden
        ]
        why = language.render(problem.message)
        duplicates.append(Duplicate((ids[rows[0]], ids[rows[1]]), rows, why, cells))
    return duplicates[:_MOST]


def is_kept_apart(version: ListVersion, table: Table, problem: Problem) -> bool:
    """Whether a problem says of two rows that they may be one, and the team said that they are two.

    Parameters
    ----------
    version : ListVersion
    table : Table
    problem : Problem
    """
    if problem.code not in _CODES or not version.kept_apart:
        return False
    ids = dict(zip(table.rows.tolist(), table.frame[TABLES[version.table].id_column].astype(str), strict=True))
    return sorted(ids.get(row or 0, "") for row in (problem.row, problem.other_row)) in version.kept_apart


def keep_apart(version: ListVersion, ids: tuple[str, str]) -> None:
    """Say that two rows are two; they are no longer asked about, in the next uploads neither.

    Parameters
    ----------
    version : ListVersion
    ids : (str, str)
    """
    pair = sorted(ids)
    if pair not in version.kept_apart:
        version.kept_apart = [*version.kept_apart, pair]
        version.save(update_fields=["kept_apart"])


def merge(version: ListVersion, kept: str, gone: str, by: Account) -> ListVersion:
    """Make the next version of a list with one row in place of two.

    The row that is kept takes over what only the other one says. Partnerships, answers and outcomes of the other row
    become those of the kept one.

    Parameters
    ----------
    version : ListVersion
    kept, gone : str
        Ids of the two rows.
    by : Account

    Raises
    ------
    MatcherError
        When there are no such rows, or the cells of the list cannot be changed.
    """
    table, _ = read_version(version)
    id_column = TABLES[version.table].id_column
    rows = dict(zip(table.frame[id_column].astype(str), table.rows.tolist(), strict=True))
    if kept == gone or not {kept, gone} <= set(rows):
        raise MatcherError(Message(_GONE))
    raw = raw_cells(version)
    records = dict(zip(raw.rows, raw.records, strict=True))
    filled = {
        (rows[kept], heading): other
        for heading, own, other in zip(raw.headings, records[rows[kept]], records[rows[gone]], strict=True)
        if other.strip() and not own.strip()
    }
    made = mend(version, filled, by, without=[rows[gone]])
    _rename_in_partnerships(id_column, kept, gone, by)
    with transaction.atomic():
        _rename_in_history(id_column, kept, gone)
    return made


def _rename_in_partnerships(id_column: str, kept: str, gone: str, by: Account) -> None:
    """Give the partnerships of a row that is gone to the one that is kept."""
    version = ListVersion.in_use("partnerships")
    if version is None:
        return
    table, _ = read_version(version)
    heading = table.headings[id_column]
    rows = table.rows[(table.frame[id_column].astype(str) == gone).to_numpy()].tolist()
    if rows:
        mend(version, {(row, heading): kept for row in rows}, by)


def _rename_in_history(id_column: str, kept: str, gone: str) -> None:
    """Give answers and outcomes of a row that is gone to the one that is kept: nothing of them is lost."""
    Outcome._base_manager.filter(**{id_column: gone}).update(**{id_column: kept})
    for state in PairState.objects.select_for_update().filter(**{id_column: gone}):
        other = PairState.objects.filter(
            unit_id=state.unit_id if id_column != "unit_id" else kept,
            nonprofit_id=state.nonprofit_id if id_column != "nonprofit_id" else kept,
        ).first()
        if other is None:
            setattr(state, id_column, kept)
            state.save()
        else:
            ReviewEvent._base_manager.filter(pair=state).update(pair=other)
            other.last_event = max(other.last_event, state.last_event)
            other.save()
            state.delete()
