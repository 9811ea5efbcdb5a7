"""Backends give the same results, in real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from helpers import cluster_tasks as tasks
from helpers.paths import ROOT
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.compute import Backend, LocalBackend, open_backend, per_process
from matcher.compute.backend import reduce_in_tree
from matcher.errors import ClusterError, EncoderError

SOURCES = list(range(7))
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


def results(backend: Backend) -> list[bytes]:
    """Results of every operation of a backend, as bytes."""
    chunks = backend.scatter(tasks.chunk, SOURCES)
    queries = backend.share(np.random.default_rng(99).standard_normal((20, 8)).astype(np.float32))
    mapped = backend.map(tasks.product, chunks, queries, 0.1)
    joined = backend.merge(tasks.product, tasks.total_after, chunks, queries, 0.1, join=tasks.plus)
    return [part.tobytes() for part in [*mapped, joined]]


@pytest.fixture(scope="module")
def two() -> Iterator[Backend]:
    with open_backend(workers=2) as backend:
        yield backend


def level_by_level(parts: list[str]) -> str:
    while len(parts) > 1:
        pairs = [parts[start : start + 2] for start in range(0, len(parts), 2)]
        parts = [tasks.in_brackets(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]


@given(st.integers(1, 70))
def test_a_tree_joins_neighbours_level_by_level(count: int) -> None:
    parts = [str(number) for number in range(count)]
    assert reduce_in_tree(parts, lambda part, *_: part, tasks.in_brackets) == level_by_level(parts)
    assert LocalBackend().merge(tasks.itself, tasks.text, range(count), join=tasks.in_brackets) == level_by_level(parts)


def test_later_parts_receive_the_results_of_earlier_ones(two: Backend) -> None:
    """They receive the largest subtree merged before them; on workers only after a first round on all of them."""
    assert LocalBackend().merge(tasks.itself, tasks.joined_before, range(7), join=tasks.both) == {
        0: 0,
        1: 1,
        2: 2,
        3: 2,
        4: 4,
        5: 4,
        6: 4,
    }
    chunks = two.scatter(tasks.itself, range(7))
    assert two.merge(tasks.itself, tasks.joined_before, chunks, join=tasks.both) == {
        0: 0,
        1: 0,
        2: 2,
        3: 2,
        4: 4,
        5: 4,
        6: 4,
    }


def test_no_chunks(two: Backend) -> None:
    for backend in (LocalBackend(), two):
        assert backend.map(tasks.total, []) == []
        with pytest.raises(ValueError, match="no chunks"):
            backend.merge(tasks.itself, tasks.total, [], join=tasks.plus)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_same_bytes_on_any_number_of_workers(workers: int) -> None:
    with open_backend(workers=workers) as backend:
        assert results(backend) == results(LocalBackend())


def test_the_same_bytes_and_the_same_tree_on_two_workers(two: Backend) -> None:
    assert results(two) == results(LocalBackend())
    chunks = two.scatter(tasks.itself, range(11))
    tree = two.merge(tasks.itself, tasks.text, chunks, join=tasks.in_brackets)
    assert tree == level_by_level([str(number) for number in range(11)])


def test_all_other_processes_take_part(two: Backend) -> None:
    chunks = two.scatter(tasks.itself, range(40))
    two.map(tasks.sleep, chunks, 0.02)
    found = set(two.map(tasks.process, two.scatter(tasks.itself, range(40))))
    assert found
    assert os.getpid() not in found
    assert set(LocalBackend().map(tasks.process, range(3))) == {os.getpid()}


def test_a_costly_object_is_made_once_in_each_process(two: Backend) -> None:
    made = set(two.map(tasks.instance, two.scatter(tasks.itself, range(20)), "encoder"))
    assert len(made) == len({process for process, _ in made})
    assert per_process(tasks.PerProcess, "a") is per_process(tasks.PerProcess, "a")
    assert per_process(tasks.PerProcess, "a") is not per_process(tasks.PerProcess, "b")


def test_lists_and_names_are_sent_as_they_are(two: Backend) -> None:
    # Dask would look for its own handles in them.
    value = {"a": ["share", ("x", 1)], ("t", 2): [None, "itself"]}
    [chunk] = two.scatter(tasks.itself, [value])
    assert two.map(tasks.itself, [chunk]) == [value]


def test_an_error_in_a_worker_is_raised_here(two: Backend) -> None:
    with pytest.raises(ValueError, match="not with 3"):
        two.map(tasks.fail, two.scatter(tasks.itself, [3]))
    with pytest.raises(EncoderError, match="no such model"):
        two.map(partial(_raise, EncoderError("no such model")), two.scatter(tasks.itself, [3]))
    assert two.map(tasks.itself, two.scatter(tasks.itself, [4])) == [4]


def _raise(error: Exception, _: object) -> None:
    raise error


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_is_killed_loses_nothing(workers: int, tmp_path: Path) -> None:
    with open_backend(workers=workers) as backend:
        queries = np.random.default_rng(99).standard_normal((20, 8)).astype(np.float32)
        shared = backend.share(queries)
        chunks = backend.scatter(tasks.chunk, SOURCES)
        before = backend.map(tasks.product, chunks, shared, 0.1)
        # The process that dies holds chunks, and with one worker all there is of the shared value.
        kept = backend.map(tasks.kill_once, chunks, tmp_path, 2)
        after = backend.map(tasks.product, chunks, shared, 0.1)
        joined = backend.merge(tasks.itself, tasks.total, chunks, join=tasks.plus)
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1"}
    np.testing.assert_array_equal(kept, [tasks.chunk(source) for source in SOURCES])
    np.testing.assert_array_equal(before, after)
    assert joined.tobytes() == LocalBackend().merge(tasks.itself, tasks.total, kept, join=tasks.plus).tobytes()


def test_a_task_that_kills_every_worker_ends_with_a_clear_error() -> None:
    with (
        open_backend(workers=2) as backend,
        pytest.raises(ClusterError, match="4 workers died while doing one and the same"),
    ):
        backend.map(tasks.kill, backend.scatter(tasks.itself, [1]))


class Started:
    """A scheduler and workers, as a person starts them."""

    def __init__(self, folder: Path, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        self.processes = [self.run("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
        for _ in range(workers):
            self.add_worker()

    def run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
            env=ENVIRONMENT,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def add_worker(self) -> None:
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._folder)]
        self.processes.append(self.run("dask_worker", self.address, "--host", "127.0.0.1", *options))

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def started(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Started]:
    cluster = Started(tmp_path, getattr(request, "param", 2))
    yield cluster
    cluster.stop()


def connected(cluster: Started) -> Backend:
    from matcher.compute.dask_cluster import connect

    return connect(cluster.address, timeout_seconds=60, patience_seconds=3)


def test_a_started_cluster_with_a_worker_killed_half_way(started: Started, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    with connected(started) as backend:
        assert results(backend) == results(LocalBackend())
        chunks = backend.scatter(tasks.chunk, SOURCES)
        kept = backend.map(tasks.kill_once, chunks, marks, 1)
        assert results(backend) == results(LocalBackend())
    assert len(list(marks.iterdir())) == 1
    assert sum(process.poll() is not None for process in started.processes) == 1
    np.testing.assert_array_equal(kept, [tasks.chunk(source) for source in SOURCES])


@pytest.mark.parametrize("started", [1], indirect=True)
def test_a_cluster_lost_in_the_middle(started: Started) -> None:
    with connected(started) as backend:
        chunks = backend.scatter(tasks.itself, [1, 2])
        assert backend.map(tasks.itself, chunks) == [1, 2]
        started.processes[1].kill()
        with pytest.raises(ClusterError, match="no workers for 3 seconds"):
            backend.map(tasks.itself, chunks)
        started.processes[0].kill()
        with pytest.raises(ClusterError, match="lost in the middle"):
            backend.map(tasks.itself, backend.scatter(tasks.itself, [1]))


@pytest.mark.parametrize("started", [0], indirect=True)
def test_a_cluster_without_workers(started: Started) -> None:
    from matcher.compute.dask_cluster import connect

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # until the scheduler listens
        try:
            connect(started.address, timeout_seconds=1)
        except ClusterError as error:
            if "has no workers" in str(error):
                return
    pytest.fail("the scheduler did not come up")


@pytest.mark.parametrize("started", [1], indirect=True)
def test_other_versions_are_refused(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.__version__", "9.9")
    with pytest.raises(ClusterError, match=r"the scheduler has other versions \(matcher 0.1.0, here 9.9\)"):
        connected(started)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_is_no_scheduler(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    silent = socket.create_server(("127.0.0.1", 0))
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    try:
        for address, words in {
            f"127.0.0.1:{port}": "no Dask scheduler answers",
            f"tcp://127.0.0.1:{server.server_port}": "no Dask scheduler answers",
            f"tcp://127.0.0.1:{silent.getsockname()[1]}": "no Dask scheduler answers",
            "http://127.0.0.1:8786": "not an address",
            "node1": "not an address",
            "": "not an address",
        }.items():
            result = CliRunner().invoke(
                app, ["match", "no-units.csv", "none.csv", "--out", str(tmp_path / "out"), "--scheduler", address]
            )
            assert result.exit_code == 2, (address, result.output)
            lines = result.stderr.strip().splitlines()
            assert len(lines) == 1, (address, lines)
            assert lines[0].startswith(f"error: --scheduler {address}"), lines
            assert words in lines[0], lines
    finally:
        silent.close()
        server.shutdown()
        server.server_close()
        thread.join()
    assert not (tmp_path / "out").exists()


def test_options_that_cannot_be() -> None:
    with pytest.raises(ClusterError, match="exclude each other"):
        open_backend("tcp://node1:8786", 2)
    with pytest.raises(ClusterError, match="1 or more"):
        open_backend(workers=0)
    assert isinstance(open_backend(), LocalBackend)


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'matcher\[cluster\]'"):
        open_backend(workers=2)


BROKEN_OFF = """
import sys
from pathlib import Path
from helpers import cluster_tasks as tasks
from matcher.compute import open_backend
if __name__ == "__main__":
    with open_backend(workers=2) as backend:
        backend.map(tasks.started, backend.scatter(tasks.itself, range(4)), Path(sys.argv[1]), 300.0)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_broken_off_leaves_no_worker_behind(sent: signal.Signals, tmp_path: Path) -> None:
    script, marks = tmp_path / "script.py", tmp_path / "marks"
    script.write_text(BROKEN_OFF)
    marks.mkdir()
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script), str(marks)],
        env={**ENVIRONMENT, "TMPDIR": str(tmp_path / "tmp")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while len(list(marks.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    workers = {int(path.name.partition("-")[0]) for path in marks.iterdir()}
    assert len(workers) == 2
    # As a terminal does it: Ctrl-C goes to every process of the group.
    (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
    errors = process.communicate(timeout=60)[1]
    deadline = time.monotonic() + 30
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_running, workers))
    if sent == signal.SIGINT:
        assert errors.count("Traceback") == 1, errors  # that of the script itself
        assert errors.rstrip().endswith("KeyboardInterrupt"), errors
        assert not list((tmp_path / "tmp").iterdir())


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
