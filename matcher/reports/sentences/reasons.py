"""Say in a sentence why a pair is on a list, or on none; made from its record alone, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.scoring.eligibility import GATES, LOCAL_GATES
from matcher.scoring.explanation import CriterionRecord, PairRecord

NONPROFITS = "nonprofits"
"""The side whose lists speak to the nonprofit: "you" is then the nonprofit, else the unit."""

_MEETS, _ALL, _MISSES = "meets", "all", "misses"
_EXCHANGES: Mapping[tuple[str, str, str], str] = {
    ("units", "nonprofit", _MEETS): message("you offer {offered}, they need {sought} too"),
    ("units", "nonprofit", _ALL): message("you offer {offered}, just what they need"),
    ("units", "nonprofit", _MISSES): message("you offer {offered}, but they need {sought}"),
    ("units", "unit", _MEETS): message("they offer {offered}, you seek {sought} too"),
    ("units", "unit", _ALL): message("they offer {offered}, just what you seek"),
    ("units", "unit", _MISSES): message("they offer {offered}, but you seek {sought}"),
    ("nonprofits", "nonprofit", _MEETS): message("they offer {offered}, you need {sought} too"),
    ("nonprofits", "nonprofit", _ALL): message("they offer {offered}, just what you need"),
    ("nonprofits", "nonprofit", _MISSES): message("they offer {offered}, but you need {sought}"),
    ("nonprofits", "unit", _MEETS): message("you offer {offered}, they seek {sought} too"),
    ("nonprofits", "unit", _ALL): message("you offer {offered}, just what they seek"),
    ("nonprofits", "unit", _MISSES): message("you offer {offered}, but they seek {sought}"),
}
"""What one side gains, by the side of the list, the side that gains, and how far the offer meets what is sought."""

_LIKENESS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "mission": (
        (2.5, message("the missions are very much alike")),
        (1.25, message("the missions are alike")),
        (0.6, message("the missions are somewhat alike")),
    ),
    "values": (
        (2.5, message("the values are very much alike")),
        (1.25, message("the values are alike")),
        (0.6, message("the values are somewhat alike")),
    ),
}
"""Words by how many standard deviations a pair of texts lies above the average pair; between is not worth a word."""
_DIFFERENCE = {"mission": message("the missions differ"), "values": message("the values differ")}
_DIFFERENT_FROM = -1.0

_UNKNOWN = {
    "mission": message("mission"),
    "values": message("values"),
    "proximity": message("distance"),
    "resources": message("what both offer and seek"),
}
"""What to call a criterion that is unknown; a track record that is unknown is no news."""

_RUNNING = {"active": message("partners already"), "agreed": message("agreed already")}
_EARLIER = {
    "contacted": message("contacted already"),
    "proposed": message("proposed already"),
    "completed": message("partners before"),
    "declined": message("declined before"),
    "vetoed": message("ruled out before"),
    "maybe": message("under consideration"),
}
_BOTH_WORK_ON = counted_message("both work on {causes}", "both work on {causes}")
"""Alike in English; other languages count the causes."""
_OTHERS = counted_message("1 partnership with another unit", "{count} partnerships with other units")
_RATED_OTHERS = counted_message(
    "1 partnership with another unit, rated {rating} out of 5",
    "{count} partnerships with other units, rated {rating} out of 5",
)
_MORE_SITES = counted_message(
    "{organisation} has 1 more site to choose from", "{organisation} has {count} more sites to choose from"
)


def reason(record: PairRecord, language: Language, side: str = "units") -> str:
    """Return why a pair is on a list, or which gates keep it off.

    What adds most comes first; likeness and difference that any average pair has are left out; then what is unknown,
    the history of the pair, and other sites of the organisation.

    Parameters
    ----------
    record : PairRecord
    language : Language
    side : {"units", "nonprofits"}
        Whom the sentence speaks to.
    """
    if record.gates:
        return gate_reason(record, language)
    parts = [language.phrase(_RUNNING[status]) for status in _RUNNING if status in record.statuses]
    # A whole thousandth apart, or else the order of the registry: no reader sees the difference, and it stays put.
    ordered = sorted(record.criteria, key=lambda item: -round(item.contribution, 3))
    for item in ordered:
        if item.score is not None and item.name in _SAYINGS:
            parts += _SAYINGS[item.name](item, record, language, side)
    unknown = [item.name for item in record.criteria if item.score is None and item.name in _UNKNOWN]
    apart = bool(parts)
    if unknown:
        what = language.join([language.phrase(_UNKNOWN[name]) for name in unknown])
        parts.append(language.phrase("not known: {what}", what=what))
    parts += [language.phrase(_EARLIER[status]) for status in _EARLIER if status in record.statuses]
    if not apart:
        parts.insert(0, language.phrase("nothing known sets this pair apart from the average"))
    if record.more_sites > 0:
        parts.append(language.count_phrase(*_MORE_SITES, record.more_sites, organisation=record.organisation))
    return as_sentence(parts)


def gate_reason(record: PairRecord, language: Language) -> str:
    """Return why a pair is on no list: what each closed gate means."""
    meanings = {gate.name: gate.meaning for gate in (*GATES, *LOCAL_GATES)}
    shown = "; ".join(language.phrase(meanings[name]) for name in record.gates)
    return as_sentence([language.phrase("on no list: {meanings}", meanings=shown)])


def distance(km: float | None, language: Language, *, rough: bool = False) -> str:
    """Return how far apart two places are, in words.

    Parameters
    ----------
    km : float or None
        None where a place is unknown.
    language : Language
    rough : bool
        Whether one of the two is known by its town only.
    """
    if km is None:
        return language.phrase("distance unknown")
    if km < 1:
        return language.phrase("in or near the same town") if rough else language.phrase("less than 1 km apart")
    shown = language.number(km) if rough or km >= 10 else language.rounded(km)
    return language.phrase("about {km} km apart", km=shown) if rough else language.phrase("{km} km apart", km=shown)


def is_rough(item: CriterionRecord | None) -> bool:
    """Return whether a distance rests on the town of one of the two, by the facts of proximity."""
    return item is not None and "city" in (item.facts.get("unit_placed_by"), item.facts.get("nonprofit_placed_by"))


def _mission(item: CriterionRecord, record: PairRecord, language: Language, side: str) -> list[str]:
    causes = item.facts.get("shared_causes", [])
    likeness = _likeness(item, language)
    if not causes:
        return [likeness] if likeness else []
    shown = language.words(causes)
    both = language.count_phrase(*_BOTH_WORK_ON, len(causes), causes=shown)
    if likeness and item.facts["deviations_above_average"] > 0:
        return [language.phrase("{both}, and {likeness}", both=both, likeness=likeness)]
    return [both, likeness] if likeness else [both]


def _values(item: CriterionRecord, record: PairRecord, language: Language, side: str) -> list[str]:
    likeness = _likeness(item, language)
    return [likeness] if likeness else []


def _likeness(item: CriterionRecord, language: Language) -> str:
    """Return how alike two texts are, in words; nothing where they are about as alike as any pair."""
    deviations = item.facts.get("deviations_above_average")
    if deviations is None:
        return ""
    if deviations <= _DIFFERENT_FROM:
        return language.phrase(_DIFFERENCE[item.name])
    return next((language.phrase(words) for least, words in _LIKENESS[item.name] if deviations >= least), "")


def _proximity(item: CriterionRecord, record: PairRecord, language: Language, side: str) -> list[str]:
    return [] if record.distance_km is None else [distance(record.distance_km, language, rough=is_rough(item))]


def _resources(item: CriterionRecord, record: PairRecord, language: Language, side: str) -> list[str]:
    return [phrase for gaining in ("nonprofit", "unit") if (phrase := exchange(item.facts, gaining, language, side))]


def exchange(facts: Mapping[str, Any], gaining: str, language: Language, side: str = "units") -> str:
    """Return what one side offers that the other seeks, and what that one seeks beyond; nothing where unknown.

    Parameters
    ----------
    facts : mapping
        Of the criterion resources.
    gaining : {"nonprofit", "unit"}
        The side that gains.
    language : Language
    side : {"units", "nonprofits"}
        Whom it speaks to.
    """
    common = facts.get(f"{gaining}_gains")
    if common is None:
        return ""
    missing, spare = facts[f"{gaining}_still_misses"], facts[f"{gaining}_has_no_use_for"]
    how = _MISSES if not common else _MEETS if missing else _ALL
    return language.phrase(
        _EXCHANGES[side, gaining, how],
        offered=language.words(common or spare),
        sought=language.words(missing),
    )


def _track_record(item: CriterionRecord, record: PairRecord, language: Language, side: str) -> list[str]:
    count = item.facts.get("partnerships_of_others", 0)
    if not count:
        return []
    rating = item.facts.get("mean_rating")
    if rating is None:
        return [language.count_phrase(*_OTHERS, count)]
    return [language.count_phrase(*_RATED_OTHERS, count, rating=language.number(rating, 1))]


_SAYINGS: Mapping[str, Callable[[CriterionRecord, PairRecord, Language, str], list[str]]] = {
    "mission": _mission,
    "values": _values,
    "proximity": _proximity,
    "resources": _resources,
    "track_record": _track_record,
}

_FACTS = {
    "deviations_above_average": message("standard deviations above the average pair"),
    "shared_causes": message("causes of both"),
    "distance_km": message("distance in km"),
    "unit_placed_by": message("unit placed by"),
    "nonprofit_placed_by": message("nonprofit placed by"),
    "nonprofit_gains": message("nonprofit gains"),
    "nonprofit_still_misses": message("nonprofit still misses"),
    "nonprofit_has_no_use_for": message("nonprofit does not ask for"),
    "nonprofit_sought_met": message("share of its needs met"),
    "nonprofit_offer_used": message("share of the unit's offer used"),
    "nonprofit_direction": message("fit for the nonprofit"),
    "unit_gains": message("unit gains"),
    "unit_still_misses": message("unit still misses"),
    "unit_has_no_use_for": message("unit does not ask for"),
    "unit_sought_met": message("share of what the unit seeks met"),
    "unit_offer_used": message("share of the nonprofit's offer used"),
    "unit_direction": message("fit for the unit"),
    "partnerships_of_others": message("partnerships with other units"),
    "rated": message("of them rated"),
    "mean_rating": message("mean rating, 1 to 5"),
}
"""What to call each fact behind a criterion."""
_SHARES = ("_sought_met", "_offer_used")


def facts_in_words(item: CriterionRecord, language: Language) -> list[tuple[str, str]]:
    """Return the facts behind a criterion as names and values to show.

    Parameters
    ----------
    item : CriterionRecord
    language : Language
    """
    return [
        (language.phrase(_FACTS[name]) if name in _FACTS else language.word(name), _value(name, value, language))
        for name, value in item.facts.items()
    ]


def _value(name: str, value: object, language: Language) -> str:
    if value is None:
        return language.phrase("unknown")
    if isinstance(value, list):
        return ", ".join(language.word(str(word)) for word in value) or language.phrase("none")
    if isinstance(value, float):
        if name.endswith(_SHARES):
            return language.percent(value)
        return language.rounded(value, 2)
    return language.number(value) if isinstance(value, int) else language.word(str(value))
