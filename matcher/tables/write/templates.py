"""Empty workbooks to fill in, with a comment on every heading and drop-downs where words are fixed."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from matcher.i18n.folding import fold
from matcher.i18n.language import Language, load_language, message
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.tables import TABLE_NAMES, TABLES
from matcher.tables.schema.vocabulary import BOOLEAN_WORDS, RESOURCE_WORDS, STATUS_WORDS
from matcher.tables.status import Status
from matcher.tables.write.files import write_new_results
from matcher.tables.write.known_words import known_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ROWS = 2000
_LINE_HEIGHT = 15
_FILLED = 0.85
"""Share of a line that words fill: one that does not fit goes to the next."""
_CONTACT = {
    message("contact person"): message("Whom to call or write to. Shown in the files of results, not on the page."),
    message("e-mail"): message("E-mail address of the contact person. Shown in the files of results, not on the page."),
    message("phone"): message("Phone number of the contact person. Shown in the files of results, not on the page."),
    message("website"): message("Web address. Shown beside the results."),
}
"""Columns of lists of organisations that results show as they are, and what they hold."""
_RESOURCE_MEANINGS = {
    "people": message("Staff who help: volunteers, coaches, experts, board members."),
    "money": message("Gifts, sponsoring, a matching of what staff collect."),
    "means": message("Goods and rooms: computers, furniture, transport, a place to meet."),
    "mass": message(
        "Many people at once: the reach of staff, customers and suppliers, for a collection or a day of action."
    ),
    "media": message("Attention: own channels, newsletters, advertising space, contacts with the press."),
}
_STATUS_MEANINGS = {
    Status.PROPOSED: message("You want this pair and have not called yet; it stays on the list and in the programme."),
    Status.CONTACTED: message("The nonprofit was approached and nothing is settled; it stays on the list."),
    Status.MAYBE: message("You have not decided; it stays on the list, with a mark."),
    Status.AGREED: message("Both said yes and it has yet to begin; it takes a place and leaves the list."),
    Status.ACTIVE: message("It is running; it takes a place and leaves the list."),
    Status.COMPLETED: message("It ended as it should; the pair is off the list, unless the settings say to renew."),
    Status.DECLINED: message("One of the two said no; the pair may come back on the list after a year, or as set."),
    Status.VETOED: message("Never; the pair is on no list."),
}
_HINTS = {
    CellType.NUMBER: message("A number."),
    CellType.COUNT: message("A whole number."),
    CellType.BOOLEAN: message("Yes or no."),
    CellType.DATE: message("A date, such as 2026-03-31."),
    CellType.WORDS: message("Several are allowed, separated by semicolons (;)."),
    CellType.OPEN_WORDS: message("Several are allowed, separated by semicolons (;)."),
}


def write_templates(folder: Path, language: str = "nl") -> list[Path]:
    """Write an empty workbook for each table into a folder.

    Parameters
    ----------
    folder : Path
    language : str
        Code of the language of headings and comments. Every heading and word in them is read back.

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
    translated = load_language(language)
    titles = {name: translated.phrase(TABLE_NAMES[name]) for name in TABLES}
    return write_new_results(
        folder, {f"{titles[name]}.xlsx": template(spec, titles[name], translated) for name, spec in TABLES.items()}
    )


def template(spec: TableSpec, title: str, language: Language) -> bytes:
    """Workbook to fill in for a table.

    Parameters
    ----------
    spec : TableSpec
    title : str
        Name of the sheet to fill in.
    language : Language
        Of its headings, comments and words.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "valign": "top"})
    must = book.add_format({"bold": True, "bg_color": "#7F3F00", "font_color": "#FFFFFF", "border": 1, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    sheet = book.add_worksheet(title)
    for position, column in enumerate(spec.columns):
        heading = column.label_in(language.code)
        sheet.write_string(0, position, heading, must if column.required else head)
        sheet.write_comment(
            0,
            position,
            f"{_comment(column, language)} {_blank(column, language)}".strip(),
            {"x_scale": 2, "y_scale": 1.4},
        )
        # Text format keeps 0123 and 1011 AB as they were typed.
        as_text = column.cell_type not in (CellType.NUMBER, CellType.COUNT, CellType.DATE)
        width = 50 if column.cell_type is CellType.TEXT else max(14, len(heading) + 4)
        sheet.set_column(position, position, width, text if as_text else plain)
        choices = _choices(column, language)
        if choices:
            sheet.data_validation(
                1, position, _ROWS, position, {"validate": "list", "source": choices, "error_type": "warning"}
            )
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 0, len(spec.columns) - 1)
    _print_on_wide_pages(sheet)
    for position, heading in enumerate(_CONTACT if spec.is_required else (), start=len(spec.columns)):
        sheet.write_string(0, position, language.phrase(heading), head)
        sheet.set_column(position, position, 20, text)
    _add_explanation(book, spec, language, head)
    _add_words(book, spec, language, head)
    book.close()
    return buffer.getvalue()


def _add_explanation(book: xlsxwriter.Workbook, spec: TableSpec, language: Language, head: Format) -> None:
    """Add a sheet that explains every column, with one row filled in as an example."""
    headings = (language.phrase("Column"), language.phrase("What it is"), language.phrase("Example"))
    rows = [
        (
            "",
            language.phrase(
                "Headings in brown have to be filled in; an empty cell elsewhere means: unknown, unless it says otherwise."
            ),
            "",
        ),
        *(
            (column.label_in(language.code), _comment(column, language), column.example_in(language.code))
            for column in spec.columns
        ),
    ]
    if spec.is_required:
        rows += [(language.phrase(heading), language.phrase(text), "") for heading, text in _CONTACT.items()]
    bold: list[int] = []
    for label in (column.label_in(language.code) for column in spec.columns if column.words is STATUS_WORDS):
        bold.append(len(rows) + 2)
        rows += [("", "", ""), (label, language.phrase("What it is"), "")]
        rows += [(language.word(code), language.phrase(text), "") for code, text in _STATUS_MEANINGS.items()]
    if any(column.words is RESOURCE_WORDS for column in spec.columns):
        bold.append(len(rows) + 2)
        rows += [("", "", ""), (language.phrase("What can be offered"), language.phrase("What it is"), "")]
        rows += [(language.word(code), language.phrase(text), "") for code, text in _RESOURCE_MEANINGS.items()]
    _add_sheet(book, language.phrase("Explanation"), [headings, *rows], (26, 90, 50), head, bold)


def _add_words(book: xlsxwriter.Workbook, spec: TableSpec, language: Language, head: Format) -> None:
    """Add a sheet with the words that cells of a table may hold."""
    headings = (
        language.phrase("For"),
        language.phrase("Word"),
        language.phrase("Also read as this, in Dutch or English"),
    )
    rows = [(known.group, known.word, "; ".join(known.also)) for known in known_words(language, spec)]
    _add_sheet(book, language.phrase("Words"), [headings, *rows], (30, 26, 120), head)


def _add_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    head: Format,
    headings: Collection[int] = (),
) -> None:
    """Add a sheet of texts to read, each row as high as its longest text needs, as wide as a page when printed."""
    sheet = book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width, wrapped)
    for number, cells in enumerate(rows):
        # Not every program makes a row higher by itself.
        lines = max(math.ceil(len(cell) / (_FILLED * width)) for cell, width in zip(cells, widths, strict=True))
        sheet.set_row(number, _LINE_HEIGHT * max(1, lines))
        for position, cell in enumerate(cells):
            sheet.write_string(number, position, cell, head if not number or number in headings else wrapped)
    sheet.freeze_panes(1, 0)
    _print_on_wide_pages(sheet)


def _print_on_wide_pages(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _choices(column: ColumnSpec, language: Language) -> list[str]:
    if column.cell_type is CellType.WORD:
        return _words(column, language)
    if column.cell_type is CellType.BOOLEAN:
        shown = language.phrase("yes"), language.phrase("no")
        return list(shown) if all(fold(word) in BOOLEAN_WORDS for word in shown) else ["yes", "no"]
    return []


def _words(column: ColumnSpec, language: Language) -> list[str]:
    """Words in a language where the reader knows them, or else their codes."""
    spellings = column.words or {}
    shown = {code: language.word(code) for code in column.choices}
    return [word if spellings.get(fold(word)) == code else code for code, word in shown.items()]


def _comment(column: ColumnSpec, language: Language) -> str:
    meaning = column.meaning_in(language.code)
    parts = [meaning + "."]
    has_example = column.cell_type in (CellType.DATE, CellType.NUMBER) and any(sign.isdigit() for sign in meaning)
    if column.cell_type in _HINTS and not has_example:
        parts.append(language.phrase(_HINTS[column.cell_type]))
    words = _words(column, language) if column.words and column.cell_type in (CellType.WORD, CellType.WORDS) else []
    if not all(word in meaning for word in words):
        parts.append(language.phrase("One of: {words}.", words=", ".join(words)))
    return " ".join(parts)


def _blank(column: ColumnSpec, language: Language) -> str:
    """What it means that a cell of a column is blank; empty where the meaning of the column says so."""
    if column.required:
        return language.phrase("Required.")
    return "" if "(blank" in column.meaning or "(default" in column.meaning else language.phrase("Blank means unknown.")
