"""The first sheet of the workbook: what the run found, what is recommended, what is weak in the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.i18n.language import capital, counted_message
from matcher.reports.results import Results
from matcher.reports.sentences.changes import changes_summary
from matcher.reports.sentences.lists import sentences_on_lists
from matcher.reports.sentences.reasons import borderline_meaning
from matcher.reports.weak_data import weak_data
from matcher.reports.workbook.headings import heading, word
from matcher.reports.workbook.sheets import shown_shortlist
from matcher.reports.workbook.table_sheet import FONT, INK, LINE_HEIGHT, PAPER, RULE, lines_of, print_well
from matcher.tables.problems import problem_lines
from matcher.tables.write.workbooks import BookWriter

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (40, 15, 30, 10, 9, 72)
_SHOWN_NOTES = 25
_PROBLEMS = counted_message("1 line on the sheet Data problems", "{count} lines on the sheet Data problems")


class OverviewSheet:
    """Writes the overview from top to bottom.

    Parameters
    ----------
    results : Results
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._language = results.language
        self._row = 0

    def write(self, book: BookWriter) -> None:
        """Write the sheet into a workbook."""
        name = self._language.phrase("Overview")
        sheet = book.sheet(name)
        sheet.hide_gridlines(2)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        self._title(book, sheet)
        self._section(book, sheet, self._language.phrase("This run"))
        self._facts(book, sheet, self._counts())
        if self._results.changes is not None:
            self._list(
                book,
                sheet,
                self._language.phrase("What changed"),
                [changes_summary(self._results.changes, self._language)],
            )
        self._section(book, sheet, self._language.phrase("Recommended programmes"))
        self._programmes(book, sheet)
        weak = self._weak() or [self._language.phrase("There is nothing to report.")]
        self._list(book, sheet, self._language.phrase("What is weak in the data"), weak)
        self._list(book, sheet, self._language.phrase("To know"), self._notes())
        self._list(book, sheet, self._language.phrase("How to read and use this workbook"), self._guide())
        print_well(sheet, name)
        sheet.set_first_sheet()
        sheet.activate()

    def _title(self, book: BookWriter, sheet: Worksheet) -> None:
        companies = list(dict.fromkeys(record.company for record in self._results.records))
        book.write(
            sheet,
            0,
            0,
            self._language.phrase("Partner matches"),
            **{**FONT, "font_size": 20},
            bold=True,
            font_color=INK,
        )
        sheet.set_row(0, 30)
        shown = ", ".join(companies[:6]) + (" …" if len(companies) > 6 else "")
        day = self._results.data.today
        book.write(sheet, 1, 0, f"{shown} · {self._language.day(day)}", **FONT, font_color="#4A5B66")
        self._row = 2

    def _section(self, book: BookWriter, sheet: Worksheet, title: str) -> None:
        self._row += 1
        for column in range(len(_WIDTHS)):
            book.write(sheet, self._row, column, None, bottom=2, bottom_color=INK)
        style = {**FONT, "font_size": 13, "bold": True, "font_color": INK, "bottom": 2, "bottom_color": INK}
        book.write(sheet, self._row, 0, title, **style)
        sheet.set_row(self._row, 22)
        self._row += 1

    def _facts(self, book: BookWriter, sheet: Worksheet, facts: Sequence[tuple[str, object]]) -> None:
        for label, value in facts:
            book.write(sheet, self._row, 0, label, **FONT, valign="top", text_wrap=True)
            book.write(sheet, self._row, 1, value, **FONT, valign="top", bold=True, num_format="#,##0", align="left")
            self._row += 1

    def _counts(self) -> list[tuple[str, object]]:
        results = self._results
        by_side = {
            "units": self._language.phrase("Units with a shortlist"),
            "nonprofits": self._language.phrase("Nonprofits with a shortlist"),
        }
        listed = by_side[results.data.settings.side]
        recommended = [programme for programme in results.programmes.plan.programmes if programme.recommended]
        facts: list[tuple[str, object]] = [
            (self._language.phrase("Units"), len(results.data.units)),
            (self._language.phrase("Nonprofits"), len(results.data.nonprofits)),
            (self._language.phrase("Known partnerships"), len(results.data.history)),
            (listed, int(results.shortlist.iloc[:, 0].nunique())),
            (self._language.phrase("Pairs on the shortlists"), len(results.shortlist)),
            (self._language.phrase("Recommended programmes"), len(recommended)),
            (
                self._language.phrase("Units with a partner in them"),
                len({u for item in recommended for u, _ in item.pairs}),
            ),
        ]
        kept = len(shown_shortlist(results))
        if kept < len(results.shortlist):
            facts.append((self._language.phrase("Pairs in this workbook (the rest stands in shortlist.csv)"), kept))
        return facts

    def _programmes(self, book: BookWriter, sheet: Worksheet) -> None:
        language = self._language
        titles = {name: heading(name, language) for name in ("company", "kind", "organisation", "score", "why")}
        titles["pairs"] = self._language.phrase("Local pairs")
        head = {**FONT, "bold": True, "font_color": PAPER, "bg_color": INK, "valign": "vcenter", "text_wrap": True}
        for column, name in enumerate(("company", "kind", "organisation", "pairs", "score", "why")):
            side = "right" if name in ("pairs", "score") else "left"
            book.write(sheet, self._row, column, titles[name], **head, align=side, indent=int(name == "why"))
        sheet.set_row(self._row, 2 * LINE_HEIGHT + 2)
        self._row += 1
        cell = {**FONT, "valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": RULE}
        for item in self._results.programmes.plan.programmes:
            if not item.recommended:
                continue
            partner = item.organisation or self._language.phrase("several, nearby")
            book.write_row(
                sheet, self._row, (item.company, word(item.kind.name, language), partner, len(item.pairs)), **cell
            )
            book.write(sheet, self._row, 4, item.score, **cell, num_format="0.00")
            said = self._results.programmes.why(item)
            book.write(sheet, self._row, 5, said, **cell, align="left", indent=1)
            texts = zip((item.company, partner, said), (0, 2, 5), strict=True)
            lines = max(lines_of(text, _WIDTHS[column]) for text, column in texts)
            sheet.set_row(self._row, LINE_HEIGHT * lines + 3)
            self._row += 1

    def _weak(self) -> list[str]:
        problems, language = len(self._results.tables.problems), self._language
        return [
            *map(capital, weak_data(self._results)),
            *([language.count_phrase(*_PROBLEMS, problems)] if problems else []),
        ]

    def _notes(self) -> list[str]:
        problems = set(problem_lines(self._results.tables.problems, self._language))
        notes = sentences_on_lists(self._results.remarks.values(), self._language)
        notes += [note for note in self._results.run["warnings"] if note not in problems]
        if len(notes) > _SHOWN_NOTES:
            more = len(notes) - _SHOWN_NOTES
            said = self._language.count_phrase("{count} more, in run.json", "{count} more, in run.json", more)
            return [*notes[:_SHOWN_NOTES], said]
        return notes

    def _guide(self) -> list[str]:
        return [
            self._language.phrase(
                "A score runs from 0 to 1 and joins the criteria by their weights; Known says how much of the weight rests "
                "on known facts."
            ),
            borderline_meaning(self._language),
            *(
                []
                if self._results.standings() is None
                else [self._language.phrase("The sheet Not on a list says for every other pair why it is on none.")]
            ),
            self._language.phrase(
                "Fill in a decision and a note on the sheet Shortlists: yes proposes the partnership, no rules it out "
                "with the note as the reason, maybe keeps the note."
            ),
            self._language.phrase(
                "Save the workbook and run: matcher decisions matches.xlsx --partnerships OLD --out NEW. "
                "The next run honours what was decided."
            ),
        ]

    def _list(self, book: BookWriter, sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        self._section(book, sheet, title)
        style = {**FONT, "text_wrap": True, "valign": "top"}
        for line in lines:
            sheet.merge_range(self._row, 0, self._row, len(_WIDTHS) - 1, "", book.format(**style))
            book.write(sheet, self._row, 0, line, **style)
            # Merged cells do not grow with their text.
            sheet.set_row(self._row, LINE_HEIGHT * lines_of(line, sum(_WIDTHS)) + 3)
            self._row += 1
