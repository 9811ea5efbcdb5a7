"""A table that was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from matcher.arrays import Ints
from matcher.tables.problems import Problem
from matcher.tables.read.cells import Cells, cell_text
from matcher.tables.read.headings import HeadingUse
from matcher.tables.schema.columns import Partnership, Unit
from matcher.tables.schema.tables import READABLE

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes
    ----------
    name : str
        ``units``, ``nonprofits`` or ``partnerships``.
    file : str
        Where it came from, to show in messages.
    frame : DataFrame
        Range index, in the order of the file. Every column of the spec is there, missing where it was not sent;
        columns that are not known follow as text, untouched.
    problems : tuple of Problem
    passed_through : tuple of str
        Columns that results show as they are: those that nothing else uses, and those that are not known.
    rows, lines : ndarray of shape (n,), int
        Spreadsheet row and text line of each row of the frame.
    headings : dict
        Heading in the file of each known column that was sent.
    cells : dict
        Its cells as they came, to show in messages.
    not_on_page : frozenset of str
        Columns among those passed through that hold contact details of persons.
    heading_row : int
        Spreadsheet row of the headings; 0 where the file has none.
    heading_uses : tuple of HeadingUse
        How each heading of the file was read, in its order.
    """

    name: str
    file: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    passed_through: tuple[str, ...]
    rows: np.ndarray
    lines: np.ndarray
    headings: dict[str, str]
    cells: dict[str, Cells] = field(default_factory=dict, repr=False)
    not_on_page: frozenset[str] = frozenset()
    heading_row: int = 1
    heading_uses: tuple[HeadingUse, ...] = ()

    def problem(
        self,
        position: int,
        column: str | None,
        message: str,
        remedy: str,
        severity: Literal["error", "warning"],
        code: str,
    ) -> Problem:
        """Problem of one row of this table.

        Parameters
        ----------
        position : int
            Of the row in the frame.
        column : str or None
        message, remedy : str
        severity : {"error", "warning"}
        code : str
        """
        return self.problems_at(np.array([position]), column, [message], remedy, severity, code)[0]

    def problems_at(
        self,
        positions: Ints,
        column: str | None,
        messages: Sequence[str],
        remedy: str,
        severity: Literal["error", "warning"],
        code: str,
    ) -> list[Problem]:
        """Problems of one kind of several rows of this table.

        Parameters
        ----------
        positions : ndarray of shape (k,), int64
            Of the rows in the frame.
        column : str or None
        messages : sequence of str
            One a row.
        remedy : str
        severity : {"error", "warning"}
        code : str
        """
        heading = self.headings.get(column, column) if column else None
        values = [None] * len(positions) if column is None else self.cells_shown(positions, column)
        rows, lines = self.rows[positions].tolist(), self.lines[positions].tolist()
        return [
            Problem(
                self.file,
                row,
                heading,
                message,
                remedy,
                severity,
                code,
                value,
                line if line != row else None,
                row_name=name,
            )
            for row, line, message, value, name in zip(
                rows, lines, messages, values, self._row_names(positions), strict=True
            )
        ]

    def _row_names(self, positions: Ints) -> list[str | None]:
        """What people call some rows: their names, or the codes of pairs."""
        pair = (Partnership.UNIT_ID, Partnership.NONPROFIT_ID)
        naming = (Unit.NAME,) if Unit.NAME in READABLE[self.name].by_name else pair
        parts = zip(*(self.cells_shown(positions, column) for column in naming), strict=True)
        return [" / ".join(filter(None, each)) or None for each in parts]

    def cell_shown(self, position: int, column: str) -> str | None:
        """Content of a cell in the file, None where it is empty.

        Parameters
        ----------
        position : int
            Of the row in the frame.
        column : str
        """
        return self.cells_shown(np.array([position]), column)[0]

    def cells_shown(self, positions: Ints, column: str) -> list[str | None]:
        """Contents of some cells of a column in the file, None where they are empty.

        Parameters
        ----------
        positions : ndarray of shape (k,), int64
            Of the rows in the frame.
        column : str
        """
        cells = self.cells.get(column)
        if cells is None:
            return [None] * len(positions)
        chosen = cells.array.take(positions) if isinstance(cells, pd.Series) else map(cells.__getitem__, positions)
        return [cell_text(cell) or None for cell in chosen]

    def with_cells(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems of any tables, those of cells of this one with their references where it stands in a workbook.

        Parameters
        ----------
        problems : iterable of Problem
        """
        if Path(self.file.partition("[")[0]).suffix.lower() not in _WORKBOOKS:
            return list(problems)
        from xlsxwriter.utility import xl_col_to_name

        letters: dict[str | None, str] = {}
        for use in reversed(self.heading_uses):
            letters |= dict.fromkeys((*use.columns, use.heading), xl_col_to_name(use.position))
        return [
            replace(each, cell=f"{letters[each.column]}{each.row}")
            if each.file == self.file and each.row is not None and each.column in letters
            else each
            for each in problems
        ]

    def with_problems(self, problems: Sequence[Problem]) -> Table:
        """Return the table with more problems noted."""
        return replace(self, problems=(*self.problems, *problems))

    def only_with(self, problem: Problem) -> Table:
        """Return the table with one problem only: that of a file that could not be read."""
        return replace(self, problems=(problem,))


def texts_by_id(table: Table, ids: Collection[str], column: str) -> dict[str, str]:
    """Texts of some rows by id, empty where blank: a list may be far longer than what is asked.

    Parameters
    ----------
    table : Table
    ids : collection of str
    column : str
        With texts.
    """
    id_column = READABLE[table.name].id_column
    chosen = table.frame.loc[table.frame[id_column].isin(ids), [id_column, column]]
    return dict(zip(chosen[id_column].tolist(), chosen[column].fillna("").tolist(), strict=True))
