"""The network of the default encoder, arranged for many texts at once.

Universal Sentence Encoder multilingual v3, with the weights of its package: embeddings of SentencePiece pieces; for
windows of 2, 3 and 5 pieces, two convolutional layers with residual connections; the sum over pieces; four dense
layers. It takes 3.4 million floating-point operations for a piece. The computation is arranged as follows:

- The terms of the first convolution depend on one piece and its position in the window only. They are computed once
  for each piece and cached (:class:`_PieceMemory`), so the first layer is a sum of cached terms.
- The layer normalisation after the second layer is folded into the sum over pieces, which becomes a weighted sum.
- A vector depends on its text only, bit for bit: matrix products have fixed shapes, and rows have positions at which
  their bits are the same (:mod:`matcher.texts.encoders.use_layout`).
- Each thread computes whole batches, with its products on one core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from matcher.compute import available_threads
from matcher.texts.encoders.use_layout import (
    BATCH_ROWS,
    row_period,
    row_positions,
    text_batches,
    text_groups,
    text_starts,
)

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DIMENSION = 512

_CHUNKS, _CHUNK_ROWS = 17, 7530  # the package stores piece i in row i // 17 of chunk i % 17
_WIDTH = 256
_WINDOWS = ((2, 0), (3, 1), (5, 2))  # pieces in a window, and how many of them precede the piece
_FEATURES = DIMENSION + len(_WINDOWS) * _WIDTH
_GAP = 2  # empty rows between texts, the reach of the widest window
_MEMORY_BATCH = 240
_DENSE_ROWS = 48
_MEMORY_ROWS = 8192


@dataclass(frozen=True)
class _Weights:
    """Weights of the package, concatenated over windows."""

    table: npt.NDArray[np.uint8]
    scale: Array
    low: Array
    projection: Array
    projection_bias: Array
    gain: Array
    bias: Array
    first: tuple[Array, ...]
    first_bias: tuple[Array, ...]
    second: tuple[Array, ...]
    second_bias: Array
    output: Array
    output_bias: Array
    dense: dict[str, Array]
    epsilon: float

    @classmethod
    def read(cls, path: Path) -> _Weights:
        table = np.empty((_CHUNKS * _CHUNK_ROWS, DIMENSION), dtype=np.uint8)
        with np.load(path, allow_pickle=False) as arrays:
            for chunk in range(_CHUNKS):
                table[chunk::_CHUNKS] = arrays[f"q{chunk + 1}"]
            w = {name: arrays[name] for name in arrays.files if not name.startswith("q")}
        sizes = [size for size, _ in _WINDOWS]

        def joined(name: str) -> Array:
            return np.concatenate([w[f"{name}{size}"] for size in sizes], axis=-1)

        projection, projection_bias = joined("proj"), joined("proj_b")
        return cls(
            table=table,
            scale=w["scale"],
            low=w["lo"],
            # Centred once, so that layer normalisation need not subtract the mean of each row.
            projection=projection - projection.mean(axis=1, keepdims=True),
            projection_bias=projection_bias - projection_bias.mean(),
            gain=joined("ln_g"),
            bias=joined("ln_b"),
            # Positions of the window side by side, so that one product gives all terms.
            first=tuple(
                np.ascontiguousarray(
                    w[f"w1_{size}"].reshape(size, _WIDTH, _WIDTH).transpose(1, 0, 2).reshape(_WIDTH, size * _WIDTH)
                )
                for size in sizes
            ),
            first_bias=tuple(w[f"b1_{size}"] for size in sizes),
            second=tuple(np.ascontiguousarray(w[f"w2_{size}"]) for size in sizes),
            second_bias=joined("b2_"),
            output=w["ln_g"][:, None] * w["cnn_W"],
            output_bias=w["ln_b"] @ w["cnn_W"] + w["cnn_b"],
            dense={name: w[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")},
            epsilon=float(w["eps"]),
        )


class _PieceMemory:
    """Cached terms of recent pieces; row 0 is the empty piece, all zero."""

    def __init__(self, weights: _Weights, rows: int) -> None:
        self._weights = weights
        self._period = row_period(_MEMORY_BATCH, [weights.projection, *weights.first])
        self._allocate(rows)

    def _allocate(self, rows: int) -> None:
        self.row_of = np.zeros(len(self._weights.table), dtype=np.int64)
        self._piece_of = np.full(rows + 1, -1, dtype=np.int64)
        self.embedding = np.zeros((rows + 1, DIMENSION), dtype=np.float32)
        self.sums = np.zeros(rows + 1, dtype=np.float32)
        self.squares = np.zeros(rows + 1, dtype=np.float32)
        self.projected = np.zeros((len(_WINDOWS), rows + 1, _WIDTH), dtype=np.float32)
        self.terms = [np.zeros((rows + 1, size * _WIDTH), dtype=np.float32) for size, _ in _WINDOWS]

    def add(self, pieces: Ints, workers: ThreadPoolExecutor) -> None:
        """Compute the terms of new pieces; all given pieces stay cached until the next call.

        Parameters
        ----------
        pieces : ndarray of int64
        workers : ThreadPoolExecutor
        """
        wanted = np.unique(pieces)
        self._make_room(wanted)
        new = wanted[self.row_of[wanted] == 0]
        rows = (np.flatnonzero(self._piece_of[1:] < 0) + 1)[: len(new)]
        positions = row_positions(new, self._period)
        parts = [np.flatnonzero(positions // _MEMORY_BATCH == block) for block in np.unique(positions // _MEMORY_BATCH)]
        list(workers.map(lambda part: self._add_part(new[part], positions[part] % _MEMORY_BATCH, rows[part]), parts))
        self.row_of[new] = rows
        self._piece_of[rows] = new

    def _make_room(self, wanted: Ints) -> None:
        """Where space lacks, drop half of the other pieces, the rarest; pieces are numbered by descending frequency."""
        held = self._piece_of[self._piece_of >= 0]
        spare = len(self._piece_of) - 1 - len(wanted)
        if spare < 0:  # a text with more distinct pieces than rows
            self._allocate(len(wanted))
            return
        idle = np.sort(np.setdiff1d(held, wanted, assume_unique=True))
        if len(idle) > spare:
            forgotten = idle[min(len(idle) // 2, spare) :]
            self._piece_of[self.row_of[forgotten]] = -1
            self.row_of[forgotten] = 0

    def _add_part(self, pieces: Ints, positions: Ints, rows: Ints) -> None:
        weights = self._weights
        raw = np.zeros((_MEMORY_BATCH, DIMENSION), dtype=np.float32)
        raw[positions] = (
            weights.table[pieces] * weights.scale[pieces % _CHUNKS, None] + weights.low[pieces % _CHUNKS, None]
        )
        x = raw @ weights.projection
        x += weights.projection_bias
        variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1])
        x *= (1 / np.sqrt(variance + np.float32(weights.epsilon)))[:, None]
        x *= weights.gain
        x += weights.bias
        self.embedding[rows] = raw[positions]
        self.sums[rows] = raw.sum(axis=1)[positions]
        self.squares[rows] = np.einsum("ij,ij->i", raw, raw)[positions]
        for window, (_, before) in enumerate(_WINDOWS):
            mine = np.ascontiguousarray(x[:, window * _WIDTH : (window + 1) * _WIDTH])
            terms = mine @ weights.first[window]
            terms[:, before * _WIDTH : (before + 1) * _WIDTH] += weights.first_bias[window]
            self.projected[window, rows] = mine[positions]
            self.terms[window][rows] = terms[positions]


class _Buffers:
    """Buffers of one batch, reused for the next."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        laid = rows + _GAP * (rows + 1)
        widest = max(size for size, _ in _WINDOWS) * _WIDTH
        self.terms = np.empty(laid * widest, dtype=np.float32)
        self.hidden = np.zeros((len(_WINDOWS), laid, _WIDTH), dtype=np.float32)
        self.projected = np.empty((laid, _WIDTH), dtype=np.float32)
        self.window = np.empty(rows * widest, dtype=np.float32)
        self.convolved = np.zeros((rows, len(_WINDOWS) * _WIDTH), dtype=np.float32)
        self.embedding = np.zeros((rows, DIMENSION), dtype=np.float32)
        self.ones = np.ones(len(_WINDOWS) * _WIDTH, dtype=np.float32)


class UseNetwork:
    """Unit vectors of tokenized texts; not thread-safe.

    Parameters
    ----------
    weights : Path
        File of arrays of the package.
    """

    def __init__(self, weights: Path) -> None:
        self._path = weights
        self._free_buffers: list[_Buffers] = []
        self._threads = available_threads()

    @cached_property
    def _weights(self) -> _Weights:
        return _Weights.read(self._path)

    @cached_property
    def _memory(self) -> _PieceMemory:
        return _PieceMemory(self._weights, _MEMORY_ROWS)

    @cached_property
    def _batch_period(self) -> int:
        return row_period(BATCH_ROWS, self._weights.second)

    @cached_property
    def _finish_period(self) -> int:
        return row_period(_DENSE_ROWS, [self._weights.output, *self._weights.dense.values()])

    @cached_property
    def _blas(self) -> ThreadpoolController:
        return ThreadpoolController()

    def encode(self, texts: Sequence[Sequence[int]], advance: Callable[[int], None] = lambda _: None) -> Array:
        """Unit vectors of the texts, shape (n, 512), float32.

        Parameters
        ----------
        texts : sequence of sequence of int
            Numbers of the pieces of each text, at least one.
        advance : callable, optional
            Called with the number of texts completed.
        """
        pieces = [np.array(text, dtype=np.int64) for text in texts]
        pooled = np.empty((len(pieces), _FEATURES), dtype=np.float32)
        with (
            self._blas.limit(limits=1, user_api="blas"),
            ThreadPoolExecutor(self._threads) as workers,
        ):
            for group in text_groups(pieces):
                self._memory.add(np.concatenate([pieces[row] for row in group]), workers)
                batches = text_batches(group, pieces, self._batch_period)
                list(workers.map(lambda batch: self._pool(batch, pieces, pooled), batches))
                advance(len(group))
            return self._finish(pooled, pieces)

    def _pool(self, batch: Sequence[int], texts: Sequence[Ints], pooled: Array) -> None:
        """Compute the weighted sums over the pieces of one batch of texts into ``pooled``."""
        starts, used = text_starts([len(texts[row]) for row in batch], self._batch_period)
        rows = -(-used // BATCH_ROWS) * BATCH_ROWS
        try:
            buffers = self._free_buffers.pop() if rows == BATCH_ROWS else _Buffers(rows)
        except IndexError:
            buffers = _Buffers(rows)
        slots, positions = self._lay_out([texts[row] for row in batch], starts, rows)
        self._first_layer(buffers, slots)
        self._second_layer(buffers, positions)
        memory = self._memory
        mine = slots[positions]
        np.take(memory.embedding, mine, axis=0, out=buffers.embedding, mode="clip")
        mean = (buffers.convolved @ buffers.ones + memory.sums[mine]) / np.float32(_FEATURES)
        square = (np.einsum("ij,ij->i", buffers.convolved, buffers.convolved) + memory.squares[mine]) / np.float32(
            _FEATURES
        )
        weight = 1 / np.sqrt(square - mean * mean + np.float32(self._weights.epsilon))
        for row, start in zip(batch, starts, strict=True):
            part = slice(start, start + len(texts[row]))
            pooled[row, :DIMENSION] = weight[part] @ buffers.embedding[part]
            pooled[row, DIMENSION:] = weight[part] @ buffers.convolved[part]
            pooled[row] -= weight[part] @ mean[part]
        if rows == BATCH_ROWS:
            self._free_buffers.append(buffers)

    def _lay_out(self, texts: Sequence[Ints], starts: Sequence[int], rows: int) -> tuple[Ints, Ints]:
        """Cache rows of the texts in sequence with gaps, and the position in it of each row of the batch.

        Unused rows of the batch get the position of the first piece.
        """
        slots = np.zeros(sum(map(len, texts)) + _GAP * (len(texts) + 1), dtype=np.int64)
        positions = np.full(rows, _GAP, dtype=np.int64)
        laid = _GAP
        for text, start in zip(texts, starts, strict=True):
            slots[laid : laid + len(text)] = self._memory.row_of[text]
            positions[start : start + len(text)] = np.arange(laid, laid + len(text))
            laid += len(text) + _GAP
        return slots, positions

    def _first_layer(self, buffers: _Buffers, slots: Ints) -> None:
        memory, count = self._memory, len(slots)
        inner = count - 2 * _GAP
        for window, (size, before) in enumerate(_WINDOWS):
            terms = buffers.terms[: count * size * _WIDTH].reshape(count, size * _WIDTH)
            np.take(memory.terms[window], slots, axis=0, out=terms, mode="clip")
            hidden = buffers.hidden[window, :count]
            target = hidden[_GAP : _GAP + inner]
            shifted = [
                terms[
                    _GAP - before + position : _GAP - before + position + inner,
                    position * _WIDTH : (position + 1) * _WIDTH,
                ]
                for position in range(size)
            ]
            np.add(shifted[0], shifted[1], out=target)
            for term in shifted[2:]:
                target += term
            np.maximum(target, 0, out=target)
            projected = buffers.projected[:count]
            np.take(memory.projected[window], slots, axis=0, out=projected, mode="clip")
            target += projected[_GAP : _GAP + inner]
            hidden[slots == 0] = 0  # the gaps between texts are empty

    def _second_layer(self, buffers: _Buffers, positions: Ints) -> None:
        weights = self._weights
        for window, (size, before) in enumerate(_WINDOWS):
            around = positions[:, None] + np.arange(-before, size - before)
            views = buffers.window[: buffers.rows * size * _WIDTH].reshape(buffers.rows, size, _WIDTH)
            np.take(buffers.hidden[window], around, axis=0, out=views, mode="clip")
            mine = slice(window * _WIDTH, (window + 1) * _WIDTH)
            convolved = buffers.convolved[:, mine]
            np.matmul(views.reshape(buffers.rows, size * _WIDTH), weights.second[window], out=convolved)
            convolved += weights.second_bias[mine]
            np.maximum(convolved, 0, out=convolved)
            convolved += views[:, before]

    def _finish(self, pooled: Array, texts: Sequence[Ints]) -> Array:
        """Unit vectors from the weighted sums, shape (n, 512), by the dense layers in blocks of ``_DENSE_ROWS`` rows."""
        weights, dense = self._weights, self._weights.dense
        vectors = np.empty((len(pooled), DIMENSION), dtype=np.float32)
        positions = row_positions(np.array([text.sum() for text in texts], dtype=np.int64), self._finish_period)
        block = np.zeros((_DENSE_ROWS, _FEATURES), dtype=np.float32)
        sizes = np.ones(_DENSE_ROWS, dtype=np.float32)
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        for number in np.unique(positions // _DENSE_ROWS):
            mine = np.flatnonzero(positions // _DENSE_ROWS == number)
            rows = positions[mine] % _DENSE_ROWS
            block[rows] = pooled[mine]
            sizes[rows] = lengths[mine]
            x = block @ weights.output
            x += sizes[:, None] * weights.output_bias
            x *= (1 / np.sqrt(sizes))[:, None]
            y = np.maximum(x @ dense["d0"], 0) @ dense["d1"]
            y += x @ dense["p1"]
            np.maximum(y, 0, out=y)
            z = np.maximum(y @ dense["d2"], 0) @ dense["d3"]
            z += y @ dense["p3"]
            np.tanh(z, out=z)
            z /= np.sqrt(np.maximum(np.einsum("ij,ij->i", z, z), np.float32(weights.epsilon)))[:, None]
            vectors[mine] = z[rows]
        return vectors
