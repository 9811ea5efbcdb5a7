"""Words of a run: what is said of those that are not understood, and the table of how each was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.jobs.match import match, propose_programmes
from matcher.reports.results import Results
from matcher.settings import Settings

UNIT = {
    "unit_id": "u1",
    "company": "Bank",
    "name": "Dorpsplein",
    "mission": "Geen gezin in de schulden",
    "city": "Zwolle",
}
SITE = {"name": "Maatje", "mission": "Hulp bij geldzorgen", "city": "Zwolle"}


def files_of(folder: Path, units: list[dict[str, Any]], sites: list[dict[str, Any]]) -> dict[str, Path]:
    frames = {
        "units": [UNIT | {"unit_id": f"u{row}"} | cells for row, cells in enumerate(units, start=1)],
        "nonprofits": [
            SITE | {"nonprofit_id": f"n{row}", "name": f"Maatje {row}"} | cells
            for row, cells in enumerate(sites, start=1)
        ],
    }
    for name, rows in frames.items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in frames}


def matched(folder: Path, cache: Path, units: list[dict], sites: list[dict], **settings: Any) -> Results:
    chosen = Settings.from_mapping({"shortlist": {"min_score": 0}} | settings)
    files = files_of(folder, units, sites)
    return match(files, folder / "out", chosen, formats=("csv", "xlsx"), cache_folder=cache)


def test_categories_that_meet_nowhere_are_named_first_the_most_frequent_first(tmp_path: Path, shared_cache) -> None:
    sites = [{"causes": f"Pijler {row % 3}"} for row in (0, 0, 1, 1, 1, 2)]
    found = matched(tmp_path, shared_cache, [{"causes": "schulden"}], sites, language="nl")
    first = found.run["warnings"][0]
    assert first.startswith("3 van de 3 categoriewoorden")
    assert "pijler 1, pijler 0, pijler 2" in first
    assert len(found.shortlist) == 6


def test_programmes_alone_say_of_causes_what_a_match_says(tmp_path: Path, shared_cache) -> None:
    found = matched(tmp_path, shared_cache, [{"causes": "schulden"}], [{"causes": "Pijler 1"}, {"causes": "Pijler 2"}])
    files = {name: tmp_path / f"{name}.csv" for name in ("units", "nonprofits")}
    _, run = propose_programmes(files, tmp_path / "plan", Settings(), cache_folder=shared_cache)
    assert run["warnings"][0] == found.run["warnings"][0]
    assert run["warnings"][0].startswith("2 of 2 category words")


def test_a_category_that_meets_a_cause_keeps_causes_in_play(tmp_path: Path, shared_cache) -> None:
    sites = [{"causes": "Pijler 1"}, {"causes": "geldproblemen & schulden"}]
    found = matched(tmp_path, shared_cache, [{"causes": "schulden"}], sites)
    assert found.run["warnings"][0].startswith("1 of 2 cause words of the nonprofits are not understood")
    record = next(record for record in found.records if record.nonprofit_id == "n2")
    assert record.criterion("mission").facts["near_causes"] == [["debt", "geldproblemen & schulden"]]


@pytest.mark.parametrize(
    ("excludes", "nearest"), [("vuurwerk", ""), ("reliegeus & zo", "religion"), ("relgie", "religion")]
)
def test_an_excluded_word_in_doubt_is_named_with_its_row_before_all_else(
    excludes: str, nearest: str, tmp_path: Path, shared_cache
) -> None:
    sites = [{"causes": "schulden", "city": "Atlantis"}] * 9
    found = matched(tmp_path, shared_cache, [{"causes": "schulden"}, {"excludes": excludes}], sites)
    lines = [line for line in found.run["warnings"][:3] if "units.csv, row 3 (Dorpsplein), column excludes" in line]
    assert len(lines) == 1
    assert excludes in lines[0]
    assert nearest in lines[0]
    sheet = pd.read_excel(tmp_path / "out" / "matches.xlsx", sheet_name="Data problems", header=None, engine="calamine")
    assert excludes in sheet.astype(str).to_numpy().ravel().tolist()


def test_what_an_excluded_word_rules_out_in_doubt_is_counted(tmp_path: Path, shared_cache) -> None:
    sites = [{"causes": "religie & kwaliteit"}, {"causes": "schulden"}, {"causes": "religie"}]
    found = matched(tmp_path, shared_cache, [{"excludes": "religie"}], sites)
    assert found.shortlist["nonprofit_id"].tolist() == ["n2"]
    (line,) = [line for line in found.run["warnings"] if "excluded word" in line]
    assert "'religie & kwaliteit': 1 nonprofit is left out" in line


def test_an_accreditation_that_is_not_understood_is_named(tmp_path: Path, shared_cache) -> None:
    sites = [{"accreditation": text} for text in ("ANBI-status", "AMBI", "CBF-keur", None)]
    found = matched(tmp_path, shared_cache, [{}], sites, gates={"required_accreditation": ["Anbi keurmerk"]})
    assert found.shortlist["nonprofit_id"].tolist() == ["n1"]
    warnings = [line for line in found.run["warnings"] if "accreditation" in line]
    assert len(warnings) == 1
    assert "row 3" in warnings[0]
    assert "nearest known ones: anbi" in warnings[0]


def test_a_required_accreditation_that_nobody_has_is_named_with_the_nearest(tmp_path: Path, shared_cache) -> None:
    sites = [{"accreditation": "ANBI"}]
    found = matched(tmp_path, shared_cache, [{}], sites, gates={"required_accreditation": ["anbii"]})
    assert found.shortlist["nonprofit_id"].tolist() == ["n1"], "one typing error is understood"
    found = matched(tmp_path, shared_cache, [{}], sites, gates={"required_accreditation": ["anbx"]})
    assert not len(found.shortlist)
    assert any("'anbx'" in line and "anbi" in line for line in found.run["warnings"])


def test_the_table_of_words_tells_how_each_was_understood(tmp_path: Path, shared_cache) -> None:
    units = [{"causes": "schulden/armoed", "excludes": "kerken"}, {"causes": "schulden; pijler 9"}]
    matched(tmp_path, shared_cache, units, [{"causes": "arme gezinnen"}, {"causes": "gebed"}])
    table = pd.read_csv(tmp_path / "out" / "words.csv", keep_default_na=False)
    read = {(row.column, row.word): (row.read_as, row.how, row.rows) for row in table.itertuples()}
    assert read["causes", "debt relief"] == ("debt relief", "known", 2)
    assert read["causes", "armoed"] == ("poverty", "spelling", 1)
    assert read["excludes", "kerken"] == ("religion", "inflection", 1)
    assert read["causes", "arme gezinnen"] == ("poverty, family", "phrase", 1)
    assert read["causes", "gebed"] == ("religion", "meaning", 1)
    assert read["causes", "pijler 9"] == ("", "not understood", 1)
    sheet = pd.read_excel(tmp_path / "out" / "matches.xlsx", sheet_name="Words", header=None, engine="calamine")
    assert set(table["word"]) <= set(sheet.astype(str).to_numpy().ravel())


def test_check_tells_what_was_understood_and_the_units_without_a_list_come_last(tmp_path: Path) -> None:
    files = files_of(tmp_path, [{"excludes": "geldzorg", "causes": "armoed"}], [{"causes": "schulden"}])
    settings = tmp_path / "settings.toml"
    settings.write_text('language = "nl"\n')
    names = [str(files["units"]), str(files["nonprofits"]), "--settings", str(settings)]
    assert (
        "units.csv: woorden gelezen als (klopt dat?): causes: armoed → armoede\n"
        in CliRunner().invoke(app, ["check", *names]).output
    )
    output = CliRunner().invoke(app, ["match", *names, "--out", str(tmp_path / "out"), "--formats", "csv"]).output
    assert output.strip().splitlines()[-2].startswith("Geen lijst voor Dorpsplein (u1): ")


@pytest.mark.parametrize(("code", "word", "also"), [("en", "poverty", "armoede"), ("nl", "armoede", "poverty")])
def test_the_known_words_can_be_listed(code: str, word: str, also: str) -> None:
    lines = CliRunner().invoke(app, ["words", "--language", code]).output.splitlines()
    (line,) = [line for line in lines if line.startswith(f"  {word}: ")]
    assert also in line.split(": ")[1].split("; ")


def test_nonprofits_of_which_nothing_is_known_are_named_at_their_rows(tmp_path: Path) -> None:
    """First of all warnings of the run, in the language asked for."""
    units = pd.DataFrame({"unit_id": ["u1"], "company": "Bank", "name": "Zwolle", "mission": "Taal", "city": "Zwolle"})
    names = ["Taalmaatjes", "Leeg", "Ook leeg"]
    nonprofits = pd.DataFrame({"nonprofit_id": list("abc"), "name": names, "mission": ["Taalles", "", ""], "city": ""})
    for name, frame in (("units", units), ("nonprofits", nonprofits)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    settings = Settings(language="nl")
    files = {name: tmp_path / f"{name}.csv" for name in ("units", "nonprofits")}
    results = match(files, tmp_path / "out", settings, formats=["csv"])
    first = results.run["warnings"][0]
    assert first.startswith("nonprofits.csv, rij 3 (Leeg) en 4 (Ook leeg): staat op geen lijst")
    assert results.shortlist["nonprofit_id"].tolist() == ["a"]
