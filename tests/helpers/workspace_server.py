"""``matcher serve`` in a process of its own, and people who use it over HTTP as a browser does."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode, urlsplit

_SECONDS = 240
_MATCHED = """
import sys
from pathlib import Path
from matcher.workspace.environment import Environment
from matcher.workspace.server import prepare
prepare(Environment(Path(sys.argv[1])))
from matcher.jobs.runs import Stopwatch
from matcher.workspace.list_versions import add_upload
from matcher.workspace.matching import match_lists
for name, path in zip(("units", "nonprofits", "partnerships"), sys.argv[2:]):
    add_upload(name, Path(path).name, Path(path), None)
match_lists(Stopwatch())
"""
_IN_DJANGO = """
import sys
from pathlib import Path
from matcher.workspace.environment import Environment
from matcher.workspace.server import set_up
set_up(Environment(Path(sys.argv[1]), sys.argv[2]))
from matcher.workspace.models import *
"""


class WorkspaceData:
    """Folder and database of a workspace.

    Parameters
    ----------
    folder : Path
    database : str
        URL; empty for SQLite in the folder.
    """

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder, self.database = folder, database

    @property
    def options(self) -> list[str]:
        """Options of the command line that name it."""
        return ["--data", str(self.folder), *(["--database", self.database] if self.database else [])]

    def run(self, script: str) -> str:
        """Run lines of Python with the models of the workspace, and return what they print."""
        return _python("-c", _IN_DJANGO + script, str(self.folder), self.database)

    def command(
        self, *arguments: str, keys: str | None = None, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ``matcher`` on it.

        Parameters
        ----------
        *arguments : str
        keys : str, optional
            What is typed.
        environ : mapping of str to str, optional
            Further variables.
        """
        command = [sys.executable, "-m", "matcher", "--language", "en", *arguments, *self.options]
        return subprocess.run(
            command, input=keys, env=plain_environ() | (environ or {}), capture_output=True, text=True, timeout=_SECONDS
        )


def plain_environ() -> dict[str, str]:
    """Variables of the process without those that name a workspace."""
    left_out = ("MATCHER_WORKSPACE", "DJANGO_SETTINGS_MODULE")
    return {name: text for name, text in os.environ.items() if not name.startswith(left_out)}


def _python(*arguments: str, seconds: float = _SECONDS) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=plain_environ(), capture_output=True, text=True, timeout=seconds
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def matched_workspace(folder: Path, files: Mapping[str, Path], seconds: float = _SECONDS) -> WorkspaceData:
    """Make a workspace with lists and one run of them, on SQLite.

    Parameters
    ----------
    folder : Path
    files : mapping of str to Path
        Units, nonprofits and partnerships, in this order.
    seconds : float
        That it takes, at most.
    """
    _python("-c", _MATCHED, str(folder), *map(str, files.values()), seconds=seconds)
    return WorkspaceData(folder)


class Server:
    """``matcher serve`` in a process of its own.

    Parameters
    ----------
    data : WorkspaceData
    *options : str
        Further ones.
    """

    def __init__(self, data: WorkspaceData, *options: str) -> None:
        command = [sys.executable, "-m", "matcher", "serve", *data.options, "--port", "0", "--no-browser", *options]
        self.log = data.folder / "server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, env=plain_environ(), text=True, start_new_session=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("http"), self.log.read_text(encoding="utf-8")[-3000:]
        self.address = line.split()[0]

    @property
    def processor_seconds(self) -> float:
        """Processor time that the process took up to now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send the process a signal and wait for its end.

        Parameters
        ----------
        number : int
            Of the signal.
        """
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Visitor:
    """A browser without a window: keeps its cookies, and sends forms with their token.

    Parameters
    ----------
    address : str
        Of the server.
    headers : mapping of str to str, optional
        Sent with every request.
    """

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.headers = {"Accept-Language": "en", **(headers or {})}
        self.cookies: dict[str, str] = {}
        self.location = ""

    def __del__(self) -> None:
        self.connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Open an address, and return the status and the text of the answer."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form, and return the status and the text of the answer.

        Parameters
        ----------
        path : str
        **fields : str
        """
        return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> tuple[int, str]:
        """Send a form with a file, and return the status and the text of the answer.

        Parameters
        ----------
        path : str
        name : str
            Of the file.
        content : bytes
        **fields : str
        """
        border = "----of-a-form"
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode()
            for key, text in fields.items()
        ]
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = b"".join([*parts, head, content, f"\r\n--{border}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={border}")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**self.headers, "Cookie": cookies, "X-CSRFToken": self.cookies.get("matcher-csrf", "")}
        self.connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = self.connection.getresponse()
        text = answer.read().decode(errors="replace")
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value
        self.location = answer.headers.get("Location", "")
        return answer.status, text


def wait_for_run(visitor: Visitor, seconds: float = 90) -> None:
    """Wait until no run waits or is under way.

    Parameters
    ----------
    visitor : Visitor
    seconds : float
        At most.
    """
    end = time.monotonic() + seconds
    while (found := visitor.get("/runs/state/")) != (200, ""):
        assert time.monotonic() < end, found
        time.sleep(0.2)


def pairs_of(visitor: Visitor, most_lists: int = 4) -> list[tuple[str, str]]:
    """Ids of unit and nonprofit of the pairs on the first lists.

    Parameters
    ----------
    visitor : Visitor
    most_lists : int
        Number of lists that are opened.
    """
    _, text = visitor.get("/")
    found: list[tuple[str, str]] = []
    for unit in list(dict.fromkeys(re.findall(r"/shortlist/\?unit=([\w-]+)", text)))[:most_lists]:
        _, shown = visitor.get(f"/shortlist/?unit={unit}")
        found += re.findall(r"/pair/\?unit=([\w-]+)&amp;nonprofit=([\w-]+)", shown)
    assert found, "no list has pairs"
    return list(dict.fromkeys(found))
