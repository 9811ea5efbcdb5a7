"""Reasons in both languages: whole sentences for any record, and the right words for what it says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from helpers.pair_records import PLACED, criterion, is_whole, record
from helpers.problems import whole
from helpers.scorers import all_pairs, scorer_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.i18n.language import available_languages, load_language
from matcher.reports.sentences.reasons import reason
from matcher.scoring.criteria.proximity import distance_phrase
from matcher.scoring.criteria.resources import exchange_phrase
from matcher.scoring.eligibility import GATES

EN, NL = load_language("en"), load_language("nl")


def resources(side: str, common: list[str], missing: list[str], spare: list[str]) -> dict[str, object]:
    return {f"{side}_gains": common, f"{side}_still_misses": missing, f"{side}_has_no_use_for": spare}


ROUGH = {"unit_placed_by": "postcode", "nonprofit_placed_by": "city"}


@settings(max_examples=15)
@given(problem=whole(), side=st.sampled_from(("units", "nonprofits")), more=st.integers(0, 2))
def test_any_record_gives_a_whole_sentence(problem, side: str, more: int, use) -> None:
    scorer = scorer_of(problem, use)
    for found in scorer.records(*all_pairs(scorer), check_gates=True):
        said = [reason(replace(found, more_sites=more), load_language(code), side) for code in available_languages()]
        assert all(is_whole(sentence) for sentence in said), said
        assert said[0] != said[1]
        assert said[0].count("; ") == said[1].count("; "), "both languages say the same parts"
        for item in found.criteria:
            for code in available_languages():
                for name, value in item.criterion.facts(item, load_language(code)):
                    assert name
                    assert not re.search(r"None|nan\b|\{|_", f"{name}: {value}")


def test_a_sentence_as_a_person_would_say_it() -> None:
    found = record(
        criterion("mission", 0.2, shared_causes=["debt", "youth"], deviations_above_average=0.1),
        criterion("values", 0.01, deviations_above_average=0.2),
        criterion("proximity", 0.1, **PLACED),
        criterion(
            "resources",
            0.05,
            **resources("nonprofit", ["people"], ["money"], ["means"]),
            **resources("unit", ["network"], [], ["talent"]),
        ),
        criterion("track_record", 0.0, None),
        more_sites=1,
    )
    assert reason(found, EN) == (
        "Both work on debt relief and chances for young people; 3.2 km apart; you offer people, they need money too; they offer network, just "
        "what you seek; Hulp has 1 more site to choose from."
    )
    assert reason(found, NL) == (
        "Beide werken aan de thema's schulden en jeugd; 3,2 km van elkaar; jullie bieden mensen, zij hebben ook geld nodig; zij "
        "bieden netwerk, precies wat jullie zoeken; Hulp heeft nog 1 andere locatie om uit te kiezen."
    )
    assert "they offer people, you need money too; you offer network, just what they seek" in reason(
        found, EN, "nonprofits"
    )


def test_the_strongest_comes_first_and_the_average_is_left_out() -> None:
    near, alike = criterion("proximity", 0.3, **PLACED), criterion("mission", 0.1, deviations_above_average=1.5)
    assert reason(record(alike, near), EN) == "3.2 km apart; the missions are alike."
    far = replace(near, contribution=-0.2)
    assert reason(record(far, alike), EN) == "The missions are alike; 3.2 km apart."
    average = replace(alike, facts={"deviations_above_average": 0.3})
    assert reason(record(average, near), EN) == "3.2 km apart."
    different = replace(alike, facts={"deviations_above_average": -1.2, "shared_causes": ["debt"]}, contribution=-0.1)
    assert reason(record(different, near), NL) == (
        "3,2 km van elkaar; beide werken aan het thema schulden; de missies verschillen."
    )


@pytest.mark.parametrize(
    ("deviations", "words"),
    [
        (2.5, "very much alike"),
        (2.4, "are alike"),
        (0.6, "somewhat alike"),
        (0.59, None),
        (-0.99, None),
        (-1.0, "differ"),
    ],
)
def test_steps_of_likeness(deviations: float, words: str | None) -> None:
    said = reason(record(criterion("values", deviations_above_average=deviations)), EN)
    assert (words in said) if words else said.startswith("Nothing known sets this pair apart")


def test_what_is_unknown() -> None:
    unknown = [criterion(name, 0.0, None) for name in ("mission", "values", "proximity", "resources", "track_record")]
    said = reason(record(*unknown, distance_km=None), EN)
    assert said == (
        "Nothing known sets this pair apart from the average; not known: mission, values, distance and what both offer and seek."
    )
    assert "niet bekend: missie, waarden, afstand en wat beide bieden en zoeken" in reason(record(*unknown), NL)


def test_distances() -> None:
    assert [distance_phrase(km, EN) for km in (None, 0.4, 3.0, 9.94, 12.4)] == [
        "distance unknown", "less than 1 km apart", "3 km apart", "9.9 km apart", "12 km apart",
    ]  # fmt: skip
    assert distance_phrase(3.24, NL, is_rough=True) == "ongeveer 3 km van elkaar"
    assert reason(record(criterion("proximity", **ROUGH), distance_km=0.2), EN) == "In or near the same town."


def test_exchange_names_both_sides() -> None:
    nothing = resources("nonprofit", [], ["money"], ["people", "means"])
    assert exchange_phrase(nothing, "nonprofit", EN) == "you offer people and means, but they need money"
    assert exchange_phrase(nothing, "nonprofit", NL) == "jullie bieden mensen en middelen, maar zij hebben geld nodig"
    assert exchange_phrase(nothing, "unit", EN) == ""


def test_statuses_and_track_record() -> None:
    rated = criterion("track_record", partnerships_of_others=2, rated=1, mean_rating=4.25)
    per_process = criterion("track_record", partnerships_of_others=1)
    assert reason(record(rated, statuses=("active",)), NL) == (
        "Al partners; 2 samenwerkingen met andere vestigingen, beoordeeld met 4,2 van de 5."
    )
    assert reason(record(per_process, statuses=("contacted", "declined")), EN) == (
        "1 partnership with another unit; contacted already; declined before."
    )


@pytest.mark.parametrize("gate", GATES)
def test_a_gated_pair_says_which_gate(gate) -> None:
    gated = record(gates=(gate.name, "vetoed"), score=None)
    assert reason(gated, EN) == f"On no list: {gate.meaning}; the pair was vetoed."
    assert reason(gated, NL).startswith("Op geen enkele lijst: ")
    assert gate.meaning not in reason(gated, NL)
