"""The tables of a run, as they travel from reading to results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcher.tables.problems import Problem, TableError, has_errors
from matcher.tables.read.tables import Table
from matcher.tables.schema.tables import TABLES


@dataclass(frozen=True)
class Tables:
    """The tables of a run, read, with all their problems.

    Attributes
    ----------
    by_name : mapping of str to Table
        Those that were given.
    problems : tuple of Problem
        Of all tables, and between them.
    """

    by_name: Mapping[str, Table]
    problems: tuple[Problem, ...]

    @property
    def units(self) -> Table:
        """The business units."""
        return self.by_name["units"]

    @property
    def nonprofits(self) -> Table:
        """The nonprofits."""
        return self.by_name["nonprofits"]

    @property
    def partnerships(self) -> Table | None:
        """The partnerships, if any were given."""
        return self.by_name.get("partnerships")

    def checked(self) -> Tables:
        """The tables themselves.

        Raises
        ------
        TableError
            When any of the problems is an error, or when a required table has no rows.
        """
        if has_errors(self.problems):
            raise TableError(self.problems)
        empty = [
            replace(problem, severity="error")
            for name, table in self.by_name.items()
            for problem in table.problems
            if problem.code == "no_rows" and TABLES[name].is_required
        ]
        if empty:
            raise TableError(empty)
        return self
