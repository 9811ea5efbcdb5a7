"""Every built-in criterion carries all that the rest of the package asks of it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.paths import EXAMPLE
from helpers.scorers import SETTINGS, all_pairs

from matcher import PartnerMatcher, read_nonprofits, read_partnerships, read_units
from matcher.i18n.language import available_languages, load_language
from matcher.scoring.criteria.base import column_name
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.criteria.resources import exchange_in_words
from matcher.scoring.explanation import PairRecord
from matcher.settings import DEFAULT_WEIGHTS, flat_settings
from matcher.tables.schema.tables import TABLES

WITHOUT_PHRASES = {"values"}
"""Criteria that no reason names: readers do not weigh whether two texts on values are alike."""
UNKNOWN_WITHOUT_A_WORD = {"track_record"}
"""Criteria whose unknown score is not worth a word."""


@pytest.fixture(scope="module")
def records(use) -> list[PairRecord]:
    nonprofits, partnerships = (
        read_nonprofits(EXAMPLE / "nonprofits.csv"),
        read_partnerships(EXAMPLE / "partnerships.csv"),
    )
    matcher = PartnerMatcher(settings=SETTINGS, encoder=use).fit(nonprofits, partnerships=partnerships)
    scorer = matcher.scorer(read_units(EXAMPLE / "units.csv"))
    units, nonprofits = all_pairs(scorer)
    some = np.arange(0, len(units), 7)
    return scorer.records(units[some], nonprofits[some])


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_declares_what_it_needs(name: str) -> None:
    criterion = CRITERIA[name]
    assert name in DEFAULT_WEIGHTS
    columns = {
        "units": [column_name(column) for column in criterion.unit_columns],
        "nonprofits": [column_name(column) for column in criterion.nonprofit_columns],
    }
    assert all(columns.values()) or not criterion.is_pairwise
    assert all(set(found) <= set(TABLES[table].by_name) for table, found in columns.items())
    paths = {path for path, *_ in flat_settings(SETTINGS)}
    assert {setting.path for setting in criterion.searched} <= paths
    assert all(name in setting.criteria for setting in criterion.searched)


@pytest.mark.parametrize("code", available_languages())
@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_has_words_in_every_language(name: str, code: str, records: list[PairRecord]) -> None:
    criterion, language, english = CRITERIA[name], load_language(code), load_language("en")
    assert criterion.label(language)
    assert criterion.heading(language)[0].isupper()
    assert (criterion.unknown_label(language) is None) == (name in UNKNOWN_WITHOUT_A_WORD)
    known = [(item, pair) for pair in records if (item := pair.criterion(name)) and item.score is not None]
    said = [(item, pair, phrases) for item, pair in known if (phrases := criterion.phrases(item, pair, language))]
    assert bool(said) == (name not in WITHOUT_PHRASES)
    given = {fact for item, _ in known for fact in item.facts}
    assert given <= set(criterion.fact_labels)
    if code != "en" and said:
        assert any(phrases != criterion.phrases(item, pair, english) for item, pair, phrases in said)
        same = [fact for fact, text in criterion.fact_labels.items() if language.phrase(text) == text]
        assert not same


def test_facts_say_what_sentences_say_of_what_is_offered() -> None:
    codes, language = ["people", "mass", "expertise"], load_language("nl")
    assert CRITERIA["resources"].fact_value("nonprofit_gains", codes, language) == exchange_in_words(codes, language)
    assert exchange_in_words(codes, language).startswith("vrijwilligers, bereik")
