"""Pairs by code or by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matcher.errors import UnknownIdError
from matcher.jobs.inputs import read_inputs
from matcher.jobs.match import explain
from matcher.jobs.pairs import coded_pairs
from matcher.settings import Settings
from matcher.tables.data import Tables

MISSION = "Samen lezen met kinderen"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    units = [("u1", "Café Zuid"), ("u2", "Noord"), ("u3", "u1")]
    nonprofits = [("n1", "Stichting Taal", "Zwolle"), ("n2", "Buurthuis", "Zwolle"), ("n3", "buurthuis", "Deventer")]
    pd.DataFrame(units, columns=["unit_id", "name"]).assign(company="Bank", mission=MISSION, city="Zwolle").to_csv(
        tmp_path / "units.csv", index=False
    )
    pd.DataFrame(nonprofits, columns=["nonprofit_id", "name", "city"]).assign(mission=MISSION).to_csv(
        tmp_path / "nonprofits.csv", index=False
    )
    return {name: tmp_path / f"{name}.csv" for name in ("units", "nonprofits")}


@pytest.fixture
def tables(files: dict[str, Path]) -> Tables:
    return read_inputs(files, Settings())


def test_names_are_found_whatever_their_capitals_and_accents_and_codes_go_first(tables: Tables) -> None:
    pairs = [("u2", "n1"), ("cafe  zuid", "STICHTING TAAL"), ("u1", "n2")]
    assert coded_pairs(tables, pairs) == [("u2", "n1"), ("u1", "n1"), ("u1", "n2")]


def test_a_name_of_several_rows_names_their_codes(tables: Tables) -> None:
    with pytest.raises(
        UnknownIdError, match=r"several nonprofits are called 'Buurthuis'.*n2 \(Zwolle\), n3 \(Deventer\)"
    ):
        coded_pairs(tables, [("u2", "Buurthuis")])


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("Noort", "n1"), "no unit 'Noort'; did you mean 'Noord'"),
        (("u2", "Stichting Tal"), "no nonprofit 'Stichting Tal'; did you mean 'Stichting Taal'"),
        (("n1", "u1"), "no unit 'n1'; it is an id of the other list"),
    ],
)
def test_what_is_neither_gets_a_hint(tables: Tables, pair: tuple[str, str], said: str) -> None:
    with pytest.raises(UnknownIdError, match=said):
        coded_pairs(tables, [pair])


def test_a_pair_is_explained_by_its_names(files: dict[str, Path], shared_cache: Path) -> None:
    record, _, _ = explain(files, "café zuid", "stichting taal", Settings(), cache_folder=shared_cache)
    assert (record.unit_id, record.nonprofit_id) == ("u1", "n1")
