"""``matcher serve``: the workspace in a browser."""

from typing import Annotated, Optional

import typer

from matcher.cli.options import LanguageCode, echo, language_named, report_errors
from matcher.cli.workspace import DatabaseUrl, DataFolder, environment_of, needs_workspace
from matcher.errors import SettingsError
from matcher.i18n.language import message
from matcher.messages import Message

_NOT_SHARED = message("--host {host}: without accounts the workspace answers this machine alone. Add --shared")
_NO_NAME = message("--shared needs --hostname, the name under which people reach the workspace")
_RUNS = message("{address}  (Ctrl-C stops)")


@report_errors
def serve(
    data: DataFolder = None,
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = 8230,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; other than this machine only with --shared.")
    ] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help="For a team: accounts and roles.")] = False,
    database: DatabaseUrl = None,
    hostname: Annotated[
        Optional[list[str]], typer.Option("--hostname", help="Name under which a shared workspace is reached.")
    ] = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Shared without TLS, for a trial on one machine.")
    ] = False,
    language: LanguageCode = None,
) -> None:
    """Open the workspace in a browser: lists, shortlists to review, programmes. Stop it with Ctrl-C.

    Examples
    --------
    $ matcher serve
    $ matcher serve --data our-matching --port 9000
    $ matcher serve --shared --hostname matching.example.org --database postgresql://matcher@localhost/matcher
    """
    with needs_workspace():
        from matcher.workspace.server import LOOPBACK
        from matcher.workspace.server import serve as serve_workspace
    words = language_named(language)
    if not shared and host not in LOOPBACK:
        raise SettingsError(Message(_NOT_SHARED, host=host))
    if shared and not hostname:
        raise SettingsError(Message(_NO_NAME))
    serve_workspace(
        environment_of(data, database, shared=shared, hosts=tuple(hostname or ()), plain_http=plain_http),
        host,
        port,
        opens_browser=not (no_browser or shared),
        announce=lambda address: echo(words.phrase(_RUNS, address=address)),
    )
