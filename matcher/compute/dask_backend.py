"""Work on a Dask cluster, where a lost worker loses nothing.

Everything that is kept on workers is the result of a task: a chunk of its source, a shared value of the value as it
was sent. The scheduler keeps the tasks, and what a lost worker held is made again on another one. Data that is only
"scattered" is lost with the worker that holds the last copy, and Dask thins copies out; nothing is scattered here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import dask
from distributed import Client, Future
from distributed.client import FutureCancelledError, FuturesCancelledError
from distributed.scheduler import KilledWorker

from matcher.compute.backend import Backend, reduce_in_tree
from matcher.compute.worker import OpaqueArgument, given, run
from matcher.errors import ClusterError
from matcher.progress import bar

R = TypeVar("R")
T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long a cluster may be without workers in the middle of the work: they may be starting anew."""
_TICK_SECONDS = 1.0


@dataclass(frozen=True)
class _Both:
    """Prepares a chunk and goes on with it, in one task: what is prepared is large and never sent."""

    prepare: Callable[..., Any]
    function: Callable[..., Any]

    def __call__(self, chunk: Any, so_far: Any, *shared: Any) -> Any:
        return self.function(self.prepare(chunk, *shared), so_far, *shared)


class DaskBackend(Backend):
    """On the workers of a Dask cluster.

    Parameters
    ----------
    client : Client
        Connected.
    leave : callable
        Closes the client and whatever was started with it.
    patience_seconds : float, default 60
        How long to wait for workers when there are none left.
    """

    def __init__(
        self, client: Client, leave: Callable[[], None], *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.client = client
        self._leave: Callable[[], None] | None = leave
        self._patience = patience_seconds

    def place(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        return [self._submit(make, OpaqueArgument(source, uuid4().hex)) for source in sources]

    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        handles = self._shared(shared)
        return self._collect([self._submit(function, chunk, *handles) for chunk in chunks])

    def merge(
        self,
        prepare: Callable[..., T],
        function: Callable[..., R],
        chunks: Sequence[Any],
        *shared: Any,
        join: Callable[[R, R], R],
    ) -> R:
        both = _Both(prepare, function)
        handles = self._shared(shared)
        at_once = len(self.client.ncores())

        def submit(chunk: Any, so_far: Any, of: int) -> Any:
            # Parts wait for earlier ones only where those keep all workers busy.
            return self._submit(both, chunk, so_far if of >= at_once else None, *handles)

        tree = reduce_in_tree(chunks, submit, lambda one, other: self._submit(join, one, other))
        joined: list[R] = self._collect([tree])
        return joined[0]

    def share(self, value: Any) -> Any:
        name = uuid4().hex
        with _quiet_about_size():
            return self.client.submit(given, OpaqueArgument(value, name), key=f"share-{name}", pure=False)

    def close(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()

    def _shared(self, values: Sequence[Any]) -> list[Future[Any]]:
        return [value if isinstance(value, Future) else self.share(value) for value in values]

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        name = f"{getattr(function, '__name__', type(function).__name__)}-{uuid4().hex}"
        with _quiet_about_size():
            return self.client.submit(run, OpaqueArgument(function, name), *arguments, key=name, pure=False)

    def _collect(self, futures: Sequence[Future[Any]]) -> list[Any]:
        """Return the results of futures in their order.

        Raises
        ------
        ClusterError
            When the cluster is lost, or one of the tasks takes every worker down with it.
        """
        if not futures:
            return []
        try:
            with bar(len(futures), "Working on the cluster") as advance:
                found: list[Any] = self.client.sync(self._gathered, list(futures), advance)
        except KilledWorker as error:
            raise ClusterError(
                f"{error.allowed_failures + 1} workers died while doing one and the same part "
                f"({str(error.task).partition('-')[0]}), most often for want of memory: "
                "give each worker more, or start fewer of them on a machine"
            ) from None
        except (FutureCancelledError, FuturesCancelledError, asyncio.CancelledError) as error:
            raise self._lost() from error
        return found

    async def _gathered(self, futures: list[Future[Any]], advance: Callable[[int], None]) -> list[Any]:
        """Wait for results; give up when there is nobody left to wait for."""
        gathering = asyncio.ensure_future(self.client.gather(futures, asynchronous=True))
        told, last_seen = 0, time.monotonic()
        try:
            while not (await asyncio.wait({gathering}, timeout=_TICK_SECONDS))[0]:
                done = sum(future.done() for future in futures)
                advance(done - told)
                told = done
                if await self._has_workers():
                    last_seen = time.monotonic()
                elif time.monotonic() - last_seen > self._patience:
                    raise ClusterError(
                        f"the cluster has had no workers for {self._patience:.0f} seconds: start workers and run again"
                    )
        finally:
            gathering.cancel()
        found: list[Any] = gathering.result()
        return found

    async def _has_workers(self) -> bool:
        scheduler = self.client.scheduler
        if scheduler is None:
            raise self._lost()
        try:
            return bool(await scheduler.ncores(workers=None))
        except OSError as error:
            raise self._lost() from error

    def _lost(self) -> ClusterError:
        return ClusterError("the connection with the scheduler was lost in the middle of the work: run again")


def _quiet_about_size() -> Any:
    """Large values are sent on purpose: Dask's advice against it is for those who do not know."""
    return dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
