"""``matcher learn``: weights and settings from past partnerships."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import (
    EncoderName,
    InputFiles,
    LanguageCode,
    SettingsFile,
    cache_folder,
    echo,
    report_errors,
    takes_tables,
)


@report_errors
@takes_tables
def learn(
    partnerships: Annotated[
        Path, typer.Option("--partnerships", help="Partnerships made and declined.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Settings file to write (TOML).", show_default=False)],
    tables: InputFiles,
    excluded_pairs: Annotated[
        Optional[Path], typer.Option("--leave-out", help="Pairs to exclude from training and testing.")
    ] = None,
    shown: Annotated[
        Optional[list[Path]],
        typer.Option(
            "--shown", help="Folder of an earlier run: what it listed and was not chosen is compared; may be repeated."
        ),
    ] = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Learn weights and settings from past partnerships; each is kept unchanged where another value gains nothing.

    Examples
    --------
    $ matcher learn units.csv nonprofits.csv --partnerships partnerships.csv --out learned.toml
    $ matcher learn units.csv nonprofits.csv --partnerships partnerships.csv --shown results --out learned.toml
    """
    import json

    from matcher.i18n.language import load_language
    from matcher.jobs.learning import learn_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.sentences.learned import learned_lines, learned_table
    from matcher.reports.terminal import print_frame
    from matcher.tables.write.files import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    found = learn_files(
        {**tables, "partnerships": partnerships},
        out,
        chosen,
        excluded_pairs=excluded_pairs,
        shown=shown or (),
        cache_folder=cache_folder(),
    )
    words = load_language(chosen.language)
    for line in learned_lines(found, partnerships.name, words):
        echo(line)
    print_frame(learned_table(found, words), words.phrase("The learned settings, beside those at the start"), words)
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")
    echo(words.phrase("Settings: {file}", file=out.resolve()))
