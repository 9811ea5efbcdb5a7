"""Problems of rows that are no rows of the table: notes below it, and rows with too many cells."""

from __future__ import annotations

from matcher.messages import Message
from matcher.tables.problems import Problem


def note_below(file: str, row: int, line: int, note: str) -> Problem:
    """Note that a row at the end is taken for a remark below the list.

    Parameters
    ----------
    file : str
        Name, for messages.
    row, line : int
        Of the row, in a spreadsheet and in a text editor.
    note : str
        Its one cell.
    """
    return Problem(
        file,
        row,
        None,
        Message("read as a remark below the list, and left out"),
        Message("Does the row belong to the list? Then fill in its other cells"),
        "warning",
        "note_below",
        note,
        line if line != row else None,
    )


def too_long(file: str, row: int, line: int, cells: int, width: int, extra: str) -> Problem:
    """Error that a row has more cells than there are headings.

    Parameters
    ----------
    file : str
        Name, for messages.
    row, line : int
        Of the row, in a spreadsheet and in a text editor.
    cells, width : int
        Number of cells and of headings.
    extra : str
        First cell that is too many.
    """
    return Problem(
        file,
        row,
        None,
        Message("the row has {cells} cells where the headings have {width}", cells=cells, width=width),
        Message("Put quotation marks around a cell that holds the separator, or give the column a heading"),
        "error",
        "row_too_long",
        extra,
        line if line != row else None,
    )


def too_short(file: str, row: int, line: int, cells: int, width: int) -> Problem:
    """Warning that a row has fewer cells than there are headings.

    Parameters
    ----------
    file : str
        Name, for messages.
    row, line : int
        Of the row, in a spreadsheet and in a text editor.
    cells, width : int
        Number of cells and of headings.
    """
    return Problem(
        file,
        row,
        None,
        Message(
            "the row has {cells} cells where the headings have {width}: the rest is empty", cells=cells, width=width
        ),
        Message(
            "Look whether a line break in a cell has cut the row in two: such a cell needs quotation marks around it"
        ),
        "warning",
        "row_too_short",
        line=line if line != row else None,
    )
