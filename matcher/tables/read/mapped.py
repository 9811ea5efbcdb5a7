"""A frame whose texts lie in files that are mapped into memory: it may be larger than the memory there is."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa


class MappedFrame:
    """A frame that grows by portions; a context manager, in which :meth:`frame` is asked for once.

    The files lie in a temporary folder of the system's choice (``TMPDIR``), as large as the texts are. Where the system
    allows it they have no name any more once they are mapped, so that nothing is left of them whenever the process ends.
    """

    def __enter__(self) -> MappedFrame:
        self._folder = Path(tempfile.mkdtemp(prefix="matcher-"))
        self._texts: dict[str, _TextFile] = {}
        self._others: dict[str, list[pd.Series[Any]]] = {}
        self._columns: list[str] = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for text in self._texts.values():
            text.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, frame: pd.DataFrame) -> None:
        """Add rows below those that are there; every portion has the same columns.

        Parameters
        ----------
        frame : DataFrame
            Columns of the dtype ``str`` go to files, the others stay in memory.
        """
        if not self._columns:
            self._columns = [str(column) for column in frame.columns]
            for number, (column, dtype) in enumerate(frame.dtypes.items()):
                if dtype == "str":
                    self._texts[str(column)] = _TextFile(self._folder / str(number))
                else:
                    self._others[str(column)] = []
        for column, text in self._texts.items():
            text.add(frame[column])
        for column, parts in self._others.items():
            parts.append(frame[column])

    def frame(self) -> pd.DataFrame:
        """Return all rows, with a range index."""
        import pyarrow as pa

        texts = pa.table({column: text.mapped() for column, text in self._texts.items()}).to_pandas()
        others = {column: pd.concat(parts, ignore_index=True) for column, parts in self._others.items()}
        return pd.DataFrame({column: texts[column] if column in texts else others[column] for column in self._columns})


class _TextFile:
    """A column of text as Arrow lays it out, its bytes and where each text starts in files, as one array.

    Arrow joins an array that lies in several pieces before rows are taken from it, and so would copy it all.
    """

    def __init__(self, path: Path) -> None:
        self._paths = [path.with_suffix(suffix) for suffix in (".bytes", ".starts")]
        self._files: list[BinaryIO] = [path.open("wb") for path in self._paths]
        self._known: list[np.ndarray] = []
        self._size = 0
        self._files[1].write(np.zeros(1, dtype=np.int64).tobytes())

    def add(self, texts: pd.Series[Any]) -> None:
        import pyarrow as pa

        array = pa.array(texts, type=pa.large_string(), from_pandas=True)
        for piece in array.chunks if isinstance(array, pa.ChunkedArray) else [array]:
            _, starts, content = piece.buffers()
            here = np.frombuffer(starts, dtype=np.int64)[piece.offset : piece.offset + len(piece) + 1]
            if content is not None:
                self._files[0].write(memoryview(content)[here[0] : here[-1]])
            self._files[1].write((here[1:] - here[0] + self._size).tobytes())
            self._size += int(here[-1] - here[0])
            self._known.append(piece.is_valid().to_numpy(zero_copy_only=False))

    def mapped(self) -> pa.Array:
        """Return the texts, mapped into memory."""
        import pyarrow as pa

        self.close()
        known = np.concatenate(self._known)
        validity = pa.py_buffer(np.packbits(known, bitorder="little").tobytes())
        content, starts = (_mapped(path) for path in self._paths)
        return pa.Array.from_buffers(pa.large_string(), len(known), [validity, starts, content])

    def close(self) -> None:
        for file in self._files:
            file.close()


def _mapped(path: Path) -> pa.Buffer:
    import pyarrow as pa

    if not path.stat().st_size:
        return pa.py_buffer(b"")
    with pa.memory_map(str(path)) as file:
        buffer = file.read_buffer()
    with contextlib.suppress(OSError):  # Windows keeps it until the mapping ends
        path.unlink()
    return buffer
