"""The same run in one process, in two, and on a cluster that loses a worker half way: the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher.compute import Backend, LocalBackend, open_backend
from matcher.compute.dask_backend import DaskBackend
from matcher.jobs.match import example_files, match
from matcher.jobs.records import RUN_FILE
from matcher.jobs.runs import load_settings
from matcher.scoring import preparation

SMALL_CHUNKS = 200
"""Of the example's nonprofits, so that there are several."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def results_of(out: Path, kept: Path, backend: Backend) -> dict[str, bytes]:
    """Run the example in small chunks; the files of the results, but for how long it took."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparation, "CHUNK_ROWS", SMALL_CHUNKS)
        match(
            example_files(), out, load_settings(None, {"gates.as_of": "2026-11-01"}),
            cache_folder=kept, backend=backend,
        )  # fmt: skip
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    record = json.loads(found[RUN_FILE])
    record.pop("seconds")
    return found | {RUN_FILE: json.dumps(record).encode()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, kept: Path) -> dict[str, bytes]:
    found = results_of(tmp_path_factory.mktemp("alone"), kept, LocalBackend())
    assert len(found) > 5
    return found


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path, kept: Path, alone: dict[str, bytes]) -> None:
    with open_backend(workers=2) as backend:
        assert_same(results_of(tmp_path, kept, backend), alone)


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet
    )
    workers = [
        subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"], **quiet)
        for _ in range(2)
    ]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_worker_killed_half_way_loses_nothing(
    tmp_path: Path, kept: Path, alone: dict[str, bytes], cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    backend = reached(address)
    calls = 0
    plain = backend.map

    def map_and_kill(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 6:
            workers[0].send_signal(signal.SIGKILL)
        return plain(*args)

    backend.map = map_and_kill  # type: ignore[method-assign]
    with backend:
        assert_same(results_of(tmp_path, kept, backend), alone)
    assert calls > 6
    assert workers[0].wait() == -signal.SIGKILL
    assert workers[1].poll() is None


def reached(address: str) -> DaskBackend:
    """Connect, once scheduler and both workers have started."""
    import time

    from matcher.errors import ClusterError

    last: Exception | None = None
    for _ in range(60):
        try:
            backend = open_backend(scheduler=address)
        except ClusterError as error:
            last = error
            time.sleep(0.5)
            continue
        assert isinstance(backend, DaskBackend)
        backend.client.wait_for_workers(2, timeout=30)
        return backend
    raise AssertionError(f"the cluster did not start: {last}")


def test_the_command_line_refuses_before_any_work(tmp_path: Path) -> None:
    files = example_files()
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "matcher", "match", str(files["units"]), str(files["nonprofits"]), "--out", str(out),
         "--scheduler", f"tcp://127.0.0.1:{free_port()}"],
        capture_output=True, text=True, env={**os.environ, "MATCHER_CACHE": str(tmp_path / "cache")}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("error: --scheduler tcp://127.0.0.1:")
    assert "no Dask scheduler answers there" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
