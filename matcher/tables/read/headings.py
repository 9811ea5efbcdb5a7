"""Find out which column each heading of a file stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from matcher.errors import SettingsError, nearest
from matcher.messages import ByLanguage, Joined, Message
from matcher.tables.problems import Problem
from matcher.tables.read.near_headings import FAR_NEARNESS, LONGEST_HEADING, nearest_column
from matcher.tables.schema.specs import TableSpec, fold_heading
from matcher.tables.schema.tables import settings_key

_ADDITION = re.compile(
    r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\*+|:|\?)\s*$|^\s*\*+\s*|^\s*(?:\d{1,2}|[a-z])[.)]\s+", re.IGNORECASE
)
_SHOWN_HEADINGS = 30
_COMPARED_HEADINGS = 200


def columns_in(text: str) -> list[str]:
    """Columns that a setting names for one heading, with ``+`` between; none in an empty text."""
    return [name.strip() for name in text.split("+") if name.strip()]


def without_addition(heading: str) -> str:
    """Return a heading without what is added to it: ``excludes (required)``, ``3. City``, ``Name*``."""
    while (shorter := _ADDITION.sub("", heading)) != heading:
        heading = shorter
    return heading


@dataclass(frozen=True)
class KnownHeadings:
    """The headings of a table that are known.

    Attributes
    ----------
    name : str
        Key of the table: ``units``, ``nonprofits`` or ``partnerships``.
    spec : TableSpec
    own : mapping of str to str
        The user's own headings, folded, and the columns each stands for, with ``+`` between; empty: it is not read.
    reads_additions : bool
        Whether ``city (required)`` is read as ``city``.
    """

    name: str
    spec: TableSpec
    own: Mapping[str, str]
    reads_additions: bool = True

    @classmethod
    def of(cls, name: str, spec: TableSpec, columns: Mapping[str, str]) -> KnownHeadings:
        """Known headings of a table, with those of the user.

        Parameters
        ----------
        name : str
            Of the table, for messages.
        spec : TableSpec
        columns : mapping of str to str
            Column names by the user's headings: several with ``+`` between, or an empty text for one that is not read.

        Raises
        ------
        SettingsError
            When a heading is mapped to an unknown column.
        """
        for heading, column in ((heading, column) for heading, text in columns.items() for column in columns_in(text)):
            if column not in spec.by_name:
                raise SettingsError(
                    Message(
                        "columns: '{heading}' is mapped to '{column}', which is no column of {name}{column_2}",
                        heading=heading,
                        column=column,
                        name=spec.name,
                        column_2=nearest(column, list(spec.by_name)),
                    )
                )
        return cls(name, spec, {fold_heading(heading): column for heading, column in columns.items()})

    def column_of(self, heading: str) -> str | None:
        """Return the column that a heading stands for, or None."""
        found = self.columns_of(heading)
        return found[0] if found else None

    def columns_of(self, heading: str) -> list[str]:
        """Return the columns that a heading stands for; more than one where the user says so."""
        # Texts of a row that is no row of headings come here too, and they may be of any length.
        if len(heading) > LONGEST_HEADING or not heading.strip():
            return []
        key = fold_heading(heading)
        if key in self.own:
            return columns_in(self.own[key])
        keys = [key, _coordinate(key)]
        if self.reads_additions:
            keys.append(fold_heading(without_addition(heading)))
        return [self.spec.by_heading[each] for each in keys if each in self.spec.by_heading][:1]

    def precedence(self, heading: str) -> int:
        """Rank of a heading's source, 0 best: the user's mapping, the column's name, a synonym, another one."""
        key = fold_heading(heading)
        if key in self.own:
            return 0
        if key in self.spec.by_name:
            return 1
        return 2 if key in self.spec.by_heading and key not in self.spec.fallback_headings else 3

    def count(self, cells: Sequence[str]) -> int:
        """Number of distinct cells that are known headings."""
        return sum(self.column_of(cell) is not None for cell in set(cells))

    def completeness(self, cells: Sequence[str]) -> tuple[int, int]:
        """Number of headings among some cells that have to be there, codes aside, and of all that are known."""
        found = {self.column_of(cell) for cell in set(cells)}
        needed = sum(column.required and not column.unique and column.name in found for column in self.spec.columns)
        return needed, self.count(cells)

    def has_required(self, cells: Sequence[str]) -> bool:
        """Return whether some cells hold all the headings that have to be there."""
        found = {self.column_of(cell) for cell in set(cells)}
        return all(column.name in found for column in self.spec.columns if column.required)


def _coordinate(key: str) -> str:
    """Key of a heading as survey tools make it of a question of a point: ``_loc_latitude`` is a latitude."""
    question, _, part = key.rpartition("_")
    return part if question and part in ("latitude", "longitude") else key


@dataclass(frozen=True)
class HeadingUse:
    """How a heading was read.

    Attributes
    ----------
    heading : str
        As in the file.
    position : int
        Of its column, from 0.
    columns : tuple of str
        Columns that it is read as.
    passes_through : bool
        Whether its cells are shown beside the results.
    nearest : str or None
        Column that the file lacks and that it may stand for, where it is read as none.
    """

    heading: str
    position: int
    columns: tuple[str, ...] = ()
    passes_through: bool = False
    nearest: str | None = None


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

    def uses(self, headings: Sequence[str], known: KnownHeadings) -> tuple[HeadingUse, ...]:
        """How each heading is read, in the order of the file.

        Parameters
        ----------
        headings : sequence of str
        known : KnownHeadings
        """
        columns: dict[int, list[str]] = {}
        for column, position in self.known.items():
            columns.setdefault(position, []).append(column)
        lacking, passed = self._lacking(known), set(self.other.values())
        # Many things have numbers, and codes are made where there are none.
        lacking = {key: column for key, column in lacking.items() if not known.spec.by_name[column].unique}
        compared = set(list(passed)[:_COMPARED_HEADINGS])
        return tuple(
            HeadingUse(
                heading,
                position,
                tuple(columns.get(position, ())),
                position in passed,
                nearest_column(heading, lacking, FAR_NEARNESS) if position in compared else None,
            )
            for position, heading in enumerate(headings)
            if heading.strip()
        )

    def _lacking(self, known: KnownHeadings) -> dict[str, str]:
        return {key: column for key, column in known.spec.by_heading.items() if column not in self.known}


def assign_headings(
    file: str,
    headings: Sequence[str],
    known: KnownHeadings,
    cells_of: Callable[[int], Sequence[str]],
    not_read: Collection[int] = (),
) -> Assignment:
    """Positions of the columns of a file, and the problems of its headings.

    Where several headings mean one column, the surest one is read and the others pass through; of equally sure
    ones the file has to say which is meant, unless they hold the same cells or one is empty. A heading of a question in a group,
    ``address/city``, is read as the question's where nothing else is.

    Parameters
    ----------
    file : str
    headings : sequence of str
    known : KnownHeadings
    cells_of : callable
        Texts of the column at a position.
    not_read : collection of int
        Positions of headings that stand for no column, whatever they look like.
    """
    found = Assignment()
    surest: dict[str, int] = {}
    meant = [[] if position in not_read else known.columns_of(heading) for position, heading in enumerate(headings)]
    for heading, columns in zip(headings, meant, strict=True):
        for column in columns:
            surest[column] = min(surest.get(column, 3), known.precedence(heading))
    for position, (heading, columns) in enumerate(zip(headings, meant, strict=True)):
        if not heading.strip():
            if _holds_any(cells_of(position)):
                found.problems.append(_without_heading(file, position))
            continue
        if not columns and fold_heading(heading) in known.own:
            continue  # switched off by the user
        sure = [column for column in columns if known.precedence(heading) <= surest[column]]
        if not sure:
            _pass_through(file, heading, position, known, found)
        for column in sure:
            first = found.known.setdefault(column, position)
            if first == position:
                continue
            cells, first_cells = cells_of(position), cells_of(first)
            if not _holds_any(first_cells):
                found.known[column] = position
            elif cells != first_cells and _holds_any(cells):
                found.problems.append(_claimed_twice(file, heading, headings[first], column))
    for position, (heading, columns) in enumerate(zip(headings, meant, strict=True)):
        # A heading that the user maps to a code, say, still stands for a name that no other one gives.
        usual = known.spec.by_heading.get(fold_heading(heading)) if columns else None
        if usual and usual not in found.known and known.spec.by_name[usual].required:
            found.known[usual] = position
    _read_groups(known, found)
    found.problems.extend(_nearly_known(file, known, found))
    found.problems.extend(_missing(file, headings, known, found))
    return found


def _holds_any(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _read_groups(known: KnownHeadings, found: Assignment) -> None:
    """Read headings of questions in a group, where one only could be a column that is still open.

    A number in a heading is the place in a list: the first of several organisations need not be the one that is meant.
    """
    candidates: dict[str, list[str]] = {}
    for heading in found.other if known.reads_additions else ():
        *groups, question = heading.split("/")
        column = known.column_of(question) if groups and not any(part.isdigit() for part in groups) else None
        if column and column not in found.known:
            candidates.setdefault(column, []).append(heading)
    for column, headings in candidates.items():
        if len(headings) == 1:
            found.known[column] = found.other.pop(headings[0])


def _pass_through(file: str, heading: str, position: int, known: KnownHeadings, found: Assignment) -> None:
    key = fold_heading(heading)
    if key in known.spec.by_name and key not in known.own:
        message = Message("the settings name another heading for this column, so this one is left out")
    elif heading in found.other:
        message = Message("two columns have this heading; the later one is left out")
    else:
        found.other[heading] = position
        return
    found.problems.append(
        Problem(file, None, heading, message, Message("Rename one of them"), "warning", "double_heading")
    )


def _nearly_known(file: str, known: KnownHeadings, found: Assignment) -> list[Problem]:
    """Warnings of headings that are not read and look like one of a column that the file lacks."""
    lacking = found._lacking(known)
    problems = []
    for heading in islice(found.other, _COMPARED_HEADINGS):
        column = None if known.columns_of(heading) else nearest_column(heading, lacking)
        if column:
            problems.append(
                Problem(
                    file,
                    None,
                    heading,
                    Message(
                        "this heading is not known, so the column decides nothing; did you mean '{column}'?",
                        column=column,
                    ),
                    Message(
                        'If so, write "{heading}" = "{column}" under [columns.{name}] in the settings; if not, "{heading}" = "" ends this warning',
                        heading=heading,
                        column=column,
                        name=settings_key(known.name),
                    ),
                    "warning",
                    "heading_nearly_known",
                )
            )
    return problems


def _without_heading(file: str, position: int) -> Problem:
    return Problem(
        file,
        None,
        f"number {position + 1}",
        Message("the column has content but no heading, so it is left out"),
        Message("Give it a heading"),
        "warning",
        "no_heading",
    )


def _claimed_twice(file: str, heading: str, first: str, column: str) -> Problem:
    return Problem(
        file,
        None,
        heading,
        Message("this and '{first}' are both read as the column {column}", first=first, column=column),
        Message("Rename or remove one of them, or say which is meant under [columns] in the settings"),
        "error",
        "double_heading",
    )


def _missing(file: str, headings: Sequence[str], known: KnownHeadings, found: Assignment) -> list[Problem]:
    read = set(found.known.values())
    named = [heading for position, heading in enumerate(headings) if heading.strip() and position not in read]
    more = len(named) - _SHOWN_HEADINGS
    there: str = Joined(named[:_SHOWN_HEADINGS]) if named else Message("none")
    if more > 0:
        there = Message("{headings} and {count} more", headings=there, count=more)
    return [
        Problem(
            file,
            None,
            ByLanguage(column.name, column.labels),
            Message("the column is missing (headings that were not read: {there})", there=there),
            Message(
                "Add it: {meaning}. If it has another heading, name that under [columns.{name}] in the settings; 'matcher map' proposes how",
                meaning=ByLanguage(column.meaning, column.meanings),
                name=settings_key(known.name),
            ),
            "error",
            "missing_column",
        )
        for column in known.spec.columns
        if column.required and column.name not in found.known
    ]
