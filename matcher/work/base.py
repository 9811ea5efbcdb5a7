"""What a place of work has to offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R")


class Work(ABC):
    """Where the work on chunks is done."""

    @abstractmethod
    def place(self, make: Callable[[Any], Any], sources: Sequence[Any]) -> list[Any]:
        """Make a chunk of each source where it will stay, and return handles."""

    @abstractmethod
    def map(self, function: Callable[..., R], chunks: Sequence[Any], *shared: Any) -> list[R]:
        """Return ``function(chunk, *shared)`` for each chunk, in their order."""
