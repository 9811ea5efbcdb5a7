"""The board paper: two pages with what is proposed for each company, why, the first choices and what is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.i18n.language import Language, capital, counted_message
from matcher.ranking.programmes.agenda import OPEN
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.documents.writer import DocumentWriter
from matcher.reports.page.overview import figures, weak_data
from matcher.reports.page.selection import best_rows
from matcher.reports.results import Results
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.reports.sentences.programmes import factor_in_words
from matcher.reports.sentences.reasons import brief_reason
from matcher.scoring.explanation import PairRecord
from matcher.texts.sentences import shorten

_MOST_COMPANIES, _MOST_CHOICES, _MOST_PARTNERS, _MOST_NOTES = 9, 10, 3, 6
"""What two pages hold; the rest is counted."""
_LONGEST_REASON = 105
_MORE_COMPANIES = counted_message("1 more company is in the workbook.", "{count} more companies are in the workbook.")
_MORE_CHOICES = counted_message("The first choice of 1 more unit is in the workbook.", "The first choices of {count} more units are in the workbook.")  # fmt: skip
_MORE_PARTNERS = counted_message("1 more", "{count} more")
_NO_PROGRAMME = counted_message("For 1 company no programme is proposed: {names}.", "For {count} companies no programme is proposed: {names}.")  # fmt: skip


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
    for programme in recommended[:_MOST_COMPANIES]:
        paper.heading(_title(programme, language), 2)
        paper.paragraph(results.programmes.why(programme), with_next=True)
        paper.paragraph(_partners(results, programme), bold=language.phrase("Partners: "))
    notes = _left_out(results, companies, recommended)
    for note in notes:
        paper.paragraph(note, quiet=True)
    _first_choices(results, paper)
    paper.heading(language.phrase("What is still unknown"))
    lines = weak_data(results)
    for line in [*lines[:_MOST_NOTES], *_open_points(recommended, language)]:
        paper.paragraph(capital(line) + ("" if line.endswith(".") else "."), bullet=True)
    if not lines:
        paper.paragraph(language.phrase("The lists are complete."), bullet=True)
    paper.footer(
        language.phrase(
            "A score runs from 0 to 1 and joins the criteria by their weights. It prepares a choice and does not make it: "
            "a conversation with both sides comes first."
        )
    )
    return paper.content()


def _title(programme: Programme, language: Language) -> str:
    heading = language.phrase(KIND_WORDINGS[programme.kind].heading, organisation=programme.organisation)
    return f"{programme.company}: {heading}"


def _partners(results: Results, programme: Programme) -> str:
    """Pairs of a programme, the best first: unit with nonprofit and score."""
    language = results.language
    records = sorted(
        (results.programmes.records[pair] for pair in programme.pairs), key=lambda each: -(each.score or 0.0)
    )
    shown = [
        language.phrase("{unit} with {nonprofit}", unit=record.unit_name, nonprofit=record.nonprofit_name)
        for record in records[:_MOST_PARTNERS]
    ]
    more = len(records) - len(shown)
    if more:
        shown.append(language.count_phrase(*_MORE_PARTNERS, more))
    return "; ".join([*([programme.organisation] if programme.organisation else []), *shown]) + "."


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
    language = results.language
    first = [record for record, rank in zip(results.records, results.shortlist["rank"], strict=True) if rank == 1]
    if not first:
        return
    # The best of every company before the second of any.
    ordered = sorted(first, key=lambda record: (record.company, -(record.score or 0.0), record.unit_id))
    chosen = best_rows(
        [record.company for record in ordered], [record.score or 0.0 for record in ordered], _MOST_CHOICES
    )
    rows = [ordered[row] for rows in chosen.rows.values() for row in rows]
    paper.heading(language.phrase("First choices on the shortlists"))
    headings = [
        language.phrase("Unit"),
        language.phrase("First choice"),
        language.phrase("Score"),
        language.phrase("Why"),
    ]
    paper.table(headings, [_choice(record, language) for record in rows], (3.9, 4.6, 1.2, 7.5))
    if chosen.left:
        paper.paragraph(language.count_phrase(*_MORE_CHOICES, chosen.left), quiet=True)


def _choice(record: PairRecord, language: Language) -> list[str]:
    nonprofit = record.nonprofit_name + (f" ({record.nonprofit_town})" if record.nonprofit_town else "")
    score = "" if record.score is None else language.score(record.score)
    why = shorten(brief_reason(record, language), _LONGEST_REASON)
    # A quote that was cut is closed.
    return [record.unit_name, nonprofit, score, why + "”" * (why.count("“") - why.count("”"))]


def _open_points(recommended: Sequence[Programme], language: Language) -> list[str]:
    """Success factors that are open in any programme, as one sentence."""
    factors = dict.fromkeys(item.factor for each in recommended for item in each.agenda if item.state == OPEN)
    if not factors:
        return []
    names = language.join([factor_in_words(factor, language) for factor in factors])
    return [language.phrase("To settle before the start: {factors}.", factors=names)]
