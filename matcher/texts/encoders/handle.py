"""An encoder that can be asked for in any process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matcher.compute import per_process
from matcher.texts.encoders.base import Encoder, make_encoder
from matcher.texts.encoders.cache import with_cache


class EncoderHandle:
    """Gives an encoder; sent to another process, it makes it there by its name, once.

    An encoder without a name, an object of the user's own, is sent along.

    Parameters
    ----------
    encoder : str or Encoder
    cache_folder : str or Path, optional
        Where its embeddings are kept; on another machine that folder is another one.
    max_mb : int
        What may be kept there, in MB.
    """

    def __init__(self, encoder: str | Encoder, cache_folder: str | Path | None, max_mb: int) -> None:
        self._wanted = encoder
        self._folder = None if cache_folder is None else str(cache_folder)
        self._max_mb = max_mb
        self._encoder: Encoder | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_encoder": None}

    def __call__(self) -> Encoder:
        if self._encoder is None:
            if isinstance(self._wanted, str):
                self._encoder = per_process(_made, self._wanted, self._folder, self._max_mb)
            else:
                self._encoder = with_cache(self._wanted, self._folder, self._max_mb)
        return self._encoder


def _made(name: str, folder: str | None, max_mb: int) -> Encoder:
    return with_cache(make_encoder(name), folder, max_mb)
