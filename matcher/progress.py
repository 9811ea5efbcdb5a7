"""A progress bar for what takes over two seconds; nothing when nobody is looking."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

Item = TypeVar("Item")
PATIENCE_SECONDS = 2.0


def track(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items, with a bar on a terminal's stderr once it has taken two seconds.

    Parameters
    ----------
    items : iterable
    what : str
        What is being done, to show before the bar.
    """
    if not sys.stderr.isatty() or not isinstance(items, Sized):
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    total = len(items)
    started = time.monotonic()
    progress: Progress | None = None
    try:
        for done, item in enumerate(items):
            if progress is None and time.monotonic() - started > PATIENCE_SECONDS:
                progress = Progress(console=Console(stderr=True), transient=True)
                progress.start()
                task = progress.add_task(what, total=total, completed=done)
            yield item
            if progress is not None:
                progress.update(task, advance=1)
    finally:
        if progress is not None:
            progress.stop()
