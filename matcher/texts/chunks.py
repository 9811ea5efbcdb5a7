"""The texts of a list in chunks, each with its features in the process that computes with it."""

from __future__ import annotations

import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from matcher.arrays import Ints, Labels
from matcher.compute import Backend, available_threads
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.features.base import RawFeatures, StoredFeatures
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.features.repeated import RepeatedRows, are_repeated
from matcher.texts.kept_texts import KeptTexts
from matcher.texts.prepared import GatheredTexts, PreparedTexts, load_features, text_digests

R = TypeVar("R")
P = ParamSpec("P")

CHUNK_ROWS = 32_768
"""Rows of a list in one chunk: bounds the memory of a search in a large list."""
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
        distinct, rows = distinct_texts(raw_texts, endings or [""] * len(raw_texts))
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
        return self.vectors.nbytes + _size(self._features)

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
    """Texts whose features lie in files, which are mapped into memory when they are used.

    Attributes
    ----------
    rows : ndarray of shape (n,), int64, or None
    """

    rows: Ints | None
    _digests: npt.NDArray[np.void]
    _files: dict[str, Path]
    _features: dict[str, StoredFeatures] = field(default_factory=dict)
    _cached: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def saved(cls, folder: Path, distinct: GatheredTexts, rows: Ints | None) -> FiledTexts:
        """Texts of which the features are written to files.

        Parameters
        ----------
        folder : Path
            New.
        distinct : GatheredTexts
        rows : ndarray of shape (n,), int64, or None
        """
        texts = distinct if rows is None else distinct.take(rows)
        stored = distinct if rows is not None and are_repeated(rows) else texts
        return cls(rows, texts.digests, stored.save(folder))

    def __len__(self) -> int:
        return len(self._digests)

    @property
    def digests(self) -> npt.NDArray[np.void]:
        return self._digests

    def __sizeof__(self) -> int:
        return _size({name: self._stored(name) for name in {**self._files, **self._features}})

    def __getstate__(self) -> dict[str, Any]:
        # Another process cannot read this one's folder, so that the features are loaded.
        features = {name: self._stored(name) for name in {**self._files, **self._features}}
        loaded = {
            name: type(item).from_arrays({label: np.array(array) for label, array in item.arrays.items()})
            for name, item in features.items()
        }
        return {**self.__dict__, "_files": {}, "_features": loaded, "_cached": {}}

    def _stored(self, part: str) -> StoredFeatures:
        if part in self._features:
            return self._features[part]
        return load_features(self._files[part], TEXT_PARTS[part].feature_type)


def _size(features: Mapping[str, StoredFeatures]) -> int:
    return sum(array.nbytes for rows in features.values() for array in rows.arrays.values())


@dataclass
class Chunk:
    """All text fields of consecutive rows of a list.

    Attributes
    ----------
    start : int
        Position of the first row in the list.
    fields : dict of str to FieldTexts
    """

    start: int
    fields: dict[str, FieldTexts]

    def __len__(self) -> int:
        return len(next(iter(self.fields.values())))

    def __sizeof__(self) -> int:
        return sum(sys.getsizeof(texts) for texts in self.fields.values())

    @property
    def rows(self) -> slice:
        """Positions of its rows in the list."""
        return slice(self.start, self.start + len(self))


@dataclass(frozen=True)
class ChunkSource:
    """What a chunk is made from.

    Attributes
    ----------
    start : int
        Position of the first row in the list.
    raw_texts : mapping of str to sequence
        Texts as read, by field.
    endings : mapping of str to sequence of str, optional
        Appended to the cleaned texts of a field.
    """

    start: int
    raw_texts: Mapping[str, Sequence[Any]]
    endings: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChunkMaker:
    """Makes chunks in any process.

    Attributes
    ----------
    encoder : callable
        Returns the encoder of the process.
    folder : str or None
        Folder in which features are kept on disk, ``""`` for a temporary one; None keeps them in memory.
    """

    encoder: Callable[[], Encoder]
    folder: str | None

    def __call__(self, source: ChunkSource) -> Chunk:
        encoder = self.encoder()
        folder = None if self.folder is None else Path(self.folder or _process_folder()) / f"{source.start:012d}"
        fields: dict[str, FieldTexts] = {}
        for name, texts in source.raw_texts.items():
            endings = source.endings.get(name) or [""] * len(texts)
            if folder is None:
                fields[name] = TextChunk.of(texts, encoder, endings)
                continue
            distinct, rows = distinct_texts(texts, endings)

            def prepare(new: list[str]) -> PreparedTexts:
                endings, _, texts = zip(*(text.partition("\0") for text in new), strict=True)
                return TextChunk.of(texts, encoder, endings).prepared()

            found = (
                GatheredTexts.of(prepare(distinct)) if self._kept is None else self._kept.prepared(distinct, prepare)
            )
            fields[name] = FiledTexts.saved(folder / name, found, rows)
        return Chunk(source.start, fields)

    def __getstate__(self) -> dict[str, Any]:
        return {"encoder": self.encoder, "folder": self.folder}

    @cached_property
    def _kept(self) -> KeptTexts | None:
        encoder = self.encoder()
        return KeptTexts(encoder) if isinstance(encoder, CachedEncoder) else None


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


_PROCESS_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def _process_folder() -> str:
    """Path of a new folder that is removed when the process ends."""
    if not _PROCESS_FOLDERS:
        _PROCESS_FOLDERS.append(tempfile.TemporaryDirectory(prefix="matcher-"))
    return tempfile.mkdtemp(dir=_PROCESS_FOLDERS[0].name)


class Chunks:
    """The chunks of a list on a backend.

    A pickled copy has no chunks: they stay on their backend.

    Parameters
    ----------
    handles : sequence
        From :meth:`matcher.compute.Backend.scatter`, in the order of the list.
    backend : Backend
    """

    def __init__(self, handles: Sequence[Any], backend: Backend) -> None:
        self._handles: Sequence[Any] | None = handles
        self._backend: Backend | None = backend

    def __getstate__(self) -> dict[str, Any]:
        return {"_handles": None, "_backend": None}

    def __len__(self) -> int:
        return 0 if self._handles is None else len(self._handles)

    def each(self, function: Callable[Concatenate[Chunk, P], R], *shared: P.args, **_: P.kwargs) -> list[R]:
        """Results of ``function(chunk, *shared)``, in the order of the list.

        Parameters
        ----------
        function : callable
            At the top level of a module, so that another process can load it by name.
        *shared
            Further arguments, equal for all chunks.
        **_
            None.
        """
        backend, handles = self._attached()
        return backend.map(function, handles, *shared)

    def merge(
        self, prepare: Callable[..., Any], function: Callable[..., R], *shared: Any, join: Callable[[R, R], R]
    ) -> R:
        """Joined results of all chunks, as in :meth:`matcher.compute.Backend.merge`.

        Parameters
        ----------
        prepare, function : callable
        *shared
            Further arguments, equal for all chunks.
        join : callable
        """
        backend, handles = self._attached()
        return backend.merge(prepare, function, handles, *shared, join=join)

    def _attached(self) -> tuple[Backend, Sequence[Any]]:
        if self._backend is None or self._handles is None:
            raise LookupError("a copied list of texts has no chunks: they stay in the process that made them")
        return self._backend, self._handles
