"""``matcher ask``: the next questions to ask."""

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
def ask(
    tables: InputFiles,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    top: Annotated[int, typer.Option("--top", help="Questions of each kind, at most.", min=1)] = 10,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all questions here too.")] = None,
) -> None:
    """Show what to find out next: pairs whose order is in doubt, and blank cells that may change lists.

    Examples
    --------
    $ matcher ask units.csv nonprofits.csv --partnerships partnerships.csv
    """
    import json

    from matcher.i18n.language import load_language
    from matcher.jobs.questions import ask_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.questions import print_questions
    from matcher.tables.write.files import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    questions = ask_files(tables, chosen, top=top, cache_folder=cache_folder())
    print_questions(questions.found.pairs, questions.found.cells, questions.criteria, load_language(chosen.language))
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(questions.as_record(), indent=2, ensure_ascii=False) + "\n")
