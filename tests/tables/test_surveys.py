"""Lists as survey tools write them: one column a choice, headings in two or three rows, several choices in a cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from matcher.tables.read.tables import Table, read_table

ROWS = {"nonprofit_id": ["n1", "n2", "n3"], "name": ["A", "B", "C"], "mission": ["Eten", "Lezen", "Varen"]}


def table_of(columns: dict[str, str] | None = None, **cells: list[object]) -> Table:
    return read_table("nonprofits", pd.DataFrame({**ROWS, **cells}), columns)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def codes(table: Table) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in table.problems]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (("needs/people", "needs/money"), ([1, 0, None], [0, 1, None])),
        (("Nodig [Mensen]", "Nodig [Geld]"), (["x", "", ""], ["", "X", ""])),
        (("needs: people", "needs: money"), (["ja", "nee", "nee"], ["nee", "ja", "nee"])),
        (("needs - people", "needs - money"), (["people", "", ""], ["", "Money", ""])),
        (("needs_people", "needs_money"), ([True, False, False], [False, True, False])),
        (("needs.mensen", "needs.geld"), (["Checked", "Unchecked", ""], ["Unchecked", "Checked", ""])),
    ],
)
def test_a_column_a_choice_is_one_column_of_words(headings: tuple[str, str], cells: tuple[list[object], ...]) -> None:
    table = table_of(**dict(zip(headings, cells, strict=True)))
    assert table.frame["needs"].fillna("").tolist() == ["people", "money", ""]
    assert codes(table) == []
    assert table.passed_through == ()
    assert [use.columns for use in table.heading_uses[3:]] == [("needs",), ("needs",)]


def test_a_question_of_ones_own_may_be_asked_in_choices() -> None:
    question = "Waarmee kan een bedrijf u helpen?"
    table = table_of(
        {question: "needs"}, **{f"{question} [Mensen]": ["1", "", ""], f"{question} [Media]": ["1", "1", "0"]}
    )
    assert table.frame["needs"].fillna("").tolist() == ["people; media", "media", ""]


def test_a_cell_that_is_no_tick_is_said_and_other_answers_pass_through() -> None:
    table = table_of(
        **{"needs/people": ["1", "misschien", "2"], "needs/money": ["0", "1", ""], "needs/other": ["", "bus", ""]}
    )
    assert table.frame["needs"].tolist() == ["people", "money", "people"]
    assert codes(table) == [("choice_unread", 2)]
    assert table.passed_through == ("needs/other",)


def test_answers_in_one_cell_count_before_the_columns_of_choices() -> None:
    table = table_of(needs=["people money", "", ""], **{"needs/people": [1, 1, 0], "needs/money": [1, 0, 0]})
    assert table.frame["needs"].fillna("").tolist() == ["people; money", "people", ""]


def test_choices_in_a_second_row_of_headings(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "nonprofit_id,name,mission,needs,,,city",
        ",Open-Ended Response,Response,Mensen,Geld,Anders,",
        "n1,A,Eten,Mensen,,,Ede",
        "n2,B,Lezen,Mensen,Geld,bus,Epe",
    )
    table = read_table("nonprofits", path)
    assert table.frame["needs"].tolist() == ["people", "people; money"]
    assert table.frame["city"].tolist() == ["Ede", "Epe"]
    assert codes(table) == [("heading_rows", 1)]
    assert "rows 1 to 2" in table.problems[0].message
    assert table.passed_through == ("needs [Anders]",)


def test_three_rows_of_headings_of_which_the_last_is_for_programs(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Q1,Q2,Q3",
        "Name of your organisation,Your mission,Your town",
        '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3""}"',
        "A,Eten,Ede",
    )
    table = read_table("nonprofits", path, {"Q1": "name", "Q2": "mission", "Q3": "city"})
    assert table.frame["name"].tolist() == ["A"]
    assert [code for code, _ in codes(table)] == ["heading_rows", "codes_made"]


def test_headings_in_two_languages(tmp_path: Path) -> None:
    path = written(tmp_path, "nonprofit_id,naam,missie,plaats", "nonprofit_id,name,mission,city", "n1,A,Eten,Ede")
    table = read_table("nonprofits", path)
    assert table.frame["name"].tolist() == ["A"]
    assert codes(table) == [("heading_rows", 1)]


def test_groups_of_headings_above_the_headings(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "Organisatie")
        sheet.merge_range(0, 3, 0, 4, "Nodig")
        sheet.merge_range(0, 5, 0, 6, "Contactpersoon")
        sheet.write_row(1, 0, ["nonprofit_id", "naam", "missie", "Mensen", "Geld", "naam", "functie"])
        sheet.write_row(2, 0, ["n1", "A", "Eten", "x", "", "Jo", "bestuur"])
    table = read_table("nonprofits", path)
    assert table.frame["needs"].tolist() == ["people"]
    assert table.frame["name"].tolist() == ["A"]
    assert table.passed_through == ("Contactpersoon naam", "functie")
    assert codes(table) == [("heading_rows", 1)]


def test_a_title_above_the_headings_is_no_heading(tmp_path: Path) -> None:
    path = written(tmp_path, "Lijst 2026,,", ",,", "Instelling,Wat wij doen,Waar", "A,Eten,vrijwilligers")
    assert [use.heading for use in read_table("nonprofits", path).heading_uses] == [
        "Instelling",
        "Wat wij doen",
        "Waar",
    ]
