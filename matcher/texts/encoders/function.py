"""Any function from texts to vectors as an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from matcher.errors import EncoderError
from matcher.messages import Message
from matcher.texts.encoders.base import Embeddings


class FunctionEncoder:
    """A function from texts to vectors of any length other than 0; the vectors are normalised here.

    Its embeddings are not cached on disk, since nothing says when the function changes. Results are reproducible to
    the bit where the vector of a text does not depend on the other texts of the call.

    Parameters
    ----------
    function : callable
        Takes a list of texts and returns an array of shape (n_texts, dimension). To reach the workers of a cluster
        it has to be picklable.

    Raises
    ------
    EncoderError
        When it does not return such an array for a list of one text.
    """

    revision = ""

    def __init__(self, function: Callable[[list[str]], Any]) -> None:
        self._function = function
        owner = getattr(function, "__self__", None)
        named = function if owner is None else type(owner)
        # The prefix keeps it apart from the models that are shipped for encoders by their names.
        self.name = f"function {getattr(named, '__qualname__', type(function).__qualname__)}"
        self.dimension: int = self._vectors(["text"]).shape[1]

    def __deepcopy__(self, memo: dict[int, object]) -> FunctionEncoder:
        """Itself, since it is immutable: scikit-learn's ``clone`` copies parameters."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors of the texts, shape (n, dimension), float32."""
        return self._vectors(list(texts)) if len(texts) else np.empty((0, self.dimension), dtype=np.float32)

    def _vectors(self, texts: list[str]) -> Embeddings:
        try:
            vectors = np.asarray(self._function(texts), dtype=np.float64)
        except Exception as error:  # whatever the user's code raises
            raise EncoderError(
                Message(
                    "encoder '{name}' failed on a list of {count} texts ({error_type}: {error}): an encoder takes a list of texts and returns one vector of numbers for each",
                    name=self.name,
                    count=len(texts),
                    error_type=type(error).__name__,
                    error=error,
                )
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EncoderError(
                Message(
                    "encoder '{name}' gave an array of shape {shape} for {count} texts: it has to return one vector for each text",
                    name=self.name,
                    shape=vectors.shape,
                    count=len(texts),
                )
            )
        lengths = np.linalg.norm(vectors, axis=1)
        if not (np.isfinite(lengths) & (lengths > 0)).all():
            row = int(np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))[0])
            raise EncoderError(
                Message(
                    "encoder '{name}' gave a vector of length {length} for the text '{text}': its direction is unknown, so the text cannot be compared",
                    name=self.name,
                    length=f"{lengths[row]:g}",
                    text=texts[row][:60],
                )
            )
        unit: Embeddings = (vectors / lengths[:, None]).astype(np.float32)
        return unit
