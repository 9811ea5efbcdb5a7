"""The words of outcomes in the language of the reader: stages, success factors, distances, causes, kinds."""

from __future__ import annotations

from functools import cache

from matcher.learning.partnership_facts import UNKNOWN
from matcher.reports.language import Language
from matcher.tables.vocabulary import CAUSE_WORDS


def status_word(status: str, language: Language) -> str:
    """Return a status or stage."""
    return {
        "proposed": language.phrase("proposed"),
        "contacted": language.phrase("contacted"),
        "agreed": language.phrase("agreed"),
        "active": language.phrase("active"),
        "completed": language.phrase("completed"),
        "declined": language.phrase("declined"),
        "vetoed": language.phrase("vetoed"),
    }[status]


def column_word(column: str, language: Language) -> str:
    """Return a column of partnerships: a rating, a date or the reason."""
    return {
        "trust": language.phrase("trust"),
        "communication": language.phrase("communication"),
        "support_management": language.phrase("support of management"),
        "support_staff": language.phrase("support of staff"),
        "shared_mission": language.phrase("shared mission"),
        "clear_goals": language.phrase("clear goals"),
        "goals_met": language.phrase("goals met"),
        "satisfaction_company": language.phrase("satisfaction of the company"),
        "satisfaction_nonprofit": language.phrase("satisfaction of the nonprofit"),
        "started_on": language.phrase("first day"),
        "ended_on": language.phrase("last day"),
        "reason": language.phrase("reason"),
    }[column]


def group_word(aspect: str, group: str, language: Language) -> str:
    """Return a group of ratings: a factor, a distance band, a cause or a kind of programme.

    Parameters
    ----------
    aspect : {"factor", "distance", "cause", "programme"}
    group : str
        As :class:`matcher.learning.rated_groups.RatedGroup` has it.
    language : Language
    """
    if group == UNKNOWN:
        return language.phrase("unknown")
    if aspect == "factor":
        return column_word(group, language)
    if aspect == "distance":
        return _band_word(group, language)
    if aspect == "cause":
        return cause_word(group, language)
    return {
        "central": language.phrase("central"),
        "decentral": language.phrase("decentral"),
        "combined": language.phrase("combined"),
    }[group]


def _band_word(band: str, language: Language) -> str:
    if band.endswith("+"):
        return language.phrase("{low} km or more", low=language.number(float(band[:-1])))
    low, high = (language.number(float(end), 0 if float(end).is_integer() else 1) for end in band.split("-"))
    if low == "0":
        return language.phrase("under {high} km", high=high)
    return language.phrase("{low} to {high} km", low=low, high=high)


def cause_word(cause: str, language: Language) -> str:
    """Return a cause; one that is not in the vocabulary stays as people wrote it."""
    return _dutch_causes().get(cause, cause) if language.code == "nl" else cause


@cache
def _dutch_causes() -> dict[str, str]:
    """Return the Dutch word of every cause: the first spelling beside the word itself."""
    words: dict[str, str] = {}
    for spelling, cause in CAUSE_WORDS.items():
        if spelling != cause:
            words.setdefault(cause, spelling)
    return words
