"""Notices about a plan in words: what could not be honoured of partnerships, and what was assumed."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.i18n.language import Language, counted_message, message
from matcher.messages import Counted, Message, Words
from matcher.ranking.programmes.notices import (
    LOCK_GATED,
    LOCK_WITHOUT_CAPACITY,
    NO_HEAD_OFFICE,
    OVERBOOKED_NONPROFIT,
    OVERBOOKED_ORGANISATION,
    OVERBOOKED_UNIT,
    OVERFULL_NONPROFIT,
    OVERFULL_ORGANISATION,
    OVERFULL_UNIT,
    VETOED_PROPOSAL,
    VETOED_RUNNING,
    PlanNotice,
)

_NOTICES: Mapping[str, str] = {
    VETOED_PROPOSAL: message("{unit}:{nonprofit} was proposed, and is now vetoed: it is left out"),
    VETOED_RUNNING: message(
        "{unit}:{nonprofit} is vetoed, but runs: it stays in the plan until it is given a status that ends it"
    ),
    LOCK_GATED: message("{unit}:{nonprofit} is proposed or locked, but cannot be kept: {gates}"),
    LOCK_WITHOUT_CAPACITY: message(
        "{unit}:{nonprofit} is proposed or locked, but cannot be kept: no place left on one of the two sides"
    ),
    NO_HEAD_OFFICE: message("{company} names no head office: {unit} stands for it"),
}
_COUNTED_NOTICES: Mapping[str, tuple[str, str]] = {
    OVERFULL_UNIT: counted_message(
        "unit {unit} has 1 running partnership where its capacity is {capacity}",
        "unit {unit} has {count} running partnerships where its capacity is {capacity}",
    ),
    OVERBOOKED_UNIT: counted_message(
        "unit {unit} has 1 partnership that runs or is proposed where its capacity is {capacity}",
        "unit {unit} has {count} partnerships that run or are proposed where its capacity is {capacity}",
    ),
    OVERBOOKED_NONPROFIT: counted_message(
        "nonprofit {nonprofit} has 1 partnership that runs or is proposed where its capacity is {capacity}",
        "nonprofit {nonprofit} has {count} partnerships that run or are proposed where its capacity is {capacity}",
    ),
    OVERBOOKED_ORGANISATION: counted_message(
        "the sites of {organisation} have 1 partnership that runs or is proposed where its capacity in all is {capacity}",
        "the sites of {organisation} have {count} partnerships that run or are proposed where its capacity in all is {capacity}",
    ),
    OVERFULL_NONPROFIT: counted_message(
        "nonprofit {nonprofit} has 1 running partnership where its capacity is {capacity}",
        "nonprofit {nonprofit} has {count} running partnerships where its capacity is {capacity}",
    ),
    OVERFULL_ORGANISATION: counted_message(
        "the sites of {organisation} have 1 running partnership where its capacity in all is {capacity}",
        "the sites of {organisation} have {count} running partnerships where its capacity in all is {capacity}",
    ),
}


def notice_message(notice: PlanNotice) -> Message:
    """Text on what could not be honoured or was assumed.

    Parameters
    ----------
    notice : PlanNotice
    """
    facts = {name: Words(value) if isinstance(value, tuple) else value for name, value in notice.facts.items()}
    if notice.code in _COUNTED_NOTICES:
        count = int(str(facts.pop("running")))
        return Counted(*_COUNTED_NOTICES[notice.code], count, **facts)
    return Message(_NOTICES[notice.code], **facts)


def notice_sentence(notice: PlanNotice, language: Language) -> str:
    """Sentence on what could not be honoured or was assumed.

    Parameters
    ----------
    notice : PlanNotice
    language : Language
    """
    return notice_message(notice).in_language(language)
