"""A file that was given as one list and is another: nonprofits where units are asked for, say."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.schema.tables import TABLES

_MORE_HEADINGS = 2


def other_table_problem(file: str, headings: Sequence[str], known: KnownHeadings) -> Problem | None:
    """Say that the headings are those of another table; None where they are not.

    It is an error where the file has the codes of the other table and none of its own, or all that the other one needs and
    not all of its own. It is a warning where it just has more headings of the other one.

    Parameters
    ----------
    file : str
        Name, for messages.
    headings : sequence of str
    known : KnownHeadings
        Of the table that is asked for, with the user's own.
    """
    if known.name not in TABLES:
        return None
    own_count, has_own_codes = known.count(headings), _has(headings, known, known.spec.id_column)
    best: tuple[int, bool, str] | None = None
    for name, spec in TABLES.items():
        other = KnownHeadings(name, spec, {})
        count = other.count(headings)
        if name == known.name or count <= own_count:
            continue
        is_certain = (not has_own_codes and _has(headings, other, spec.id_column)) or (
            other.has_required(headings) and not known.has_required(headings) and not has_own_codes
        )
        if is_certain or count >= own_count + _MORE_HEADINGS:
            best = max(best or (0, False, ""), (count, is_certain, name))
    if best is None:
        return None
    _, is_certain, name = best
    return Problem(
        file,
        None,
        None,
        Message(
            "this looks like a list of {other}, and is given as the list of {own}",
            other=_NAMES[name],
            own=_NAMES[known.name],
        ),
        Message("Look at the order of the files: first the units, then the nonprofits, then the partnerships"),
        "error" if is_certain else "warning",
        "other_table",
    )


def _has(headings: Sequence[str], known: KnownHeadings, column: str) -> bool:
    return any(known.column_of(heading) == column for heading in headings)


_NAMES = {
    "units": Message("business units"),
    "nonprofits": Message("nonprofits"),
    "partnerships": Message("partnerships"),
}
