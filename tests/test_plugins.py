"""Criteria, encoders and outputs of other packages and of the settings, wherever a run shows them."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from helpers.commands import run
from helpers.paths import EXAMPLE

from matcher import PartnerMatcher, plugins, read_nonprofits, read_units
from matcher.errors import MatcherError, PluginError, SettingsError
from matcher.scoring.criteria.registry import known_criteria
from matcher.settings import Settings

SOURCE = Path(__file__).parent / "helpers" / "matcher_ages.py"
ENTRY_POINTS = """
[matcher.criteria]
ages = matcher_ages:Ages
[matcher.encoders]
letters = matcher_ages:LettersEncoder
[matcher.outputs]
lines = matcher_ages:LinesOutput
"""
Installer = Callable[..., Path]
Inputs = tuple[str | Path, ...]
AGES = ("children", "young people", "adults", "elderly people")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installer]:
    """Installs a package, as pip would, for one test."""

    def install(name: str = "matcher-ages", entry_points: str = ENTRY_POINTS) -> Path:
        site = tmp_path / "site"
        folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (folder / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        (site / SOURCE.name).write_text(SOURCE.read_text(encoding="utf-8"), encoding="utf-8")
        if str(site) not in sys.path:
            monkeypatch.syspath_prepend(str(site))
        forget()
        return site

    def forget() -> None:
        importlib.invalidate_caches()
        plugins._load.cache_clear()
        plugins._packages.cache_clear()

    yield install
    monkeypatch.undo()
    sys.modules.pop("matcher_ages", None)
    forget()


@pytest.fixture
def inputs(small_example: dict[str, Path], tmp_path: Path) -> Inputs:
    """Files with the age groups of every unit and of most nonprofits."""
    return with_ages(small_example, tmp_path)


def with_ages(files: dict[str, Path], folder: Path) -> Inputs:
    for name in ("units", "nonprofits"):
        frame = pd.read_csv(files[name], dtype=str)
        frame["Leeftijden"] = [
            ";".join(AGES[row % 3 : row % 3 + 1 + row % 2]) if row % 7 or name == "units" else None
            for row in range(len(frame))
        ]
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder / "units.csv", folder / "nonprofits.csv", "--partnerships", files["partnerships"]


def test_a_package_adds_a_criterion_an_encoder_and_an_output(
    install: Installer, inputs: Inputs, tmp_path: Path
) -> None:
    before, settings = tmp_path / "before", tmp_path / "settings.toml"
    Settings.from_mapping({"shortlist": {"min_score": 0.0}}).to_toml(settings)
    inputs = (*inputs, "--settings", settings)
    assert run("match", *inputs, "--out", before, "--formats", "csv").exit_code == 0
    install()
    out = tmp_path / "out"
    result = run("match", *inputs, "--out", out, "--encoder", "letters", "--since", before)
    assert result.exit_code == 0, result.output
    shortlist = pd.read_csv(out / "shortlist.csv")
    assert shortlist["ages"].between(0, 1).any()
    assert shortlist["ages"].isna().any()
    assert "age_groups" not in shortlist
    assert shortlist["why"].str.contains("both for children").any()
    assert shortlist["why"].str.contains("not known: [^;]*age groups").any()
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["encoder"] == {"name": "letters", "revision": "1"}
    assert record["criteria"][-1] == "ages"
    assert record["settings"]["weights"]["ages"] == 2
    lines = (out / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["unit"] for line in lines] == shortlist["unit_id"].tolist()
    assert any(json.loads(line)["mission"] for line in lines)
    sheets = openpyxl.load_workbook(out / "matches.xlsx").worksheets
    assert "Age groups" in {cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "age groups" in page.casefold()
    assert "both for children" in page
    changes = pd.read_csv(out / "changes.csv")
    assert "ages_change" in changes
    assert changes["why"].str.contains("The settings changed: text.encoder, weights.ages").any()


def test_a_criterion_of_a_package_speaks_dutch(install: Installer, inputs: Inputs, tmp_path: Path) -> None:
    install()
    result = run("match", *inputs, "--out", tmp_path / "out", "--encoder", "letters", "--language", "nl")
    assert result.exit_code == 0, result.output
    why = pd.read_csv(tmp_path / "out" / "shortlist.csv")["why"]
    assert why.str.contains("samen voor children", case=False).any()
    assert not why.str.contains("both for|age groups").any()
    sheets = openpyxl.load_workbook(tmp_path / "out" / "matches.xlsx").worksheets
    assert "Leeftijden" in {cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row}


def test_a_later_run_without_the_package_compares(install: Installer, inputs: Inputs, tmp_path: Path) -> None:
    site = install()
    first = tmp_path / "first"
    assert run("match", *inputs, "--out", first, "--encoder", "letters", "--formats", "csv").exit_code == 0
    (site / "matcher_ages-1.0.dist-info" / "entry_points.txt").write_text(
        ENTRY_POINTS.replace("ages =", "other =", 1).replace("[matcher.criteria]", "[elsewhere]"), encoding="utf-8"
    )
    importlib.invalidate_caches()
    plugins._load.cache_clear()
    result = run(
        "match", *inputs, "--out", tmp_path / "out", "--encoder", "letters", "--formats", "csv", "--since", first
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "changes.csv").is_file()


def test_explain_shows_a_criterion_of_a_package(install: Installer, inputs: Inputs, tmp_path: Path) -> None:
    install()
    assert run("match", *inputs, "--out", tmp_path / "out", "--encoder", "letters", "--formats", "csv").exit_code == 0
    shortlist = pd.read_csv(tmp_path / "out" / "shortlist.csv")
    best = shortlist[shortlist["ages"] > 0].iloc[0]
    result = run(
        "explain", *inputs, "--unit", best["unit_id"], "--nonprofit", best["nonprofit_id"], "--encoder", "letters"
    )
    assert result.exit_code == 0, result.output
    assert "age groups" in result.output
    assert "both for" in result.output.casefold()


def test_evaluate_and_learn_take_a_criterion_of_a_package(install: Installer, tmp_path: Path) -> None:
    install()
    inputs = with_ages({name: EXAMPLE / f"{name}.csv" for name in ("units", "nonprofits", "partnerships")}, tmp_path)
    learned = tmp_path / "learned.toml"
    result = run("learn", *inputs, "--encoder", "letters", "--out", learned)
    assert result.exit_code == 0, result.output
    assert "ages" in Settings.from_toml(learned).weights
    known = pd.read_csv(inputs[3], dtype=str)
    nonprofits = pd.read_csv(inputs[1], dtype=str)["nonprofit_id"]
    new = [(unit, other) for unit in ("bank-01", "bank-02") for other in nonprofits[:40]]
    test = pd.DataFrame(sorted(set(new) - set(zip(known["unit_id"], known["nonprofit_id"], strict=True))))
    test.set_axis(["unit_id", "nonprofit_id"], axis=1).to_csv(tmp_path / "test.csv", index=False)
    result = run("evaluate", *inputs, "--test", tmp_path / "test.csv", "--encoder", "letters")
    assert result.exit_code == 0, result.output


def test_workers_load_the_package_too(install: Installer, inputs: Inputs, tmp_path: Path) -> None:
    site = install()
    here, there = tmp_path / "here", tmp_path / "there"
    arguments = [str(item) for item in ("match", *inputs, "--encoder", "letters", "--formats", "csv", "--out")]
    assert run(*arguments, here).exit_code == 0
    path = os.pathsep.join([str(site), str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "matcher", *arguments, str(there), "--workers", "2"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (there / "shortlist.csv").read_bytes() == (here / "shortlist.csv").read_bytes()


DECLARED = """
[criteria.size_fit]
kind = "ratio"
unit = "Medewerkers"
nonprofit = "staff"
label.en = "size"
label.nl = "omvang"

[criteria.ages]
kind = "overlap"
unit = "Leeftijden"
nonprofit = "Leeftijden"
label = "Age groups"
weight = 3
"""


@pytest.mark.parametrize(
    ("language", "ratio"), [("en", r"size: [\d,.]+ against"), ("nl", r"omvang: [\d,.]+ tegenover")]
)
def test_criteria_by_settings_alone(inputs: Inputs, tmp_path: Path, language: str, ratio: str) -> None:
    (tmp_path / "settings.toml").write_text(DECLARED, encoding="utf-8")
    out = tmp_path / "out"
    arguments = ("--settings", tmp_path / "settings.toml", "--language", language)
    result = run("match", *inputs, *arguments, "--out", out)
    assert result.exit_code == 0, result.output
    shortlist = pd.read_csv(out / "shortlist.csv")
    assert shortlist["size_fit"].between(0, 1).any()
    assert shortlist["ages"].between(0, 1).any()
    assert shortlist["why"].str.contains(ratio, case=False, regex=True).any()
    assert shortlist["why"].str.contains("Age groups", case=False).any()
    page = (out / "report.html").read_text(encoding="utf-8")
    assert {"en": "size", "nl": "omvang"}[language] in page
    sheets = openpyxl.load_workbook(out / "matches.xlsx").worksheets
    shown = {cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row}
    assert {"Size" if language == "en" else "Omvang", "Age groups"} <= shown


def test_settings_with_criteria_of_their_own_round_trip(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(DECLARED, encoding="utf-8")
    settings = Settings.from_toml(tmp_path / "settings.toml")
    settings.to_toml(tmp_path / "again.toml")
    assert Settings.from_toml(tmp_path / "again.toml") == settings


def test_ratio_same_and_overlap_score_as_documented() -> None:
    units = pd.DataFrame(
        {"unit_id": ["u1"], "company": "Bank", "name": "Bank", "mission": "Hulp", "city": "Zwolle"}
        | {"employees": 50, "hobbies": "Art; Sport", "style": "Été"}
    )
    nonprofits = pd.DataFrame(
        {"nonprofit_id": ["a", "b", "c"], "name": ["A", "B", "C"], "mission": "Hulp", "city": "Zwolle"}
        | {"staff": [100, 10, None], "hobbies": ["sport;work", "work", None], "style": ["ete", "hiver", None]}
    )
    criteria = {
        "size": {"kind": "ratio", "unit": "employees", "nonprofit": "staff"},
        "themes_fit": {"kind": "overlap", "unit": "hobbies", "nonprofit": "hobbies"},
        "style_fit": {"kind": "same", "unit": "style", "nonprofit": "style"},
    }
    settings = Settings.from_mapping({"criteria": criteria, "shortlist": {"min_score": 0.0}})
    found = PartnerMatcher(settings=settings).fit(read_nonprofits(nonprofits)).shortlist(read_units(units))
    scores = found.set_index("nonprofit_id").loc[["a", "b", "c"], list(criteria)]
    assert scores.iloc[0].tolist() == [0.5, 0.5, 1.0]
    assert scores.iloc[1].tolist() == [0.2, 0.0, 0.0]
    assert scores.iloc[2].isna().all()


def test_a_column_that_a_criterion_of_the_settings_needs_has_to_be_there(inputs: Inputs, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(DECLARED.replace('nonprofit = "Leeftijden"', 'nonprofit = "ages"'))
    result = run("match", *inputs, "--settings", tmp_path / "settings.toml", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "ages" in result.output
    assert "the column is missing" in result.output
    assert "criterion 'ages' of the settings" in result.output


@pytest.mark.parametrize(
    ("kind", "unit", "nonprofit", "message"),
    [
        ("ratio", "employees", "mission", "holds no numbers"),
        ("same", "employees", "staff", "holds no words"),
        ("same", "is_hq", "city", "holds no words"),
    ],
)
def test_a_kind_that_does_not_suit_its_column(kind: str, unit: str, nonprofit: str, message: str) -> None:
    settings = Settings.from_mapping({"criteria": {"x": {"kind": kind, "unit": unit, "nonprofit": nonprofit}}})
    with pytest.raises(SettingsError, match=message):
        known_criteria(settings)


def test_two_packages_with_one_name(install: Installer) -> None:
    install()
    install("matcher-years", "[matcher.criteria]\nages = matcher_years:Ages")
    with pytest.raises(PluginError, match="packages 'matcher-ages' and 'matcher-years' both register 'ages'"):
        plugins.load_plugins("matcher.criteria")


@pytest.mark.parametrize(
    ("entry_points", "message"),
    [
        ("[matcher.criteria]\nages = matcher_ages:Missing", "cannot be loaded"),
        ("[matcher.criteria]\nmission = matcher_ages:Ages", "which matcher uses itself"),
        ("[matcher.criteria]\nages = matcher_ages:LinesOutput", "is no criterion"),
        ("[matcher.criteria]\nyears = matcher_ages:Ages", "is no criterion of that name"),
    ],
)
def test_packages_that_cannot_be_used(install: Installer, entry_points: str, message: str) -> None:
    install(entry_points=entry_points)
    with pytest.raises(PluginError, match=message) as raised:
        known_criteria(Settings())
    assert "matcher-ages" in str(raised.value) or "matcher.criteria" in str(raised.value)


def test_outputs_that_cannot_be_used(install: Installer, inputs: Inputs, tmp_path: Path) -> None:
    install(entry_points="[matcher.outputs]\nlines = matcher_ages:Ages")
    result = run("match", *inputs, "--out", tmp_path / "out", "--formats", "lines")
    assert result.exit_code == MatcherError.exit_code
    assert "is no output of that name" in result.output


def test_criteria_from_python(install: Installer, inputs: Inputs) -> None:
    install(entry_points="[matcher.encoders]\nletters = matcher_ages:LettersEncoder")
    from matcher_ages import Ages

    units, nonprofits = read_units(inputs[0]), read_nonprofits(inputs[1])
    matcher = PartnerMatcher(criteria=[Ages()], weights={"ages": 1}, encoder="letters").fit(nonprofits)
    found = matcher.shortlist(units)
    assert found["ages"].notna().all()
    with pytest.raises(SettingsError, match="is no criterion"):
        PartnerMatcher(criteria=[Ages]).fit(nonprofits)
