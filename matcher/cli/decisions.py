"""``matcher decisions``: decisions of a workbook as partnerships."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import SettingsFile, report_errors


@report_errors
def decisions(
    workbook: Annotated[
        Path, typer.Argument(metavar="WORKBOOK", help="matches.xlsx with decisions filled in.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="New table of partnerships: .csv or .xlsx.", show_default=False)],
    partnerships: Annotated[
        Optional[Path], typer.Option("--partnerships", help="Earlier partnerships: CSV, TSV, Excel or Parquet.")
    ] = None,
    units: Annotated[Optional[Path], typer.Option("--units", help="Business units, to compare names with.")] = None,
    nonprofits: Annotated[
        Optional[Path], typer.Option("--nonprofits", help="Nonprofits, to compare names with.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Add the decisions (yes, no, maybe) of a workbook to the table of partnerships, for the next run.

    Examples
    --------
    $ matcher decisions results/matches.xlsx --partnerships partnerships.csv --out partnerships-new.csv
    """
    from matcher.jobs.decisions import decide
    from matcher.jobs.runs import load_settings
    from matcher.tables.problems import counted

    lists = {name: path for name, path in (("units", units), ("nonprofits", nonprofits)) if path is not None}
    merged = decide(workbook, out, load_settings(settings, {}), partnerships=partnerships, lists=lists)
    for problem in merged.problems:
        typer.echo(f"warning: {problem}", err=True)
    taken = ", ".join(
        f"{merged.counts.get(word, 0)} {word}"
        for word in ("yes", "no", "maybe", "undecided")
        if word != "undecided" or merged.counts.get(word)
    )
    total = counted(sum(merged.counts.values()), "decision")
    typer.echo(f"{total}: {taken}. {counted(len(merged.partnerships), 'partnership')}: {out.resolve()}")
