"""Cells of words: told apart at every sign that people use, and understood in other forms and with typing errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.folding import fold
from matcher.i18n.language import load_language
from matcher.tables.read.parsing import parse_words
from matcher.tables.schema.cause_words import CAUSE_WORDS, FOREIGN_SPELLINGS
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.tables.schema.foreign_cause_words import FOREIGN_CAUSE_WORDS
from matcher.tables.schema.tables import NONPROFITS, UNITS
from matcher.tables.words.index import WordIndex, edit_cost
from matcher.tables.words.reading import HowRead
from matcher.tables.write.known_words import known_words

CAUSES, EXCLUDES = UNITS.by_name[Unit.CAUSES], UNITS.by_name[Unit.EXCLUDES]
OFFERS, ACCREDITATION = UNITS.by_name[Unit.OFFERS], NONPROFITS.by_name[Nonprofit.ACCREDITATION]
BETWEEN = (";", ",", "/", " / ", " en ", " and ", "&", " & ", " + ", "+", " - ", " – ", "\n", "\t", " • ", " | ", ", ")


@pytest.mark.parametrize("sign", BETWEEN, ids=repr)
def test_every_sign_between_two_known_words_separates_them(sign: str) -> None:
    assert parse_words(f"Muziek{sign}daklozen", CAUSES) == "art and culture; homelessness"
    assert parse_words(f"daklozen{sign}Muziek", EXCLUDES) == "homelessness; art and culture"
    assert parse_words(f"geld{sign}Vrijwilligers", OFFERS) == "money; people"
    assert parse_words(f"CBF-keur{sign}ANBI", ACCREDITATION) == "cbf; anbi"


@pytest.mark.parametrize("first", BETWEEN[:10], ids=repr)
@pytest.mark.parametrize("second", BETWEEN[:10], ids=repr)
def test_signs_may_be_mixed(first: str, second: str) -> None:
    assert parse_words(f"muziek{first}daklozen{second}sport", CAUSES) == "art and culture; homelessness; sport"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("kunst en cultuur", "art and culture"),
        ("Natuur en milieu / kunst & cultuur", "nature; art and culture"),
        ("dak- en thuislozen", "homelessness"),
        ("women and girls, children and young people", "women; youth"),
        ("arts and crafts", "arts and crafts"),
        ("molens en gemalen", "molens en gemalen"),
    ],
)
def test_a_known_phrase_stays_whole_and_so_does_one_of_which_a_half_is_not_known(cell: str, expected: str) -> None:
    assert parse_words(cell, CAUSES) == expected


def test_answers_that_a_form_joined_with_spaces_are_read_as_several_words() -> None:
    assert parse_words("youth nature", CAUSES) == "youth; nature"
    assert parse_words("people money", OFFERS) == "people; money"


@pytest.mark.parametrize(
    ("cell", "words", "how"),
    [
        ("Bejaarden", ("elderly",), HowRead.KNOWN),
        ("70+", ("elderly",), HowRead.KNOWN),
        ("status-houders", ("refugees",), HowRead.KNOWN),
        ("kerken", ("religion",), HowRead.INFLECTION),
        ("natuurherstel", ("nature",), HowRead.INFLECTION),
        ("taalcoaching", ("language",), HowRead.INFLECTION),
        ("burgeroorlogsvluchtelingen", ("refugees",), HowRead.INFLECTION),
        ("eenzaamhied", ("loneliness",), HowRead.SPELLING),
        ("homelesness", ("homelessness",), HowRead.SPELLING),
        ("steun voor arme gezinnen", ("poverty", "family"), HowRead.PHRASE),
        ("ouderen en hun kleinkinderen op de fiets", ("ouderen en hun kleinkinderen op de fiets",), HowRead.PART),
        ("pijler 3", ("pijler 3",), HowRead.UNKNOWN),
        ("kerst", ("kerst",), HowRead.UNKNOWN),
        ("geen religie", ("geen religie",), HowRead.UNKNOWN),
    ],
)
def test_a_word_is_understood_and_it_is_known_how(cell: str, words: tuple[str, ...], how: HowRead) -> None:
    (read,) = CAUSES.read_words(cell)
    assert (read.words, read.how) == (words, how)


@pytest.mark.parametrize("sign", [", ", " - ", " + ", " en ", "/"], ids=repr)
def test_two_words_are_two_even_if_their_compound_is_known(sign: str) -> None:
    assert parse_words(f"vluchtelingen{sign}werk", CAUSES) == "refugees; work"
    assert parse_words("vluchtelingen-werk", CAUSES) == parse_words("VluchtelingenWerk", CAUSES) == "refugees"


def test_no_is_no_accreditation() -> None:
    assert parse_words("nee", ACCREDITATION) == ""
    assert parse_words("Overig; sport; diversen", CAUSES) == "sport"


def test_a_negation_in_a_column_that_excludes_changes_nothing() -> None:
    assert [parse_words(cell, EXCLUDES) for cell in ("geen politiek", "niet: politiek", "no politics")] == [
        "politics"
    ] * 3


def test_words_of_a_fixed_column_are_not_guessed() -> None:
    assert parse_words("mensn", OFFERS) == "mensn"


@given(st.sampled_from(sorted(CAUSE_WORDS)), st.data())
def test_no_typing_error_makes_a_cause_of_another_one(spelling: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(1, max(1, len(spelling) - 2)))
    swapped = spelling[:position] + spelling[position : position + 2][::-1] + spelling[position + 2 :]
    found = WordIndex({key: word for key, word in CAUSE_WORDS.items() if key != swapped}).misspelt(swapped)
    assert found in (None, CAUSE_WORDS[spelling]) or edit_cost(swapped, spelling) > 1 or swapped in CAUSE_WORDS


@given(st.text("abcde", max_size=8), st.text("abcde", max_size=8))
def test_edit_cost_is_symmetric_and_zero_for_the_same_text(first: str, second: str) -> None:
    assert edit_cost(first, second) == edit_cost(second, first)
    assert (edit_cost(first, second) == 0) == (first == second)


@pytest.mark.parametrize(
    ("cell", "causes"),
    [
        ("Kinder und Jugendliche; Umweltschutz", {"youth", "nature"}),
        ("Éducation, santé", {"education", "health"}),
        ("Flüchtlingshilfe / Bildung", {"refugees", "education"}),
        ("lutte contre la pauvreté; personnes âgées", {"poverty", "elderly"}),
    ],
)
def test_causes_in_german_and_french_are_read(cell: str, causes: set[str]) -> None:
    read = NONPROFITS.by_name["causes"].read_words(cell)
    assert {word for each in read for word in each.words} == causes


def test_words_of_other_languages_take_none_of_the_dutch_or_english_ones() -> None:
    words = {fold(word): cause for cause, text in FOREIGN_CAUSE_WORDS.items() for word in text.split("; ")}
    assert set(words) == FOREIGN_SPELLINGS
    assert words.items() <= CAUSE_WORDS.items()
    assert FOREIGN_SPELLINGS.isdisjoint(word for known in known_words(load_language("nl")) for word in known.also)
