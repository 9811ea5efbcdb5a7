"""Reach a Dask cluster, or start one on this machine, and make sure that it can be used before any work is done."""

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

from matcher.compute import worker as processes
from matcher.compute.dask_backend import PATIENCE_SECONDS, DaskBackend
from matcher.errors import ClusterError

CONNECT_SECONDS = 5.0
START_SECONDS = 60.0
ALLOWED_FAILURES = 3
"""How often a part may lose its worker before it is given up."""

_START_ADVICE = "start one with 'dask scheduler' and 'dask worker ADDRESS --nthreads 1', or use --workers N"


def connect(
    address: str, *, timeout_seconds: float = CONNECT_SECONDS, patience_seconds: float = PATIENCE_SECONDS
) -> DaskBackend:
    """Return the work on a cluster that runs.

    Parameters
    ----------
    address : str
        Of its scheduler, as in ``tcp://node1:8786``.
    timeout_seconds : float, default 5
        How long to wait for the scheduler, and then for its first worker.
    patience_seconds : float, default 60
        How long the cluster may be without workers in the middle of the work.

    Raises
    ------
    ClusterError
        When nobody answers, it is no scheduler, it has no workers, or they run other versions.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet_logs())
        client = _client(address, timeout_seconds)
        stack.callback(client.close, timeout=timeout_seconds)
        _checked(client, address, timeout_seconds)
        return DaskBackend(client, stack.pop_all().close, patience_seconds=patience_seconds)


def start(workers: int, *, patience_seconds: float = PATIENCE_SECONDS) -> DaskBackend:
    """Return the work on a cluster of processes on this machine, reached over its loopback alone.

    Parameters
    ----------
    workers : int
        How many processes, each with one thread.
    patience_seconds : float, default 60
        How long it may be without workers in the middle of the work.

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
        # With a low threshold every array that is let go goes back to the system, to be asked for again at once.
        "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
        # What chunks are large by lies on disk already.
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
                    preload=[processes.__name__],
                    # Its page for browsers is off; the port that stays open would otherwise be on every network.
                    scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                    worker_dashboard_address="127.0.0.1:0",
                )
                stack.callback(_stop, cluster)
                client = Client(cluster, timeout=START_SECONDS, set_as_default=False)
                stack.callback(client.close, timeout=CONNECT_SECONDS)
                client.wait_for_workers(workers, timeout=START_SECONDS)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise ClusterError(
                f"--workers {workers}: the processes could not be started ({_first_line(error)}); try fewer"
            ) from error
        return DaskBackend(client, stack.pop_all().close, patience_seconds=patience_seconds)


def _stop(cluster: LocalCluster) -> None:
    """Close a cluster at once: nobody waits any more for what its workers are busy with."""
    for nanny in list(cluster.workers.values()):
        process = getattr(getattr(nanny, "process", None), "process", None)
        if process is not None and process.pid is not None:
            nanny.auto_restart = False
            with contextlib.suppress(Exception):
                cluster.sync(process.kill)
    cluster.close(timeout=CONNECT_SECONDS)


def _client(address: str, timeout_seconds: float) -> Client:
    """Return a client of a scheduler; Dask's own waits for ever where something else answers, so it is greeted first."""
    what = f"--scheduler {address}"
    advice = f"check host, port and firewall; {_START_ADVICE}"
    try:
        # In a thread of its own: a notebook has an event loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            kind = thread.submit(asyncio.run, _kind_of_server(address, timeout_seconds)).result()
        if kind != "Scheduler":
            raise ClusterError(f"{what}: this is a Dask {kind.lower()}; give the address of its scheduler")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions; they are compared below
            return Client(address, timeout=timeout_seconds, set_as_default=False)
    except OSError as error:  # TimeoutError among them
        reason = _first_line(error) if str(error) else f"nothing within {timeout_seconds:g} s that Dask understands"
        raise ClusterError(f"{what}: no Dask scheduler answers there ({reason}); {advice}") from None
    except (ValueError, TypeError, ImportError, RuntimeError) as error:
        raise ClusterError(
            f"{what}: not an address of a Dask scheduler ({_first_line(error)}); expected something like tcp://node1:8786"
        ) from None


async def _kind_of_server(address: str, timeout_seconds: float) -> str:
    """Return what a Dask server says that it is: Scheduler, Worker or Nanny."""
    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=timeout_seconds, connection_args=arguments) as server:
        identity = await asyncio.wait_for(server.identity(), timeout_seconds)
    return str(identity.get("type"))


def _checked(client: Client, address: str, timeout_seconds: float) -> None:
    """Make sure that there are workers, and that scheduler and workers have what is here."""
    what = f"--scheduler {address}"
    try:
        client.wait_for_workers(1, timeout=timeout_seconds)
    except TimeoutError:
        raise ClusterError(
            f"{what}: the cluster has no workers; start some with 'dask worker {address} --nthreads 1'"
        ) from None
    here = processes.versions()
    try:
        places: dict[str, Any] = {"the scheduler": client.run_on_scheduler(processes.versions)}
        places |= {
            f"worker {name}": found for name, found in sorted(client.run(processes.versions, on_error="return").items())
        }
    except Exception as error:  # whatever the other side raised: it has another matcher, or none
        places = {"the scheduler": error}
    for place, found in places.items():
        if not isinstance(found, Mapping):
            raise ClusterError(
                f"{what}: {place} cannot load matcher {here['matcher']} ({_first_line(found)}); "
                "install the same release there: pip install 'matcher[cluster]'"
            )
        other = [f"{name} {found.get(name)}, here {mine}" for name, mine in here.items() if found.get(name) != mine]
        if other:
            raise ClusterError(
                f"{what}: {place} has other versions ({'; '.join(other)}), and results would not be the same; "
                "install the same ones everywhere"
            )


@contextlib.contextmanager
def _quiet_logs() -> Iterator[None]:
    """Keep Dask's own remarks from the terminal: what matters is told in words of ours."""
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
