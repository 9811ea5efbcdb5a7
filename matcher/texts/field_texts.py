"""The texts of one field in a chunk, with their features in memory or in files."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matcher.arrays import Ints, Labels
from matcher.compute import available_threads
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.features.base import RawFeatures, StoredFeatures
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.features.repeated import RepeatedRows, are_repeated
from matcher.texts.prepared import GatheredTexts, PreparedTexts, text_digests

R = TypeVar("R")

CACHED_VALUES = 16
"""Values of the last comparisons that a field of a chunk keeps: two comparisons of one field have some ten."""


class FieldTexts(ABC):
    """The texts of one field in a chunk, each distinct one prepared once.

    Attributes
    ----------
    rows : ndarray of shape (n,), int64, or None
        Position of the text of each row among the distinct ones; None where each row has its own.
    """

    rows: Ints | None
    _cached: dict[str, Any]

    @abstractmethod
    def __len__(self) -> int: ...

    @property
    @abstractmethod
    def digests(self) -> npt.NDArray[np.void]:
        """Digest of each text, shape (n,): equal for equal texts, zero for blank ones."""

    @abstractmethod
    def _stored(self, part: str) -> StoredFeatures:
        """Features of the distinct texts where these are repeated often, else of all rows."""

    def features(self, part: str) -> RawFeatures:
        """Raw features of a part of the similarity, one row for each row of the chunk."""
        stored = self._stored(part)
        return RepeatedRows(stored, self.rows) if self.rows is not None and are_repeated(self.rows) else stored

    def cached(self, key: str, make: Callable[[], R]) -> R:
        """Value of ``make()``, kept with those of the last ``CACHED_VALUES`` keys.

        Parameters
        ----------
        key : str
        make : callable
        """
        if key not in self._cached:
            for oldest in list(self._cached)[: 1 - CACHED_VALUES]:
                self._cached.pop(oldest, None)
            self._cached[key] = make()
        value: R = self._cached[key]
        return value


@dataclass
class TextChunk(FieldTexts):
    """Texts in memory.

    Attributes
    ----------
    cleaned : ndarray of str, shape (k,)
        Distinct texts from :func:`matcher.texts.cleaning.clean_text`; empty where the text is blank.
    vectors : ndarray of shape (k, dimension), float32
        Unit vectors of the encoder; zero rows where the text is blank.
    encoder : str
        Name of the encoder.
    rows : ndarray of shape (n,), int64, or None
    """

    cleaned: Labels
    vectors: Embeddings
    encoder: str
    rows: Ints | None = None
    _features: dict[str, StoredFeatures] = field(default_factory=dict)
    _cached: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, raw_texts: Sequence[Any], encoder: Encoder, endings: Sequence[str] | None = None) -> TextChunk:
        """Clean and embed texts.

        Parameters
        ----------
        raw_texts : sequence
            Texts as read; anything but a str is unknown.
        encoder : Encoder
        endings : sequence of str, optional
            Appended to the cleaned text of each row; a row with an ending alone has that as its text.
        """
        return cls.of_distinct(*distinct_texts(raw_texts, endings or [""] * len(raw_texts)), encoder)

    @classmethod
    def of_distinct(cls, distinct: Sequence[str], rows: Ints | None, encoder: Encoder) -> TextChunk:
        """Clean and embed distinct texts.

        Parameters
        ----------
        distinct : sequence of str
            From :func:`distinct_texts`.
        rows : ndarray of shape (n,), int64, or None
        encoder : Encoder
        """
        parts = [text.partition("\0") for text in distinct]
        cleaned_of = {text: clean_text(text) for text in dict.fromkeys(text for _, _, text in parts)}
        cleaned = np.array([" ".join(filter(None, (cleaned_of[text], end))) for end, _, text in parts], dtype=object)
        known = cleaned.astype(bool)
        vectors = np.zeros((len(cleaned), encoder.dimension), dtype=np.float32)
        if known.any():
            vectors[known] = embed(encoder, cleaned[known].tolist())
        return cls(cleaned, vectors, encoder.name, rows)

    def prepared(self) -> PreparedTexts:
        """Distinct texts with the features of all parts, extracted on all processors."""
        names = [name for name, part in TEXT_PARTS.items() if part().supports(self.encoder)]
        with ThreadPoolExecutor(available_threads()) as threads:
            features = dict(zip(names, threads.map(self._extracted, names), strict=True))
        return PreparedTexts(text_digests(self.cleaned.tolist()), features)

    def __len__(self) -> int:
        return len(self.vectors) if self.rows is None else len(self.rows)

    def __sizeof__(self) -> int:
        # Schedulers use the size to decide where to move a chunk.
        return self.vectors.nbytes + sum(features.nbytes for features in self._features.values())

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_cached": {}}

    @cached_property
    def digests(self) -> npt.NDArray[np.void]:
        digests = text_digests(self.cleaned.tolist())
        return digests if self.rows is None else digests[self.rows]

    def _stored(self, part: str) -> StoredFeatures:
        if part not in self._features:
            features = self._extracted(part)
            if self.rows is not None and not are_repeated(self.rows):
                features = features.take(self.rows)
            self._features[part] = features
        return self._features[part]

    def _extracted(self, part: str) -> StoredFeatures:
        return TEXT_PARTS[part]().extract(self.cleaned, self.vectors, self.encoder)


@dataclass
class FiledTexts(FieldTexts):
    """Texts whose features lie in files, of which each part is brought together when it is first asked for.

    Attributes
    ----------
    rows : ndarray of shape (n,), int64, or None
        None also where texts are repeated so seldom that each row has features of its own.
    """

    rows: Ints | None
    _stored_texts: GatheredTexts
    _folder: Path
    _features: dict[str, StoredFeatures] = field(default_factory=dict)
    _cached: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, distinct: GatheredTexts, rows: Ints | None, folder: Path) -> FiledTexts:
        """Texts of rows.

        Parameters
        ----------
        distinct : GatheredTexts
        rows : ndarray of shape (n,), int64, or None
        folder : Path
            In which files are written.
        """
        if rows is None or are_repeated(rows):
            return cls(rows, distinct, folder)
        return cls(None, distinct.take(rows), folder)

    def __len__(self) -> int:
        return len(self._stored_texts if self.rows is None else self.rows)

    @property
    def digests(self) -> npt.NDArray[np.void]:
        digests = self._stored_texts.digests
        return digests if self.rows is None else digests[self.rows]

    def __sizeof__(self) -> int:
        return self._stored_texts.nbytes

    def __getstate__(self) -> dict[str, Any]:
        # Another process cannot read this one's folder, so that the features are loaded.
        loaded = {}
        for name in self._stored_texts.several[0].features:
            features = self._stored(name)
            arrays = {label: np.array(array) for label, array in features.arrays.items()}
            loaded[name] = type(features).from_arrays(arrays)
        texts = GatheredTexts.of(PreparedTexts(self._stored_texts.digests, loaded))
        return {"rows": self.rows, "_stored_texts": texts, "_folder": self._folder}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def _stored(self, part: str) -> StoredFeatures:
        with self._lock:
            if part not in self._features:
                self._features[part] = self._stored_texts.filed(part, self._folder / part)
            return self._features[part]


def distinct_texts(raw_texts: Sequence[Any], endings: Sequence[str]) -> tuple[list[str], Ints | None]:
    """Distinct texts, each as its ending, a zero byte and the text as read, in the order in which they come first.

    Parameters
    ----------
    raw_texts : sequence
        Texts as read; anything but a str is unknown.
    endings : sequence of str
        Of each text.

    Returns
    -------
    (list of str, ndarray of shape (n,), int64, or None)
        The texts, and the position of the text of each row; None where each row has its own.
    """
    texts = [f"{end}\0{text if isinstance(text, str) else ''}" for end, text in zip(endings, raw_texts, strict=True)]
    position = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    if len(position) == len(texts):
        return texts, None
    return list(position), np.fromiter(map(position.__getitem__, texts), dtype=np.int64, count=len(texts))
