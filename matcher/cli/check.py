"""``matcher check``: problems of the input files."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import InputFiles, LanguageCode, SettingsFile, cache_folder, echo, report_errors, takes_tables


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
    from matcher.jobs.check_summary import summary
    from matcher.jobs.inputs import read_inputs
    from matcher.jobs.marked import check_marked_name, write_marked
    from matcher.jobs.run_problems import outline, with_run_problems
    from matcher.jobs.runs import load_settings
    from matcher.jobs.words import cause_notices, word_lines
    from matcher.reports.sentences.run import warning_lines
    from matcher.tables.problems import CONTACT_COLUMNS, has_errors, summarise
    from matcher.tables.read.heading_lines import contact_lines, heading_lines
    from matcher.tables.read.word_uses import cause_problems

    chosen = load_settings(settings, {"language": language})
    words = load_language(chosen.language)
    if marked is not None:
        check_marked_name(marked, tables, words)
    inputs = read_inputs(tables, chosen)
    notices = []
    if not has_errors(inputs.problems):
        gated = outline(inputs, chosen, cache_folder())
        inputs = with_run_problems(inputs, gated)
        notices = cause_notices(inputs, gated.run, words)
    # What a run says of columns with contact details, the lines on headings say here.
    problems = [problem for problem in inputs.problems if problem.code != CONTACT_COLUMNS]
    tables_read = list(inputs.by_name.values())
    for table in tables_read:
        # A run recognises causes by their meaning too, and says which it did not.
        problems += table.with_cells(cause_problems(table)) if "causes" in table.headings else ()
    headings = [line for table in tables_read for line in heading_lines(table, words)]
    read_as = [*headings, *contact_lines(tables_read, words), *word_lines(inputs, words)]
    for line in (*warning_lines(notices, words), *summarise(problems, words), *read_as):
        echo(line)
    for path in () if marked is None else write_marked(tables, inputs, problems, chosen, marked, words, read_as):
        echo(words.phrase("Wrote {path}", path=path))
    echo(summary(tables_read, problems, words, len(notices)))
    if has_errors(problems):
        raise typer.Exit(2)
