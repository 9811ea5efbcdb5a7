"""The workbook: what stands in it, that it equals the CSV, and that people can work with it."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from helpers.office import save_again
from helpers.paths import ROOT
from openpyxl.workbook import Workbook

from matcher.i18n.language import load_language
from matcher.jobs.match import match
from matcher.reports.results import Results
from matcher.reports.weak_data import weak_data
from matcher.reports.workbook import sheets as book_sheets
from matcher.reports.workbook.headings import heading
from matcher.reports.workbook.output import workbook
from matcher.scoring.criteria.registry import CRITERIA
from matcher.settings import Settings
from matcher.tables.problems import problem_lines
from matcher.tables.schema.columns import Decision, Shortlist
from matcher.tables.schema.specs import fold_heading
from matcher.tables.schema.tables import DECISIONS
from matcher.tables.schema.vocabulary import DECISION_WORDS

SHEETS = {
    "en": [
        "Overview",
        "Shortlists",
        "Programmes",
        "Agenda",
        "Not on a list",
        "Data problems",
        "Columns",
        "Words",
        "Settings",
        "matcher",
    ],
    "nl": [
        "Overzicht",
        "Shortlists",
        "Programma's",
        "Agenda",
        "Niet op een lijst",
        "Gegevens nakijken",
        "Kolommen",
        "Woorden",
        "Instellingen",
        "matcher",
    ],
}
MAYBE = ("bank-01", "akajuit-01")
Made = dict[str, tuple[Results, Path]]


@pytest.fixture(scope="module")
def made(small_example: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Runs on part of the example data, with a mission and a place left out, in both languages."""
    folder = tmp_path_factory.mktemp("book")
    nonprofits = pd.read_csv(small_example["nonprofits"], dtype=str)
    nonprofits.loc[0, "mission"] = None
    nonprofits.loc[1, ["postcode", "city"]] = None
    nonprofits.to_csv(folder / "nonprofits.csv", index=False)
    partnerships = pd.read_csv(small_example["partnerships"], dtype=str)
    partnerships.loc[len(partnerships), ["unit_id", "nonprofit_id", "status", "note"]] = [
        *MAYBE,
        "maybe",
        "After the summer",
    ]
    partnerships.to_csv(folder / "partnerships.csv", index=False)
    return {
        code: (
            match(
                {name: folder / f"{name}.csv" for name in ("nonprofits", "partnerships")}
                | {"units": small_example["units"]},
                folder / code,
                Settings().with_overrides({"language": code, "gates.as_of": "2026-11-25"}),
            ),
            folder / code,
        )
        for code in ("en", "nl")
    }


def opened(made: Made, code: str) -> Workbook:
    return openpyxl.load_workbook(made[code][1] / "matches.xlsx")


def table(book: Workbook, name: str) -> pd.DataFrame:
    rows = list(book[name].values)
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_every_pair_is_on_a_list_or_says_why_not(made: Made) -> None:
    results, book = made["nl"][0], opened(made, "nl")
    listed, others = table(book, "Shortlists"), table(book, "Niet op een lijst")
    names = ["Vestiging", "Organisatie"]
    assert len(listed) + len(others) == len(results.data.units) * len(results.data.nonprofits)
    assert not set(map(tuple, listed[names].to_numpy())) & set(map(tuple, others[names].to_numpy()))
    assert others["Waarom"].str.endswith(".").all()
    gated = others["Score"].isna()
    assert gated.any()
    assert (others["Waarom"].str.startswith("Op geen enkele lijst") == gated).all()
    large = replace(results, standings=lambda: None)
    assert "Niet op een lijst" not in openpyxl.load_workbook(io.BytesIO(workbook(large))).sheetnames


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_sheets_are_there_in_the_language_of_the_run(code: str, made: Made) -> None:
    book = opened(made, code)
    assert book.sheetnames == SHEETS[code]
    assert book["matcher"].sheet_state == "veryHidden"
    assert book.active is not None
    assert book.active.title == SHEETS[code][0]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_number_and_text_of_the_shortlists_is_that_of_the_csv(code: str, made: Made) -> None:
    results, folder = made[code]
    said = load_language(code)
    shown = table(opened(made, code), SHEETS[code][1])
    csv = pd.read_csv(folder / "shortlist.csv")
    assert len(shown) == len(csv) == len(results.records)
    for column in csv.columns:
        title = column if column in ("contact", "website", "volunteers") else heading(column, said)
        left, right = shown[title], csv[column]
        if column in ("score", "confidence", "distance_km", "rank", "volunteers", *CRITERIA):
            pd.testing.assert_series_equal(left.astype(float), right.astype(float), check_names=False, check_exact=True)
        else:
            assert left.fillna("").tolist() == right.fillna("").tolist(), column
    assert [record.score for record in results.records] == shown[heading("score", said)].tolist()


def test_programmes_agenda_and_problems_are_those_of_the_run(made: Made) -> None:
    results, folder = made["nl"]
    book = opened(made, "nl")
    programmes, csv = table(book, "Programma's"), pd.read_csv(folder / "programmes.csv")
    assert programmes["Score van het paar"].tolist() == csv["pair_score"].tolist()
    assert programmes["Aanbevolen"].tolist() == ["ja" if flag else "nee" for flag in csv["recommended"]]
    said = {
        "running": "lopend",
        "agreed": "afgesproken",
        "locked": "voorgesteld of vastgezet",
        "doubtful": "voorgesteld; doorzetten?",
    }
    assert programmes["Blijft erin"].fillna("").tolist() == csv["kept"].map(said).fillna("").tolist()
    assert csv["kept"].notna().any()
    assert set(programmes["Soort"]) <= {"centraal", "decentraal", "gecombineerd"}
    problems = table(book, "Gegevens nakijken")
    assert len(problems) == len(results.tables.problems) == 2
    assert problems["Wat"].str.contains("missie|afstand").all()
    assert problems["Rij"].tolist() == [problem.row for problem in results.tables.problems]
    agenda = table(book, "Agenda")
    recommended = sum(programme.recommended for programme in results.programmes.plan.programmes)
    assert agenda["Programma"].nunique() == recommended
    assert set(agenda["Stand"]) == {"bekend", "open"}


def test_the_overview_says_what_was_found_and_what_is_weak(made: Made) -> None:
    results, _ = made["en"]
    cells = {row[0].value: row[1].value for row in opened(made, "en")["Overview"].iter_rows() if row[0].value}
    assert cells["Units"] == 14
    assert cells["Nonprofits"] == len(results.data.nonprofits)
    assert cells["Pairs on the shortlists"] == len(results.shortlist)
    assert {"1 nonprofit has no mission", "1 nonprofit has no known place"} <= cells.keys()
    assert "2 lines on the sheet Data problems" in cells
    assert not any("no mission" in str(label) and "unit" in str(label) for label in cells), (
        "what is in order is not weak"
    )
    for programme in results.programmes.plan.programmes:
        if programme.recommended:
            assert programme.company in cells
    assert sum("no candidate left" in str(label) for label in cells) == 14 - cells["Units with a shortlist"]


def test_the_settings_are_all_there(made: Made) -> None:
    shown = table(opened(made, "en"), "Settings").set_index("Setting")["Value"]
    assert shown["weights.mission"] == 3
    assert shown["proximity.half_distance_km"] == 25
    assert shown["gates.renew"] == "no"
    assert shown["as_of"] == "2026-11-25"
    sections = [name for name, value in Settings().model_dump().items() if isinstance(value, dict) and value]
    assert all(any(key.startswith(f"{name}.") for key in shown.index) for name in sections if name != "columns")


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_person_can_work_with_it(code: str, made: Made) -> None:
    said, book = load_language(code), opened(made, code)
    for name in SHEETS[code][1:-1]:
        sheet = book[name]
        assert sheet.freeze_panes.endswith("2") if isinstance(sheet.freeze_panes, str) else sheet.freeze_panes
        assert sheet.auto_filter.ref == sheet.dimensions or sheet.max_row == 1
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.fitToHeight == 0
    sheet = book[SHEETS[code][1]]
    headings = [cell.value for cell in sheet[1]]
    score, decision = headings.index(heading("score", said)), headings.index(heading("decision", said))
    assert sheet.cell(2, score + 1).number_format == "0.00"
    rule = sheet.data_validations.dataValidation[0]
    words = rule.formula1.strip('"').split(",")
    assert [DECISION_WORDS[word] for word in words] == ["yes", "no", "maybe"]
    assert (
        str(rule.sqref)
        == f"{sheet.cell(2, decision + 1).coordinate}:{sheet.cell(sheet.max_row, decision + 1).coordinate}"
    )
    scales = [rule for rules in sheet.conditional_formatting for rule in rules.rules if rule.type == "colorScale"]
    assert len(scales) == 1 + len(CRITERIA)


@pytest.mark.parametrize("code", ["en", "nl"])
def test_what_is_decided_already_stands_there(code: str, made: Made) -> None:
    results, _ = made[code]
    said = load_language(code)
    shown = table(opened(made, code), SHEETS[code][1]).set_index(
        [heading(Shortlist.UNIT_ID, said), heading(Shortlist.NONPROFIT_ID, said)]
    )
    row = shown.loc[MAYBE]
    assert row[heading(Decision.DECISION, said)] == {"en": "maybe", "nl": "misschien"}[code]
    assert row[heading(Decision.NOTE, said)] == "After the summer"
    decided = shown[heading(Decision.DECISION, said)].dropna()
    proposed = sum("proposed" in record.statuses for record in results.records)
    assert decided.value_counts().get({"en": "yes", "nl": "ja"}[code], 0) == proposed


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_headings_of_decisions_are_read_back(code: str) -> None:
    for column in DECISIONS.columns:
        assert DECISIONS.by_heading[fold_heading(heading(column.name, load_language(code)))] == column.name


def test_the_same_results_give_the_same_bytes(made: Made) -> None:
    for results, folder in made.values():
        assert workbook(results) == (folder / "matches.xlsx").read_bytes()


def test_a_list_that_is_too_long_keeps_the_best_of_every_list_and_says_so(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, _ = made["en"]
    monkeypatch.setattr(book_sheets, "MOST_ROWS", 30)
    book = openpyxl.load_workbook(io.BytesIO(workbook(results)))
    shown = table(book, "Shortlists")
    assert shown["Unit code"].nunique() < len(shown) <= 30
    assert shown["Rank"].max() < results.shortlist["rank"].max()
    assert (shown.groupby("Unit code")["Rank"].max().sort_index() == (
        results.shortlist[results.shortlist["rank"] <= shown["Rank"].max()].groupby("unit_id")["rank"].max().sort_index()
    )).all()  # fmt: skip
    cells = {row[0].value: row[1].value for row in book["Overview"].iter_rows()}
    assert cells["Pairs in this workbook (the rest stands in shortlist.csv)"] == len(shown)


def test_lists_of_nonprofits_start_with_the_nonprofit(small_example: dict[str, Path], tmp_path: Path) -> None:
    settings = Settings().with_overrides({"side": "nonprofits", "shortlist.top": 2})
    match(
        {name: small_example[name] for name in ("units", "nonprofits")}, tmp_path / "out", settings, formats=("xlsx",)
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["matches.xlsx", "run.json"]
    shown = table(openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx"), "Shortlists")
    assert shown.columns[:3].tolist() == ["Nonprofit", "Rank", "Unit"]
    assert shown["Rank"].max() == 2


def test_csv_alone_pays_for_no_workbook_and_no_page(small_example: dict[str, Path], tmp_path: Path) -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from matcher.cli.app import app\n"
        f"lists = [{str(small_example['units'])!r}, {str(small_example['nonprofits'])!r}]\n"
        f"result = CliRunner().invoke(app, ['match', *lists, '--formats', 'csv', '--out', {str(tmp_path / 'out')!r}])\n"
        "assert result.exit_code == 0, result.output\n"
        "heavy = {'xlsxwriter', 'altair', 'jinja2', 'vl_convert', 'torch', 'sentence_transformers'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert not (tmp_path / "out" / "matches.xlsx").exists()
    assert (tmp_path / "out" / "shortlist.csv").exists()


def test_libreoffice_shows_every_sheet(made: Made, tmp_path: Path) -> None:
    saved = openpyxl.load_workbook(save_again(made["nl"][1] / "matches.xlsx", tmp_path))
    before = opened(made, "nl")
    assert saved.sheetnames == before.sheetnames
    for name in before.sheetnames:
        left, right = list(saved[name].values), list(before[name].values)
        for row, (shown, wrote) in enumerate(zip(left, right, strict=False)):
            assert [cell for cell in shown if cell is not None] == [cell for cell in wrote if cell is not None], (
                name,
                row,
            )


@pytest.mark.parametrize("code", ["en", "nl"])
def test_a_sheet_to_search_in_prints_its_head_only_and_says_so(code: str, made: Made) -> None:
    sheet = opened(made, code)[load_language(code).phrase("Not on a list")]
    assert sheet.max_row > 1000
    assert str(sheet.print_area).endswith("$D$31")
    note = sheet.oddHeader.right.text
    assert load_language(code).number(sheet.max_row - 1) in note


@pytest.mark.parametrize("code", ["en", "nl"])
def test_page_and_workbook_say_the_same_of_the_data(made: Made, code: str) -> None:
    results, path = made[code]
    language = results.language
    rows = [
        row[0].value
        for row in openpyxl.load_workbook(path / "matches.xlsx")[language.phrase("Overview")].iter_rows(max_col=1)
    ]
    start = rows.index(language.phrase("What is weak in the data")) + 1
    shown = rows[start : rows.index(None, start)]
    assert len(weak_data(results)) >= 2
    assert [line.casefold() for line in shown[:-1]] == [line.casefold() for line in weak_data(results)]
    assert str(len(results.tables.problems)) in shown[-1]
    notes = rows[rows.index(language.phrase("To know")) + 1 :] if language.phrase("To know") in rows else []
    assert not set(notes) & set(problem_lines(results.tables.problems, language)), "these stand on their own sheet"
