"""Tasks that tests give to workers, which import them by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from matcher.compute import per_process

Array = np.ndarray


def chunk(seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((50, 8)).astype(np.float32)


def product(rows: Array, queries: Array, factor: float) -> Array:
    return np.float32(factor) * (rows @ queries.T)


def total(rows: Array, so_far: Array | None) -> Array:
    return rows.sum(axis=0)


def total_after(products: Array, so_far: Array | None, queries: Array, factor: float) -> Array:
    return products.sum(axis=0) / np.float32(factor) + queries.sum(axis=1)


def plus(one: Array, other: Array) -> Array:
    return one + other


def text(number: int, so_far: str | None) -> str:
    return str(number)


def itself(value: object) -> object:
    return value


def in_brackets(one: str, other: str) -> str:
    return f"({one} {other})"


def process(_: object) -> int:
    return os.getpid()


def kill_once(value: Array, folder: Path, victims: int) -> Array:
    """Return the value; the first `victims` processes that try are killed."""
    for number in range(victims):
        try:
            (folder / str(number)).touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def kill(value: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(value: object) -> None:
    raise ValueError(f"not with {value}")


def sleep(_: object, seconds: float) -> None:
    time.sleep(seconds)


def started(value: object, folder: Path, seconds: float) -> object:
    (folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    time.sleep(seconds)
    return value


class PerProcess:
    """Made once in each process."""

    def __init__(self, name: str) -> None:
        self.name = name


def instance(_: object, name: str) -> tuple[int, int]:
    return os.getpid(), id(per_process(PerProcess, name))


def joined_before(number: int, so_far: dict[int, int] | None) -> dict[int, int]:
    return {number: 0 if so_far is None else len(so_far)}


def both(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return one | other
