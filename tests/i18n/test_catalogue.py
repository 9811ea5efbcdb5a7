"""Every string that people read stands in every catalogue, and nothing else does."""

from __future__ import annotations

import io

import pytest
from babel.messages.pofile import read_po
from catalogue import (
    Review,
    catalogue_path,
    live_messages,
    read_catalogue,
    review,
    untranslated_columns,
    update,
    vocabulary,
)

from matcher.i18n import catalogue as reader
from matcher.i18n.language import ENGLISH, WORD_CONTEXT, available_languages, load_language
from matcher.ranking.shortlists.selection import EmptyList
from matcher.reports.sentences.lists import empty_list_in_words

TRANSLATED = [code for code in available_languages() if code != "en"]


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_untranslated_stale_or_fuzzy(code: str) -> None:
    assert review(read_catalogue(code), live_messages()).lines() == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_column_has_words(code: str) -> None:
    assert untranslated_columns(code) == []
    assert len(untranslated_columns("xx")) > 90


@pytest.mark.parametrize("code", TRANSLATED)
def test_an_update_changes_nothing_in_a_catalogue_that_is_up_to_date(code: str) -> None:
    path = catalogue_path(code)
    before = path.read_bytes()
    try:
        assert update(code).is_clean
        assert {(entry.context, str(entry.id)) for entry in read_catalogue(code)} == {
            (entry.context, str(entry.id)) for entry in read_po(io.BytesIO(before), locale=code)
        }
    finally:
        path.write_bytes(before)


def test_english_has_words_of_the_vocabulary_only() -> None:
    found = review(read_catalogue(ENGLISH), live_messages())
    assert (found.stale, found.unsure, found.unlike) == ([], [], [])


def test_the_source_is_found_whole() -> None:
    live = live_messages()
    assert (None, "{km} km apart") in live
    assert (None, ("1 shortlist", "{count} shortlists")) in live
    assert (None, "the pair was vetoed") in live
    assert (WORD_CONTEXT, "digital inclusion") in live
    assert {(WORD_CONTEXT, code.replace("_", " ")) for code in vocabulary()} <= set(live)


@pytest.mark.parametrize("code", [*TRANSLATED, ENGLISH])
def test_a_catalogue_is_read_as_babel_reads_it(code: str) -> None:
    ours = reader.read_catalogue(catalogue_path(code)).forms
    theirs = {
        (entry.context, entry.id if isinstance(entry.id, str) else entry.id[0]): (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        )
        for entry in read_catalogue(code)
        if entry.id and not entry.fuzzy
    }
    assert ours == theirs


PO = """
msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "kept {name}"
msgstr "gehouden {name}"

msgid "wrong {name}"
msgstr "fout {naam}"

#, fuzzy
msgid "unsure"
msgstr "onzeker"

msgid "gone"
msgstr "weg"

msgid "1 cat of {name}"
msgid_plural "{count} cats of {name}"
msgstr[0] "1 kat"
msgstr[1] "{count} katten van {name}"

msgid "1 dog"
msgid_plural "{count} dogs"
msgstr[0] "1 hond"
msgstr[1] ""
"""


def test_a_review_finds_each_fault() -> None:
    dogs, cats = ("1 dog", "{count} dogs"), ("1 cat of {name}", "{count} cats of {name}")
    live = [(None, text) for text in ("kept {name}", "wrong {name}", "unsure", "new", dogs, cats)]
    found = review(read_po(io.BytesIO(PO.encode()), locale="nl"), live)
    assert found == Review(
        missing=[(None, "new"), (None, dogs)],
        stale=[(None, "gone")],
        unsure=[(None, "unsure")],
        unlike=[(None, "wrong {name}"), (None, cats)],
    )
    assert len(found.lines()) == 6
    assert not found.is_clean


def test_input_with_braces_is_text() -> None:
    empty = EmptyList("u{0}", "{name} {", {"inactive": 2}, 3, 0, 0.35)
    assert "u{0} ({name} {) has no candidate left: 2 inactive, 3 below" in empty_list_in_words(
        empty, load_language("en")
    )
    assert "2 niet meer actief, 3 onder de minimumscore van 0,35" in empty_list_in_words(empty, load_language("nl"))
