"""``matcher evaluate``: the quality of the ranking."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Optional

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
def evaluate(
    partnerships: Annotated[
        Path, typer.Option("--partnerships", help="Partnerships known so far.", show_default=False)
    ],
    tables: InputFiles,
    test: Annotated[
        Optional[Path], typer.Option("--test", help="Pairs to find: unit_id, nonprofit_id, and status where known.")
    ] = None,
    split_on: Annotated[
        Optional[list[dt.datetime]],
        typer.Option(
            "--split-on",
            formats=["%Y-%m-%d"],
            help="Instead of --test: find the partnerships that began on this day or later; each more day is a fold.",
        ),
    ] = None,
    excluded_pairs: Annotated[
        Optional[Path], typer.Option("--leave-out", help="Pairs to exclude from training and testing.")
    ] = None,
    settings: SettingsFile = None,
    against: Annotated[
        Optional[list[Path]],
        typer.Option("--against", help="Other settings, to compare with the first; may be repeated."),
    ] = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    top: Annotated[Optional[int], typer.Option("--top", help="Length of the lists (settings: 20).", min=1)] = None,
    least_pairs: Annotated[
        int, typer.Option("--least-pairs", help="Leave out units with fewer pairs to find.", min=1)
    ] = 1,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Compare the lists, and simple rankings beside them, with partnerships that were made later.

    Examples
    --------
    $ matcher evaluate units.csv nonprofits.csv --partnerships 2024.csv --test 2025.csv
    $ matcher evaluate units.csv nonprofits.csv --partnerships all.csv --split-on 2025-01-01
    $ matcher evaluate units.csv nonprofits.csv --partnerships all.csv --split-on 2024-01-01 --split-on 2025-01-01 --settings a.toml --against b.toml
    """
    import json

    from matcher.i18n.language import load_language
    from matcher.jobs.evaluation import evaluate_files
    from matcher.jobs.runs import load_settings
    from matcher.learning.evaluation.evaluation import Evaluation
    from matcher.reports.evaluation import print_comparison, print_evaluation
    from matcher.tables.write.files import write_text_atomic

    overrides = {"text.encoder": encoder, "language": language}
    chosen = load_settings(settings, overrides)
    found = evaluate_files(
        {**tables, "partnerships": partnerships},
        chosen,
        test=test,
        split_on=[day.date() for day in split_on or ()],
        against={str(path): load_settings(path, overrides) for path in against or ()},
        name="defaults" if settings is None else str(settings),
        excluded_pairs=excluded_pairs,
        cache_folder=cache_folder(),
        top=top,
        min_pairs=least_pairs,
    )
    words = load_language(chosen.language)
    if isinstance(found, Evaluation):
        print_evaluation(found, words)
    else:
        print_comparison(found, words)
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")
