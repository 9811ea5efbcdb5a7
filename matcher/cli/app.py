"""The command line: every command, and what goes before them all. Nothing heavy is imported before it is needed."""

import gc
import logging
import sys
from typing import Annotated

import typer

from matcher import __version__
from matcher.cli import cache as keeping
from matcher.cli import decisions as deciding
from matcher.cli import files
from matcher.cli import match as matching
from matcher.cli import measure as measuring

_NEW_OBJECTS_A_LOOK = 50_000
"""Objects made between two looks for rings of garbage; what a run loads and makes stays, so looking is mostly in vain."""

app = typer.Typer(
    help="Match companies' business units with nonprofits: shortlists, each with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    matching.match,
    matching.programmes,
    files.check,
    matching.explain,
    matching.demo,
    deciding.decisions,
    measuring.evaluate,
    measuring.outcomes,
    measuring.learn,
    files.template,
):
    app.command()(command)
app.command("settings")(files.write_settings)
app.command("cache")(keeping.show_cache)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what is done.")] = False,
) -> None:
    if version:
        typer.echo(f"matcher {__version__}")
        raise typer.Exit
    gc.set_threshold(_NEW_OBJECTS_A_LOOK)
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s", stream=sys.stderr)


if __name__ == "__main__":
    app()
