"""Encoders for tests: the default one with a memory, and one of letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.texts.encoders.base import Embeddings
from matcher.texts.encoders.cache import with_cache
from matcher.texts.encoders.use import UseEncoder


class RememberingUse(UseEncoder):
    """The default encoder with a memory: each text is embedded once.

    With a folder, the memory is shared by all test processes and the programs that they start.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._seen: dict[str, np.ndarray] = {}
        self._source = with_cache(UseEncoder(), folder)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        for text, vector in zip(new, self._source.encode(new), strict=True):
            self._seen[text] = vector
        return np.array([self._seen[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


class LetterCounts:
    """Counts of letters, for tests that are not about texts; the same on every machine."""

    name, revision, dimension = "letters", "1", 26

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        counts = np.array(
            [[1 + text.lower().count(chr(97 + letter)) for letter in range(26)] for text in texts], np.float32
        )
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).reshape(len(texts), 26)
