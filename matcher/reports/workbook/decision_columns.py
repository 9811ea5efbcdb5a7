"""Columns of the shortlists in which people decide: the decision, a note, who decided and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.i18n.language import Language
from matcher.reports.workbook.headings import heading, word
from matcher.reports.workbook.table_sheet import Form, SheetColumn
from matcher.tables.schema.columns import Decision
from matcher.tables.schema.vocabulary import MAYBE, NO, YES

DECISION_WIDTHS = {Decision.DECISION: 11, Decision.NOTE: 30, Decision.DECIDED_BY: 16, Decision.DECIDED_ON: 13}
"""Widths of the columns, in characters."""


def decision_column(name: str, decided: Sequence[Mapping[str, object]], language: Language) -> SheetColumn:
    """Column to fill in, which shows what was decided before.

    Parameters
    ----------
    name : str
        Of the columns in ``DECISION_WIDTHS``.
    decided : sequence of mapping of str to object
        Earlier decision of every row by column; empty where there is none.
    language : Language
    """
    cells = [found.get(name, "") for found in decided]
    title, width = heading(name, language), DECISION_WIDTHS[name]
    if name != Decision.DECISION:
        form = Form.FILL_IN_DAY if name == Decision.DECIDED_ON else Form.FILL_IN
        return SheetColumn(title, cells, form, width)
    return SheetColumn(
        title,
        [word(str(each), language) if each else "" for each in cells],
        Form.FILL_IN,
        width,
        choices=tuple(word(decision, language) for decision in (YES, NO, MAYBE)),
        hint=language.phrase(
            "yes: propose this partnership. no: never again, with the note as the reason. maybe: keep the note."
        ),
    )
