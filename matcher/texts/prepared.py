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

    def filed(self, folder: Path) -> PreparedTexts:
        """The same texts, with their features in files of a new folder, mapped into memory.

        Parameters
        ----------
        folder : Path
        """
        filed = {}
        for name, rows in self.features.items():
            save_features(folder / name, rows)
            filed[name] = load_features(folder / name, type(rows))
        return PreparedTexts(self.digests, filed)

    @property
    def nbytes(self) -> int:
        """Size of the features in bytes."""
        return sum(rows.nbytes for rows in self.features.values())

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

    def filed(self, part: str, folder: Path) -> StoredFeatures:
        """Features of a part, mapped into memory: as they lie, or from files of a new folder where they lie elsewhere.

        Parameters
        ----------
        part : str
        folder : Path
        """
        parts = [each.features[part] for each in self.several]
        if len(parts) == 1 and np.array_equal(self.rows, np.arange(len(parts[0]))):
            return parts[0]
        folder.mkdir(parents=True)
        type(parts[0]).save_gathered(folder, parts, self.which, self.rows)
        return load_features(folder, type(parts[0]))

    @property
    def nbytes(self) -> int:
        """Size of the features in bytes, about: by the share of the rows, without a look at each."""
        rows = np.bincount(self.which, minlength=len(self.several)).tolist()
        return sum(
            texts.nbytes * count // max(1, len(texts.digests)) for texts, count in zip(self.several, rows, strict=True)
        )


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
    return features.nbytes


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
