"""A problem in an input file: what is wrong, where, and what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from matcher.errors import MatcherError
from matcher.i18n.language import ENGLISH, Language, load_language

logger = logging.getLogger("matcher")

_SHOWN_VALUE = 60
_GROUPED_VALUE = 30
_SHOWN_OF_A_KIND = 3
_SHOWN_ROWS = 3
_SHOWN_LINES = 30
_EMPTIES_LISTS = frozenset(
    {
        *(
            "no_rows",
            "missing_column",
            "other_table",
            "cells_exchanged",
            "codes_exchanged",
            "required_unknown",
            "accreditation_unknown",
            "excluded_word_unknown",
        ),
        *("excluded_word_in_doubt", "names_and_codes", "undated_decline"),
    }
)
"""Codes of problems that take rows off lists or put them on the wrong one; reported first."""


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

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity == "error"

    def __str__(self) -> str:
        return self.in_language(load_language(ENGLISH))

    def in_language(self, language: Language) -> str:
        """Return where it is, the fault and the remedy as one line in a language."""
        value = "" if self.value is None else f" {shorten(self.value)!r}:"
        row = () if self.row is None else (_row_in_words(self.row, self.line, language),)
        return f"{_where(self, row, language)}:{value} {self.fault_in(language)}"

    def fault_in(self, language: Language) -> str:
        """Return the fault and the remedy in a language, without the place."""
        fault = language.render(self.message)
        # A message may end in a question (did you mean ...?), which is a full stop already.
        stop = "" if fault.endswith(("?", "!", ".")) else "."
        return f"{fault}{stop} {language.render(self.remedy)}"

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
    """Problems as lines that say how heavy they are, in the order of :func:`problem_lines`.

    Parameters
    ----------
    problems : iterable of Problem
    language : Language, optional
        Default: English.
    """
    language = language or load_language(ENGLISH)
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for problem in problems:
        (errors if problem.is_error else warnings).append(problem)
    return [
        *(language.phrase("error: {text}", text=line) for line in problem_lines(errors, language)),
        *(language.phrase("warning: {text}", text=line) for line in problem_lines(warnings, language)),
    ]


class ProblemGroup(tuple[Problem, ...]):
    """Problems of one kind in one column, said in one line."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.in_language(load_language(ENGLISH))

    def in_language(self, language: Language) -> str:
        """Return the line in a language."""
        return self[0].in_language(language) if len(self) == 1 else _grouped(self, language)


def problem_lines(problems: Iterable[Problem], language: Language) -> list[str]:
    """Problems as lines, what may empty lists first; several of a kind in a column are one line.

    Parameters
    ----------
    problems : iterable of Problem
    language : Language
    """
    return [group.in_language(language) for group in problem_groups(problems)]


def problem_groups(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Problems by the line that says them, what may empty lists first.

    Parameters
    ----------
    problems : iterable of Problem
    """
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.file, problem.code, problem.column), []).append(problem)
    groups = []
    for members in sorted(kinds.values(), key=lambda members: members[0].code not in _EMPTIES_LISTS):
        if len(members) > _SHOWN_OF_A_KIND:
            groups.append(ProblemGroup(members))
        else:
            groups += [ProblemGroup((each,)) for each in members]
    return groups


def _grouped(members: Sequence[Problem], language: Language) -> str:
    """Return problems of one kind in one column as one line: their number, first rows and first values."""
    first = members[0]
    rows = [str(each.row) for each in members if each.row is not None]
    values = list(dict.fromkeys(shorten(each.value, _GROUPED_VALUE) for each in members if each.value))
    faults = dict.fromkeys(each.message for each in members)
    counted = language.count_phrase("1 time", "{count} times", len(members))
    if rows:
        shown = ", ".join(rows[:_SHOWN_ROWS])
        counted = language.count_phrase(
            "1 row, the first {rows}", "{count} rows, the first in rows {rows}", len(members), rows=shown
        )
    if values:
        counted += (
            " ("
            + ", ".join(repr(value) for value in values[:_SHOWN_ROWS])
            + (", …)" if len(values) > _SHOWN_ROWS else ")")
        )
    if len(faults) > 1:
        counted += language.phrase("; the first")
    return f"{_where(first, (), language)}: {counted}: {first.fault_in(language)}"


def _where(problem: Problem, row: Sequence[str], language: Language) -> str:
    column = () if problem.column is None else (language.phrase("column {name}", name=language.render(problem.column)),)
    return ", ".join((problem.file, *row, *column))


def _row_in_words(row: int, line: int | None, language: Language) -> str:
    if line is None:
        return language.phrase("row {row}", row=row)
    return language.phrase("row {row} (line {line})", row=row, line=line)


def log_warnings(problems: Iterable[Problem]) -> None:
    """Send the warnings among the problems to the log of the package."""
    for group in problem_groups(problem for problem in problems if not problem.is_error):
        logger.warning("%s", group)
