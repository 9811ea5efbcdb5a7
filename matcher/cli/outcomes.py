"""``matcher outcomes``: the results of partnerships."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.memory import check_memory
from matcher.cli.options import LanguageCode, SettingsFile, cache_folder, echo, report_errors


@report_errors
def outcomes(
    partnerships: Annotated[
        Path, typer.Option("--partnerships", help="Partnerships: CSV, TSV, Excel or Parquet.", show_default=False)
    ],
    units: Annotated[Optional[Path], typer.Option("--units", help="Business units, for names and distances.")] = None,
    nonprofits: Annotated[
        Optional[Path], typer.Option("--nonprofits", help="Nonprofits, for names, distances and causes.")
    ] = None,
    settings: SettingsFile = None,
    language: LanguageCode = None,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
    out: Annotated[Optional[Path], typer.Option("--out", help="Folder for the figures as tables.")] = None,
) -> None:
    """Show the results of partnerships: the funnel, the ratings, the best ones, and what is not measured.

    Examples
    --------
    $ matcher outcomes --partnerships partnerships.csv
    $ matcher outcomes --partnerships partnerships.csv --units units.csv --nonprofits nonprofits.csv --out outcomes
    """
    check_memory()
    from matcher.i18n.language import load_language
    from matcher.jobs.outcomes import summarise_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.outcomes.outputs import outcome_files, outcomes_json, print_outcomes
    from matcher.tables.problems import summarise
    from matcher.tables.write.files import write_results, write_text_atomic

    chosen = load_settings(settings, {"language": language})
    found, warnings = summarise_files(
        partnerships, chosen, units=units, nonprofits=nonprofits, cache_folder=cache_folder()
    )
    if json_file is not None:
        write_text_atomic(json_file, outcomes_json(found))
    if out is not None:
        write_results(out, outcome_files(found))
    for line in summarise(warnings, load_language(chosen.language)):
        echo(line, err=True)
    print_outcomes(found, load_language(chosen.language))
    if out is not None:
        echo(str(out.resolve()))
