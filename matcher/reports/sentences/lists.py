"""Remarks on a whole shortlist: statements that hold for every row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.i18n.language import Language, counted_message
from matcher.ranking.shortlists.selection import EmptyList
from matcher.reports.sentences.history import partner_sentence
from matcher.reports.sentences.reasons import unknown_facts
from matcher.scoring.explanation import PairRecord
from matcher.scoring.history import PastPartnership

NEAR_FROM = 1.25
"""Standard deviations above the average pair from which a mission is near."""
_UNRELATED = counted_message(
    "1 candidate is left out: it has nothing in common with {name}.",
    "{count} candidates are left out: they have nothing in common with {name}.",
)
_DEVIATIONS = "deviations_above_average"
_MAX_NAMED = 12
_AND_MORE = counted_message("{names} and 1 more", "{names} and {count} more")


@dataclass(frozen=True)
class ListRemarks:
    """What is to be said of a list as a whole.

    Attributes
    ----------
    name : str
        Name of the unit or nonprofit that the list is for.
    best_deviation : float or None
        Likeness of the nearest mission, in standard deviations above the average pair; None where no two missions
        are known.
    shares_causes : bool
        Whether a pair of the list has causes in common, or near each other.
    unknown : mapping of str to str
        Criteria that are unknown in every row of a list of two or more, and codes of facts that are, each with the name
        of what is missing.
    unrelated : int
        Candidates that were left out because they have nothing in common with the list's owner.
    partners : tuple of PastPartnership
        Those of the unit with partners that are not on its list: they run, or are over.
    """

    name: str
    best_deviation: float | None
    shares_causes: bool
    unknown: Mapping[str, str]
    unrelated: int = 0
    partners: tuple[PastPartnership, ...] = ()

    @property
    def lacks_near_mission(self) -> bool:
        """Whether missions are known and none is near, by text or by causes."""
        return self.best_deviation is not None and self.best_deviation < NEAR_FROM and not self.shares_causes


def list_remarks(
    records: Sequence[PairRecord],
    side: str,
    language: Language,
    unrelated: Mapping[str, int] | None = None,
    partnerships: Mapping[str, Sequence[PastPartnership]] | None = None,
) -> dict[str, ListRemarks]:
    """Remarks on each list, also an empty one of a unit with partners, by the id of its unit or nonprofit.

    Parameters
    ----------
    records : sequence of PairRecord
        Pairs on lists.
    side : {"units", "nonprofits"}
        Whose lists they are.
    language : Language
    unrelated : mapping of str to int, optional
        Candidates left out of each list because they have nothing in common with its owner. Default: none.
    partnerships : mapping of str to sequence of PastPartnership, optional
        Own partnerships of units, by their id. Default: none.
    """
    by_unit = side == "units"
    lists: dict[tuple[str, str], list[PairRecord]] = {}
    for record in records:
        owner = (record.unit_id, record.unit_name) if by_unit else (record.nonprofit_id, record.nonprofit_name)
        lists.setdefault(owner, []).append(record)
    left_out = unrelated or {}
    found = {
        owner_id: _remarks(name, rows, language, left_out.get(owner_id, 0)) for (owner_id, name), rows in lists.items()
    }
    for unit_id, items in (partnerships or {}).items() if by_unit else ():
        remarks = found.get(unit_id) or _remarks(items[0].unit_name, (), language, left_out.get(unit_id, 0))
        on_list = {record.nonprofit_id for record in lists.get((unit_id, remarks.name), ())}
        partners = tuple(
            item
            for item in items
            if (item.status.is_running or item.status.is_ended) and item.nonprofit_id not in on_list
        )
        if partners:
            found[unit_id] = replace(remarks, partners=partners)
    return found


def _remarks(name: str, rows: Sequence[PairRecord], language: Language, unrelated: int) -> ListRemarks:
    facts = [item.facts for row in rows if (item := row.criterion("mission")) is not None]
    deviations = [value for found in facts for key, value in found.items() if key.endswith(_DEVIATIONS)]
    unknown = [unknown_facts(row, language) for row in rows] if len(rows) > 1 else [{}]
    return ListRemarks(
        name=name,
        best_deviation=max(deviations, default=None),
        shares_causes=any(found.get("shared_causes") or found.get("near_causes") for found in facts),
        unknown={
            criterion: label for criterion, label in unknown[0].items() if all(criterion in one for one in unknown)
        },
        unrelated=unrelated,
    )


def remark_sentences(remarks: ListRemarks, language: Language) -> list[str]:
    """Remarks on a list, one sentence each, to stand at the head of it.

    Parameters
    ----------
    remarks : ListRemarks
    language : Language
    """
    said = []
    if remarks.lacks_near_mission:
        said.append(language.phrase("No mission on this list is near that of {name}.", name=remarks.name))
    if remarks.unknown:
        what = language.join(list(remarks.unknown.values()))
        said.append(language.phrase("Not known for this whole list: {what}.", what=what))
    if "unit_causes" in remarks.unknown:
        said.append(language.phrase("Fill in the causes of the unit for a better list."))
    return said + [partner_sentence(item, language) for item in remarks.partners]


def left_out_sentence(remarks: ListRemarks, language: Language) -> str:
    """How many candidates a list leaves out, to stand at the foot of it; empty where it leaves out none.

    Parameters
    ----------
    remarks : ListRemarks
    language : Language
    """
    return language.count_phrase(*_UNRELATED, remarks.unrelated, name=remarks.name) if remarks.unrelated else ""


def sentences_on_lists(remarks: Collection[ListRemarks], language: Language) -> list[str]:
    """Remarks on all lists of a run, each said once with the lists that it is true of.

    Parameters
    ----------
    remarks : collection of ListRemarks
    language : Language
    """
    far: list[str] = []
    unknown: dict[str, list[str]] = {}
    for item in remarks:
        if item.lacks_near_mission:
            far.append(item.name)
        if item.unknown:
            unknown.setdefault(language.join(list(item.unknown.values())), []).append(item.name)
    said = (
        [
            language.phrase(
                "No mission on the list is near that of: {names}.", names=first_names(far, _MAX_NAMED, language)
            )
        ]
        if far
        else []
    )
    said += [
        language.phrase(
            "Not known for the whole list ({what}): {names}.", what=what, names=first_names(names, _MAX_NAMED, language)
        )
        for what, names in unknown.items()
    ]
    past = past_partners(remarks, language)
    return [*said, past] if past else said


def past_partners(remarks: Iterable[ListRemarks], language: Language, most: int = _MAX_NAMED) -> str:
    """Partnerships of all units that ended well and might be taken up again, as one sentence; empty without any.

    Parameters
    ----------
    remarks : iterable of ListRemarks
    language : Language
    most : int
        Names that are shown.
    """
    past = [
        language.phrase("{unit} with {nonprofit}", unit=partner.unit_name, nonprofit=partner.nonprofit_name)
        for item in remarks
        for partner in item.partners
        if partner.ended_well
    ]
    if not past:
        return ""
    return language.phrase(
        "Partners before, on no list now; take them up again? {names}.", names=first_names(past, most, language)
    )


def first_names(names: Sequence[str], most: int, language: Language) -> str:
    """First of some names, and how many more there are.

    Parameters
    ----------
    names : sequence of str
    most : int
        Names that are shown.
    language : Language
    """
    shown = ", ".join(names[:most])
    return language.count_phrase(*_AND_MORE, len(names) - most, names=shown) if len(names) > most else shown


def empty_list_in_words(empty: EmptyList, language: Language) -> str:
    """Sentence on an empty list: the number of nonprofits behind each gate and below the least score.

    Parameters
    ----------
    empty : EmptyList
    language : Language
    """
    if empty.is_full:
        return language.phrase(
            "unit {unit} ({name}) has no place left beside the partnerships that it has",
            unit=empty.unit_id,
            name=empty.unit_name,
        )
    parts = [
        language.phrase("{number} {gate}", number=language.number(count), gate=language.word(gate))
        for gate, count in empty.excluded.items()
    ]
    if empty.below:
        below, least = language.number(empty.below), language.rounded(empty.min_score, 2)
        parts.append(language.phrase("{number} below the least score of {least}", number=below, least=least))
    if empty.unrelated:
        parts.append(language.phrase("{number} with nothing in common", number=language.number(empty.unrelated)))
    return language.phrase(
        "unit {unit} ({name}) has no candidate left: {reasons}",
        unit=empty.unit_id,
        name=empty.unit_name,
        reasons=", ".join(parts) or language.phrase("no nonprofits"),
    )
