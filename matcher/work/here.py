"""Work in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from matcher.work.base import Work, join_in_tree

R = TypeVar("R")


def threads_here() -> int:
    """Return how many threads may work in this process: one a processor that it may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Here(Work):
    """In this process, one chunk after the other."""

    def place(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        return [make(source) for source in sources]

    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        return [function(chunk, *shared) for chunk in chunks]

    def merge(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any, join: Callable[[R, R], R]) -> R:
        return join_in_tree(chunks, lambda chunk, so_far, _: function(chunk, so_far, *shared), join)

    def share(self, value: Any) -> Any:
        return value

    def close(self) -> None:
        pass
