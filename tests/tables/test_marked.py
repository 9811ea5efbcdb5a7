"""Copies of lists in which problems are coloured and commented."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from helpers.commands import run
from helpers.office import save_again
from openpyxl.comments import Comment

from matcher.tables.read.tables import read_table

HEADINGS = ["nonprofit_id", "name", "mission", "city", "capacity", "eigen"]
UNITS = "unit_id,company,name,mission,city\nU1,Wold,Noord,Samen,Ede\n"
_ERROR, _WARNING = "00FFC7CE", "00FFEB9C"


def made(folder: Path) -> Path:
    """List with a title, an error, two warnings, a formula and a comment of its author."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Lijst"
    sheet.append(["Onze lijst"])
    sheet.append(HEADINGS)
    sheet.append(["n1", "A", None, "Ede", "veel", "=1+1"])
    sheet.append(["n2", "B", "Lezen", "Verweggistan", 3, "vrij"])
    sheet["D4"].comment = Comment("navragen", "Jo")
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def check(folder: Path, nonprofits: Path, *options: str) -> openpyxl.Workbook:
    units = folder / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    result = run("check", units, nonprofits, "--marked", folder / "marked.xlsx", *options)
    (copy,) = [
        folder / name for name in ("marked-nonprofits.xlsx", "marked-organisaties.xlsx") if (folder / name).exists()
    ]
    assert str(copy) in result.output
    return openpyxl.load_workbook(copy)


def test_problems_are_coloured_and_commented_and_the_rest_stays(tmp_path: Path) -> None:
    sheet = check(tmp_path, made(tmp_path), "--language", "nl")["Lijst"]
    assert [sheet[cell].fill.fgColor.rgb for cell in ("E3", "C3", "D4")] == [_ERROR, _WARNING, _WARNING]
    assert sheet["E4"].fill.fill_type is None
    assert "dit is geen getal" in sheet["E3"].comment.text
    assert sheet["D4"].comment.text.startswith("navragen\n")
    assert [cell.value for cell in sheet[3]] == ["n1", "A", None, "Ede", "veel", "=1+1"]
    assert sheet["A1"].value == "Onze lijst"


def test_a_formula_keeps_its_value(tmp_path: Path) -> None:
    path = save_again(made(tmp_path), tmp_path / "saved")
    check(tmp_path, path)
    values = openpyxl.load_workbook(tmp_path / "marked-nonprofits.xlsx", data_only=True)["Lijst"]
    assert values["F3"].value == 2
    table = read_table("nonprofits", tmp_path / "marked-nonprofits.xlsx")
    assert table.frame["eigen"].tolist() == ["2", "vrij"]


@pytest.mark.parametrize("name", ["list.csv", "list.json"])
def test_other_kinds_of_files_become_a_workbook_of_texts(tmp_path: Path, name: str) -> None:
    texts = {
        "list.csv": "nonprofit_id,name,mission,capacity,eigen\n001,A,Eten,veel,=1+1\n",
        "list.json": '[{"nonprofit_id": "001", "name": "A", "mission": "Eten", "capacity": "veel", "eigen": "=1+1"}]',
    }
    path = tmp_path / name
    path.write_text(texts[name], encoding="utf-8")
    sheet = check(tmp_path, path)["nonprofits"]
    assert [cell.value for cell in sheet[2]] == ["001", "A", "Eten", "veel", "=1+1"]
    assert sheet["E2"].data_type == "s" or sheet["E2"].quotePrefix
    assert sheet["D2"].fill.fgColor.rgb == _ERROR


def test_lists_on_sheets_of_one_workbook_are_marked_in_one_copy(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(tmp_path).read_bytes()))
    units = book.create_sheet("Vestigingen")
    units.append(["unit_id", "company", "name", "mission", "reach_km"])
    units.append(["U1", "Wold", "Noord", "Samen", "ver weg"])
    book.save(tmp_path / "all.xlsx")
    result = run("check", tmp_path / "all.xlsx", tmp_path / "all.xlsx", "--marked", tmp_path / "out.xlsx")
    assert result.exit_code == 2
    marked = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert marked["Vestigingen"]["E2"].fill.fgColor.rgb == _ERROR
    assert marked["Lijst"]["E3"].fill.fgColor.rgb == _ERROR


@pytest.mark.parametrize("name", ["marked.csv", "all.xlsx"])
def test_a_list_is_never_overwritten(tmp_path: Path, name: str) -> None:
    path = made(tmp_path).rename(tmp_path / "all.xlsx")
    before = path.read_bytes()
    result = run("check", path, path, "--marked", tmp_path / name)
    assert result.exit_code != 0
    assert "--marked" in result.output
    assert path.read_bytes() == before


def test_the_first_sheet_lists_the_problems_and_leads_to_their_cells(tmp_path: Path) -> None:
    book = check(tmp_path, made(tmp_path), "--language", "nl")
    sheet = book["Nagekeken"]
    assert book.sheetnames[0] == "Nagekeken"
    assert book.active is sheet
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=7) if row[1].value}
    assert list(rows) == ["E3", "F3", "C3", "D4"], "errors first, then row by row"
    assert rows["E3"][1].hyperlink.location == "'Lijst'!E3"
    assert rows["E3"][0].fill.fgColor.rgb == _ERROR
    assert [row[0].value for row in rows.values()] == ["fout", "let op", "let op", "let op"]
    assert [cell.value for cell in rows["E3"][2:5]] == ["3 A", "capacity", "veel"]
    assert "dit is geen getal" in rows["E3"][5].value
    assert [sheet.cell(row, 2).value.split(":")[0] for row in (2, 3, 4)] == ["fout", "let op", "ter informatie"]


def test_a_marked_copy_that_is_checked_again_has_one_list(tmp_path: Path) -> None:
    check(tmp_path, made(tmp_path), "--language", "nl")
    again = (tmp_path / "marked-organisaties.xlsx").rename(tmp_path / "again.xlsx")
    book = check(tmp_path, again, "--language", "nl")
    assert [name for name in book.sheetnames if name.startswith("Nagekeken")] == ["Nagekeken"]
    assert [cell.value for cell in book["Lijst"][3]][:5] == ["n1", "A", None, "Ede", "veel"]


def test_a_list_without_problems_is_said_to_have_none(tmp_path: Path) -> None:
    check(tmp_path, made(tmp_path), "--language", "nl")
    sheet = openpyxl.load_workbook(tmp_path / "marked-vestigingen.xlsx")["Nagekeken"]
    assert [row[0].value for row in sheet.iter_rows()][1:] == ["Geen problemen."]
