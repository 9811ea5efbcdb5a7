"""The command line: all commands, and the options before them. Commands import what they need when they run."""

import gc
from typing import Annotated

import typer

from matcher import __version__
from matcher.cli.ask import ask
from matcher.cli.cache import cache
from matcher.cli.check import check
from matcher.cli.decisions import decisions
from matcher.cli.demo import demo
from matcher.cli.evaluate import evaluate
from matcher.cli.explain import explain
from matcher.cli.learn import learn
from matcher.cli.letters import letters
from matcher.cli.localised import LocalisedCommand, LocalisedGroup, command_help
from matcher.cli.log import log_to_terminal
from matcher.cli.map import map as map_headings
from matcher.cli.match import match
from matcher.cli.notebooks import notebooks
from matcher.cli.options import LanguageCode, open_closed_streams
from matcher.cli.outcomes import outcomes
from matcher.cli.programmes import programmes
from matcher.cli.serve import serve
from matcher.cli.settings import settings
from matcher.cli.template import template
from matcher.cli.words import words
from matcher.cli.workspace import workspace
from matcher.progress import describe_by

_GARBAGE_THRESHOLD = 50_000
"""New objects between two collections: nearly all that a run makes stays, so Python's default collects in vain."""

app = typer.Typer(
    cls=LocalisedGroup,
    help="Match companies' business units with nonprofits: shortlists, each with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


COMMANDS = (
    match,
    programmes,
    check,
    map_headings,
    explain,
    demo,
    ask,
    decisions,
    letters,
    evaluate,
    outcomes,
    learn,
    template,
    notebooks,
    words,
    settings,
    cache,
    serve,
    workspace,
)
for command in COMMANDS:
    app.command(command.__name__, cls=LocalisedCommand, help=command_help(command))(command)


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    language: LanguageCode = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log progress to stderr.")] = False,
) -> None:
    open_closed_streams()
    if language is not None:
        context.default_map = {command.__name__: {"language": language} for command in COMMANDS}
    if version:
        typer.echo(f"matcher {__version__}")
        raise typer.Exit
    gc.set_threshold(_GARBAGE_THRESHOLD)
    log_to_terminal(context.obj, verbose=verbose)
    describe_by(context.obj.render)


if __name__ == "__main__":
    app()
