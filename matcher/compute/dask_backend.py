"""The backend of a Dask cluster, which survives the loss of workers.

All data on workers is the result of a task: a chunk is computed from its source, a shared value from the value that
was sent. The scheduler keeps the tasks, so another worker recomputes what a lost one held. Dask's own ``scatter`` is
not used: its data is gone when the last worker with a copy is lost.
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
from matcher.compute.worker import OpaqueArgument, run, unwrap
from matcher.errors import ClusterError
from matcher.messages import Message
from matcher.progress import progress_bar

R = TypeVar("R")
T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""Time a cluster may be without workers during a computation; lost workers may be restarting."""
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class _PrepareAndApply:
    """Both steps of a merge in one task, so that the large prepared chunk is never sent."""

    prepare: Callable[..., Any]
    function: Callable[..., Any]

    def __call__(self, chunk: Any, so_far: Any, *shared: Any) -> Any:
        return self.function(self.prepare(chunk, *shared), so_far, *shared)


class DaskBackend(Backend):
    """Computes on the workers of a Dask cluster.

    Parameters
    ----------
    client : Client
        Connected.
    on_close : callable
        Closes the client, and the cluster where it was started with it.
    patience_seconds : float, default 60
        Time to wait for workers when all are lost.
    """

    def __init__(
        self, client: Client, on_close: Callable[[], None], *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.client = client
        self._on_close: Callable[[], None] | None = on_close
        self._patience = patience_seconds

    def scatter(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
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
        apply = _PrepareAndApply(prepare, function)
        handles = self._shared(shared)
        n_workers = len(self.client.ncores())

        def submit(chunk: Any, so_far: Any, n_joined: int) -> Any:
            # A chunk waits for earlier results only where those chunks keep all workers busy.
            return self._submit(apply, chunk, so_far if n_joined >= n_workers else None, *handles)

        tree = reduce_in_tree(chunks, submit, lambda earlier, later: self._submit(join, earlier, later))
        joined: list[R] = self._collect([tree])
        return joined[0]

    def share(self, value: Any) -> Any:
        name = uuid4().hex
        with _quiet_about_size():
            return self.client.submit(unwrap, OpaqueArgument(value, name), key=f"share-{name}", pure=False)

    def close(self) -> None:
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()

    def _shared(self, values: Sequence[Any]) -> list[Future[Any]]:
        return [value if isinstance(value, Future) else self.share(value) for value in values]

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        name = f"{getattr(function, '__name__', type(function).__name__)}-{uuid4().hex}"
        with _quiet_about_size():
            return self.client.submit(run, OpaqueArgument(function, name), *arguments, key=name, pure=False)

    def _collect(self, futures: Sequence[Future[Any]]) -> list[Any]:
        """Results of futures, in order.

        Raises
        ------
        ClusterError
            When the cluster is lost, or a task kills every worker that runs it.
        """
        if not futures:
            return []
        try:
            with progress_bar(len(futures), Message("Working on the cluster")) as advance:
                results: list[Any] = self.client.sync(self._gather, list(futures), advance)
        except KilledWorker as error:
            raise ClusterError(
                Message(
                    "{workers} workers died while doing one and the same part ({part}), most often for want of memory: give each worker more, or start fewer of them on a machine",
                    workers=error.allowed_failures + 1,
                    part=str(error.task).partition("-")[0],
                )
            ) from None
        except (FutureCancelledError, FuturesCancelledError, asyncio.CancelledError) as error:
            raise self._lost() from error
        return results

    async def _gather(self, futures: list[Future[Any]], advance: Callable[[int], None]) -> list[Any]:
        """Wait for results, and stop when no workers are left for longer than the patience."""
        gathering = asyncio.ensure_future(self.client.gather(futures, asynchronous=True))
        n_reported, last_seen = 0, time.monotonic()
        try:
            while not (await asyncio.wait({gathering}, timeout=_POLL_SECONDS))[0]:
                n_done = sum(future.done() for future in futures)
                advance(n_done - n_reported)
                n_reported = n_done
                if await self._has_workers():
                    last_seen = time.monotonic()
                elif time.monotonic() - last_seen > self._patience:
                    raise ClusterError(
                        Message(
                            "the cluster has had no workers for {patience} seconds: start workers and run again",
                            patience=f"{self._patience:.0f}",
                        )
                    )
        finally:
            gathering.cancel()
        results: list[Any] = gathering.result()
        return results

    async def _has_workers(self) -> bool:
        scheduler = self.client.scheduler
        if scheduler is None:
            raise self._lost()
        try:
            return bool(await scheduler.ncores(workers=None))
        except OSError as error:
            raise self._lost() from error

    def _lost(self) -> ClusterError:
        return ClusterError(Message("the connection with the scheduler was lost in the middle of the work: run again"))


def _quiet_about_size() -> Any:
    """Silence Dask's warning on large values, which are sent on purpose."""
    return dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
