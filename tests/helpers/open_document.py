"""Write an OpenDocument spreadsheet as its format says: values beside the text that is shown, tabs and breaks as elements."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"


def write_ods(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write rows of texts, numbers, days, times and yes and no; None is an empty cell."""
    cells = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_NAMES}:office:1.0" '
        f'xmlns:table="{_NAMES}:table:1.0" xmlns:text="{_NAMES}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Blad1">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0"?><m:manifest xmlns:m="{_NAMES}:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{_KIND}"/></m:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _KIND)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _cell(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("no cell holds this number")
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            attributes = {"boolean": ("boolean-value", str(value).lower())}
        case int() | float() | Decimal():
            attributes = {"float": ("value", str(value))}
        case dt.date():  # a moment too
            attributes = {"date": ("date-value", value.isoformat())}
        case dt.time():
            attributes = {"time": ("time-value", f"PT{value.hour:02}H{value.minute:02}M{value.second:02}S")}
        case dt.timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            attributes = {"time": ("time-value", f"PT{minutes // 60:02}H{minutes % 60:02}M{seconds:02}S")}
        case _:
            _check_characters(str(value))
            return f'<table:table-cell office:value-type="string">{_paragraphs(str(value))}</table:table-cell>'
    [(kind, (name, text))] = attributes.items()
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}={quoteattr(text)}>'
        f"{_paragraphs(str(value))}</table:table-cell>"
    )


def _check_characters(text: str) -> None:
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text):
        raise ValueError("XML does not hold this character")


def _paragraphs(text: str) -> str:
    lines = re.split(r"\r\n|\r|\n", text)
    return "".join(f"<text:p>{_spaces(escape(line))}</text:p>" for line in lines)


def _spaces(line: str) -> str:
    # Spaces at the start and repeated ones would be lost as white space of XML.
    line = re.sub(r"(?<= ) +|^ +", lambda match: f'<text:s text:c="{len(match[0])}"/>', line)
    return line.replace("\t", "<text:tab/>")
