"""Encoders in several processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matcher.compute import per_process
from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.cache import with_cache
from matcher.texts.encoders.registry import as_encoder, make_encoder


class EncoderHandle:
    """Gives the encoder of a run in any process, with its cache.

    A pickled handle of a named encoder holds the name only, and the encoder is made once in each process; an encoder
    object is pickled with the handle.

    Parameters
    ----------
    encoder : str, Encoder or other object
        As in :func:`matcher.texts.encoders.registry.as_encoder`.
    cache_folder : str or Path, optional
        Folder of cached embeddings, by the same path on every machine.
    max_mb : int
        Size limit of the cache in MB.

    Raises
    ------
    EncoderError
        When the object is no encoder.
    """

    def __init__(self, encoder: object, cache_folder: str | Path | None, max_mb: int) -> None:
        self._source = str(encoder) if isinstance(encoder, str | Path) else as_encoder(encoder)
        self._folder = None if cache_folder is None else str(cache_folder)
        self._max_mb = max_mb
        self._encoder: Encoder | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_encoder": None}

    def __call__(self) -> Encoder:
        if self._encoder is None:
            if isinstance(self._source, str):
                self._encoder = per_process(_named_encoder, self._source, self._folder, self._max_mb)
            else:
                self._encoder = with_cache(self._source, self._folder, self._max_mb)
        return self._encoder


def _named_encoder(name: str, folder: str | None, max_mb: int) -> Encoder:
    return with_cache(make_encoder(name), folder, max_mb)
