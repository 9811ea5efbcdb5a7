"""Text from the input is data: hostile strings in every text column are active in no workbook and in no CSV."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
from helpers.encoders import RememberingUse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher import PartnerMatcher
from matcher.i18n.language import load_language
from matcher.reports.outputs import CsvOutput
from matcher.reports.results import Results
from matcher.reports.workbook.output import workbook
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.raw import workbook_sheets
from matcher.tables.read.sheets import Book
from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Shortlist
from matcher.tables.schema.tables import DECISIONS
from matcher.tables.write.files import csv_text
from matcher.tables.write.workbooks import LONGEST_CELL, BookWriter, cell_of

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NASTY = (
    '=HYPERLINK("http://x.example","click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
    "''=1",
    "{=1+1}",
    "http://x.example/?a=1",
    "mailto:a@x.example",
    "internal:Sheet!A1",
    "_x000D_",
    "a_x003D_b",
    "a\x0bb\x1f",
    "a\rb\nc",
    "1e5",
    "00123",
    '<b>"&amp;</b>',
    "a;=1+1,\"=2\"",
    "x" * 40_000,
    "\U0001f600",
    "[Red]0",
    "&\"Arial\"&P",
)  # fmt: skip
TEXTS = st.sampled_from(NASTY) | st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff") | st.sampled_from("=+-@\t\r\n'_x000D"), min_size=1, max_size=12
)  # fmt: skip


def active_cells(content: bytes) -> list[str]:
    """Cells of a workbook that are formulas, links, or neither text nor number."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            if name.startswith("xl/worksheets/"):
                found += re.findall(r"<(?:\w+:)?f[\s>][^<]*", text)
                found += re.findall(r"<hyperlink[^>]*", text)
            if name.endswith(".rels"):
                found += re.findall(r'TargetMode="External"[^>]*', text)
            found += [name] if re.search(r"vba|externalLink|connections|macro", name) else []
    return found


def active_csv(text: str) -> list[str]:
    """Return the cells of a CSV that a spreadsheet takes for a formula; numbers that are negative are none."""
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    return [cell for cell in cells if cell.startswith(STARTS) and not re.fullmatch(r"-\d+(\.\d+)?(e-?\d+)?", cell)]


@cache
def base(use: RememberingUse) -> Results:
    """A run on two units and three nonprofits, of which each text is replaced in the tests."""
    units = pd.DataFrame({"unit_id": ["u1", "u2"], "company": "Bank", "name": ["Zwolle", "Breda"], "mission": ["Hulp bij schulden", "Taalles"], "contact": ["a", "b"]})  # fmt: skip
    sites = pd.DataFrame({"nonprofit_id": ["n1", "n2", "n3"], "organisation": ["O1", "O2", "O3"], "name": ["A", "B", "C"], "mission": ["Schuldhulp", "Taal", "Egels"], "website": ["x", "y", "z"]})  # fmt: skip
    known = pd.DataFrame({"unit_id": ["u1"], "nonprofit_id": ["n2"], "status": ["maybe"], "note": ["note"]})
    tables = {
        name: read_table(name, frame)
        for name, frame in (("units", units), ("nonprofits", sites), ("partnerships", known))
    }
    matcher = PartnerMatcher(settings=Settings().with_overrides({"shortlist.min_score": 0}), encoder=use)
    matcher.fit(sites, partnerships=known)
    match = matcher.match(units)
    shortlists = match.shortlists()
    return Results(
        tables=Tables(tables, ()),
        data=match.scorer.run,
        empty_lists=shortlists.without_list,
        shortlist=shortlists.table,
        records=shortlists.records,
        programmes=match.programmes(),
        run={"matcher": "0", "encoder": {"name": "use"}, "as_of": "2026-11-25", "warnings": ["x"]},
        language=load_language("nl"),
        passages=match.passages,
    )


def test_hostile_text_is_active_nowhere_and_comes_back_as_it_was(use: RememberingUse) -> None:
    results = base(use)
    columns = [name for name in results.shortlist.columns if results.shortlist[name].dtype == "str"]
    assert {"unit_name", "company", "nonprofit_name", "organisation", "contact", "website", "why", "unit_id"} <= set(
        columns
    )

    @settings(max_examples=25)
    @given(text=TEXTS, heading=TEXTS)
    @example(text="=1+1", heading="=1+1")
    @example(text="@x", heading="Besluit")
    @example(text="'=q", heading="unit_id ")
    def check(text: str, heading: str) -> None:
        frame = results.shortlist.copy()
        for column in columns:
            if column not in (Shortlist.UNIT_ID, Shortlist.NONPROFIT_ID):
                frame[column] = text
        frame[Shortlist.UNIT_ID] = [f"{text}{row}" for row in range(len(frame))]
        if heading not in frame.columns:
            frame = frame.rename(columns={"contact": heading})
        hostile = replace(results, shortlist=frame, run={**results.run, "warnings": [text]})
        book = workbook(hostile)
        assert active_cells(book) == []
        sheet = {sheet.name: sheet.rows for sheet in workbook_sheets("m.xlsx", book)}["Shortlists"]
        expected = _held(text)
        for wanted, shown in (
            ("Bedrijf", expected),
            ("Organisatie", expected),
            ("Waarom", expected),
            ("website", expected),
        ):
            position = sheet[0].index(wanted)
            assert {from_safe_cell(row[position]) for row in sheet[1:]} == {shown}
        for name, content in CsvOutput().files(hostile).items():
            assert isinstance(content, str)
            assert active_csv(content) == [], name
        read = list(csv.reader(io.StringIO(csv_text(frame), newline="")))
        assert [from_safe_cell(cell) for cell in read[0]] == [str(column) for column in frame.columns]
        position = list(frame.columns).index("why")
        assert {from_safe_cell(row[position]) for row in read[1:]} == {text}

    check()


def _held(text: str) -> str:
    """The part of a text that a cell can hold."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    assert cell_of(text).endswith(" […]")
    return cell_of(text)


@settings(max_examples=60)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), heading=TEXTS)
def test_a_table_written_and_read_back_is_the_same_text(texts: list[str], heading: str) -> None:
    texts = [text for text in texts if len(text) < LONGEST_CELL // 2] or ["x"]
    book = BookWriter("t")
    sheet = book.sheet("t")
    book.write_row(sheet, 0, ["unit_id", "company", "name", "mission"])
    for row, text in enumerate(texts, start=1):
        book.write_row(sheet, row, [f"u{row}", "Bank", "Name", text])
    content = book.content()
    assert active_cells(content) == []
    rows = workbook_sheets("t.xlsx", content)[0].rows
    assert [from_safe_cell(row[3]) for row in rows[1:]] == texts
    frame = pd.DataFrame({"a": texts})
    read = list(csv.reader(io.StringIO(csv_text(frame), newline="")))
    assert [from_safe_cell(row[0]) for row in read[1:]] == texts


def test_a_heading_of_the_input_is_never_taken_for_a_column_of_decisions(use: RememberingUse, tmp_path: Path) -> None:
    results = base(use)
    frame = results.shortlist.assign(besluit="ja", decision="yes", **{"unit code": "x"})
    path = tmp_path / "m.xlsx"
    path.write_bytes(workbook(replace(results, shortlist=frame)))
    tables = Book.read(path).tables(KnownHeadings.of("decisions", DECISIONS, {}))
    assert [table.sheet.name for table in tables] == ["Shortlists"]
    assert tables[0].heading("decision") == "Besluit"
    assert tables[0].text(1, "unit_id") == frame["unit_id"].iloc[0]
