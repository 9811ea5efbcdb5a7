"""``matcher match``: shortlists and programmes."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import (
    EncoderName,
    Formats,
    GeocoderName,
    InputFiles,
    LanguageCode,
    LockedPairs,
    SchedulerAddress,
    SettingsFile,
    SinceFolder,
    VetoedPairs,
    WorkerCount,
    cache_folder,
    echo,
    report_errors,
    takes_tables,
)
from matcher.i18n.language import Language, load_language
from matcher.reports.sentences.run import RunSummary


@report_errors
@takes_tables
def match(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    tables: InputFiles,
    settings: SettingsFile = None,
    top: Annotated[Optional[int], typer.Option("--top", help="Most rows on a list (20).")] = None,
    side: Annotated[Optional[str], typer.Option("--side", help="Whose lists: units or nonprofits.")] = None,
    encoder: EncoderName = None,
    geocoder: GeocoderName = None,
    lock: LockedPairs = None,
    veto: VetoedPairs = None,
    formats: Formats = None,
    language: LanguageCode = None,
    since: SinceFolder = None,
    scheduler: SchedulerAddress = None,
    workers: WorkerCount = None,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compute the run even where nothing has changed since it was kept.")
    ] = False,
) -> None:
    """Make shortlists and programmes: for every unit a ranked list of nonprofits, with scores and reasons.

    Examples
    --------
    $ matcher match units.csv nonprofits.xlsx --out results
    $ matcher match units.csv nonprofits.csv --partnerships partnerships.csv --out november --since october
    $ matcher match units.csv nonprofits.csv --out results --top 5 --formats csv,xlsx --language nl
    """
    from matcher.jobs.match_once import match_once
    from matcher.settings import Settings

    chosen = Settings.for_run(
        settings,
        {
            "shortlist.top": top,
            "side": side,
            "text.encoder": encoder,
            "places.geocoder": geocoder,
            "language": language,
        },
    )
    summary = match_once(
        tables,
        out,
        chosen,
        cache_folder=cache_folder(),
        formats=formats,
        locks=lock or [],
        vetoes=veto or [],
        since=since,
        scheduler=scheduler,
        workers=workers,
        recompute=recompute,
    )
    for line in summary.warnings:
        echo(line, err=True)
    print_made(summary, load_language(chosen.language), out)


def print_made(summary: RunSummary, language: Language, out: Path) -> None:
    """Print what is said of a match, but for its warnings, and the folder of its results.

    Parameters
    ----------
    summary : RunSummary
    language : Language
    out : Path
        Folder of the results.
    """
    for line in summary.lines:
        echo(line)
    echo(language.phrase("{made}. Results: {folder}", made=summary.made, folder=out.resolve()))
