"""The same organisation under several codes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from helpers.commands import run

from matcher.tables.read.repeats import keys_of_names, repeated_nonprofits
from matcher.tables.read.tables import read_table

UNITS = pd.DataFrame(
    {"unit_id": ["u1"], "company": "Bank", "name": "Bank", "mission": "Samen eten", "postcode": "8011 AB"}
)
ROW = {"nonprofit_id": "a", "name": "Eetclub Noord", "mission": "Wij koken samen.", "postcode": "8011 CD"}
REPEAT = {"nonprofit_id": "z", "name": "Stichting EETCLUB Noord", "mission": "wij koken  samen", "postcode": "8011cd"}
OTHER = {"nonprofit_id": "m", "name": "Moestuin", "mission": "Wij telen samen groente", "postcode": "8011 EF"}


def warned_rows(*rows: dict[str, str | None]) -> list[tuple[int | None, int | None]]:
    table = read_table("nonprofits", pd.DataFrame(rows))
    problems = repeated_nonprofits(table, keys_of_names(table))
    assert {problem.severity for problem in problems} <= {"warning"}
    return [(problem.other_row, problem.row) for problem in problems]


def test_each_repeat_names_the_first_row() -> None:
    assert warned_rows(ROW, OTHER, REPEAT, {**REPEAT, "nonprofit_id": "y"}) == [(1, 3), (1, 4)]


@pytest.mark.parametrize(
    "different",
    [
        {"name": "Eetclub Zuid"},
        {"postcode": "8011 XY"},
        {"mission": "Wij koken alleen"},
        {"organisation": "Eetclubs Nederland"},
        {"postcode": None, "city": "Zwolle"},
        {"country": "BE"},
    ],
)
def test_rows_that_differ_are_no_repeats(different: dict[str, str | None]) -> None:
    assert warned_rows(ROW, {**REPEAT, **different}) == []


@pytest.mark.parametrize(
    "place", [{"city": "Breda"}, {"address": "Markt 2"}, {"latitude": "52.5", "longitude": "6.1"}, {"city": None}]
)
def test_without_a_postcode_the_rest_of_the_place_counts(place: dict[str, str | None]) -> None:
    site = {**ROW, "postcode": None, "city": "Zwolle", "address": "Markt 1", "latitude": "52.4", "longitude": "6.1"}
    repeat = {**site, **REPEAT, "postcode": None}
    assert warned_rows(site, {**repeat, "city": "ZWOLLE "}) == [(1, 2)]
    assert warned_rows(site, {**repeat, **place}) == []


def test_sites_of_one_organisation_are_no_repeats() -> None:
    site = {**ROW, "organisation": "Eetclubs", "postcode": None, "city": "Zwolle"}
    assert warned_rows(site, {**site, "nonprofit_id": "b", "name": "Eetclub Zuid"}) == []


def test_a_repeat_is_warned_of_and_takes_one_place_of_a_list(tmp_path: Path) -> None:
    files = tmp_path / "units.csv", tmp_path / "nonprofits.csv"
    UNITS.to_csv(files[0], index=False)
    pd.DataFrame([REPEAT, OTHER, ROW]).to_csv(files[1], index=False)
    checked = run("check", *files)
    assert checked.exit_code == 0
    assert "nonprofits.csv, row 4, column name: 'Eetclub Noord': this is the nonprofit of row 2 again" in checked.output
    result = run("match", *files, "--out", tmp_path / "out", "--language", "nl", "--formats", "csv,xlsx")
    assert result.exit_code == 0, result.output
    assert "rij 4" in result.stderr
    shortlist = pd.read_csv(tmp_path / "out" / "shortlist.csv")
    assert len(shortlist) == 2
    # Whichever of the two fits best, it is shown under the spelling of the first by id.
    assert set(shortlist["organisation"]) == {"Eetclub Noord", "Moestuin"}
    book = openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx")
    cells = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert any("regel 2" in cell or "rij 2" in cell for cell in cells)
