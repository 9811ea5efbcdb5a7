"""A corpus of broken and odd files: what `matcher check` finds in each, and where, and that nothing is written."""

from __future__ import annotations

import csv
import gzip
import io
import random
import ssl
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopy.geocoders
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import Result
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.i18n.language import load_language
from matcher.jobs import inputs
from matcher.reports.sentences.run import CONTROLS
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import Problem, TableError, problem_lines, summarise
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.specs import ColumnSpec

UNITS = b"unit_id,company,name,mission,postcode,city\nu1,Bank,Bank Utrecht,Wij helpen buren,3511 KL,Utrecht\n"
NONPROFITS = b"nonprofit_id,name,mission,postcode,city\nn1,Voedselbank,Wij delen voedsel uit,1011 AB,Amsterdam\n"
FOLDER = "a folder in place of the file"

PartialTopK = tuple[str, str, int | None, int | None, str | None]
"""Severity, code, row, line and column of a problem."""


def error(code: str, row: int | None = None, column: str | None = None, *, line: int | None = None) -> PartialTopK:
    return "error", code, row, line, column


def warning(code: str, row: int | None = None, column: str | None = None, *, line: int | None = None) -> PartialTopK:
    return "warning", code, row, line, column


@dataclass(frozen=True)
class Case:
    """One file that stands in for the nonprofits (or another table), and what has to be found in it."""

    id: str
    what: str
    content: bytes | str | None
    expected: tuple[PartialTopK, ...] = ()
    cells: dict[str, list[Any]] = field(default_factory=dict)
    """What the table holds then, by column; None where missing."""
    table: str = "nonprofits"
    file: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    """The user's own headings for this table."""

    @property
    def name(self) -> str:
        return self.file or f"{self.table}.csv"


# --- what the files are made of ---------------------------------------------------------------------------------


def lines_of(*lines: str, end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


def cells_of(*records: dict[str, str]) -> bytes:
    """Return nonprofits as CSV: whole rows in order, but for the cells named."""
    rows = [
        {
            "nonprofit_id": f"n{number}",
            "name": f"Buurthuis {number}",
            "mission": "Samen eten",
            "city": "Utrecht",
            **record,
        }
        for number, record in enumerate(records, start=1)
    ]
    text = io.StringIO(newline="")
    columns = dict.fromkeys(column for row in rows for column in row)
    writer = csv.DictWriter(text, list(columns), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def cell(column: str, text: str) -> bytes:
    return cells_of({column: text})


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def drawn(draw: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    draw(book)
    book.close()
    return buffer.getvalue()


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def with_chart(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Lijst")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["n1", "", "Samen eten", "Utrecht"])
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Lijst!$A$1:$A$2"})
    book.add_chartsheet("Grafiek").set_chart(chart)


def away_from_the_corner(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Lijst")
    sheet.write_row(3, 2, HEADINGS)
    sheet.write_row(4, 2, ["n1", "Buurthuis", "Samen eten", "Utrecht"])
    sheet.write_row(6, 2, ["n2", "", "Samen eten", "Utrecht"])


def formula_like_strings(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Lijst")
    sheet.write_row(0, 0, HEADINGS)
    for position, text in enumerate(["n1", "=1+1", "@SUM(A1)", "Utrecht"]):
        sheet.write_string(1, position, text)


HEADINGS = ["nonprofit_id", "name", "mission", "city"]
HEAD = ",".join(HEADINGS)
GOOD = ["n1", "Buurthuis", "Samen eten", "Utrecht"]
ROW = ",".join(GOOD)
EURO = "nonprofit_id,name,mission,city\nn1,Café België,€ 5 voor iedereen – écht,Utrecht\n"
EURO_CELLS: dict[str, list[Any]] = {"name": ["Café België"], "mission": ["€ 5 voor iedereen – écht"]}
PARTNERS = "unit_id,nonprofit_id,status,started_on,ended_on,trust"
BOOK = workbook(Lijst=[HEADINGS, GOOD])
MISSING_THREE = tuple(error("missing_column", None, column) for column in ("nonprofit_id", "name", "mission"))

NOT_A_TABLE = [
    Case("empty", "no bytes at all", b"", (error("file_empty"),)),
    Case("only_spaces", "spaces, tabs and line ends", b"  \n \t\r\n\n", (error("file_empty"),)),
    Case("only_a_mark", "a byte order mark and nothing else", b"\xef\xbb\xbf", (error("file_empty"),)),
    Case("only_headings", "headings, no rows", lines_of(HEAD), (error("no_rows"),)),
    Case("missing_file", "a path where nothing is", None, (error("file_missing"),)),
    Case("folder", "a folder where a file was meant", FOLDER, (error("file_missing"),)),
    Case("pdf", "a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", (error("file_kind"),)),
    Case("png", "a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", (error("file_kind"),)),
    Case("jpeg", "a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", (error("file_kind"),)),
    Case("rtf", "a document as RTF", b"{\\rtf1\\ansi nonprofit_id,name,mission}", (error("file_kind"),)),
    Case("gzip", "a CSV packed with gzip", gzip.compress(NONPROFITS, mtime=0), (error("file_kind"),)),
    Case("random", "random bytes", random.Random(1).randbytes(4000), (error("file_kind"),)),
    Case(
        "random_without_zeros",
        "random bytes without a zero byte",
        random.Random(2).randbytes(4000).replace(b"\x00", b""),
        (error("file_kind"),),
    ),
    Case("zero_bytes", "zero bytes inside a text", cell("mission", "Samen\x00eten"), (error("file_kind"),)),
    Case("zero_bytes_behind", "a CSV padded with zero bytes", NONPROFITS + b"\x00" * 512, (error("file_kind"),)),
    Case(
        "comment_first", "a web page that begins with a comment", b"<!-- export --> <table><tr>", (error("file_kind"),)
    ),
    Case("web_archive", "a web page with all its parts", b"MIME-Version: 1.0\n\n<html>", (error("file_kind"),)),
    Case(
        "xml", "a list in XML", b"<charities><charity><name>De Kade</name></charity></charities>", (error("file_kind"),)
    ),
    Case("web_page", "a web page that was saved", b"<html><body>nonprofit_id</body></html>", (error("file_kind"),)),
]

WORKBOOKS = [
    Case("workbook_cut_off", "a workbook of which the end is missing", BOOK[:-200], (error("file_kind"),)),
    Case(
        "workbook_password",
        "a workbook with a password (an OLE container)",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        (error("file_kind"),),
        file="nonprofits.xlsx",
    ),
    Case("zip", "a zip archive that is no workbook", zipped(readme="hello"), (error("file_kind"),), file="data.xlsx"),
    Case("workbook_empty", "a workbook without any cell", workbook(Blad1=[]), (error("file_empty"),), file="a.xlsx"),
    Case("csv_named_xlsx", "a CSV with the wrong ending", NONPROFITS, file="a.xlsx", cells={"name": ["Voedselbank"]}),
    Case("xlsx_named_csv", "a workbook with the wrong ending", BOOK, cells={"nonprofit_id": ["n1"]}),
    Case(
        "title_rows",
        "a title and a blank row above the headings",
        workbook(Lijst=[["Lijst 2026"], [], HEADINGS, ["n1", None, "Samen eten", "Utrecht"]]),
        (error("blank", 4, "name"),),
        file="a.xlsx",
    ),
    Case(
        "explanation_sheet",
        "a sheet of explanation before the sheet with the table",
        workbook(Uitleg=[["Lees dit eerst"]], Lijst=[HEADINGS, ["n1", None, "Samen eten", "Utrecht"]]),
        (error("blank", 2, "name"),),
        file="a.xlsx",
    ),
    Case(
        "chart_sheet", "a chart on a sheet of its own", drawn(with_chart), (error("blank", 2, "name"),), file="a.xlsx"
    ),
    Case(
        "away_from_the_corner",
        "a table that starts in cell C4, with a blank row",
        drawn(away_from_the_corner),
        (error("blank", 7, "name"),),
        file="a.xlsx",
    ),
    Case(
        "note_beside_the_table",
        "a note in a column without a heading",
        workbook(Lijst=[HEADINGS, [*GOOD, None, "bellen!"]]),
        (warning("no_heading", None, "number 6"),),
        file="a.xlsx",
    ),
    Case(
        "numbers_in_cells",
        "codes and postcodes that Excel holds as numbers; a count that is no whole number",
        workbook(
            Lijst=[
                [*HEADINGS, "postcode", "capacity"],
                [123, "A", "Eten", "Amsterdam", 1011, 12],
                [124, "B", "Eten", "Amsterdam", 1011, 12.5],
            ]
        ),
        (warning("rough_number", 3, "capacity"),),
        {"nonprofit_id": ["123", "124"], "postcode": ["1011", "1011"], "capacity": [12.0, 12.0]},
        file="a.xlsx",
    ),
    Case(
        "formulas_as_text_in_workbook",
        "text cells that look like formulas",
        drawn(formula_like_strings),
        cells={"name": ["=1+1"], "mission": ["@SUM(A1)"]},
        file="a.xlsx",
    ),
]


def separated(separator: str) -> bytes:
    return lines_of(separator.join(HEADINGS), separator.join(["n1", "Buurthuis", '"Samen, en; nu | hier"', "Utrecht"]))


SEPARATORS = [
    *(
        Case(
            f"separator_{name}",
            "a separator that is read",
            separated(sign),
            cells={"mission": ["Samen, en; nu | hier"]},
        )
        for name, sign in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"))
    ),
    Case(
        "separator_unknown", "a separator that nobody uses", lines_of("^".join(HEADINGS), "^".join(GOOD)), MISSING_THREE
    ),
    # Excel takes the note away: the headings are its row 1, though line 2 of the file.
    Case(
        "separator_note",
        "Excel's note of the separator on the first line",
        lines_of("sep=;", ";".join(HEADINGS), "n1;;Samen eten;Utrecht"),
        (error("blank", 2, "name", line=3),),
    ),
    Case(
        "separator_note_marked",
        "the same after a byte order mark, with Windows line ends",
        b"\xef\xbb\xbf" + lines_of("sep=;", ";".join(HEADINGS), "n1;;Samen eten;Utrecht", end="\r\n"),
        (error("blank", 2, "name", line=3),),
    ),
    Case(
        "commas_in_semicolon_file",
        "more commas in the texts than semicolons between the cells",
        lines_of(";".join(HEADINGS), "n1;Buurthuis;a, b, c, d, e, f, g;Utrecht"),
        cells={"mission": ["a, b, c, d, e, f, g"]},
    ),
]

ENCODINGS = [
    Case("utf8", "UTF-8", EURO.encode(), cells=EURO_CELLS),
    Case("utf8_mark", "UTF-8 with a byte order mark, as Excel writes it", EURO.encode("utf-8-sig"), cells=EURO_CELLS),
    Case("utf16_le_mark", "UTF-16, little end first, marked", b"\xff\xfe" + EURO.encode("utf-16-le"), cells=EURO_CELLS),
    Case("utf16_be_mark", "UTF-16, big end first, marked", b"\xfe\xff" + EURO.encode("utf-16-be"), cells=EURO_CELLS),
    Case("utf16_le", "UTF-16, little end first, not marked", EURO.encode("utf-16-le"), cells=EURO_CELLS),
    Case("utf16_be", "UTF-16, big end first, not marked", EURO.encode("utf-16-be"), cells=EURO_CELLS),
    Case("windows_1252", "Windows-1252, with accents and a euro sign", EURO.encode("cp1252"), cells=EURO_CELLS),
    Case("utf16_cut_off", "half a character at the end", EURO.encode("utf-16")[:-1], (error("file_kind"),)),
]

BROKEN = '"Samen\neten\nen praten"'
LINES = [
    Case(
        "old_mac", "carriage returns only", lines_of(HEAD, ROW, "n2,,m,Utrecht", end="\r"), (error("blank", 3, "name"),)
    ),
    Case(
        "windows_ends",
        "CR LF",
        lines_of(HEAD, ROW, "n2,,m,Utrecht", end="\r\n"),
        (error("blank", 3, "name"),),
        {"city": ["Utrecht"] * 2},
    ),
    Case(
        "quoted_breaks",
        "line breaks inside a cell: row and line part ways",
        lines_of(HEAD, f"n1,Buurthuis,{BROKEN},Utrecht", "n2,,m,Utrecht", "n1,Buurthuis,m,Utrecht"),
        (
            error("duplicate", 2, "nonprofit_id"),
            error("blank", 3, "name", line=5),
            error("duplicate", 4, "nonprofit_id", line=6),
        ),
        {"mission": ["Samen\neten\nen praten", "m", "m"]},
    ),
    Case(
        "quoted_breaks_windows",
        "the same with Windows line ends",
        lines_of(HEAD, f"n1,Buurthuis,{BROKEN},Utrecht", "n2,,m,Utrecht").replace(b"\n", b"\r\n"),
        (error("blank", 3, "name", line=5),),
        {"mission": ["Samen\r\neten\r\nen praten", "m"]},
    ),
    Case(
        "break_in_heading",
        "a line break inside a heading",
        lines_of('nonprofit_id,"naam\n",mission,city', ROW, "n2,,m,Utrecht"),
        (error("blank", 3, "naam", line=4),),
    ),
    Case(
        "quote_not_closed",
        "a quotation mark that is never closed",
        lines_of(HEAD, ROW, 'n2,"Buurthuis,m,Utrecht', "n3,C,m,Utrecht"),
        (error("broken_quotes", 3),),
    ),
    Case(
        "quote_not_closed_after_breaks",
        "the same below a cell with line breaks",
        lines_of(HEAD, f"n1,Buurthuis,{BROKEN},Utrecht", 'n2,"Buurthuis,m,Utrecht', "n3,C,m,Utrecht"),
        (error("broken_quotes", 3, line=5),),
    ),
    Case(
        "text_behind_quote",
        "text behind the closing quotation mark",
        lines_of(HEAD, 'n1,"De Hoek" Utrecht,m,Utrecht'),
        (error("broken_quotes", 2),),
    ),
    Case(
        "quotes_inside",
        "quotation marks inside a cell, bare and doubled",
        lines_of(HEAD, 'n1,Huis "De Hoek" Utrecht,"zeg ""ja""",Utrecht'),
        cells={"name": ['Huis "De Hoek" Utrecht'], "mission": ['zeg "ja"']},
    ),
    Case(
        "row_too_long",
        "a comma in a text without quotation marks",
        lines_of(HEAD, ROW, "n2,Buurthuis,samen, nu,Utrecht"),
        (error("row_too_long", 3),),
    ),
    Case(
        "row_too_long_after_breaks",
        "the same below a cell with line breaks",
        lines_of(HEAD, f"n1,Buurthuis,{BROKEN},Utrecht", "n2,Buurthuis,samen, nu,Utrecht"),
        (error("row_too_long", 3, line=5),),
    ),
    Case(
        "row_too_short",
        "cells left off at the end: they are blank",
        lines_of(HEAD + ",volunteers,needs", ROW),
        (warning("row_too_short", 2),),
        cells={"city": ["Utrecht"], "volunteers": [None], "needs": [None]},
    ),
    Case(
        "blank_lines",
        "blank lines, and lines of separators only, between the rows: they count as rows",
        lines_of(HEAD, "", ROW, "", ",,,", "n2,,m,Utrecht", "", ""),
        (error("blank", 6, "name"),),
        {"nonprofit_id": ["n1", "n2"]},
    ),
    Case(
        "blank_lines_above",
        "blank lines above the headings",
        lines_of("", "", HEAD, "n1,,m,Utrecht"),
        (error("blank", 4, "name"),),
    ),
    Case(
        "title_in_csv",
        "a title above the headings",
        lines_of("Lijst 2026,,,", ",,,", HEAD, "n1,,m,Utrecht"),
        (error("blank", 4, "name"),),
    ),
    Case(
        "trailing_separators",
        "separators behind every row, as a spreadsheet leaves them",
        lines_of(HEAD + ",,", ROW + ",,"),
        cells={"city": ["Utrecht"]},
    ),
]

COLUMNS = [
    Case(
        "heading_twice",
        "two columns with one heading",
        lines_of(HEAD + ",name", ROW + ",De Hoek"),
        (error("double_heading", None, "name"),),
    ),
    Case(
        "heading_twice_in_dutch",
        "two headings that both mean the name",
        lines_of("nonprofit_id,naam,goed doel,missie,plaats", "n1,A,B,m,Utrecht"),
        (error("double_heading", None, "goed doel"),),
    ),
    Case(
        "other_heading_twice",
        "two columns that are not known, with one heading: the first is kept",
        lines_of(HEAD + ",website,website", ROW + ",a.example,b.example"),
        (warning("double_heading", None, "website"),),
        {"website": ["a.example"]},
    ),
    Case(
        "other_heading",
        "a column that is not known passes through as it is",
        lines_of(HEAD + ",KvK nummer", ROW + ",00123456"),
        cells={"KvK nummer": ["00123456"]},
    ),
    Case(
        "own_name_beside_a_synonym",
        "naam beside name: name is read, naam passes through",
        lines_of("nonprofit_id,naam,name,mission,city", "n1,A,B,m,Utrecht"),
        cells={"name": ["B"], "naam": ["A"]},
    ),
    Case(
        "no_heading",
        "content below a blank heading",
        lines_of("nonprofit_id,name,,mission,city", "n1,A,bellen!,m,Utrecht"),
        (warning("no_heading", None, "number 3"),),
        {"city": ["Utrecht"]},
    ),
    # A comma too many looks the same and would shift the cells, so this stops; in a workbook it cannot be that.
    Case(
        "no_heading_at_the_end",
        "content below a blank heading that is the last one",
        lines_of(HEAD + ",", ROW + ",bellen!"),
        (error("row_too_long", 2),),
    ),
    Case(
        "blank_column",
        "a blank column without a heading",
        lines_of("nonprofit_id,,name,mission,city", "n1,,A,m,Utrecht"),
    ),
    Case(
        "columns_missing",
        "two columns that have to be there are not",
        lines_of("nonprofit_id,titel", "n1,A"),
        (error("missing_column", None, "name"), error("missing_column", None, "mission")),
    ),
    Case("headings_missing", "rows without headings above them", lines_of(ROW, "n2,B,m,Utrecht"), MISSING_THREE),
    Case(
        "heading_misspelt",
        "a heading with a letter missing",
        lines_of("nonprofit_id,name,mision,city", ROW),
        (error("missing_column", None, "mission"), warning("heading_nearly_known", None, "mision")),
    ),
    Case(
        "dutch_headings",
        "Dutch headings, in capitals, with spaces and accents",
        "Organisatie ID;NAAM;Missie;Plaats;Aantal vrijwilligers;Behoeften;Thema’s;Actief\n"
        "n1;Buurthuis;Samen eten;Utrecht;1.200;mensen, geld;ouderen;WAAR\n",
        cells={
            "nonprofit_id": ["n1"],
            "name": ["Buurthuis"],
            "volunteers": [1200.0],
            "needs": ["people; money"],
            "active": [True],
        },
    ),
    Case(
        "own_headings",
        "the user's own headings, mapped in the settings",
        lines_of("Stichtingsnr,Titel,Waarom,city", "0123,A,m,Utrecht"),
        cells={"nonprofit_id": ["0123"], "name": ["A"], "mission": ["m"]},
        columns={"stichtingsnr": "nonprofit_id", "TITEL": "name", "waarom": "mission"},
    ),
    Case(
        "own_heading_settles_a_double",
        "two headings that mean the name, and the settings say which is meant",
        lines_of("nonprofit_id,naam,goed doel,mission,city", "n1,A,B,m,Utrecht"),
        cells={"name": ["A"], "goed doel": ["B"]},
        columns={"naam": "name"},
    ),
    Case(
        "own_headings_in_another_script",
        "the user's own headings without a letter of the Latin alphabet",
        "番号,名前,使命,city\nn1,A,m,Utrecht\n",
        cells={"nonprofit_id": ["n1"], "name": ["A"], "mission": ["m"]},
        columns={"番号": "nonprofit_id", "名前": "name", "使命": "mission"},
    ),
]

ZERO_WIDTH, HARD_SPACE = "\u200b", "\u00a0"
TEXTS = [
    Case(
        "ids_twice",
        "one code in three rows: each is reported",
        lines_of(HEAD, ROW, "n2,B,m,Utrecht", ROW, ROW),
        tuple(error("duplicate", row, "nonprofit_id") for row in (2, 4, 5)),
    ),
    Case(
        "ids_twice_but_for_spaces",
        "two codes that differ in spaces and invisible characters",
        cells_of({"nonprofit_id": "n1"}, {"nonprofit_id": f"{ZERO_WIDTH} n1{HARD_SPACE}"}),
        (error("duplicate", 2, "nonprofit_id"), error("duplicate", 3, "nonprofit_id")),
    ),
    Case(
        "id_blank",
        "codes that are blank or spaces",
        cells_of({"nonprofit_id": ""}, {"nonprofit_id": "  "}, {"nonprofit_id": ZERO_WIDTH}),
        tuple(error("blank", row, "nonprofit_id") for row in (2, 3, 4)),
    ),
    Case(
        "name_blank",
        "names that are blank or a hard space",
        cells_of({"name": ""}, {"name": HARD_SPACE}),
        (error("blank", 2, "name"), error("blank", 3, "name")),
    ),
    Case(
        "zeros_in_front",
        "zeros in front of codes and postcodes are kept",
        cells_of({"nonprofit_id": "0123", "postcode": "0123"}, {"nonprofit_id": "123", "postcode": "01067"}),
        cells={"nonprofit_id": ["0123", "123"], "postcode": ["0123", "01067"]},
    ),
    Case(
        "ids_that_look_blank",
        "codes that elsewhere mean unknown",
        cells_of({"nonprofit_id": "nan"}, {"nonprofit_id": "-"}, {"nonprofit_id": "NULL"}),
        cells={"nonprofit_id": ["nan", "-", "NULL"]},
    ),
    Case(
        "mission_blank",
        "missions that are blank, spaces or a word for it",
        cells_of({"mission": ""}, {"mission": "  "}, {"mission": "n.v.t."}),
        tuple(warning("blank_mission", row, "mission") for row in (2, 3, 4)),
        {"mission": [None, None, None]},
    ),
    Case(
        "words_for_blank",
        "cells that say in words that nothing is known",
        cells_of(
            *(
                {"values": word, "volunteers": word, "needs": word, "active": word, "causes": word, "country": word}
                for word in ("n.v.t.", "-", "N/A", "#N/A", "Onbekend", "?", "geen")
            )
        ),
        cells={column: [None] * 7 for column in ("values", "needs", "active", "causes", "country")}
        | {"volunteers": [None] * 6 + [0.0]},
    ),
    Case(
        "organisation_as_a_dash",
        "no organisation above these sites, said with a dash: each is its own, not one of a kind",
        cells_of({"name": "De Hoek", "organisation": "-"}, {"name": "Het Plein", "organisation": "n.v.t."}),
        cells={"organisation": ["De Hoek", "Het Plein"]},
    ),
    Case(
        "invisible_around",
        "hard spaces and zero-width spaces around a name",
        cell("name", f"{HARD_SPACE}{ZERO_WIDTH}De Hoek \ufeff"),
        cells={"name": ["De Hoek"]},
    ),
    Case(
        "emoji",
        "emoji, one of them joined out of several",
        cell("name", "Gezin 👩\u200d👩\u200d👧 🎉"),
        cells={"name": ["Gezin 👩\u200d👩\u200d👧 🎉"]},
    ),
    Case(
        "right_to_left",
        "Arabic, Hebrew, and Persian with the joiner that its spelling needs",
        cells_of({"name": "بيت الحي"}, {"name": "בית השכונה"}, {"name": "می\u200cخواهم"}),
        cells={"name": ["بيت الحي", "בית השכונה", "می\u200cخواهم"]},
    ),
    Case(
        "huge_cell",
        "a mission of a million characters",
        cell("mission", "samen eten " * 100_000),
        cells={"mission": [("samen eten " * 100_000).strip()]},
    ),
    Case(
        "formulas",
        "texts that a spreadsheet would run",
        cells_of(
            {"name": "=1+1", "mission": '=HYPERLINK("http://x.example")', "contact": "+31 6 1234"},
            {"name": "@home", "mission": "-5 kilo", "contact": "=cmd|' /C calc'!A0"},
        ),
        cells={
            "name": ["=1+1", "@home"],
            "mission": ['=HYPERLINK("http://x.example")', "-5 kilo"],
            "contact": ["+31 6 1234", "=cmd|' /C calc'!A0"],
        },
    ),
]


def each(column: str, *texts: str) -> bytes:
    return cells_of(*({column: text} for text in texts))


VALUES = [
    Case(
        "decimal_comma",
        "coordinates with a decimal comma, or a degree sign",
        cells_of({"latitude": "52,09", "longitude": "5,12"}, {"latitude": "52.09°", "longitude": " 5.12 "}),
        cells={"latitude": [52.09, 52.09], "longitude": [5.12, 5.12]},
    ),
    Case(
        "thousands",
        "whole numbers in groups of three",
        each("volunteers", "1.200", "1,200", "1 200", "1'200", "1.234.567", "1200,0", "1.200 fte", f"1{HARD_SPACE}200"),
        cells={"volunteers": [1200.0] * 4 + [1234567.0] + [1200.0] * 3},
    ),
    Case(
        "thousands_and_decimals",
        "a whole number with decimals behind it is not a thousand times as much",
        each("volunteers", "1.200,000"),
        cells={"volunteers": [1200.0]},
    ),
    Case(
        "no_number",
        "words and two numbers in a column of numbers",
        each("capacity", "veel", "10 20", "1.2.3", "1e999", "inf", "<5", "30-20", "2 dozijn", "0.500"),
        tuple(error("unreadable", row, "capacity") for row in range(2, 11)),
    ),
    Case(
        "rough_numbers",
        "guesses and ranges are read, and that is said",
        each("capacity", "ca. 50", "2 à 3", "max. 2", "10-20", "5 partners", "50+", "twee", "nul"),
        tuple(warning("rough_number", row, "capacity") for row in range(2, 8)),
        {"capacity": [50.0, 2.0, 2.0, 10.0, 5.0, 50.0, 2.0, 0.0]},
    ),
    Case(
        "no_limit",
        "what has no limit is a large number, and that is said",
        each("capacity", "onbeperkt", "Unlimited", "geen maximum", "3"),
        tuple(warning("rough_number", row, "capacity") for row in range(2, 5)),
        {"capacity": [10_000.0, 10_000.0, 10_000.0, 3.0]},
    ),
    Case(
        "emphatic",
        "yes and no with a sign behind them",
        each("active", "Ja!", "nee.", "YES!!", "no !"),
        (),
        {"active": [True, False, True, False]},
    ),
    Case(
        "unknown_in_other_languages",
        "marks of unknown with signs around them, of other languages and of people who will look",
        each("capacity", "n.v.t", "(leeg)", "Keine Angabe", "k.A.", "volgt nog", "TBC", "#NV", "s.o."),
        (),
        {"capacity": [None] * 8},
    ),
    Case(
        "errors_of_other_languages",
        "broken formulas of Excel in German and French",
        each("causes", "#BEZUG!", "#WERT!", "#VALEUR!", "#NOM?"),
        tuple(warning("error_value", row, "causes") for row in range(2, 6)),
        {"causes": [None] * 4},
    ),
    Case(
        "state_codes",
        "a province whose code means unknown elsewhere",
        cells_of(*({"state": text, "city": "Breda", "postcode": ""} for text in ("NB", "N.B.", "n.v.t."))),
        (),
        {"state": ["NB", "N.B.", None]},
    ),
    Case(
        "choices_of_programs",
        "several choices in one cell as SharePoint, Python and databases write them",
        each("needs", "mensen;#geld;#", '["mensen", "geld"]', "['mensen','geld']", "{mensen,geld}", "[]"),
        (),
        {"needs": ["people; money"] * 4 + [None]},
    ),
    Case(
        "rough_numbers_in_words",
        "numbers with words before and behind them",
        each("capacity", "een stuk of 4", "tussen 5 en 10", "1 per jaar", "3 (max.)", "2 projecten"),
        tuple(warning("rough_number", row, "capacity") for row in range(2, 7)),
        {"capacity": [4.0, 5.0, 1.0, 3.0, 2.0]},
    ),
    Case(
        "rough_numbers_that_decide_nothing",
        "what cannot be read of a column that decides no ranking stops no run",
        each("staff", "veel", "ca. 50", "-3"),
        (
            warning("unreadable", 2, "staff"),
            warning("rough_number", 3, "staff"),
            warning("out_of_range", 4, "staff"),
        ),
        {"staff": [None, 50.0, None]},
    ),
    Case(
        "error_values",
        "broken formulas, in columns of text too",
        cells_of({"causes": "#VERW!", "capacity": "#DEEL/0!", "staff": "#N/B"}),
        (warning("error_value", 2, "causes"), warning("error_value", 2, "capacity")),
        {"causes": [None], "capacity": [None], "staff": [None]},
    ),
    Case(
        "no_whole_number",
        "capacity for two and a half partners",
        each("capacity", "2,5", "2.5", "3,0", "0,5"),
        (
            warning("rough_number", 2, "capacity"),
            warning("rough_number", 3, "capacity"),
            error("unreadable", 5, "capacity"),
        ),
        {"capacity": [2.0, 2.0, 3.0, None]},
    ),
    Case(
        "below_zero",
        "numbers below zero where there is no less than nothing",
        cells_of({"capacity": "\u22121", "staff": "0"}),
        (error("out_of_range", 2, "capacity"),),
    ),
    Case(
        "yes",
        "yes in many words",
        each("active", "ja", "J", "x", "X", "WAAR", "True", "1", "✓", " Yes "),
        cells={"active": [True] * 9},
    ),
    Case(
        "no",
        "no in many words",
        each("active", "nee", "N", "ONWAAR", "False", "0", "no"),
        cells={"active": [False] * 6},
    ),
    Case(
        "maybe",
        "neither yes nor no",
        each("active", "misschien", "ja, deels", "2"),
        tuple(error("unreadable", row, "active") for row in (2, 3, 4)),
    ),
    Case(
        "resources",
        "what it needs, in Dutch, in any order and twice",
        each("needs", "Mensen, geld", "VRIJWILLIGERS;;mensen", "middelen\nmedia", "financiën | achterban"),
        cells={"needs": ["people; money", "people", "means; media", "money; mass"]},
    ),
    Case(
        "benefits",
        "what it offers, in Dutch",
        each("offers", "netwerk; kennis", "Zichtbaarheid", "ideeën"),
        cells={"offers": ["network; expertise", "visibility", "innovation"]},
    ),
    Case(
        "unknown_words",
        "words that do not belong in these columns are left out, and stop no run",
        cells_of({"needs": "mensen; liefde", "offers": "mensen"}, {"needs": "menssen", "offers": "kennis"}),
        (
            warning("unknown_word", 2, "needs"),
            warning("unknown_word", 2, "offers"),
            warning("unknown_word", 3, "needs"),
        ),
        {"needs": ["people", None], "offers": [None, "expertise"]},
    ),
    Case(
        "words_of_a_sentence",
        "the known words of a sentence count, and resources go by many names",
        each(
            "needs", "netwerk/kennis/laptops", "Wij zoeken vrijwilligers voor de inloop en geld", "geen vrijwilligers"
        ),
        (warning("unknown_word", 3, "needs"), warning("unknown_word", 4, "needs")),
        {"needs": ["mass; people; means", "people; money", None]},
    ),
]

PLACES = [
    Case(
        "country_names",
        "names of countries in four languages, and codes",
        cells_of(
            {"country": "Nederland", "city": "Utrecht"},
            {"country": "Belgium", "city": "Antwerpen"},
            {"country": "belgie", "city": "Gent"},
            {"country": "Deutschland", "city": "Aachen"},
            {"country": "Royaume-Uni", "city": "Leeds"},
            {"country": " nl ", "city": "Utrecht"},
            {"country": "", "city": "Utrecht"},
        ),
        cells={"country": ["NL", "BE", "BE", "DE", "GB", "NL", None]},
    ),
    Case(
        "country_unknown",
        "a country that is none",
        each("country", "Narnia", "XX", "EU"),
        tuple(error("unreadable", row, "country") for row in (2, 3, 4)),
    ),
    Case(
        "latitude_95",
        "degrees that the earth does not have",
        cells_of({"latitude": "95", "longitude": "5,1"}, {"latitude": "52", "longitude": "-181"}),
        (error("out_of_range", 2, "latitude"), error("out_of_range", 3, "longitude")),
    ),
    Case(
        "coordinates_without_point",
        "coordinates that lost their decimal point",
        cells_of({"latitude": "520907", "longitude": "51214"}),
        (error("out_of_range", 2, "latitude"), error("out_of_range", 2, "longitude")),
    ),
    Case(
        "coordinates_swapped",
        "longitude and latitude the wrong way round",
        cells_of({"latitude": "52.09", "longitude": "5.12"}, {"latitude": "5.12", "longitude": "52.09"}),
        (error("coordinates_swapped", 3, "latitude"),),
    ),
    Case(
        "coordinates_half",
        "one coordinate of two",
        cells_of({"latitude": "52.09", "longitude": ""}, {"latitude": "", "longitude": "5.12"}),
        (warning("coordinates_incomplete", 2, "latitude"), warning("coordinates_incomplete", 3, "latitude")),
    ),
    Case(
        "coordinates_zero",
        "0, 0 for unknown",
        cells_of({"latitude": "0", "longitude": "0"}),
        (warning("coordinates_incomplete", 2, "latitude"),),
    ),
    Case(
        "coordinates_abroad",
        "Paris, said to be in the Netherlands; and said to be in France",
        cells_of(
            {"latitude": "48.85", "longitude": "2.35", "country": "NL"},
            {"latitude": "48.85", "longitude": "2.35", "country": "FR"},
        ),
        (warning("coordinates_outside", 2, "latitude"),),
    ),
    Case(
        "place_unknown",
        "a town that is nowhere, and a postcode that is none",
        cells_of({"city": "Verweggistan"}, {"postcode": "0000", "city": "Verweggistan"}),
        (warning("place_unknown", 2, "city"), warning("place_unknown", 3, "postcode")),
    ),
    Case(
        "place_of_another_country",
        "Utrecht, said to be in Belgium",
        cells_of({"city": "Utrecht", "country": "BE"}),
        (warning("place_unknown", 2, "city"),),
    ),
    Case(
        "no_place",
        "rows that name no place",
        cells_of({"city": ""}, {"city": "n.v.t."}),
        (warning("place_missing", 2, "city"), warning("place_missing", 3, "city")),
    ),
    Case(
        "place_mismatch",
        "a postcode of Amsterdam with Maastricht (178 km), and with Utrecht (35 km)",
        cells_of({"postcode": "1011 AB", "city": "Maastricht"}, {"postcode": "1011AB", "city": "Utrecht"}),
        (warning("place_mismatch", 2, "postcode"),),
    ),
    Case(
        "place_ambiguous",
        "a name that several villages have, without a postcode and with one",
        cells_of({"city": "Beek", "postcode": ""}, {"city": "Beek", "postcode": "6191"}),
        (warning("place_ambiguous", 2, "city"),),
    ),
]


def partners(*rows: str) -> bytes:
    return lines_of(PARTNERS, *rows)


PARTNERSHIPS = [
    Case(
        "status_in_dutch",
        "Dutch words for the status, dates day first, ratings with a comma",
        partners('u1,n1,Lopend,31-03-2026,1/4/2027,"4,5"', "u1,n1,in gesprek,2026-03-31,,"),
        cells={
            "status": ["active", "contacted"],
            "started_on": [pd.Timestamp("2026-03-31")] * 2,
            "ended_on": [pd.Timestamp("2027-04-01"), None],
            "trust": [4.5, None],
        },
        table="partnerships",
    ),
    Case(
        "status_unknown",
        "a status that is none, and one that is blank",
        partners("u1,n1,activ,,,", "u1,n1,,,,", "u1,n1,-,,,"),
        (error("unknown_word", 2, "status"), error("blank", 3, "status"), error("blank", 4, "status")),
        table="partnerships",
    ),
    Case(
        "status_twice",
        "two states in one cell",
        partners("u1,n1,active; completed,,,"),
        (error("unknown_word", 2, "status"),),
        table="partnerships",
    ),
    Case(
        "rating_outside",
        "ratings beyond 1 to 5",
        partners("u1,n1,active,,,6", "u1,n1,completed,,,0", "u1,n1,declined,,,goed"),
        (
            warning("out_of_range", 2, "trust"),
            warning("out_of_range", 3, "trust"),
            warning("unreadable", 4, "trust"),
            warning("undated_decline", 4, "status"),
        ),
        table="partnerships",
    ),
    Case(
        "no_dates",
        "days that are not in the calendar, or half written",
        partners(
            "u1,n1,active,31-02-2026,,",
            "u1,n1,agreed,maart 2026,,",
            "u1,n1,completed,2026,,",
            "u1,n1,proposed,46082,,",
        ),
        tuple(warning("unreadable", row, "started_on") for row in range(2, 6)),
        table="partnerships",
    ),
    Case(
        "text_behind_a_date",
        "a moment of a day is fine; other text behind the day is not",
        partners(
            "u1,n1,active,2026-03-01T10:00:00Z,,",
            "u1,n1,active,2026-03-02 10:00,,",
            "u1,n1,active,2026-03-03 tot 2027-03-03,,",
        ),
        (warning("unreadable", 4, "started_on"),),
        table="partnerships",
    ),
    Case(
        "unknown_unit_and_nonprofit",
        "codes that are in neither list",
        partners("u9,n1,active,,,", "u1,n9,active,,,", "U1,N1,active,,,"),
        (
            error("unknown_unit_id", 2, "unit_id"),
            error("unknown_nonprofit_id", 3, "nonprofit_id"),
            error("unknown_unit_id", 4, "unit_id"),
            error("unknown_nonprofit_id", 4, "nonprofit_id"),
        ),
        table="partnerships",
    ),
    Case(
        "partnership_twice",
        "one partnership in two rows; the same pair in another year is another partnership",
        partners("u1,n1,completed,2024-01-01,,", "u1,n1,completed,2025-01-01,,", "u1,n1,completed,1-1-2025,,"),
        (warning("double_partnership", 4, "nonprofit_id"),),
        table="partnerships",
    ),
    Case(
        "declined_without_a_date",
        "nobody wrote when it was declined; one of the two dates is enough",
        partners("u1,n1,declined,,,", "u1,n1,declined,2025-01-01,,"),
        (warning("undated_decline", 2, "status"),),
        table="partnerships",
    ),
    Case(
        "partnership_codes_blank",
        "a partnership of nobody",
        partners(",,active,,,"),
        (error("blank", 2, "unit_id"), error("blank", 2, "nonprofit_id")),
        table="partnerships",
    ),
    Case(
        "no_partnerships",
        "headings only: no partnerships yet",
        lines_of(PARTNERS),
        (warning("no_rows"),),
        table="partnerships",
    ),
]


def parquet(columns: dict[str, pa.Array] | pa.Table | None = None, /, **cells: Any) -> bytes:
    """Return one good row as Parquet, but for the cells named; or a table of one's own."""
    row = {heading: pa.array([text]) for heading, text in zip(HEADINGS, GOOD, strict=True)}
    table = columns if isinstance(columns, pa.Table) else pa.table(columns or {**row, **cells})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def claiming(rows: int, times: int = -1) -> bytes:
    """Return a Parquet file of 5,000 rows whose footer says, the first times that it counts them, another number."""

    def counted(number: int) -> bytes:
        number, digits = 2 * number, bytearray()
        while number > 127:
            digits.append(number & 127 | 128)
            number >>= 7
        return bytes([*digits, number])

    made = parquet(
        {
            heading: pa.array([f"{text}{at}" for at in range(5_000)])
            for heading, text in zip(HEADINGS, GOOD, strict=True)
        }
    )
    length = int.from_bytes(made[-8:-4], "little")
    footer = made[-8 - length : -8]
    assert footer.count(counted(5_000)) >= 2 + len(HEADINGS)
    footer = footer.replace(counted(5_000), counted(rows), times)
    return made[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


PARQUET = parquet()
NOT_UTF8 = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe"))
ONE_ROW = {heading: pa.array([text]) for heading, text in zip(HEADINGS, GOOD, strict=True)}
PARQUET_CASES = [
    Case(key, what, content, tuple(expected), cells, file=file)
    for key, what, content, expected, cells, file in [
        ("parquet", "Parquet", PARQUET, [], {"name": ["Buurthuis"]}, "nonprofits.parquet"),
        ("parquet_csv_name", "Parquet under the name of a CSV file", PARQUET, [], {"name": ["Buurthuis"]}, "a.csv"),
        ("parquet_upper", "a name in capitals", PARQUET, [], {"name": ["Buurthuis"]}, "A.PARQUET"),
        (
            "parquet_cut",
            "Parquet cut off half way",
            PARQUET[: len(PARQUET) // 2],
            [error("file_kind")],
            {},
            "a.parquet",
        ),
        ("parquet_cut_foot", "Parquet without its last byte", PARQUET[:-1], [error("file_kind")], {}, "a.parquet"),
        ("parquet_magic", "the magic and no more", b"PAR1", [error("file_kind")], {}, "a.parquet"),
        ("parquet_empty", "an empty file named Parquet", b"", [error("file_empty")], {}, "a.parquet"),
        ("parquet_zeros", "zero bytes only", bytes(500), [error("file_kind")], {}, "a.parquet"),
        ("parquet_is_csv", "CSV named Parquet", NONPROFITS, [error("file_kind")], {}, "a.parquet"),
        ("parquet_is_excel", "Excel named Parquet", BOOK, [error("file_kind")], {}, "a.pq"),
        ("parquet_wrong_magic", "another magic", b"PAR9" + PARQUET[4:], [error("file_kind")], {}, "a.parquet"),
        ("parquet_encrypted", "encrypted Parquet", b"PARE" + PARQUET[4:], [error("file_kind")], {}, "a.parquet"),
        ("parquet_folder", "a folder", FOLDER, [error("file_missing")], {}, "a.parquet"),
        ("parquet_missing", "no such file", None, [error("file_missing")], {}, "a.parquet"),
        (
            "parquet_body",
            "a page whose bytes are knocked about",
            PARQUET[:4] + bytes(b ^ 0x5A for b in PARQUET[4:60]) + PARQUET[60:],
            [error("file_kind")],
            {},
            "a.parquet",
        ),
        ("parquet_claims", "more rows than there are", claiming(9_999), [error("file_kind")], {}, "a.parquet"),
        ("parquet_claims_fewer", "fewer rows than its groups", claiming(400, 1), [error("file_kind")], {}, "a.parquet"),
        ("parquet_claims_huge", "a size no list has", claiming(10**14), [error("file_kind")], {}, "a.parquet"),
        (
            "parquet_no_rows",
            "no row groups",
            parquet(pa.table(ONE_ROW).slice(0, 0)),
            [error("no_rows")],
            {"name": []},
            "a.parquet",
        ),
        (
            "parquet_no_columns",
            "no columns at all",
            parquet(pa.table({})),
            [error("missing_column", None, name) for name in ("nonprofit_id", "name", "mission")],
            {},
            "a.parquet",
        ),
        (
            "parquet_double",
            "the name of a column twice",
            parquet(pa.Table.from_arrays([*ONE_ROW.values(), pa.array(["x"])], [*HEADINGS, "name"])),
            [error("double_heading", None, "name")],
            {},
            "a.parquet",
        ),
        (
            "parquet_nested",
            "nested columns, known and not",
            parquet(needs=pa.array([{"a": 1}]), extra=pa.array([[1, 2]]), values=pa.array([["a"]])),
            [
                error("column_kind", None, "needs"),
                warning("column_kind", None, "extra"),
                error("column_kind", None, "values"),
            ],
            {"name": ["Buurthuis"]},
            "a.parquet",
        ),
        (
            "parquet_binary",
            "bytes where the name should be: one problem, not one a row",
            parquet(name=pa.array([b"Buurthuis"])),
            [error("column_kind", None, "name")],
            {"city": ["Utrecht"]},
            "a.parquet",
        ),
        (
            "parquet_not_utf8",
            "text that is no UTF-8",
            parquet(name=NOT_UTF8),
            [error("file_kind", None, "name")],
            {},
            "a.parquet",
        ),
        (
            "parquet_cells",
            "cells judged as those of any file, rows counted from the first row of data",
            parquet(
                {
                    "nonprofit_id": pa.array(["a", "b", None, "a"]),
                    "name": pa.array(["A", "B", None, "D"]),
                    "mission": pa.array(["m", "", None, "m"]),
                    "needs": pa.array([["people"], ["liefde"], [], None]),
                    "capacity": pa.array([1.5, -2.0, None, 4.0]),
                    "active": pa.array(["ja", "nee", None, "misschien"]),
                }
            ),
            [
                error("duplicate", 1, "nonprofit_id"),
                warning("rough_number", 1, "capacity"),
                warning("unknown_word", 2, "needs"),
                error("out_of_range", 2, "capacity"),
                warning("blank_mission", 2, "mission"),
                error("unreadable", 4, "active"),
                error("duplicate", 4, "nonprofit_id"),
            ],
            {"nonprofit_id": ["a", "b", "a"]},
            "a.parquet",
        ),
    ]
]


UNIT_CASES = [
    Case(
        "units_in_dutch",
        "a list of units with Dutch headings and words",
        "Vestiging ID;Bedrijf;Naam;Missie;Plaats;Medewerkers;Biedt;Zoekt;Sluit uit;Bereik km;Capaciteit;Hoofdkantoor\n"
        "0007;Bank;Bank Utrecht;Helpen;Utrecht;1.850;Mensen, geld;Netwerk;wapens;12,5;3;x\n",
        cells={
            "unit_id": ["0007"],
            "employees": [1850.0],
            "offers": ["people; money"],
            "seeks": ["network"],
            "excludes": ["wapens"],
            "reach_km": [12.5],
            "capacity": [3.0],
            "is_hq": [True],
        },
        expected=(("warning", "excluded_word_unknown", 2, None, "Sluit uit"),),
        table="units",
    ),
    Case(
        "units_broken",
        "units without a company, with words of the other side, and a reach around the world and back",
        lines_of(
            "unit_id,company,name,mission,city,offers,seeks,reach_km,employees",
            "u1,,Bank,m,Utrecht,people,people,10,5",
            "u2,Bank,Bank,m,Utrecht,network,network,40000,-1",
        ),
        (
            error("blank", 2, "company"),
            warning("unknown_word", 2, "seeks"),
            error("out_of_range", 3, "reach_km"),
            warning("out_of_range", 3, "employees"),
        ),
        table="units",
    ),
]

CASES = [
    *NOT_A_TABLE,
    *WORKBOOKS,
    *SEPARATORS,
    *ENCODINGS,
    *LINES,
    *COLUMNS,
    *TEXTS,
    *VALUES,
    *PLACES,
    *PARTNERSHIPS,
    *UNIT_CASES,
    *PARQUET_CASES,
]


# --- running the commands ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare geopy the reading of certificates, a good part of the time of a check: nothing here goes online."""
    monkeypatch.setattr(geopy.geocoders.options, "default_ssl_context", ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@pytest.fixture(autouse=True)
def _each_content_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tables by what they were read from: the whole lists come back in every case, and tables are read-only."""
    monkeypatch.setattr(inputs, "read_table", read_once)


_tables: dict[tuple[Any, ...], Table] = {}


def read_once(name: str, path: Path, columns: dict[str, str], extra_columns: Sequence[ColumnSpec] = ()) -> Table:
    try:
        key = (name, path.name, path.read_bytes(), *columns.items())
    except OSError:
        return read_table(name, path, columns, extra_columns)
    if key not in _tables:
        _tables[key] = read_table(name, path, columns, extra_columns)
    return _tables[key]


def lay_out(folder: Path, contents: dict[str, bytes | str | None], names: dict[str, str]) -> dict[str, Path]:
    """Write the tables into a folder; the two lists stand there whole unless said otherwise."""
    paths = {}
    for table, content in {"units": UNITS, "nonprofits": NONPROFITS, **contents}.items():
        path = folder / names.get(table, f"{table}.csv")
        if content is FOLDER:
            path.mkdir()
        elif content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths[table] = path
    return paths


def run(command: str, paths: dict[str, Path], *more: str) -> Result:
    """Run a command; whatever the file, it ends by itself and without a traceback."""
    arguments = [command, str(paths["units"]), str(paths["nonprofits"]), *more]
    if "partnerships" in paths:
        arguments += ["--partnerships", str(paths["partnerships"])]
    result = CliRunner().invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{command} ended with a traceback") from result.exception
    assert "Traceback" not in result.output
    return result


def read(paths: dict[str, Path], settings: Settings | None = None) -> Tables:
    return inputs.read_inputs(paths, settings or Settings())


def place_in(problem: Problem) -> PartialTopK:
    return problem.severity, problem.code, problem.row, problem.line, problem.column


def plain(values: pd.Series[Any]) -> list[Any]:
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_file(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    paths = lay_out(folder, {case.table: case.content}, {case.table: case.name})
    options = []
    if case.columns:
        toml = f"[columns.{case.table}]\n" + "".join(f'"{key}" = "{value}"\n' for key, value in case.columns.items())
        (folder / "settings.toml").write_text(toml, encoding="utf-8")
        options = ["--settings", str(folder / "settings.toml")]
    before = sorted(folder.iterdir())
    reads: list[Tables] = []
    original = inputs.read_inputs
    monkeypatch.setattr(inputs, "read_inputs", lambda *given: reads.append(original(*given)) or reads[-1])

    checked = run("check", paths, *options)

    problems = reads[-1].problems
    table = getattr(reads[-1], case.table)
    assert sorted(map(place_in, problems), key=str) == sorted(case.expected, key=str), (case.what, *map(str, problems))
    assert {problem.file.partition("[")[0] for problem in problems} <= {case.name}
    assert {column: plain(table.frame[column]) for column in case.cells} == case.cells, case.what
    assert all(line.translate(CONTROLS) in checked.output for line in summarise(problems))
    assert all(problem.message and problem.remedy for problem in problems)
    has_errors = any(severity == "error" for severity, *_ in case.expected)
    assert checked.exit_code == (2 if has_errors else 0), checked.output
    if has_errors:
        out = tmp_path / "out" / "results"
        matched = run("match", paths, "--out", str(out), *options)
        assert matched.exit_code == 2
        assert "nothing was written" in matched.output
        assert not out.parent.exists()
    assert sorted(folder.iterdir()) == before


def test_the_corpus_is_large_and_every_case_has_a_name_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 55


# --- what is said about them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n", "this is a PDF, not a table. Save it as CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "without a password"),
        (lines_of("nonprofit_id,titel", "n1,A"), "headings that were not read: titel)"),
        (lines_of(HEAD, ROW, 'n2,"B,m,Utrecht'), "a quotation mark is not closed. Look at line 3"),
        (lines_of(HEAD, "n2,B,samen, nu,Utrecht"), "the row has 5 cells where the headings have 4"),
        (cell("needs", "menssen"), "did you mean 'mensen'?"),
        (cell("volunteers", "veel"), "row 2 (Buurthuis 1), column volunteers: 'veel': this is not a number"),
        (cell("active", "misschien"), "Write ja or nee (yes or no), or leave the cell empty"),
        (cells_of({"latitude": "5.12", "longitude": "52.09"}), "latitude and longitude are swapped"),
    ],
    ids=["pdf", "password", "missing", "quote", "long", "word", "number", "boolean", "swapped"],
)
def test_the_message_says_what_is_wrong_where_and_what_to_do(content: bytes, said: str, tmp_path: Path) -> None:
    result = run("check", lay_out(tmp_path, {"nonprofits": content}, {}))
    assert said in result.output
    assert "nonprofits.csv" in result.output


def test_a_hint_ends_its_sentence_once(tmp_path: Path) -> None:
    result = run("check", lay_out(tmp_path, {"nonprofits": cell("needs", "menssen")}, {}))
    assert "did you mean 'mensen'?" in result.output
    assert "?." not in result.output


def test_one_error_is_counted_as_one(tmp_path: Path) -> None:
    result = run("check", lay_out(tmp_path, {"nonprofits": cell("name", "")}, {}))
    assert "1 error, 0 warnings in 1 unit and 1 nonprofit. Mend the errors first" in result.output


def test_the_value_shown_is_what_the_cell_holds(tmp_path: Path) -> None:
    paths = lay_out(
        tmp_path, {"nonprofits": cells_of({"latitude": "0", "longitude": "0"}, {"needs": "Mensen;LIEFDE"})}, {}
    )
    assert [problem.value for problem in read(paths).problems if problem.code != "coordinates_incomplete"] == [
        "Mensen;LIEFDE"
    ]
    alone = read(lay_out(tmp_path, {"nonprofits": cells_of({"latitude": "0", "longitude": "0"})}, {}))
    assert [problem.value for problem in alone.problems] == ["0"]


def test_a_mapping_to_a_column_that_is_none_is_refused(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, {}, {})
    settings = tmp_path / "settings.toml"
    settings.write_text('[columns.nonprofits]\n"Titel" = "nam"\n')
    for command in ("check", "match"):
        more = ["--out", str(tmp_path / "out")] if command == "match" else []
        result = run(command, paths, "--settings", str(settings), *more)
        assert result.exit_code == 2
        assert "'Titel' is mapped to 'nam'" in result.output
        assert "did you mean 'name'?" in result.output
    assert not (tmp_path / "out").exists()


def test_a_mapping_goes_before_the_column_of_that_name(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, {"nonprofits": lines_of("nonprofit_id,name,titel,mission,city", "n1,A,B,m,Utrecht")}, {})
    inputs = read(paths, Settings.from_mapping({"columns": {"nonprofits": {"titel": "name"}}}))
    assert not any(problem.is_error for problem in inputs.problems)
    assert inputs.nonprofits.frame["name"].tolist() == ["B"]


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = lay_out(tmp_path, {}, {})

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = run("check", paths)
    assert result.exit_code == 2
    assert "the file cannot be opened (you have no rights there)" in result.output


def test_a_second_sheet_with_a_list_is_not_left_out_in_silence(tmp_path: Path) -> None:
    book = workbook(Noord=[HEADINGS, GOOD], Zuid=[HEADINGS, ["n2", "De Hoek", "Samen eten", "Utrecht"]])
    inputs = read(lay_out(tmp_path, {"nonprofits": book}, {"nonprofits": "a.xlsx"}))
    read_all = inputs.nonprofits.frame["nonprofit_id"].tolist() == ["n1", "n2"]
    assert read_all or any("Zuid" in str(problem) for problem in inputs.problems)


def test_letters_of_two_encodings_in_one_file_are_not_garbled_in_silence(tmp_path: Path) -> None:
    content = lines_of(HEAD, "n1,België,m,Utrecht") + "n2,Café,m,Utrecht\n".encode("cp1252")
    inputs = read(lay_out(tmp_path, {"nonprofits": content}, {}))
    assert inputs.problems or inputs.nonprofits.frame["name"].tolist() == ["België", "Café"]


def test_a_partnership_that_ends_before_it_starts_is_pointed_out(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, {"partnerships": partners("u1,n1,completed,2026-03-01,2025-03-01,")}, {})
    assert [problem.row for problem in read(paths).problems] == [2]


def test_headings_without_rows_stop_a_match_with_a_reason(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, {"nonprofits": lines_of(HEAD)}, {})
    result = run("match", paths, "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
    assert "nonprofits.csv: the list of nonprofits is empty. Fill it in, with a row for each" in result.output


# --- all at once ------------------------------------------------------------------------------------------------

TWENTY: dict[str, bytes | str | None] = {
    "units": lines_of(
        "unit_id,company,name,mission,city,offers,seeks,reach_km,capacity,is_hq",
        "u1,,Bank,m,Utrecht,liefde,network,10,1,ja",
        "u1,Bank,,m,Utrecht,people,roem,ver,1,misschien",
        "u3,Bank,Bank,m,Utrecht,people,network,-1,1,nee",
    ),
    "nonprofits": lines_of(
        "nonprofit_id,name,mission,city,country,latitude,longitude,capacity",
        ",A,m,Utrecht,Narnia,95,5,1",
        "n2,,m,Utrecht,NL,52,500,veel",
        "n3,C,,Utrecht,NL,,,-4",
    ),
    "partnerships": partners("u3,,actief,,,", ",n3,klaar,,,", "u3,n3,active,31-31-2026,morgen,9"),
}
TWENTY_FOUND = {
    "units.csv": [
        error("duplicate", 2, "unit_id"),
        error("duplicate", 3, "unit_id"),
        error("blank", 2, "company"),
        error("blank", 3, "name"),
        warning("unknown_word", 2, "offers"),
        warning("unknown_word", 3, "seeks"),
        error("unreadable", 3, "reach_km"),
        error("unreadable", 3, "is_hq"),
        error("out_of_range", 4, "reach_km"),
    ],
    "nonprofits.csv": [
        error("blank", 2, "nonprofit_id"),
        error("unreadable", 2, "country"),
        error("out_of_range", 2, "latitude"),
        error("blank", 3, "name"),
        error("out_of_range", 3, "longitude"),
        error("unreadable", 3, "capacity"),
        error("out_of_range", 4, "capacity"),
        warning("blank_mission", 4, "mission"),
    ],
    "partnerships.csv": [
        error("blank", 2, "nonprofit_id"),
        error("blank", 3, "unit_id"),
        error("unknown_word", 3, "status"),
        warning("unreadable", 4, "started_on"),
        warning("unreadable", 4, "ended_on"),
        warning("out_of_range", 4, "trust"),
    ],
}


def test_every_error_in_three_files_is_reported_at_once(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, TWENTY, {})
    inputs = read(paths)
    found: dict[str, list[PartialTopK]] = {}
    for problem in inputs.problems:
        found.setdefault(problem.file, []).append(place_in(problem))
    assert {file: sorted(places, key=str) for file, places in found.items()} == {
        file: sorted(places, key=str) for file, places in TWENTY_FOUND.items()
    }
    errors = [problem for problem in inputs.problems if problem.is_error]
    assert len(errors) == 17
    with pytest.raises(TableError) as caught:
        inputs.checked()
    assert caught.value.problems == inputs.problems
    said = problem_lines(errors, load_language("en"))
    assert all(line in str(caught.value) for line in said)

    checked = run("check", paths)
    assert checked.exit_code == 2
    lines = checked.output.splitlines()
    assert [line for line in lines if line.startswith("error: ")] == [f"error: {line}" for line in said]
    assert "17 errors, 5 warnings" in checked.output

    matched = run("match", paths, "--out", str(tmp_path / "out"))
    assert matched.exit_code == 2
    assert "17 errors: nothing was written" in matched.output
    assert all(f"error: {line}" in matched.output for line in said)
    assert not (tmp_path / "out").exists()


def test_a_row_that_is_too_long_does_not_hide_the_errors_in_other_rows(tmp_path: Path) -> None:
    content = lines_of(HEAD + ",capacity", "n1,A,m,Utrecht,veel", "n2,B,samen, nu,Utrecht,3", "n3,,m,Utrecht,3")
    problems = read(lay_out(tmp_path, {"nonprofits": content}, {})).problems
    places = {place_in(problem) for problem in problems}
    assert {error("row_too_long", 3), error("unreadable", 2, "capacity"), error("blank", 4, "name")} <= places


def test_a_missing_column_does_not_hide_the_errors_in_the_others(tmp_path: Path) -> None:
    problems = read(lay_out(tmp_path, {"nonprofits": lines_of("nonprofit_id,name,capacity", "n1,,veel")}, {})).problems
    assert {place_in(problem) for problem in problems} == {
        error("missing_column", None, "mission"),
        error("blank", 2, "name"),
        error("unreadable", 2, "capacity"),
    }


def test_many_errors_of_one_kind_are_all_checked_and_summed_up_in_a_match(tmp_path: Path) -> None:
    paths = lay_out(tmp_path, {"nonprofits": cells_of(*({"capacity": "veel"} for _ in range(35)))}, {})
    matched = run("match", paths, "--out", str(tmp_path / "out"))
    for output in (run("check", paths).output, matched.output):
        assert sum(line.startswith("error: ") for line in output.splitlines()) == 1
        assert "column capacity: 35 rows, the first in rows 2, 3, 4 ('veel'): this is not a number" in output
    assert "35 errors: nothing was written" in matched.output


def test_warnings_do_not_stop_a_match_and_stand_in_its_record(tmp_path: Path) -> None:
    nonprofits = cells_of({"mission": ""}, {"city": "Verweggistan"}, {"name": "De Hoek"})
    paths = lay_out(tmp_path, {"nonprofits": nonprofits}, {})
    result = run("match", paths, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    record = (tmp_path / "out" / "run.json").read_text(encoding="utf-8")
    for said in ("row 2 (Buurthuis 1), column mission", "row 3 (Buurthuis 2), column city: 'Verweggistan'"):
        assert said in result.output
        assert said in record


@pytest.mark.parametrize("name", ["units", "nonprofits", "partnerships"])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_bytes_there_is_an_answer(name: str, seed: int, tmp_path: Path) -> None:
    """Files cut, mixed and knocked about: a table or problems, never an exception."""
    rng = random.Random(seed)
    source = {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": partners("u1,n1,active,2026-01-01,,3")}[name]
    for number in range(9):
        data = bytearray(
            rng.choice([source, source.replace(b",", b";"), source.decode().encode("utf-16"), BOOK, PARQUET])
        )
        for _ in range(rng.randint(1, 12)):
            position = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[position] = rng.choice(b"\",;\n\r\t\x00\xff='|")
                case 1:
                    del data[position : position + rng.randint(1, 9)]
                    data = data or bytearray(b",")
                case 2:
                    data[position:position] = rng.choice(
                        [b'"', b"\r", b"\n,", b"\xef\xbb\xbf", b"\xe2\x82", b"sep=;\n"]
                    )
                case 3:
                    data[position:position] = data[position : position + 20]
        path = tmp_path / f"{number}.csv"
        path.write_bytes(data)
        table = read_table(name, path)
        assert len(table.frame) == len(table.rows) == len(table.lines)
        assert table.problems or len(table.frame)
