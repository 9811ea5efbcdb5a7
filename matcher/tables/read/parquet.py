"""Read a Parquet file into cells of text, one portion of rows at a time.

What a cell means is left to the readers of columns, which judge it as they judge a cell of a CSV file. Only floats
stay numbers: 1.200 people is a broken count in a number, and twelve hundred in a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from matcher.messages import Message
from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.problems import Problem, shorten
from matcher.tables.read.cells import Cells, cell_text, texts_of
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.raw import UnreadableFileError, read_content, unreadable
from matcher.tables.read.raw_table import RawTable
from matcher.tables.read.text_columns import column_of, is_filled, is_text_column, missing_texts
from matcher.tables.schema.specs import CellType
from matcher.tables.schema.vocabulary import SEPARATOR

if TYPE_CHECKING:
    import pyarrow as pa

PORTION_ROWS = 65_536
_MOST_ROWS = 50_000_000
_READ_AHEAD_BYTES = 1 << 20
_MAGIC, _ENCRYPTED_MAGIC = b"PAR1", b"PARE"
_SUFFIXES = (".parquet", ".pq")
_SAVE_AGAIN = Message("Write it again, or send it as CSV (UTF-8)")
_WORD_KINDS = frozenset({CellType.WORDS, CellType.OPEN_WORDS})
_MIDNIGHT = re.compile(r" 00:00:00(\.0+)?$")
_NO_FRACTION = re.compile(r"\.0+(?=Z|[+-]|$)")


def is_parquet(path: Path) -> bool:
    """Return whether a file is Parquet by its first bytes, or claims to be by its name."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError:
        return False  # the reader reports the error
    return start in (_MAGIC, _ENCRYPTED_MAGIC) or path.suffix.casefold() in _SUFFIXES


@dataclass(frozen=True)
class CellRows:
    """Some rows of a file.

    Attributes
    ----------
    numbers : ndarray of shape (n,), int64
        Each row's number in the file, the first being 1; rows without any content are left out.
    columns : list of n cells each
        Text, or a Series of floats.
    """

    numbers: np.ndarray
    columns: list[Cells]

    def raw(self, source: ParquetCells) -> RawTable:
        """Return the table that these rows are, without its cells."""
        numbers = self.numbers.tolist()
        return RawTable(
            source.file, source.headings, [], numbers, numbers, list(source.problems), frozenset(source.unread)
        )


class ParquetCells:
    """An open Parquet file; to be closed.

    What pandas or Arrow noted in it for themselves (an index, types of their own) counts for nothing: an index is
    a column, and a type of their own is what it is stored as.

    Parameters
    ----------
    path : Path
    known : KnownHeadings
        Of the table that is wanted: they say which columns may hold lists of words.

    Attributes
    ----------
    file : str
    headings : list of str
    count : int
        Rows that the file says it has.
    problems : list of Problem
        Of columns that hold no cells: errors where the column is known.
    unread : set of int
        Their positions.

    Raises
    ------
    UnreadableFileError
        When it cannot be opened, here and in every reading.
    """

    def __init__(self, path: Path, known: KnownHeadings) -> None:
        import pyarrow.parquet as pq

        self.file = path.name
        self._check_start(path)
        with self._damage_as_problem():
            # Read ahead a little instead of a whole column of a row group, which may be all there is in the file.
            self._parquet = pq.ParquetFile(path, buffer_size=_READ_AHEAD_BYTES, pre_buffer=False)
            schema, metadata = self._parquet.schema_arrow, self._parquet.metadata
            group_rows = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        try:
            self.count: int = metadata.num_rows
            if self.count != sum(group_rows) or min(group_rows, default=0) < 0:
                raise self._damaged(Message("it does not hold as many rows as it says"))
            if self.count > _MOST_ROWS:
                raise unreadable(
                    self.file,
                    Message(
                        "the file claims to have {count} rows, and more than {most_rows} are not read",
                        count=f"{self.count:,}",
                        most_rows=f"{_MOST_ROWS:,}",
                    ),
                    Message("Check how it was made, or split it"),
                    "file_kind",
                )
            self._readers: list[Callable[[Any], Cells] | None] = [_reader_of(field.type) for field in schema]
            self.headings = [" ".join(from_safe_cell(name).split()) for name in schema.names]
            self.problems: list[Problem] = []
            self.unread: set[int] = set()
            for position, field in enumerate(schema):
                self._check_type(position, field.type, known)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._parquet.close()

    @property
    def is_one_portion(self) -> bool:
        """Whether all rows are read in one go."""
        return self.count <= PORTION_ROWS

    def portions(self) -> Iterator[CellRows]:
        """Yield all rows in order, at most ``PORTION_ROWS`` in one go, however the row groups are cut."""
        import pyarrow as pa

        first, waiting, count = 1, list[Any](), 0
        for batch in self._batches():
            waiting.append(batch)
            count += batch.num_rows
            while count >= PORTION_ROWS:
                rows = pa.Table.from_batches(waiting)
                yield self._cells(rows.slice(0, PORTION_ROWS), np.arange(first, first + PORTION_ROWS))
                waiting = rows.slice(PORTION_ROWS).to_batches()
                first, count = first + PORTION_ROWS, count - PORTION_ROWS
        if count:
            yield self._cells(pa.Table.from_batches(waiting), np.arange(first, first + count))
        if first - 1 + count != self.count:
            raise self._damaged(Message("it does not hold as many rows as it says"))

    def whole(self) -> CellRows:
        """Return all rows."""
        parts = list(self.portions())
        none = np.empty(0, dtype=np.int64)
        return CellRows(
            np.concatenate([none, *(part.numbers for part in parts)]),
            [joined([part.columns[position] for part in parts]) for position in range(len(self.headings))],
        )

    def _batches(self) -> Iterator[Any]:
        with self._damage_as_problem():
            batches = self._parquet.iter_batches(PORTION_ROWS)
        while True:
            with self._damage_as_problem():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _cells(self, rows: pa.Table, numbers: np.ndarray) -> CellRows:
        columns: list[Cells] = []
        filled = np.zeros(rows.num_rows, dtype=bool)
        for heading, reader, column in zip(self.headings, self._readers, rows.columns, strict=True):
            if reader is None:
                columns.append(missing_texts(rows.num_rows))
                continue
            with self._damage_as_problem(heading):
                cells = joined([reader(chunk) for chunk in column.chunks])
            columns.append(cells)
            if not filled.all():
                filled |= _filled_in(cells)
        if filled.all():
            return CellRows(numbers, columns)
        kept = np.flatnonzero(filled).tolist()
        return CellRows(
            numbers[kept],
            [
                cells.iloc[kept].reset_index(drop=True) if isinstance(cells, pd.Series) else [cells[at] for at in kept]
                for cells in columns
            ],
        )

    def _check_start(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                start = file.read(64)
        except OSError:
            start = b""
        if start.startswith(_MAGIC):
            return
        if start.startswith(_ENCRYPTED_MAGIC):
            raise unreadable(
                self.file, Message("the Parquet file is encrypted"), Message("Write it without a key"), "file_kind"
            )
        if len(start) < 64:
            read_content(path)  # says what is wrong with a file that is not there, not to be opened, or empty
        raise unreadable(
            self.file,
            Message("the name says Parquet, but the content is something else"),
            Message("Name it after what it is, such as .csv, or write it again as Parquet"),
            "file_kind",
        )

    def _check_type(self, position: int, kind: pa.DataType, known: KnownHeadings) -> None:
        heading = self.headings[position]
        column = known.column_of(heading)
        if self._readers[position] is not None and not (
            column and _is_list(kind) and known.spec.by_name[column].cell_type not in _WORD_KINDS
        ):
            return
        self.unread.add(position)
        self._readers[position] = None
        shown = shorten(str(kind))
        if column:
            message = Message(
                "the column holds {shown}, where text, numbers, dates or yes and no are read", shown=shown
            )
            remedy = Message("Write one plain value in every cell")
        else:
            message = Message("the column holds {shown}, which cannot be passed on, so it is left out", shown=shown)
            remedy = Message("Write one plain value in every cell if you want it in the results")
        where = heading if heading.strip() else f"number {position + 1}"
        self.problems.append(
            Problem(self.file, None, where, message, remedy, "error" if column else "warning", "column_kind")
        )

    @contextmanager
    def _damage_as_problem(self, column: str | None = None) -> Iterator[None]:
        import pyarrow as pa

        try:
            yield
        except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
            raise self._damaged(_reason(error), column) from None

    def _damaged(self, reason: str, column: str | None = None) -> UnreadableFileError:
        failure = unreadable(
            self.file, Message("the Parquet file is damaged ({reason})", reason=reason), _SAVE_AGAIN, "file_kind"
        )
        return UnreadableFileError(replace(failure.problem, column=column))


def joined(pieces: Sequence[Cells]) -> Cells:
    """Return the cells of a column that came in pieces."""
    series = [piece for piece in pieces if isinstance(piece, pd.Series)]
    if series:
        return pd.concat(series, ignore_index=True)
    return [cell for piece in pieces for cell in piece]


def _filled_in(cells: Cells) -> np.ndarray:
    """Return of each cell whether there is anything in it."""
    if is_text_column(cells):
        return is_filled(cells)
    if isinstance(cells, pd.Series):
        return cells.notna().to_numpy()
    return np.fromiter((bool(text.strip()) for text in texts_of(cells)), dtype=bool, count=len(cells))


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError) or "UTF8" in str(error):
        return Message("text that is not UTF-8")
    if isinstance(error, MemoryError):
        return Message("it asks for more memory than there is")
    return shorten(str(error).partition("\n")[0].rstrip("."), 100)


def _is_list(kind: pa.DataType) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    )


def _reader_of(kind: pa.DataType) -> Callable[[Any], Cells] | None:
    """Converter from arrays of a type to cells; None where the type cannot be one of cells."""
    import pyarrow as pa

    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        stored = _reader_of(kind.storage_type)
        return stored and (lambda array: stored(array.storage))
    if types.is_dictionary(kind):
        value = _reader_of(kind.value_type)
        return value and (lambda array: value(array.dictionary_decode()))
    if types.is_floating(kind) or (types.is_decimal(kind) and kind.scale > 0):
        return _numbers
    if types.is_timestamp(kind):
        return _moments
    if types.is_null(kind) or types.is_boolean(kind) or types.is_integer(kind) or types.is_date(kind):
        return lambda array: column_of(array.cast(pa.string()))
    if types.is_time(kind):
        return lambda array: [_NO_FRACTION.sub("", text or "") for text in array.cast(pa.string()).to_pylist()]
    if types.is_decimal(kind):
        return lambda array: [cell_text(value) for value in array.to_pylist()]
    if _is_text(kind):
        return column_of
    if _is_list(kind) and (_is_text(kind.value_type) or types.is_null(kind.value_type)):
        return _lists
    return None


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _lists(array: Any) -> list[str]:
    return [SEPARATOR.join(word for word in words or () if word) for words in array.to_pylist()]


def _numbers(array: Any) -> pd.Series[Any]:
    """Return floats; those of less precision by way of their own text, so that 1.1 stays 1.1."""
    import pyarrow as pa

    if pa.types.is_float64(array.type):
        return pd.Series(array.to_numpy(zero_copy_only=False), dtype="float64")
    if pa.types.is_decimal(array.type):
        values = [np.nan if value is None else float(value) for value in array.to_pylist()]
    else:
        values = [float(str(value)) for value in array.to_numpy(zero_copy_only=False)]
    return pd.Series(values, dtype="float64")


def _moments(array: Any) -> list[str]:
    """Return timestamps as text: a day where the clock stands at midnight and no zone is named."""
    import pyarrow as pa

    found = array.dictionary_encode()
    texts = [
        _NO_FRACTION.sub("", _MIDNIGHT.sub("", text or "")) for text in found.dictionary.cast(pa.string()).to_pylist()
    ]
    return ["" if at is None else texts[at] for at in found.indices.to_pylist()]
