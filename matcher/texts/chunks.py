"""The texts of a list in chunks, each with its features in the process that computes with it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from matcher.arrays import Labels
from matcher.compute import Backend, available_threads
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.features.base import RawFeatures
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.kept_texts import KeptTexts
from matcher.texts.prepared import PreparedTexts, load_array, load_features, save_features, text_digests

R = TypeVar("R")
P = ParamSpec("P")

CHUNK_ROWS = 32_768
"""Rows of a list in one chunk: bounds the memory of a search in a large list."""
CACHED_VALUES = 16
"""Values of the last comparisons that a field of a chunk keeps: two comparisons of one field have some ten."""


@dataclass
class TextChunk:
    """The texts of one field in a chunk.

    Attributes
    ----------
    cleaned : ndarray of str, shape (n,)
        From :func:`matcher.texts.cleaning.clean_text`; empty where the text is blank. Dropped by :meth:`spill`.
    vectors : ndarray of shape (n, dimension), float32
        Unit vectors of the encoder; zero rows where the text is blank.
    encoder : str
        Name of the encoder.
    """

    cleaned: Labels
    vectors: Embeddings
    encoder: str
    _features: dict[str, RawFeatures] = field(default_factory=dict)
    _spilled: dict[str, Path] = field(default_factory=dict)
    _cached: dict[str, Any] = field(default_factory=dict)
    _spilled_bytes: int = 0
    _digests: npt.NDArray[np.void] | None = None

    @classmethod
    def of(cls, raw_texts: Iterable[Any], encoder: Encoder, endings: Sequence[str] | None = None) -> TextChunk:
        """Clean and embed texts.

        Parameters
        ----------
        raw_texts : iterable
            Texts as read; anything but a str is unknown.
        encoder : Encoder
        endings : sequence of str, optional
            Appended to the cleaned text of each row; a row with an ending alone has that as its text.
        """
        texts = [text if isinstance(text, str) else "" for text in raw_texts]
        cleaned_of = {text: clean_text(text) for text in dict.fromkeys(texts)}
        cleaned = np.array([cleaned_of[text] for text in texts], dtype=object)
        if endings is not None:
            cleaned[:] = [" ".join(filter(None, both)) for both in zip(cleaned, endings, strict=True)]
        known = cleaned.astype(bool)
        vectors = np.zeros((len(cleaned), encoder.dimension), dtype=np.float32)
        if known.any():
            vectors[known] = embed(encoder, cleaned[known].tolist())
        return cls(cleaned, vectors, encoder.name)

    @classmethod
    def of_prepared(cls, texts: PreparedTexts, vectors: Embeddings, encoder: str) -> TextChunk:
        """Texts whose features are known; they are not cleaned again.

        Parameters
        ----------
        texts : PreparedTexts
        vectors : ndarray of shape (n, dimension), float32
            Of the encoder.
        encoder : str
            Name of the encoder.
        """
        empty = np.empty(0, dtype=object)
        return cls(empty, vectors, encoder, _features=dict(texts.features), _digests=texts.digests)

    def prepared(self) -> PreparedTexts:
        """Texts with the features of all parts, extracted on all processors."""
        names = [name for name, part in TEXT_PARTS.items() if part().supports(self.encoder)]
        with ThreadPoolExecutor(available_threads()) as threads:
            features = dict(zip(names, threads.map(self.features, names), strict=True))
        return PreparedTexts(self.digests, features)

    def __len__(self) -> int:
        return len(self.vectors)

    def __sizeof__(self) -> int:
        # Schedulers use the size to decide where to move a chunk.
        in_memory = (array.nbytes for features in self._features.values() for array in features.arrays.values())
        return self._spilled_bytes + self.vectors.nbytes + sum(in_memory)

    def __getstate__(self) -> dict[str, Any]:
        # Another process cannot read this one's folder, so spilled features are loaded.
        features = {name: self.features(name) for name in {**self._features, **self._spilled}}
        loaded = {
            name: type(item).from_arrays({label: np.array(array) for label, array in item.arrays.items()})
            for name, item in features.items()
        }
        vectors = np.array(self.vectors)
        emptied = {"_spilled": {}, "_spilled_bytes": 0, "_cached": {}}
        return {**self.__dict__, "vectors": vectors, "_features": loaded, **emptied}

    @cached_property
    def digests(self) -> npt.NDArray[np.void]:
        """Digest of each text, shape (n,): equal for equal texts, zero for blank ones."""
        return text_digests(self.cleaned.tolist()) if self._digests is None else self._digests

    def features(self, part: str) -> RawFeatures:
        """Raw features of a part of the similarity, extracted once."""
        if part in self._spilled:
            return load_features(self._spilled[part], TEXT_PARTS[part].feature_type)
        if part not in self._features:
            self._features[part] = TEXT_PARTS[part]().extract(self.cleaned, self.vectors, self.encoder)
        return self._features[part]

    def spill(self, folder: Path) -> None:
        """Move the features of all parts to files, which are memory-mapped when used, and drop the texts."""
        for name, features in self.prepared().features.items():
            self._spilled_bytes += save_features(folder / name, features)
            self._spilled[name] = folder / name
        self._features.clear()
        self.vectors = load_array(self._spilled["dense"] / "vectors.npy")
        self.cleaned = np.empty(0, dtype=object)

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
class Chunk:
    """All text fields of consecutive rows of a list.

    Attributes
    ----------
    start : int
        Position of the first row in the list.
    fields : dict of str to TextChunk
    """

    start: int
    fields: dict[str, TextChunk]

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
        fields = {}
        for name, texts in source.raw_texts.items():
            endings = source.endings.get(name)
            if folder is None or self._kept is None:
                fields[name] = TextChunk.of(texts, encoder, endings)
            else:
                fields[name] = _prepared_once(texts, endings or [""] * len(texts), encoder, self._kept)
            if folder is not None:
                fields[name].spill(folder / name)
        return Chunk(source.start, fields)

    def __getstate__(self) -> dict[str, Any]:
        return {"encoder": self.encoder, "folder": self.folder}

    @cached_property
    def _kept(self) -> KeptTexts | None:
        encoder = self.encoder()
        return KeptTexts(encoder) if isinstance(encoder, CachedEncoder) else None


def _prepared_once(raw_texts: Sequence[Any], endings: Sequence[str], encoder: Encoder, kept: KeptTexts) -> TextChunk:
    """Texts of a part of a long list, each distinct one prepared once, in this run or in one before."""

    def prepare(new: list[str]) -> PreparedTexts:
        endings, _, texts = zip(*(text.partition("\0") for text in new), strict=True)
        return TextChunk.of(texts, encoder, endings).prepared()

    texts = [
        f"{ending}\0{text if isinstance(text, str) else ''}" for ending, text in zip(endings, raw_texts, strict=True)
    ]
    position = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    rows = np.fromiter(map(position.__getitem__, texts), dtype=np.int64, count=len(texts))
    prepared = kept.prepared(list(position), rows, prepare)
    vectors = prepared.features["dense"].arrays["vectors"]
    return TextChunk.of_prepared(prepared, vectors, encoder.name)


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
