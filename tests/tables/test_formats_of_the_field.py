"""Files as tools of the field write them: OpenDocument, survey exports, GeoJSON, 360Giving, customer databases."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.open_document import write_ods

from matcher.tables.read.json_tables import json_records
from matcher.tables.read.tables import Table, read_table

MAPPING = {"recipientOrganization/0/name": "name", "description": "mission", "id": "nonprofit_id"}


def test_tabs_and_line_breaks_of_open_document_cells_separate_words(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "lijst.ods", [["nonprofit_id", "name", "mission"], ["N1", "De Kade", "Samen\tkoken\n en  eten"]]
    )
    table = read_table("nonprofits", path)
    assert table.problems == ()
    assert table.frame["mission"].tolist() == ["Samen\tkoken\n en  eten"]


def test_days_before_1900_are_days_in_open_document(tmp_path: Path) -> None:
    rows = [["unit_id", "nonprofit_id", "status", "started_on"], ["U1", "N1", "active", dt.date(1866, 5, 1)]]
    table = read_table("partnerships", write_ods(tmp_path / "lijst.ods", rows))
    assert table.problems == ()
    assert table.frame["started_on"][0].year == 1866


def test_a_damaged_open_document_file_is_one_error(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "lijst.ods", [["nonprofit_id", "name", "mission"], ["N1", "De Kade", "Samen koken"]])
    path.write_bytes(path.read_bytes()[:-60])
    [problem] = read_table("nonprofits", path).problems
    assert problem.code == "file_kind"


def test_the_point_of_a_survey_is_the_place(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        '"unit_id";"company";"name";"mission";"_plek_latitude";"_plek_longitude";"_plek_altitude"\n'
        '"U1";"Acme";"Acme West";"Wij geven jongeren een kans";"52.1";"5.2";"0"\n',
        encoding="utf-8",
    )
    table = read_table("units", path)
    assert (table.frame["latitude"][0], table.frame["longitude"][0]) == (52.1, 5.2)


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def read_json(tmp_path: Path, content: Any, columns: dict[str, str] | None = None) -> Table:
    return read_table("nonprofits", written(tmp_path / "list.json", content), columns)


def test_grants_in_json_are_read_with_a_mapping_only(tmp_path: Path) -> None:
    grants = [
        {
            "id": f"360G-x-{number}",
            "title": "Grant",
            "description": "Meals for older people",
            "recipientOrganization": [{"id": "GB-CHC-1", "name": name, "postalCode": "BS3 2BN"}],
        }
        for number, name in enumerate(("Kitchen", "Table"))
    ]
    table = read_json(tmp_path, {"license": "CC BY", "grants": grants}, MAPPING)
    assert table.frame["name"].tolist() == ["Kitchen", "Table"]
    assert table.rows.tolist() == [1, 2]
    assert table.frame["postcode"].tolist() == ["BS3 2BN"] * 2
    assert "recipientOrganization/0/id" in table.passed_through


def test_points_of_geojson_are_places(tmp_path: Path) -> None:
    properties = {"nonprofit_id": "N1", "name": "De Kade", "mission": "Samen koken", "needs": ["people", "money"]}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [5.2, 52.1]}}
    table = read_json(tmp_path, {"type": "FeatureCollection", "features": [feature]})
    assert table.problems == ()
    assert table.frame[["latitude", "longitude"]].to_numpy().tolist() == [[52.1, 5.2]]
    assert table.frame["needs"].tolist() == ["people; money"]


def test_a_feature_that_is_no_point_says_what_it_is() -> None:
    feature = {"type": "Feature", "properties": {"name": "De Kade"}, "geometry": {"type": "Polygon", "coordinates": []}}
    assert json_records(json.dumps([feature])) == [{"name": "De Kade", "geometry": "Polygon"}]


@pytest.mark.parametrize("text", ["id,name", "{broken", "[1, 2]", "{}", '{"a": 1}'])
def test_what_is_no_list_of_objects_is_no_json_table(text: str) -> None:
    assert json_records(text) is None


FORMATS = Path(__file__).parent / "formats"
KADE = {"name": "De Kade", "postcode": "3512 AA", "city": "Utrecht"}
ANSWERED = {
    **KADE,
    "nonprofit_id": "101",
    "latitude": 52.0907,
    "longitude": 5.1214,
    "works_in": "local",
    "capacity": 2,
    "needs": "people; money",
    "causes": "youth; nature",
}
GRANTED = {"name": "Bristol Table", "postcode": "BS3 2BN", "city": "Bristol", "country": "GB"}
DESCRIBED = {"Description": "mission"}
EXPECTED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "kobo_names.csv": ({}, ANSWERED),
    "kobo_labels.xlsx": ({}, ANSWERED),
    "kobo_points.geojson": ({}, ANSWERED),
    "kobo_choices.csv": ({}, ANSWERED),
    **{
        f"grants_{made}.{kind}": (DESCRIBED, GRANTED) for made in ("titles", "paths") for kind in ("csv", "xlsx", "ods")
    },
    "grants.json": (DESCRIBED, GRANTED),
    "grants_unflattened.json": (DESCRIBED, GRANTED),
    "salesforce.csv": ({}, {"name": "Harbour Kitchen", "city": "Portland", "state": "ME", "causes": "food; elderly"}),
    "civicrm.csv": ({}, {**KADE, "nonprofit_id": "17", "address": "Oudegracht 1", "state": "Utrecht", "country": "NL"}),
    "libreoffice.ods": ({}, {"nonprofit_id": "N1", "city": "Utrecht", "staff": 3, "active": True}),
    "libreoffice.xls": ({}, {"nonprofit_id": "N1", "city": "Utrecht", "staff": 3, "active": True}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_files_of_the_real_tools_are_read_with_a_mapping_at_most(name: str) -> None:
    columns, expected = EXPECTED[name]
    table = read_table("nonprofits", FORMATS / name, columns)
    assert not [problem for problem in table.problems if problem.is_error]
    row = table.frame.iloc[0]
    assert {column: row[column] for column in expected} == expected
    assert len(row["mission"]) > 10
    assert len(table.frame) == (1 if name == "kobo_points.geojson" else 2)


def test_what_libreoffice_writes_as_elements_are_characters() -> None:
    missions = read_table("nonprofits", FORMATS / "libreoffice.ods").frame["mission"].tolist()
    assert missions == ["Samen koken\nen eten", "Een  maatje\tvoor wie alleen is"]


def rows_of(tmp_path: Path, headings: str, *rows: str) -> Table:
    path = tmp_path / "list.csv"
    path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return read_table("nonprofits", path)


def test_questions_in_a_group_are_read_unless_two_could_be_meant(tmp_path: Path) -> None:
    table = rows_of(tmp_path, "id,name,mission,a/city,b/city,a/postcode", "1,Kade,Koken,Breda,Delft,4811")
    assert table.headings["postcode"] == "a/postcode"
    assert "city" not in table.headings
    assert {"a/city", "b/city"} <= set(table.passed_through)


@pytest.mark.parametrize(
    "cells, error", [("Kade,Kade", False), ("Kade,", False), (",Kade", False), ("Kade,De Kade", True)]
)
def test_two_headings_of_a_column_are_one_where_their_cells_are(tmp_path: Path, cells: str, error: bool) -> None:
    table = rows_of(tmp_path, "id,mission,Organization Name,Display Name", f"1,Koken,{cells}")
    assert [problem.code for problem in table.problems] == ["double_heading"] * error
    if not error:
        assert table.frame["name"].tolist() == ["Kade"]


@pytest.mark.parametrize(
    "cell",
    [
        "52.09,5.12",
        "52.09, 5.12",
        "52.09 5.12",
        "52.09 5.12 0 0",
        "(52.09;5.12)",
        "Point(5.12 52.09)",
        "geo:52.09,5.12",
    ],
)
def test_one_cell_may_hold_both_coordinates(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f'id,name,mission,where\n1,Kade,Koken,"{cell}"\n', encoding="utf-8")
    table = read_table("nonprofits", path, {"where": "latitude+longitude"})
    assert table.problems == ()
    assert table.frame[["latitude", "longitude"]].to_numpy().tolist() == [[52.09, 5.12]]


def test_answers_of_sparql_are_rows(tmp_path: Path) -> None:
    row = {
        "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"},
        "itemLabel": {"type": "literal", "xml:lang": "nl", "value": "De Kade"},
    }
    table = read_json(
        tmp_path, {"head": {"vars": ["item"]}, "results": {"bindings": [row]}}, {"itemLabel": "name", "item": "mission"}
    )
    assert table.frame["name"].tolist() == ["De Kade"]


def test_an_object_a_line_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text('{"id": 1, "name": "Kade", "mission": "Koken"}\n\n{"id": 2, "name": "Licht"}\n', encoding="utf-8")
    assert read_table("nonprofits", path).frame["name"].tolist() == ["Kade", "Licht"]


def test_codes_of_countries_may_have_three_letters(tmp_path: Path) -> None:
    table = rows_of(tmp_path, "id,name,mission,country", "1,Kade,Koken,NLD", "2,Licht,Lezen,KEN")
    assert table.frame["country"].tolist() == ["NL", "KE"]


def test_headings_of_customer_databases_are_known(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(
        "Account ID,Account Name,mission,BillingCity,BillingState,BillingPostalCode,BillingCountry\n"
        "001A,De Kade,Samen koken,Portland,ME,04101,US\n",
        encoding="utf-8",
    )
    table = read_table("nonprofits", path)
    assert table.problems == ()
    row = table.frame.iloc[0]
    assert [row["nonprofit_id"], row["city"], row["state"], row["postcode"], row["country"]] == [
        *("001A", "Portland", "ME", "04101", "US")
    ]
