"""Empty workbooks to fill in, with a comment on every heading and drop-downs where words are fixed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from matcher.errors import OutputError, SettingsError
from matcher.tables.schema.tables import TABLES, ColumnSpec, Kind, TableSpec
from matcher.tables.write.files import write_results

LANGUAGES = ("nl", "en")
_ROWS = 2000
_KIND_HINTS = {
    "nl": {
        Kind.NUMBER: "Getal.",
        Kind.COUNT: "Geheel getal.",
        Kind.BOOLEAN: "Ja of nee.",
        Kind.DATE: "Datum, zoals 31-03-2026.",
        Kind.WORDS: "Meer dan één mag, met ; ertussen.",
        Kind.OPEN_WORDS: "Meer dan één mag, met ; ertussen.",
    },
    "en": {
        Kind.NUMBER: "A number.",
        Kind.COUNT: "A whole number.",
        Kind.BOOLEAN: "Yes or no.",
        Kind.DATE: "A date, such as 2026-03-31.",
        Kind.WORDS: "More than one is fine, with ; between.",
        Kind.OPEN_WORDS: "More than one is fine, with ; between.",
    },
}
_WORDING = {
    "nl": {
        "required": "Verplicht.",
        "optional": "Leeg betekent: onbekend.",
        "choices": "Kies uit",
        "yes": "ja",
        "no": "nee",
    },
    "en": {"required": "Required.", "optional": "Blank means unknown.", "choices": "One of", "yes": "yes", "no": "no"},
}


def write_templates(folder: Path, language: str = "nl") -> list[Path]:
    """Write one empty workbook a table into a folder.

    Parameters
    ----------
    folder : Path
    language : {"nl", "en"}
        Of the headings and comments; both are read back.

    Returns
    -------
    list of Path

    Raises
    ------
    SettingsError
        When the language is not known.
    OutputError
        When the folder cannot be written to, or holds a workbook of that name: it may have been filled in.
    """
    if language not in LANGUAGES:
        raise SettingsError(f"--language: there is no language '{language}' (known: {', '.join(LANGUAGES)})")
    paths = [folder / f"{name}.xlsx" for name in TABLES]
    for path in paths:
        if path.exists():
            raise OutputError(f"{path} is there already and is not written over. Name another folder with --out")
    files: dict[str, str | bytes] = {f"{name}.xlsx": _workbook(spec, language) for name, spec in TABLES.items()}
    write_results(folder, files)
    return paths


def _workbook(spec: TableSpec, language: str) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "valign": "top"})
    must = book.add_format({"bold": True, "bg_color": "#7F3F00", "font_color": "#FFFFFF", "border": 1, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    sheet = book.add_worksheet(spec.name)
    for position, column in enumerate(spec.columns):
        heading = _heading(column, language)
        sheet.write_string(0, position, heading, must if column.required else head)
        sheet.write_comment(0, position, _comment(column, language), {"x_scale": 2, "y_scale": 1.4})
        # Text format keeps 0123 and 1011 AB as they were typed.
        as_text = column.kind not in (Kind.NUMBER, Kind.COUNT, Kind.DATE)
        width = 50 if column.kind is Kind.TEXT else max(14, len(heading) + 4)
        sheet.set_column(position, position, width, text if as_text else plain)
        choices = _choices(column, language)
        if choices:
            sheet.data_validation(
                1, position, _ROWS, position, {"validate": "list", "source": choices, "error_type": "warning"}
            )
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, len(spec.columns) - 1)
    book.close()
    return buffer.getvalue()


def _heading(column: ColumnSpec, language: str) -> str:
    return column.headings[0] if language == "nl" and column.headings and column.name not in _KEPT else column.name


# Ids keep their names: it is by these that the three tables are joined.
_KEPT = frozenset({"unit_id", "nonprofit_id", "status"})


def _choices(column: ColumnSpec, language: str) -> list[str]:
    if column.kind is Kind.WORD:
        return list(_words(column, language))
    if column.kind is Kind.BOOLEAN:
        return [_WORDING[language]["yes"], _WORDING[language]["no"]]
    return []


def _words(column: ColumnSpec, language: str) -> tuple[str, ...]:
    return column.choices_nl if language == "nl" else column.choices


def _comment(column: ColumnSpec, language: str) -> str:
    words: dict[str, Any] = _WORDING[language]
    meaning = column.meaning_nl if language == "nl" else column.meaning
    parts = [meaning + ".", _KIND_HINTS[language].get(column.kind, "")]
    if column.words and column.kind in (Kind.WORD, Kind.WORDS):
        parts.append(f"{words['choices']}: {', '.join(_words(column, language))}.")
    parts.append(words["required"] if column.required else words["optional"])
    return " ".join(part for part in parts if part)
