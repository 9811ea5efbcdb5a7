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

    def with_empty_as_errors(self) -> Tables:
        """The tables, in which it is an error that a required one has no rows: without it there is no result."""
        required = {table.file for name, table in self.by_name.items() if TABLES[name].is_required}
        problems = [
            replace(each, severity="error") if each.code == "no_rows" and each.file in required else each
            for each in self.problems
        ]
        return replace(self, problems=tuple(problems))

    def checked(self) -> Tables:
        """The tables themselves.

        Raises
        ------
        TableError
            When any of the problems is an error.
        """
        if has_errors(self.problems):
            raise TableError(self.problems)
        return self
