"""Headings as people write them, headings that are switched off, and lists without codes."""

from __future__ import annotations

import pandas as pd
import pytest

from matcher.tables.read.headings import KnownHeadings, assign_headings
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.tables import TABLES

ROWS = {"nonprofit_id": ["n1", "n2"], "name": ["A", "B"], "mission": ["Eten", "Lezen"]}


def table_of(columns: dict[str, str] | None = None, **cells: list[str]) -> Table:
    return read_table("nonprofits", pd.DataFrame({**ROWS, **cells}), columns)


def codes(table: Table) -> list[tuple[str, str, str | None]]:
    return [(problem.severity, problem.code, problem.column) for problem in table.problems]


def test_headings_with_additions_are_read() -> None:
    table = table_of(**{"City (verplicht)": ["Ede", "Ede"], "3. Postcode*": ["1", "2"], "causes [;]": ["sport", ""]})
    assert {"city", "postcode", "causes"} <= set(table.headings)
    assert codes(table) == []


def test_the_plain_heading_goes_before_one_with_an_addition() -> None:
    table = table_of(city=["Ede", "Ede"], **{"city (old)": ["Epe", "Epe"]})
    assert table.frame["city"].tolist() == ["Ede", "Ede"]
    assert table.passed_through == ("city (old)",)


def test_a_heading_can_be_switched_off() -> None:
    table = table_of({"Needs": ""}, Needs=["4", "5"])
    assert codes(table) == []
    assert table.frame["needs"].isna().all()
    assert "Needs" not in table.frame


def test_a_heading_may_serve_for_two_columns() -> None:
    frame = pd.DataFrame({"name": ["A", "B"], "mission": ["Eten", "Lezen"]})
    for text in ("nonprofit_id", "name + nonprofit_id"):
        table = read_table("nonprofits", frame, {"name": text})
        assert codes(table) == []
        assert table.frame["nonprofit_id"].tolist() == table.frame["name"].tolist() == ["A", "B"]


def test_codes_are_made_from_names_and_that_is_said_once() -> None:
    frame = pd.DataFrame({"name": ["De Brug", "Soos", "De brug"], "mission": ["Eten", "Lezen", "Varen"]})
    table = read_table("nonprofits", frame)
    assert codes(table) == [("warning", "codes_made", "nonprofit_id")]
    assert table.frame["nonprofit_id"].tolist() == ["de-brug", "soos", "de-brug-2"]
    shorter = read_table("nonprofits", frame.iloc[1:])
    assert shorter.frame["nonprofit_id"].tolist() == ["soos", "de-brug"]


def test_a_heading_that_is_nearly_known_is_named_with_its_column() -> None:
    table = table_of(capacitiet=["1", "2"], colour=["red", "blue"])
    assert codes(table) == [("warning", "heading_nearly_known", "capacitiet")]
    assert "'capacity'" in table.problems[0].message
    assert codes(table_of({"capacitiet": ""}, capacitiet=["1", "2"])) == []


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *(
            ("Capactieit", "capacity"),
            ("Org city", "city"),
            ("Postcode bezoekadres", "postcode"),
            ("Omschrijving", None),
        ),
        *(
            ("start", None),
            ("_status", None),
            ("Recipient Org:Identifier", None),
            ("Recipient Org:Company Number", None),
        ),
        *(("RSIN", None), ("Score", None), ("_uuid", None), ("Huisnummer", None), ("SBI-code", None), ("Verein", None)),
        *(("Toevoeging", None), ("Branche", None), ("Account Type", None), ("_submission_time", None)),
    ],
)
def test_a_column_is_suggested_only_where_it_is_near(heading: str, column: str | None) -> None:
    headings = ["nonprofit_id", "name", "mission", heading]
    known = KnownHeadings.of("nonprofits", TABLES["nonprofits"], {})
    found = assign_headings("n.csv", headings, known, lambda position: ["x"])
    assert found.uses(headings, known)[-1].nearest == column


def test_a_missing_column_names_a_few_of_many_headings() -> None:
    table = read_table("nonprofits", pd.DataFrame({f"heading {number}": ["a"] for number in range(100)}))
    message = next(problem.message for problem in table.problems if problem.column == "mission")
    assert "heading 29 and 70 more" in message


def test_a_municipality_is_the_place_only_where_no_town_is_named() -> None:
    alone = table_of(Gemeente=["Ede", "Epe"])
    assert alone.frame["city"].tolist() == ["Ede", "Epe"]
    both = table_of(Gemeente=["Ede", "Epe"], Plaats=["Lunteren", "Vaassen"])
    assert both.frame["city"].tolist() == ["Lunteren", "Vaassen"]
    assert both.passed_through == ("Gemeente",)
    assert codes(both) == []
