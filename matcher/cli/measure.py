"""Evaluate, and learn from what came about."""

# Annotations are read by typer when the command runs: they stay what they are.
from pathlib import Path
from typing import Annotated, Optional

import typer

from matcher.cli.options import (
    EncoderName,
    LanguageCode,
    NonprofitsFile,
    SettingsFile,
    UnitsFile,
    cache_folder,
    report_errors,
)


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

    from matcher.i18n.language import load_language
    from matcher.jobs.measure import evaluate_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.terminal import print_evaluation
    from matcher.tables.write.files import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    found = evaluate_files(
        units, nonprofits, partnerships, test, chosen, left_out=left_out, cache_folder=cache_folder(), top=top
    )
    print_evaluation(found, load_language(chosen.language))
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")


@report_errors
def outcomes(
    partnerships: Annotated[
        Path, typer.Option("--partnerships", help="Partnerships: CSV, TSV, Excel or Parquet.", show_default=False)
    ],
    units: Annotated[Optional[Path], typer.Option("--units", help="Business units, for names and distances.")] = None,
    nonprofits: Annotated[
        Optional[Path], typer.Option("--nonprofits", help="Nonprofits, for names, distances and causes.")
    ] = None,
    settings: SettingsFile = None,
    language: LanguageCode = None,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
    out: Annotated[Optional[Path], typer.Option("--out", help="Folder for the figures as tables.")] = None,
) -> None:
    """Show how partnerships went: the funnel, the ratings, the best ones, and what is not being measured."""
    from matcher.i18n.language import load_language
    from matcher.jobs.outcomes import summarise_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.outcomes.files import outcome_files, outcomes_json
    from matcher.reports.outcomes.terminal import print_outcomes
    from matcher.tables.problems import summarise
    from matcher.tables.write.files import write_results, write_text_atomic

    chosen = load_settings(settings, {"language": language})
    found, warnings = summarise_files(
        partnerships, chosen, units=units, nonprofits=nonprofits, cache_folder=cache_folder()
    )
    if json_file is not None:
        write_text_atomic(json_file, outcomes_json(found))
    if out is not None:
        write_results(out, outcome_files(found))
    for line in summarise(warnings):
        typer.echo(line, err=True)
    print_outcomes(found, load_language(chosen.language))
    if out is not None:
        typer.echo(str(out.resolve()))


@report_errors
def learn(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    partnerships: Annotated[
        Path, typer.Option("--partnerships", help="What came about, and what was declined.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Settings file to write (TOML).", show_default=False)],
    left_out: Annotated[Optional[Path], typer.Option("--leave-out", help="Pairs to leave out everywhere.")] = None,
    settings: SettingsFile = None,
    encoder: EncoderName = None,
    language: LanguageCode = None,
    json_file: Annotated[Optional[Path], typer.Option("--json", help="Write all figures here too.")] = None,
) -> None:
    """Learn weights and settings from past partnerships; they stay as they are where nothing is gained."""
    import json

    from matcher.i18n.language import load_language
    from matcher.jobs.measure import learn_files
    from matcher.jobs.runs import load_settings
    from matcher.reports.sentences.learned import learned_lines, learned_table
    from matcher.reports.terminal import print_frame
    from matcher.tables.write.files import write_text_atomic

    chosen = load_settings(settings, {"text.encoder": encoder, "language": language})
    found = learn_files(units, nonprofits, partnerships, out, chosen, left_out=left_out, cache_folder=cache_folder())
    words = load_language(chosen.language)
    for line in learned_lines(found, partnerships.name, words):
        typer.echo(line)
    print_frame(learned_table(found, words), words.phrase("The learned settings, beside those at the start"), words)
    if json_file is not None:
        write_text_atomic(json_file, json.dumps(found.as_record(), indent=2, ensure_ascii=False) + "\n")
    typer.echo(words.phrase("Settings: {file}", file=out.resolve()))
