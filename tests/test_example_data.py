"""The example data is what it says it is: invented, various, and clean."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from helpers.paths import EXAMPLE

from matcher.jobs.inputs import read_inputs
from matcher.settings import Settings
from matcher.tables.status import Status

DUTCH = ("de", "het", "een", "en", "van", "wij", "voor", "met", "niet", "dat", "is", "die", "op", "te")
ENGLISH = ("the", "and", "of", "we", "for", "with", "to", "in", "that", "our", "is", "who", "are")


def language(text: str) -> str:
    words = Counter(text.lower().replace(",", " ").replace(".", " ").split())
    return "nl" if sum(words[word] for word in DUTCH) >= sum(words[word] for word in ENGLISH) else "en"


def test_nothing_is_wrong_with_it() -> None:
    files = {name: EXAMPLE / f"{name}.csv" for name in ("units", "nonprofits", "partnerships")}
    inputs = read_inputs(files, Settings())
    assert [str(problem) for problem in inputs.problems] == []


def test_sizes(example_units, example_nonprofits, example_partnerships) -> None:
    assert len(example_units) >= 45
    assert example_units["company"].nunique() >= 8
    assert len(example_nonprofits) >= 300
    assert example_nonprofits["organisation"].nunique() >= 90
    sites = example_nonprofits.groupby("organisation").size()
    assert (sites == 1).sum() >= 40
    assert (sites >= 12).sum() >= 6
    assert len(example_partnerships) >= 60
    assert set(example_partnerships["status"]) >= set(Status) - {Status.MAYBE}
    assert example_partnerships["trust"].notna().sum() >= 10


def test_each_company_has_one_head_office(example_units: pd.DataFrame) -> None:
    assert (example_units.groupby("company")["is_hq"].sum() == 1).all()


def test_texts_are_their_own(example_units, example_nonprofits) -> None:
    missions = [*example_units["mission"], *example_nonprofits.drop_duplicates("organisation")["mission"]]
    assert len(set(missions)) == len(missions)
    openings = Counter(" ".join(text.split()[:3]).lower() for text in missions)
    assert openings.most_common(1)[0][1] == 1
    dutch = [language(text) == "nl" for text in missions]
    assert 0.7 <= sum(dutch) / len(dutch) <= 0.9


def test_the_shipped_profile_is_the_default() -> None:
    assert Settings.from_toml(EXAMPLE.parents[1] / "models" / "default.toml") == Settings()
    assert (EXAMPLE.parents[1] / "models" / "default.toml").read_text(encoding="utf-8") == Settings().toml()
