"""Programmes in words: rationale, facilitator, agenda and indicators, and the notices about a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.ranking.programmes.agenda import BOTH_GAIN, MISSIONS_ALIKE, OPEN, RATED, AgendaItem
from matcher.ranking.programmes.comparison import (
    ADDS_ENOUGH,
    ADDS_LITTLE,
    BRINGS_MORE,
    FEWER,
    NEAR_TIE,
    PlanWorth,
    Verdict,
)
from matcher.ranking.programmes.facts import (
    FOUNDATION_AND_SPREAD,
    LARGE_AND_SPREAD,
    LOCAL_FIT_BETTER,
    NEARBY,
    ONE_REGION,
    ONE_SITE,
    SPREAD_AND_LOCAL,
    KindFacts,
)
from matcher.ranking.programmes.proposals import Facilitator, Programme, Rationale
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.scoring.explanation import PairRecord

_BRINGS = counted_message(
    "the plan scores {worth}, where 1 would be a perfect partner for the unit",
    "with this plan {served} of {count} units have a partner; the plan scores {worth}, where 1 would be a perfect partner for every unit",
)
_SERVES = counted_message(
    "score of the plan {worth}", "with this plan {served} of {count} units have a partner; score of the plan {worth}"
)
_WHY_PARTNER = message("why {organisation}: {ground}")
_KEPT = counted_message(
    "1 partnership that runs or was proposed stays in it",
    "{count} partnerships that run or were proposed stay in it",
)
_REACHED = counted_message(
    "{organisation} has a site in reach of 1 of {units} units",
    "{organisation} has sites in reach of {count} of {units} units",
)
_WORKS_BEYOND_SITES = message(
    "it works beyond its sites, which gives the other units nothing nearby and does not count"
)
_OWN_SITES = counted_message(
    "1 local pair is with a site of {organisation}",
    "{count} local pairs are with sites of {organisation}",
)
_FACTS: Mapping[str, str] = {
    ONE_SITE: message("the company has one site"),
    ONE_REGION: message("the units lie in one region"),
    NEARBY: message("staff take part more in what is nearby"),
    LOCAL_FIT_BETTER: message("the local partners fit their units better than {organisation} fits the company"),
    LARGE_AND_SPREAD: message(
        "{company} is large ({employees} employees) and its units are spread over the country, which asks for one partner"
    ),
    FOUNDATION_AND_SPREAD: message(
        "the units are spread over the country, and the foundation of {company} can be the pivot of one partnership"
    ),
    SPREAD_AND_LOCAL: message(
        "the sites of both are spread over the country ({company_sites} of {company}, {organisation_sites} of {organisation})"
    ),
}
"""What each fact says for a kind of programme."""
_VERDICTS: Mapping[str, str] = {
    BRINGS_MORE: message("that is {difference} more than {other}"),
    ADDS_ENOUGH: message("that is {difference} more than {other}, enough for the further partners"),
    ADDS_LITTLE: message("{other} would score {difference} more, too little for the further partners"),
    FEWER: message("{other} would score about as much, but with more new partners"),
    NEAR_TIE: message("{other} would score about as much, but {fact}"),
}
"""Why a plan wins over another."""
_DOUBTFUL = message("Proposed earlier, and not a good match (score {score}): {unit} with {nonprofit}. Go on with it?")
_DOUBTFUL_RUNNING = message(
    "Agreed or running, and not a good match (score {score}): {unit} with {nonprofit}. Go on with it?"
)
_ADDS_NOTHING = message("{other} would score no more")
INTERMEDIARY = message(
    "Where a company has no foundation, its head office runs the programme; someone from outside who knows both worlds, an "
    "intermediary, then helps to keep it going when people change."
)
FACTORS: Mapping[str, tuple[str, str]] = {
    "shared_mission": (message("shared mission"), message("Which mission do both put their names to?")),
    "clear_goals": (
        message("clear goals"),
        message("What should be different in a year, and how will both see it?"),
    ),
    "expectations_of_both_sides": (
        message("expectations of both sides"),
        message("What does each side bring, and what does it hope to gain?"),
    ),
    "trust": (message("trust"), message("Who speaks for each side, and have they met?")),
    "support_of_management": (
        message("support of management"),
        message("Which director stands behind it on each side?"),
    ),
    "support_of_staff_at_all_levels": (
        message("support of staff at all levels"),
        message("Which staff take part, from which layers?"),
    ),
    "communication": (
        message("communication"),
        message("How often do both talk, and who tells colleagues?"),
    ),
    "measure_and_evaluate": (
        message("measuring and evaluating"),
        message("Who measures the indicators, and when are they discussed?"),
    ),
}
"""Each success factor: its name, and the question to ask while it is open."""
INDICATORS: Mapping[str, str] = {
    "staff_hours": message("hours given by staff"),
    "staff_taking_part": message("staff who took part, by layer"),
    "euros_given": message("euros given"),
    "people_helped": message("people helped with the money"),
    "value_of_means": message("value of goods, rooms and services lent or given"),
    "customers_reached": message("customers or members reached"),
    "publications": message("publications, and people who saw them"),
    "lessons_of_staff": message("what staff learned, asked after each project"),
    "useful_contacts": message("new contacts that led to something"),
    "outside_mentions": message("mentions of the partnership outside both organisations"),
    "proud_staff": message("staff who are proud of it, asked once a year"),
    "people_hired_or_trained": message("people hired or trained through it"),
    "ideas_kept": message("ideas tried together, and kept"),
    "goals_met": message("goals met, out of those agreed"),
    "satisfaction_company": message("satisfaction of the company, 1 to 5"),
    "satisfaction_nonprofit": message("satisfaction of the nonprofit, 1 to 5"),
}
"""What each code of an indicator stands for."""
UNSERVED: Mapping[str, str] = {
    "unplaced": message("its place is unknown"),
    "none in reach": message("no nonprofit lies in its reach"),
    "all gated": message("a gate is closed for all in reach"),
    "all below min_score": message("none in reach scores high enough"),
    "no common ground": message(
        "those in reach that score high enough share no cause with it, nor are their texts alike"
    ),
    "all full": message("all that suit it are full"),
    "no capacity": message("its own capacity is 0"),
    "central only": message("its company works with one central partner"),
}
"""Why a unit has no local partner."""


def title(programme: Programme, language: Language) -> str:
    """Title of a programme: its kind, and the two sides.

    Parameters
    ----------
    programme : Programme
    language : Language
    """
    return language.phrase(
        KIND_WORDINGS[programme.kind].title, company=programme.company, organisation=programme.organisation
    )


def worth_in_words(worth: PlanWorth, language: Language) -> str:
    """What a plan brings, as a phrase: its worth, and how many units have a partner.

    Parameters
    ----------
    worth : PlanWorth
    language : Language
    """
    shown, served = language.score(worth.worth), language.number(worth.units_served)
    return language.count_phrase(*_BRINGS, worth.units, worth=shown, served=served)


def rationale_sentence(rationale: Rationale, language: Language, ground: Sequence[str] = ()) -> str:
    """Reason why a programme is proposed, as a sentence: with which partner, what it brings, and why its kind.

    Parameters
    ----------
    rationale : Rationale
        Figures behind the programme.
    language : Language
    ground : sequence of str
        What the head offices have in common, as phrases.
    """
    facts = rationale.facts
    parts = [
        language.phrase(_WHY_PARTNER, organisation=facts.organisation, ground=phrase) for phrase in ground[:1]
    ] + list(ground[1:])
    parts.append(worth_in_words(rationale.worth, language))
    if facts.company_sites > 1 or rationale.has_partner:  # one unit has nothing to choose between near and for all
        parts += [verdict_in_words(verdict, facts, language) for verdict in rationale.verdicts]
    if rationale.kept:
        parts.append(language.count_phrase(*_KEPT, rationale.kept))
    if rationale.has_partner and facts.company_sites > 1:
        units = language.number(facts.company_sites)
        reached = facts.units_in_reach
        parts.append(language.count_phrase(*_REACHED, reached, organisation=facts.organisation, units=units))
        if facts.works_beyond_sites and reached < facts.company_sites:
            parts.append(language.phrase(_WORKS_BEYOND_SITES))
    if rationale.own_sites:
        parts.append(language.count_phrase(*_OWN_SITES, rationale.own_sites, organisation=facts.organisation))
    return as_sentence(parts)


def worth_sentence(rationale: Rationale, language: Language) -> str:
    """What a programme brings, as a sentence for a paper that says elsewhere what the score is and what is kept.

    Parameters
    ----------
    rationale : Rationale
    language : Language
    """
    worth = rationale.worth
    served, shown = language.number(worth.units_served), language.score(worth.worth)
    return as_sentence([language.count_phrase(*_SERVES, worth.units, served=served, worth=shown)])


def verdict_in_words(verdict: Verdict, facts: KindFacts, language: Language) -> str:
    """Reason why a plan wins over another, as a phrase.

    Parameters
    ----------
    verdict : Verdict
    facts : KindFacts
        On the company and its central partner.
    language : Language
    """
    other = language.phrase(KIND_WORDINGS[verdict.other].plan)
    difference = language.score(abs(verdict.difference))
    if verdict.code == ADDS_LITTLE and difference == language.score(0.0):
        return language.phrase(_ADDS_NOTHING, other=other)
    fact = fact_in_words(verdict.fact, facts, language) if verdict.fact else ""
    return language.phrase(_VERDICTS[verdict.code], other=other, difference=difference, fact=fact)


def fact_in_words(code: str, facts: KindFacts, language: Language) -> str:
    """What the facts say for a kind of programme, as a phrase.

    Parameters
    ----------
    code : str
        One of :data:`matcher.ranking.programmes.facts.FACT_REASONS`.
    facts : KindFacts
    language : Language
    """
    return language.phrase(
        _FACTS[code],
        company=facts.company,
        organisation=facts.organisation,
        company_sites=language.number(facts.company_sites),
        organisation_sites=language.number(facts.organisation_sites),
        employees=language.number(facts.employees),
    )


def facilitator_in_words(facilitator: Facilitator, language: Language) -> str:
    """Facilitator of a programme.

    Parameters
    ----------
    facilitator : Facilitator
    language : Language
    """
    if facilitator.is_foundation:
        return facilitator.name
    return language.phrase("{name} (head office)", name=facilitator.name)


def factor_in_words(factor: str, language: Language) -> str:
    """Name of a success factor.

    Parameters
    ----------
    factor : str
        A key of ``FACTORS``.
    language : Language
    """
    return language.phrase(FACTORS[factor][0])


def doubtful_sentence(record: PairRecord, language: Language) -> str:
    """Question about a pair that runs, is agreed or was proposed, and does not suit well enough for a list.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    return language.phrase(
        _DOUBTFUL_RUNNING if any(status.is_running for status in record.statuses) else _DOUBTFUL,
        score=language.score(record.score or 0.0),
        unit=record.unit_name,
        nonprofit=record.nonprofit_name,
    )


def open_points(items: Sequence[AgendaItem], language: Language) -> str:
    """Points of an agenda that are open, as a sentence.

    Parameters
    ----------
    items : sequence of AgendaItem
    language : Language
    """
    factors = [factor_in_words(item.factor, language) for item in items if item.state == OPEN]
    if not factors:
        return language.phrase("Nothing on the agenda is open.")
    return language.phrase("Still open: {factors}.", factors=", ".join(factors))


def agenda_note(item: AgendaItem, language: Language) -> str:
    """Note on a point of the agenda: the fact that settles it, or the question to ask.

    Parameters
    ----------
    item : AgendaItem
    language : Language
    """
    if item.basis == RATED and item.rating is not None:
        rating = language.number(item.rating, 1)
        return language.phrase("rated {rating} out of 5 in earlier partnerships", rating=rating)
    if item.basis == MISSIONS_ALIKE:
        return language.phrase("the missions of both point the same way; put it into words together")
    if item.basis == BOTH_GAIN:
        return language.phrase("both say what they offer and what they seek, and something meets on both sides")
    return language.phrase(FACTORS[item.factor][1])


def indicators_in_words(codes: Sequence[str], language: Language) -> list[str]:
    """Indicators to measure, each as a phrase.

    Parameters
    ----------
    codes : sequence of str
        Keys of ``INDICATORS``.
    language : Language
    """
    return [language.phrase(INDICATORS[code]) for code in codes]
