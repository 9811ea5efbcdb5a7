"""The next questions: pairs whose order is in doubt, and blank cells that may change lists."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.commands import run
from helpers.small_cases import UNIT, fitted

from matcher import SettingsError
from matcher.model_selection import next_questions
from matcher.ranking.shortlists.questions import cell_questions, pair_questions
from matcher.ranking.shortlists.stability import disturbed_weights

NEAR, FAR = {"city": "Zwolle"}, {"city": "Meppel"}
ALIKE, UNLIKE = {"mission": "Geen gezin in de schulden"}, {"mission": "Opvang van egels en hun jongen"}
UNITS = [{"city": "Zwolle"}]


def test_a_pair_that_is_better_in_everything_raises_no_question(use) -> None:
    matcher = fitted(use, UNITS, [NEAR | ALIKE, FAR | UNLIKE], weights={"mission": 1, "proximity": 1})
    assert len(pair_questions(matcher.scorer(pd.DataFrame([UNIT | UNITS[0]]))).units) == 0


def test_the_pair_to_look_into_is_the_one_with_most_to_gain(use) -> None:
    matcher = fitted(use, UNITS, [NEAR | UNLIKE, FAR | ALIKE], weights={"mission": 1, "proximity": 1.3})
    scorer = matcher.scorer(pd.DataFrame([UNIT | UNITS[0]]))
    found = pair_questions(scorer)
    assert len(found.units) == 1
    first, other = int(found.first[0]), int(found.nonprofits[0])
    assert {first, other} == {0, 1}
    logarithms = scorer.log_values(np.zeros(2, dtype=int), np.array([first, other]))
    scores = np.exp(logarithms @ disturbed_weights(scorer.weights).T)
    lead = scores[1] - scores[0]
    assert found.gain[0] == pytest.approx(np.maximum(lead, 0).mean())
    assert found.ahead[0] == pytest.approx((lead > 0).mean())


def test_only_a_blank_that_may_change_a_list_is_asked_for(use) -> None:
    unplaced = {"city": None} | ALIKE
    full = {"min_score": 0, "top": 1}
    matcher = fitted(use, UNITS, [NEAR | ALIKE, FAR | UNLIKE, unplaced], shortlist=full)
    questions = next_questions(matcher, pd.DataFrame([UNIT | UNITS[0]]))
    rows = questions.cells[(questions.cells["id"] == "n3") & (questions.cells["criterion"] == "proximity")]
    # The best place could make it equal to the first, never better.
    assert rows["gain"].sum() < 0.02
    matcher = fitted(
        use, UNITS, [FAR | UNLIKE, NEAR | UNLIKE, unplaced], shortlist=full, weights={"mission": 1, "proximity": 3}
    )
    scorer = matcher.scorer(pd.DataFrame([UNIT | UNITS[0]]))
    found = cell_questions(scorer)
    assert found.positions.tolist() == [2]
    assert not found.is_unit.any()
    assert 0 < found.places[0] <= 1
    row = next_questions(matcher, pd.DataFrame([UNIT | UNITS[0]])).cells.iloc[0]
    assert (row["table"], row["id"], row["criterion"]) == ("nonprofits", "n3", "proximity")
    assert "city" in row["blank"].split("; ")


def test_nothing_is_asked_for_lists_of_nonprofits(use) -> None:
    matcher = fitted(use, UNITS, [NEAR | ALIKE], side="nonprofits")
    with pytest.raises(SettingsError, match="side"):
        next_questions(matcher, pd.DataFrame([UNIT | UNITS[0]]))


def test_the_command(small_example: dict[str, Path], tmp_path: Path) -> None:
    arguments = [
        "ask",
        small_example["units"],
        small_example["nonprofits"],
        "--partnerships",
        small_example["partnerships"],
    ]
    result = run(*arguments, "--top", "3", "--language", "nl", "--json", tmp_path / "questions.json")
    assert result.exit_code == 0
    assert "Welke van de twee eerst?" in " ".join(result.stdout.split())
    found = json.loads((tmp_path / "questions.json").read_text(encoding="utf-8"))
    assert 1 <= len(found["pairs"]) <= 3
    gains = [row["gain"] for row in found["pairs"]]
    assert gains == sorted(gains, reverse=True)
    assert all(0 < row["ahead"] < 1 for row in found["pairs"])
