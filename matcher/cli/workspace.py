"""``matcher workspace``: look after a workspace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message

if TYPE_CHECKING:
    from matcher.workspace.environment import Environment

_NOT_INSTALLED = message(
    "The workspace needs more packages ({name} is missing). Install them: pip install 'matcher[workspace]'"
)


@contextlib.contextmanager
def needs_workspace() -> Iterator[None]:
    """Say what to install where the packages of the workspace are missing.

    Raises
    ------
    MatcherError
        When one is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MatcherError(Message(_NOT_INSTALLED, name=error.name)) from None


def environment_of(data: Path | None, database: str | None = None, **values: Any) -> Environment:
    """Environment of a workspace, from options and, where they are not given, from the variables of the process.

    Parameters
    ----------
    data : Path, optional
    database : str, optional
        URL.
    **values
        Further values of the environment.
    """
    from dataclasses import replace

    from matcher.workspace.environment import Environment

    found = Environment.read()
    return replace(
        found, data=found.data if data is None else data.absolute(), database=database or found.database, **values
    )


app = typer.Typer(help="Look after a workspace.", no_args_is_help=True, rich_markup_mode=None)
