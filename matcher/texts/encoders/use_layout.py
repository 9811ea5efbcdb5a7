"""Positions of texts and pieces in matrix products of fixed shape, so that equal rows get equal bits.

The last bits of a row of a matrix product depend on its position, since the library computes rows in blocks, but they
repeat with a period that :func:`row_period` measures. Rows are placed by what they hold: a text starts at a multiple of
the period, and a piece has the position of its number modulo the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PERIODS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
GROUP_PIECES = 8192
BATCH_ROWS = 480
"""Rows of a product: it copies its right matrix into another layout first, which pays for many rows."""


def row_period(rows: int, factors: Sequence[Array]) -> int:
    """Period of the positions at which a row of a matrix product has the same bits.

    Parameters
    ----------
    rows : int
        Number of rows of the left matrix.
    factors : sequence of ndarray of shape (k, n), float32
        Right matrices.
    """
    random = np.random.default_rng(0)
    left = [random.standard_normal((rows, len(factor)), dtype=np.float32) for factor in factors]
    plain = [one @ factor for one, factor in zip(left, factors, strict=True)]
    for period in PERIODS:
        if rows % period == 0 and all(
            np.array_equal(np.roll(one, period, axis=0) @ factor, np.roll(product, period, axis=0))
            for one, factor, product in zip(left, factors, plain, strict=True)
        ):
            return period
    return rows


def row_positions(keys: Ints, period: int) -> Ints:
    """Distinct positions of the rows of a product, shape (n,), each congruent to its key modulo the period.

    Parameters
    ----------
    keys : ndarray of shape (n,), int64
    period : int
    """
    phase = keys % period
    order = np.argsort(phase, kind="stable")
    counts = np.bincount(phase, minlength=period)
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rank * period + phase


def text_starts(lengths: Sequence[int], period: int) -> tuple[list[int], int]:
    """First row of each text, a multiple of the period, and the row after the last text.

    Parameters
    ----------
    lengths : sequence of int
        Number of pieces of each text.
    period : int
    """
    starts, end = [], 0
    for length in lengths:
        start = -(-end // period) * period
        starts.append(start)
        end = start + length
    return starts, end


def text_groups(texts: Sequence[Ints]) -> Iterator[list[int]]:
    """Yield positions of consecutive texts with at most ``GROUP_PIECES`` pieces, or of one longer text."""
    group: list[int] = []
    pieces = 0
    for row, text in enumerate(texts):
        if group and pieces + len(text) > GROUP_PIECES:
            yield group
            group, pieces = [], 0
        group.append(row)
        pieces += len(text)
    if group:
        yield group


def text_batches(group: Sequence[int], texts: Sequence[Ints], period: int) -> list[list[int]]:
    """Texts packed into batches of ``BATCH_ROWS`` rows by first-fit decreasing; a longer text has its own batch.

    Parameters
    ----------
    group : sequence of int
        Positions of the texts.
    texts : sequence of ndarray of int64
        Pieces of all texts.
    period : int
    """
    batches: list[list[int]] = []
    room: list[int] = []
    for row in sorted(group, key=lambda row: -len(texts[row])):
        length = -(-len(texts[row]) // period) * period
        position = next((index for index, left in enumerate(room) if left >= length), None)
        if position is None:
            batches.append([row])
            room.append(max(0, BATCH_ROWS - length))
        else:
            batches[position].append(row)
            room[position] -= length
    return batches
