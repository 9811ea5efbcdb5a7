"""``matcher check``: problems of the input files."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import InputFiles, LanguageCode, SettingsFile, echo, report_errors, takes_tables


@report_errors
@takes_tables
def check(
    tables: InputFiles,
    marked: Annotated[
        Optional[Path],
        typer.Option(
            "--marked",
            help="Workbook to write, one for each list: with the problems as a sheet, coloured cells and comments.",
        ),
    ] = None,
    settings: SettingsFile = None,
    language: LanguageCode = None,
) -> None:
    """List how the columns of the input files are read, and all problems in them, without computing anything.

    The exit code is 2 when there are errors.

    Examples
    --------
    $ matcher check units.csv nonprofits.csv
    $ matcher check units.csv nonprofits.csv --partnerships partnerships.csv
    $ matcher check units.xlsx nonprofits.xlsx --marked marked.xlsx
    """
    from matcher.i18n.language import load_language
    from matcher.jobs.inputs import read_inputs
    from matcher.jobs.marked import check_marked_name, write_marked
    from matcher.jobs.runs import load_settings
    from matcher.jobs.words import word_lines
    from matcher.tables.problems import CONTACT_COLUMNS, summarise
    from matcher.tables.read.heading_lines import heading_lines

    chosen = load_settings(settings, {"language": language})
    words = load_language(chosen.language)
    if marked is not None:
        check_marked_name(marked, tables, words)
    inputs = read_inputs(tables, chosen)
    # What a run says of columns with contact details, the lines on headings say here.
    problems = [problem for problem in inputs.problems if problem.code != CONTACT_COLUMNS]
    headings = [line for table in inputs.by_name.values() for line in heading_lines(table, words)]
    for line in (*summarise(problems, words), *headings, *word_lines(inputs, words)):
        echo(line)
    for path in () if marked is None else write_marked(tables, inputs, problems, chosen, marked, words):
        echo(words.phrase("Wrote {path}", path=path))
    errors = sum(problem.is_error for problem in problems)
    # Several cells of one kind in a row are mended at once.
    warnings = {problem.place for problem in problems if not (problem.is_error or problem.is_note)}
    echo(
        words.phrase(
            "{errors}, {warnings} in {units} and {nonprofits}.",
            errors=words.count_phrase("1 error", "{count} errors", errors),
            warnings=words.count_phrase("1 warning", "{count} warnings", len(warnings)),
            units=words.count_phrase("1 unit", "{count} units", len(inputs.units.frame)),
            nonprofits=words.count_phrase("1 nonprofit", "{count} nonprofits", len(inputs.nonprofits.frame)),
        )
    )
    if errors:
        raise typer.Exit(2)
