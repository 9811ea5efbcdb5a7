"""``matcher check``: problems of the input files."""

import typer

from matcher.cli.options import InputFiles, SettingsFile, report_errors, takes_tables


@report_errors
@takes_tables
def check(tables: InputFiles, settings: SettingsFile = None) -> None:
    """List all problems of the input files, without computing anything. The exit code is 2 when there are errors.

    Examples
    --------
    $ matcher check units.csv nonprofits.csv
    $ matcher check units.csv nonprofits.csv --partnerships partnerships.csv
    """
    from matcher.i18n.language import load_language
    from matcher.jobs.inputs import read_inputs
    from matcher.jobs.runs import load_settings
    from matcher.jobs.words import word_lines
    from matcher.tables.problems import counted, summarise

    chosen = load_settings(settings, {})
    inputs = read_inputs(tables, chosen)
    for line in summarise(inputs.problems, per_kind=len(inputs.problems) + 1):
        typer.echo(line)
    for line in word_lines(inputs, load_language(chosen.language)):
        typer.echo(line)
    errors = sum(problem.is_error for problem in inputs.problems)
    typer.echo(
        f"{counted(errors, 'error')}, {counted(len(inputs.problems) - errors, 'warning')} in "
        f"{counted(len(inputs.units.frame), 'unit')} and {counted(len(inputs.nonprofits.frame), 'nonprofit')}."
    )
    if errors:
        raise typer.Exit(2)
