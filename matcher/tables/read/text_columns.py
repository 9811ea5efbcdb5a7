"""Columns of text that lie in Arrow, as those of Parquet files and of DataFrames do, read without a look at every cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import numpy as np
import numpy.typing as npt
import pandas as pd

from matcher.arrays import Bools, Ints
from matcher.i18n.folding import AROUND, INVISIBLE, SIGNS_AROUND, SPACES
from matcher.tables.formula_guard import GUARD, from_safe_cell
from matcher.tables.schema.vocabulary import BLANK_WORDS, ERROR_VALUES

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_WORD = max(map(len, (*BLANK_WORDS, *ERROR_VALUES)))
_LONGEST_IN_BYTES = 4 * _LONGEST_WORD
_WITHOUT_A_VALUE = sorted({word.strip(SIGNS_AROUND) for word in (*BLANK_WORDS, *ERROR_VALUES)})
_ASCII_AROUND = "".join(filter(str.isascii, AROUND))
_BEFORE_GUARD = ";\t\r\n"
_BLOCK_BYTES = 1 << 22
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
        has_guard = pc.and_(pa.array(_Bytes.of(array).may_hold_guard()), array.is_valid())
        guarded = array.filter(has_guard).to_pylist()
        if guarded:
            plain = pa.array([from_safe_cell(text) for text in guarded], pa.large_string())
            array = pc.replace_with_mask(array, has_guard, plain)
    return array


def tidy_texts(array: pa.Array) -> pa.Array:
    """Texts of an array without what :func:`matcher.i18n.folding.tidy` leaves out, shape (n,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # Most texts are tidy already, which their first and last bytes show.
    is_loose = _Bytes.of(array).is_at_an_end(_AROUND_OR_NOT_ASCII)
    is_other = pc.fill_null(pc.invert(pc.string_is_ascii(array)), False).to_numpy(zero_copy_only=False)
    is_loose[is_other] |= _holds_any(array.filter(pa.array(is_other)), (*INVISIBLE, "\xa0"))
    if not is_loose.any():
        return array
    mask = pa.array(is_loose)
    texts = array.filter(mask)
    for sign in INVISIBLE:
        texts = pc.replace_substring(texts, sign, "")
    return pc.replace_with_mask(array, mask, pc.utf8_trim(pc.replace_substring(texts, "\xa0", " "), characters=AROUND))


def _holds_any(array: pa.Array, signs: Iterable[str]) -> Bools:
    import pyarrow.compute as pc

    found: Bools = pc.match_substring_regex(array, f"[{''.join(signs)}]").to_numpy(zero_copy_only=False)
    return found


def words_without_a_value(array: pa.Array) -> list[str]:
    """Distinct texts of an array that may stand for a blank cell or a lost value, and some that do not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = array.filter(pa.array(_Bytes.of(array).is_short_within(SIGNS_AROUND, _LONGEST_IN_BYTES)))
    bare = pc.ascii_trim(pc.ascii_lower(array), characters=SIGNS_AROUND)
    known = pc.is_in(bare, value_set=pa.array(_WITHOUT_A_VALUE, pa.large_string()))
    # Other letters than those of ASCII have more than one small form.
    is_possible = pc.and_not(pc.less_equal(pc.utf8_length(array), _LONGEST_WORD), pc.string_is_ascii(array))
    found: list[str] = array.filter(pc.or_(known, pc.fill_null(is_possible, False))).unique().to_pylist()
    return found


class _Bytes(NamedTuple):
    """Bytes of the texts of an array, looked at where they lie.

    Attributes
    ----------
    data : ndarray of uint8
        All of them, one text after the other.
    starts, lengths : ndarray of shape (n,), int64
        Where each text starts, and its bytes.
    """

    data: npt.NDArray[np.uint8]
    starts: Ints
    lengths: Ints

    @classmethod
    def of(cls, array: pa.Array) -> _Bytes:
        """Bytes of an array of the type large_string."""
        _, offsets, data = array.buffers()
        ends = np.zeros(1, dtype=np.int64) if offsets is None else np.frombuffer(offsets, dtype=np.int64)
        ends = ends[array.offset : array.offset + len(array) + 1]
        found = np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
        return cls(found[: ends[-1]], ends[:-1], np.diff(ends))

    def is_at_an_end(self, among: Bools) -> Bools:
        """Whether the first or the last byte of each text is one of some, shape (n,); ``among`` has shape (256,)."""
        rows = np.flatnonzero(self.lengths)
        found = np.zeros(len(self.lengths), dtype=bool)
        first, last = (self._at(rows, place) for place in (0, -1))
        found[rows] = among[first] | among[last]
        return found

    def is_short_within(self, signs: str, most: int) -> Bools:
        """Whether each text may have at most some bytes without the signs around it, shape (n,).

        Parameters
        ----------
        signs : str
            Of ASCII.
        most : int
        """
        # Where two bytes or more are to go there are two signs at its start, two at its end, or one at each.
        found = self.lengths <= most + 1
        rows = np.flatnonzero(~found)
        among = _table(signs)
        first, second, last_but_one, last = (among[self._at(rows, place)] for place in (0, 1, -2, -1))
        found[rows] = (first & second) | (first & last) | (last_but_one & last)
        return found

    def may_hold_guard(self) -> Bools:
        """Whether each text has the sign of a guard at its start, or behind a sign after which a guard may stand, shape (n,)."""
        found = np.zeros(len(self.lengths), dtype=bool)
        before = _table(_BEFORE_GUARD)
        for start in range(int(self.starts[0]) if len(self.starts) else 0, len(self.data), _BLOCK_BYTES):
            at = start + np.flatnonzero(self.data[start : start + _BLOCK_BYTES] == ord(GUARD))
            rows = np.searchsorted(self.starts, at, side="right") - 1
            found[rows[(at == self.starts[rows]) | before[self.data[at - 1]]]] = True
        return found

    def _at(self, rows: Ints, place: int) -> npt.NDArray[np.uint8]:
        found: npt.NDArray[np.uint8] = self.data[self.starts[rows] + place + (self.lengths[rows] if place < 0 else 0)]
        return found


def _table(signs: str) -> Bools:
    """Whether each byte is one of some signs of ASCII, shape (256,)."""
    return np.isin(np.arange(256), [ord(sign) for sign in signs])


_AROUND_OR_NOT_ASCII = _table(_ASCII_AROUND) | (np.arange(256) >= 128)


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
    return _series(pc.if_else(missing, None, array) if missing.true_count else array)


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
