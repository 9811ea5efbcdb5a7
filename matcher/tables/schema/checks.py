"""The check of a table against its schema, and every breach as a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from matcher.arrays import Bools
from matcher.errors import nearest
from matcher.i18n.language import message
from matcher.messages import ByLanguage, Message, Words
from matcher.tables.problems import Finding
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.vocabulary import SEPARATOR

DUPLICATE_CODE = "duplicate"
DUPLICATE_MESSAGE = Message("this stands in more than one row")
DUPLICATE_REMEDY = Message("A row is one site: give every row a code of its own, or delete the double row")

_OR, _AND = message("or"), message("and")
_MOST_HINTS = 50
"""Words of a column for which the nearest known one is looked up, which takes long."""
DTYPES: dict[CellType, str] = {
    CellType.NUMBER: "float64",
    CellType.COUNT: "float64",
    CellType.BOOLEAN: "boolean",
    CellType.DATE: "datetime64[s]",
}


def dtype_of(column: ColumnSpec) -> str:
    """Return the pandas dtype in which a column is held; text where none is named."""
    return DTYPES.get(column.cell_type, "str")


def findings(frame: pd.DataFrame, spec: TableSpec) -> list[Finding]:
    """Check a table against its schema, cell by cell.

    Parameters
    ----------
    frame : DataFrame
        With a range index, its columns of the types of :func:`dtype_of`.
    spec : TableSpec
        Columns that it does not name are allowed.

    Returns
    -------
    list of Finding
        Every breach, column by column, with its position in the frame.
    """
    found = []
    for column in spec.columns:
        if column.name not in frame:
            continue
        cells = frame[column.name]
        seen: dict[Any, tuple[str, str, str]] = {}
        for check, is_breach in _breaches(cells, column):
            for position in np.flatnonzero(is_breach):
                value = cells.iloc[position]
                key = (check, None if pd.isna(value) else value)
                if key not in seen:
                    seen[key] = _breach(column, check, value, has_hint=len(seen) < _MOST_HINTS)
                    if column.unreadable == "warning" and check == "bounds":
                        message, remedy, code = seen[key]
                        seen[key] = message, Message("{remedy}; it counts as unknown", remedy=remedy), code
                found.append(Finding(column.name, int(position), *seen[key], column.unreadable))
    return found


def _breaches(cells: pd.Series[Any], column: ColumnSpec) -> Iterator[tuple[str, Bools]]:
    """Yield each check of a column that fails, with the cells that fail it, shape (n,)."""
    if column.blank == "error" and cells.hasnans:
        yield "blank", cells.isna().to_numpy()
    if column.unique and not cells.is_unique:
        yield "unique", (cells.duplicated(keep=False) & cells.notna()).to_numpy()
    # A comparison with an unknown number is false.
    if column.low is not None and (is_low := (cells < column.low).to_numpy()).any():
        yield "bounds", is_low
    if column.high is not None and (is_high := (cells > column.high).to_numpy()).any():
        yield "bounds", is_high
    if column.cell_type in (CellType.WORD, CellType.WORDS):
        unknown = [cell for cell in cells.dropna().unique() if not _is_known(cell, column)]
        if unknown:
            yield "words", cells.isin(unknown).to_numpy()


def _is_known(cell: str, column: ColumnSpec) -> bool:
    if column.cell_type is CellType.WORD:
        return cell in column.choices
    return set(column.choices).issuperset(cell.split(SEPARATOR))


def _breach(column: ColumnSpec, check: str, value: Any, *, has_hint: bool) -> tuple[str, str, str]:
    """Return the message, the remedy and the code of a breach."""
    optional = "" if column.required else Message(", or leave the cell empty")
    if check == "blank":
        return (
            Message("the cell is empty"),
            Message("Fill in: {meaning}", meaning=ByLanguage(column.meaning, column.meanings)),
            "blank",
        )
    if check == "unique":
        return DUPLICATE_MESSAGE, DUPLICATE_REMEDY, DUPLICATE_CODE
    if check == "words":
        return _unknown_word(column, str(value), optional, has_hint=has_hint)
    if column.low == 0 and column.high is None:
        return Message("this is below zero"), Message("Write 0 or more{optional}", optional=optional), "out_of_range"
    bounds = (
        Message("outside {low} to {high}", low=f"{column.low:g}", high=f"{column.high:g}")
        if column.high is not None
        else Message("below {low}", low=f"{column.low:g}")
    )
    return (
        Message("this is {bounds}", bounds=bounds),
        Message("{meaning}{optional}", meaning=ByLanguage(column.meaning, column.meanings), optional=optional),
        "out_of_range",
    )


def _unknown_word(column: ColumnSpec, value: str, optional: str, *, has_hint: bool) -> tuple[str, str, str]:
    words = value.split(SEPARATOR)
    remedy = Message(
        "Use {choices}{optional}",
        choices=Words(column.choices, _OR),
        optional=optional,
    )
    if column.cell_type is CellType.WORD and len(words) > 1:
        return Message("there is room for one word only in this column"), remedy, "unknown_word"
    unknown = next(word for word in words if word not in column.choices)
    hint = nearest(unknown, list(column.words or {})) if has_hint else ""
    if column.unreadable == "error":
        message = Message("'{unknown}' is not one of the words of this column{hint}", unknown=unknown, hint=hint)
    elif understood := [word for read in column.read_words(unknown) for word in read.near]:
        message = Message("of '{unknown}' only {understood} is read", unknown=unknown, understood=Words(understood))
    else:
        counted = [word for word in words if word in column.choices]
        others = Message("; {words} counts", words=Words(counted, _AND)) if counted else ""
        message = Message(
            "'{unknown}' is not one of the words of this column, so it is left out{others}{hint}",
            unknown=unknown,
            others=others,
            hint=hint,
        )
    return message, remedy, "unknown_word"
