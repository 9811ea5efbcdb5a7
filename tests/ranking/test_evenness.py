"""Evenness: without it lists are unchanged; with it some score is given up, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.commands import run
from helpers.paths import NONPROFITS, UNITS
from helpers.problems import whole
from helpers.scorers import SETTINGS, scorer_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import PartnerMatcher, Settings
from matcher.i18n.language import load_language
from matcher.ranking.shortlists.evenness import select_evenly
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.reports.sentences.run import evenness_line


@settings(max_examples=10)
@given(problem=whole(), top=st.integers(1, 4), evenness=st.floats(0.01, 1), min_score=st.sampled_from((0.0, 0.5)))
def test_lists_keep_their_length_scores_and_bounds(problem, top: int, evenness: float, min_score: float, use) -> None:
    wanted = {"shortlist.top": top, "shortlist.min_score": min_score}
    plain = best_nonprofits(scorer_of(problem, use, SETTINGS.with_overrides(wanted)))
    scorer = scorer_of(problem, use, SETTINGS.with_overrides({**wanted, "shortlist.evenness": evenness}))
    even = best_nonprofits(scorer)
    np.testing.assert_array_equal(np.bincount(plain.units, minlength=9), np.bincount(even.units, minlength=9))
    np.testing.assert_array_equal(even.scores, scorer.scores(even.units, even.nonprofits))
    assert (even.scores >= min_score).all()
    assert (np.diff(even.scores)[np.diff(even.units) == 0] <= 0).all()
    assert even.tradeoff is not None
    assert plain.tradeoff is None
    assert even.tradeoff.score_given_up >= -1e-9


def test_full_evenness_shows_every_nonprofit_once() -> None:
    units, nonprofits = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
    scores = np.array([0.9, 0.85, 0.5, 0.8, 0.79, 0.7, 0.7, 0.65, 0.64])
    none = select_evenly(units, nonprofits, scores, top=1, evenness=0.0, n_nonprofits=3)
    much = select_evenly(units, nonprofits, scores, top=1, evenness=1.0, n_nonprofits=3)
    assert nonprofits[none].tolist() == [0, 0, 0]
    assert nonprofits[much].tolist() == [0, 1, 2]


def test_more_evenness_on_the_example_whatever_the_order_of_the_rows(
    example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use
) -> None:
    ginis, given_up = [], []
    for evenness in (0.2, 1.0):
        chosen = Settings().with_overrides({"shortlist.evenness": evenness, "shortlist.top": 5})
        matcher = PartnerMatcher(encoder=use, settings=chosen).fit(example_nonprofits)
        found = matcher.match(example_units).shortlists()
        lists, tradeoff = found.table, found.tradeoff
        assert tradeoff is not None
        assert tradeoff.after.gini < tradeoff.before.gini
        assert tradeoff.after.shown > tradeoff.before.shown
        assert not lists.duplicated(["unit_id", "organisation"]).any()
        ginis.append(tradeoff.after.gini)
        given_up.append(tradeoff.score_given_up)
        record = matcher.explain(*lists[["unit_id", "nonprofit_id"]].iloc[3])
        assert record.score == lists["score"].iloc[3]
    assert ginis[1] < ginis[0]
    assert 0 < given_up[0] < given_up[1] < 0.1
    shuffled = PartnerMatcher(encoder=use, settings=chosen).fit(example_nonprofits.sample(frac=1, random_state=1))
    again = shuffled.shortlist(example_units.sample(frac=1, random_state=2))
    keys = ["unit_id", "rank", "nonprofit_id", "score"]
    pd.testing.assert_frame_equal(again[keys], lists[keys])


def test_the_tradeoff_is_shown_and_kept(tmp_path: Path) -> None:
    (tmp_path / "even.toml").write_text("[shortlist]\ntop = 5\nevenness = 0.5\n", encoding="utf-8")
    result = run("match", UNITS, NONPROFITS, "--out", tmp_path / "out", "--settings", tmp_path / "even.toml", "--formats", "csv")  # fmt: skip
    assert result.exit_code == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["evenness"]
    assert record["gini_after"] < record["gini_before"]
    assert "Evenness 0.50: " in result.stdout
    assert evenness_line(record, load_language("nl")).startswith("Spreiding 0,50: ")


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_out_of_bounds(value: float) -> None:
    with pytest.raises(ValueError, match="evenness"):
        Settings().with_overrides({"shortlist.evenness": value})
