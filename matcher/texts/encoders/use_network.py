"""The network of the default encoder, arranged for many texts at once.

Universal Sentence Encoder multilingual v3, as its package has it: pieces of words to vectors; for three widths of
window (2, 3 and 5 pieces) two layers that look at a window and add what they saw; the sum over the pieces; four dense
layers. Some 3.4 million floating-point operations a piece. Arranged anew:

- What happens to a piece before it meets its neighbours depends on the piece alone. That is the first layer too, one
  term for each place in the window. These terms are computed once a piece and remembered (:class:`_PieceMemory`); the
  first layer is then the sum of remembered terms. Frequent pieces make up most of a text.
- The normalisation after the second layer is folded into the sum over the pieces, which becomes a weighted sum.
- A vector depends on its text alone, to the bit. Every product of matrices has a fixed shape, so what a row comes out
  as does not depend on the rows beside it; but it does depend, in its last bit, on where it lies, since the library
  takes rows in turns of some dozen. Which places are alike is measured (:func:`_turn_of_rows`), and a row is laid by
  what it is: a text starts at the beginning of a turn, a piece lies at the place that its number says. A text longer
  than a batch has one of its own.
- Each thread computes whole batches, its products on one core.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

Array = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DIMENSION = 512

_CHUNKS, _CHUNK_ROWS = 17, 7530  # the package keeps its pieces in chunks, piece i in row i // 17 of chunk i % 17
_WIDTH = 256
_WINDOWS = ((2, 0), (3, 1), (5, 2))  # pieces in a window, and how many of them stand before the piece itself
_FEATURES = DIMENSION + len(_WINDOWS) * _WIDTH
_GAP = 2  # empty rows between texts, as many as the widest window reaches
_BATCH_ROWS = 240
_LEARNT_ROWS = 240
_FINISHED_ROWS = 48
_TURNS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
_GROUP_PIECES = 8192
_REMEMBERED = 8192


@dataclass(frozen=True)
class _Weights:
    """Weights under the package's names, brought together for this arrangement."""

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
            # Centred here, so that the mean need not be taken off each row.
            projection=projection - projection.mean(axis=1, keepdims=True),
            projection_bias=projection_bias - projection_bias.mean(),
            gain=joined("ln_g"),
            bias=joined("ln_b"),
            # Place after place of the window side by side: one product gives all its terms.
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
    """What depends on a piece alone, for the pieces met lately; row 0 is the empty piece, all zero."""

    def __init__(self, weights: _Weights, rows: int) -> None:
        self._weights = weights
        self._turn = _turn_of_rows(_LEARNT_ROWS, [weights.projection, *weights.first])
        self._allocate(rows)

    def _allocate(self, rows: int) -> None:
        self.row_of = np.zeros(len(self._weights.table), dtype=np.int64)
        self._piece_of = np.full(rows + 1, -1, dtype=np.int64)
        self.embedding = np.zeros((rows + 1, DIMENSION), dtype=np.float32)
        self.sums = np.zeros(rows + 1, dtype=np.float32)
        self.squares = np.zeros(rows + 1, dtype=np.float32)
        self.projected = np.zeros((len(_WINDOWS), rows + 1, _WIDTH), dtype=np.float32)
        self.terms = [np.zeros((rows + 1, size * _WIDTH), dtype=np.float32) for size, _ in _WINDOWS]

    def learn(self, pieces: Ints, workers: ThreadPoolExecutor) -> None:
        """Take in pieces, all of which stay until the next call."""
        wanted = np.unique(pieces)
        self._make_room(wanted)
        new = wanted[self.row_of[wanted] == 0]
        rows = (np.flatnonzero(self._piece_of[1:] < 0) + 1)[: len(new)]
        places = _places(new, self._turn)
        parts = [np.flatnonzero(places // _LEARNT_ROWS == block) for block in np.unique(places // _LEARNT_ROWS)]
        list(workers.map(lambda part: self._learn_part(new[part], places[part] % _LEARNT_ROWS, rows[part]), parts))
        self.row_of[new] = rows
        self._piece_of[rows] = new

    def _make_room(self, wanted: Ints) -> None:
        """Where not all find room, forget half of the others, the rarest: pieces are numbered from the most frequent."""
        held = self._piece_of[self._piece_of >= 0]
        spare = len(self._piece_of) - 1 - len(wanted)
        if spare < 0:  # a text of more different pieces than there are rows
            self._allocate(len(wanted))
            return
        idle = np.sort(np.setdiff1d(held, wanted, assume_unique=True))
        if len(idle) > spare:
            forgotten = idle[min(len(idle) // 2, spare) :]
            self._piece_of[self.row_of[forgotten]] = -1
            self.row_of[forgotten] = 0

    def _learn_part(self, pieces: Ints, places: Ints, rows: Ints) -> None:
        weights = self._weights
        raw = np.zeros((_LEARNT_ROWS, DIMENSION), dtype=np.float32)
        raw[places] = (
            weights.table[pieces] * weights.scale[pieces % _CHUNKS, None] + weights.low[pieces % _CHUNKS, None]
        )
        x = raw @ weights.projection
        x += weights.projection_bias
        variance = np.einsum("ij,ij->i", x, x) / np.float32(x.shape[1])
        x *= (1 / np.sqrt(variance + np.float32(weights.epsilon)))[:, None]
        x *= weights.gain
        x += weights.bias
        self.embedding[rows] = raw[places]
        self.sums[rows] = raw.sum(axis=1)[places]
        self.squares[rows] = np.einsum("ij,ij->i", raw, raw)[places]
        for window, (_, before) in enumerate(_WINDOWS):
            mine = np.ascontiguousarray(x[:, window * _WIDTH : (window + 1) * _WIDTH])
            terms = mine @ weights.first[window]
            terms[:, before * _WIDTH : (before + 1) * _WIDTH] += weights.first_bias[window]
            self.projected[window, rows] = mine[places]
            self.terms[window][rows] = terms[places]


class _Bench:
    """The buffers of one batch, used again for the next."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        laid = rows + _GAP * (rows + 1)
        widest = max(size for size, _ in _WINDOWS) * _WIDTH
        self.terms = np.empty(laid * widest, dtype=np.float32)
        self.hidden = np.zeros((len(_WINDOWS), laid, _WIDTH), dtype=np.float32)
        self.projected = np.empty((laid, _WIDTH), dtype=np.float32)
        self.window = np.empty(rows * widest, dtype=np.float32)
        self.seen = np.zeros((rows, len(_WINDOWS) * _WIDTH), dtype=np.float32)
        self.embedding = np.zeros((rows, DIMENSION), dtype=np.float32)
        self.ones = np.ones(len(_WINDOWS) * _WIDTH, dtype=np.float32)


class UseNetwork:
    """Pieces of texts to unit vectors; for one caller at a time.

    Parameters
    ----------
    weights : Path
        The package's file of arrays.
    """

    def __init__(self, weights: Path) -> None:
        self._path = weights
        self._benches: list[_Bench] = []
        self._threads = _cores()

    @cached_property
    def _weights(self) -> _Weights:
        return _Weights.read(self._path)

    @cached_property
    def _memory(self) -> _PieceMemory:
        return _PieceMemory(self._weights, _REMEMBERED)

    @cached_property
    def _batch_turn(self) -> int:
        return _turn_of_rows(_BATCH_ROWS, self._weights.second)

    @cached_property
    def _finish_turn(self) -> int:
        return _turn_of_rows(_FINISHED_ROWS, [self._weights.output, *self._weights.dense.values()])

    @cached_property
    def _blas(self) -> ThreadpoolController:
        return ThreadpoolController()

    def encode(self, texts: Sequence[Sequence[int]], advance: Callable[[int], None] = lambda _: None) -> Array:
        """Return unit vectors of shape (n, 512), float32.

        Parameters
        ----------
        texts : sequence of sequence of int
            Numbers of the pieces of each text, one or more.
        advance : callable, optional
            Told how many more texts are done.
        """
        pieces = [np.array(text, dtype=np.int64) for text in texts]
        pooled = np.empty((len(pieces), _FEATURES), dtype=np.float32)
        with (
            self._blas.limit(limits=1, user_api="blas"),
            ThreadPoolExecutor(self._threads) as workers,
        ):
            for group in _groups(pieces):
                self._memory.learn(np.concatenate([pieces[row] for row in group]), workers)
                batches = _batches(group, pieces, self._batch_turn)
                list(workers.map(lambda batch: self._pool(batch, pieces, pooled), batches))
                advance(len(group))
            return self._finish(pooled, pieces)

    def _pool(self, batch: Sequence[int], texts: Sequence[Ints], pooled: Array) -> None:
        """Fill in the weighted sums over the pieces of the texts of one batch."""
        starts, used = _starts([len(texts[row]) for row in batch], self._batch_turn)
        rows = -(-used // _BATCH_ROWS) * _BATCH_ROWS
        try:
            bench = self._benches.pop() if rows == _BATCH_ROWS else _Bench(rows)
        except IndexError:
            bench = _Bench(rows)
        slots, places = self._lay_out([texts[row] for row in batch], starts, rows)
        self._first_layer(bench, slots)
        self._second_layer(bench, places)
        memory = self._memory
        mine = slots[places]
        np.take(memory.embedding, mine, axis=0, out=bench.embedding, mode="clip")
        mean = (bench.seen @ bench.ones + memory.sums[mine]) / np.float32(_FEATURES)
        square = (np.einsum("ij,ij->i", bench.seen, bench.seen) + memory.squares[mine]) / np.float32(_FEATURES)
        weight = 1 / np.sqrt(square - mean * mean + np.float32(self._weights.epsilon))
        for row, start in zip(batch, starts, strict=True):
            part = slice(start, start + len(texts[row]))
            pooled[row, :DIMENSION] = weight[part] @ bench.embedding[part]
            pooled[row, DIMENSION:] = weight[part] @ bench.seen[part]
            pooled[row] -= weight[part] @ mean[part]
        if rows == _BATCH_ROWS:
            self._benches.append(bench)

    def _lay_out(self, texts: Sequence[Ints], starts: Sequence[int], rows: int) -> tuple[Ints, Ints]:
        """Return the memory's rows of texts laid behind each other with gaps, and where each row of the batch lies.

        Rows of the batch that no text takes lie where the first piece does.
        """
        slots = np.zeros(sum(map(len, texts)) + _GAP * (len(texts) + 1), dtype=np.int64)
        places = np.full(rows, _GAP, dtype=np.int64)
        laid = _GAP
        for text, start in zip(texts, starts, strict=True):
            slots[laid : laid + len(text)] = self._memory.row_of[text]
            places[start : start + len(text)] = np.arange(laid, laid + len(text))
            laid += len(text) + _GAP
        return slots, places

    def _first_layer(self, bench: _Bench, slots: Ints) -> None:
        memory, count = self._memory, len(slots)
        inner = count - 2 * _GAP
        for window, (size, before) in enumerate(_WINDOWS):
            terms = bench.terms[: count * size * _WIDTH].reshape(count, size * _WIDTH)
            np.take(memory.terms[window], slots, axis=0, out=terms, mode="clip")
            hidden = bench.hidden[window, :count]
            target = hidden[_GAP : _GAP + inner]
            shifted = [
                terms[_GAP - before + place : _GAP - before + place + inner, place * _WIDTH : (place + 1) * _WIDTH]
                for place in range(size)
            ]
            np.add(shifted[0], shifted[1], out=target)
            for term in shifted[2:]:
                target += term
            np.maximum(target, 0, out=target)
            projected = bench.projected[:count]
            np.take(memory.projected[window], slots, axis=0, out=projected, mode="clip")
            target += projected[_GAP : _GAP + inner]
            hidden[slots == 0] = 0  # between the texts there is nothing to see

    def _second_layer(self, bench: _Bench, places: Ints) -> None:
        weights = self._weights
        for window, (size, before) in enumerate(_WINDOWS):
            around = places[:, None] + np.arange(-before, size - before)
            views = bench.window[: bench.rows * size * _WIDTH].reshape(bench.rows, size, _WIDTH)
            np.take(bench.hidden[window], around, axis=0, out=views, mode="clip")
            mine = slice(window * _WIDTH, (window + 1) * _WIDTH)
            seen = bench.seen[:, mine]
            np.matmul(views.reshape(bench.rows, size * _WIDTH), weights.second[window], out=seen)
            seen += weights.second_bias[mine]
            np.maximum(seen, 0, out=seen)
            seen += views[:, before]

    def _finish(self, pooled: Array, texts: Sequence[Ints]) -> Array:
        """Return the vectors of weighted sums: the dense layers, in blocks of a fixed number of rows."""
        weights, dense = self._weights, self._weights.dense
        vectors = np.empty((len(pooled), DIMENSION), dtype=np.float32)
        places = _places(np.array([text.sum() for text in texts], dtype=np.int64), self._finish_turn)
        block = np.zeros((_FINISHED_ROWS, _FEATURES), dtype=np.float32)
        sizes = np.ones(_FINISHED_ROWS, dtype=np.float32)
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        for number in np.unique(places // _FINISHED_ROWS):
            mine = np.flatnonzero(places // _FINISHED_ROWS == number)
            rows = places[mine] % _FINISHED_ROWS
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


def _turn_of_rows(rows: int, factors: Sequence[Array]) -> int:
    """Return after how many rows a product of so many rows begins its turn again, to the bit.

    Parameters
    ----------
    rows : int
        Of the left matrix.
    factors : sequence of ndarray of shape (k, n), float32
        The right matrices.
    """
    random = np.random.default_rng(0)
    left = [random.standard_normal((rows, len(factor)), dtype=np.float32) for factor in factors]
    plain = [one @ factor for one, factor in zip(left, factors, strict=True)]
    for turn in _TURNS:
        if rows % turn == 0 and all(
            np.array_equal(np.roll(one, turn, axis=0) @ factor, np.roll(product, turn, axis=0))
            for one, factor, product in zip(left, factors, plain, strict=True)
        ):
            return turn
    return rows


def _places(keys: Ints, turn: int) -> Ints:
    """Return a place for each row of a product, another for each, at the point of the turn that its key says."""
    point = keys % turn
    order = np.argsort(point, kind="stable")
    counts = np.bincount(point, minlength=turn)
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rank * turn + point


def _starts(lengths: Sequence[int], turn: int) -> tuple[list[int], int]:
    """Return the rows at which texts start, each at the beginning of a turn, and the row where the last ends."""
    starts, end = [], 0
    for length in lengths:
        start = -(-end // turn) * turn
        starts.append(start)
        end = start + length
    return starts, end


def _groups(texts: Sequence[Ints]) -> Iterator[list[int]]:
    """Cut the texts into groups whose pieces the memory holds at once."""
    group: list[int] = []
    pieces = 0
    for row, text in enumerate(texts):
        if group and pieces + len(text) > _GROUP_PIECES:
            yield group
            group, pieces = [], 0
        group.append(row)
        pieces += len(text)
    if group:
        yield group


def _batches(group: Sequence[int], texts: Sequence[Ints], turn: int) -> list[list[int]]:
    """Pack texts into batches, the longest first, each into the first batch with room; a longer one has its own."""
    batches: list[list[int]] = []
    room: list[int] = []
    for row in sorted(group, key=lambda row: -len(texts[row])):
        length = -(-len(texts[row]) // turn) * turn
        place = next((index for index, left in enumerate(room) if left >= length), None)
        if place is None:
            batches.append([row])
            room.append(max(0, _BATCH_ROWS - length))
        else:
            batches[place].append(row)
            room[place] -= length
    return batches


def _cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
