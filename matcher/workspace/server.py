"""Start a workspace: its database, its queue, and the server that answers browsers."""

from __future__ import annotations

import contextlib
import logging
import threading
import webbrowser
from typing import Any

import django
from django.core.wsgi import get_wsgi_application

from matcher.errors import MatcherError, system_reason
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.workspace.environment import Environment

logger = logging.getLogger("matcher")

_THREADS = 16
_BROWSER_AFTER_SECONDS = 0.5
_MOST_REQUEST_BYTES = 2**30
_IN_USE = message("{folder} is in use by another server. Stop that one, or name another folder with --data")
_NO_FOLDER = message("{folder} cannot be made ({error}). Name another with --data")
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
        When its data folder cannot be made.
    """
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
        When its data folder cannot be made.
    """
    set_up(environment)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def _only_server(environment: Environment) -> Any:
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
        from matcher.workspace.list_versions import add_example

        add_example()
        from waitress.server import create_server

        from matcher.workspace.worker import Worker

        try:
            server = create_server(
                _application(),
                host=host,
                port=port,
                threads=_THREADS,
                ident=None,
                max_request_body_size=_MOST_REQUEST_BYTES,
                clear_untrusted_proxy_headers=False,
            )
        except OSError as error:
            raise MatcherError(Message(_PORT_TAKEN, port=port, error=system_reason(error))) from None
        worker = Worker()
        worker.start()
        address = f"http://{host}:{server.effective_port}/"
        announce(address)
        if opens_browser:
            threading.Timer(_BROWSER_AFTER_SECONDS, webbrowser.open, (address,)).start()
        try:
            server.run()
        finally:
            worker.stop()
            server.close()
