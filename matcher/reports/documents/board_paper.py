"""The board paper: for each company what is proposed for every unit and why, what differs from the shortlists, and what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.i18n.language import Language, capital, counted_message, message
from matcher.ranking.programmes.agenda import OPEN
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.documents.writer import DocumentWriter
from matcher.reports.page.overview import figures, weak_data
from matcher.reports.programme_tables import DOUBTFUL, LOCKED, RUNNING
from matcher.reports.results import Results
from matcher.reports.sentences.first_choices import why_not_in_plan
from matcher.reports.sentences.lists import past_partners
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import INTERMEDIARY, UNSERVED, factor_in_words
from matcher.reports.sentences.reasons import brief_reason, caution, first_quotes
from matcher.scoring.explanation import PairRecord
from matcher.texts.sentences import shorten

_MOST_COMPANIES, _MOST_CHOICES, _MOST_NOTES = 40, 60, 6
"""What a board reads; the rest is counted."""
_LONGEST_REASON = 150
_MORE_COMPANIES = counted_message("1 more company is in the workbook.", "{count} more companies are in the workbook.")
_MORE_CHOICES = counted_message("The first choice of 1 more unit is in the workbook.", "The first choices of {count} more units are in the workbook.")  # fmt: skip
_NO_PROGRAMME = counted_message("For 1 company no programme is proposed: {names}.", "For {count} companies no programme is proposed: {names}.")  # fmt: skip
_MARKS = {
    RUNNING: message("runs already"),
    LOCKED: message("proposed earlier"),
    DOUBTFUL: message("proposed earlier; go on with it?"),
}
_FROM_CENTRAL = message("the central partner has a site in reach")
_HOW_CHOSEN = message(
    "The score of a plan is the share of a company's people in a unit with a partner, times how well that partner suits "
    "the unit; 1 would be a perfect partner for everyone. Local partners, one central partner, and both together were "
    "compared for every company with several units; where they score about as much, local partners go before a central "
    "one that fits the company less well."
)


def board_paper(results: Results) -> bytes:
    """Board paper of a run, as a Word document; the same results give the same bytes.

    It holds names, towns and reasons; no column that is passed through from the lists, so no personal one.
    """
    language, day = results.language, results.data.today
    title = language.phrase("Proposed partnerships")
    paper = DocumentWriter(title, language, day, size=9)
    paper.heading(title, 0)
    companies = sorted(set(results.data.units.companies.tolist()), key=lambda name: (name.casefold(), name))
    shown = ", ".join(companies[:_MOST_COMPANIES]) + (" …" if len(companies) > _MOST_COMPANIES else "")
    paper.paragraph(f"{shown} · {language.day(day)}", quiet=True)
    paper.paragraph(language.join([f"{number} {counted}" for number, counted in figures(results)]) + ".")
    recommended = [item for item in results.programmes.plan.programmes if item.recommended]
    paper.heading(language.phrase("What we propose for each company"))
    paper.paragraph(" ".join((language.phrase(_HOW_CHOSEN), language.phrase(INTERMEDIARY))), quiet=True)
    for programme in recommended[:_MOST_COMPANIES]:
        paper.heading(_title(programme, language), 2)
        paper.paragraph(results.programmes.in_short(programme), with_next=True)
        run_by = language.phrase("Facilitator: {name}", name=results.programmes.facilitator(programme))
        paper.paragraph(f"{run_by}.", with_next=True)
        for line in [*results.programmes.questions(programme), *results.programmes.history(programme)]:
            paper.paragraph(line, bullet=True)
        paper.table(_headings(language), _unit_rows(results, programme), _WIDTHS)
    for note in _left_out(results, companies, recommended):
        paper.paragraph(note, quiet=True)
    _first_choices(results, paper)
    paper.heading(language.phrase("What is still unknown"))
    lines = weak_data(results)
    for line in [*lines[:_MOST_NOTES], *_open_points(recommended, language)]:
        paper.paragraph(capital(line) + ("" if line.endswith(".") else "."), bullet=True)
    if not lines:
        paper.paragraph(language.phrase("The lists are complete."), bullet=True)
    partners = past_partners(results.remarks.values(), language)
    if partners:
        paper.paragraph(partners)
    paper.footer(
        language.phrase("A score runs from 0 to 1. It helps to choose; you decide, after a talk with both sides.")
    )
    return paper.content()


_WIDTHS = (3.8, 5.6, 7.8)


def _headings(language: Language) -> list[str]:
    return [language.phrase("Unit"), language.phrase("Partners"), language.phrase("Why")]


def _unit_rows(results: Results, programme: Programme) -> list[list[str]]:
    """Rows of a company's units: its partners, the best new one first, and why; units without any say why they have none."""
    plan, language = results.programmes.plan, results.language
    without = {item.unit: item.reason for item in plan.unserved_units}
    pairs_of: dict[int, list[Pair]] = {}
    for pair in sorted(programme.pairs, key=lambda each: (each in programme.kept_pairs, -_score(results, each), each)):
        pairs_of.setdefault(pair[0], []).append(pair)
    units = np.flatnonzero(results.data.units.companies == programme.company).tolist()
    served = [unit for unit in units if unit in pairs_of]
    records = [plan.records[pairs_of[unit][0]] for unit in served]
    rows = []
    for unit, record, is_first in zip(served, records, first_quotes(records), strict=True):
        partners = "; ".join(_partner(results, pair) for pair in pairs_of[unit])
        rows.append([record.unit_name, partners, _why(record, language, with_quote=is_first)])
    if programme.head_offices is not None:
        record = plan.records[programme.head_offices]
        name = f"{programme.organisation} ({language.phrase('head offices')})"
        rows.insert(0, [programme.company, name, _why(record, language)])
    for unit in units:
        if unit not in pairs_of:
            reason = without.get(unit)
            why = language.phrase(_FROM_CENTRAL if reason is None else UNSERVED[reason])
            rows.append([str(plan.units.names[unit]), language.phrase("none"), capital(why)])
    return rows


def _partner(results: Results, pair: Pair) -> str:
    """Nonprofit of a pair with its score, whether it runs or was proposed earlier, and whether to talk first."""
    language, programmes = results.language, results.programmes
    record, kept = programmes.records[pair], programmes.kept(pair)
    notes = [] if record.score is None else [language.score(record.score)]
    notes += [language.phrase(_MARKS[kept])] if kept else []
    notes += [language.phrase("to talk about first")] if record.setbacks else []
    return f"{record.nonprofit_name} ({', '.join(notes)})" if notes else record.nonprofit_name


def _score(results: Results, pair: Pair) -> float:
    return results.programmes.records[pair].score or 0.0


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
        names = ", ".join(without[:_MOST_COMPANIES]) + (", …" if len(without) > _MOST_COMPANIES else "")
        found.append(language.count_phrase(*_NO_PROGRAMME, len(without), names=names))
    return found


def _first_choices(results: Results, paper: DocumentWriter) -> None:
    """First choices of shortlists that are not in the plan, each with the reason; that the others are."""
    language, run = results.language, results.data
    if run.settings.side != "units":
        return
    positions = [
        {str(row_id): position for position, row_id in enumerate(side.ids.tolist())}
        for side in (run.units, run.nonprofits)
    ]
    rows = []
    for record, rank in zip(results.records, results.shortlist["rank"], strict=True):
        pair = positions[0][record.unit_id], positions[1][record.nonprofit_id]
        if rank == 1 and (why := why_not_in_plan(results.programmes.plan, pair, language)):
            town = f" ({record.nonprofit_town})" if record.nonprofit_town else ""
            rows.append([record.unit_name, record.nonprofit_name + town, capital(why) + "."])
    if not results.records:
        return
    paper.heading(language.phrase("First choices that are not in the plans"))
    if not rows:
        paper.paragraph(language.phrase("The first choice of every shortlist is in the plan of its company."))
        return
    headings = [language.phrase("Unit"), language.phrase("First choice"), language.phrase("Why it is not in the plan")]
    paper.table(headings, rows[:_MOST_CHOICES], (4.4, 5.4, 7.4))
    if len(rows) > _MOST_CHOICES:
        paper.paragraph(language.count_phrase(*_MORE_CHOICES, len(rows) - _MOST_CHOICES), quiet=True)


def _why(record: PairRecord, language: Language, *, with_quote: bool = True) -> str:
    # What went badly before stands in whole above the table.
    record = replace(record, history=())
    why = shorten(brief_reason(record, language, with_quote=with_quote), _LONGEST_REASON)
    # A quote that was cut is closed.
    whole = why + "”" * (why.count("“") - why.count("”"))
    return " ".join(filter(None, (whole, caution(record, language))))


def _open_points(recommended: Sequence[Programme], language: Language) -> list[str]:
    """Success factors that are open in any programme, as one sentence."""
    factors = dict.fromkeys(item.factor for each in recommended for item in each.agenda if item.state == OPEN)
    if not factors:
        return []
    names = language.join([factor_in_words(factor, language) for factor in factors])
    return [language.phrase("To settle before the start: {factors}.", factors=names)]
