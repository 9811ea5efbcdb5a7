"""``matcher workspace``: look after a workspace."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from matcher.cli.options import LanguageCode, echo, language_named, report_errors
from matcher.errors import MatcherError, SettingsError
from matcher.i18n.language import message
from matcher.messages import Message

if TYPE_CHECKING:
    from matcher.workspace.environment import Environment

_NOT_INSTALLED = message(
    "The workspace needs more packages ({name} is missing). Install them: pip install 'matcher[workspace]'"
)
_ACTIONS = ("migrate", "user", "backup", "restore")
_UNKNOWN_ACTION = message("there is no action '{action}' (known: {actions})")
_NO_OBJECT = message("{action} needs a name: that of the user, or of the zip file")
_PASSWORD = message("Password")
_DONE = {
    "migrate": message("The database is up to date."),
    "user": message("{name} can sign in."),
    "backup": message("The workspace is in {name}."),
    "restore": message("The workspace is in {folder}."),
}
DataFolder = Annotated[
    Optional[Path], typer.Option("--data", help="Folder of the workspace (default: in your data folder).")
]
DatabaseUrl = Annotated[
    Optional[str],
    typer.Option("--database", help="URL of a database, as in postgresql://user@host/name (default: SQLite)."),
]


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


def environment_of(data: Optional[Path], database: Optional[str] = None, **values: Any) -> "Environment":
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


@report_errors
def workspace(
    action: Annotated[str, typer.Argument(help="migrate, user, backup or restore.", show_default=False)],
    name: Annotated[
        Optional[str], typer.Argument(help="Of the user, or the zip file of the backup.", show_default=False)
    ] = None,
    role: Annotated[str, typer.Option("--role", help="Of the user: viewer, reviewer, manager or administrator.")] = (
        "administrator"
    ),
    data: DataFolder = None,
    database: DatabaseUrl = None,
    language: LanguageCode = None,
) -> None:
    """Look after a workspace: bring its database up to date, make accounts, back it up and restore it.

    Examples
    --------
    $ matcher workspace user anna --role administrator
    $ matcher workspace backup november.zip --data our-matching
    $ matcher workspace restore november.zip --data restored
    """
    words = language_named(language)
    if action not in _ACTIONS:
        raise SettingsError(Message(_UNKNOWN_ACTION, action=action, actions=", ".join(_ACTIONS)))
    if action != "migrate" and not name:
        raise SettingsError(Message(_NO_OBJECT, action=action))
    environment = environment_of(data, database)
    with needs_workspace():
        from matcher.workspace.server import prepare
    prepare(environment)
    from matcher.workspace.upkeep import back_up, make_account, restore

    if action == "user" and name:
        password = typer.prompt(words.phrase(_PASSWORD), hide_input=True, confirmation_prompt=True)
        make_account(name, role, password)
    elif action == "backup" and name:
        back_up(environment, Path(name))
    elif action == "restore" and name:
        restore(environment, Path(name))
    echo(words.phrase(_DONE[action], name=name or "", folder=environment.data))
