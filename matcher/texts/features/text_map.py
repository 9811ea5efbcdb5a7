"""A learned map from the vectors of an encoder to a space in which related missions are close."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from matcher.compute import available_threads
from matcher.shipped import shipped
from matcher.texts.encoders.base import Embeddings

_ROW_BLOCK = 8
_LARGE_BLOCK = 256
_ROWS_AT_ONCE = 2_048
"""Rows that one thread maps at a time; a multiple of both blocks."""


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
        """Digest of the map and of the routines that compute with it, on which the bits of its vectors depend."""
        arrays = b"".join(getattr(self, name).tobytes() for name in self.__dataclass_fields__)
        # Other libraries bring routines of their own, which are loaded or not as the run goes.
        routines = [
            (each["internal_api"], each["version"], each.get("architecture"))
            for each in _thread_pools().info()
            if "numpy" in each["filepath"]
        ]
        return blake2b(arrays + repr((np.__version__, routines)).encode(), digest_size=16).hexdigest()

    def transform(self, vectors: Embeddings) -> Embeddings:
        """Mapped unit vectors, shape (n, mapped_dimension), float32; zero rows stay zero.

        The bits of a vector depend on its own row only: products of ``_ROW_BLOCK`` rows on one thread sum every row in
        the same order. Larger products, which are faster, do so on some processors only.
        """
        mapped = np.empty((len(vectors), self.linear.shape[1]), dtype=np.float32)
        parts = [slice(start, start + _ROWS_AT_ONCE) for start in range(0, len(vectors), _ROWS_AT_ONCE)]
        with _thread_pools().limit(limits=1, user_api="blas"):
            is_large = len(vectors) > _LARGE_BLOCK and all(
                map(_sums_alike, (self.linear.shape, self.hidden.shape, self.hidden_out.shape))
            )

            def transform_part(rows: slice) -> None:
                mapped[rows] = self._transform_blocks(vectors[rows], _LARGE_BLOCK if is_large else _ROW_BLOCK)

            if len(parts) > 1:
                with ThreadPoolExecutor(available_threads()) as threads:
                    list(threads.map(transform_part, parts))
            else:
                for rows in parts:
                    transform_part(rows)
        return mapped

    def _transform_blocks(self, vectors: Embeddings, block: int) -> Embeddings:
        """Mapped unit vectors, computed in blocks of some rows."""
        mapped = np.empty((len(vectors), self.linear.shape[1]), dtype=np.float32)
        # What lies between the layers stays in the cache of a processor.
        for start in range(0, len(vectors), _LARGE_BLOCK):
            some = vectors[start : start + _LARGE_BLOCK]
            padded = np.zeros((-(-len(some) // block) * block, vectors.shape[1]), dtype=np.float32)
            padded[: len(some)] = some
            blocks = padded.reshape(-1, block, vectors.shape[1])
            sums = blocks @ self.linear
            sums += self.offset
            hidden = blocks @ self.hidden
            hidden += self.hidden_offset
            sums += gelu(hidden) @ self.hidden_out
            mapped[start : start + len(some)] = sums.reshape(len(padded), -1)[: len(some)]
        length = np.sqrt(np.einsum("ij,ij->i", mapped, mapped))[:, None]
        np.divide(mapped, length, out=mapped, where=length > 0)
        mapped[~vectors.any(axis=1)] = 0.0
        return mapped


@cache
def _thread_pools() -> ThreadpoolController:
    """Controller of the thread pools of this process, found once, since that is slow."""
    return ThreadpoolController()


@cache
def _sums_alike(shape: tuple[int, int]) -> bool:
    """Whether a product of ``_LARGE_BLOCK`` rows gives every row the bits that one of ``_ROW_BLOCK`` rows gives it.

    In which order a processor's routine sums depends on the shape and on where a row stands, not on the numbers; so it is
    tried with one row of random numbers in every place.
    """
    random = np.random.default_rng(0)
    matrix = random.standard_normal(shape, dtype=np.float32)
    rows = np.repeat(random.standard_normal((1, shape[0]), dtype=np.float32), _LARGE_BLOCK, axis=0)
    products = [rows[:size] @ matrix for size in (_ROW_BLOCK, _LARGE_BLOCK)]
    return all(np.array_equal(product, np.repeat(products[0][:1], len(product), axis=0)) for product in products)


@cache
def _shipped_map(encoder_name: str) -> TextMap | None:
    try:
        return TextMap.load(shipped("models", "text_map", f"{encoder_name}.npz"))
    except FileNotFoundError:
        return None


def gelu(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Approximate GELU ``x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³)))``, shape of x (Hendrycks and Gimpel, 2016)."""
    inner = np.float32(0.044715) * x
    inner *= x
    inner *= x
    inner += x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    result: npt.NDArray[np.float32] = np.float32(0.5) * x
    result *= inner
    return result
