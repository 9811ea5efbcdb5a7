"""Rows get coordinates: what goes before what, what is said of it, and what looks wrong."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from matcher.jobs.place_checks import place_problems
from matcher.places.geocoders import base as geocoding
from matcher.places.geocoders.base import Address, GazetteerLocator, Place
from matcher.places.placing import place_rows, town_spellings
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table, read_table

PLACE_COLUMNS = ("postcode", "city", "country", "latitude", "longitude")


def table_of(*rows: dict[str, Any]) -> Table:
    """Nonprofits at those places, read as any table is."""
    frame = pd.DataFrame(
        [
            {"nonprofit_id": f"np-{number}", "name": f"Site {number}", "mission": "Samen eten in de buurt"}
            | dict.fromkeys(PLACE_COLUMNS)
            | row
            for number, row in enumerate(rows)
        ]
    )
    table = read_table("nonprofits", frame)
    assert not [problem for problem in table.problems if problem.is_error]
    return table


class CountingLocator(GazetteerLocator):
    """The gazetteer, counting how often it is asked, and about how many rows."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    def locate(self, addresses: list[Address]) -> list[Place | None]:
        self.calls.append(len(addresses))
        return super().locate(addresses)


@pytest.fixture(scope="module")
def geocoder() -> GazetteerLocator:
    return GazetteerLocator()


def problems_of(geocoder: GazetteerLocator, *rows: dict[str, Any], mismatch_km: float = 50.0) -> list[Problem]:
    return place_problems(table_of(*rows), geocoder, mismatch_km)


# --- what goes before what ---------------------------------------------------------------------------------------


def test_coordinates_before_postcode_before_city_before_nothing(geocoder: GazetteerLocator) -> None:
    groningen = {"latitude": 53.22, "longitude": 6.57}
    table = table_of(
        {**groningen, "postcode": "1011 AB", "city": "Utrecht"},
        {"postcode": "1011 AB", "city": "Utrecht"},
        {"postcode": "1011", "city": "Utrecht"},
        {"postcode": "0000 ZZ", "city": "Utrecht"},
        {"city": "Utrecht"},
        {"postcode": "0000 ZZ", "city": "Nergenshuizen"},
        {},
        {"latitude": 53.22, "postcode": "1011 AB"},
        {"latitude": 0.0, "longitude": 0.0, "city": "Utrecht"},
        {"latitude": 0.0, "longitude": 0.0},
    )
    placed = place_rows(table.frame, geocoder, "NL")
    assert placed.placed_by.tolist() == [
        "coordinates",
        "postcode area",
        "postcode",
        "city",
        "city",
        "unplaced",
        "unplaced",
        "postcode area",
        "city",
        "unplaced",
    ]
    assert (placed.latitude[0], placed.longitude[0]) == (53.22, 6.57)
    amsterdam, utrecht = (52.37, 4.90), (52.09, 5.12)
    for row, where in ((1, amsterdam), (2, amsterdam), (3, utrecht), (4, utrecht), (7, amsterdam), (8, utrecht)):
        assert (placed.latitude[row], placed.longitude[row]) == pytest.approx(where, abs=0.03)
    unplaced = placed.placed_by == "unplaced"
    assert np.array_equal(np.isnan(placed.latitude), unplaced)
    assert np.array_equal(np.isnan(placed.longitude), unplaced)
    assert placed.counts() == dict(Counter(placed.placed_by.tolist()))


@pytest.mark.parametrize(
    ("country", "city", "where"),
    [
        (None, "B-2000 Antwerpen", (51.22, 4.40)),
        (None, "Hoofdstraat 1, D-50667 Köln", (50.94, 6.96)),
        ("FR", "Saint-Denis, La Réunion", (-20.88, 55.45)),
        (None, "Postbus 12, 3500 AA Utrecht", (52.09, 5.12)),
        (None, "Dorpsstraat 5 Wijk bij Duurstede", (51.97, 5.34)),
        (None, "Kenyatta Avenue 4, Nairobi, Kenya", (-1.28, 36.82)),
    ],
)
def test_an_address_in_the_cell_of_the_town_is_understood(
    country: str | None, city: str, where: tuple[float, float], geocoder: GazetteerLocator
) -> None:
    placed = place_rows(table_of({"city": city, "country": country}).frame, geocoder, "NL")
    assert (placed.latitude[0], placed.longitude[0]) == pytest.approx(where, abs=0.05)


def test_the_default_country_is_for_rows_that_name_none(geocoder: GazetteerLocator) -> None:
    frame = table_of({"postcode": "1000"}, {"postcode": "1000", "country": "BE"}, {"city": "Amsterdam"}).frame
    dutch, belgian = place_rows(frame, geocoder, "NL"), place_rows(frame, geocoder, "BE")
    assert dutch.placed_by.tolist() == ["unplaced", "postcode", "city"]
    assert belgian.placed_by.tolist() == ["postcode", "postcode", "unplaced"]
    assert belgian.latitude[0] == belgian.latitude[1] == pytest.approx(50.85, abs=0.05)


def test_the_table_is_left_as_it_was(geocoder: GazetteerLocator) -> None:
    frame = table_of({"city": "Utrecht"}, {"latitude": 52.0, "longitude": 5.0}).frame
    before = frame.copy(deep=True)
    place_rows(frame, geocoder, "NL")
    pd.testing.assert_frame_equal(frame, before)


def test_no_rows_and_no_rows_to_ask_about_are_no_error() -> None:
    locator = CountingLocator()
    frame = table_of({"latitude": 52.0, "longitude": 5.0}).frame
    assert place_rows(frame.iloc[:0], locator, "NL").placed_by.tolist() == []
    assert place_rows(frame, locator, "NL").placed_by.tolist() == ["coordinates"]
    assert sum(locator.calls) == 0


def test_a_hundred_thousand_rows_are_not_asked_about_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 100_000
    codes = [f"{1000 + row % 9000} AB" for row in range(count)]
    frame = pd.DataFrame(
        {
            "latitude": np.full(count, np.nan),
            "longitude": np.full(count, np.nan),
            "postcode": pd.Series(codes, dtype="str"),
            "city": pd.Series([("Utrecht", "Den Haag", "Sneek")[row % 3] for row in range(count)], dtype="str"),
            "address": pd.Series([None] * count, dtype="str"),
            "state": pd.Series([None] * count, dtype="str"),
            "country": pd.Series(["NL"] * count, dtype="str"),
        }
    )
    read, looked_up = [], []
    read_file, find_postcode = pq.read_table, geocoding.postcode_place

    def reading(*args: Any, **kwargs: Any) -> Any:
        read.append(args)
        return read_file(*args, **kwargs)

    def finding(*args: Any) -> Any:
        looked_up.append(args[1:])
        return find_postcode(*args)

    monkeypatch.setattr(pq, "read_table", reading)
    monkeypatch.setattr(geocoding, "postcode_place", finding)
    locator = CountingLocator()
    started = time.perf_counter()
    placed = place_rows(frame, locator, "NL")
    print(f"{count} rows placed in {time.perf_counter() - started:.2f} s: {placed.counts()}")
    assert len(locator.calls) <= 1
    assert len(read) <= 2, "the gazetteer's file is read once a kind"
    assert len(looked_up) <= 3 * len(set(codes)), "a postcode is looked up once, however many rows have it"
    assert placed.counts().keys() == {"postcode area", "city"}
    assert not np.isnan(placed.latitude).any()
    # The same as asking one by one.
    rows = list(range(0, count, 9973))
    one_by_one = [GazetteerLocator().locate([Address("NL", codes[row], frame["city"][row])])[0] for row in rows]
    assert [place and place.latitude for place in one_by_one] == placed.latitude[rows].tolist()


# --- what looks wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row, code, severity, column",
    [
        ({}, "place_missing", "warning", "city"),
        ({"postcode": "0000 ZZ"}, "place_unknown", "warning", "postcode"),
        ({"city": "Nergenshuizen"}, "place_unknown", "warning", "city"),
        ({"city": "Utrecht", "country": "BE"}, "place_unknown", "warning", "city"),
        ({"city": "Valkenburg"}, "place_ambiguous", "warning", "city"),
        ({"city": "Hengelo / Enschede"}, "places_listed", "warning", "city"),
        ({"city": "Zwolle en Kampen"}, "places_listed", "warning", "city"),
        ({"city": "regionaal"}, "place_is_area", "warning", "city"),
        ({"postcode": "1011 AB", "city": "Groningen"}, "place_mismatch", "warning", "postcode"),
        ({"latitude": 4.9, "longitude": 52.37}, "coordinates_swapped", "error", "latitude"),
        ({"latitude": 48.86, "longitude": 2.35}, "coordinates_outside", "warning", "latitude"),
        ({"latitude": 52.37, "city": "Utrecht"}, "coordinates_incomplete", "warning", "latitude"),
        ({"longitude": 4.9, "city": "Utrecht"}, "coordinates_incomplete", "warning", "latitude"),
        ({"latitude": 0.0, "longitude": 0.0, "city": "Utrecht"}, "coordinates_incomplete", "warning", "latitude"),
    ],
)
def test_what_looks_wrong_is_named(
    geocoder: GazetteerLocator, row: dict[str, Any], code: str, severity: str, column: str | None
) -> None:
    # A row without fault goes before it, so that the place in the file is checked too.
    problems = problems_of(geocoder, {"city": "Utrecht"}, row)
    assert [problem.code for problem in problems] == [code]
    [problem] = problems
    assert (problem.severity, problem.column, problem.row) == (severity, column, 2)
    assert problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    "row",
    [
        {"postcode": "1011 AB", "city": "Amsterdam"},
        {"postcode": "1011 AB"},
        {"city": "Landelijk"},
        {"city": "Leeuwarden / Ljouwert"},
        {"city": "Bergen / Limburg"},
        {"city": "Capelle a/d IJssel"},
        {"city": "Zwolle en omgeving"},
        {"city": "'s-Gravenhage"},
        {"latitude": 52.37, "longitude": 4.9},
        {"latitude": 52.37, "longitude": 4.9, "city": "Nergenshuizen"},
        {"latitude": 48.86, "longitude": 2.35, "country": "FR"},
        {"postcode": "6301 AA", "city": "Valkenburg"},  # the smaller of two of that name
        {"postcode": "7255 AA", "city": "Hengelo"},  # the same, in Gelderland
        {"postcode": "BS3 2BN", "city": "Bristol", "country": "GB"},
    ],
    ids=str,
)
def test_what_is_right_is_left_in_peace(geocoder: GazetteerLocator, row: dict[str, Any]) -> None:
    assert [problem.code for problem in problems_of(geocoder, row)] == []


def test_how_far_a_unit_works_is_no_place_and_no_slip_of_one(geocoder: GazetteerLocator) -> None:
    frame = pd.DataFrame([{"unit_id": "u", "company": "c", "name": "n", "mission": "m", "city": "Landelijk"}])
    [problem] = place_problems(read_table("units", frame), geocoder, 50.0)
    assert problem.code == "place_is_area"
    assert "did you mean" not in str(problem)


def test_a_mismatch_is_one_from_the_bound_on(geocoder: GazetteerLocator) -> None:
    row = {"postcode": "1011 AB", "city": "Utrecht"}  # some 35 km
    assert problems_of(geocoder, row, mismatch_km=50) == []
    [problem] = problems_of(geocoder, row, mismatch_km=25)
    assert problem.code == "place_mismatch"
    assert "Utrecht" in problem.message
    assert "km" in problem.message


def test_several_faults_in_several_rows_are_all_named(geocoder: GazetteerLocator) -> None:
    problems = problems_of(
        geocoder,
        {"latitude": 4.9, "longitude": 52.37, "postcode": "1011 AB", "city": "Groningen"},
        {"city": "Nergenshuizen"},
        {"city": "Utrecht"},
        {"latitude": 52.0},
    )
    assert Counter((problem.code, problem.row) for problem in problems) == Counter(
        {
            ("coordinates_swapped", 1): 1,
            ("place_mismatch", 1): 1,
            ("place_unknown", 2): 1,
            ("coordinates_incomplete", 4): 1,
            ("place_missing", 4): 1,
        }
    )


def test_an_empty_table_has_no_problems(geocoder: GazetteerLocator) -> None:
    table = table_of({"city": "Utrecht"})
    assert place_problems(read_table("nonprofits", table.frame.iloc[:0]), geocoder, 50) == []


def test_the_names_of_one_town_are_shown_as_one() -> None:
    rows = [("", "A'dam"), ("NL", "Amsterdam"), ("NL", "Leeuwarden"), ("", "Ljouwert"), ("", "Ljouwert"), ("", "")]
    rows += [("NL", "Bergen"), ("NO", "Bergen"), ("", "Den-Haag"), ("", "Den Haag"), ("", "Nergenshuizen")]
    found = town_spellings(Counter(rows), "NL")
    assert found["", "A'dam"] == found["NL", "Amsterdam"] == "Amsterdam", "the longest"
    assert found["NL", "Leeuwarden"] == "Ljouwert", "the one that is used most"
    assert found["", "Den-Haag"] == "Den Haag", "not the one with a hyphen of its own"
    assert (found["NL", "Bergen"], found["NO", "Bergen"]) == ("Bergen", "Bergen")
    assert found["", "Nergenshuizen"] == "Nergenshuizen"
    typed = [("NL", name) for name in ("'s Hertogenbosch", "s-Hertogenbosch", "’s Gravenzande", "'t Harde")]
    assert list(town_spellings(Counter(typed), "NL").values()) == [
        "'s-Hertogenbosch", "'s-Hertogenbosch", "'s-Gravenzande", "'t Harde",
    ]  # fmt: skip
    assert ("", "") not in found
