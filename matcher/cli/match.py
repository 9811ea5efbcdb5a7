"""``matcher match``: shortlists and programmes."""

from pathlib import Path
from typing import Annotated, Any, Optional

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
) -> None:
    """Make shortlists and programmes: for every unit a ranked list of nonprofits, with scores and reasons.

    Examples
    --------
    $ matcher match units.csv nonprofits.xlsx --out results
    $ matcher match units.csv nonprofits.csv --partnerships partnerships.csv --out november --since october
    $ matcher match units.csv nonprofits.csv --out results --top 5 --formats csv,xlsx --language nl
    """
    from matcher.compute import open_backend
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.outputs import parse_formats

    chosen = load_settings(
        settings,
        {
            "shortlist.top": top,
            "side": side,
            "text.encoder": encoder,
            "places.geocoder": geocoder,
            "language": language,
        },
    )
    with open_backend(scheduler, workers) as backend:
        result = jobs.match(
            tables,
            out,
            chosen,
            formats=parse_formats(formats),
            cache_folder=cache_folder(),
            locks=jobs.parse_pairs(lock or [], "--lock"),
            vetoes=jobs.parse_pairs(veto or [], "--veto"),
            since=since,
            backend=backend,
        )
    print_match(result, out)


def print_match(result: Any, out: Path, *, show_one: bool = False) -> None:
    """Print the warnings, the counts and the folder of a match.

    Parameters
    ----------
    result : matcher.reports.results.Results
    out : Path
        Folder of the results.
    show_one : bool
        Print one shortlist too.
    """
    from matcher.reports.sentences.lists import empty_list_in_words, sentences_on_lists
    from matcher.reports.sentences.run import evenness_line, no_list_lines, warning_lines

    language, counts = result.language, result.run["counts"]
    # Who has no list is said last, by reason, and not once more for every unit.
    of_lists = {empty_list_in_words(item, language) for item in result.empty_lists}
    for line in warning_lines([text for text in result.run["warnings"] if text not in of_lists], language):
        echo(line, err=True)
    if show_one and len(result.shortlist):
        from matcher.reports.terminal import print_shortlist

        print_shortlist(result.records, language, result.remarks)
    for line in sentences_on_lists(result.remarks.values(), language):
        echo(line)
    if "evenness" in result.run:
        echo(evenness_line(result.run["evenness"], language))
    lists = language.count_phrase("1 shortlist", "{count} shortlists", counts["shortlists"])
    rows = language.count_phrase("1 row", "{count} rows", counts["rows"])
    for line in no_list_lines(result.empty_lists, language):
        echo(line)
    echo(language.phrase("{made}. Results: {folder}", made=f"{lists}, {rows}", folder=out.resolve()))
