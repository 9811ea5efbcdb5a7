"""``matcher explain``: one pair in full."""

from typing import Annotated

import typer

from matcher.cli.options import (
    EncoderName,
    InputFiles,
    LanguageCode,
    SettingsFile,
    cache_folder,
    report_errors,
    takes_tables,
)


@report_errors
@takes_tables
def explain(
    unit: Annotated[str, typer.Option("--unit", help="Code or name of the unit.", show_default=False)],
    nonprofit: Annotated[str, typer.Option("--nonprofit", help="Code or name of the nonprofit.", show_default=False)],
    tables: InputFiles,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
) -> None:
    """Explain one pair: its place for the list, what both texts share, and its criteria with the facts behind them.

    Examples
    --------
    $ matcher explain units.csv nonprofits.csv --unit unit-7 --nonprofit np-12
    $ matcher explain units.csv nonprofits.csv --unit "Utrecht office" --nonprofit "Food bank Utrecht"
    """
    from matcher.i18n.language import load_language
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_record

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    record, passages, standing = jobs.explain(tables, unit, nonprofit, chosen, cache_folder=cache_folder())
    print_record(record, load_language(chosen.language), passages, standing)
