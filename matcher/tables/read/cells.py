"""Read the cells of one column: to text, and from text to values, each distinct text once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pandas as pd

from matcher.messages import Message
from matcher.tables.formula_guard import GUARD, from_safe_cell
from matcher.tables.problems import Finding
from matcher.tables.read.cell_values import ERROR_VALUE, CellError, LostText, NumberText
from matcher.tables.read.dates import has_two_readings as date_has_two_readings
from matcher.tables.read.dates import is_month_first
from matcher.tables.read.numbers import (
    finite_number,
    grouping_marks,
    has_two_readings,
    is_count_word,
    parse_number,
    rough_number,
    whole_number,
)
from matcher.tables.read.parsing import is_blank, parser_of, tidy
from matcher.tables.read.text_columns import (
    coded,
    is_text_column,
    rows_with,
    series_without,
    texts_in,
    tidy_texts,
    words_without_a_value,
)
from matcher.tables.schema.checks import dtype_of
from matcher.tables.schema.specs import TEXT_TYPES, CellType, ColumnSpec
from matcher.tables.schema.vocabulary import ERROR_VALUES

if TYPE_CHECKING:
    import pyarrow as pa

Cells = Sequence[object] | pd.Series
"""Cells of a column as they came: text from a file, anything from a DataFrame."""


_LARGEST_EXACT = 2.0**53
"""Whole numbers up to here are what they are; beyond, a float may stand for its neighbours too."""


def cell_text(value: Any) -> str:
    """Return a cell's value as text: ``3.0`` as ``3``, dates in ISO form, 30 hours as ``30:00:00``, nothing as an empty text."""
    if isinstance(value, str):
        return value
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        # By way of its own text, so that 1.1 in single precision stays 1.1.
        number = float(str(value))
        return str(int(number)) if number.is_integer() and abs(number) <= _LARGEST_EXACT else repr(number)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat(sep=" ")
    return str(value)


def texts_of(cells: Cells, *, remove_guards: bool = False) -> list[str]:
    """Return cells as text, empty where missing or lost.

    Parameters
    ----------
    cells : sequence or Series
    remove_guards : bool
        Whether to remove the apostrophes that guard formulas in files, as our own writer puts them there.
    """
    if is_text_column(cells):
        return ["" if text is None else text for text in texts_in(cells, remove_guards=remove_guards).to_pylist()]
    if _are_texts(cells):
        texts = cast("list[str]", list(cells))
    else:
        texts = ["" if isinstance(cell, LostText) else cell_text(cell) for cell in cells]
    if not remove_guards:
        return texts
    plain = {text: from_safe_cell(text) for text in set(texts) if GUARD in text}
    return [plain.get(text, text) for text in texts] if plain else texts


def _are_texts(cells: Cells) -> bool:
    """Whether all cells are texts and nothing more, as in most columns of most files."""
    return not set(map(type, cells)) - {str}


def text_column(cells: Cells, *, remove_guards: bool) -> pd.Series[Any]:
    """Cells as a column of text, unchanged, missing where empty.

    Parameters
    ----------
    cells : Cells
    remove_guards : bool
        As in :func:`texts_of`.
    """
    if is_text_column(cells):
        return series_without(texts_in(cells, remove_guards=remove_guards), [""])
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
        numbers = cells.astype("float64")
        if _are_plain(numbers, column):
            return numbers, []
    if isinstance(cells, pd.Series) and cells.dtype == "boolean" and column.cell_type is CellType.BOOLEAN:
        return cells, []
    if is_text_column(cells):
        return _read_texts(texts_in(cells, remove_guards=remove_guards), column)
    texts = _with_numbers(cells, texts_of(cells, remove_guards=remove_guards), column)
    values, found = _parse_distinct(set(texts), column)
    findings = [
        Finding(column.name, position, *found[text])
        for position, text in enumerate(texts if found else [])
        if text in found
    ]
    findings += _findings_of_column(texts, column)
    return _series([values.get(text) for text in texts], dtype_of(column)), findings


def _read_texts(array: pa.Array, column: ColumnSpec) -> tuple[pd.Series[Any], list[Finding]]:
    """Texts of an Arrow array in the type of a column, and what could not be read in them."""
    if column.cell_type in TEXT_TYPES:
        array = tidy_texts(array)
        words = words_without_a_value(array)
        lost = [text for text in words if text.casefold() in ERROR_VALUES]
        blank = ["", *(text for text in words if is_blank(text, column))]
        found_lost: tuple[str, str, str, Literal["error", "warning"]] = (*ERROR_VALUE, "warning")
        findings = [Finding(column.name, position, *found_lost) for position in rows_with(array, lost).tolist()]
        return series_without(array, [*lost, *blank]), findings
    texts, codes = coded(array)
    values, found = _parse_distinct(texts, column)
    is_found = np.array([text in found for text in (*texts, "")], dtype=bool)
    findings = [
        Finding(column.name, position, *found[texts[codes[position]]])
        for position in np.flatnonzero(is_found[codes]).tolist()
    ]
    findings += [
        each._replace(position=int(np.argmax(codes == each.position))) for each in _findings_of_column(texts, column)
    ]
    # A row without a text has the last of the values.
    distinct = _series([*map(values.get, texts), None], dtype_of(column))
    return distinct.take(codes % len(distinct)).reset_index(drop=True), findings


_Key = str | LostText | float


def _with_numbers(cells: Cells, texts: list[str], column: ColumnSpec) -> list[_Key]:
    """Texts of a column, but the numbers themselves where a cell holds one, and cells that were lost as they are."""
    keys: list[_Key] = list(texts)
    if _are_texts(cells):
        return keys
    numeric = column.cell_type in (CellType.NUMBER, CellType.COUNT)
    for position, cell in enumerate(cells):
        if isinstance(cell, LostText):
            keys[position] = cell
        elif numeric and (isinstance(cell, NumberText) or _is_number(cell)):
            keys[position] = float(str(cell))
    return keys


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float, np.integer, np.floating)) and not isinstance(cell, bool) and not pd.isna(cell)


def _parse_distinct(
    keys: Collection[_Key], column: ColumnSpec
) -> tuple[dict[_Key, Any], dict[_Key, tuple[str, str, str, Literal["error", "warning"]]]]:
    """Values of distinct cells, and the problems of some of them."""
    numeric = column.cell_type in (CellType.NUMBER, CellType.COUNT)
    parse = parser_of(column, [key for key in keys if isinstance(key, str)])
    values: dict[_Key, Any] = {}
    found: dict[_Key, tuple[str, str, str, Literal["error", "warning"]]] = {}
    for key in keys:
        if isinstance(key, LostText):
            found[key] = (key.message, key.remedy, key.code, "warning")
            continue
        try:
            if isinstance(key, float):
                values[key] = whole_number(key) if column.cell_type is CellType.COUNT else finite_number(key)
                continue
            tidied = tidy(key)
            if tidied.casefold() in ERROR_VALUES:
                found[key] = (*ERROR_VALUE, "warning")
            elif (column.cell_type is CellType.COUNT and is_count_word(tidied)) or not is_blank(tidied, column):
                values[key] = parse(tidied)
        except CellError as error:
            remark = None
            if numeric and not column.passes_through:
                remark = rough_number(
                    str(key) if isinstance(key, float) else tidied, is_whole=column.cell_type is CellType.COUNT
                )
            if remark is None:
                remedy = error.remedy if column.high is None or column.is_amount else _within_bounds(column)
                if column.unreadable != "error":
                    remedy = Message("{remedy}; until then the cell counts as unknown", remedy=remedy)
                found[key] = (error.message, remedy, "unreadable", column.unreadable)
            else:
                values[key] = remark.value
                found[key] = (remark.message, remark.remedy, "rough_number", "warning")
    return values, found


def _within_bounds(column: ColumnSpec) -> Message:
    return Message(
        "Write a number from {low} to {high}, or leave the cell empty", low=f"{column.low:g}", high=f"{column.high:g}"
    )


def _findings_of_column(keys: Sequence[_Key], column: ColumnSpec) -> list[Finding]:
    """Problem of a column whose texts can be read in two ways, reported once at the first of these."""
    if column.cell_type not in (CellType.DATE, CellType.NUMBER):
        return []
    texts = dict.fromkeys(key for key in keys if isinstance(key, str) and key)
    if column.cell_type is CellType.DATE:
        order = is_month_first(texts)
        doubtful = [text for text in texts if date_has_two_readings(text)]
        if order is False or (order and not doubtful) or not doubtful:
            return []
        message = (
            Message("the dates of this column are read with the month first, as some can only be")
            if order
            else Message(
                "some dates of this column have the day first and some the month; this one is read with the day first"
            )
        )
        remedy, code = Message("Write the month in letters, or dates as 2026-03-31, if this is wrong"), "date_order"
    elif column.cell_type is CellType.NUMBER and column.is_amount:
        doubtful = [text for text in texts if has_two_readings(text)]
        if not doubtful or grouping_marks(texts)[1]:
            return []
        message = Message(
            "this can be read two ways; it is read as {doubtful}", doubtful=f"{parse_number(doubtful[0], '.,'):g}"
        )
        remedy, code = Message("Write it without a point or comma, or with one or two decimals"), "two_readings"
    else:
        return []
    return [Finding(column.name, keys.index(doubtful[0]), message, remedy, code, "warning")]


def _holds_numbers(cells: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)


def _are_plain(numbers: pd.Series[Any], column: ColumnSpec) -> bool:
    """Whether numbers need no reading: all are finite, and whole where the column counts."""
    return not np.isinf(numbers).any() and not (column.cell_type is CellType.COUNT and (numbers % 1 > 0).any())


def _series(values: list[Any], dtype: str) -> pd.Series[Any]:
    """Return values as a Series of a dtype; None, and an empty text, are missing."""
    if dtype == "str":
        return pd.Series([value or None for value in values], dtype="str")
    if dtype == "float64":
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    if dtype == "datetime64[s]":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    return pd.Series(pd.array(values, dtype="boolean"))
