"""The board paper: what to decide, then for each company what is proposed for every unit and why, and what is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.i18n.language import Language, as_sentence, counted_message, message
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.documents.amounts import Amounts, amounts_of
from matcher.reports.documents.board_decision import (
    compared_plans,
    decision,
    factors_in_words,
    general_points,
    own_points,
    shared_nonprofits,
)
from matcher.reports.documents.writer import Cell, DocumentWriter
from matcher.reports.page.overview import figures
from matcher.reports.programme_tables import AGREED, DOUBTFUL, LOCKED, RUNNING
from matcher.reports.results import Results
from matcher.reports.sentences.first_choices import why_not_in_plan
from matcher.reports.sentences.lists import first_names, past_partners
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import UNSERVED
from matcher.reports.sentences.reasons import brief_reason, caution, first_quotes
from matcher.reports.weak_data import weak_data
from matcher.scoring.explanation import PairRecord

_MOST_COMPANIES, _MOST_NOTES = 40, 6
"""What a board reads; the rest is counted."""
_LINE, _SHORTEST_REASON, _LINES_IN_ALL, _MOST_LINES = 110, 60, 200, 2
"""Characters of a line in the table of partners, and of a reason where the name before it leaves less than that; lines of
all partners together from which each has one line, and lines of a partner at most."""
_MORE_COMPANIES = counted_message("1 more company is in the workbook.", "{count} more companies are in the workbook.")
_NO_PROGRAMME = counted_message("For 1 company no programme is proposed: {names}.", "For {count} companies no programme is proposed: {names}.")  # fmt: skip
_MARKS = {
    RUNNING: message("runs already"),
    AGREED: message("agreed"),
    LOCKED: message("proposed earlier"),
    DOUBTFUL: message("proposed earlier; go on with it?"),
}
_BEYOND = counted_message(
    "More than this unit can carry: 1 partnership where its capacity is {capacity}.",
    "More than this unit can carry: {count} partnerships where its capacity is {capacity}.",
)
_FROM_CENTRAL = message("the central partner has a site in reach")


def board_paper(results: Results) -> bytes:
    """Board paper of a run, as a Word document; the same results give the same bytes.

    It holds names, towns and reasons; no column that is passed through from the lists, so no personal one.
    """
    language, day = results.language, results.data.today
    title = language.phrase("Proposed partnerships")
    paper = DocumentWriter(title, language, day, size=8.5)
    paper.heading(title, 0)
    companies = sorted(set(results.data.units.companies.tolist()), key=lambda name: (name.casefold(), name))
    paper.paragraph(f"{first_names(companies, _MOST_COMPANIES, language)} · {language.day(day)}", quiet=True)
    paper.paragraph(language.join([f"{number} {counted}" for number, counted in figures(results)]) + ".")
    recommended = [item for item in results.programmes.plan.programmes if item.recommended]
    shown, general = recommended[:_MOST_COMPANIES], general_points(recommended)
    if shown:
        decision(results, paper, shown)
        compared_plans(results, paper, shown)
    paper.heading(language.phrase("What we propose for each company"))
    first_choices = _first_choices(results)
    for programme in shown:
        paper.heading(_title(programme, language), 2)
        paper.paragraph(results.programmes.in_short(programme), with_next=True)
        settled = own_points(programme, general, language)
        for line in [*results.programmes.questions(programme), *results.programmes.history(programme), *settled]:
            paper.paragraph(line, bullet=True)
        headings = [language.phrase("Unit"), language.phrase("Partners, each with the reason")]
        paper.table(headings, _unit_rows(results, programme, first_choices), (3.0, 14.2))
    for note in _left_out(results, companies, recommended):
        paper.paragraph(note, quiet=True)
    shared_nonprofits(results, paper, shown)
    paper.heading(language.phrase("What is still unknown"))
    lines = weak_data(results)
    known = as_sentence(lines[:_MOST_NOTES]) if lines else language.phrase("The lists are complete.")
    paper.paragraph(known)
    if general:
        factors = factors_in_words(general, language)
        paper.paragraph(language.phrase("To settle before the start: {factors}.", factors=factors))
    partners = past_partners(results.remarks.values(), language, _MOST_NOTES)
    if partners:
        paper.paragraph(partners)
    paper.footer(
        language.phrase("A score runs from 0 to 1. It helps to choose; you decide, after a talk with both sides.")
    )
    return paper.content()


def _unit_rows(results: Results, programme: Programme, first_choices: Mapping[int, str]) -> list[list[Cell]]:
    """Rows of a company's units: its partners, new ones first, each with why; those without any say why they have none.

    Below a unit's partners stands the first choice of its list where the plan has not got it.
    """
    plan, language, programmes = results.programmes.plan, results.language, results.programmes
    without = {item.unit: item.reason for item in plan.unserved_units}
    pairs = sorted(
        programme.pairs,
        key=lambda pair: (pair[0], pair in programme.kept_pairs, programmes.precedence(pair), pair[1]),
    )
    records = [plan.records[pair] for pair in pairs]
    partners = sum(len(item.pairs) for item in plan.programmes if item.recommended)
    line = _LINE * max(1, min(_MOST_LINES, _LINES_IN_ALL // max(1, partners)))
    lines_of: dict[int, list[tuple[str, str]]] = {}
    amounts = amounts_of(results)
    for pair, record, is_first in zip(pairs, records, first_quotes(records), strict=True):
        marks = _marks(results, pair, amounts)
        room = line - len(record.nonprofit_name) - len(marks)
        why = f"{_why(record, language, room, with_quote=is_first)} {caution(record, language)}".rstrip()
        lines_of.setdefault(pair[0], []).append((record.nonprofit_name, f"{marks} – {why}"))
    units = np.flatnonzero(results.data.units.companies == programme.company).tolist()
    rows: list[list[Cell]] = []
    if programme.head_offices is not None:
        record = plan.records[programme.head_offices]
        name = f"{programme.organisation} ({language.phrase('head offices')})"
        why = _why(record, language, 2 * _LINE)
        rows.append([programme.company, [(name, f" – {why} {caution(record, language)}".rstrip())]])
    for unit in sorted(units, key=lambda each: each not in lines_of):
        lines = lines_of.get(unit, [])
        if not lines:
            reason = without.get(unit)
            why = language.phrase(_FROM_CENTRAL if reason is None else UNSERVED[reason])
            lines = [(language.phrase("No local partner"), f" – {as_sentence([why])}")]
        if (count := len(lines_of.get(unit, []))) > (room := int(plan.candidates.unit_capacity[unit])):
            lines = [*lines, ("", language.count_phrase(*_BEYOND, count, capacity=language.number(room)))]
        if unit in first_choices:
            lines = [*lines, ("", first_choices[unit])]
        rows.append([str(plan.units.names[unit]), lines])
    return rows


def _marks(results: Results, pair: Pair, amounts: Sequence[Amounts]) -> str:
    """Score of a pair, what its nonprofit asks, whether it runs or was proposed earlier, and whether to talk first, in brackets."""
    language, programmes = results.language, results.programmes
    record, kept = programmes.records[pair], programmes.kept(pair)
    notes = [] if record.score is None else [language.score(record.score)]
    notes += [said for item in amounts if (said := item.in_words(pair[1], language))]
    notes += [language.phrase(_MARKS[kept])] if kept else []
    notes += [language.phrase("contacted already")] if programmes.is_contacted(pair) else []
    is_asked = kept in (RUNNING, AGREED) and pair in programmes.plan.candidates.doubtful
    notes += [language.phrase("go on with it?")] if is_asked else []
    has_past = bool(record.setbacks or record.resembles) and kept not in (RUNNING, AGREED)
    notes += [language.phrase("to talk about first")] if has_past else []
    return f" ({', '.join(notes)})" if notes else ""


def _title(programme: Programme, language: Language) -> str:
    heading = language.phrase(KIND_WORDINGS[programme.kind].heading, organisation=programme.organisation)
    return f"{programme.company}: {heading}"


def _left_out(results: Results, companies: Sequence[str], recommended: Sequence[Programme]) -> list[str]:
    language = results.language
    found = []
    if (more := len(recommended) - _MOST_COMPANIES) > 0:
        found.append(language.count_phrase(*_MORE_COMPANIES, more))
    without = [name for name in companies if name not in {item.company for item in recommended}]
    if without:
        names = first_names(without, _MOST_COMPANIES, language)
        found.append(language.count_phrase(*_NO_PROGRAMME, len(without), names=names))
    return found


def _first_choices(results: Results) -> dict[int, str]:
    """First choice of a unit's list where it is not in the plan, with the reason, as a sentence, by the unit's position."""
    language, run = results.language, results.data
    if run.settings.side != "units":
        return {}
    positions = [
        {str(row_id): position for position, row_id in enumerate(side.ids.tolist())}
        for side in (run.units, run.nonprofits)
    ]
    found = {}
    for record, rank in zip(results.records, results.shortlist["rank"], strict=True):
        pair = positions[0][record.unit_id], positions[1][record.nonprofit_id]
        if rank == 1 and (why := why_not_in_plan(results.programmes.plan, run, pair, language)):
            town = f" ({record.nonprofit_town})" if record.nonprofit_town else ""
            name = record.nonprofit_name + town
            found[pair[0]] = language.phrase(
                "First on the list: {nonprofit}. Not in the plan: {why}.", nonprofit=name, why=why
            )
    return found


def _why(record: PairRecord, language: Language, room: int, *, with_quote: bool = True) -> str:
    """Reason of a pair, without its quote where that does not fit: what went badly before stands above the table."""
    record = record.without_past()
    why = brief_reason(record, language, with_quote=with_quote)
    return why if len(why) <= max(room, _SHORTEST_REASON) else brief_reason(record, language, with_quote=False)
