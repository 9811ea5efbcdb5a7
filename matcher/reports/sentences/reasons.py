"""Reasons: a sentence on why a pair is on a list, or on none, made from its record alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matcher.i18n.language import Language, as_sentence, capital, counted_message
from matcher.reports.sentences.history import history_phrases, setback_sentences
from matcher.scoring.eligibility import GATES, LOCAL_GATES
from matcher.scoring.explanation import PairRecord

SHAKY_BELOW = 60
"""Kept places, of 100 disturbed weightings, below which a reason calls the place uncertain."""
_MORE_SITES = counted_message("{organisation} has 1 more site", "{organisation} has {count} more sites")


def reason(record: PairRecord, language: Language, omitted: Collection[str] = (), *, with_quote: bool = True) -> str:
    """Why a pair is on a list, or which gates keep it off.

    What went badly between the company and the organisation comes before anything else. Then what the nonprofit does, in
    its own words; what the two share, what each gives, and the distance; what is unknown, what else company and
    organisation have been through, and other sites of the organisation; last, what is to be settled before the two begin.
    Both sides are named.

    Parameters
    ----------
    record : PairRecord
    language : Language
    omitted : collection of str
        Criteria, and codes of unknown facts, that are said beside the reason: unknown for the whole list, or shown as a figure of the row. What they
        leave to be settled is said all the same.
    with_quote : bool
        Whether to begin with what the nonprofit says; its other sites may have said it above.
    """
    if record.gates:
        return gate_reason(record, language)
    first = setback_sentences(record, language)
    parts = [phrase for phrases in _phrases(record, language, omitted) for phrase in phrases]
    unknown = [label for name, label in unknown_facts(record, language).items() if name not in omitted]
    if unknown:
        parts.append(language.phrase("not known: {what}", what=language.join(unknown)))
    parts += history_phrases(record, language)
    if record.more_sites > 0:
        parts.append(language.count_phrase(*_MORE_SITES, record.more_sites, organisation=record.organisation))
    if is_shaky(record):
        parts.append(language.phrase("a borderline case"))
    quote, last = quoted(record.quote) if with_quote else "", caution(record, language)
    if not any((parts, quote, first, last)):
        parts.append(language.phrase("nothing known sets this pair apart from the average"))
    return " ".join(filter(None, (*first, quote, as_sentence(parts) if parts else "", last)))


def caution(record: PairRecord, language: Language) -> str:
    """What is to be settled before the two begin, as a sentence; empty where nothing stands in the way, or they have begun.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    if any(status.is_running for status in record.statuses):
        return ""
    found = [item.criterion.cautions(item, record, language) for item in record.criteria if item.score is not None]
    said = [phrase for phrases in found for phrase in phrases]
    return as_sentence([language.phrase("to settle first: {what}", what="; ".join(said))]) if said else ""


def borderline_meaning(language: Language) -> str:
    """What makes a pair a borderline case, as a sentence."""
    return language.phrase(
        "A borderline case keeps its place on the list in fewer than {least} of 100 trials with other weights: the word is "
        "about its place, not its score.",
        least=language.number(SHAKY_BELOW),
    )


def is_shaky(record: PairRecord) -> bool:
    """Whether the place of a pair on its list depends on the exact weights."""
    return record.stability is not None and record.stability < SHAKY_BELOW


def first_quotes(records: Iterable[PairRecord]) -> list[bool]:
    """Whether each record of one programme is the first with its quote: sites of an organisation often say the same."""
    seen: set[str] = set()
    is_first = []
    for record in records:
        is_first.append(record.quote not in seen)
        seen.add(record.quote)
    return is_first


def brief_reason(record: PairRecord, language: Language, *, with_quote: bool = True) -> str:
    """Reason for a line or two on paper: what went badly before; the causes of both, or that there are none; the quote.

    Without a quote: the first two phrases there are, such as the causes of both and what each gives.

    Parameters
    ----------
    record : PairRecord
    language : Language
    with_quote : bool
        As in :func:`reason`.
    """
    mission = record.criterion("mission")
    shared = None if mission is None else mission.facts.get("shared_causes")
    lead = language.words(shared or ())
    phrases = [phrase for found in _phrases(record, language) for phrase in found]
    if not (record.quote and with_quote):
        said = as_sentence(phrases[:2]) if phrases else ""
    else:
        if shared == [] and phrases and not record.has_common_ground:
            lead = phrases[0]  # the first one says so
        said = f"{capital(lead)}: {quoted(record.quote)}" if lead else quoted(record.quote)
        ground = [] if lead else common_ground(record, language)
        said = f"{said} {as_sentence(ground)}" if ground else said
    return " ".join([*setback_sentences(record, language), said]).strip()


def quoted(text: str) -> str:
    """Text in quotation marks; empty where it is."""
    return f"“{text}”" if text else ""


def unknown_labels(record: PairRecord, language: Language) -> dict[str, str]:
    """Names of what is unknown of a pair, by criterion, as far as they are worth a word.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    found = {item.name: item.criterion.unknown_label(language) for item in record.criteria if item.score is None}
    return {name: label for name, label in found.items() if label is not None}


def unknown_facts(record: PairRecord, language: Language) -> dict[str, str]:
    """Names of what is unknown of a pair, by criterion, and of what is missing behind scores that are known, by a code.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    found = unknown_labels(record, language)
    for item in record.criteria:
        found |= {} if item.score is None else item.criterion.unknown_facts(item, language)
    return found


def _phrases(record: PairRecord, language: Language, omitted: Collection[str] = ()) -> list[list[str]]:
    """Phrases of each criterion that is known and not omitted, in the order of reasons."""
    ordered = sorted(record.criteria, key=lambda item: item.criterion.order_in_reason)
    known = [item for item in ordered if item.score is not None and item.name not in omitted]
    return [item.criterion.phrases(item, record, language) for item in known]


def common_ground(record: PairRecord, language: Language) -> list[str]:
    """Phrases that name what the two have in common; none where nothing can be named.

    Parameters
    ----------
    record : PairRecord
    language : Language
    """
    found = [item for item in record.criteria if item.criterion.finds_common_ground]
    return [
        phrase
        for item in found
        if item.criterion.is_common_ground(item)
        for phrase in item.criterion.phrases(item, record, language)
    ]


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
