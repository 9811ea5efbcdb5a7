"""``matcher decisions``: decisions of a workbook as partnerships."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.memory import check_memory
from matcher.cli.options import LanguageCode, SettingsFile, echo, report_errors
from matcher.i18n.language import message

_IN_WORDS = {"yes": message("yes"), "no": message("no"), "maybe": message("maybe"), "undecided": message("undecided")}


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
    language: LanguageCode = None,
) -> None:
    """Add the decisions (yes, no, maybe) of a workbook to the table of partnerships, for the next run.

    Examples
    --------
    $ matcher decisions results/matches.xlsx --partnerships partnerships.csv --out partnerships-new.csv
    """
    check_memory()
    from matcher.i18n.language import load_language
    from matcher.jobs.decisions import decide
    from matcher.jobs.runs import load_settings
    from matcher.tables.problems import summarise
    from matcher.tables.schema.vocabulary import TAKEN_BACK

    chosen = load_settings(settings, {"language": language})
    words = load_language(chosen.language)
    lists = {name: path for name, path in (("units", units), ("nonprofits", nonprofits)) if path is not None}
    merged = decide(workbook, out, chosen, partnerships=partnerships, lists=lists)
    for line in summarise(merged.problems, words):
        echo(line, err=True)
    shown = ("yes", "no", "maybe", *((TAKEN_BACK,) if TAKEN_BACK in merged.counts else ()))
    taken = [f"{merged.counts.get(code, 0)} {words.phrase(_IN_WORDS[code])}" for code in shown]
    if merged.unchanged:
        taken.append(words.count_phrase("1 of them known already", "{count} of them known already", merged.unchanged))
    echo(
        words.phrase(
            "{decisions}: {taken}. {partnerships}: {file}",
            decisions=words.count_phrase("1 decision", "{count} decisions", sum(merged.counts.values())),
            taken=", ".join(taken),
            partnerships=words.count_phrase("1 partnership", "{count} partnerships", len(merged.partnerships)),
            file=out.resolve(),
        )
    )
