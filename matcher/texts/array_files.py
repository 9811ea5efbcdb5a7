"""Arrays in files: mapped into memory, and written a part at a time."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

_header_lock = threading.Lock()
"""numpy parses the header of a file as Python code, which Python 3.11 sometimes fails to do in two threads at once."""

_LONGEST_HEADER = 2**16 + 10
"""Bytes of the header of a file at most, in the version that numpy writes."""


def load_array(path: Path) -> npt.NDArray[Any]:
    """Array of a file of :func:`numpy.save`, of the shape it was saved with, mapped into memory.

    Parameters
    ----------
    path : Path

    Raises
    ------
    OSError, ValueError, TypeError
        When it cannot be read, is no such file, or ends early.
    """
    import pyarrow as pa  # here, since a run that is kept needs no arrays

    # numpy's own map holds a descriptor as long as the array, and a process may have about a thousand only.
    with pa.memory_map(str(path)) as file:
        content = file.read_buffer()
    header = io.BytesIO(content[:_LONGEST_HEADER])
    with _header_lock:
        np.lib.format.read_magic(header)
        shape, is_transposed, dtype = np.lib.format.read_array_header_1_0(header)
    if dtype.hasobject:  # what the file says would be taken for addresses in memory
        raise ValueError(f"{path} holds Python objects")
    return np.ndarray(shape, dtype, content, header.tell(), order="F" if is_transposed else "C")


class ArrayFile:
    """A new file of an array whose rows are appended in order; what :func:`numpy.save` writes.

    Parameters
    ----------
    path : Path
    shape : tuple of int
        Of the whole array.
    dtype : data-type
    """

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._file = path.open("xb")
        header = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)

    def append(self, rows: npt.NDArray[Any]) -> None:
        """Write the next rows."""
        self._file.write(np.ascontiguousarray(rows, dtype=self._dtype).data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
