"""Say in a sentence why a pair is on a list; made from its record alone."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.criteria.record import CriterionRecord, PairRecord

_SLIGHT = 0.004
"""A contribution below this says nothing worth a reader's time."""
_NAMES = {
    "mission": "mission",
    "values": "values",
    "proximity": "place",
    "resources": "resources",
    "track_record": "track record",
}


def reason(record: PairRecord) -> str:
    """Return why a pair is on a list: what it gains from most first, then what holds it back, what is unknown."""
    ordered = sorted(record.criteria, key=lambda item: (-item.contribution, item.name))
    phrases = [phrase for item in ordered if item.score is not None for phrase in _phrase(item, record)]
    unknown = [
        _NAMES.get(item.name, item.name)
        for item in record.criteria
        if item.score is None and item.name != "track_record"
    ]
    if unknown:
        phrases.append(f"{join_words(unknown)} unknown")
    marks = [mark for mark in ("contacted", "proposed", "completed", "declined") if mark in record.statuses]
    phrases += [f"already {mark}" if mark in ("contacted", "proposed") else f"{mark} before" for mark in marks]
    if record.more_sites > 0:
        sites = "1 more site" if record.more_sites == 1 else f"{record.more_sites} more sites"
        phrases.append(f"{record.organisation} has {sites} to choose from")
    if not phrases:
        return "Nothing sets this pair apart from the average."
    text = "; ".join(phrases)
    return f"{text[0].upper()}{text[1:]}."


def _phrase(item: CriterionRecord, record: PairRecord) -> list[str]:
    builder = _BUILDERS.get(item.name)
    return builder(item, record) if builder else []


def _mission(item: CriterionRecord, record: PairRecord) -> list[str]:
    causes = item.facts.get("shared_causes", [])
    likeness = _likeness(item.facts.get("deviations_above_average"))
    if causes:
        shared = f"both work on {join_words(causes)}"
        return [f"{shared}, and their missions read {likeness}" if likeness else shared]
    return [f"their missions read {likeness}"] if likeness else []


def _values(item: CriterionRecord, record: PairRecord) -> list[str]:
    likeness = _likeness(item.facts.get("deviations_above_average"))
    return [f"their values read {likeness}"] if likeness else []


def _likeness(deviations: float | None) -> str:
    """Return how alike two texts are, in words; nothing where they are about as alike as any pair."""
    if deviations is None:
        return ""
    steps = ((2.5, "very much alike"), (1.25, "alike"), (0.6, "somewhat alike"))
    for least, words in steps:
        if deviations >= least:
            return words
    return "unlike" if deviations <= -1 else ""


def _proximity(item: CriterionRecord, record: PairRecord) -> list[str]:
    if record.distance_km is None:
        return []
    rough = "about " if "city" in (item.facts.get("unit_placed_by"), item.facts.get("nonprofit_placed_by")) else ""
    if record.distance_km < 1:
        return ["less than 1 km apart" if not rough else "in the same town"]
    shown = f"{record.distance_km:.1f}" if record.distance_km < 10 and not rough else f"{record.distance_km:.0f}"
    return [f"{rough}{shown} km apart"]


def _resources(item: CriterionRecord, record: PairRecord) -> list[str]:
    given, gained = item.facts.get("nonprofit_gains"), item.facts.get("unit_gains")
    phrases = []
    if given:
        phrases.append(f"the unit offers {join_words(given)} that the nonprofit needs")
    elif given is not None:
        phrases.append("the unit offers nothing that the nonprofit asks for")
    if gained:
        phrases.append(f"the nonprofit brings {join_words(gained)}")
    elif gained is not None:
        phrases.append("the nonprofit brings nothing that the unit seeks")
    return phrases


def _track_record(item: CriterionRecord, record: PairRecord) -> list[str]:
    count = item.facts.get("partnerships_of_others", 0)
    if not count:
        return []
    what = "1 partnership with another unit" if count == 1 else f"{count} partnerships with other units"
    rating = item.facts.get("mean_rating")
    return [f"{what}, rated {rating:.1f} of 5" if rating is not None else what]


_BUILDERS = {
    "mission": _mission,
    "values": _values,
    "proximity": _proximity,
    "resources": _resources,
    "track_record": _track_record,
}


def join_words(words: Sequence[str]) -> str:
    """Return words as people list them: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
