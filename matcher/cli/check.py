"""``matcher check``: problems of the input files."""

import typer

from matcher.cli.options import InputFiles, LanguageCode, SettingsFile, echo, report_errors, takes_tables


@report_errors
@takes_tables
def check(tables: InputFiles, settings: SettingsFile = None, language: LanguageCode = None) -> None:
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
    from matcher.tables.problems import summarise

    chosen = load_settings(settings, {"language": language})
    words = load_language(chosen.language)
    inputs = read_inputs(tables, chosen)
    for line in (*summarise(inputs.problems, words), *word_lines(inputs, words)):
        echo(line)
    errors = sum(problem.is_error for problem in inputs.problems)
    echo(
        words.phrase(
            "{errors}, {warnings} in {units} and {nonprofits}.",
            errors=words.count_phrase("1 error", "{count} errors", errors),
            warnings=words.count_phrase("1 warning", "{count} warnings", len(inputs.problems) - errors),
            units=words.count_phrase("1 unit", "{count} units", len(inputs.units.frame)),
            nonprofits=words.count_phrase("1 nonprofit", "{count} nonprofits", len(inputs.nonprofits.frame)),
        )
    )
    if errors:
        raise typer.Exit(2)
