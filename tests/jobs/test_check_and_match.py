"""A check says of the lists what a match of them says, and marks it in their copies."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from matcher.cli.app import app

UNITS = pd.DataFrame(
    {
        "unit_id": ["u1", "u2"],
        "company": "Bank",
        "name": ["Dorp", "Stad"],
        "mission": "Geen gezin in de schulden",
        "city": "Zwolle",
        "is_hq": "no",
        "causes": ["schulden", "Pijler 7"],
        "capacity": [1, 2],
    }
)
NONPROFITS = pd.DataFrame(
    [
        ("n1", "Maatje", "Hulp bij geldzorgen", "Zwolle", "schulden", 1, "yes", None),
        ("n2", "Buddy", "Hulp bij geldzorgen in het gezin", "Zwolle", "schulden", 3, "no", None),
        ("n3", "Niets", None, None, None, 2, "yes", None),
        ("n4", "Wegwijs", "Hulp bij schulden", "Zwolle", "Pijler 9", None, "yes", 1),
    ],
    columns=["nonprofit_id", "name", "mission", "city", "causes", "capacity", "active", "organisation_capacity"],
)
PARTNERSHIPS = pd.DataFrame(
    [("u1", "n1", "active"), ("u1", "n4", "active"), ("u2", "n1", "active"), ("u2", "n2", "proposed"), ("u2", "n4", "proposed")],
    columns=["unit_id", "nonprofit_id", "status"],
)  # fmt: skip
ABOUT_SCORES = ("u2:n4 ", "unit u1 ", "unit u2 ", "vestiging u1 ", "vestiging u2 ")
"""Which of the proposals stays, and who has no list, is up to the scores."""


@pytest.fixture
def lists(tmp_path: Path) -> list[str]:
    for name, frame in {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": PARTNERSHIPS}.items():
        frame.to_excel(tmp_path / f"{name}.xlsx", index=False)
    return [
        *(str(tmp_path / f"{name}.xlsx") for name in ("units", "nonprofits")),
        *("--partnerships", str(tmp_path / "partnerships.xlsx")),
    ]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_check_says_what_a_match_says_of_the_lists(tmp_path: Path, lists: list[str], language: str) -> None:
    checked = run("check", *lists, "--language", language)
    run("match", *lists, "--language", language, "--out", str(tmp_path / "out"), "--formats", "csv")
    warnings = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["warnings"]
    of_lists = [warning for warning in warnings if not warning.startswith(ABOUT_SCORES)]
    assert len(of_lists) == len(set(of_lists)) >= 7
    assert [warning for warning in of_lists if f": {warning}\n" not in checked] == []


def test_what_runs_beyond_a_capacity_is_said_at_its_row_and_marked(tmp_path: Path, lists: list[str]) -> None:
    checked = run("check", *lists, "--language", "en", "--marked", str(tmp_path / "marked.xlsx"))
    assert "row 2 (Dorp), column capacity (H2): '1': unit u1 has 2 running partnerships" in checked
    assert "row 2 (Maatje), column capacity (F2): '1': nonprofit n1 has 2 running partnerships" in checked
    assert "the sites of Wegwijs have 2 partnerships that run or are proposed" in checked
    assert "row 5 (u2 / n2), column status (C5): 'proposed': u2:n2 is proposed or locked, but cannot be kept" in checked
    assert "row 4 (Niets): it is on no list, since nothing is known" in checked
    assert "row 4 (Niets), columns mission" not in checked
    sheet = load_workbook(tmp_path / "marked-units.xlsx").worksheets[-1]
    assert "2 running partnerships" in sheet["H2"].comment.text


def test_the_marked_copies_say_how_they_were_read(tmp_path: Path, lists: list[str]) -> None:
    NONPROFITS.assign(needs="tijd; geld", postbus="12").to_excel(tmp_path / "nonprofits.xlsx", index=False)
    checked = run("check", *lists, "--language", "nl", "--marked", str(tmp_path / "marked.xlsx"))
    lines = [line for line in checked.splitlines() if line.startswith("nonprofits.xlsx")]
    assert any("tijd → mensen" in line for line in lines)
    assert any("postbus" in line for line in lines)
    for name, expected in (("organisaties", lines), ("vestigingen", [])):
        sheet = load_workbook(tmp_path / f"marked-{name}.xlsx")["Nagekeken"]
        cells = [row[0].value for row in sheet.iter_rows(max_col=1)]
        assert [cell for cell in cells if cell in lines] == expected


def test_capacities_that_fit_are_not_said(tmp_path: Path, lists: list[str]) -> None:
    UNITS.assign(capacity=3, is_hq=["yes", "no"]).to_excel(tmp_path / "units.xlsx", index=False)
    NONPROFITS.assign(capacity=3, active="yes", organisation_capacity=3).to_excel(
        tmp_path / "nonprofits.xlsx", index=False
    )
    checked = run("check", *lists, "--language", "en")
    assert "partnerships where" not in checked
    assert "cannot be kept" not in checked
    assert "head office" not in checked
