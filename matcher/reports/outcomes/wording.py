"""The words of outcomes in the language of the reader: what is rated and what it is rated by."""

from __future__ import annotations

from matcher.i18n.language import Language, message
from matcher.learning.outcomes.facts import UNKNOWN

_COLUMNS = {
    "started_on": message("first day"),
    "ended_on": message("last day"),
    "trust": message("trust"),
    "communication": message("communication"),
    "support_management": message("support of management"),
    "support_staff": message("support of staff"),
    "shared_mission": message("shared mission"),
    "clear_goals": message("clear goals"),
    "goals_met": message("goals met"),
    "satisfaction_company": message("satisfaction of the company"),
    "satisfaction_nonprofit": message("satisfaction of the nonprofit"),
}


def column_word(column: str, language: Language) -> str:
    """Return a column of partnerships as people call it: a rating or a date."""
    return language.phrase(_COLUMNS[column])


def group_word(aspect: str, group: str, language: Language) -> str:
    """Return a group of ratings: a factor, a distance band, a cause or a kind of programme.

    Parameters
    ----------
    aspect : {"factor", "distance", "cause", "programme"}
    group : str
        As :class:`matcher.learning.outcomes.rated_groups.RatedGroup` has it.
    language : Language
    """
    if group == UNKNOWN:
        return language.phrase("unknown")
    if aspect == "factor":
        return column_word(group, language)
    if aspect == "distance":
        return _band_word(group, language)
    return language.word(group)


def _band_word(band: str, language: Language) -> str:
    if band.endswith("+"):
        return language.phrase("{low} km or more", low=language.rounded(float(band[:-1])))
    low, high = (language.rounded(float(end)) for end in band.split("-"))
    if low == "0":
        return language.phrase("under {high} km", high=high)
    return language.phrase("{low} to {high} km", low=low, high=high)
