"""What a cell may be beside a text: a number, a value that is lost, a text that cannot be read or is read with a remark."""

from __future__ import annotations

from typing import Any, NamedTuple

from matcher.messages import Message

ERROR_VALUE = (
    Message("this is an error of the spreadsheet: it counts as unknown"),
    Message("Mend the formula, or write the value itself"),
    "error_value",
)
"""Message, remedy and code of a cell whose formula is broken."""


class CellError(ValueError):
    """A cell that cannot be read.

    Parameters
    ----------
    message : str
        The expected content.
    remedy : str
        Advice to the user.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Remark(NamedTuple):
    """A value that was read from a cell in a way that its author should look over."""

    value: Any
    message: str
    remedy: str


class NumberText(str):
    """Text of a cell that holds a number: its decimal mark is a point."""

    __slots__ = ()


class LostText(str):
    """Text of a cell whose value could not be read from the file: an error of the spreadsheet, a formula, an old day.

    Attributes
    ----------
    message, remedy, code : str
        As in :class:`~matcher.tables.problems.Problem`.
    """

    message: str
    remedy: str
    code: str

    @classmethod
    def of(cls, text: str, message: str, remedy: str, code: str) -> LostText:
        """A text with its problem.

        Parameters
        ----------
        text : str
            To show in messages.
        message, remedy, code : str
        """
        lost = cls(text)
        lost.message, lost.remedy, lost.code = message, remedy, code
        return lost
