"""What a place of work has to offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

R = TypeVar("R")
T = TypeVar("T")


class Backend(ABC):
    """Where the work on chunks is done; a context manager, closed when it is left.

    Functions are pure: what they return depends on what they are given alone, so that a part can be done again
    elsewhere. What goes to another process is pickled, functions by their name.
    """

    @abstractmethod
    def place(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        """Make a chunk of each source where it will stay, and return handles of the chunks.

        Parameters
        ----------
        make : callable
            Given a source, returns its chunk.
        sources : sequence
            What the chunks are made of, again if need be: keep them small, texts rather than arrays.
        """

    @abstractmethod
    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        """Return ``function(chunk, *shared)`` for each chunk, in their order.

        Parameters
        ----------
        function : callable
        chunks : sequence
            Handles that :meth:`place` gave.
        shared
            The same for all chunks, sent to each worker once; values, or handles that :meth:`share` gave.
        """

    @abstractmethod
    def merge(
        self,
        prepare: Callable[..., T],
        function: Callable[..., R],
        chunks: Sequence[Any],
        *shared: Any,
        join: Callable[[R, R], R],
    ) -> R:
        """Return ``function(prepare(chunk, *shared), so_far, *shared)`` of all chunks, joined two by two in a tree.

        Neighbours are joined first. The tree depends on the number of chunks alone: where the work is done and what is
        ready first change nothing, also where ``join`` rounds.

        Parameters
        ----------
        prepare : callable
            What does not need ``so_far``: it may be done while other chunks are under way, in another thread.
        function : callable
            ``so_far`` is what came of earlier chunks, joined, where it is at hand and None where it is not: what it
            shows to be of no use may be left out, but what comes of all chunks together may not depend on it.
        chunks, shared
            As for :meth:`map`; one chunk or more.
        join : callable
            Given the results of earlier and of later chunks.

        Raises
        ------
        ValueError
            When there are no chunks.
        """

    @abstractmethod
    def share(self, value: Any) -> Any:
        """Return a handle of a value that several calls share; it is sent once for all of them."""

    @abstractmethod
    def close(self) -> None:
        """Let go of chunks and workers; closing twice is closing once."""

    def __enter__(self) -> Backend:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def reduce_in_tree(parts: Iterable[T], make: Callable[[T, R | None, int], R], join: Callable[[R, R], R]) -> R:
    """Return what is made of parts joined two by two, neighbours first, with the logarithm of their number at hand.

    Parameters
    ----------
    parts : iterable
    make : callable
        Given a part, the most that has been joined of those before it (None for the first), and of how many.
    join : callable

    Raises
    ------
    ValueError
        When there are none.
    """
    joined: list[tuple[int, R]] = []  # how many results each stands for, ever fewer
    for part in parts:
        of, so_far = joined[0] if joined else (0, None)
        result, count = make(part, so_far, of), 1
        while joined and joined[-1][0] == count:
            result = join(joined.pop()[1], result)
            count *= 2
        joined.append((count, result))
    if not joined:
        raise ValueError("there are no chunks to merge the results of")
    last = joined.pop()[1]
    while joined:
        last = join(joined.pop()[1], last)
    return last
