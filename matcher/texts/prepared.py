"""Texts that were prepared: digests of the cleaned texts and the features of each part, in memory and in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.arrays import Ints
from matcher.texts.array_files import load_array
from matcher.texts.features.base import StoredFeatures

DIGEST_BYTES = 16


@dataclass(frozen=True)
class PreparedTexts:
    """Texts that were cleaned, with the features of every part of the similarity.

    Attributes
    ----------
    digests : ndarray of shape (n,), 16 bytes each
        Of the cleaned texts: equal for equal texts, zero for blank ones.
    features : mapping of str to StoredFeatures
        By part, n rows each.
    """

    digests: npt.NDArray[np.void]
    features: Mapping[str, StoredFeatures]

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


@dataclass(frozen=True)
class GatheredTexts:
    """Rows of several prepared texts, which are not copied.

    Attributes
    ----------
    several : list of PreparedTexts
    which : ndarray of shape (n,), int64
        In which of them each row lies.
    rows : ndarray of shape (n,), int64
        Its position there.
    """

    several: list[PreparedTexts]
    which: Ints
    rows: Ints

    @classmethod
    def of(cls, texts: PreparedTexts) -> GatheredTexts:
        """All rows of prepared texts."""
        count = len(texts.digests)
        return cls([texts], np.zeros(count, dtype=np.int64), np.arange(count))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def digests(self) -> npt.NDArray[np.void]:
        """Digests of the rows, shape (n,)."""
        found = np.empty(len(self), dtype=f"V{DIGEST_BYTES}")
        for number, texts in enumerate(self.several):
            mine = self.which == number
            found[mine] = texts.digests[self.rows[mine]]
        return found

    def take(self, index: Ints) -> GatheredTexts:
        """Rows at the positions in ``index``, in its order."""
        return GatheredTexts(self.several, self.which[index], self.rows[index])

    def save(self, folder: Path) -> dict[str, Path]:
        """Write the features of all parts to new folders in one, and return these by part."""
        found = {}
        for name, features in self.several[0].features.items():
            found[name] = folder / name
            found[name].mkdir(parents=True)
            parts = [each.features[name] for each in self.several]
            type(features).save_gathered(found[name], parts, self.which, self.rows)
        return found


def save_features(folder: Path, features: StoredFeatures) -> int:
    """Write the arrays of features to a new folder, and return their size in bytes.

    Parameters
    ----------
    folder : Path
    features : StoredFeatures
    """
    folder.mkdir(parents=True)
    for label, array in features.arrays.items():
        np.save(folder / f"{label}.npy", array, allow_pickle=False)
    return sum(array.nbytes for array in features.arrays.values())


def load_features(folder: Path, feature_type: type[StoredFeatures]) -> StoredFeatures:
    """Features from a folder of :func:`save_features`, mapped into memory.

    Parameters
    ----------
    folder : Path
    feature_type : type
    """
    return feature_type.from_arrays({path.stem: load_array(path) for path in folder.glob("*.npy")})


def text_digests(texts: Sequence[str]) -> npt.NDArray[np.void]:
    """Digest of each text, shape (n,), zero for empty ones."""
    blank = bytes(DIGEST_BYTES)
    digests = [
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest() if text else blank
        for text in texts
    ]
    return np.frombuffer(b"".join(digests), dtype=f"V{DIGEST_BYTES}")
