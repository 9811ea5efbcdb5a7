"""Cause words of a run: the same, near by meaning, or nothing in common; and the gate that excluded words close."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers.small_cases import NONPROFIT, UNIT, fitted
from hypothesis import given
from hypothesis import strategies as st

from matcher import PartnerMatcher
from matcher.scoring.causes import CAUSES, cause_vocabulary
from matcher.tables.words.reading import HowRead


def affinity(use, wanted: str, named: str) -> float:
    found = cause_vocabulary([wanted], [], [named], use)
    if not {wanted, named} <= set(found.words):
        return 0.0
    return float(found.affinity[found.words.index(wanted), found.words.index(named)])


def test_words_that_are_near_lie_between_the_same_and_nothing(use) -> None:
    assert affinity(use, "nature", "nature") == 1
    assert 0 < affinity(use, "nature", "tending wild land & nature") < 1
    assert 0 < affinity(use, "religion", "gebed") < 1
    assert affinity(use, "religion", "zwemles") == 0
    assert affinity(use, "poverty", "pijler 2") == 0
    assert affinity(use, "debt", "poverty") == 0
    assert affinity(use, "windmolens draaien", "windmolen draaien") == 1


def test_a_word_that_is_not_understood_tells_nothing(use) -> None:
    found = cause_vocabulary(["nature"], [], ["pijler 1", "pijler 2", "nature"], use)
    assert found.words == ("nature",)
    assert found.read_as == dict.fromkeys(("pijler 1", "pijler 2"), (HowRead.UNKNOWN, ()))


def test_words_that_both_sides_use_are_understood(use) -> None:
    found = cause_vocabulary(["pijler 1"], [], ["pijler 1", "pijler 2"], use)
    assert found.words == ("pijler 1",)
    assert found.read_as["pijler 1"][0] is HowRead.SAME


def causes_score(use, wanted: str, named: str) -> float:
    unit, nonprofit = {"mission": None, "causes": wanted}, {"mission": None, "causes": named}
    matcher = fitted(use, [unit], [nonprofit, {"mission": None, "causes": "jeugd"}])
    return matcher.explain("u1", "n1").criterion("mission").score


@given(
    wanted=st.sets(st.sampled_from(("religion", "sport", "veterans")), min_size=1),
    named=st.sets(st.sampled_from(("religion", "sport", "veterans", "climate")), min_size=1),
)
def test_the_score_is_the_share_of_the_named_causes_that_are_wanted(wanted: set[str], named: set[str], use) -> None:
    wanted_too = wanted | {"youth"}  # of the second nonprofit, so that causes are in play
    expected = len(wanted_too & named) / len(named)
    assert causes_score(use, "; ".join(sorted(wanted_too)), "; ".join(sorted(named))) == pytest.approx(expected)


@given(wanted=st.lists(st.sampled_from(CAUSES), min_size=1, max_size=5), named=st.sampled_from(CAUSES))
def test_to_want_what_a_nonprofit_names_never_lowers_its_score(wanted: list[str], named: str, use) -> None:
    before = causes_score(use, "; ".join(["youth", *wanted]), named)
    assert causes_score(use, "; ".join(["youth", *wanted, named]), named) == 1 >= before


def test_scores_of_a_block_are_those_of_its_pairs(use) -> None:
    wanted = ("natuur; armoede", "ouderen", None, "boszorg & natuur")
    named = ("bossen en heide en natuur", "schulden; ouderen; jeugd", None, "pijler 2", "klimaat")
    units = pd.DataFrame([UNIT | {"unit_id": f"u{row}", "causes": cell} for row, cell in enumerate(wanted)])
    sites = pd.DataFrame([NONPROFIT | {"nonprofit_id": f"n{row}", "causes": cell} for row, cell in enumerate(named)])
    parts = PartnerMatcher(encoder=use).fit(sites).scorer(units).parts
    part = next(item.part for item in parts if item.part.name == "causes")
    block = part.block(slice(0, 4))
    rows, columns = np.divmod(np.arange(20), 5)
    np.testing.assert_array_equal(part.pairs(rows, columns).reshape(4, 5), block)
    assert np.isnan(block[2]).all()
    assert np.isnan(block[:, 2:4]).all()
    np.testing.assert_array_equal(part.block(slice(1, 3), np.array([4, 0, 0])), block[1:3][:, [4, 0, 0]])


def test_near_causes_are_named_in_pairs_and_in_the_reason(use) -> None:
    matcher = fitted(use, [{"causes": "natuur"}], [{"causes": "Wild land & nature"}, {"causes": "natuur"}])
    facts = matcher.explain("u1", "n1").criterion("mission").facts
    assert (facts["shared_causes"], facts["near_causes"]) == ([], [["nature", "wild land & nature"]])
    assert "near_causes" not in matcher.explain("u1", "n2").criterion("mission").facts


def test_causes_that_meet_nowhere_are_out_of_play_and_leave_their_share_to_the_text(use) -> None:
    units, texts = [{"causes": "natuur"}], ("Bomen planten", "Taalles")
    own = fitted(use, units, [{"mission": text, "causes": f"Pijler {row}"} for row, text in enumerate(texts)])
    # Words that no unit wants remain words of the text.
    without = fitted(use, units, [{"mission": f"{text} pijler {row}."} for row, text in enumerate(texts)])
    for site in ("n1", "n2"):
        assert own.explain("u1", site).score == without.explain("u1", site).score


@pytest.mark.parametrize(
    ("excludes", "named", "is_closed"),
    [
        ("religie", "kerkmuziek", True),
        ("kerken", "religie", True),
        ("religei", "geloof", True),
        ("politiek/religie", "moskee", True),
        ("religie", "religie en samenleving", True),
        ("religie", "gebed", True),
        ("gebed", "religie", True),
        ("vuurwerk", "vuurwerk", True),
        ("religie", "armoede", False),
        ("poverty", "schulden", False),
        ("religie", "zwemles", False),
    ],
)
def test_an_excluded_word_closes_the_gate_in_every_form_and_in_doubt(
    excludes: str, named: str, is_closed: bool, use
) -> None:
    matcher = fitted(use, [{"excludes": excludes}], [{"causes": named}])
    assert matcher.explain("u1", "n1").gates == (("excluded_cause",) if is_closed else ())


def test_python_users_are_warned_of_an_excluded_word_too(use, caplog: pytest.LogCaptureFixture) -> None:
    fitted(use, [{"excludes": "vuurwerk"}, {"unit_id": "u2", "excludes": "religie"}], [{}])
    assert ["'vuurwerk'" in record.message for record in caplog.records] == [True]
