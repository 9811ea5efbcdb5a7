"""A learned map from the vectors of an encoder to a space in which related missions are close."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from matcher.shipped import shipped
from matcher.texts.encoders.base import Embeddings

_ROW_BLOCK = 8


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

    def transform(self, vectors: Embeddings) -> Embeddings:
        """Mapped unit vectors, shape (n, mapped_dimension), float32; zero rows stay zero.

        The bits of a vector depend on its own row only: products of ``_ROW_BLOCK`` rows on one thread sum every row in
        the same order, which larger products do not.
        """
        if not len(vectors):
            return np.zeros((0, self.linear.shape[1]), dtype=np.float32)
        padded = np.zeros((-(-len(vectors) // _ROW_BLOCK) * _ROW_BLOCK, vectors.shape[1]), dtype=np.float32)
        padded[: len(vectors)] = vectors
        with _thread_pools().limit(limits=1, user_api="blas"):
            blocks = padded.reshape(-1, _ROW_BLOCK, vectors.shape[1])
            mapped = blocks @ self.linear
            mapped += self.offset
            mapped += gelu(blocks @ self.hidden + self.hidden_offset) @ self.hidden_out
        mapped = mapped.reshape(len(padded), -1)[: len(vectors)]
        length = np.sqrt(np.einsum("ij,ij->i", mapped, mapped))[:, None]
        np.divide(mapped, length, out=mapped, where=length > 0)
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


def gelu(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Approximate GELU ``x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³)))``, shape of x (Hendrycks and Gimpel, 2016)."""
    inner = np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))
    return np.asarray(np.float32(0.5) * x * (np.float32(1) + inner), dtype=np.float32)
