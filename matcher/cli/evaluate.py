"""``matcher evaluate``: the quality of the ranking."""

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
    test: Annotated[Path, typer.Option("--test", help="Pairs to find: unit_id, nonprofit_id.", show_default=False)],
    tables: InputFiles,
    excluded_pairs: Annotated[
        Optional[Path], typer.Option("--leave-out", help="Pairs to exclude from training and testing.")
    ] = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    top: Annotated[int, typer.Option("--top", help="Length of the list for nDCG and recall.", min=1)] = 20,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Compare the ranking, and simple rankings beside it, with partnerships that were made later.

    Examples
    --------
    $ matcher evaluate units.csv nonprofits.csv --partnerships 2024.csv --test 2025.csv
    """
    import json

    from matcher.i18n.language import load_language
    from matcher.jobs.measure import evaluate_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_evaluation
    from matcher.tables.write.files import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    found = evaluate_files(
        {**tables, "partnerships": partnerships},
        test,
        chosen,
        excluded_pairs=excluded_pairs,
        cache_folder=cache_folder(),
        top=top,
    )
    print_evaluation(found, load_language(chosen.language))
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")
