"""What a run can be handed on as. A new output is a class here or in a module of its own, and a line in ``OUTPUTS``."""

from __future__ import annotations

from matcher.errors import SettingsError, nearest
from matcher.reports.page.output import PageOutput
from matcher.reports.programme_tables import Programmes
from matcher.reports.results import Files, Output, Results
from matcher.reports.sentences.changes import CHANGES_FILE, changes_table
from matcher.reports.workbook.output import WorkbookOutput
from matcher.tables.write.files import csv_text

__all__ = ["OUTPUTS", "CsvOutput", "Files", "Output", "Results", "parse_formats", "programme_files"]

SHORTLIST_FILE = "shortlist.csv"
PROGRAMMES_FILE = "programmes.csv"
AGENDA_FILE = "agenda.csv"


class CsvOutput(Output):
    """Tables for other programs."""

    name = "csv"
    may_write = (SHORTLIST_FILE, PROGRAMMES_FILE, AGENDA_FILE, CHANGES_FILE)

    def files(self, results: Results) -> Files:
        files: Files = {SHORTLIST_FILE: csv_text(results.shortlist), **programme_files(results.programmes)}
        if results.changes is not None:
            files[CHANGES_FILE] = csv_text(changes_table(results.changes, results.language))
        return files


OUTPUTS: dict[str, type[Output]] = {output.name: output for output in (CsvOutput, WorkbookOutput, PageOutput)}


def programme_files(programmes: Programmes) -> Files:
    """Return the tables of programmes by file name."""
    return {PROGRAMMES_FILE: csv_text(programmes.table()), AGENDA_FILE: csv_text(programmes.agenda())}


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Return the outputs of a list such as ``csv,xlsx``; all of them for None.

    Raises
    ------
    SettingsError
        When one is not known.
    """
    if text is None:
        return tuple(OUTPUTS)
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    known = list(OUTPUTS)
    for name in formats:
        if name not in OUTPUTS:
            raise SettingsError(
                f"--formats: there is no format '{name}'{nearest(name, known)} (known: {', '.join(known)})"
            )
    if not formats:
        raise SettingsError(f"--formats names no format (known: {', '.join(known)})")
    return formats
