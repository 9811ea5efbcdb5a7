"""Workbooks in the old format of Excel (.xls): cells with a formula, and cells that show an error, which their reader drops."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

_FORMULA, _BOOLEAN_OR_ERROR, _SHEET, _END = 0x0006, 0x0205, 0x0085, 0x000A
_STREAMS = ("Workbook", "Book")
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

Position = tuple[int, int]
"""Row and column, from 0."""


def formulas_and_errors(content: bytes) -> list[tuple[frozenset[Position], dict[Position, str]]]:
    """Cells with a formula, and the texts of those that show an error, sheet by sheet.

    A damaged file gives what could be read: what is wrong with it is said by the reader of its values.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as archive:
            name = next((name for name in _STREAMS if archive.exists(name)), None)
            stream = b"" if name is None else archive.openstream(name).read()
    except Exception:  # whatever the library makes of a file that is damaged
        return []
    starts = [
        struct.unpack_from("<I", data)[0] for kind, data in _records(stream, 0) if kind == _SHEET and len(data) > 4
    ]
    return [_of_sheet(stream, start) for start in starts]


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of one part of the stream."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size


def _of_sheet(stream: bytes, start: int) -> tuple[frozenset[Position], dict[Position, str]]:
    formulas: set[Position] = set()
    errors: dict[Position, str] = {}
    for kind, data in _records(stream, start):
        if kind == _FORMULA and len(data) >= 14:
            position = struct.unpack_from("<HH", data)
            formulas.add(position)
            if data[6] == 2 and data[12:14] == b"\xff\xff":  # the value is an error rather than a number
                errors[position] = _ERRORS.get(data[8], "#")
        elif kind == _BOOLEAN_OR_ERROR and len(data) >= 8 and data[7] == 1:
            errors[struct.unpack_from("<HH", data)] = _ERRORS.get(data[6], "#")
    return frozenset(formulas), errors
