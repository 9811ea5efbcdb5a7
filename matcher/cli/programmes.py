"""``matcher programmes``: programmes without shortlists."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import (
    EncoderName,
    InputFiles,
    LanguageCode,
    LockedPairs,
    SettingsFile,
    VetoedPairs,
    cache_folder,
    echo,
    report_errors,
    takes_tables,
)


@report_errors
@takes_tables
def programmes(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    tables: InputFiles,
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
    """Propose central, decentral and combined programmes: for every company the kind that fits.

    Examples
    --------
    $ matcher programmes units.csv nonprofits.csv --out plan --coverage 0.8
    $ matcher programmes units.csv nonprofits.csv --out plan --veto unit-7:np-12 --dial
    """
    from matcher.jobs import match as jobs
    from matcher.jobs.pairs import parse_pairs
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_frame, print_programmes, print_warnings

    overrides = {"programmes.coverage": coverage, "text.encoder": encoder, "language": language}
    chosen = load_settings(settings, overrides)
    proposed, run = jobs.propose_programmes(
        tables,
        out,
        chosen,
        cache_folder=cache_folder(),
        locks=parse_pairs(lock or [], "--lock"),
        vetoes=parse_pairs(veto or [], "--veto"),
    )
    words = proposed.language
    print_warnings(run["warnings"], words)
    print_programmes(proposed)
    if dial:
        print_frame(proposed.dial(), words.phrase("The dial: best fit against most units served"), words)
    left = proposed.unserved_units()
    if len(left):
        shown = left.drop(columns=["reason", "nearest_id"])
        print_frame(shown, words.phrase("Units without a local partner"), words)
    count = words.count_phrase("1 proposal", "{count} proposals", run["counts"]["programmes"])
    echo(words.phrase("{made}. Results: {folder}", made=count, folder=out.resolve()))
