"""What a company and an organisation have been through together, in words: partnerships of its units with its sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.scoring.explanation import PairRecord
from matcher.scoring.history import PastPartnership
from matcher.tables.status import Status
from matcher.texts.sentences import plain_text, shorten

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
_IN_YEAR: Mapping[Status, str] = {
    Status.ACTIVE: message("{unit} has worked with {nonprofit} since {year}"),
    Status.COMPLETED: message("{unit} worked with {nonprofit} until {year}"),
    Status.DECLINED: message("{unit} and {nonprofit} did not go ahead in {year}"),
    Status.VETOED: message("{unit} with {nonprofit} was vetoed in {year}"),
}
_WHENEVER: Mapping[Status, str] = {
    Status.ACTIVE: message("{unit} works with {nonprofit}"),
    Status.AGREED: message("{unit} has agreed to work with {nonprofit}"),
    Status.COMPLETED: message("{unit} has worked with {nonprofit} before"),
    Status.DECLINED: message("{unit} and {nonprofit} did not go ahead"),
    Status.VETOED: message("{unit} with {nonprofit} was vetoed"),
    Status.CONTACTED: message("{unit} is in touch with {nonprofit}"),
}
"""Phrase for a status, with the year and without; none for ideas of other units (proposed, maybe)."""
_UNDER_WAY: Mapping[Status, str] = {
    Status.CONTACTED: message("contacted already"),
    Status.PROPOSED: message("proposed already"),
    Status.MAYBE: message("under consideration"),
}
"""Phrase for a status of the pair itself that may still change."""
_RATED = message("{what}, rated {rating} out of 5")
_RATED_LOW = message("{what}, rated {rating} out of 5 ({low})")
_TAKE_UP, _OFF_LIST = message("Not on the list any more; take it up again?"), message("Not on the list any more.")
_MORE = counted_message("1 more partnership of {company} with {organisation}", "{count} more partnerships of {company} with {organisation}")  # fmt: skip
_RAISE, _DRAW_ON = message("Raise it in the talks on {pairs}."), message("Draw on it for {pairs}.")
_RESEMBLES = message("{nonprofit} does work much like that of {other}; {what}")
_LONGEST_REASON = 220
_MOST_LOW = 3
MOST_PARTNERSHIPS = 2
"""Most partnerships that a reason lists singly, among the setbacks and among the others."""


def column_word(column: str, language: Language) -> str:
    """Word for a column of partnerships.

    Parameters
    ----------
    column : str
        A rating or a date.
    language : Language
    """
    return language.phrase(_COLUMNS[column])


def partnership_phrase(item: PastPartnership, language: Language) -> str:
    """Who worked together, until when, how it was rated, and why it ended, in people's own words; empty for a mere idea.

    Parameters
    ----------
    item : PastPartnership
    language : Language
    """
    if item.status not in _WHENEVER:
        return ""
    day = item.started if item.status.is_running else item.ended
    if item.status.is_exit:
        day = item.ended or item.started
    names = {"unit": item.unit_name, "nonprofit": item.nonprofit_name}
    if day is not None and item.status in _IN_YEAR:
        said = language.phrase(_IN_YEAR[item.status], year=str(day.year), **names)
    else:
        said = language.phrase(_WHENEVER[item.status], **names)
    if item.status.has_started and item.rating is not None:
        low = language.join(
            [f"{column_word(name, language)} {language.rounded(value)}" for name, value in item.low_ratings[:_MOST_LOW]]
        )
        rating = language.number(item.rating, 1)
        said = language.phrase(_RATED_LOW if low else _RATED, what=said, rating=rating, low=low)
    if item.is_told:
        return language.phrase("{what} (the reason stands at an earlier pair)", what=said)
    return f"{said}: “{shorten(plain_text(item.reason), _LONGEST_REASON)}”" if item.reason else said


def told_once(records: Iterable[PairRecord]) -> list[PairRecord]:
    """Records of one list or programme in which each reason why a partnership ended stands at the first that it bears upon.

    Parameters
    ----------
    records : iterable of PairRecord
        In the order in which they are read.
    """
    seen: set[tuple[str, ...]] = set()

    def once(item: PastPartnership) -> PastPartnership:
        key = item.unit_id, item.nonprofit_id, item.status, item.reason
        is_told = bool(item.reason) and key in seen
        seen.add(key)
        return replace(item, is_told=is_told)

    return [
        replace(
            record,
            history=tuple(map(once, record.history)),
            resembles=None if record.resembles is None else once(record.resembles),
        )
        for record in records
    ]


def setback_sentences(record: PairRecord, language: Language) -> list[str]:
    """What a reader should know before anything else: partnerships that were ruled out, or go or went badly.

    They are those of the company with the organisation, and one with another organisation that does the same work.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    shown = [*record.setbacks[:MOST_PARTNERSHIPS], *([] if record.resembles is None else [record.resembles])]
    phrases = [partnership_phrase(item, language) for item in record.setbacks[:MOST_PARTNERSHIPS]]
    phrases += [phrase] if (phrase := resemblance_phrase(record, language)) else []
    said = [as_sentence([language.phrase("note first: {what}", what=phrase)]) for phrase in phrases]
    of_others = [item for item in shown if not item.is_of_unit]
    # A veto is a decision, which holds here too or not; of a partnership its unit can tell how it went.
    if any(item.status is Status.VETOED for item in of_others):
        said.append(language.phrase("Find out first whether that holds for {unit} too.", unit=record.unit_name))
    units = list(dict.fromkeys(item.unit_name for item in of_others if item.status is not Status.VETOED))
    if units:
        said.append(language.phrase("Talk to {units} first.", units=language.join(units)))
    return said


def resemblance_phrase(record: PairRecord, language: Language) -> str:
    """That a nonprofit is much like one that the company ruled out, or stopped with for a reason; empty without such a one.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    if record.resembles is None:
        return ""
    names = {"nonprofit": record.nonprofit_name, "other": record.resembles.nonprofit_name}
    return language.phrase(_RESEMBLES, what=partnership_phrase(record.resembles, language), **names)


def history_phrases(record: PairRecord, language: Language) -> list[str]:
    """What else the company and the organisation have been through: partnerships of the pair, then of other units and sites.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    said = [language.phrase(_UNDER_WAY[status]) for status in _UNDER_WAY if status in record.statuses]
    first = record.setbacks[:MOST_PARTNERSHIPS]
    rest = [item for item in record.history if item not in first]
    of_pair = [partnership_phrase(item, language) for item in rest if item.is_of_pair and item.status not in _UNDER_WAY]
    of_others = [phrase for item in rest if not item.is_of_pair and (phrase := partnership_phrase(item, language))]
    said += [*of_pair, *of_others[:MOST_PARTNERSHIPS]]
    if (more := len(of_others) - MOST_PARTNERSHIPS) > 0:
        names = {"company": record.company, "organisation": record.organisation}
        said.append(language.count_phrase(*_MORE, more, **names))
    return said


def history_lines(record: PairRecord, language: Language) -> list[str]:
    """Every partnership of the company with the organisation, a sentence each.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    return [as_sentence([phrase]) for item in record.history if (phrase := partnership_phrase(item, language))]


def programme_history(records: Iterable[PairRecord], language: Language, *, ended_well: bool = False) -> list[str]:
    """What to know before a programme begins: each setback and each ended partnership once, with the pairs that it bears upon.

    Parameters
    ----------
    records : iterable of PairRecord
        Pairs of one programme.
    language : Language
    ended_well : bool
        Whether to list the partnerships that ended well; otherwise all others.
    """
    bearing: dict[str, list[str]] = {}
    follow_up = _DRAW_ON if ended_well else _RAISE
    for record in records:
        for item in record.history:
            is_told = item.is_setback or (item.status.is_ended and not item.is_of_pair)
            if not is_told or item.ended_well != ended_well:
                continue
            units = bearing.setdefault(partnership_phrase(item, language), [])
            if not item.is_of_pair:
                units.append(
                    language.phrase("{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name)
                )
        if not ended_well and (phrase := resemblance_phrase(record, language)):
            names = {"unit": record.unit_name, "nonprofit": record.nonprofit_name}
            bearing.setdefault(phrase, []).append(language.phrase("{unit} with {nonprofit}", **names))
    return [
        as_sentence([phrase])
        + (" " + language.phrase(follow_up, pairs=language.join(list(dict.fromkeys(pairs)))) if pairs else "")
        for phrase, pairs in bearing.items()
    ]


def partner_sentence(item: PastPartnership, language: Language) -> str:
    """A partner that the list of its unit leaves out: it runs, or it is over and might be taken up again.

    Parameters
    ----------
    item : PastPartnership
    language : Language
    """
    said = as_sentence([partnership_phrase(item, language)])
    if item.status.is_running:
        return said
    return f"{said} {language.phrase(_TAKE_UP if item.ended_well else _OFF_LIST)}"
