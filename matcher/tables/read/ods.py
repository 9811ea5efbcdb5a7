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
_LINE_BREAK = re.compile(rb"<text:line-break(?:\s[^>]*)?(?:/>|>\s*</text:line-break>)")


def is_ods(content: bytes) -> bool:
    """Whether the bytes of a file are an OpenDocument spreadsheet: its first entry says so."""
    return content.startswith(b"PK") and _ODS in content[:200]


def with_breaks(content: bytes) -> bytes:
    """Bytes of a spreadsheet in which elements for tabs and line breaks are the characters that they stand for.

    A damaged archive is left unread here: the reader of its values reports the damage.
    """
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w") as mended:
            for entry in archive.infolist():
                cells = archive.read(entry)
                if entry.filename == _CONTENT:
                    cells = _SPACES.sub(_spaces, _LINE_BREAK.sub(b"\n", _TAB.sub(b"\t", cells)))
                mended.writestr(entry, cells)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return content
    return written.getvalue()


def _spaces(element: re.Match[bytes]) -> bytes:
    return b" " * min(int(element[1] or 1), _MOST_SPACES)
