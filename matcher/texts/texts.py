"""One text field of one list, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.texts.encoders import Embeddings

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[Any]


@dataclass(frozen=True)
class Texts:
    """One text field of one list.

    Attributes
    ----------
    cleaned : ndarray of str, shape (n,)
        As :func:`matcher.texts.cleaning.clean_text` gives them; empty where the text is blank.
    vectors : ndarray of shape (n, dimension), float32
        Unit vectors of the encoder; zero rows where the text is blank.
    known : ndarray of shape (n,), bool
    codes : ndarray of shape (n,), int64
        Equal for rows with the same text: branches share theirs, and it should count once.
    """

    cleaned: Labels
    vectors: Embeddings
    known: Bools
    codes: Ints

    def __len__(self) -> int:
        return len(self.known)

    def first_of_each(self, rows: Bools, groups: Ints | None = None) -> Bools:
        """Return the first of some rows with each distinct text, shape (n,), bool.

        Parameters
        ----------
        rows : ndarray of shape (n,), bool
        groups : ndarray of shape (n,), int64, optional
            A text counts once within each group.
        """
        positions = np.flatnonzero(rows & self.known)
        keys = self.codes[positions]
        if groups is not None:
            keys = groups[positions] * (self.codes.max(initial=0) + 1) + keys
        first = np.zeros(len(self.known), dtype=bool)
        first[positions[np.unique(keys, return_index=True)[1]]] = True
        return first
