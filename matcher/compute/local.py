"""Work in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from matcher.compute.backend import Backend, reduce_in_tree

R = TypeVar("R")
T = TypeVar("T")


def available_threads() -> int:
    """Return how many threads may work in this process: one a processor that it may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


CHUNKS_AT_ONCE = 4
"""Chunks that are worked on at the same time, at most: what one needs for a while is some hundred MB."""


class LocalBackend(Backend):
    """In this process, on all processors that it may use."""

    def place(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        return [make(source) for source in sources]

    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        if len(chunks) < 2:
            return [function(chunk, *shared) for chunk in chunks]
        with ThreadPoolExecutor(min(available_threads(), CHUNKS_AT_ONCE)) as threads:
            return list(threads.map(lambda chunk: function(chunk, *shared), chunks))

    def merge(
        self,
        prepare: Callable[..., T],
        function: Callable[..., R],
        chunks: Sequence[Any],
        *shared: Any,
        join: Callable[[R, R], R],
    ) -> R:
        ready = one_ahead(lambda chunk: prepare(chunk, *shared), chunks)
        return reduce_in_tree(ready, lambda prepared, so_far, _: function(prepared, so_far, *shared), join)

    def share(self, value: Any) -> Any:
        return value

    def close(self) -> None:
        pass


def one_ahead(function: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
    """Yield what a function gives for each item, in their order; the next one is made while one is in use."""
    with ThreadPoolExecutor(1) as thread:
        coming: Future[T] | None = None
        for item in items:
            current, coming = coming, thread.submit(function, item)
            if current is not None:
                yield current.result()
        if coming is not None:
            yield coming.result()
