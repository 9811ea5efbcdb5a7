"""``matcher demo``: the main command on the example data."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.match import print_made
from matcher.cli.memory import check_memory
from matcher.cli.options import Formats, LanguageCode, SinceFolder, cache_folder, echo, report_errors
from matcher.reports.sentences.run import run_summary

PAGE_FILE = "report.html"


@report_errors
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    formats: Formats = None,
    language: LanguageCode = None,
    since: SinceFolder = None,
) -> None:
    """Run 'matcher match' on the example data.

    Examples
    --------
    $ matcher demo --out results/demo
    $ matcher demo --out results/demo --language nl
    """
    check_memory()
    from matcher.jobs import match as jobs
    from matcher.jobs.runs import load_settings
    from matcher.reports.outputs import parse_formats

    result = jobs.match(
        jobs.example_files(),
        out,
        load_settings(None, {"language": language}),
        formats=parse_formats(formats),
        cache_folder=cache_folder(),
        since=since,
    )
    summary = run_summary(result)
    for line in summary.warnings:
        echo(line, err=True)
    if len(result.shortlist):
        from matcher.reports.terminal import print_shortlist

        print_shortlist(result.records, result.language, result.remarks)
    print_made(summary, result.language, out)
    page = out / PAGE_FILE
    if page.is_file():
        echo(result.language.phrase("Open {page} in a browser to read all lists.", page=page))
