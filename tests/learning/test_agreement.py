"""Agreement of reviewers, against figures of the literature and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.language import load_language
from matcher.learning.agreement import ANSWERS, Answer, reviewer_agreement
from matcher.reports.sentences.agreement import agreement_sentences, two_reviewers_in_words

ENGLISH = load_language("en")


def answers(**codes: str) -> list[Answer]:
    """Answers of reviewers by name, one sign a pair: y, m, n or - for none."""
    words = {word[0]: word for word in ANSWERS}
    return [
        Answer(name, "u1", f"n{number:02d}", words[sign])
        for name, signs in codes.items()
        for number, sign in enumerate(signs)
        if sign != "-"
    ]


def by_hand(first: str, second: str) -> float:
    """Cohen's kappa with linear weights, from its definition."""
    pairs = [("nmy".index(one), "nmy".index(other)) for one, other in zip(first, second, strict=True)]
    observed = sum(abs(one - other) for one, other in pairs) / len(pairs)
    expected = sum(abs(one - other) for one, _ in pairs for _, other in pairs) / len(pairs) ** 2
    return 1 - observed / expected


def test_kappa_alpha_and_disputes() -> None:
    first, second = "yyyyynnnmmyn", "yyyynnnnmyym"
    found = reviewer_agreement(answers(Ann=first, Bob=second))
    (two,) = found.two_by_two
    assert two.kappa == pytest.approx(by_hand(first, second))
    assert (found.pairs, found.agreed, two.pairs, two.agreed) == (12, 9, 12, 9)
    assert found.alpha is not None
    assert 0.5 < found.alpha < 0.9
    assert [(pair.nonprofit_id, pair.is_opposed) for pair in found.disputed] == [
        ("n04", True),
        ("n09", False),
        ("n11", False),
    ]
    assert found.disputed[0].answers == {"Ann": "yes", "Bob": "no"}


def test_full_agreement_is_one_and_the_last_answer_counts() -> None:
    same = answers(Ann="ynynynynynyn", Bob="ynynynynynyn", Cas="y-----------")
    found = reviewer_agreement([Answer("Bob", "u1", "n00", "no"), *same])
    assert found.alpha == pytest.approx(1.0)
    assert found.disputed == ()
    assert {(two.first, two.second): two.kappa for two in found.two_by_two} == {
        ("Ann", "Bob"): 1.0,
        ("Ann", "Cas"): None,
        ("Bob", "Cas"): None,
    }


def test_where_there_is_nothing_to_compare_nothing_is_said() -> None:
    assert agreement_sentences(reviewer_agreement(answers(Ann="yyy", Bob="---")), ENGLISH) == []
    few = reviewer_agreement(answers(Ann="yyy", Bob="yny"))
    assert (few.alpha, few.agreed) == (None, 2)
    assert "10 such pairs are needed" in agreement_sentences(few, ENGLISH)[1]
    constant = reviewer_agreement(answers(Ann="y" * 12, Bob="y" * 12))
    assert constant.alpha is None
    assert "more than chance" in agreement_sentences(constant, ENGLISH)[1]
    with pytest.raises(ValueError, match="perhaps"):
        reviewer_agreement([Answer("Ann", "u1", "n1", "perhaps")])


def test_sentences_in_both_languages() -> None:
    found = reviewer_agreement(answers(Ann="yyyyynnnmmyn", Bob="yyyynnnnmyym"))
    for code, word in (("en", "12 pairs"), ("nl", "12 paren")):
        language = load_language(code)
        said = " ".join(agreement_sentences(found, language))
        assert word in said
        assert two_reviewers_in_words(found.two_by_two[0], language).count("Ann") == 1


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), min_size=10, max_size=30))
def test_the_order_of_reviewers_and_pairs_changes_nothing(rows: list[tuple[str, str]]) -> None:
    given_answers = [
        Answer(name, "u1", f"n{number}", both[side])
        for number, both in enumerate(rows)
        for side, name in enumerate("AB")
    ]
    swapped = [
        Answer("AB"[1 - "AB".index(item.reviewer)], item.unit_id, item.nonprofit_id, item.answer)
        for item in given_answers
    ]
    found, other = reviewer_agreement(given_answers), reviewer_agreement(swapped[::-1])
    assert (found.alpha is None) == (other.alpha is None)
    if found.alpha is not None:
        assert found.alpha == pytest.approx(other.alpha, abs=1e-9)
        assert -1 <= found.alpha <= 1
    assert [pair.nonprofit_id for pair in found.disputed] == [pair.nonprofit_id for pair in other.disputed]
