"""A learned map from an encoder's vectors to a space in which missions of one kind lie together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from matcher.shipped import shipped
from matcher.texts.encoders.base import Embeddings

_ROWS_AT_ONCE = 8


@dataclass(frozen=True)
class TextMap:
    """A linear map with one hidden layer beside it: ``x W + b + gelu(x A + a) B``, brought to length 1.

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
        """Return the shipped map of an encoder, or None where there is none."""
        return _shipped_map(encoder_name)

    @classmethod
    def load(cls, path: Path) -> TextMap:
        """Return a map from a file of arrays (no pickles)."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name].astype(np.float32) for name in cls.__dataclass_fields__})

    def save(self, path: Path) -> None:
        """Write the map as a file of arrays, in half precision: its vectors move by less than 0.001."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in self.__dataclass_fields__}
        np.savez_compressed(path, allow_pickle=False, **arrays)

    def transform(self, vectors: Embeddings) -> Embeddings:
        """Return mapped unit vectors, shape (n, mapped_dimension), float32; zero rows stay zero.

        A vector depends on its own row alone, to the bit: products of few rows at a time, on one thread, add up each
        row in the same order, which larger products do not.
        """
        if not len(vectors):
            return np.zeros((0, self.linear.shape[1]), dtype=np.float32)
        padded = np.zeros((-(-len(vectors) // _ROWS_AT_ONCE) * _ROWS_AT_ONCE, vectors.shape[1]), dtype=np.float32)
        padded[: len(vectors)] = vectors
        with _libraries().limit(limits=1, user_api="blas"):
            few = padded.reshape(-1, _ROWS_AT_ONCE, vectors.shape[1])
            mapped = few @ self.linear
            mapped += self.offset
            mapped += gelu(few @ self.hidden + self.hidden_offset) @ self.hidden_out
        mapped = mapped.reshape(len(padded), -1)[: len(vectors)]
        length = np.sqrt(np.einsum("ij,ij->i", mapped, mapped))[:, None]
        np.divide(mapped, length, out=mapped, where=length > 0)
        mapped[~vectors.any(axis=1)] = 0.0
        return mapped


@cache
def _libraries() -> ThreadpoolController:
    """Return the libraries of this process that work on threads, numpy's among them; looking for them takes a while."""
    return ThreadpoolController()


@cache
def _shipped_map(encoder_name: str) -> TextMap | None:
    try:
        return TextMap.load(shipped("models", "text_map", f"{encoder_name}.npz"))
    except FileNotFoundError:
        return None


def gelu(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return ``x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³)))`` (Hendrycks and Gimpel, 2016)."""
    inner = np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))
    return np.asarray(np.float32(0.5) * x * (np.float32(1) + inner), dtype=np.float32)
