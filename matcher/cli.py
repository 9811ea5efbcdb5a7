"""The commands: thin, each a few lines over :mod:`matcher.jobs`. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import functools
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from matcher import __version__
from matcher.errors import MatcherError, TableError

app = typer.Typer(
    help="Match companies' business units with nonprofits: shortlists, each with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

UnitsFile = Annotated[
    Path, typer.Argument(metavar="UNITS", help="Business units: CSV, TSV or Excel.", show_default=False)
]
NonprofitsFile = Annotated[
    Path, typer.Argument(metavar="NONPROFITS", help="Nonprofits: CSV, TSV or Excel.", show_default=False)
]
PartnershipsFile = Annotated[
    Optional[Path], typer.Option("--partnerships", help="Earlier partnerships: CSV, TSV or Excel.")
]
SettingsFile = Annotated[
    Optional[Path], typer.Option("--settings", help="Settings, TOML; 'matcher settings' writes one to start from.")
]
EncoderName = Annotated[
    Optional[str], typer.Option("--encoder", help="'use', or a sentence-transformers model by name or folder.")
]
GeocoderName = Annotated[
    Optional[str], typer.Option("--geocoder", help="'gazetteer', or a geopy geocoder such as nominatim (goes online).")
]
LockedPairs = Annotated[
    Optional[list[str]], typer.Option("--lock", help="Keep this pair in programmes: UNIT:NONPROFIT; may be repeated.")
]
VetoedPairs = Annotated[
    Optional[list[str]], typer.Option("--veto", help="Rule this pair out: UNIT:NONPROFIT; may be repeated.")
]


def _report_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Print a user's mistake as a message, without a traceback, and leave with its code."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except TableError as error:
            from matcher.tables.problems import counted, summarise

            for line in summarise(error.problems):
                typer.echo(line, err=True)
            count = sum(problem.is_error for problem in error.problems)
            typer.echo(f"{counted(count, 'error')}: nothing was written.", err=True)
            raise typer.Exit(error.exit_code) from None
        except MatcherError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(error.exit_code) from None

    return wrapped


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what is done.")] = False,
) -> None:
    if version:
        typer.echo(f"matcher {__version__}")
        raise typer.Exit
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s", stream=sys.stderr)


@app.command()
@_report_errors
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
    formats: Annotated[str, typer.Option("--formats", help="What to write, with commas between.")] = "csv",
) -> None:
    """Make shortlists and programmes: for every unit a ranked list of nonprofits, with scores and reasons."""
    from matcher import jobs

    chosen = jobs.load_settings(
        settings, {"shortlist.top": top, "side": side, "text.encoder": encoder, "places.geocoder": geocoder}
    )
    result = jobs.match(
        units,
        nonprofits,
        out,
        chosen,
        partnerships=partnerships,
        formats=jobs.parse_formats(formats),
        cache_folder=_cache_folder(),
        locks=jobs.parse_pairs(lock or [], "--lock"),
        vetoes=jobs.parse_pairs(veto or [], "--veto"),
    )
    _print_result(result)


@app.command()
@_report_errors
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
    dial: Annotated[bool, typer.Option("--dial", help="Show what five positions of the dial give.")] = False,
) -> None:
    """Propose central, decentral and combined programmes, for every company the kind that fits."""
    from matcher import jobs
    from matcher.reports.terminal import print_frame, print_programmes, print_warnings

    chosen = jobs.load_settings(settings, {"programmes.coverage": coverage, "text.encoder": encoder})
    proposed, run = jobs.propose_programmes(
        units,
        nonprofits,
        out,
        chosen,
        partnerships=partnerships,
        locks=jobs.parse_pairs(lock or [], "--lock"),
        vetoes=jobs.parse_pairs(veto or [], "--veto"),
    )
    print_warnings(run["warnings"])
    print_programmes(proposed.plan.programmes)
    if dial:
        print_frame(proposed.dial(), "The dial: best fit against most units served")
    left = proposed.left_out()
    if len(left):
        print_frame(left, "Units without a local partner")
    typer.echo(f"{run['counts']['programmes']} proposals. Results: {out.resolve()}")


@app.command()
@_report_errors
def check(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
) -> None:
    """Check the files: all problems, nothing computed. Exit code 2 when there are errors."""
    from matcher import jobs
    from matcher.inputs import read_inputs
    from matcher.tables.problems import counted, summarise

    inputs = read_inputs(units, nonprofits, partnerships, jobs.load_settings(settings, {}))
    for line in summarise(inputs.problems, per_kind=len(inputs.problems) + 1):
        typer.echo(line)
    errors = sum(problem.is_error for problem in inputs.problems)
    typer.echo(
        f"{counted(errors, 'error')}, {counted(len(inputs.problems) - errors, 'warning')} in "
        f"{counted(len(inputs.units.frame), 'unit')} and {counted(len(inputs.nonprofits.frame), 'nonprofit')}."
    )
    if errors:
        raise typer.Exit(2)


@app.command()
@_report_errors
def explain(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit.", show_default=False)],
    nonprofit: Annotated[str, typer.Option("--nonprofit", help="Code of the nonprofit.", show_default=False)],
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
) -> None:
    """Show everything about one pair: gates, criteria, what each adds, and the facts behind it."""
    from matcher import jobs
    from matcher.reports.terminal import print_record

    chosen = jobs.load_settings(settings, {"text.encoder": encoder})
    print_record(jobs.explain(units, nonprofits, unit, nonprofit, chosen, partnerships=partnerships))


@app.command()
@_report_errors
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    formats: Annotated[str, typer.Option("--formats", help="What to write, with commas between.")] = "csv",
) -> None:
    """Run the main job on the example data."""
    from matcher import jobs

    files = jobs.example_files()
    result = jobs.match(
        files["units"],
        files["nonprofits"],
        out,
        jobs.load_settings(None, {}),
        partnerships=files["partnerships"],
        formats=jobs.parse_formats(formats),
    )
    _print_result(result, show_one=True)


@app.command()
@_report_errors
def evaluate(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    partnerships: Annotated[Path, typer.Option("--partnerships", help="What is known already.", show_default=False)],
    test: Annotated[Path, typer.Option("--test", help="Pairs to find: unit_id, nonprofit_id.", show_default=False)],
    left_out: Annotated[Optional[Path], typer.Option("--leave-out", help="Pairs to leave out everywhere.")] = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    top: Annotated[int, typer.Option("--top", help="Length of the list for nDCG and recall.", min=1)] = 20,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Hold the ranking against partnerships that came about later, beside plain rankings."""
    import json

    from matcher import jobs
    from matcher.reports.terminal import print_evaluation
    from matcher.tables.writing import write_text_atomic

    chosen = jobs.load_settings(settings, {"text.encoder": encoder})
    found = jobs.evaluate_files(units, nonprofits, partnerships, test, chosen, left_out=left_out, top=top)
    print_evaluation(found)
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")


@app.command()
@_report_errors
def template(
    out: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.", show_default=False)],
    language: Annotated[str, typer.Option("--language", help="Of the explanations: nl or en.")] = "nl",
) -> None:
    """Write empty, commented workbooks to fill in: units, nonprofits, partnerships."""
    from matcher.tables.templates import write_templates

    for path in write_templates(out, language):
        typer.echo(str(path))


@app.command("settings")
@_report_errors
def write_settings(
    out: Annotated[Path, typer.Option("--out", help="File to write, such as settings.toml.", show_default=False)],
    settings: SettingsFile = None,
) -> None:
    """Write all settings with their meaning, defaults and bounds, to start from."""
    from matcher import jobs

    jobs.load_settings(settings, {}).to_toml(out)
    typer.echo(str(out))


def _print_result(result: Any, *, show_one: bool = False) -> None:
    from matcher.reports.terminal import print_shortlist, print_warnings
    from matcher.tables.problems import counted

    print_warnings(result.run["warnings"])
    if show_one and len(result.shortlist):
        print_shortlist(result.records)
    counts = result.run["counts"]
    lists, rows = counted(counts["shortlists"], "shortlist"), counted(counts["rows"], "row")
    typer.echo(f"{lists}, {rows}. Results: {result.out.resolve()}")


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return Path(os.environ.get("MATCHER_CACHE") or user_cache_path("matcher"))


if __name__ == "__main__":
    app()
