"""OpenDocument spreadsheets: tabs, line breaks and repeated spaces inside a cell, which its reader drops, as characters."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

_CONTENT = "content.xml"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_TAB = re.compile(rb"<text:tab(?:\s[^>]*)?(?:/>|>\s*</text:tab>)")
_SPACES = re.compile(rb"<text:s(?:\s+text:c=[\"'](\d+)[\"'])?\s*/>")
_MOST_SPACES = 100
_ERROR_CELL = re.compile(
    rb"<table:table-cell\b([^>]*)>\s*<text:p>(#[A-Z/0]{3,12}[!?]|#N/A|Err:\d{3})</text:p>\s*</table:table-cell>"
)
_VALUE = re.compile(rb"\s(?:office:(?:value|string-value|value-type)|calcext:value-type)=[\"'][^\"']*[\"']")
ERROR_MARK = "\ue000"
"""Stands before the text of a cell that shows an error, for the reader of its values to know it from a plain text."""
_LINE_BREAK = re.compile(rb"<text:line-break(?:\s[^>]*)?(?:/>|>\s*</text:line-break>)")


def is_ods(content: bytes) -> bool:
    """Whether the bytes of a file are an OpenDocument spreadsheet: its first entry says so."""
    return content.startswith(b"PK") and _ODS in content[:200]


def with_breaks(content: bytes) -> bytes:
    """Bytes of a spreadsheet in which elements for tabs and line breaks are the characters that they stand for.

    Cells that show an error hold its text, behind ``ERROR_MARK``.

    A damaged archive is left unread here: the reader of its values reports the damage.
    """
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w") as mended:
            for entry in archive.infolist():
                cells = archive.read(entry)
                if entry.filename == _CONTENT:
                    cells = _SPACES.sub(_spaces, _LINE_BREAK.sub(b"\n", _TAB.sub(b"\t", cells)))
                    cells = _ERROR_CELL.sub(_error, cells)
                mended.writestr(entry, cells)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return content
    return written.getvalue()


def _error(cell: re.Match[bytes]) -> bytes:
    """Cell with an error as one with its text, which is what its author sees; of a plain text nothing changes."""
    if b"table:formula=" not in cell[1] and b'"error"' not in cell[1]:
        return cell[0]
    attributes = _VALUE.sub(b"", cell[1]) + b' office:value-type="string"'
    text = ERROR_MARK.encode() + cell[2]
    return b"<table:table-cell" + attributes + b"><text:p>" + text + b"</text:p></table:table-cell>"


def _spaces(element: re.Match[bytes]) -> bytes:
    return b" " * min(int(element[1] or 1), _MOST_SPACES)
