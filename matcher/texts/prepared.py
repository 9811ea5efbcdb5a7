"""Texts that were prepared: digests of the cleaned texts and the features of each part, in memory and in files."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.arrays import Ints
from matcher.texts.features.base import RawFeatures

DIGEST_BYTES = 16
_header_lock = threading.Lock()
"""numpy parses the header of a file as Python code, which Python 3.11 sometimes fails to do in two threads at once."""


@dataclass(frozen=True)
class PreparedTexts:
    """Texts that were cleaned, with the features of every part of the similarity.

    Attributes
    ----------
    digests : ndarray of shape (n,), 16 bytes each
        Of the cleaned texts: equal for equal texts, zero for blank ones.
    features : mapping of str to RawFeatures
        By part, n rows each.
    """

    digests: npt.NDArray[np.void]
    features: Mapping[str, RawFeatures]

    def take(self, index: Ints) -> PreparedTexts:
        """Texts at the positions in ``index``, in its order."""
        return PreparedTexts(self.digests[index], {name: rows.take(index) for name, rows in self.features.items()})

    @classmethod
    def join(cls, several: Sequence[PreparedTexts]) -> PreparedTexts:
        """Texts of several, one after the other."""
        features = {
            name: type(rows).join([each.features[name] for each in several])
            for name, rows in several[0].features.items()
        }
        return cls(np.concatenate([each.digests for each in several]), features)


def save_features(folder: Path, features: RawFeatures) -> int:
    """Write the arrays of features to a new folder, and return their size in bytes.

    Parameters
    ----------
    folder : Path
    features : RawFeatures
    """
    folder.mkdir(parents=True)
    for label, array in features.arrays.items():
        np.save(folder / f"{label}.npy", array, allow_pickle=False)
    return sum(array.nbytes for array in features.arrays.values())


def load_features(folder: Path, feature_type: type[RawFeatures]) -> RawFeatures:
    """Features from a folder of :func:`save_features`, mapped into memory.

    Parameters
    ----------
    folder : Path
    feature_type : type
    """
    return feature_type.from_arrays({path.stem: load_array(path) for path in folder.glob("*.npy")})


def load_array(path: Path) -> npt.NDArray[Any]:
    """Array of a file, of the shape it was saved with, mapped into memory."""
    with _header_lock:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def text_digests(texts: Sequence[str]) -> npt.NDArray[np.void]:
    """Digest of each text, shape (n,), zero for empty ones."""
    blank = bytes(DIGEST_BYTES)
    digests = [
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest() if text else blank
        for text in texts
    ]
    return np.frombuffer(b"".join(digests), dtype=f"V{DIGEST_BYTES}")
