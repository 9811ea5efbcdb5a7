"""Match, propose programmes, explain, and the demonstration."""

# Annotations are read by typer when the command runs: they stay what they are.
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from matcher.cli.options import (
    EncoderName,
    Formats,
    GeocoderName,
    LanguageCode,
    LockedPairs,
    NonprofitsFile,
    PartnershipsFile,
    SchedulerAddress,
    SettingsFile,
    SinceFolder,
    UnitsFile,
    VetoedPairs,
    WorkerCount,
    cache_folder,
    report_errors,
)


@report_errors
def match(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
    top: Annotated[Optional[int], typer.Option("--top", help="Rows on a list, at most (20).")] = None,
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
    """Make shortlists and programmes: for every unit a ranked list of nonprofits, with scores and reasons."""
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
            units,
            nonprofits,
            out,
            chosen,
            partnerships=partnerships,
            formats=parse_formats(formats),
            cache_folder=cache_folder(),
            locks=jobs.parse_pairs(lock or [], "--lock"),
            vetoes=jobs.parse_pairs(veto or [], "--veto"),
            since=since,
            backend=backend,
        )
    _print_result(result, out)


@report_errors
def programmes(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
    coverage: Annotated[
        Optional[float], typer.Option("--coverage", help="The dial: 0 best fit, 1 most units served (0.5).")
    ] = None,
    lock: LockedPairs = None,
    veto: VetoedPairs = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    dial: Annotated[bool, typer.Option("--dial", help="Show what five positions of the dial give.")] = False,
) -> None:
    """Propose central, decentral and combined programmes, for every company the kind that fits."""
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_frame, print_programmes, print_warnings

    overrides = {"programmes.coverage": coverage, "text.encoder": encoder, "language": language}
    chosen = load_settings(settings, overrides)
    proposed, run = jobs.propose_programmes(
        units,
        nonprofits,
        out,
        chosen,
        partnerships=partnerships,
        cache_folder=cache_folder(),
        locks=jobs.parse_pairs(lock or [], "--lock"),
        vetoes=jobs.parse_pairs(veto or [], "--veto"),
    )
    words = proposed.language
    print_warnings(run["warnings"], words)
    print_programmes(proposed)
    if dial:
        print_frame(proposed.dial(), words.phrase("The dial: best fit against most units served"), words)
    left = proposed.left_out()
    if len(left):
        shown = left.drop(columns=["reason", "nearest_id"])
        print_frame(shown, words.phrase("Units without a local partner"), words)
    count = words.count_phrase("1 proposal", "{count} proposals", run["counts"]["programmes"])
    typer.echo(words.phrase("{made}. Results: {folder}", made=count, folder=out.resolve()))


@report_errors
def explain(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit.", show_default=False)],
    nonprofit: Annotated[str, typer.Option("--nonprofit", help="Code of the nonprofit.", show_default=False)],
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
) -> None:
    """Show everything about one pair: gates, criteria, what each adds, and the facts behind it."""
    from matcher.i18n.language import load_language
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_record

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    record, passages = jobs.explain(
        units, nonprofits, unit, nonprofit, chosen, partnerships=partnerships, cache_folder=cache_folder()
    )
    print_record(record, load_language(chosen.language), passages)


@report_errors
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    formats: Formats = None,
    language: LanguageCode = None,
    since: SinceFolder = None,
) -> None:
    """Run the main job on the example data."""
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.outputs import parse_formats

    files = jobs.example_files()
    result = jobs.match(
        files["units"],
        files["nonprofits"],
        out,
        load_settings(None, {"language": language}),
        partnerships=files["partnerships"],
        formats=parse_formats(formats),
        cache_folder=cache_folder(),
    )
    _print_result(result, out, show_one=True)


def _print_result(result: Any, out: Path, *, show_one: bool = False) -> None:
    from matcher.reports.sentences.run import evenness_line, warning_lines

    language, counts = result.language, result.run["counts"]
    for line in warning_lines(result.run["warnings"], language):
        typer.echo(line, err=True)
    if show_one and len(result.shortlist):
        from matcher.reports.terminal import print_shortlist

        print_shortlist(result.records, language)
    if "evenness" in result.run:
        typer.echo(evenness_line(result.run["evenness"], language))
    lists = language.count_phrase("1 shortlist", "{count} shortlists", counts["shortlists"])
    rows = language.count_phrase("1 row", "{count} rows", counts["rows"])
    typer.echo(language.phrase("{made}. Results: {folder}", made=f"{lists}, {rows}", folder=out.resolve()))
