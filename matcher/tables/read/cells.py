"""Read the cells of one column: to text, and from text to values, each distinct text once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.problems import Finding
from matcher.tables.read.parsing import CellError, is_blank, parser_of, tidy
from matcher.tables.schema.checks import dtype_of
from matcher.tables.schema.specs import CellType, ColumnSpec

Cells = Sequence[object] | pd.Series
"""Cells of a column as they came: text from a file, anything from a DataFrame."""


def cell_text(value: Any) -> str:
    """Return a cell's value as text: ``3.0`` as ``3``, dates in ISO form, nothing as an empty text."""
    if isinstance(value, str):
        return value
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        # By way of its own text, so that 1.1 in single precision stays 1.1.
        number = float(str(value))
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat(sep=" ")
    return str(value)


def texts_of(cells: Cells, *, remove_guards: bool = False) -> list[str]:
    """Return cells as text, empty where missing.

    Parameters
    ----------
    cells : sequence or Series
    remove_guards : bool
        Whether to remove the apostrophes that guard formulas in files, as our own writer puts them there.
    """
    texts = [cell_text(cell) for cell in cells]
    if not remove_guards:
        return texts
    plain = {text: from_safe_cell(text) for text in set(texts)}
    return [plain[text] for text in texts]


def text_column(cells: Cells, *, remove_guards: bool) -> pd.Series[Any]:
    """Cells as a column of text, unchanged, missing where empty.

    Parameters
    ----------
    cells : Cells
    remove_guards : bool
        As in :func:`texts_of`.
    """
    return _series(texts_of(cells, remove_guards=remove_guards), "str")


def read_column(cells: Cells, column: ColumnSpec, *, remove_guards: bool) -> tuple[pd.Series[Any], list[Finding]]:
    """Return a column in its own type, and what could not be read in it; that is left missing.

    Parameters
    ----------
    cells : sequence or Series of length n
    column : ColumnSpec
    remove_guards : bool
        As in :func:`texts_of`.
    """
    if isinstance(cells, pd.Series) and _holds_numbers(cells) and column.cell_type in (CellType.NUMBER, CellType.COUNT):
        return _checked_numbers(cells.astype("float64"), column)
    texts = texts_of(cells, remove_guards=remove_guards)
    values, broken = _parse_distinct(set(texts), column)
    found = [
        Finding(column.name, position, str(broken[text]), broken[text].remedy, "unreadable")
        for position, text in enumerate(texts if broken else [])
        if text in broken
    ]
    return _series([values.get(text) for text in texts], dtype_of(column)), found


def _parse_distinct(texts: set[str], column: ColumnSpec) -> tuple[dict[str, Any], dict[str, CellError]]:
    parse = parser_of(column)
    values: dict[str, Any] = {}
    broken: dict[str, CellError] = {}
    for text in texts:
        tidied = tidy(text)
        if not tidied or (column.may_say_blank and is_blank(tidied)):
            continue
        try:
            values[text] = parse(tidied)
        except CellError as error:
            broken[text] = error
    return values, broken


def _holds_numbers(cells: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


def _checked_numbers(numbers: pd.Series[Any], column: ColumnSpec) -> tuple[pd.Series[Any], list[Finding]]:
    endless = np.isinf(numbers)
    found = [
        Finding(column.name, int(position), "this is not a number", "Write a number, or leave it out", "unreadable")
        for position in np.flatnonzero(endless)
    ]
    if column.cell_type is CellType.COUNT:
        found += [
            Finding(column.name, int(position), "this is not a whole number", "Write a whole number", "unreadable")
            for position in np.flatnonzero(numbers.notna() & ~endless & (numbers % 1 != 0))
        ]
    return numbers.mask(endless), found


def _series(values: list[Any], dtype: str) -> pd.Series[Any]:
    """Return values as a Series of a dtype; None, and an empty text, are missing."""
    if dtype == "str":
        return pd.Series([value or None for value in values], dtype="str")
    if dtype == "float64":
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    if dtype == "datetime64[s]":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    return pd.Series(pd.array(values, dtype="boolean"))
