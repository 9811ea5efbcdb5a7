"""The interface of a backend, and the order in which results are merged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

R = TypeVar("R")
T = TypeVar("T")


class Backend(ABC):
    """Computes functions of chunks; a context manager that closes itself.

    Functions are pure: their results depend on their arguments only, so a lost result can be computed again in
    another process. Arguments and results that cross processes are pickled, functions by name.
    """

    @abstractmethod
    def scatter(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        """Handles of chunks, one for each source; a chunk is made in the process that will use it.

        Parameters
        ----------
        make : callable
            Maps a source to its chunk.
        sources : sequence
            Kept to make lost chunks again; small, such as texts rather than arrays.
        """

    @abstractmethod
    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        """Results of ``function(chunk, *shared)``, in the order of the chunks.

        Parameters
        ----------
        function : callable
        chunks : sequence
            Handles from :meth:`scatter`.
        *shared
            Values or handles from :meth:`share`, sent to each worker once.
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
        """Results of ``function(prepare(chunk, *shared), so_far, *shared)``, joined pairwise in a tree.

        Neighbours are joined first. The tree depends on the number of chunks only, so neither the number of workers
        nor the order in which they finish changes the result, even where ``join`` rounds.

        Parameters
        ----------
        prepare : callable
            The part that does not depend on ``so_far``; it may run while other chunks are computed, in another thread.
        function : callable
            ``so_far`` is the joined result of earlier chunks where it is available, else None. It may be used to skip
            work, but must not change the result of the whole merge.
        chunks : sequence
            One or more handles from :meth:`scatter`.
        *shared
            As in :meth:`map`.
        join : callable
            Joins the results of earlier and of later chunks.

        Raises
        ------
        ValueError
            When there are no chunks.
        """

    @abstractmethod
    def share(self, value: Any) -> Any:
        """Handle of a value that several calls use; it is sent only once."""

    @abstractmethod
    def close(self) -> None:
        """Release chunks and workers; closing again does nothing."""

    def __enter__(self) -> Backend:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def reduce_in_tree(parts: Iterable[T], make: Callable[[T, R | None, int], R], join: Callable[[R, R], R]) -> R:
    """Results of the parts joined pairwise, neighbours first, holding at most log2(n) results at a time.

    Parameters
    ----------
    parts : iterable
    make : callable
        Maps a part, the largest joined result of parts before it (None for the first part) and the number of parts in
        that result to the result of the part.
    join : callable
        Joins the results of earlier and of later parts.

    Raises
    ------
    ValueError
        When there are no parts.
    """
    pending: list[tuple[int, R]] = []  # number of parts and their joined result, in decreasing order of the number
    for part in parts:
        n_joined, so_far = pending[0] if pending else (0, None)
        result, count = make(part, so_far, n_joined), 1
        while pending and pending[-1][0] == count:
            result = join(pending.pop()[1], result)
            count *= 2
        pending.append((count, result))
    if not pending:
        raise ValueError("there are no chunks to merge the results of")
    last = pending.pop()[1]
    while pending:
        last = join(pending.pop()[1], last)
    return last
