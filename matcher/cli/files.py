"""Check files, and write those to start from."""

# Annotations are read by typer when the command runs: they stay what they are.
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import NonprofitsFile, PartnershipsFile, SettingsFile, UnitsFile, report_errors


@report_errors
def check(
    units: UnitsFile,
    nonprofits: NonprofitsFile,
    partnerships: PartnershipsFile = None,
    settings: SettingsFile = None,
) -> None:
    """Check the files: all problems, nothing computed. Exit code 2 when there are errors."""
    from matcher.jobs.inputs import read_inputs
    from matcher.jobs.runs import load_settings
    from matcher.tables.problems import counted, summarise

    inputs = read_inputs(units, nonprofits, partnerships, load_settings(settings, {}))
    for line in summarise(inputs.problems, per_kind=len(inputs.problems) + 1):
        typer.echo(line)
    errors = sum(problem.is_error for problem in inputs.problems)
    typer.echo(
        f"{counted(errors, 'error')}, {counted(len(inputs.problems) - errors, 'warning')} in "
        f"{counted(len(inputs.units.frame), 'unit')} and {counted(len(inputs.nonprofits.frame), 'nonprofit')}."
    )
    if errors:
        raise typer.Exit(2)


@report_errors
def template(
    out: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.", show_default=False)],
    language: Annotated[str, typer.Option("--language", help="Of the explanations: nl or en.")] = "nl",
) -> None:
    """Write empty, commented workbooks to fill in: units, nonprofits, partnerships."""
    from matcher.tables.write.templates import write_templates

    for path in write_templates(out, language):
        typer.echo(str(path))


@report_errors
def write_settings(
    out: Annotated[Path, typer.Option("--out", help="File to write, such as settings.toml.", show_default=False)],
    settings: SettingsFile = None,
) -> None:
    """Write all settings with their meaning, defaults and bounds, to start from."""
    from matcher.jobs.runs import load_settings

    load_settings(settings, {}).to_toml(out)
    typer.echo(str(out))
