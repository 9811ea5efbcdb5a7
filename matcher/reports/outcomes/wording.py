"""Words for the columns and groups of the report on outcomes."""

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
    """Return the word for a column of partnerships.

    Parameters
    ----------
    column : str
        A rating or a date.
    language : Language
    """
    return language.phrase(_COLUMNS[column])


def group_word(aspect: str, group: str, language: Language) -> str:
    """Return the word for a group of ratings.

    Parameters
    ----------
    aspect : {"factor", "distance", "cause", "programme"}
    group : str
        Name of the group, as in :class:`matcher.learning.outcomes.rated_groups.RatedGroup`.
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
