"""A progress bar on a terminal for work of more than two seconds."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

DELAY_SECONDS = 2.0

_FORMAT = "{desc}: {percentage:3.0f} %|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
"""A bar without words."""

_open_bars = 0
_describe: Callable[[str], str] = str


def describe_by(render: Callable[[str], str]) -> None:
    """Show the descriptions of bars as a function renders them, such as in the reader's language."""
    global _describe
    _describe = render


@contextlib.contextmanager
def progress_bar(total: int, description: str) -> Iterator[Callable[[int], None]]:
    """Yield ``advance(n)``, which reports n completed items to a bar on stderr.

    There is no bar unless stderr is a terminal, and none within another bar.

    Parameters
    ----------
    total : int
        Number of items; with none, bars within this one are suppressed and nothing is shown.
    description : str
        Shown before the bar.
    """
    global _open_bars
    _open_bars += 1
    try:
        if _open_bars > 1 or not total or not sys.stderr.isatty():
            yield _ignore
            return
        from tqdm import tqdm

        with tqdm(
            total=total, desc=_describe(description), bar_format=_FORMAT, delay=DELAY_SECONDS, leave=False
        ) as bar:
            yield bar.update
    finally:
        _open_bars -= 1


def _ignore(count: int) -> None:
    """Report nothing."""
