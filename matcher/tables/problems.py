"""A problem in an input file: what is wrong, where, and what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

logger = logging.getLogger("matcher")

_SHOWN_VALUE = 60


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
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}" + (f" (line {self.line})" if self.line is not None else ""))
        if self.column is not None:
            where.append(f"column {self.column}")
        value = "" if self.value is None else f" {shorten(self.value)!r}:"
        # A message may end in a question (did you mean ...?), which is a full stop already.
        stop = "" if self.message.endswith(("?", "!", ".")) else "."
        return f"{', '.join(where)}:{value} {self.message}{stop} {self.remedy}"

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


def counted(count: int, noun: str) -> str:
    """Number with its noun: ``1 error``, ``2 errors``.

    Parameters
    ----------
    count : int
    noun : str
        Singular.
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems stops the run."""
    return any(problem.is_error for problem in problems)


def summarise(problems: Sequence[Problem], per_kind: int = 10) -> list[str]:
    """Problems as lines, errors first, and the count of those of a kind that are left out.

    Parameters
    ----------
    problems : sequence of Problem
    per_kind : int
        Most problems shown of one file and code.
    """
    lines: list[str] = []
    for severity in ("error", "warning"):
        kinds: dict[tuple[str, str], list[Problem]] = {}
        for problem in problems:
            if problem.severity == severity:
                kinds.setdefault((problem.file, problem.code), []).append(problem)
        for (file, code), members in kinds.items():
            lines += [f"{severity}: {problem}" for problem in members[:per_kind]]
            if len(members) > per_kind:
                lines.append(f"{severity}: {file}: {len(members) - per_kind} more of the same kind ({code})")
    return lines


def log_warnings(problems: Sequence[Problem]) -> None:
    """Send the warnings among the problems to the log of the package."""
    warnings = [problem for problem in problems if not problem.is_error]
    for line in summarise(warnings):
        logger.warning("%s", line.removeprefix("warning: "))
