"""The next questions to ask, in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.i18n.language import Language
from matcher.reports.console import terminal


def print_questions(
    pairs: pd.DataFrame,
    cells: pd.DataFrame,
    criteria: Mapping[str, Any],
    language: Language,
    console: Console | None = None,
) -> None:
    """Print the pairs to look into and the blank cells to fill.

    Parameters
    ----------
    pairs, cells : DataFrame
        As in :class:`matcher.api.questions.NextQuestions`.
    criteria : mapping of str to Criterion
        For their labels.
    language : Language
    console : Console, optional
        Default: standard output.
    """
    console = console or terminal()
    if len(pairs):
        title = language.phrase("Which of two first? Pairs that may well be better than the first of their list")
        table = _table(title, [language.phrase("Unit"), language.phrase("Look into"), language.phrase("First now")])
        table.add_column(language.phrase("Ahead in"), justify="right")
        for row in pairs.to_dict("records"):
            cells_of_row = (row["unit_name"], row["nonprofit_name"], row["first_now"])
            table.add_row(*(Text(str(cell)) for cell in cells_of_row), language.percent(row["ahead"]))
        console.print(table)
        console.print(
            Text(
                language.phrase(
                    "Ahead in: the share of a hundred slightly different weightings in which it comes before the first. "
                    "Most to be gained comes first."
                )
            )
        )
    if len(cells):
        title = language.phrase("What to find out: blank cells that may change lists most")
        table = _table(title, [language.phrase("Name"), language.phrase("Criterion"), language.phrase("Blank columns")])
        table.add_column(language.phrase("Places on lists that may change"), justify="right")
        for row in cells.to_dict("records"):
            label = criteria[row["criterion"]].label(language)
            name = Text(f"{row['name']} ({row['id']})")
            table.add_row(name, Text(label), row["blank"].replace("; ", ", "), language.number(row["places"], 1))
        console.print(table)
    if not len(pairs) and not len(cells):
        console.print(
            Text(language.phrase("No question would change a list: nothing that matters is blank or in doubt."))
        )


def _table(title: str, headings: list[str]) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for heading in headings:
        table.add_column(heading)
    return table
