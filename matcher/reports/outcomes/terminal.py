"""Outcomes in the terminal. Text from the input is printed as text, never as markup."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.i18n.language import Language
from matcher.learning.outcomes.summary import Outcomes
from matcher.reports.outcomes.section import Section
from matcher.reports.outcomes.tables import opening, sections


def print_outcomes(outcomes: Outcomes, language: Language, console: Console | None = None) -> None:
    """Print how partnerships went, section by section."""
    console = console or Console(highlight=False)
    for line in opening(outcomes, language):
        console.print(Text(line))
    for section in sections(outcomes, language):
        console.print()
        _print_section(section, console)


def _print_section(section: Section, console: Console) -> None:
    console.print(Text(section.title, style="bold"))
    if section.rows:
        table = Table()
        for position, heading in enumerate(section.headings):
            is_number = position in section.numbers
            table.add_column(Text(heading), justify="right" if is_number else "left", no_wrap=is_number)
        for row in section.rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
    for note in section.notes:
        console.print(Padding(Text(note), (0, 0, 0, 2)))
