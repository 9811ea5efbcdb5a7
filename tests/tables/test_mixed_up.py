"""Lists in each other's place, cells and codes that changed places, rows that are too short, codes that look alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.commands import run

from matcher.i18n.language import load_language
from matcher.jobs.inputs import read_inputs
from matcher.settings import Settings
from matcher.tables.problems import Problem
from matcher.tables.read.heading_lines import heading_lines
from matcher.tables.read.tables import read_table

UNITS = "unit_id,company,name,mission,city\nU1,Wold,Noord,Samen,Ede\nU2,Wold,Zuid,Samen,Epe\n"
NONPROFITS = "nonprofit_id,name,mission,city,needs\nN1,A,Eten,Ede,people\nN2,B,Lezen,Epe,money\n"


def problems_of(
    folder: Path, units: str = UNITS, nonprofits: str = NONPROFITS, partnerships: str | None = None
) -> list[Problem]:
    files = {"units": units, "nonprofits": nonprofits, "partnerships": partnerships}
    paths = {}
    for name, text in files.items():
        if text is not None:
            paths[name] = folder / f"{name}.csv"
            paths[name].write_text(text, encoding="utf-8")
    return list(read_inputs(paths, Settings()).problems)


def places(problems: list[Problem]) -> list[tuple[str, str, int | None]]:
    return [(problem.severity, problem.code, problem.row) for problem in problems]


def test_files_in_each_others_place_are_one_error_each(tmp_path: Path) -> None:
    found = problems_of(tmp_path, NONPROFITS, UNITS)
    assert places(found) == [("error", "other_table", None)] * 2
    assert "list of nonprofits, and is given as the list of business units" in found[0].message


def test_a_list_with_more_headings_of_another_one_is_a_warning(tmp_path: Path) -> None:
    units = "naam,missie,plaats,bedrijf,reikwijdte,sluit uit\nNoord,Samen,Ede,Wold,10,sport\n"
    found = problems_of(tmp_path, nonprofits=units)
    assert ("warning", "other_table", None) in places(found)


def test_names_and_places_that_are_exchanged(tmp_path: Path) -> None:
    rows = "N3,Utrecht,Varen,De Brug,people\nN4,De Haven,Varen,Verweggistan,people\n"
    found = problems_of(tmp_path, nonprofits=NONPROFITS + rows)
    assert places(found) == [("warning", "cells_exchanged", 4), ("warning", "place_unknown", 5)]


def test_missions_and_needs_that_are_exchanged(tmp_path: Path) -> None:
    rows = "N3,C,mensen; geld,Ede,wij willen dat iedereen in de wijk kan meedoen\n"
    found = problems_of(tmp_path, nonprofits=NONPROFITS + rows)
    assert places(found) == [("warning", "cells_exchanged", 4)]
    assert found[0].column == "mission"


def test_codes_that_are_exchanged_in_a_partnership(tmp_path: Path) -> None:
    found = problems_of(tmp_path, partnerships="unit_id,nonprofit_id,status\nU1,N1,active\nN2,U2,active\n")
    assert places(found) == [("error", "codes_exchanged", 3)]


def test_a_code_that_only_looks_like_one_of_the_list_is_named_with_it(tmp_path: Path) -> None:
    found = problems_of(tmp_path, partnerships="unit_id,nonprofit_id,status\nu 1,\u039d2,active\n")
    assert [problem.code for problem in found] == ["unknown_unit_id", "unknown_nonprofit_id"]
    assert "did you mean 'U1' (" in found[0].message
    assert "did you mean 'N2' (" in found[1].message


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("N1", "did you mean 'N01' (Food bank)?"),
        ("N011", "did you mean 'N01' (Food bank)?"),
        ("N99", None),  # N01, N02 and N03 are as near as each other
        ("X", None),
    ],
)
def test_an_unknown_code_is_named_with_the_one_nearest_only(tmp_path: Path, code: str, hint: str | None) -> None:
    nonprofits = "nonprofit_id,name,mission,city,causes,needs\n" + "".join(
        f"N0{number},{name},Food for families,Utrecht,food,people\n"
        for number, name in enumerate(["Food bank", "Soup kitchen", "Meals"], start=1)
    )
    partnerships = f"unit_id,nonprofit_id,status\nU1,{code},active\n"
    found = problems_of(tmp_path, nonprofits=nonprofits, partnerships=partnerships)
    messages = [problem.message for problem in found if problem.code == "unknown_nonprofit_id"]
    assert len(messages) == 1
    assert messages[0].endswith(hint or "does not stand in nonprofits.csv")


@pytest.mark.parametrize("code", ["n1", "N 1", "\u039d1", "N1\u00a0 "])
def test_codes_that_look_alike_are_a_warning_with_both_rows(tmp_path: Path, code: str) -> None:
    found = problems_of(tmp_path, nonprofits=NONPROFITS + f"{code},C,Varen,Ede,people\n")
    expected = ("error", "duplicate", 2) if code.strip("\u00a0 ") == "N1" else ("warning", "codes_alike", 4)
    assert expected in places(found)
    assert expected[1] == "duplicate" or found[0].other_row == 2


def test_a_row_that_is_too_short_is_said(tmp_path: Path) -> None:
    found = problems_of(tmp_path, nonprofits=NONPROFITS + "N3,C,Varen\nN4,D,Varen,Ede,\n")
    assert ("warning", "row_too_short", 4) in places(found)
    assert ("warning", "row_too_short", 5) not in places(found)


def test_every_heading_is_said_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        "unit_id,Firma,naam,missie,Liever,Kleur,Needs\nU1,Wold,Noord,Samen,sport,rood,4\n", encoding="utf-8"
    )
    table = read_table("units", path, {"Needs": ""})
    assert heading_lines(table, load_language("en")) == [
        "units.csv: headings read as: Firma → company",
        "units.csv: columns that do not count: Liever (shown beside the results; is this excludes?), Kleur (shown beside the results), Needs (left out)",
    ]
    renamed, dutch = heading_lines(table, load_language("nl"))
    assert renamed == "units.csv: koppen gelezen als: Firma → bedrijf"
    assert dutch.startswith(
        "units.csv: kolommen die niet meetellen: Liever (staat wel bij de resultaten; is dit sluit uit?)"
    )


def test_a_mapping_is_proposed_and_reads_the_file(tmp_path: Path) -> None:
    path, units = tmp_path / "list.csv", tmp_path / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    path.write_text(
        "Nr;Wie;Wat doen wij?;Kern;Waarmee helpt u ons;Onderwerp;Kleur\n"
        "A12;De Brug;Wij helpen jongeren zonder diploma aan een eerste baan in de buurt.;Utrecht;mensen, geld;jeugd;rood\n"
        "B13;Soos;Ouderen eten elke week samen en leren elkaar kennen in de wijk.;Ede;laptops;ouderen;blauw\n",
        encoding="utf-8",
    )
    proposed = run("map", path, "--table", "nonprofits", "--out", tmp_path / "map.toml")
    text = (tmp_path / "map.toml").read_text(encoding="utf-8")
    assert proposed.exit_code == 0
    for line in (
        '"Wat doen wij?" = "mission"',
        '"Kern" = "city"',
        '"Waarmee helpt u ons" = "needs"',
        '"Onderwerp" = "causes"',
    ):
        assert line in text
    assert '# "Kleur" = ""' in text
    assert "# name: no column found for it" in text
    (tmp_path / "map.toml").write_text(text + '"Wie" = "name"\n', encoding="utf-8")
    checked = run("check", units, path, "--settings", tmp_path / "map.toml")
    assert checked.exit_code == 0, checked.output
    assert "Kern → city" in checked.output


def test_a_mapping_finds_the_table_of_each_file(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, text in zip(paths, (NONPROFITS, UNITS), strict=True):
        path.write_text(text, encoding="utf-8")
    output = run("map", *paths, "--language", "nl").output
    assert output.index("[columns.nonprofits]") < output.index("[columns.units]")
    assert run("map", paths[0], "--table", "clubs").exit_code != 0


@pytest.mark.parametrize(
    ("decided", "ended", "expected"),
    [
        ("", "", [("undated_decline", "decided_on")]),
        ("2026-03-31", "", []),
        ("", "spring", [("unreadable", "ended_on")]),
        ("spring", "", [("unreadable", "decided_on")]),
    ],
)
def test_a_declined_row_without_a_day_has_one_message(
    tmp_path: Path, decided: str, ended: str, expected: list[tuple[str, str]]
) -> None:
    partnerships = f"unit_id,nonprofit_id,status,decided_on,ended_on\nU1,N1,declined,{decided},{ended}\n"
    found = problems_of(tmp_path, partnerships=partnerships)
    assert [(problem.code, problem.column) for problem in found] == expected


def test_a_remedy_in_a_column_with_bounds_says_them(tmp_path: Path) -> None:
    found = problems_of(tmp_path, partnerships="unit_id,nonprofit_id,status,trust\nU1,N1,active,good\n")
    assert ["from 1 to 5" in problem.remedy for problem in found] == [True]


def test_a_mark_of_what_is_unknown_is_not_called_an_empty_cell(tmp_path: Path) -> None:
    nonprofits = NONPROFITS.replace("Eten", "?").replace("Lezen", "")
    found = [problem for problem in problems_of(tmp_path, nonprofits=nonprofits) if problem.code == "blank_mission"]
    assert ["read as empty" in problem.message for problem in found] == [True, False]
