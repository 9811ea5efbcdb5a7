"""Changes since a previous run, as a table and as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.ranking.changes import records
from matcher.ranking.changes.records import Cause, Changes, PairChange
from matcher.ranking.changes.snapshot import NAMES
from matcher.scoring.eligibility import GATES, LOCAL_GATES

CHANGES_FILE = "changes.csv"
CHANGE_WORDS: Mapping[str, str] = {
    records.NEW: message("new"),
    records.GONE: message("gone"),
    records.UP: message("up"),
    records.DOWN: message("down"),
}
"""The word for each type of change."""
_CAUSES: Mapping[str, str] = {
    records.UNIT_ADDED: message("this unit is new in the data"),
    records.NONPROFIT_ADDED: message("this nonprofit is new in the data"),
    records.UNIT_REMOVED: message("this unit is no longer in the data"),
    records.NONPROFIT_REMOVED: message("this nonprofit is no longer in the data"),
    records.UNIT_DATA: message("the data of the unit changed: {fields}"),
    records.NONPROFIT_DATA: message("the data of the nonprofit changed: {fields}"),
    records.GATE_CLOSED: message("on no list now: {gates}"),
    records.STATUS_ENDED: message("its status was {status}, which no longer keeps it off the list"),
    records.BELOW_MIN_SCORE: message("it falls below the minimum score of {least}"),
    records.OTHER_SITE: message("another site of {organisation} is on the list instead: {site}"),
    records.SETTINGS: message("the settings changed: {settings}"),
    records.PARTNERSHIPS: message("the partnerships of this nonprofit changed"),
    records.POOL: message("the texts or averages that it is compared with changed"),
}
_COUNTED: Mapping[str, tuple[str, str]] = {
    records.OUTRANKED: counted_message("1 other match ranks higher now", "{count} other matches rank higher now"),
    records.OTHERS_LEFT: counted_message("1 other match left the list", "{count} other matches left the list"),
    records.OTHERS_CAME: counted_message("1 new match ranks above it", "{count} new matches rank above it"),
    records.OTHERS_ROSE: counted_message("1 other match rose past it", "{count} other matches rose past it"),
    records.OTHERS_FELL: counted_message("1 other match fell behind it", "{count} other matches fell behind it"),
}
_FIELDS: Mapping[str, str] = {
    "mission": message("the mission"),
    "values": message("the values"),
    "place": message("the place"),
    "causes": message("the causes"),
    "excludes": message("the excluded causes"),
    "resources": message("what is offered and sought"),
    "capacity": message("the capacity"),
    "accreditation": message("the accreditation"),
    "active": message("whether it is active"),
    "organisation": message("the organisation it belongs to"),
}


def change_word(change: PairChange, language: Language) -> str:
    """Return the word for a change: new, gone, up or down.

    Parameters
    ----------
    change : PairChange
    language : Language
    """
    return language.phrase(CHANGE_WORDS[change.change_type])


def change_sentence(change: PairChange, language: Language) -> str:
    """Return the causes of a change and the criteria that moved, as a sentence.

    Parameters
    ----------
    change : PairChange
    language : Language
    """
    parts = [_cause(cause, language) for cause in change.causes]
    if change.criteria and change.score is not None and change.score_before is not None:
        moved = ", ".join(
            f"{item.criterion.label(language)} {language.signed(item.points, 3)}" for item in change.criteria
        )
        before, now = language.number(change.score_before, 3), language.number(change.score, 3)
        parts.append(language.phrase("score {before}, now {now} ({moved})", before=before, now=now, moved=moved))
    return as_sentence(parts)


def changes_summary(changes: Changes, language: Language) -> str:
    """Return the day of the previous run and the number of pairs by type of change, as a sentence.

    Parameters
    ----------
    changes : Changes
    language : Language
    """
    day = language.day(dt.date.fromisoformat(changes.since))
    counts = changes.counts
    shown = ", ".join(
        f"{language.number(counts[change_type])} {language.phrase(word)}" for change_type, word in CHANGE_WORDS.items()
    )
    return language.phrase("Since the run of {day}: {counts}.", day=day, counts=shown)


def _cause(cause: Cause, language: Language) -> str:
    facts = dict(cause.facts)
    if cause.code in _COUNTED:
        return language.count_phrase(*_COUNTED[cause.code], int(str(facts["count"])))
    return language.phrase(_CAUSES[cause.code], **{name: _fact(name, fact, language) for name, fact in facts.items()})


def _fact(name: str, fact: records.Fact, language: Language) -> str:
    if name == "fields" and isinstance(fact, tuple):
        return language.join(
            [language.phrase(_FIELDS[field]) if isinstance(field, str) else field.label(language) for field in fact]
        )
    if name == "gates" and isinstance(fact, tuple):
        meanings = {gate.name: gate.meaning for gate in (*GATES, *LOCAL_GATES)}
        return language.join([language.phrase(meanings[str(gate)]) for gate in fact])
    if name == "status":
        return language.word(str(fact))
    if isinstance(fact, tuple):
        return ", ".join(map(str, fact))
    return language.rounded(fact, 3) if isinstance(fact, float) else str(fact)


def changes_table(changes: Changes, language: Language) -> pd.DataFrame:
    """Table of changes, one row per pair that is new, gone, up or down.

    Parameters
    ----------
    changes : Changes
    language : Language
        Language of the column ``why``; all else is the same in every language.

    Returns
    -------
    DataFrame
        Names, ``change``, ranks and scores before and now, the change of each criterion's points, the codes of the
        ``causes``, and ``why``, the causes as a sentence.
    """
    rows = []
    for change in changes.pairs:
        moved = {item.name: item.points for item in change.criteria}
        rows.append(
            (
                *(getattr(change, name) for name in NAMES),
                change.change_type,
                change.rank_before,
                change.rank,
                change.score_before,
                change.score,
                *(moved.get(name) for name in changes.criteria),
                "; ".join(cause.code for cause in change.causes),
                change_sentence(change, language),
            )
        )
    moves = [f"{name}_change" for name in changes.criteria]
    columns = [*NAMES, "change", "rank_before", "rank", "score_before", "score", *moves, "causes", "why"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["score_before", "score", *moves]
    frame[numbers] = frame[numbers].astype("float64")
    return frame.astype({"rank_before": "Int64", "rank": "Int64"})
