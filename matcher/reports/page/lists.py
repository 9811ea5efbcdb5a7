"""The shortlists of the page: a section a list, a row a pair."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from matcher.i18n.language import counted_message
from matcher.reports.page.overview import change_view
from matcher.reports.page.pairs import PairBook
from matcher.reports.page.selection import Selection
from matcher.reports.page.views import ListView, PairView
from matcher.reports.page.wording import shown_km
from matcher.reports.results import Results
from matcher.reports.sentences.lists import empty_list_in_words, left_out_sentence, remark_sentences
from matcher.reports.sentences.reasons import brief_reason, reason
from matcher.scoring.explanation import PairRecord
from matcher.tables.status import Status

WELL_KNOWN = 0.75
"""Least confidence of a row at which the page does not show it."""
_LEFT = counted_message(
    "1 more pair of this list is in the tables only.", "{count} more pairs of this list are in the tables only."
)


def pair_view(
    book: PairBook,
    record: PairRecord,
    causes: Mapping[str, int],
    *,
    rank: str = "",
    anchor: str = "",
    names: str = "nonprofit",
    omitted: Collection[str] = (),
    with_quote: bool = True,
) -> PairView:
    """Return a pair as a row.

    Parameters
    ----------
    book : PairBook
    record : PairRecord
    causes : mapping of str to int
        Number of each cause in the filter.
    rank, anchor : str
    names : {"nonprofit", "unit", "both"}
        Who is named in the row.
    omitted : collection of str
        Criteria that are unknown for the whole list.
    with_quote : bool
        Whether the row begins with what the nonprofit says.
    """
    language = book.language
    proximity = record.criterion("proximity")
    if proximity is not None and proximity.facts.get("works_in") not in ("national", "abroad"):
        omitted = {*omitted, proximity.name}  # town and distance stand in the row
    named = {"nonprofit": record.nonprofit_name, "unit": record.unit_name}.get(names)
    organisation = record.organisation if record.organisation != record.nonprofit_name else ""
    under = {
        "nonprofit": [organisation, book.place_of("nonprofits", record.nonprofit_id)],
        "unit": [record.company, book.place_of("units", record.unit_id)],
    }.get(names, [organisation])
    score = 0.0 if record.score is None else record.score
    return PairView(
        number=book.number_of(record),
        anchor=anchor,
        rank=rank,
        name=named
        or language.phrase("{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name),
        under=" · ".join(filter(None, under)),
        score=score,
        shown=language.score(score),
        km=record.distance_km,
        distance=shown_km(language, record.distance_km),
        confidence=language.percent(record.confidence),
        is_well_known=record.confidence >= WELL_KNOWN,
        why=reason(record, language, omitted, with_quote=with_quote),
        brief=brief_reason(record, language, with_quote=with_quote),
        badges=[language.word(status) for status in Status.having("is_under_way") if status in record.statuses],
        change=change_view(book.change_of(record), language),
        causes=[causes[code] for code in book.causes_of(record.nonprofit_id) if code in causes],
    )


def list_views(
    book: PairBook, selection: Selection, anchors: Mapping[str, str], causes: Mapping[str, int]
) -> list[ListView]:
    """Return the lists with rows on the page, and the empty ones, by company and name.

    Parameters
    ----------
    book : PairBook
        Takes in the pairs that are shown.
    selection : Selection
        Rows of the shortlists that are shown.
    anchors : mapping of str to str
        Anchor of each list by the id of its owner.
    causes : mapping of str to int
        Number of each cause in the filter.
    """
    results, language = book.results, book.language
    by_unit = results.data.settings.side == "units"
    ranks: Sequence[int] = results.shortlist["rank"].tolist()
    views = []
    for owner, rows in selection.rows.items():
        first = results.records[rows[0]]
        left = selection.left_rows.get(owner, 0)
        views.append(
            ListView(
                anchor=anchors[owner],
                name=first.unit_name if by_unit else first.nonprofit_name,
                under=" · ".join(filter(None, _under(book, first, by_unit=by_unit))),
                pairs=[
                    pair_view(
                        book,
                        results.records[row],
                        causes,
                        rank=language.number(ranks[row]),
                        anchor=f"pair-{row}",
                        names="nonprofit" if by_unit else "unit",
                        omitted=results.remarks[owner].unknown,
                    )
                    for row in rows
                ],
                remarks=remark_sentences(results.remarks[owner], language),
                left_out=left_out_sentence(results.remarks[owner], language),
                note=language.count_phrase(*_LEFT, left) if left else "",
            )
        )
    if by_unit:
        views += _empty_views(results, anchors)
    return sorted(views, key=lambda view: (view.under.split(" · ")[0].casefold(), view.name.casefold(), view.anchor))


def list_owners(results: Results) -> list[str]:
    """Return whose list each row of the shortlist is on, by id."""
    by_unit = results.data.settings.side == "units"
    return [record.unit_id if by_unit else record.nonprofit_id for record in results.records]


def _under(book: PairBook, record: PairRecord, *, by_unit: bool) -> list[str]:
    if by_unit:
        return [record.company, book.place_of("units", record.unit_id)]
    organisation = record.organisation if record.organisation != record.nonprofit_name else ""
    return [organisation, book.place_of("nonprofits", record.nonprofit_id)]


def _empty_views(results: Results, anchors: Mapping[str, str]) -> list[ListView]:
    """Return a section for every unit with nobody on its list, with the reason, as far as units have an anchor."""
    run = results.data
    companies = dict(zip(run.units.ids.tolist(), run.units.companies.tolist(), strict=True))
    return [
        ListView(
            anchors[item.unit_id],
            item.unit_name,
            companies[item.unit_id],
            [],
            remarks=remark_sentences(results.remarks[item.unit_id], results.language)
            if item.unit_id in results.remarks
            else [],
            note=empty_list_in_words(item, results.language),
        )
        for item in results.empty_lists
        if item.unit_id in anchors
    ]
