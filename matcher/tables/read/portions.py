"""Read a Parquet file that may be larger than memory: portion by portion, each judged as a whole table is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
import pandas as pd

from matcher.messages import Message
from matcher.tables.problems import Problem, TableError
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.mapped import MappedFrame
from matcher.tables.read.parquet import CellRows, ParquetCells
from matcher.tables.read.raw import UnreadableFileError
from matcher.tables.read.tables import Table, interpret, known_headings
from matcher.tables.schema.checks import DUPLICATE_CODE, DUPLICATE_MESSAGE, DUPLICATE_REMEDY
from matcher.tables.schema.specs import ColumnSpec

MOST_PROBLEMS = 1_000
"""Problems of one kind that are kept; the rest are counted."""
_SOLVE_FIRST = Message("Solve those above first")
_NO_ROWS = np.empty(0, dtype=np.int64)
_NO_FRAME = pd.DataFrame()


class Portions:
    """The rows of a Parquet file, a portion at a time; made by :func:`open_portions`, and to be closed.

    Iterating gives tables of at most 65,536 rows, in the order of the file. The frames put together are the frame
    that :func:`matcher.tables.read.tables.read_table` gives; their ``rows`` count over the whole file. A table carries
    the problems of its own cells and headings; what only the whole file shows (an id that comes twice, that there
    are no rows) is in :attr:`problems`. A file without rows gives one table without rows. Of the rows that passed,
    only their ids are kept.

    Parameters
    ----------
    path : Path
    known : KnownHeadings

    Attributes
    ----------
    file : str
        Name, to show in messages.
    count : int
        Rows in the file, those without any content among them.
    is_one : bool
        Whether they are one portion.
    """

    def __init__(self, path: Path, known: KnownHeadings) -> None:
        self._known = known
        with _as_table_error():
            self._cells = ParquetCells(path, known)
        self.file, self.count, self.is_one = self._cells.file, self._cells.count, self._cells.is_one_portion
        self._problems: tuple[Problem, ...] | None = None

    def __enter__(self) -> Portions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._cells.close()

    def __iter__(self) -> Iterator[Table]:
        """Yield the portions; may be done again.

        Raises
        ------
        TableError
            When the file turns out to be damaged; what came before is not the whole list then.
        """
        collected = _CollectedProblems(self.file)
        unique = [column.name for column in self._known.spec.columns if column.unique]
        passed: list[Table] = []
        with _as_table_error():
            for cells in self._cells.portions():
                if not len(cells.numbers):
                    continue
                table = self._table(cells)
                ids = {name: table.cells[name] for name in unique if name in table.cells}
                passed.append(replace(table, frame=table.frame[unique], problems=(), cells=ids))
                collected.add(table.problems)
                yield table
        for name in unique if passed else ():
            _collect_duplicates(name, passed, collected)
        if not passed:
            table = self._table(CellRows(_NO_ROWS, [[] for _ in self._cells.headings]))
            collected.add(table.problems)
            yield table
        self._problems = collected.problems()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the file, at most ``MOST_PROBLEMS`` of a kind and the number of the rest.

        Raises
        ------
        RuntimeError
            Before all portions were read.
        """
        if self._problems is None:
            raise RuntimeError("the problems of a file are known once all its portions were read")
        return self._problems

    def _table(self, cells: CellRows) -> Table:
        table = interpret(self._known, cells.raw(self._cells), cells.columns, remove_guards=True)
        # Whether a value comes twice is for the whole file to say.
        return replace(table, problems=tuple(each for each in table.problems if each.code != DUPLICATE_CODE))


def _collect_duplicates(column: str, tables: Sequence[Table], collected: _CollectedProblems) -> None:
    """Take in the rows of a list of tables whose value of a column comes twice in all of them."""
    ids = pd.concat([table.frame[column] for table in tables], ignore_index=True)
    twice = np.flatnonzero(ids.notna() & ids.duplicated(keep=False))
    starts = np.cumsum([0, *(len(table.frame) for table in tables)])
    found = []
    for position in twice[:MOST_PROBLEMS]:
        at = int(np.searchsorted(starts, position, side="right")) - 1
        table, within = tables[at], int(position - starts[at])
        found.append(table.problem(within, column, DUPLICATE_MESSAGE, DUPLICATE_REMEDY, "error", DUPLICATE_CODE))
    collected.add(found, more=len(twice) - len(found))


class _CollectedProblems:
    """The problems of a file as they are found, at most ``MOST_PROBLEMS`` of each kind."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._of_file: dict[Problem, None] = {}
        self._of_rows: dict[tuple[Literal["error", "warning"], str], list[Problem]] = {}
        self._more: Counter[tuple[Literal["error", "warning"], str]] = Counter()

    def add(self, problems: Iterable[Problem], more: int = 0) -> None:
        """Take in problems; ``more`` of the kind of the last one are not among them."""
        kind = None
        for problem in problems:
            if problem.row is None:
                self._of_file.setdefault(problem)
                continue
            kind = problem.severity, problem.code
            kept = self._of_rows.setdefault(kind, [])
            if len(kept) < MOST_PROBLEMS:
                kept.append(problem)
            else:
                self._more[kind] += 1
        if kind and more:
            self._more[kind] += more

    def problems(self) -> tuple[Problem, ...]:
        """Return those of the file, the errors row by row, the warnings kind by kind, and what was too many."""
        rows = [problem for kept in self._of_rows.values() for problem in kept]
        errors = sorted((each for each in rows if each.is_error), key=lambda problem: problem.row or 0)
        # By their codes: which kind comes first in a file depends on where its portions end.
        warnings = sorted((each for each in rows if not each.is_error), key=lambda problem: problem.code)
        beyond = [
            Problem(
                self._file,
                None,
                None,
                Message("{count} more of the same kind ({code})", count=count, code=code),
                _SOLVE_FIRST,
                severity,
                code,
            )
            for (severity, code), count in self._more.items()
        ]
        return (*self._of_file, *errors, *warnings, *beyond)


def joined_portions(
    portions: Portions, check: Callable[[Table], Iterable[Problem]]
) -> tuple[Table, tuple[Problem, ...]]:
    """Return a file that may be larger than memory as one table; its texts stay in files, mapped into memory.

    Parameters
    ----------
    portions : Portions
    check : callable
        Given a portion, returns what else is wrong with it.

    Returns
    -------
    (Table, tuple of Problem)
        What :func:`matcher.tables.read.tables.read_table` gives, but that problems are counted beyond ``MOST_PROBLEMS`` of a
        kind, and that cells as they came are not kept; and what ``check`` found, counted likewise.

    Raises
    ------
    TableError
        When the file turns out to be damaged.
    """
    with MappedFrame() as rows:
        found = _CollectedProblems(portions.file)
        parts = []
        for part in portions:
            rows.add(part.frame)
            found.add(check(part))
            parts.append(replace(part, frame=_NO_FRAME, cells={}))
        whole = replace(
            parts[0],
            frame=rows.frame(),
            problems=portions.problems,
            rows=np.concatenate([part.rows for part in parts]),
            lines=np.concatenate([part.lines for part in parts]),
        )
    return whole, found.problems()


def open_portions(
    path: str | Path,
    name: str = "nonprofits",
    columns: Mapping[str, str] | None = None,
    extra_columns: Sequence[ColumnSpec] = (),
) -> Portions:
    """Open a Parquet file to read it a portion at a time, in memory that its length does not add to but by its ids.

    CSV, TSV and Excel files cannot be read so: they are read whole, and have to fit in memory.

    Parameters
    ----------
    path : str or Path
        A file for which :func:`matcher.tables.read.parquet.is_parquet` holds.
    name : {"units", "nonprofits", "partnerships"}
    columns, extra_columns
        As in :func:`matcher.tables.read.tables.read_table`.

    Raises
    ------
    TableError
        When the file cannot be opened, or is no Parquet.
    """
    return Portions(path if isinstance(path, Path) else Path(path), known_headings(name, columns, extra_columns))


@contextmanager
def _as_table_error() -> Iterator[None]:
    try:
        yield
    except UnreadableFileError as failure:
        raise TableError([failure.problem]) from None
