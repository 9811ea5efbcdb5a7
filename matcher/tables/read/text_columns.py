"""Columns of text that lie in Arrow, as those of Parquet files and of DataFrames do, read without a look at every cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import pandas as pd

from matcher.arrays import Bools, Ints
from matcher.i18n.folding import AROUND, INVISIBLE, SIGNS_AROUND, SPACES
from matcher.tables.formula_guard import GUARD, from_safe_cell
from matcher.tables.schema.vocabulary import BLANK_WORDS, ERROR_VALUES

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_WORD = max(map(len, (*BLANK_WORDS, *ERROR_VALUES)))
_WITHOUT_A_VALUE = sorted({word.strip(SIGNS_AROUND) for word in (*BLANK_WORDS, *ERROR_VALUES)})
_ASCII_AROUND = "".join(filter(str.isascii, AROUND))
_MAY_HOLD_GUARD = rf"(?:^|[;\t\r\n]){GUARD}"
_DTYPE = pd.StringDtype("pyarrow", na_value=np.nan)


def is_text_column(cells: object) -> TypeGuard[pd.Series[Any]]:
    """Whether cells are a Series of texts, missing where empty."""
    return isinstance(cells, pd.Series) and cells.dtype == _DTYPE


def column_of(array: pa.Array) -> pd.Series[Any]:
    """Texts of an Arrow array of any type of text as a Series, without a copy where they are of the type large_string.

    Raises
    ------
    pyarrow.ArrowInvalid
        When a text is not UTF-8.
    """
    import pyarrow as pa

    array.validate(full=True)
    return _series(array.cast(pa.large_string()))


def missing_texts(count: int) -> pd.Series[Any]:
    """Column of some rows without a text."""
    return pd.Series([None] * count, dtype=_DTYPE)


def is_filled(cells: pd.Series[Any]) -> Bools:
    """Whether each text of a column is there, and is more than blanks; shape (n,)."""
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim(texts_in(cells, remove_guards=False), characters=SPACES)
    filled: Bools = pc.fill_null(pc.not_equal(trimmed, ""), False).to_numpy(zero_copy_only=False)
    return filled


def texts_in(cells: pd.Series[Any], *, remove_guards: bool) -> pa.Array:
    """Texts of a column, shape (n,), null where missing.

    Parameters
    ----------
    cells : Series
        Of texts.
    remove_guards : bool
        As in :func:`matcher.tables.read.cells.texts_of`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(cells, pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if remove_guards:
        has_guard = pc.fill_null(pc.match_substring_regex(array, _MAY_HOLD_GUARD), False)
        guarded = array.filter(has_guard).to_pylist()
        if guarded:
            plain = pa.array([from_safe_cell(text) for text in guarded], pa.large_string())
            array = pc.replace_with_mask(array, has_guard, plain)
    return array


def tidy_texts(array: pa.Array) -> pa.Array:
    """Texts of an array without what :func:`matcher.i18n.folding.tidy` leaves out, shape (n,)."""
    import pyarrow.compute as pc

    tidied = pc.ascii_trim(array, characters=_ASCII_AROUND)
    is_other = pc.fill_null(pc.invert(pc.string_is_ascii(array)), False)
    if not pc.any(is_other).as_py():
        return tidied
    others = array.filter(is_other)
    for sign in INVISIBLE:
        others = pc.replace_substring(others, sign, "")
    others = pc.utf8_trim(pc.replace_substring(others, "\xa0", " "), characters=AROUND)
    return pc.replace_with_mask(tidied, is_other, others)


def words_without_a_value(array: pa.Array) -> list[str]:
    """Distinct texts of an array that may stand for a blank cell or a lost value, and some that do not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.ascii_trim(pc.ascii_lower(array), characters=SIGNS_AROUND)
    known = pc.is_in(bare, value_set=pa.array(_WITHOUT_A_VALUE, pa.large_string()))
    # Other letters than those of ASCII have more than one small form.
    is_possible = pc.and_not(pc.less_equal(pc.utf8_length(array), _LONGEST_WORD), pc.string_is_ascii(array))
    found: list[str] = array.filter(pc.or_(known, pc.fill_null(is_possible, False))).unique().to_pylist()
    return found


def series_without(array: pa.Array, left_out: Iterable[str]) -> pd.Series[Any]:
    """Texts of an array as a column, missing where a text is left out.

    Parameters
    ----------
    array : Array
    left_out : iterable of str
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = pc.is_in(array, value_set=pa.array(left_out, pa.large_string()))
    return _series(pc.if_else(missing, None, array))


def rows_with(array: pa.Array, texts: Iterable[str]) -> Ints:
    """Positions of the rows with one of some texts, shape (k,).

    Parameters
    ----------
    array : Array
    texts : iterable of str
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    found: Bools = pc.is_in(array, value_set=pa.array(texts, pa.large_string())).to_numpy(zero_copy_only=False)
    return np.flatnonzero(found)


def coded(array: pa.Array) -> tuple[list[str], Ints]:
    """Distinct texts of an array in the order in which they come, and the position of that of each row, -1 where null, shape (n,)."""
    import pyarrow.compute as pc

    found = array.dictionary_encode()
    return found.dictionary.to_pylist(), pc.fill_null(found.indices, -1).to_numpy().astype(np.int64)


def _series(array: pa.Array) -> pd.Series[Any]:
    from_arrow = getattr(_DTYPE, "__from_arrow__")  # noqa: B009 - the stubs of pandas do not have it
    return pd.Series(from_arrow(array))
