"""Reasons in both languages: whole sentences for any record, and the right words for what it says."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from helpers.pair_records import PLACED, criterion, is_whole, past, record
from helpers.problems import whole
from helpers.scorers import all_pairs, scorer_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import PartnerMatcher
from matcher.i18n.language import available_languages, load_language
from matcher.reports.sentences.lists import list_remarks, remark_sentences, sentences_on_lists
from matcher.reports.sentences.reasons import brief_reason, caution, quoted, reason
from matcher.scoring.criteria.proximity import distance_phrase
from matcher.scoring.eligibility import GATES

EN, NL = load_language("en"), load_language("nl")


def resources(side: str, common: list[str], missing: list[str], spare: list[str]) -> dict[str, object]:
    return {f"{side}_gains": common, f"{side}_still_misses": missing, f"{side}_has_no_use_for": spare}


ROUGH = {"unit_placed_by": "postcode", "nonprofit_placed_by": "city"}


@settings(max_examples=15)
@given(problem=whole(), quote=st.sampled_from(("", "Wij helpen.")), more=st.integers(0, 2))
def test_any_record_gives_a_whole_sentence(problem, quote: str, more: int, use) -> None:
    scorer = scorer_of(problem, use)
    for found in scorer.records(*all_pairs(scorer), check_gates=True):
        row = replace(found, more_sites=more, quote=quote)
        said = [reason(row, load_language(code)) for code in available_languages()]
        assert all(is_whole(sentence.removeprefix("“Wij helpen.” ")) for sentence in said if sentence != quoted(quote))
        assert said[0] != said[1] or said[0] == quoted(quote)
        assert said[0].count("; ") == said[1].count("; "), "both languages say the same parts"
        assert not re.search(r"\b(you|your|they|their|jullie|zij|hun)\b", " ".join(said))
        for item in found.criteria:
            for code in available_languages():
                for name, value in item.criterion.facts(item, load_language(code)):
                    assert name
                    assert not re.search(r"None|nan\b|\{|_", f"{name}: {value}")


def test_a_reason_in_order() -> None:
    found = record(
        criterion("proximity", 0.3, **PLACED),
        criterion("mission", 0.2, shared_causes=["debt", "youth"], deviations_above_average=0.1),
        criterion("values", 0.01, deviations_above_average=0.2),
        criterion(
            "resources",
            0.05,
            **resources("nonprofit", ["people"], ["money"], ["means"]),
            **resources("unit", ["network"], [], ["talent"]),
        ),
        criterion("track_record", 0.0, None),
        more_sites=1,
        quote="Wij zitten elke week aan tafel bij een gezin.",
        unit_town="Zwolle",
        nonprofit_town="Hattem",
    )
    assert reason(found, EN) == (
        "“Wij zitten elke week aan tafel bij een gezin.” Both work on debt relief and chances for young people; "
        "Bank Zwolle offers volunteers, Schuldhulp offers network; 3.2 km between Zwolle and Hattem; "
        "Hulp has 1 more site."
    )
    assert reason(found, NL) == (
        "“Wij zitten elke week aan tafel bij een gezin.” Beide werken aan de thema's schulden en jeugd; "
        "Bank Zwolle biedt vrijwilligers, Schuldhulp biedt netwerk; 3,2 km tussen Zwolle en Hattem; "
        "Hulp heeft nog 1 andere locatie."
    )
    assert brief_reason(found, EN) == (
        "Debt relief and chances for young people: “Wij zitten elke week aan tafel bij een gezin.”"
    )


def test_a_brief_reason() -> None:
    shared = criterion("mission", shared_causes=["debt"])
    assert brief_reason(record(shared), NL) == "Beide werken aan het thema schulden."
    assert brief_reason(record(criterion("proximity", **PLACED), quote="Wij helpen."), EN) == "“Wij helpen.”"
    assert brief_reason(record(criterion("proximity", **PLACED)), EN) == "3.2 km apart."
    assert brief_reason(record(), EN) == ""
    unlike = criterion("mission", 0.1, 0.2, shared_causes=[])
    assert brief_reason(record(unlike, quote="Wij helpen."), NL) == "Geen gedeeld thema: “Wij helpen.”"


LIKENESS = ("somewhat alike", "as a whole are alike")


@pytest.mark.parametrize("causes", [None, [], ["debt"]])
def test_words_of_likeness_grow_with_the_texts_and_never_contradict_the_score(causes: list[str] | None) -> None:
    def strength(deviations: float, contribution: float = 0.1, score: float = 0.6) -> int:
        facts = {} if causes is None else {"shared_causes": causes}
        item = criterion("mission", contribution, score, deviations_above_average=deviations, **facts)
        said = reason(record(item), EN)
        assert ("o shared cause" in said) == (causes == [] and not any(words in said for words in LIKENESS))
        return max((place for place, words in enumerate(LIKENESS, 1) if words in said), default=0)

    found = [strength(deviations) for deviations in (-2.0, 0.49, 0.5, 1.24, 1.25, 2.5)]
    # Where a cause is shared, likeness of the texts is no news.
    expected = {None: [0, 0, 1, 1, 2, 2], (): [0, 0, 0, 0, 2, 2], ("debt",): [0] * 6}
    assert found == expected[None if causes is None else tuple(causes)]
    assert strength(3.0, score=0.49) == strength(3.0, contribution=-0.1) == 0


def test_texts_that_are_alike_stand_side_by_side() -> None:
    alike = criterion("mission", 0.1, 0.9, shared_causes=[], deviations_above_average=3.0)
    both = record(alike, quote="Wij rekenen mee.", unit_quote="Wij rekenen graag voor.")
    said = "“Wij rekenen mee.” Alleen de teksten als geheel lijken op elkaar: Bank Zwolle schrijft “Wij rekenen graag voor”."
    assert reason(both, NL) == brief_reason(both, NL) == said
    assert reason(record(alike), NL) == "Alleen de teksten als geheel lijken op elkaar."


def test_a_row_with_nothing_in_common_says_so() -> None:
    near = criterion("proximity", distance_km=3.2, beyond_reach_km=2.5, **PLACED)
    no_cause = criterion("mission", 0.1, 0.2, shared_causes=[], deviations_above_average=0.1)
    assert reason(record(no_cause, near), EN) == (
        "No shared cause; 3.2 km apart. To settle first: Schuldhulp lies at 3.2 km, and Bank Zwolle goes no further than 2.5 km."
    )
    far = criterion("proximity", distance_km=74.0, far_km=74.0, **PLACED)
    assert caution(record(far, distance_km=74.0), NL) == (
        "Eerst te bespreken: Schuldhulp ligt op 74 km, en dat is ver voor Bank Zwolle."
    )
    as_near = criterion("proximity", distance_km=15.2, beyond_reach_km=15.0, **PLACED)
    assert "reach" not in reason(record(as_near, distance_km=15.2), EN)
    unlike = criterion("mission", 0.1, 0.5, deviations_above_average=0.1)
    assert reason(record(unlike, near), EN).startswith("3.2 km apart."), "what is not in common is no reason"
    only_wanted = criterion("mission", 0.1, 0.5, wanted_deviations_above_average=0.1)
    assert reason(record(only_wanted), EN).startswith("Nothing known sets this pair apart")


def test_what_is_unknown() -> None:
    unknown = [criterion(name, 0.0, None) for name in ("mission", "values", "proximity", "resources", "track_record")]
    assert reason(record(*unknown, distance_km=None), EN) == (
        "Not known: mission, values, distance and what both offer and seek."
    )
    assert "Niet bekend: missie, waarden, afstand en wat beide bieden en zoeken" in reason(record(*unknown), NL)
    assert reason(record(*unknown), EN, {"values", "resources"}) == "Not known: mission and distance."


def test_what_is_true_of_a_whole_list_is_said_once() -> None:
    far = criterion("mission", deviations_above_average=0.9)
    near = criterion("mission", deviations_above_average=1.3)
    unknown = criterion("values", 0.0, None)
    one, other = record(far, unknown), record(far, unknown, nonprofit_id="n2")
    assert list_remarks([], "units", EN) == {}
    remarks = list_remarks([one, other], "units", EN)["u1"]
    assert remark_sentences(remarks, EN) == [
        "No mission on this list is near that of Bank Zwolle.",
        "Not known for this whole list: values.",
    ]
    assert sentences_on_lists(list_remarks([one, other], "units", NL).values(), NL) == [
        "Geen missie op de lijst ligt dicht bij die van: Bank Zwolle.",
        "Niet bekend voor de hele lijst (waarden): Bank Zwolle.",
    ]
    with_near = list_remarks([one, record(near, nonprofit_id="n3")], "units", EN)["u1"]
    assert remark_sentences(with_near, EN) == []
    shared = criterion("mission", deviations_above_average=0.1, shared_causes=["debt"])
    assert not list_remarks([record(shared)], "units", EN)["u1"].lacks_near_mission
    assert not list_remarks([record(unknown)], "units", EN)["u1"].lacks_near_mission
    by_nonprofit = list_remarks([one, other], "nonprofits", EN)
    assert [item.name for item in by_nonprofit.values()] == ["Schuldhulp", "Schuldhulp"]
    assert set(by_nonprofit) == {"n1", "n2"}


def test_nobody_does_what_the_unit_wants(use) -> None:
    missions = {
        "Weidewinkel": "Op zaterdag ruilen gezinnen kinderkleding en speelgoed in het buurthuis.",
        "De Ringvaart": "Wij roeien met jongeren die thuis vastlopen, twee avonden per week.",
        "Inloop Noord": "Vrijwilligers vullen met buren formulieren in voor toeslagen en belasting.",
    }
    nonprofits = pd.DataFrame(
        {"nonprofit_id": list(missions), "name": list(missions), "mission": list(missions.values()), "city": "Haarlem"}
    )
    units = pd.DataFrame(
        {
            "unit_id": ["far", "near"],
            "company": "Klok",
            "name": ["Torenuurwerken", "Uitleen"],
            "mission": ["Restauratie van oude torenuurwerken en carillons.", "Ruil van kinderkleding en speelgoed."],
            "city": "Haarlem",
        }
    )
    matcher = PartnerMatcher(encoder=use, settings={"shortlist": {"min_score": 0.0}}).fit(nonprofits)
    remarks = matcher.match(units).shortlists().remarks
    assert {name: item.lacks_near_mission for name, item in remarks.items()} == {"far": True, "near": False}


def test_distances() -> None:
    assert [distance_phrase(km, EN) for km in (None, 0.4, 3.0, 9.94, 12.4)] == [
        "distance unknown", "less than 1 km apart", "3 km apart", "9.9 km apart", "12 km apart",
    ]  # fmt: skip
    assert distance_phrase(3.24, NL, is_rough=True) == "ongeveer 3 km van elkaar"
    assert reason(record(criterion("proximity", **ROUGH), distance_km=0.2), EN) == "In or near the same town."
    same, other = ("Zwolle", "ZWOLLE "), ("Zwolle", "Hattem")
    assert [distance_phrase(km, EN, towns=same) for km in (0.4, 3.24)] == [
        "both in Zwolle", "both in Zwolle, 3.2 km apart",
    ]  # fmt: skip
    assert distance_phrase(3.24, NL, is_rough=True, towns=same) == "beide in Zwolle"
    assert distance_phrase(6.2, NL, is_rough=True, towns=other) == "ongeveer 6 km tussen Zwolle en Hattem"
    spelled = ("Den-Haag", "DEN HAAG"), ("'s Hertogenbosch", "s-Hertogenbosch")
    assert [distance_phrase(3.2, NL, towns=towns) for towns in spelled] == [
        "beide in Den-Haag, 3,2 km van elkaar", "beide in 's Hertogenbosch, 3,2 km van elkaar",
    ]  # fmt: skip
    assert distance_phrase(0.2, EN, towns=other) == "less than 1 km apart"


def test_where_a_nonprofit_works() -> None:
    abroad = criterion("proximity", **PLACED, works_in="abroad")
    assert reason(record(abroad), EN) == "Schuldhulp works abroad; 3.2 km apart."


def test_what_is_sought_and_not_offered_is_to_be_settled_first() -> None:
    nothing = resources("nonprofit", [], ["money"], ["people", "means"])
    some = resources("unit", ["network"], [], [])
    assert reason(record(criterion("resources", **nothing)), NL) == (
        "Eerst te bespreken: Schuldhulp zoekt geld, maar dat heeft Bank Zwolle niet."
    )
    assert reason(record(criterion("resources", **nothing, **some)), EN) == (
        "Schuldhulp offers network. To settle first: Schuldhulp looks for money, and Bank Zwolle does not offer that."
    )
    people, talent = resources("nonprofit", ["people"], [], []), resources("unit", [], ["talent"], ["network"])
    assert reason(record(criterion("resources", **people, **talent)), NL) == (
        "Bank Zwolle biedt vrijwilligers en zoekt daarnaast talent, maar dat heeft Schuldhulp niet."
    )
    assert caution(record(criterion("resources", **people, **talent)), EN) == "", "the unit has something to begin with"


def test_a_side_that_names_no_causes_is_named() -> None:
    unlike = criterion("mission", 0.1, 0.5, deviations_above_average=0.1, names_no_causes="unit")
    somewhat = criterion("mission", 0.55, 0.5, deviations_above_average=0.7, names_no_causes="nonprofit")
    assert reason(record(unlike), NL) == "Niet bekend: de thema's van de vestiging."
    assert reason(record(somewhat), NL) == (
        "De teksten van beide missies lijken enigszins op elkaar; niet bekend: de thema's van de organisatie."
    )
    remarks = list_remarks([record(unlike), record(unlike)], "units", NL)["u1"]
    assert remark_sentences(remarks, NL) == [
        "Geen missie op deze lijst ligt dicht bij die van Bank Zwolle.",
        "Voor deze hele lijst niet bekend: de thema's van de vestiging.",
        "Vul de thema's van de vestiging in voor een betere lijst.",
    ]
    assert "niet bekend" not in reason(record(unlike), NL, remarks.unknown).lower()


def test_statuses_and_track_record() -> None:
    rated = criterion("track_record", partnerships_of_others=3, of_other_companies=2, ratings_of_these=[4.3, 2.0])
    per_process = criterion("track_record", partnerships_of_others=1, elsewhere=1, ratings_of_these=[])
    many = criterion("track_record", of_other_companies=4, ratings_of_these=[4.5, 4.0, 3.0, 2.0])
    alike = criterion("track_record", of_other_companies=4, ratings_of_these=[4.5, 4.0, 4.0, 4.0])
    own = criterion("track_record", partnerships_of_others=1)
    assert reason(record(rated, history=(past("active"),)), NL) == (
        "2 samenwerkingen van andere bedrijven, beoordeeld met 4,3 en 2,0 van de 5; "
        "Bank Zwolle werkt samen met Schuldhulp."
    )
    assert reason(record(per_process, history=(past("contacted"), past("proposed"))), EN) == (
        "1 partnership elsewhere; contacted already; proposed already."
    )
    assert reason(record(many), EN) == "4 partnerships of other companies, rated 2.0 to 4.5 out of 5."
    assert reason(record(alike), EN) == "4 partnerships of other companies, rated 4.1 out of 5."
    assert "partnership" not in reason(record(own), EN)


@pytest.mark.parametrize("gate", GATES)
def test_a_gated_pair_says_which_gate(gate) -> None:
    gated = record(gates=(gate.name, "vetoed"), score=None)
    assert reason(gated, EN) == f"On no list: {gate.meaning}; the pair was vetoed."
    assert reason(gated, NL).startswith("Op geen enkele lijst: ")
    assert gate.meaning not in reason(gated, NL)
