"""Numbers, lists, words and plurals of both languages."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from matcher import Settings, SettingsError
from matcher.i18n.language import CATALOGUES, Language, as_sentence, available_languages, load_language
from matcher.tables.read.tables import read_table
from matcher.tables.write.templates import write_templates

EN, NL = load_language("en"), load_language("nl")


def test_numbers_as_their_readers_write_them() -> None:
    assert (EN.number(1234.5, 1), NL.number(1234.5, 1)) == ("1,234.5", "1.234,5")
    assert (EN.number(1234567), NL.number(1234567)) == ("1,234,567", "1.234.567")
    assert (EN.rounded(3.0), NL.rounded(3.25, 2), NL.rounded(132.6, 2), NL.rounded(100)) == (
        "3",
        "3,25",
        "132,6",
        "100",
    )
    assert (EN.score(0.5), NL.score(0.4996)) == ("0.50", "0,50")
    assert (EN.signed(0.123), NL.signed(-0.123), NL.signed(0.0001), EN.signed(-0.0001)) == (
        "+0.12",
        "-0,12",
        "0,00",
        "0.00",
    )
    assert (EN.percent(0.91), NL.percent(0.91)) == ("91%", "91%")


@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 4), code=st.sampled_from(available_languages()))
def test_numbers_are_those_of_babel(value: float, decimals: int, code: str) -> None:
    rounded = round(value, decimals) + 0.0
    pattern = f"#,##0{'.' + '0' * decimals if decimals else ''}"
    assert load_language(code).number(value, decimals) == format_decimal(rounded, format=pattern, locale=code)


def test_lists_and_plurals() -> None:
    assert EN.words(["people"]) == "people"
    assert EN.words(["people", "money", "media"]) == "people, money and media"
    assert NL.words(["people", "money"]) == "mensen en geld"
    counted = ("1 business unit", "{count} business units")
    assert [EN.count_phrase(*counted, count) for count in (0, 1, 2, 1000)] == [
        "0 business units",
        "1 business unit",
        "2 business units",
        "1,000 business units",
    ]
    assert [NL.count_phrase(*counted, count) for count in (0, 1, 2)] == [
        "0 vestigingen",
        "1 vestiging",
        "2 vestigingen",
    ]


def test_a_word_that_is_not_in_the_vocabulary_stays_what_it_is() -> None:
    assert NL.word("bijenteelt {x}") == "bijenteelt {x}"
    assert NL.word("Score") == "Score", "a cause is never read as a message"
    assert NL.word("existing_partner") == "al partner"


def test_sentences() -> None:
    assert as_sentence(["one", "two"]) == "One; two."
    assert as_sentence(["with Bank N.V."]) == "With Bank N.V."


def test_there_is_no_other_language() -> None:
    with pytest.raises(SettingsError, match="no language 'nel'; did you mean 'nl'"):
        load_language("nel")
    with pytest.raises(SettingsError, match=r"language: there is no language 'nel'; did you mean 'nl'"):
        Settings.from_mapping({"language": "nel"})


FRENCH = """
msgid "{all_but_last} and {last}"
msgstr "{all_but_last} et {last}"

msgid "1 business unit"
msgid_plural "{count} business units"
msgstr[0] "{count} site"
msgstr[1] "{count} sites"

msgctxt "word"
msgid "money"
msgstr "argent"
"""


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Language]:
    """French with three messages: one file in the folder of catalogues."""
    folder = shutil.copytree(CATALOGUES, tmp_path / "catalogues")
    (folder / "fr.po").write_text(FRENCH, encoding="utf-8")
    monkeypatch.setattr("matcher.i18n.language.CATALOGUES", folder)
    available_languages.cache_clear()
    load_language.cache_clear()
    yield load_language("fr")
    available_languages.cache_clear()
    load_language.cache_clear()


def test_a_catalogue_makes_a_language(french: Language) -> None:
    assert available_languages() == ("en", "fr", "nl")
    assert french.words(["money", "debt", "people"]) == "argent, debt relief et people", "the rest is English"
    counted = ("1 business unit", "{count} business units")
    assert [french.count_phrase(*counted, count) for count in (0, 1, 2)] == ["0 site", "1 site", "2 sites"]
    assert french.phrase("Units without a local partner") == "Units without a local partner"
    assert french.number(1234.5, 1) == "1\u202f234,5"
    assert french.percent(0.91) == "91\xa0%"
    assert Settings.from_mapping({"language": "fr"}).language == "fr"
    assert french.day(dt.date(2026, 3, 31)) == "31 mars 2026"


def test_templates_of_a_new_language_are_read_back(french: Language, tmp_path: Path) -> None:
    for path in write_templates(tmp_path / "templates", "fr"):
        assert [problem.code for problem in read_table(path.stem, path).problems] == ["no_rows"]
