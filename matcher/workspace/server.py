"""Start a workspace: its database, its queue, and the server that answers browsers."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator
from typing import Any

import dj_database_url
import django
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

from matcher.errors import MatcherError, system_reason
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.workspace.environment import Environment

logger = logging.getLogger("matcher")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_THREADS = 16
_BROWSER_AFTER_SECONDS = 0.5
_MOST_REQUEST_BYTES = 2**30
_IN_USE = message("{folder} is in use by another server. Stop that one, or name another folder with --data")
_NO_FOLDER = message("{folder} cannot be made ({error}). Name another with --data")
_NO_POSTGRESQL = message("--database is no URL of a PostgreSQL database, such as postgresql://user@host/name")
_NO_DATABASE = message("The database does not answer ({error}). See that it runs, and that --database names it")
_NEWER = message("The database was made by a newer version of this program ({name}). Install that one")
_PORT_TAKEN = message("port {port} cannot be used ({error}). Choose another with --port")


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer a request: the entry point for a WSGI server of your own.

    Parameters
    ----------
    environ, start_response
        As WSGI servers pass them on.
    """
    return _application()(environ, start_response)


def _application() -> Any:
    global _APPLICATION
    if _APPLICATION is None:
        _APPLICATION = get_wsgi_application()
    return _APPLICATION


_APPLICATION: Any = None


def set_up(environment: Environment) -> None:
    """Set Django up for a workspace.

    Raises
    ------
    MatcherError
        When its data folder cannot be made, or the URL of its database is none.
    """
    if environment.database:
        try:
            is_known = "postgresql" in dj_database_url.parse(environment.database)["ENGINE"]
        except ValueError:
            is_known = False
        if not is_known:
            raise MatcherError(Message(_NO_POSTGRESQL))
    try:
        environment.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise MatcherError(Message(_NO_FOLDER, folder=environment.data, error=system_reason(error))) from None
    environment.export()
    django.setup()


def prepare(environment: Environment) -> None:
    """Set Django up for a workspace, and bring its database up to date.

    Raises
    ------
    MatcherError
        When its data folder cannot be made, its database does not answer or is of a newer version, or the two do not
        belong together.
    """
    set_up(environment)
    from django.core.management import call_command

    with _said_faults():
        _refuse_newer()
        call_command("migrate", verbosity=0, interactive=False)
        from matcher.workspace.data_folder import bind

        bind(environment)


@contextlib.contextmanager
def _said_faults() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise MatcherError(Message(_NO_DATABASE, error=str(error).strip().split("\n")[-1].strip())) from None


def _refuse_newer() -> None:
    """Raise a MatcherError where the database knows migrations that this program does not."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    newer = {key for key in loader.applied_migrations if key[0] == "workspace"} - set(loader.disk_migrations)
    if newer:
        raise MatcherError(Message(_NEWER, name=max(name for _, name in newer)))


@contextlib.contextmanager
def _only_server(environment: Environment) -> Iterator[None]:
    """Hold the lock of the data folder: two servers would take each other's jobs."""
    from filelock import FileLock, Timeout

    lock = FileLock(environment.data / "server.lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout:
        raise MatcherError(Message(_IN_USE, folder=environment.data)) from None


def serve(environment: Environment, host: str, port: int, *, opens_browser: bool, announce: Any) -> None:
    """Serve a workspace until it is stopped.

    Parameters
    ----------
    environment : Environment
    host : str
        Address to listen on.
    port : int
        0 takes a free one.
    opens_browser : bool
    announce : callable
        Gets the address once the server answers.

    Raises
    ------
    MatcherError
        When the folder is in use or the port is taken.
    """
    set_up(environment)
    with _only_server(environment):
        prepare(environment)
        from matcher.workspace.data_folder import sweep

        sweep(environment)
        from matcher.workspace.list_versions import add_example

        add_example()
        from django.urls import get_resolver
        from waitress.server import create_server

        from matcher.workspace.worker import Worker

        # Django imports the views at the first request; who opens the first page does not wait for that.
        _ = get_resolver().url_patterns

        try:
            server = create_server(
                _application(),
                host=host,
                port=port,
                threads=_THREADS,
                ident=None,
                max_request_body_size=_MOST_REQUEST_BYTES,
                **_proxy(environment, host),
            )
        except OSError as error:
            raise MatcherError(Message(_PORT_TAKEN, port=port, error=system_reason(error))) from None
        worker = Worker()
        worker.start()
        # A service manager stops it so: requests under way are answered first.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        address = f"http://{host}:{server.effective_port}/"
        announce(address)
        if opens_browser:
            threading.Timer(_BROWSER_AFTER_SECONDS, webbrowser.open, (address,)).start()
        try:
            server.run()
        finally:
            worker.stop()
            server.close()


def _proxy(environment: Environment, host: str) -> dict[str, Any]:
    """What the server believes of a reverse proxy: from one on this machine also the address of its client."""
    if not environment.shared or environment.plain_http:
        return {"clear_untrusted_proxy_headers": True}
    if host not in LOOPBACK:
        return {"clear_untrusted_proxy_headers": False}
    headers = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": headers, "clear_untrusted_proxy_headers": True}
