"""Outcomes as files and in the terminal, where text from the input is printed as text, never as markup."""

from __future__ import annotations

import json

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher import __version__
from matcher.i18n.language import Language
from matcher.learning.outcomes.summary import WAYS_TO_GROUP, Outcomes
from matcher.reports.console import terminal
from matcher.reports.outcomes.section import Section
from matcher.reports.outcomes.tables import opening, sections
from matcher.reports.outputs import Files
from matcher.tables.write.files import csv_text

OUTCOMES_FILE = "outcomes.json"


def outcome_files(outcomes: Outcomes) -> Files:
    """Return outcomes as files: one table per file, and everything as JSON, which comes last."""
    ratings = pd.concat([outcomes.ratings_by(by).assign(by=by) for by in WAYS_TO_GROUP], ignore_index=True)
    return {
        "funnel.csv": csv_text(outcomes.funnel()),
        "reasons.csv": csv_text(outcomes.reasons()),
        "ratings.csv": csv_text(ratings[["by", *ratings.columns.drop("by")]]),
        "benchmark.csv": csv_text(outcomes.benchmark()),
        "in_common.csv": csv_text(outcomes.in_common()),
        "unmeasured.csv": csv_text(outcomes.unmeasured()),
        "not_evaluated.csv": csv_text(outcomes.not_evaluated()),
        "rate_nothing.csv": csv_text(outcomes.rate_nothing()),
        OUTCOMES_FILE: outcomes_json(outcomes),
    }


def outcomes_json(outcomes: Outcomes) -> str:
    """Return all outcomes as JSON."""
    record = {"matcher": __version__, **outcomes.as_record()}
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def print_outcomes(outcomes: Outcomes, language: Language, console: Console | None = None) -> None:
    """Print outcomes, section by section.

    Parameters
    ----------
    outcomes : Outcomes
    language : Language
    console : rich.console.Console, optional
        Default: standard output.
    """
    console = console or terminal()
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
