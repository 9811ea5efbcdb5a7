"""The companies of the page: for each its recommended programme and why, and what else was weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from matcher.i18n.language import as_sentence, capital, counted_message
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.page.lists import pair_view
from matcher.reports.page.pairs import PairBook, agenda_rows
from matcher.reports.page.selection import best_rows
from matcher.reports.page.views import CompanyView, KindView, PairView, ProgrammeView
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import indicators_in_words, open_points
from matcher.reports.sentences.reasons import first_quotes

_UNITS = counted_message("1 business unit", "{count} business units")
_LEFT = counted_message("1 more pair is in the tables only.", "{count} more pairs are in the tables only.")


def company_views(
    book: PairBook, list_anchors: Mapping[str, str], causes: Mapping[str, int], bound: int
) -> tuple[list[CompanyView], int]:
    """Return a section a company, by name, and how many companies are left to the tables.

    Parameters
    ----------
    book : PairBook
    list_anchors : mapping of str to str
        Anchor of each unit's list that is on the page.
    causes : mapping of str to int
    bound : int
        Companies, and pairs in all their programmes together, at most.
    """
    results = book.results
    run, programmes = results.data, results.programmes
    names = sorted(set(run.units.companies.tolist()), key=lambda name: (name.casefold(), name))
    units: dict[str, list[int]] = {name: [] for name in names}
    for position, name in enumerate(run.units.companies):
        units[name].append(position)
    proposals: dict[str, list[Programme]] = {name: [] for name in names}
    for programme in programmes.plan.programmes:
        proposals[programme.company].append(programme)
    recommended_of = {name: next((item for item in proposals[name] if item.recommended), None) for name in names}
    ordered = [
        (name, pair)
        for name in names
        if (item := recommended_of[name]) is not None
        for pair in _pairs_in_order(book, item)
    ]
    selection = best_rows([name for name, _ in ordered], [_score(book, pair) for _, pair in ordered], bound)
    views = []
    for number, name in enumerate(names[:bound]):
        shown = [ordered[row][1] for row in selection.rows.get(name, ())]
        item = recommended_of[name]
        recommended = None
        if item is not None:
            rows = [] if item.central is None else [_central_row(book, item, item.central)]
            quotes = first_quotes(programmes.records[pair] for pair in shown)
            rows += [
                _local_row(book, pair, causes, with_quote=is_first)
                for pair, is_first in zip(shown, quotes, strict=True)
            ]
            recommended = _programme(book, item, rows, selection.left_rows.get(name, 0))
        links = [
            (list_anchors[run.units.ids[unit]], str(run.units.names[unit]))
            for unit in units[name]
            if run.units.ids[unit] in list_anchors
        ]
        views.append(
            CompanyView(
                anchor=f"company-{number}",
                name=name,
                under=book.language.count_phrase(*_UNITS, len(units[name])),
                recommended=recommended,
                kinds=[_kind(book, proposal) for proposal in proposals[name]],
                units=sorted(links, key=lambda link: (link[1].casefold(), link[0])),
            )
        )
    return views, len(names) - len(views)


def _pairs_in_order(book: PairBook, programme: Programme) -> list[Pair]:
    """Return the local pairs, by unit and precedence; those to be asked about last."""
    programmes = book.results.programmes
    units, doubtful = book.results.data.units, book.results.programmes.plan.candidates.doubtful
    return sorted(
        set(programme.pairs),
        key=lambda pair: (
            pair in doubtful,
            units.names[pair[0]].casefold(),
            pair[0],
            programmes.precedence(pair),
            pair[1],
        ),
    )


def _local_row(book: PairBook, pair: Pair, causes: Mapping[str, int], *, with_quote: bool) -> PairView:
    """Return a local pair as a row, under its unit; one that is kept and does not suit has a question."""
    programmes = book.results.programmes
    record = programmes.records[pair]
    view = pair_view(book, record, causes, with_quote=with_quote)
    asked = [book.language.phrase("go on with it?")] if pair in programmes.plan.candidates.doubtful else []
    return replace(view, unit=record.unit_name, badges=[*view.badges, *asked])


def _score(book: PairBook, pair: Pair) -> float:
    return book.results.programmes.records[pair].score or 0.0


def _central_row(book: PairBook, programme: Programme, central: CentralPair) -> PairView:
    """Return the two head offices as a row, with the score of their pairing and what it is made of."""
    language = book.language
    pair = programme.head_offices
    record = book.results.programmes.records[pair] if pair is not None else None
    assert record is not None  # a central pairing has head offices
    parts = [
        f"{language.word(name)} {language.phrase('unknown') if score is None else language.score(score)}"
        for name, score in central.parts.items()
    ]
    return replace(
        pair_view(book, record, {}, names="both"),
        number=book.number_of(record, central),
        score=central.score,
        shown=language.score(central.score),
        confidence="",
        why=as_sentence(parts),
        badges=[language.phrase("head offices")],
    )


def _kind(book: PairBook, programme: Programme) -> KindView:
    """A plan as a row of the table in which they are compared."""
    language, worth = book.language, programme.rationale.worth
    return KindView(
        title=language.phrase(KIND_WORDINGS[programme.kind].heading, organisation=programme.organisation),
        brings=language.score(worth.worth),
        units_served=language.phrase(
            "{served} of {units}", served=language.number(worth.units_served), units=language.number(worth.units)
        ),
        new_partners=language.number(worth.new_partners),
        score=worth.worth,
        recommended=programme.recommended,
        is_alternative=programme.is_alternative,
    )


def _programme(book: PairBook, programme: Programme, rows: list[PairView], left: int) -> ProgrammeView:
    language, programmes = book.language, book.results.programmes
    return ProgrammeView(
        title=language.phrase(KIND_WORDINGS[programme.kind].heading, organisation=programme.organisation),
        why=programmes.why(programme),
        facilitator=programmes.facilitator(programme),
        score=programme.score,
        shown=language.score(programme.score),
        pairs=rows,
        agenda=agenda_rows(programme.agenda, language),
        open_points=open_points(programme.agenda, language),
        indicators=[capital(text) for text in indicators_in_words(programme.indicators, language)],
        note=language.count_phrase(*_LEFT, left) if left else "",
        questions=programmes.questions(programme),
        history=programmes.history(programme),
        good_past=programmes.good_past(programme),
    )
