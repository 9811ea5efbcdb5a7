"""A workbook as a person saved it: sheets that hold a known table, wherever it stands, and cells with a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.messages import Message
from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.problems import Problem, TableError
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.raw import EXCEL_MAGIC, UnreadableFileError, read_content, unreadable, workbook_sheets
from matcher.tables.read.workbooks import Range

_HEADER_SEARCH_ROWS = 15


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name : str
    cells : list of list of str
        By row and column, from the first cell of the sheet.
    formulas : frozenset of (int, int)
        Rows and columns, from 0, of cells that hold a formula.
    repeated : tuple of Range
        Merged cells that were repeated in the rows that they cover.
    """

    name: str
    cells: list[list[str]]
    formulas: frozenset[tuple[int, int]]
    repeated: tuple[Range, ...] = ()


@dataclass(frozen=True)
class FoundTable:
    """A table on a sheet.

    Attributes
    ----------
    sheet : Sheet
    header : int
        Row of the headings, from 0.
    columns : dict of str to int
        Where each known column stands.
    """

    sheet: Sheet
    header: int
    columns: dict[str, int]

    def text(self, row: int, column: str) -> str:
        """Text of a cell; empty where the column is missing.

        Parameters
        ----------
        row : int
            Position on the sheet.
        column : str
        """
        position = self.columns.get(column, -1)
        cells = self.sheet.cells[row]
        return from_safe_cell(cells[position]) if 0 <= position < len(cells) else ""

    def heading(self, column: str) -> str:
        """Heading of a column, as on the sheet."""
        return self.sheet.cells[self.header][self.columns[column]]

    @property
    def repeated(self) -> list[Range]:
        """Merged cells of its columns that were repeated in the rows that they cover."""
        positions = set(self.columns.values())
        return [cells for cells in self.sheet.repeated if cells[0][0] > self.header and cells[0][1] in positions]

    def is_formula(self, row: int, column: str) -> bool:
        """Whether a cell holds a formula.

        Parameters
        ----------
        row : int
            Position on the sheet.
        column : str
        """
        return (row, self.columns.get(column, -1)) in self.sheet.formulas

    def rows(self) -> Iterator[int]:
        """Yield the rows below the headings that hold anything in a known column."""
        for row in range(self.header + 1, len(self.sheet.cells)):
            if any(self.text(row, column).strip() for column in self.columns):
                yield row


@dataclass(frozen=True)
class Book:
    """A workbook.

    Attributes
    ----------
    file : str
        Name, to show in messages.
    sheets : tuple of Sheet
    """

    file: str
    sheets: tuple[Sheet, ...]

    @classmethod
    def read(cls, path: Path) -> Book:
        """Read a workbook.

        Raises
        ------
        TableError
            When there is no such file, or it is no workbook that can be opened.
        """
        name = path.name
        try:
            content = read_content(path)
            if not content.startswith(EXCEL_MAGIC):
                raise unreadable(
                    name,
                    Message("this is no workbook"),
                    Message("Name the workbook matches.xlsx that a run wrote"),
                    "file_kind",
                )
            found = workbook_sheets(name, content)
        except UnreadableFileError as failure:
            raise TableError([failure.problem]) from None
        return cls(
            name, tuple(Sheet(sheet.name, sheet.rows, sheet.formulas, tuple(sheet.fill_merged())) for sheet in found)
        )

    def tables(self, known: KnownHeadings) -> list[FoundTable]:
        """Return every table with all required columns of a kind, on whatever sheet and in whatever order.

        Raises
        ------
        TableError
            When a sheet has two columns that mean the same.
        """
        # In our own workbooks an addition tells a column of the user's list from one of ours.
        known = replace(known, reads_additions=False)
        found = []
        for sheet in self.sheets:
            for row, cells in enumerate(sheet.cells[:_HEADER_SEARCH_ROWS]):
                if known.has_required(cells):
                    found.append(FoundTable(sheet, row, self._positions(sheet, row, cells, known)))
                    break
        return found

    def sheet(self, name: str) -> Sheet | None:
        """Return a sheet by its name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def _positions(self, sheet: Sheet, row: int, cells: list[str], known: KnownHeadings) -> dict[str, int]:
        columns: dict[str, int] = {}
        for position, cell in enumerate(cells):
            column = known.column_of(cell)
            if column is None:
                continue
            if column in columns:
                raise TableError(
                    [
                        Problem(
                            f"{self.file}[{sheet.name}]",
                            row + 1,
                            cell,
                            Message(
                                "this and '{cells}' are both read as the column {column}",
                                cells=cells[columns[column]],
                                column=column,
                            ),
                            Message("Rename or remove one of them"),
                            "error",
                            "double_heading",
                        )
                    ]
                )
            columns[column] = position
        return columns
