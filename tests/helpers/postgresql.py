"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached over a socket, stopped afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_SECONDS = 120
_QUIET: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "timeout": _SECONDS, "cwd": "/"}


@dataclass
class Cluster:
    """A PostgreSQL server that runs.

    Attributes
    ----------
    programs : Path
        Folder of ``initdb``, ``pg_ctl`` and the like.
    folder : Path
        Of its data and of its socket.
    """

    programs: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """Make an empty database, and return its URL."""
        name = f"matcher{next(self._numbers)}"
        subprocess.run([self.programs / "createdb", "-h", self.folder, "-U", "matcher", name], **_QUIET)
        return f"postgresql://matcher@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server at once, as if it had lost its power; all connections break."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        command = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "cluster"), "-w", *arguments]
        subprocess.run(_as_postgres(*command), **_QUIET)


def find_programs() -> Path:
    """Folder of the programs. Without them a test is skipped, or fails in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        reason = "PostgreSQL is not installed (Debian: postgresql)"
        if os.environ.get("MATCHER_CI") or os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found[-1].parent


@contextmanager
def postgresql() -> Iterator[Cluster]:
    """Yield a cluster that runs, and take it away afterwards."""
    programs = find_programs()
    # A short path: that of a socket has at most 107 letters.
    folder = Path(tempfile.mkdtemp(prefix="matcher-pg-", dir="/tmp"))
    folder.chmod(0o777)
    cluster = Cluster(programs, folder)
    make = [
        str(programs / "initdb"),
        "-D",
        str(folder / "cluster"),
        "-U",
        "matcher",
        "--auth=trust",
        "-E",
        "UTF8",
        "-N",
    ]
    try:
        subprocess.run(_as_postgres(*make), **_QUIET)
        cluster.start()
        yield cluster
    finally:
        if (folder / "cluster" / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(*command: str) -> list[str]:
    """Command as the user postgres where we are root, which PostgreSQL refuses."""
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    return list(command)
