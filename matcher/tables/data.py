"""The tables of a run, as they travel from reading to results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matcher.errors import TableError
from matcher.tables.problems import Problem, has_errors
from matcher.tables.read.tables import Table


@dataclass(frozen=True)
class Tables:
    """The tables of a run, read, with all their problems.

    Attributes
    ----------
    units, nonprofits : Table
    partnerships : Table or None
    problems : tuple of Problem
        Of all tables, and between them.
    """

    units: Table
    nonprofits: Table
    partnerships: Table | None
    problems: tuple[Problem, ...]

    def checked(self) -> Tables:
        """The tables themselves.

        Raises
        ------
        TableError
            When any of the problems is an error, or when one of the lists has no rows.
        """
        if has_errors(self.problems):
            raise TableError(self.problems)
        empty = [
            replace(problem, severity="error")
            for table in (self.units, self.nonprofits)
            for problem in table.problems
            if problem.code == "no_rows"
        ]
        if empty:
            raise TableError(empty)
        return self
