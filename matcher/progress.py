"""A progress bar for what takes over two seconds; nothing when nobody is looking."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")
PATIENCE_SECONDS = 2.0

_open_bars = 0


@contextlib.contextmanager
def bar(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many more are done; it shows a bar on a terminal's stderr after two seconds.

    Of bars within each other only the outermost is shown.

    Parameters
    ----------
    total : int
        How many there are to do.
    what : str
        What is being done, to show before the bar.
    """
    global _open_bars
    shown = _open_bars == 0 and sys.stderr.isatty()
    started = time.monotonic()
    done = 0
    progress: Progress | None = None

    def advance(count: int) -> None:
        nonlocal done, progress
        done += count
        if not shown:
            return
        if progress is None and time.monotonic() - started > PATIENCE_SECONDS:
            from rich.console import Console
            from rich.progress import Progress

            progress = Progress(console=Console(stderr=True), transient=True)
            progress.start()
            progress.add_task(what, total=total)
        if progress is not None:
            progress.update(progress.task_ids[0], completed=done)

    _open_bars += 1
    try:
        yield advance
    finally:
        _open_bars -= 1
        if progress is not None:
            progress.stop()


def track(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items, with a :func:`bar`.

    Parameters
    ----------
    items : iterable
    what : str
        What is being done, to show before the bar.
    """
    if not isinstance(items, Sized):
        yield from items
        return
    with bar(len(items), what) as advance:
        for item in items:
            yield item
            advance(1)
