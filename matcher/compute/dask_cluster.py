"""Connect to a Dask cluster or start one on this machine, and check it before the computation starts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dask
from distributed import Client, LocalCluster, Security
from distributed.core import rpc

from matcher.compute import worker
from matcher.compute.dask_backend import PATIENCE_SECONDS, DaskBackend
from matcher.errors import ClusterError
from matcher.messages import Joined, Message

CONNECT_SECONDS = 5.0
START_SECONDS = 60.0
ALLOWED_FAILURES = 3
"""Number of workers that a task may lose before it fails."""

_START_ADVICE = Message("start one with 'dask scheduler' and 'dask worker ADDRESS --nthreads 1', or use --workers N")
_SCHEDULER = Message("the scheduler")


def connect(
    address: str, *, timeout_seconds: float = CONNECT_SECONDS, patience_seconds: float = PATIENCE_SECONDS
) -> DaskBackend:
    """Backend on a running cluster.

    Parameters
    ----------
    address : str
        Address of its scheduler, such as ``tcp://node1:8786``.
    timeout_seconds : float, default 5
        Time to wait for the scheduler, and then for its first worker.
    patience_seconds : float, default 60
        Time the cluster may be without workers during a computation.

    Raises
    ------
    ClusterError
        When nothing answers, it is no scheduler, it has no workers, or their versions differ from those here.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet_logs())
        client = _client(address, timeout_seconds)
        stack.callback(client.close, timeout=timeout_seconds)
        _check(client, address, timeout_seconds)
        return DaskBackend(client, stack.pop_all().close, patience_seconds=patience_seconds)


def start(workers: int, *, patience_seconds: float = PATIENCE_SECONDS) -> DaskBackend:
    """Backend on a new cluster of processes on this machine, reachable from this machine only.

    Parameters
    ----------
    workers : int
        Number of processes, each with one thread.
    patience_seconds : float, default 60
        Time it may be without workers during a computation.

    Raises
    ------
    ClusterError
        When the processes cannot be started.
    """
    options = {
        "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.profile.enabled": False,
        # With a low threshold every freed array returns to the system and is allocated again at once.
        "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
        # The large arrays of chunks are on disk already.
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.admin.system-monitor.gil.enabled": False,
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet_logs())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="matcher-", ignore_cleanup_errors=True))
        try:
            with dask.config.set({**options, "temporary-directory": folder}):
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                    local_directory=folder,
                    preload=[worker.__name__],
                    # The dashboard is off; its port stays open, so it is bound to this machine.
                    scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                    worker_dashboard_address="127.0.0.1:0",
                )
                stack.callback(_stop, cluster)
                client = Client(cluster, timeout=START_SECONDS, set_as_default=False)
                stack.callback(client.close, timeout=CONNECT_SECONDS)
                client.wait_for_workers(workers, timeout=START_SECONDS)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise ClusterError(
                Message(
                    "--workers {workers}: the processes could not be started ({reason}); try fewer",
                    workers=workers,
                    reason=_first_line(error),
                )
            ) from error
        return DaskBackend(client, stack.pop_all().close, patience_seconds=patience_seconds)


def _stop(cluster: LocalCluster) -> None:
    """Close a cluster at once, without waiting for running tasks."""
    for nanny in list(cluster.workers.values()):
        process = getattr(getattr(nanny, "process", None), "process", None)
        if process is not None and process.pid is not None:
            nanny.auto_restart = False
            with contextlib.suppress(Exception):
                cluster.sync(process.kill)
    cluster.close(timeout=CONNECT_SECONDS)


def _client(address: str, timeout_seconds: float) -> Client:
    """Client of a scheduler. What answers is identified first, since Dask's client never times out on other servers."""
    option = f"--scheduler {address}"
    advice = Message("check host, port and firewall; {start}", start=_START_ADVICE)
    try:
        # In its own thread, since a notebook runs an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            server_type = thread.submit(asyncio.run, _server_type(address, timeout_seconds)).result()
        if server_type != "Scheduler":
            raise ClusterError(
                Message(
                    "{option}: this is a Dask {server_type}; give the address of its scheduler",
                    option=option,
                    server_type=server_type.lower(),
                )
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on version mismatches, which are checked below
            return Client(address, timeout=timeout_seconds, set_as_default=False)
    except OSError as error:  # TimeoutError among them
        reason = (
            _first_line(error)
            if str(error)
            else Message("nothing within {seconds} s that Dask understands", seconds=f"{timeout_seconds:g}")
        )
        raise ClusterError(
            Message(
                "{option}: no Dask scheduler answers there ({reason}); {advice}",
                option=option,
                reason=reason,
                advice=advice,
            )
        ) from None
    except (ValueError, TypeError, ImportError, RuntimeError) as error:
        raise ClusterError(
            Message(
                "{option}: not an address of a Dask scheduler ({reason}); expected something like tcp://node1:8786",
                option=option,
                reason=_first_line(error),
            )
        ) from None


async def _server_type(address: str, timeout_seconds: float) -> str:
    """Type that a Dask server reports: Scheduler, Worker or Nanny."""
    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=timeout_seconds, connection_args=arguments) as server:
        identity = await asyncio.wait_for(server.identity(), timeout_seconds)
    return str(identity.get("type"))


def _check(client: Client, address: str, timeout_seconds: float) -> None:
    """Check that there are workers, and that scheduler and workers have the versions of this process."""
    option = f"--scheduler {address}"
    try:
        client.wait_for_workers(1, timeout=timeout_seconds)
    except TimeoutError:
        raise ClusterError(
            Message(
                "{option}: the cluster has no workers; start some with 'dask worker {address} --nthreads 1'",
                option=option,
                address=address,
            )
        ) from None
    expected = worker.versions()
    try:
        versions: dict[str, Any] = {_SCHEDULER: client.run_on_scheduler(worker.versions)}
        versions |= {
            Message("worker {name}", name=name): found
            for name, found in sorted(client.run(worker.versions, on_error="return").items())
        }
    except Exception as error:  # whatever the process raised: matcher is missing there or another release
        versions = {_SCHEDULER: error}
    for process, found in versions.items():
        if not isinstance(found, Mapping):
            raise ClusterError(
                Message(
                    "{option}: {process} cannot load matcher {version} ({reason}); install the same release there: pip install 'matcher[cluster]'",
                    option=option,
                    process=process,
                    version=expected["matcher"],
                    reason=_first_line(found),
                )
            )
        other = [
            Message("{name} {version}, here {mine}", name=name, version=found.get(name), mine=mine)
            for name, mine in expected.items()
            if found.get(name) != mine
        ]
        if other:
            raise ClusterError(
                Message(
                    "{option}: {process} has other versions ({other}), and results would not be the same; install the same ones everywhere",
                    option=option,
                    process=process,
                    other=Joined(other, "; "),
                )
            )


@contextlib.contextmanager
def _quiet_logs() -> Iterator[None]:
    """Hide Dask's log messages: errors are reported in messages of this package."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
