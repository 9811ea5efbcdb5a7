"""A problem in an input file: what is wrong, where, and what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from matcher.errors import MatcherError
from matcher.i18n.language import ENGLISH, Language, load_language, message
from matcher.messages import Message

logger = logging.getLogger("matcher")

CONTACT_COLUMNS = "contact_columns"

_SHOWN_VALUE = 60
_GROUPED_VALUE = 30
_SHOWN_OF_A_KIND = 3
_SHOWN_ROWS = 3
_SHOWN_COLUMNS = 6
_SHOWN_LINES = 30
_EMPTIES_LISTS = frozenset(
    {
        *(
            "no_rows",
            "nothing_known",
            "missing_column",
            "other_table",
            "cells_exchanged",
            "codes_exchanged",
            "required_unknown",
            "accreditation_unknown",
            "excluded_word_unknown",
        ),
        *("excluded_word_in_doubt", "names_and_codes"),
    }
)
"""Codes of problems that take rows off lists or put them on the wrong one; reported first."""
_NOTES = frozenset({"note_below", "merged_cells", "rough_number", "no_head_office", CONTACT_COLUMNS})
"""Codes of problems that say what was done and lost nothing; reported last, and not counted."""


class Finding(NamedTuple):
    """What is wrong with one cell of a table, before it is known where that table came from."""

    column: str
    position: int
    message: str
    remedy: str
    code: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, order=True)
class Problem:
    """One problem.

    Attributes
    ----------
    file : str
        Name of the file, or of the table where it came as a DataFrame.
    row : int or None
        Row as a spreadsheet numbers it, the headings being row 1; None for the whole file or column.
    column : str or None
        Heading as in the file.
    message : str
        The fault, and the expected value.
    remedy : str
        Advice to the user.
    severity : {"error", "warning"}
    code : str
        Short name of the kind of problem, the same in every release.
    value : str or None
        The cell's content.
    line : int or None
        Line in a text editor, where it differs from ``row`` (line breaks inside quoted cells).
    other_row : int or None
        Another row that the message names.
    nearest : tuple of str
        Known words that the message names.
    row_name : str or None
        What people call the row, beside its number.
    cell : str or None
        Reference of the cell in a workbook, such as T5.
    """

    file: str
    row: int | None
    column: str | None
    message: str
    remedy: str
    severity: Literal["error", "warning"]
    code: str
    value: str | None = None
    line: int | None = None
    other_row: int | None = None
    nearest: tuple[str, ...] = ()
    row_name: str | None = field(default=None, compare=False)
    cell: str | None = field(default=None, compare=False)

    @property
    def is_note(self) -> bool:
        """Whether this only says what was done: there is nothing to mend."""
        return self.code in _NOTES

    @property
    def kind(self) -> str:
        """Code of the problem, the same for all that is blank in a row."""
        return "blank" if self.code.startswith("blank_") or self.code == "place_missing" else self.code

    @property
    def place(self) -> tuple[str, str, int | str | None]:
        """File, kind, and row or else column: the same for problems that are mended at once."""
        return self.file, self.kind, self.column if self.row is None else self.row

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity == "error"

    def __str__(self) -> str:
        return self.in_language(load_language(ENGLISH))

    def in_language(self, language: Language) -> str:
        """Return where it is, the fault and the remedy as one line in a language."""
        value = "" if self.value is None else f" {shorten(self.value)!r}:"
        return f"{_where((self,), language)}:{value} {self.fault_in(language)}"

    def fault_in(self, language: Language) -> str:
        """Return the fault and the remedy in a language, without the place."""
        return _faults((self,), language)

    def as_record(self) -> dict[str, object]:
        """Return the problem as plain values, for JSON and tables."""
        names = ("severity", "code", "file", "row", "line", "column", "value", "message", "remedy")
        return {name: getattr(self, name) for name in names}


def shorten(text: str, width: int = _SHOWN_VALUE) -> str:
    """Text on one line, cut with an ellipsis where it is too long.

    Parameters
    ----------
    text : str
    width : int
        Most characters.
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems stops the run."""
    return any(problem.is_error for problem in problems)


class TableError(MatcherError, ValueError):
    """One or more input tables have errors.

    Attributes
    ----------
    problems : tuple of Problem
        Every error and warning found, in every file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.is_error]
        noun = "error" if len(errors) == 1 else "errors"
        lines = problem_lines(errors, load_language(ENGLISH))
        more = len(lines) - _SHOWN_LINES
        shown = [*lines[:_SHOWN_LINES], f"and {more} more; the attribute problems has all"] if more > 0 else lines
        super().__init__("\n  ".join([f"{len(errors)} {noun} in the input:", *shown]))


def summarise(problems: Iterable[Problem], language: Language | None = None) -> list[str]:
    """Problems as lines that say how heavy they are, in the order of :func:`problem_groups`.

    Parameters
    ----------
    problems : iterable of Problem
    language : Language, optional
        Default: English.
    """
    language = language or load_language(ENGLISH)
    return [language.phrase(_weight(group[0]), text=group.in_language(language)) for group in problem_groups(problems)]


def _weight(problem: Problem) -> str:
    """Pattern of the line of a problem: how heavy it is, and the text."""
    if problem.is_error:
        return message("error: {text}")
    return message("note: {text}") if problem.is_note else message("warning: {text}")


class ProblemGroup(tuple[Problem, ...]):
    """Problems of one kind in one column or in one row, said in one line."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.in_language(load_language(ENGLISH))

    def in_language(self, language: Language) -> str:
        """Return the line in a language."""
        if len(self) == 1:
            return self[0].in_language(language)
        values = list(dict.fromkeys(shorten(each.value, _GROUPED_VALUE) for each in self if each.value))
        shown = ", ".join(repr(value) for value in values[:_SHOWN_ROWS])
        more = ", …" if len(values) > _SHOWN_ROWS else ""
        if len({each.row for each in self}) > _SHOWN_ROWS or self[0].row is None:
            return _counted(self, f" ({shown}{more})" if values else "", language)
        return f"{_where(self, language)}:{f' {shown}{more}:' if values else ''} {_faults(self, language)}"

    def fault_in(self, language: Language) -> str:
        """Return the faults and the remedies in a language, without the place; of many rows those of the first."""
        return _faults(self if len({each.row for each in self}) <= _SHOWN_ROWS else self[:1], language)


def problem_lines(problems: Iterable[Problem], language: Language) -> list[str]:
    """Problems as lines, in the order of :func:`problem_groups`; several of a kind in a column or row are one line.

    Parameters
    ----------
    problems : iterable of Problem
    language : Language
    """
    return [group.in_language(language) for group in problem_groups(problems)]


def problem_groups(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Problems by the line that says them: errors, what may empty lists, then file by file, row by row; notes last.

    Parameters
    ----------
    problems : iterable of Problem
    """
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    files: dict[str, int] = {}
    for problem in problems:
        files.setdefault(problem.file, len(files))
        kinds.setdefault((problem.file, problem.is_error, problem.kind), []).append(problem)
    groups = [group for members in kinds.values() for group in _groups_of_a_kind(members)]

    def order(group: ProblemGroup) -> tuple[object, ...]:
        first = group[0]
        return (
            not first.is_error,
            first.is_note,
            first.code not in _EMPTIES_LISTS,
            files[first.file],
            first.row or 0,
        )

    return sorted(groups, key=order)


def _groups_of_a_kind(members: Sequence[Problem]) -> list[ProblemGroup]:
    """Problems of one kind in one file, by row where they are in a few rows, by column where they are in many."""
    by_row: dict[object, list[Problem]] = {}
    by_column: dict[object, list[Problem]] = {}
    for each in members:
        by_row.setdefault(each.row, []).append(each)
        by_column.setdefault(each.column, []).append(each)
    are_few = len(by_row) <= _SHOWN_ROWS
    groups, single = [], []
    for row_or_column, found in (by_row if are_few else by_column).items():
        is_one_line = (are_few and row_or_column is not None and len(found) > 1) or len(found) > _SHOWN_OF_A_KIND
        if is_one_line and not (are_few and row_or_column is None):
            groups.append(ProblemGroup(found))
        else:
            single += found
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for each in single:
        alike.setdefault((each.column, each.message, each.remedy), []).append(each)
    return groups + [ProblemGroup(found) for found in alike.values()]


def _counted(members: Sequence[Problem], values: str, language: Language) -> str:
    """Return problems of one kind in one column as one line: their number, first rows and first values."""
    rows = [str(each.row) for each in members if each.row is not None]
    faults = dict.fromkeys(each.message for each in members)
    counted = language.count_phrase("1 time", "{count} times", len(members))
    if rows:
        shown = ", ".join(rows[:_SHOWN_ROWS])
        counted = language.count_phrase(
            "1 row, the first {rows}", "{count} rows, the first in rows {rows}", len(members), rows=shown
        )
    counted += values
    if len(faults) > 1:
        counted += language.phrase("; the first")
    return (
        f"{_where((replace(members[0], row=None, cell=None),), language)}: {counted}: {members[0].fault_in(language)}"
    )


def _faults(members: Sequence[Problem], language: Language) -> str:
    """Faults and remedies of problems in a language, each once."""
    columns = list(dict.fromkeys(language.render(each.column) for each in members if each.column))
    if len(columns) > 1 and all(each.kind == "blank" for each in members):
        return language.phrase(
            "{columns} are unknown. Fill in what you know; the row stays in", columns=language.join(columns)
        )
    faults = "; ".join(dict.fromkeys(language.render(each.message) for each in members))
    # A message may end in a question (did you mean ...?), which is a full stop already.
    stop = "" if faults.endswith(("?", "!", ".")) else "."
    remedies = ". ".join(dict.fromkeys(language.render(each.remedy) for each in members))
    return f"{faults}{stop} {remedies}"


def _where(members: Sequence[Problem], language: Language) -> str:
    """File, rows and columns of problems in words."""
    rows = {each.row: each for each in members if each.row is not None}
    cells: dict[str, dict[str, None]] = {}
    for each in members:
        if each.column is not None:
            cells.setdefault(language.render(each.column), {}).update({each.cell: None} if each.cell else {})
    columns = [f"{name} ({', '.join(found)})" if found else name for name, found in cells.items()]
    parts = [language.render(file_in_words(members[0].file))]
    if len(rows) > 1:
        shown = [f"{row}{_called(each)}" for row, each in rows.items()]
        parts.append(language.phrase("rows {rows}", rows=language.join(shown)))
    else:
        parts += [f"{_row_in_words(row, each.line, language)}{_called(each)}" for row, each in rows.items()]
    if len(columns) > 1:
        more = [", …"] if len(columns) > _SHOWN_COLUMNS else []
        parts.append(language.phrase("columns {names}", names="".join([", ".join(columns[:_SHOWN_COLUMNS]), *more])))
    else:
        parts += [language.phrase("column {name}", name=name) for name in columns]
    return ", ".join(parts)


def _called(problem: Problem) -> str:
    """Name of the row of a problem, in brackets, where there is one that the line does not say already."""
    if not problem.row_name or problem.row_name == problem.value:
        return ""
    return f" ({shorten(problem.row_name, _GROUPED_VALUE)})"


def file_in_words(file: str) -> str:
    """Name of a file with its sheet in words: ``units.xlsx[list]`` is ``units.xlsx, sheet list``.

    Parameters
    ----------
    file : str
        As in :class:`Problem`.
    """
    name, bracket, sheet = file.partition("[")
    if not bracket or not file.endswith("]"):
        return file
    return Message("{file}, sheet {sheet}", file=name, sheet=sheet[:-1])


def _row_in_words(row: int, line: int | None, language: Language) -> str:
    if line is None:
        return language.phrase("row {row}", row=row)
    return language.phrase("row {row} (line {line})", row=row, line=line)


def log_warnings(problems: Iterable[Problem]) -> None:
    """Send the warnings among the problems to the log of the package."""
    for group in problem_groups(problem for problem in problems if not problem.is_error):
        logger.warning("%s", group)
