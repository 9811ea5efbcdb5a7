"""Moments at which partnerships are asked how they go, in words."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.i18n.language import Language, counted_message, message
from matcher.learning.outcomes.moments import AGREED, ENDED, HALF_WAY, DueMoment

MOMENT_WORDS: Mapping[str, str] = {
    AGREED: message("at the start"),
    HALF_WAY: message("half way"),
    ENDED: message("at the end"),
}
"""Name of each moment."""
_LATE = counted_message("due for 1 day, since {day}", "due for {count} days, since {day}")
_AHEAD = counted_message("due tomorrow, on {day}", "due in {count} days, on {day}")


def moment_in_words(moment: str, language: Language) -> str:
    """Name of a moment.

    Parameters
    ----------
    moment : str
        One of :data:`matcher.learning.outcomes.moments.MOMENTS`.
    language : Language
    """
    return language.phrase(MOMENT_WORDS[moment])


def due_phrase(due: DueMoment, language: Language) -> str:
    """When a moment is due, as a phrase.

    Parameters
    ----------
    due : DueMoment
    language : Language
    """
    if due.due_on is None:
        return language.phrase("due; the table has no date")
    day = language.day(due.due_on)
    if due.days_late == 0:
        return language.phrase("due today")
    counted = _LATE if due.is_due else _AHEAD
    return language.count_phrase(*counted, abs(due.days_late), day=day)
