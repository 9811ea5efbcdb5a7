"""Find out which column each heading of a file stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.errors import SettingsError, nearest
from matcher.tables.problems import Problem
from matcher.tables.schema.specs import TableSpec, fold_heading
from matcher.tables.schema.tables import settings_key

_LONGEST_HEADING = 200


@dataclass(frozen=True)
class KnownHeadings:
    """The headings of a table that are known.

    Attributes
    ----------
    name : str
        Key of the table: ``units``, ``nonprofits`` or ``partnerships``.
    spec : TableSpec
    own : mapping of str to str
        The user's own headings, folded, and the column each stands for.
    """

    name: str
    spec: TableSpec
    own: Mapping[str, str]

    @classmethod
    def of(cls, name: str, spec: TableSpec, columns: Mapping[str, str]) -> KnownHeadings:
        """Known headings of a table, with those of the user.

        Parameters
        ----------
        name : str
            Of the table, for messages.
        spec : TableSpec
        columns : mapping of str to str
            Column names by the user's headings.

        Raises
        ------
        SettingsError
            When a heading is mapped to an unknown column.
        """
        for heading, column in columns.items():
            if column not in spec.by_name:
                raise SettingsError(
                    f"columns: '{heading}' is mapped to '{column}', which is no column of {spec.name}"
                    f"{nearest(column, list(spec.by_name))}"
                )
        return cls(name, spec, {fold_heading(heading): column for heading, column in columns.items()})

    def column_of(self, heading: str) -> str | None:
        """Return the column that a heading stands for, or None."""
        # Texts of a row that is no row of headings come here too, and they may be of any length.
        if len(heading) > _LONGEST_HEADING or not heading.strip():
            return None
        key = fold_heading(heading)
        return self.own.get(key) or self.spec.by_heading.get(key) or self.spec.by_heading.get(_coordinate(key))

    def precedence(self, heading: str) -> int:
        """Rank of a heading's source, 0 best: the user's mapping, the column's name, a synonym."""
        key = fold_heading(heading)
        if key in self.own:
            return 0
        return 1 if key in self.spec.by_name else 2

    def count(self, cells: Sequence[str]) -> int:
        """Number of distinct cells that are known headings."""
        return sum(self.column_of(cell) is not None for cell in set(cells))

    def has_required(self, cells: Sequence[str]) -> bool:
        """Return whether some cells hold all the headings that have to be there."""
        found = {self.column_of(cell) for cell in set(cells)}
        return all(column.name in found for column in self.spec.columns if column.required)


def _coordinate(key: str) -> str:
    """Key of a heading as survey tools make it of a question of a point: ``_loc_latitude`` is a latitude."""
    question, _, part = key.rpartition("_")
    return part if question and part in ("latitude", "longitude") else key


@dataclass(frozen=True)
class Assignment:
    """Where the columns of a file are.

    Attributes
    ----------
    known : dict of str to int
        Position of each column that is known.
    other : dict of str to int
        Position of each heading that is not; these pass through.
    problems : list of Problem
    """

    known: dict[str, int] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def assign_headings(
    file: str, headings: Sequence[str], known: KnownHeadings, is_filled: Callable[[int], bool]
) -> Assignment:
    """Positions of the columns of a file, and the problems of its headings.

    Where several headings mean one column, the surest one is read and the others pass through; of equally sure
    ones the file has to say which is meant.

    Parameters
    ----------
    file : str
    headings : sequence of str
    known : KnownHeadings
    is_filled : callable
        Says of a position whether there is anything in that column.
    """
    found = Assignment()
    surest: dict[str, int] = {}
    for heading in headings:
        if column := known.column_of(heading):
            surest[column] = min(surest.get(column, 2), known.precedence(heading))
    for position, heading in enumerate(headings):
        column = known.column_of(heading)
        if not heading.strip():
            if is_filled(position):
                found.problems.append(_without_heading(file, position))
        elif column is None or known.precedence(heading) > surest[column]:
            _pass_through(file, heading, position, known, found)
        elif column in found.known:
            found.problems.append(_claimed_twice(file, heading, headings[found.known[column]], column))
        else:
            found.known[column] = position
    found.problems.extend(_missing(file, headings, known, found))
    return found


def _pass_through(file: str, heading: str, position: int, known: KnownHeadings, found: Assignment) -> None:
    if fold_heading(heading) in known.spec.by_name:
        message = "the settings name another heading for this column, so this one is left out"
    elif heading in found.other:
        message = "two columns have this heading; the later one is left out"
    else:
        found.other[heading] = position
        return
    found.problems.append(Problem(file, None, heading, message, "Rename one of them", "warning", "double_heading"))


def _without_heading(file: str, position: int) -> Problem:
    return Problem(
        file,
        None,
        f"number {position + 1}",
        "the column has content but no heading, so it is left out",
        "Give it a heading",
        "warning",
        "no_heading",
    )


def _claimed_twice(file: str, heading: str, first: str, column: str) -> Problem:
    return Problem(
        file,
        None,
        heading,
        f"this and '{first}' are both read as the column {column}",
        "Rename or remove one of them, or say which is meant under [columns] in the settings",
        "error",
        "double_heading",
    )


def _missing(file: str, headings: Sequence[str], known: KnownHeadings, found: Assignment) -> list[Problem]:
    there = ", ".join(heading for heading in headings if heading.strip()) or "none"
    return [
        Problem(
            file,
            None,
            column.name,
            f"the column is missing (headings found: {there})",
            f"Add it: {column.meaning}. If it has another heading, map that under [columns.{settings_key(known.name)}] in the settings",
            "error",
            "missing_column",
        )
        for column in known.spec.columns
        if column.required and column.name not in found.known
    ]
