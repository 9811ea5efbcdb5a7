"""The workbook: for people who work in Excel, with room for their decisions."""

from __future__ import annotations

from typing import ClassVar

from matcher import __version__
from matcher.reports.results import Files, Output, Results
from matcher.tables.read.pair_names import PAIRS_SHEET
from matcher.tables.schema.columns import Shortlist
from matcher.tables.write.workbooks import BookWriter

WORKBOOK_FILE = "matches.xlsx"


class WorkbookOutput(Output):
    """One workbook with everything, in the language of the run."""

    name: ClassVar[str] = "xlsx"
    may_write = (WORKBOOK_FILE,)

    def files(self, results: Results) -> Files:
        return {WORKBOOK_FILE: workbook(results)}


def workbook(results: Results) -> bytes:
    """Return the workbook of a run; the same results give the same bytes."""
    # Here, so that a run that writes CSV alone does not pay for it.
    from matcher.reports.workbook.overview import OverviewSheet
    from matcher.reports.workbook.sheets import (
        agenda_sheet,
        changes_sheet,
        columns_sheet,
        problem_sheet,
        programme_sheet,
        settings_sheet,
        shortlist_sheet,
        shown_shortlist,
        standings_sheet,
        words_sheet,
    )

    book = BookWriter(results.language.phrase("Partner matches"))
    OverviewSheet(results).write(book)
    sheets = [shortlist_sheet, programme_sheet, agenda_sheet, problem_sheet, columns_sheet, settings_sheet]
    if results.changes is not None:
        sheets.insert(1, changes_sheet)
    if results.standings() is not None:
        sheets.insert(-3, standings_sheet)
    if len(results.words):
        sheets.insert(-1, words_sheet)
    for made in sheets:
        made(results).write(book)
    # What the pairs were, so that a code that was changed by mistake is noticed when decisions are read back.
    pairs = book.sheet(PAIRS_SHEET)
    codes, names = (Shortlist.UNIT_ID, Shortlist.NONPROFIT_ID), (Shortlist.UNIT_NAME, Shortlist.NONPROFIT_NAME)
    book.write_row(pairs, 0, (*codes, __version__, *names), num_format="@")
    listed = shown_shortlist(results)
    rows = zip(*(listed[column] for column in (*codes, *names)), strict=True)
    for row, (unit, nonprofit, *both) in enumerate(rows, start=1):
        book.write_row(pairs, row, (unit, nonprofit, "", *both), num_format="@")
    pairs.very_hidden()
    return book.content()
