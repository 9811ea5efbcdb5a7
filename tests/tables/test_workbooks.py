"""What a workbook says beside its values: numbers, errors, formulas, merged cells, days before 1900."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from helpers.office import save_again
from openpyxl import Workbook

from matcher.tables.read.tables import Table, read_table

HEADINGS = ["nonprofit_id", "name", "mission", "capacity", "excludes", "founded"]


def table_of(path: Path, *rows: list[object], edit: Callable[[Workbook], None] = lambda book: None) -> Table:
    book = Workbook()
    book.active.append(HEADINGS)
    for number, row in enumerate(rows):
        book.active.append([f"n{number}", f"Name {number}", "Eten", *row])
    edit(book)
    book.save(path / "list.xlsx")
    return read_table("nonprofits", path / "list.xlsx")


def codes(table: Table) -> list[tuple[str, str, int | None]]:
    return [(problem.severity, problem.code, problem.row) for problem in table.problems]


def test_a_number_cell_is_that_number(tmp_path: Path) -> None:
    table = table_of(tmp_path, [1200], [10.125], ["1.200"])
    assert codes(table) == [("warning", "rough_number", 3)]
    assert table.frame["capacity"].tolist() == [1200, 10, 1200]


@pytest.mark.parametrize(
    ("cell", "code"), [("#REF!", "error_value"), ("#N/A", "error_value"), ("=1+1", "formula_without_value")]
)
@pytest.mark.parametrize("column", ["capacity", "founded"])
def test_a_cell_without_a_value_is_unknown_and_named(tmp_path: Path, cell: str, code: str, column: str) -> None:
    cells = [cell if name == column else None for name in HEADINGS[3:]]
    table = table_of(tmp_path, cells, [3, None, "later"])
    assert codes(table) == [("warning", code, 2)]
    assert table.frame[column].isna().tolist() == [True, False]


def test_a_zero_stored_for_a_formula_that_was_never_worked_out_is_no_zero(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["n1", "A", "Eten"])
        sheet.write_formula(1, 3, "=1+1")
        sheet.write_row(2, 0, ["n2", "B", "Eten"])
        sheet.write_formula(2, 3, "=1+1", value=2)
    table = read_table("nonprofits", tmp_path / "list.xlsx")
    assert codes(table) == [("warning", "formula_without_value", 2)]
    assert table.frame["capacity"].fillna(-1).tolist() == [-1, 2]


def test_a_day_before_1900_is_never_another_value(tmp_path: Path) -> None:
    table = table_of(tmp_path, [1, None, dt.date(1866, 5, 1)], [1, None, dt.date(1950, 1, 1)])
    assert codes(table) == [("warning", "day_before_1900", 2)]
    assert table.frame["founded"].fillna("").tolist() == ["", "1950-01-01"]


def test_a_merged_cell_counts_for_the_rows_that_it_covers(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book.active.merge_cells("D2:D4")
        book.active.merge_cells("A1:A1")
        book.active.merge_cells("E5:F9")  # nothing else stands in rows 6 to 9

    table = table_of(tmp_path, [2], [None], [None], [4, "note"], edit=edit)
    assert codes(table) == [("warning", "merged_cells", 2)]
    assert table.frame["capacity"].tolist() == [2, 2, 2, 4]


def test_the_sheet_that_lacks_least_is_the_list(tmp_path: Path) -> None:
    book = Workbook()
    grants = book.active
    grants.title = "grants"
    grants.append(["Title", "Recipient Org:Name", "Recipient Org:City", "Recipient Org:Postal Code", "Country"])
    grants.append(["Winter", "De Kade", "Breda", "4811 AB", "NL"])
    organisations = book.create_sheet("organisations")
    organisations.append(["Recipient Org:Name", "Recipient Org:Description"])
    organisations.append(["De Kade", "Samen koken"])
    book.save(tmp_path / "n.xlsx")
    table = read_table("nonprofits", tmp_path / "n.xlsx")
    assert table.file == "n.xlsx[organisations]"
    assert [problem.code for problem in table.problems] == ["codes_made"]


def test_a_code_that_is_an_error_of_the_spreadsheet_is_no_code(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book.active["A2"] = "#REF!"

    assert ("error", "blank", 2) in codes(table_of(tmp_path, [1], edit=edit))


def test_a_note_below_the_list_is_left_out_and_named(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book.active["A5"] = "* as agreed in May"
        book.active["A6"] = "Total: 2"

    table = table_of(tmp_path, [1], [2], edit=edit)
    assert codes(table) == [("warning", "note_below", 5), ("warning", "note_below", 6)]
    assert len(table.frame) == 2


def test_a_cell_far_from_the_list_is_named_before_memory_runs_out(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        book.active["XFD1048576"] = "x"

    table = table_of(tmp_path, [1], edit=edit)
    assert codes(table) == [("error", "file_kind", None)]
    assert "1,048,576" in table.problems[0].message


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_error_cells_are_said_whatever_the_kind_of_workbook(tmp_path: Path, kind: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEADINGS[:3], "capacity", "website"])
        sheet.write_row(1, 0, ["n1", "A", "#N/A is wat Excel schrijft"])
        sheet.write_formula(1, 3, "=1/0", value="#DIV/0!")
        sheet.write_formula(1, 4, "=NA()", value="#N/A")
        sheet.write_row(2, 0, ["n2", "B", "Lezen", 2, "x"])
    table = read_table("nonprofits", save_again(tmp_path / "list.xlsx", tmp_path / "saved", kind))
    assert sorted((problem.code, problem.row, problem.value) for problem in table.problems) == [
        ("error_value", 2, "#DIV/0!"),
        ("error_value", 2, "#N/A"),
    ]
    assert table.frame["capacity"].isna().tolist() == [True, False]
    assert table.frame["website"].isna().tolist() == [True, False]
    assert table.frame["mission"].iloc[0] == "#N/A is wat Excel schrijft"
