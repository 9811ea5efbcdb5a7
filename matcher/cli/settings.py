"""``matcher settings``: a settings file to start from."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.options import LanguageCode, SettingsFile, echo, report_errors


@report_errors
def settings(
    out: Annotated[Path, typer.Option("--out", help="File to write, such as settings.toml.", show_default=False)],
    settings: SettingsFile = None,
    language: LanguageCode = None,
) -> None:
    """Write a file of all settings with their meanings, defaults and bounds, to start from.

    Examples
    --------
    $ matcher settings --out settings.toml
    """
    from matcher.jobs.runs import load_settings

    load_settings(settings, {"language": language}).to_toml(out)
    echo(str(out))
