"""The same organisation twice, with a slip in its name."""

from __future__ import annotations

import pandas as pd
import pytest

from matcher.tables.read.repeats import keys_of_names, repeated_nonprofits
from matcher.tables.read.similar_names import similar_nonprofits
from matcher.tables.read.tables import read_table

TEXT = "Wij koken elke week samen met mensen uit de buurt die alleen zijn."
ROW = {"nonprofit_id": "a", "name": "Eetclub De Kade", "mission": TEXT, "postcode": "8011 CD", "city": "Zwolle"}


def rows_said(*rows: dict[str, str | None]) -> list[tuple[int | None, int | None]]:
    frame = pd.DataFrame([{**row, "nonprofit_id": f"n{number}"} for number, row in enumerate(rows)])
    table = read_table("nonprofits", frame)
    keys = keys_of_names(table)
    problems = similar_nonprofits(table, keys, repeated_nonprofits(table, keys))
    assert {problem.severity for problem in problems} <= {"warning"}
    return [(problem.other_row, problem.row) for problem in problems]


@pytest.mark.parametrize(
    "name",
    [
        *("Eetclub De Kaade", "Eetclub De Kdae", "Eetcub De Kade", "Eetclub van de Kade", "Stichting Eetclub de Kadee"),
        *("Eet club De Kadde", "EETCLUB DE KADE!"),
    ],
)
def test_a_slip_in_a_name_at_one_postcode_is_said(name: str) -> None:
    assert rows_said(ROW, {**ROW, "name": name, "mission": "Iets anders"}) == [(1, 2)]


@pytest.mark.parametrize(
    "name",
    [
        "De Kade, eetclub",
        "Kade Eetclub Stichting",
        "Eetclub De Kade Zwolle",
        "Zwolle: Eetclub De Kade",
        "Eetclub de Kade, vzw",
    ],
)
def test_the_order_of_the_words_and_the_town_make_no_difference(name: str) -> None:
    other = {**ROW, "name": name, "mission": "Iets anders"}
    assert rows_said(ROW, other) == [(1, 2)]
    assert rows_said({**ROW, "postcode": None}, other) == [(1, 2)]
    assert rows_said({**ROW, "city": "Breda", "postcode": "4811 AB"}, other) == []


def test_what_is_left_of_two_names_without_their_town_may_be_short() -> None:
    assert rows_said({**ROW, "name": "Zwolle"}, {**ROW, "name": "Museum Zwolle"}) == []


@pytest.mark.parametrize(
    "different",
    [
        {"name": "Eetclub De Haven"},
        {"name": "Eetclub De Kade 2"},
        {"postcode": "8012 AA", "name": "Eetclub De Kadee"},
        {"country": "BE", "name": "Eetclub De Kadee"},
    ],
)
def test_other_names_numbers_and_places_are_others(different: dict[str, str]) -> None:
    assert rows_said(ROW, {**ROW, **different}) == []


def test_groups_with_a_number_are_each_their_own() -> None:
    assert rows_said(*({**ROW, "name": f"Scouting Groep {number}"} for number in range(12, 16))) == []
    assert rows_said(*({**ROW, "name": f"Scouting Groep {number}"} for number in ("I", "II", "A", "B"))) == []


def test_without_a_postcode_the_town_counts_with_the_name_or_the_text() -> None:
    nameless = {**ROW, "postcode": None}
    assert rows_said(ROW, {**nameless, "mission": "Iets anders"}) == [(1, 2)]
    assert rows_said(ROW, {**nameless, "name": "Eetclub De Kadee"}) == [(1, 2)]
    assert rows_said(ROW, {**nameless, "name": "Eetclub De Kadee", "mission": "Iets anders"}) == []
    assert rows_said(ROW, {**nameless, "city": "Breda"}) == []


def test_one_website_is_enough_where_no_place_says_otherwise() -> None:
    site = {**ROW, "postcode": None, "city": None, "Website": "https://www.dekade.example/over-ons"}
    other = {**site, "name": "Eetclub De Kadee", "mission": "Iets anders", "Website": "dekade.example"}
    assert rows_said(site, other) == [(1, 2)]
    shared = {"Website": "https://facebook.com/a"}, {"Website": "https://facebook.com/b"}
    assert rows_said({**site, **shared[0]}, {**other, **shared[1]}) == []


def test_what_the_list_says_to_be_two_is_two() -> None:
    other = {**ROW, "name": "Eetclub De Kadee"}
    assert rows_said({**ROW, "organisation": "Kadeclubs"}, {**other, "organisation": "Eetclubs"}) == []
    assert rows_said({**ROW, "organisation": "Kadeclubs"}, {**other, "organisation": "Kadeclubs"}) == [(1, 2)]


def test_what_was_said_to_be_a_repeat_is_not_said_again() -> None:
    assert rows_said(ROW, {**ROW, "name": "Stichting eetclub de kade"}) == []
