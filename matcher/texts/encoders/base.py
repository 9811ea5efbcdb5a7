"""What an encoder is, and the check that every embedding passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from matcher.errors import EncoderError
from matcher.messages import Message

Embeddings = npt.NDArray[np.float32]

ENCODERS = {"use": "matcher.texts.encoders.use:UseEncoder"}
"""Module and class of each built-in encoder, by the name in settings and ``--encoder``."""
ONLINE = "online:"
"""Prefix of a model name that permits a download from the model hub."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors.

    The vector of a text depends on that text only, bit for bit, not on the other texts of the call.

    Attributes
    ----------
    name : str
        Name in settings, messages and the cache.
    revision : str
        Version of the vectors: a new revision makes cached embeddings stale. Empty: embeddings are not cached.
    dimension : int
        Length of a vector.
    """

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors of the texts, none of which is empty, shape (n, dimension), float32."""
        ...


def embed(encoder: Encoder, texts: Sequence[str]) -> Embeddings:
    """Checked unit vectors, shape (n, dimension), float32; each distinct text is embedded once.

    Parameters
    ----------
    encoder : Encoder
    texts : sequence of str
        Not empty.

    Raises
    ------
    EncoderError
        When the encoder returns anything but one finite unit vector for each text.
    """
    distinct = sorted(set(texts))
    if not distinct:
        return np.empty((0, encoder.dimension), dtype=np.float32)
    try:
        encoded = encoder.encode(distinct)
    except (ValueError, TypeError) as error:
        raise _not_numeric(encoder, error) from error
    vectors = checked_vectors(encoder, encoded, len(distinct))
    row = {text: index for index, text in enumerate(distinct)}
    return vectors[[row[text] for text in texts]]


def checked_vectors(encoder: Encoder, encoded: object, count: int) -> Embeddings:
    """Output of an encoder as float32, shape (count, dimension).

    Parameters
    ----------
    encoder : Encoder
        Named in the error message.
    encoded : array_like of shape (count, dimension)
    count : int
        Number of texts passed to the encoder.

    Raises
    ------
    EncoderError
        When it is anything but one finite unit vector for each text.
    """
    try:
        vectors = np.asarray(encoded, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise _not_numeric(encoder, error) from error
    if vectors.shape != (count, encoder.dimension):
        raise EncoderError(
            Message(
                "encoder '{name}' gave an array of shape {shape} for {count} texts: it cannot be used",
                name=encoder.name,
                shape=vectors.shape,
                count=count,
            )
        )
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))  # unlike linalg.norm without a copy of all vectors
    if not np.all(np.abs(norms - 1) < 1e-3):
        raise EncoderError(
            Message("encoder '{name}' gave vectors that are not of length 1: it cannot be used", name=encoder.name)
        )
    return vectors


def _not_numeric(encoder: Encoder, error: Exception) -> EncoderError:
    return EncoderError(
        Message(
            "encoder '{name}' gave no array of numbers ({error}): it cannot be used", name=encoder.name, error=error
        )
    )
