"""Programmes in both languages: every code has words, and whole plans speak in whole sentences."""

from __future__ import annotations

import pickle
from dataclasses import replace
from importlib.resources import files

import pandas as pd
import pytest
from helpers.pair_records import is_whole
from helpers.problems import whole
from helpers.scorers import SETTINGS, scorer_of
from hypothesis import given, settings

from matcher import PartnerMatcher
from matcher.i18n.language import as_sentence, available_languages, load_language
from matcher.ranking.programmes import agenda
from matcher.ranking.programmes.agenda import AgendaItem
from matcher.ranking.programmes.candidates import UNSERVED_REASONS
from matcher.ranking.programmes.comparison import VERDICTS, PlanWorth, Verdict
from matcher.ranking.programmes.facts import FACT_REASONS, KindFacts
from matcher.ranking.programmes.kinds import COMBINED, DECENTRAL, PROGRAMME_KINDS
from matcher.ranking.programmes.notices import NOTICES, PlanNotice
from matcher.ranking.programmes.planning import propose
from matcher.ranking.programmes.proposals import Facilitator, Rationale
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.notices import notice_sentence
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import (
    FACTORS,
    INDICATORS,
    UNSERVED,
    agenda_note,
    facilitator_in_words,
    rationale_sentence,
    verdict_in_words,
)

EN, NL = load_language("en"), load_language("nl")
FACTS = KindFacts("Land", "Overal", 5, 12, 200.0, 210.0, 1400.0, 40.0, True, 4, 0.8)
WORTH = PlanWorth(0.512, 5, 3, 2, True, 0.6)


def test_every_code_has_words() -> None:
    assert set(FACTORS) == {factor.name for factor in agenda.FACTORS}
    codes = {code for group in agenda.INDICATORS.values() for code in group} | set(agenda.ALWAYS_MEASURED)
    assert set(INDICATORS) == codes
    assert set(UNSERVED) == set(UNSERVED_REASONS)
    for code in NOTICES:
        facts = {
            "unit": "u1",
            "nonprofit": "n1",
            "company": "Bank",
            "organisation": "Overal",
            "gates": ("inactive",),
            "running": 2,
            "capacity": 1,
        }
        english, dutch = (
            notice_sentence(PlanNotice.of(code, **facts), EN),
            notice_sentence(PlanNotice.of(code, **facts), NL),
        )
        assert english != dutch
        assert "{" not in english + dutch
    for code in VERDICTS:
        for fact in FACT_REASONS:
            for other in PROGRAMME_KINDS:
                verdict = Verdict(code, other, -0.1, fact)
                said = [verdict_in_words(verdict, FACTS, language) for language in (EN, NL)]
                assert said[0] != said[1]
                assert "{" not in "".join(said)
                assert all(is_whole(as_sentence([phrase])) for phrase in said)


def test_every_kind_is_registered_worded_and_drawn() -> None:
    assert set(KIND_WORDINGS) == set(PROGRAMME_KINDS)
    assert len({kind.name for kind in PROGRAMME_KINDS}) == len(PROGRAMME_KINDS)
    style = files("matcher.reports.page").joinpath("page.css").read_text(encoding="utf-8")
    for kind, wording in KIND_WORDINGS.items():
        assert pickle.loads(pickle.dumps(kind)) == kind
        assert f".sign.{kind}" in style
        for text in (wording.title, wording.heading, wording.line, wording.plan):
            assert NL.phrase(text) != text
        assert NL.count_phrase(*wording.counted, 2) != EN.count_phrase(*wording.counted, 2)
        assert NL.word(kind.name) != kind.name


def test_the_agenda_says_what_it_rests_on() -> None:
    rated = AgendaItem("trust", agenda.PREPARATION, agenda.RATED, 4.25)
    assert (rated.state, agenda_note(rated, NL)) == (
        agenda.KNOWN, "in eerdere samenwerkingen beoordeeld met 4,2 van de 5",
    )  # fmt: skip
    said = {agenda_note(AgendaItem("trust", agenda.PREPARATION, basis, 4.0), EN) for basis in agenda.BASES}
    assert len(said) == len(agenda.BASES)
    still_open = AgendaItem("trust", agenda.PREPARATION, agenda.ASK)
    assert (still_open.state, agenda_note(still_open, EN)) == (agenda.OPEN, FACTORS["trust"][1])


def test_a_rationale_says_what_the_plan_brings_and_why_it_wins() -> None:
    verdicts = (Verdict("brings_more", DECENTRAL, 0.2), Verdict("adds_little", COMBINED, -0.0))
    local = Rationale(WORTH, 0, 0, FACTS, has_partner=False, verdicts=verdicts)
    assert rationale_sentence(local, EN) == (
        "With this plan 3 of 5 units have a partner; the plan scores 0.51, where 1 would be a perfect partner for every unit; that is "
        "0.20 more than local partners alone; a central partner and local ones together would score no more."
    )
    with_partner = Rationale(WORTH, 1, 2, FACTS, has_partner=True)
    assert rationale_sentence(with_partner, EN, ["both work on debt relief", "the texts are alike"]) == (
        "Why Overal: both work on debt relief; the texts are alike; with this plan 3 of 5 units have a partner; "
        "the plan scores 0.51, where 1 would be a perfect partner for every unit; 1 partnership that runs or was proposed stays in it; "
        "Overal has sites in reach of 4 of 5 units; 2 local pairs are with sites of Overal."
    )
    assert rationale_sentence(with_partner, NL).startswith(
        "Met dit plan hebben 3 van de 5 vestigingen een partner; het plan scoort 0,51,"
    )
    national = replace(with_partner, facts=replace(FACTS, works_beyond_sites=True))
    assert "it works beyond its sites, which gives the other units nothing nearby" in rationale_sentence(national, EN)
    everywhere = replace(national, facts=replace(national.facts, units_in_reach=5))
    assert "beyond its sites" not in rationale_sentence(everywhere, EN)
    alone = replace(
        with_partner, worth=PlanWorth(1.0, 1, 1, 0, True, 1.0), facts=replace(FACTS, company_sites=1), kept=0
    )
    assert rationale_sentence(replace(alone, own_sites=0), EN) == (
        "The plan scores 1.00, where 1 would be a perfect partner for the unit."
    )


def test_without_a_foundation_the_head_office_runs_a_programme() -> None:
    assert facilitator_in_words(Facilitator("Fonds", is_foundation=True), NL) == "Fonds"
    head = facilitator_in_words(Facilitator("Bank Utrecht", is_foundation=False), NL)
    assert head == "Bank Utrecht (hoofdkantoor)"


@settings(max_examples=10)
@given(problem=whole())
def test_whole_plans_speak_whole_sentences(problem, use) -> None:
    scorer = scorer_of(problem, use, SETTINGS.with_overrides({"programmes.reach_km": 300}))
    plan = propose(scorer)
    tables = []
    for code in available_languages():
        found = Programmes(plan, load_language(code))
        table, agenda_table = found.table(), found.agenda()
        assert all(is_whole(sentence) for sentence in table["why"])
        assert not agenda_table["note"].str.contains(r"None|nan|\{").any()
        assert not agenda_table["subject"].str.contains("_").any()
        for programme in plan.programmes:
            assert not {"None", "nan", "{"} & set(found.explain(programme.id).split())
        tables.append((table, agenda_table, found.unserved_units(), found.notices))
    same = [column for column in tables[0][0].columns if column not in ("why", "facilitator")]
    pd.testing.assert_frame_equal(tables[0][0][same], tables[1][0][same])
    assert len(tables[0][3]) == len(tables[1][3])


def test_the_setting_reaches_every_sentence_and_no_heading(
    example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, example_partnerships: pd.DataFrame, use
) -> None:
    units = example_units.head(6)
    history = example_partnerships[example_partnerships["unit_id"].isin(units["unit_id"])]
    partners = example_nonprofits["nonprofit_id"].isin(history["nonprofit_id"])
    nonprofits = example_nonprofits[partners | (example_nonprofits.index % 3 == 0)]
    found = {}
    for code in available_languages():
        chosen = SETTINGS.with_overrides({"language": code})
        matcher = PartnerMatcher(settings=chosen, encoder=use).fit(nonprofits, partnerships=history)
        found[code] = matcher.shortlist(units), matcher.programmes(units)
    english, dutch = found["en"], found["nl"]
    pd.testing.assert_frame_equal(english[0].drop(columns="why"), dutch[0].drop(columns="why"))
    assert not (english[0]["why"] == dutch[0]["why"]).any()
    own_words = dutch[0]["why"].str.replace("“[^”]*”", "", regex=True)  # a nonprofit is quoted in its own language
    assert not own_words.str.contains(r"\b(?:apart|offer|both|alike|they|you)\b").any()
    assert english[1].table().columns.tolist() == dutch[1].table().columns.tolist()
    assert not (english[1].table()["why"] == dutch[1].table()["why"]).any()
    assert set(dutch[1].agenda()["state"]) <= {"known", "open"}


@pytest.mark.parametrize(("code", "words"), [("en", "Facilitator: "), ("nl", "Trekker: ")])
def test_a_programme_in_words(code: str, words: str, example_units, example_nonprofits, use) -> None:
    chosen = SETTINGS.with_overrides({"language": code})
    programmes = PartnerMatcher(settings=chosen, encoder=use).fit(example_nonprofits).programmes(example_units.head(6))
    first = programmes.plan.programmes[0]
    text = programmes.explain(first.id)
    assert words in text
    assert programmes.why(first) in text
    assert programmes.facilitator(first) in text


@pytest.mark.parametrize(("area", "is_said"), [("landelijk", True), ("lokaal", False)])
def test_a_partner_that_works_nationally_says_that_it_brings_far_units_nothing_nearby(area, is_said, use) -> None:
    units = pd.DataFrame(
        {
            "unit_id": ["u1", "u2"],
            "company": "Bank",
            "name": ["Kantoor Zwolle", "Kantoor Goes"],
            "mission": "Geen gezin in de schulden",
            "city": ["Zwolle", "Goes"],
            "is_hq": ["ja", "nee"],
        }
    )
    site = {"nonprofit_id": "n1", "name": "Maatje", "mission": "Hulp bij schulden", "city": "Zwolle", "works_in": area}
    chosen = {"shortlist": {"min_score": 0}}
    programmes = PartnerMatcher(settings=chosen, encoder=use).fit(pd.DataFrame([site])).programmes(units)
    central = next(item for item in programmes.plan.programmes if item.central is not None)
    why = programmes.why(central)
    assert "Maatje has a site in reach of 1 of 2 units" in why
    assert ("works beyond its sites" in why) is is_said
