"""Evaluate, and learn from what came about."""

# Annotations are read by typer when the command runs: they stay what they are.
from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.commands.options import EncoderName, LanguageCode, NonprofitsFile, SettingsFile, UnitsFile, report_errors


@report_errors
def evaluate(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    partnerships: Annotated[Path, typer.Option("--partnerships", help="What is known already.", show_default=False)],
    test: Annotated[Path, typer.Option("--test", help="Pairs to find: unit_id, nonprofit_id.", show_default=False)],
    left_out: Annotated[Optional[Path], typer.Option("--leave-out", help="Pairs to leave out everywhere.")] = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    top: Annotated[int, typer.Option("--top", help="Length of the list for nDCG and recall.", min=1)] = 20,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Hold the ranking against partnerships that came about later, beside plain rankings."""
    import json

    from matcher.jobs.measuring import evaluate_files
    from matcher.jobs.running import load_settings
    from matcher.reports.language import language as language_of
    from matcher.reports.terminal import print_evaluation
    from matcher.tables.writing import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    found = evaluate_files(units, nonprofits, partnerships, test, chosen, left_out=left_out, top=top)
    print_evaluation(found, language_of(chosen.language))
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")
