"""Memory that a process may use, known before the libraries that need it are loaded.

Native libraries cannot always say that memory ran out while they were loaded: they wait for threads that never start, or
end the process.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from matcher.errors import MatcherError
from matcher.messages import Message

_ADDRESS_SPACE_MB = 1500
"""Least address space in which short lists get all their results (measured: 1275 MB, a thread for each library)."""
_RESIDENT_MB = 300
"""Least memory in which short lists get their tables (measured: 255 MB)."""
_CONTROL_GROUPS = Path("/sys/fs/cgroup")
_PARSIMONIOUS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Environment in which libraries reserve no address space that they do not use."""


class MemoryLimitError(MatcherError):
    """The process may use less memory than lists need."""


def check_memory() -> None:
    """Refuse to start with less memory than the shortest lists need, and be sparing where there is a limit.

    Raises
    ------
    MemoryLimitError
        When a limit of the process or of its control group is too low.
    """
    address_space = address_space_limit()
    if address_space is not None:
        for name, value in _PARSIMONIOUS.items():
            os.environ.setdefault(name, value)
    for limit, needed in ((address_space, _ADDRESS_SPACE_MB), (control_group_limit(), _RESIDENT_MB)):
        if limit is not None and limit < needed << 20:
            raise MemoryLimitError(
                Message(
                    "there is too little memory: this process may use {limit} MB, and short lists need {needed} MB. "
                    "Raise the limit (ulimit -v, or the memory of the container)",
                    limit=limit >> 20,
                    needed=needed,
                )
            )


def address_space_limit() -> int | None:
    """Bytes of address space that this process may use, None where there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def control_group_limit(mounted: Path = _CONTROL_GROUPS) -> int | None:
    """Bytes of memory that the control group of a container may use, None where there is no limit.

    Parameters
    ----------
    mounted : Path
        Where the control groups are, of the first version or the second.
    """
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):  # there is none, or it says "max"
            return int((mounted / name).read_text(encoding="ascii"))
    return None
