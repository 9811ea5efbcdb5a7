"""Formats in which the results of a run are written.

A built-in output is a class with a line in ``OUTPUTS``; other packages register theirs under the entry point
``matcher.outputs``.
"""

from __future__ import annotations

from matcher.errors import PluginError, SettingsError, nearest
from matcher.messages import Message
from matcher.plugins import OUTPUTS as GROUP
from matcher.plugins import load_plugins
from matcher.reports.page import PageOutput
from matcher.reports.programme_tables import Programmes
from matcher.reports.results import Files, Output, Results
from matcher.reports.sentences.changes import CHANGES_FILE, changes_table
from matcher.reports.workbook.output import WorkbookOutput
from matcher.tables.write.files import csv_text

__all__ = ["OUTPUTS", "CsvOutput", "Files", "Output", "Results", "known_outputs", "parse_formats", "programme_files"]

SHORTLIST_FILE = "shortlist.csv"
PROGRAMMES_FILE = "programmes.csv"
AGENDA_FILE = "agenda.csv"
WORDS_FILE = "words.csv"
BOARD_FILE = "board-paper.docx"


class CsvOutput(Output):
    """Tables for other programs."""

    name = "csv"
    may_write = (SHORTLIST_FILE, PROGRAMMES_FILE, AGENDA_FILE, CHANGES_FILE, WORDS_FILE)

    def files(self, results: Results) -> Files:
        is_for_excel = results.data.settings.csv_for_excel
        tables = {SHORTLIST_FILE: results.shortlist, WORDS_FILE: results.words}
        if results.changes is not None:
            tables[CHANGES_FILE] = changes_table(results.changes, results.language)
        excel = results.language if is_for_excel else None
        files: Files = {
            name: csv_text(table, excel) for name, table in tables.items() if name != WORDS_FILE or len(table)
        }
        return files | programme_files(results.programmes, for_excel=is_for_excel)


class BoardPaperOutput(Output):
    """A paper in Word for a board, in the language of the run."""

    name = "docx"
    may_write = (BOARD_FILE,)

    def files(self, results: Results) -> Files:
        from matcher.reports.documents.board_paper import board_paper  # here, so that other outputs do not pay for it

        return {BOARD_FILE: board_paper(results)}


OUTPUTS: dict[str, type[Output]] = {
    output.name: output for output in (CsvOutput, WorkbookOutput, PageOutput, BoardPaperOutput)
}


def known_outputs() -> dict[str, Output]:
    """Outputs by name: built in, then those of other packages.

    Raises
    ------
    PluginError
        When an output of another package cannot be used.
    """
    known = {name: output() for name, output in OUTPUTS.items()}
    for name, plugin in load_plugins(GROUP, OUTPUTS).items():
        output = plugin() if isinstance(plugin, type) else plugin
        if not isinstance(output, Output) or output.name != name:
            raise PluginError(
                Message(
                    "'{name}' in {group} is no output of that name: register a subclass of matcher.outputs.Output whose attribute name is '{name}'",
                    name=name,
                    group=GROUP,
                )
            )
        known[name] = output
    return known


def programme_files(programmes: Programmes, *, for_excel: bool = False) -> Files:
    """Tables of programmes by file name.

    Parameters
    ----------
    programmes : Programmes
    for_excel : bool
        Whether they are to open in Excel, in the language of the programmes.
    """
    excel = programmes.language if for_excel else None
    return {PROGRAMMES_FILE: csv_text(programmes.table(), excel), AGENDA_FILE: csv_text(programmes.agenda(), excel)}


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Return the outputs of a list such as ``csv,xlsx``; all of them for None.

    Raises
    ------
    SettingsError
        When one is not known.
    """
    known = list(known_outputs())
    if text is None:
        return tuple(known)
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    for name in formats:
        if name not in known:
            raise SettingsError(
                Message(
                    "--formats: there is no format '{name}'{hint} (known: {known})",
                    name=name,
                    hint=nearest(name, known),
                    known=", ".join(known),
                )
            )
    if not formats:
        raise SettingsError(Message("--formats names no format (known: {known})", known=", ".join(known)))
    return formats
