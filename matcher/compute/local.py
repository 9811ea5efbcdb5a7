"""The backend of this process."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from matcher.compute.backend import Backend, reduce_in_tree

R = TypeVar("R")
T = TypeVar("T")

MAX_PARALLEL_CHUNKS = 4
"""Bounds the memory: the buffers of one chunk take some hundred MB."""


def available_threads() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_pauses = 0
_pause_lock = threading.Lock()


@contextlib.contextmanager
def collection_paused() -> Iterator[None]:
    """Leave out the collection of garbage while a long list is read and matched.

    It looks at all objects whenever their number has grown by a quarter, of which millions come and none is garbage.
    Several threads may pause it at once.
    """
    global _pauses
    with _pause_lock:
        is_ours = _pauses > 0 or gc.isenabled()
        _pauses += is_ours
        gc.disable()
    try:
        yield
    finally:
        with _pause_lock:
            _pauses -= is_ours
            if is_ours and not _pauses:
                gc.enable()


class LocalBackend(Backend):
    """Computes in this process, on all processors that it may use."""

    def scatter(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        return [make(source) for source in sources]

    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        if len(chunks) < 2:
            return [function(chunk, *shared) for chunk in chunks]
        with ThreadPoolExecutor(min(available_threads(), MAX_PARALLEL_CHUNKS)) as threads:
            return list(threads.map(lambda chunk: function(chunk, *shared), chunks))

    def merge(
        self,
        prepare: Callable[..., T],
        function: Callable[..., R],
        chunks: Sequence[Any],
        *shared: Any,
        join: Callable[[R, R], R],
    ) -> R:
        prepared_chunks = prefetched(lambda chunk: prepare(chunk, *shared), chunks)
        return reduce_in_tree(prepared_chunks, lambda prepared, so_far, _: function(prepared, so_far, *shared), join)

    def share(self, value: Any) -> Any:
        return value

    def close(self) -> None:
        pass


def prefetched(function: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
    """Yield ``function(item)`` in order; the next result is computed in a thread while the current one is used.

    Parameters
    ----------
    function : callable
    items : iterable
    """
    with ThreadPoolExecutor(1) as thread:
        upcoming: Future[T] | None = None
        for item in items:
            current, upcoming = upcoming, thread.submit(function, item)
            if current is not None:
                yield current.result()
        if upcoming is not None:
            yield upcoming.result()
