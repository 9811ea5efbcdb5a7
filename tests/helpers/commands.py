"""Commands in this process, as a shell would call them."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from matcher.cli.app import app


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
