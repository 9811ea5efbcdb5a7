"""Say in a sentence why a pair is on a list, or on none; made from its record alone, in the language of the reader."""

from __future__ import annotations

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.scoring.eligibility import GATES, LOCAL_GATES
from matcher.scoring.explanation import PairRecord
from matcher.tables.status import Status

NONPROFITS = "nonprofits"
"""The side whose lists speak to the nonprofit: "you" is then the nonprofit, else the unit."""

_RUNNING = {Status.ACTIVE: message("partners already"), Status.AGREED: message("agreed already")}
_EARLIER = {
    Status.CONTACTED: message("contacted already"),
    Status.PROPOSED: message("proposed already"),
    Status.COMPLETED: message("partners before"),
    Status.DECLINED: message("declined before"),
    Status.VETOED: message("ruled out before"),
    Status.MAYBE: message("under consideration"),
}
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
    for item in sorted(record.criteria, key=lambda item: -round(item.contribution, 3)):
        if item.score is not None:
            parts += item.criterion.phrases(item, record, language, side)
    unknown = [item.criterion.unknown_label(language) for item in record.criteria if item.score is None]
    unknown = [label for label in unknown if label is not None]
    apart = bool(parts)
    if unknown:
        what = language.join([label for label in unknown if label is not None])
        parts.append(language.phrase("not known: {what}", what=what))
    parts += [language.phrase(_EARLIER[status]) for status in _EARLIER if status in record.statuses]
    if not apart:
        parts.insert(0, language.phrase("nothing known sets this pair apart from the average"))
    if record.more_sites > 0:
        parts.append(language.count_phrase(*_MORE_SITES, record.more_sites, organisation=record.organisation))
    return as_sentence(parts)


def gate_reason(record: PairRecord, language: Language) -> str:
    """Reason why a pair is on no list: the meaning of each closed gate.

    Parameters
    ----------
    record : PairRecord
        With one closed gate at least.
    language : Language
    """
    meanings = {gate.name: gate.meaning for gate in (*GATES, *LOCAL_GATES)}
    shown = "; ".join(language.phrase(meanings[name]) for name in record.gates)
    return as_sentence([language.phrase("on no list: {meanings}", meanings=shown)])
