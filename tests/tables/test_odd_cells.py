"""The same cell in CSV, .xlsx, OpenDocument and Parquet says the same, or a message does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.odd_cells import agree, odd_cells, readings

from matcher.i18n.language import load_language
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.dates import parse_date
from matcher.tables.read.numbers import rough_number
from matcher.tables.read.tables import read_table


@pytest.mark.parametrize("seed", range(2))
def test_odd_cells_say_the_same_in_every_format(tmp_path: Path, seed: int) -> None:
    different = {}
    for cell in odd_cells(30, seed):
        found = readings(cell, tmp_path)
        assert len(found) > 1
        if not agree(found):
            different[cell] = found
    assert different == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4 mars 2024", "2024-03-04"),
        ("12. März 2024", "2024-03-12"),
        ("1er août 2023", "2023-08-01"),
        ("3. Dez. 2021", "2021-12-03"),
    ],
)
def test_dates_in_german_and_french(text: str, day: str) -> None:
    assert parse_date(text).isoformat() == day


@pytest.mark.parametrize("text", ["sinds 2022", "2022", "maart 2022", "03-2022"])
def test_a_year_is_told_how_it_becomes_a_day(text: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_date(text)
    month = "03" if "maart" in text else "01"
    assert f"01-{month}-2022" in load_language("nl").render(caught.value.remedy)


@pytest.mark.parametrize(("text", "number"), [("10+", 10), ("10 of meer", 10), ("more than", None)])
def test_ten_or_more_is_ten(text: str, number: float | None) -> None:
    found = rough_number(text, is_whole=True)
    assert (found and found.value) == number


def test_miles_of_a_reach_are_km() -> None:
    row = {
        "unit_id": ["u"],
        "company": ["a"],
        "name": ["b"],
        "mission": ["c"],
        "reach_km": ["25 miles"],
        "capacity": ["3"],
    }
    table = read_table("units", pd.DataFrame(row))
    assert table.frame["reach_km"].tolist() == [40.2]
    assert [problem.code for problem in table.problems] == ["rough_number"]
