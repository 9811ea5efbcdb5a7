"""Criteria that the settings declare: scores, words, and every place that shows criteria."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.commands import run

from matcher import PartnerMatcher, Settings, SettingsError, TableError
from matcher.i18n.language import load_language
from matcher.reports.sentences.reasons import reason
from matcher.scoring.criteria.declared import DeclaredCriterion
from matcher.scoring.criteria.registry import CRITERIA, read_columns

DECLARED = {
    "size_fit": {"kind": "ratio", "unit": "employees", "nonprofit": "staff", "label": {"en": "size", "nl": "omvang"}},
    "same_language": {"kind": "same", "unit": "language", "nonprofit": "spoken", "label": "language"},
    "skills": {"kind": "overlap", "unit": "skills", "nonprofit": "skills_wanted"},
}
UNITS = pd.DataFrame(
    {
        "unit_id": ["u1", "u2"],
        "company": "Bank",
        "name": ["Bank Zwolle", "Bank Breda"],
        "mission": ["Geen gezin in de schulden", "Jongeren leren omgaan met geld"],
        "city": ["Zwolle", "Breda"],
        "employees": [40, None],
        "language": ["Nederlands", "Frysk"],
        "skills": ["Rekenen; taal", None],
    }
)
NONPROFITS = pd.DataFrame(
    {
        "nonprofit_id": ["n1", "n2", "n3"],
        "name": ["Schuldhulp", "Egelopvang", "Taalhuis"],
        "mission": ["Hulp bij schulden", "Opvang van egels", "Lessen in taal"],
        "city": ["Zwolle", "Zwolle", "Breda"],
        "staff": [10, 40, None],
        "spoken": ["nederlands", "Frysk", None],
        "skills_wanted": ["taal", "rekenen; bouwen", "zingen"],
    }
)


def settings_of(**more: object) -> Settings:
    return Settings.from_mapping({"criteria": DECLARED, "shortlist": {"min_score": 0}, **more})


def scores(use, name: str, settings: Settings | None = None) -> np.ndarray:
    scorer = PartnerMatcher(settings=settings or settings_of(), encoder=use).fit(NONPROFITS).scorer(UNITS)
    units, nonprofits = np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)
    return scorer.criterion_scores(name, units, nonprofits).reshape(2, 3)


def test_scores_of_the_three_kinds(use) -> None:
    np.testing.assert_array_equal(scores(use, "size_fit"), [[0.25, 1.0, np.nan], [np.nan] * 3])
    np.testing.assert_array_equal(scores(use, "same_language"), [[1, 0, np.nan], [0, 1, np.nan]])
    np.testing.assert_array_equal(scores(use, "skills"), [[1.0, 0.5, 0.0], [np.nan] * 3])


def test_a_declared_criterion_counts_with_its_weight_unless_the_weights_name_it(use) -> None:
    fitted = PartnerMatcher(settings=settings_of(), encoder=use).fit(NONPROFITS)
    assert fitted.settings_.weights["size_fit"] == 1.0
    off = PartnerMatcher(weights={"mission": 1, "size_fit": 0, "skills": 2}, settings=settings_of(), encoder=use)
    off.fit(NONPROFITS)
    assert off.settings_.weights == {"mission": 1, "size_fit": 0, "skills": 2, "same_language": 1}
    assert "size_fit" not in off.scorer(UNITS).criteria


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("en", ("size: 40 against 10", "language of both: nederlands", "skills of both: taal")),
        ("nl", ("omvang: 40 tegenover 10", "language van beide: nederlands", "skills van beide: taal")),
    ],
)
def test_reasons_in_both_languages(use, code: str, parts: tuple[str, ...]) -> None:
    fitted = PartnerMatcher(settings=settings_of(), encoder=use).fit(NONPROFITS)
    fitted.scorer(UNITS)
    text = reason(fitted.explain("u1", "n1"), load_language(code)).lower()
    assert all(part in text for part in parts), text
    assert load_language(code).phrase("not known: {what}", what="").split(":")[0] in reason(
        fitted.explain("u1", "n3"), load_language(code)
    )


def test_one_message_for_what_cannot_be(use) -> None:
    with pytest.raises(SettingsError, match=r"criteria\.mission: there is a criterion of this name"):
        PartnerMatcher(settings=Settings.from_mapping({"criteria": {"mission": DECLARED["skills"]}})).fit(NONPROFITS)
    with pytest.raises(SettingsError, match="kind"):
        Settings.from_mapping({"criteria": {"x": DECLARED["skills"] | {"kind": "rato"}}})
    lacking = PartnerMatcher(settings=settings_of(), encoder=use).fit(NONPROFITS)
    with pytest.raises(TableError, match="skills"):
        lacking.shortlist(UNITS.drop(columns="skills"))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    UNITS.to_csv(tmp_path / "units.csv", index=False)
    NONPROFITS.to_csv(tmp_path / "nonprofits.csv", index=False)
    settings_of().to_toml(tmp_path / "settings.toml")
    units, nonprofits, settings = (str(tmp_path / name) for name in ("units.csv", "nonprofits.csv", "settings.toml"))
    return [units, nonprofits, "--settings", settings]


def test_the_command_line_shows_declared_criteria_everywhere(files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("match", *files, "--language", "nl", "--out", out)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out / "shortlist.csv")
    assert {"size_fit", "same_language", "skills"} <= set(table.columns)
    assert table["why"].str.contains("Omvang: 40 tegenover|omvang: 40 tegenover").any()
    assert json.loads((out / "run.json").read_text())["criteria"][-3:] == ["size_fit", "same_language", "skills"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Omvang" in page
    sheet = pd.read_excel(out / "matches.xlsx", sheet_name="Shortlists", header=None).astype(str)
    assert (sheet == "Omvang").any(axis=None)
    shown = run("explain", *files, "--unit", "u1", "--nonprofit", "n1", "--language", "nl")
    assert "omvang" in shown.output


def test_a_later_run_names_what_changed(files: list[str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    settings_of(weights={"mission": 1, "size_fit": 20}).to_toml(tmp_path / "settings.toml")
    assert run("match", *files, "--formats", "csv", "--out", first).exit_code == 0
    NONPROFITS.assign(staff=[40, 10, 5]).to_csv(tmp_path / "nonprofits.csv", index=False)
    result = run("match", *files, "--formats", "csv", "--since", first, "--out", second)
    assert result.exit_code == 0, result.output
    changes = pd.read_csv(second / "changes.csv")
    assert "size_fit_change" in changes.columns
    assert changes["why"].str.contains("size").any()
    plain = run("match", *files[:2], "--formats", "csv", "--since", first, "--out", tmp_path / "third")
    assert plain.exit_code == 0, plain.output


def test_workers_give_the_same_bytes(files: list[str], tmp_path: Path) -> None:
    for name, more in (("here", []), ("workers", ["--workers", "2"])):
        assert run("match", *files, "--formats", "csv", "--out", tmp_path / name, *more).exit_code == 0
    assert (tmp_path / "here" / "shortlist.csv").read_bytes() == (tmp_path / "workers" / "shortlist.csv").read_bytes()


def test_a_built_in_criterion_reads_a_column_that_has_no_array(use, monkeypatch: pytest.MonkeyPatch) -> None:
    built_in = DeclaredCriterion("size_fit", Settings.from_mapping({"criteria": DECLARED}).criteria["size_fit"])
    monkeypatch.setattr("matcher.scoring.criteria.registry.CRITERIA", {**CRITERIA, "size_fit": built_in})
    assert read_columns({**CRITERIA, "size_fit": built_in}, "units") == ("employees",)
    fitted = PartnerMatcher(weights={"mission": 1, "size_fit": 1}, encoder=use).fit(NONPROFITS)
    assert fitted.match(UNITS).explain("u1", "n1").criterion("size_fit").score == 0.25
