"""Programmes in words: rationale, facilitator, agenda and indicators, and the notices about a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.ranking.programmes.advice import KindAdvice
from matcher.ranking.programmes.agenda import BOTH_GAIN, MISSIONS_ALIKE, RATED, AgendaItem
from matcher.ranking.programmes.kinds import (
    COMPANY_OF_ONE_SITE,
    NO_LOCAL_MATCH,
    ONE_REGION,
    ONE_SITE_EACH,
    SPREAD_AND_LOCAL,
    KindFacts,
)
from matcher.ranking.programmes.notices import (
    LOCK_GATED,
    LOCK_WITHOUT_CAPACITY,
    NO_HEAD_OFFICE,
    OVERFULL_NONPROFIT,
    OVERFULL_UNIT,
    VETOED_PROPOSAL,
    Fact,
    PlanNotice,
)
from matcher.ranking.programmes.proposals import Facilitator, Programme, Rationale
from matcher.ranking.shortlists.selection import EmptyList
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS

_PARTNERS = counted_message("1 local pair", "{count} local pairs")
_MATCHING = counted_message("1 of them matches well", "{count} of them match well")
_COMBINATION = counted_message(
    "the local pairs of 1 unit add {local} to the score of the central agreement, "
    "and that agreement adds {central} to the score of the local pairs",
    "the local pairs of {count} units add {local} to the score of the central agreement, "
    "and that agreement adds {central} to the score of the local pairs",
)
_SERVED = counted_message(
    "the unit has a partner nearby, {pairs} in all",
    "{served} of {count} units with a partner nearby, {pairs} in all",
)
_FEW_MATCHES = counted_message(
    "only 1 of {units} units has a site of {organisation} in reach that matches well",
    "only {count} of {units} units have a site of {organisation} in reach that matches well",
)
_REASONS: Mapping[str, str] = {
    SPREAD_AND_LOCAL: message(
        "the sites are spread over the country ({company_sites} of {company}, {organisation_sites} of {organisation}), "
        "and {organisation} has sites in reach of {reached} of {units}"
    ),
    ONE_SITE_EACH: message("both have one site, and {organisation} is in reach"),
    COMPANY_OF_ONE_SITE: message("the company has one site, with a site of {organisation} in reach"),
    ONE_REGION: message("the units lie in one region, with a site of {organisation} in reach"),
    NO_LOCAL_MATCH: message("no unit has a site of {organisation} in reach that matches well"),
}
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
    "all full": message("all that suit it are full"),
    "no capacity": message("its own capacity is 0"),
}
"""Why a unit has no local partner."""
_NOTICES: Mapping[str, str] = {
    VETOED_PROPOSAL: message("{unit}:{nonprofit} was proposed, and is now vetoed: it is left out"),
    LOCK_GATED: message("{unit}:{nonprofit} is locked but cannot be kept: {gates}"),
    LOCK_WITHOUT_CAPACITY: message(
        "{unit}:{nonprofit} is locked but cannot be kept: no place left on one of the two sides"
    ),
    NO_HEAD_OFFICE: message("{company} names no head office: {unit} stands for it"),
}
_COUNTED_NOTICES: Mapping[str, tuple[str, str]] = {
    OVERFULL_UNIT: counted_message(
        "unit {unit} has 1 running partnership where its capacity is {capacity}",
        "unit {unit} has {count} running partnerships where its capacity is {capacity}",
    ),
    OVERFULL_NONPROFIT: counted_message(
        "nonprofit {nonprofit} has 1 running partnership where its capacity is {capacity}",
        "nonprofit {nonprofit} has {count} running partnerships where its capacity is {capacity}",
    ),
}


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


def rationale_sentence(rationale: Rationale, language: Language) -> str:
    """Reason why a programme is proposed, as a sentence.

    Parameters
    ----------
    rationale : Rationale
        Figures behind the programme.
    language : Language
    """
    parts = []
    if rationale.advice is not None:
        parts.append(_advice(rationale.advice, language))
    else:
        parts.append(
            language.count_phrase(
                *_SERVED,
                rationale.units,
                served=language.number(rationale.units_served),
                pairs=language.count_phrase(*_PARTNERS, rationale.local_pairs),
            )
        )
    if rationale.local_adds is not None and rationale.central_adds is not None:
        local, central = language.score(rationale.local_adds), language.score(rationale.central_adds)
        parts.append(language.count_phrase(*_COMBINATION, rationale.units_served, local=local, central=central))
    return as_sentence(parts)


def advice_sentence(advice: KindAdvice, language: Language) -> str:
    """Reason why a kind fits a company and an organisation, as a sentence.

    Parameters
    ----------
    advice : KindAdvice
    language : Language
    """
    return as_sentence([_advice(advice, language)])


def _advice(advice: KindAdvice, language: Language) -> str:
    facts = advice.facts
    reason = _reason(advice, language)
    if advice.reason == SPREAD_AND_LOCAL:
        return f"{reason}; {language.count_phrase(*_MATCHING, facts.units_that_match)}"
    if advice.reason == NO_LOCAL_MATCH and advice.company_is_large:
        employees = language.number(facts.employees)
        large = language.phrase(
            "{company} is large ({employees} employees)", company=facts.company, employees=employees
        )
        return language.phrase("{all_but_last} and {last}", all_but_last=large, last=reason)
    return reason


def _reason(advice: KindAdvice, language: Language) -> str:
    facts = advice.facts
    if advice.reason == NO_LOCAL_MATCH and facts.units_that_match:
        units = language.number(facts.company_sites)
        return language.count_phrase(
            *_FEW_MATCHES, facts.units_that_match, units=units, organisation=facts.organisation
        )
    return language.phrase(_REASONS[advice.reason], **_names(facts, language))


def _names(facts: KindFacts, language: Language) -> dict[str, str]:
    return {
        "company": facts.company,
        "organisation": facts.organisation,
        "company_sites": language.number(facts.company_sites),
        "organisation_sites": language.number(facts.organisation_sites),
        "reached": language.number(facts.units_in_reach),
        "units": _units(facts.company_sites, language),
    }


def _units(count: int, language: Language) -> str:
    return language.count_phrase("1 unit", "{count} units", count)


def facilitator_in_words(facilitator: Facilitator, language: Language) -> str:
    """Facilitator of a programme; without a foundation an intermediary is advised.

    Parameters
    ----------
    facilitator : Facilitator
    language : Language
    """
    if facilitator.is_foundation:
        return facilitator.name
    return language.phrase("{name} (head office); an intermediary is advised", name=facilitator.name)


def factor_in_words(factor: str, language: Language) -> str:
    """Name of a success factor.

    Parameters
    ----------
    factor : str
        A key of ``FACTORS``.
    language : Language
    """
    return language.phrase(FACTORS[factor][0])


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


def notice_sentence(notice: PlanNotice, language: Language) -> str:
    """Sentence on what could not be honoured or was assumed.

    Parameters
    ----------
    notice : PlanNotice
    language : Language
    """
    facts = {name: _fact(value, language) for name, value in notice.facts.items()}
    if notice.code in _COUNTED_NOTICES:
        one, many = _COUNTED_NOTICES[notice.code]
        del facts["running"]
        return language.count_phrase(one, many, int(str(notice.facts["running"])), **facts)
    return language.phrase(_NOTICES[notice.code], **facts)


def _fact(value: Fact, language: Language) -> str:
    if isinstance(value, tuple):
        return ", ".join(language.word(gate) for gate in value)
    return language.number(value) if isinstance(value, int) else value


def empty_list_in_words(empty: EmptyList, language: Language) -> str:
    """Sentence on an empty list: the number of nonprofits behind each gate and below the least score.

    Parameters
    ----------
    empty : EmptyList
    language : Language
    """
    parts = [
        language.phrase("{number} {gate}", number=language.number(count), gate=language.word(gate))
        for gate, count in empty.excluded.items()
    ]
    if empty.below:
        below, least = language.number(empty.below), language.rounded(empty.min_score, 2)
        parts.append(language.phrase("{number} below the least score of {least}", number=below, least=least))
    return language.phrase(
        "unit {unit} ({name}) has no candidate left: {reasons}",
        unit=empty.unit_id,
        name=empty.unit_name,
        reasons=", ".join(parts) or language.phrase("no nonprofits"),
    )
