"""A learned map from the vectors of an encoder to a space in which related missions are close."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from matcher.compute import available_threads
from matcher.shipped import shipped
from matcher.texts.encoders.base import Embeddings

COMPUTATION_VERSION = 1
"""Part of the fingerprint, to be raised when the bits of vectors change."""

_MAX_NORM = 4096.0
"""Norm of integer rows and columns: every partial sum of their products is at most its square, 2**24."""
_TINY = 1e-12
"""Shorter rows count as zero: their squares are too small for the precision that the bound needs."""
_ROW_BLOCK = 256
_ROWS_AT_ONCE = 2_048
"""Rows that one thread maps at a time, in blocks of ``_ROW_BLOCK``."""


@dataclass(frozen=True)
class TextMap:
    """A linear map plus one hidden layer, ``x W + b + gelu(x A + a) B``, normalised to length 1.

    Attributes
    ----------
    linear : ndarray of shape (dimension, mapped_dimension), float32
    offset : ndarray of shape (mapped_dimension,), float32
    hidden : ndarray of shape (dimension, hidden_dimension), float32
    hidden_offset : ndarray of shape (hidden_dimension,), float32
    hidden_out : ndarray of shape (hidden_dimension, mapped_dimension), float32
    """

    linear: Embeddings
    offset: Embeddings
    hidden: Embeddings
    hidden_offset: Embeddings
    hidden_out: Embeddings

    @classmethod
    def of(cls, encoder_name: str) -> TextMap | None:
        """Shipped map of an encoder, or None."""
        return _shipped_map(encoder_name)

    @classmethod
    def load(cls, path: Path) -> TextMap:
        """Map from a file of arrays, without pickles."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name].astype(np.float32) for name in cls.__dataclass_fields__})

    def save(self, path: Path) -> None:
        """Write the map to a file of arrays in half precision, which changes vectors by less than 0.001."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in self.__dataclass_fields__}
        np.savez_compressed(path, allow_pickle=False, **arrays)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the map and of the version of its computation, on which the bits of its vectors depend."""
        arrays = b"".join(getattr(self, name).tobytes() for name in self.__dataclass_fields__)
        return blake2b(arrays + str(COMPUTATION_VERSION).encode(), digest_size=16).hexdigest()

    @cached_property
    def _first_weights(self) -> tuple[Embeddings, Embeddings]:
        """Weights of the input, linear and hidden side by side, as integer columns and the step of each."""
        columns, steps = integer_rows(np.concatenate([self.linear, self.hidden], axis=1).T)
        return np.ascontiguousarray(columns.T), steps.T

    @cached_property
    def _out_weights(self) -> tuple[Embeddings, Embeddings]:
        """Weights of the hidden layer as integer columns and the step of each."""
        columns, steps = integer_rows(self.hidden_out.T)
        return np.ascontiguousarray(columns.T), steps.T

    def transform(self, vectors: Embeddings) -> Embeddings:
        """Mapped unit vectors, shape (n, mapped_dimension), float32; zero rows stay zero.

        The bits of a vector depend on its own row only, on any machine: products are exact (:func:`integer_rows`), and
        all else is arithmetic on single numbers and sums of a fixed order.
        """
        mapped = np.empty((len(vectors), self.linear.shape[1]), dtype=np.float32)
        parts = [slice(start, start + _ROWS_AT_ONCE) for start in range(0, len(vectors), _ROWS_AT_ONCE)]

        def transform_part(rows: slice) -> None:
            for start in range(rows.start, min(rows.stop, len(vectors)), _ROW_BLOCK):
                block = slice(start, start + _ROW_BLOCK)
                mapped[block] = self._transform_block(vectors[block])

        with _thread_pools().limit(limits=1, user_api="blas"), ThreadPoolExecutor(available_threads()) as threads:
            list(threads.map(transform_part, parts))
        return mapped

    def _transform_block(self, vectors: Embeddings) -> Embeddings:
        """Mapped unit vectors of a few rows."""
        weights, weight_steps = self._first_weights
        out_weights, out_steps = self._out_weights
        rows, steps = integer_rows(vectors)
        sums: Embeddings = rows @ weights
        sums *= steps
        sums *= weight_steps
        mapped, hidden = sums[:, : self.linear.shape[1]], sums[:, self.linear.shape[1] :]
        mapped += self.offset
        hidden += self.hidden_offset
        rows, steps = integer_rows(gelu(hidden))
        products: Embeddings = rows @ out_weights
        products *= steps
        products *= out_steps
        mapped += products
        mapped /= np.maximum(_lengths(mapped), _TINY)
        mapped[~vectors.any(axis=1)] = 0.0
        return mapped


@cache
def _thread_pools() -> ThreadpoolController:
    """Controller of the thread pools of this process, found once, since that is slow."""
    return ThreadpoolController()


@cache
def _shipped_map(encoder_name: str) -> TextMap | None:
    try:
        return TextMap.load(shipped("models", "text_map", f"{encoder_name}.npz"))
    except FileNotFoundError:
        return None


def gelu(x: Embeddings) -> Embeddings:
    """Approximate GELU ``x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³)))``, shape of x (Hendrycks and Gimpel, 2016).

    The hyperbolic tangent is Lambert's continued fraction to the fifth order, cut at 1: off by 1e-6 where x is
    within 1.5 of zero, by 0.0022 at most. Unlike ``np.tanh`` it has the same bits on all processors.
    """
    square = x * x
    inner = np.float32(0.7978845608 * 0.044715) * square
    inner += np.float32(0.7978845608)
    inner *= x
    np.multiply(inner, inner, out=square)
    below = np.float32(15) * square
    below += np.float32(420)
    below *= square
    below += np.float32(945)
    result: Embeddings = square + np.float32(105)
    result *= square
    result += np.float32(945)
    result *= inner
    result /= below
    np.clip(result, -1, 1, out=result)
    result += np.float32(1)
    result *= x
    result *= np.float32(0.5)
    return result


def integer_rows(rows: Embeddings) -> tuple[Embeddings, Embeddings]:
    """Rows as whole numbers of steps, shape (n, d), float32, and the step of each row, shape (n, 1).

    A product of such rows with such columns is exact in single precision, whatever the order of its sums, so its bits
    depend neither on the processor nor on the other rows: by the inequality of Cauchy and Schwarz no partial sum exceeds
    the product of the norms, ``_MAX_NORM ** 2 = 2**24``, and single precision has all integers up to there.
    """
    # Rounding adds half a step to each number, sqrt(d) / 2 to the norm at most; 1 more is room for rounded lengths.
    norm = np.float32(_MAX_NORM - np.sqrt(rows.shape[1]) / 2 - 1)
    length = _lengths(rows)
    length[length < _TINY] = np.inf
    whole = rows * (norm / length)
    np.rint(whole, out=whole)
    length[np.isinf(length)] = 0
    return whole, length / norm


def _lengths(rows: Embeddings) -> Embeddings:
    """Euclidean length of each row, shape (n, 1), float32, by pairwise sums whose order depends on d alone."""
    squares = rows * rows
    while (width := squares.shape[1]) > 1:
        half = (width + 1) // 2
        squares[:, : width - half] += squares[:, half:]
        squares = squares[:, :half]
    lengths: Embeddings = np.sqrt(squares)
    return lengths
