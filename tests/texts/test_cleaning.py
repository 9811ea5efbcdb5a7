"""Cleaning a text: one line, one Unicode form, no shouting, and nothing lost."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.texts.cleaning import clean_text

WORD = re.compile(r"[^\W_]+")
many = settings(max_examples=300)  # each takes microseconds


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("", ""),
        ("   \n\t ", ""),
        ("Samen  eten\nin de\r\nbuurt\t.", "Samen eten in de buurt ."),
        ("\u00a0Samen\u00a0eten\u2003hier ", "Samen eten hier"),
        ("Cafe\u0301 voor iedereen", "Café voor iedereen"),
        ("Kinderen spelen 🎉 buiten", "Kinderen spelen 🎉 buiten"),
        ("帮助老年人", "帮助老年人"),
    ],
)
def test_a_text_comes_on_one_line_in_one_form(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("THE RELIEF OF POVERTY", "the relief of poverty"),
        ("DE ZORG VOOR CAFÉS EN ÉÉNOUDERGEZINNEN", "de zorg voor cafés en éénoudergezinnen"),
        ("THE RELIEF OF POVERTY in Kent", "the relief of poverty in kent"),
        ("1. TO ADVANCE EDUCATION; 2. TO RELIEVE NEED (2024)", "1. to advance education; 2. to relieve need (2024)"),
        ("ПОМОЩЬ ПОЖИЛЫМ ЛЮДЯМ", "помощь пожилым людям"),
    ],
)
def test_shouting_is_calmed(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "NS",
        "ANBI, CBF",
        "UNICEF",
        "De ANBI-status en het CBF",
        "Wij helpen Amsterdam, Utrecht en Den Haag",
        "BNN VARA in Hilversum en elders",
        "帮助老年人帮助老年人帮助老年人",
    ],
)
def test_names_abbreviations_and_plain_text_stay(text: str) -> None:
    assert clean_text(text) == text


def test_the_bounds_of_shouting() -> None:
    assert clean_text("A" * 11) == "A" * 11
    assert clean_text("A" * 12) == "a" * 12
    assert clean_text("A" * 14 + "b" * 6) == "A" * 14 + "b" * 6  # seven in ten is not most yet
    assert clean_text("A" * 15 + "b" * 5) == "a" * 15 + "b" * 5


@many
@given(st.text())
@example("H\u0331" * 12)  # no capital with this mark in Unicode, but a small letter
@example("J\u030c" * 12)
@example("İ" * 12)
def test_the_result_is_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert clean_text(cleaned) == cleaned


@many
@given(st.text(st.characters(codec="ascii")))
def test_no_word_is_lost(text: str) -> None:
    """But for one that is glued to itself, every word that was said is still said, once at least."""
    said, kept = (set(WORD.findall(part.casefold())) for part in (text, clean_text(text)))
    assert all(any(word.startswith(other) for other in kept) for word in said)


SENTENCES = st.lists(st.sampled_from(["We feed people.", "We listen!", "Wij helpen", "in de buurt?"]), min_size=1)


@many
@given(SENTENCES, st.sampled_from((" ", "\n\n", ". ", "; ", " - ")), st.integers(2, 4))
def test_a_text_said_again_is_the_text_said_once(sentences: list[str], between: str, times: int) -> None:
    text = " ".join(sentences)
    assert clean_text(between.join([text] * times)) == clean_text(text)


def test_a_text_glued_to_itself_is_said_once_and_a_long_one_takes_no_time() -> None:
    text = "Wij helpen gezinnen met schulden."
    assert clean_text(text + text) == text
    assert clean_text("haha") == "haha"
    assert clean_text("!" * 50_000 + "x") == "!" * 50_000 + "x"
    assert clean_text("aan " * 50_000) == "aan"


@many
@given(st.text(), st.sampled_from((" ", "\n", "\t\t", "\r\n", "\u00a0")))
def test_space_around_a_text_is_nothing(text: str, space: str) -> None:
    assert clean_text(space + text + space) == clean_text(text)


@many
@given(st.text())
def test_composed_and_decomposed_are_one_text(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert clean_text(composed) == clean_text(decomposed)
