"""The texts of a list: cut into chunks, each read where it lies, and what is known of them all as arrays."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from matcher.arrays import Bools, Floats, Ints, Labels, codes_of_columns
from matcher.compute import Backend, LocalBackend
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.similarity.features import Read, Rows
from matcher.texts.similarity.parts import TEXT_PARTS

R = TypeVar("R")
P = ParamSpec("P")

CHUNK_ROWS = 32_768
"""Rows of a list that are read and searched together: what is held in memory of the texts of a large list."""
_DIGEST_BYTES = 16


@dataclass
class TextChunk:
    """The texts of one field in a chunk.

    Attributes
    ----------
    cleaned : ndarray of str, shape (n,)
        As :func:`matcher.texts.cleaning.clean_text` gives them; empty where the text is blank. None are left once the
        chunk is kept on disk.
    vectors : ndarray of shape (n, dimension), float32
        Unit vectors of the encoder; zero rows where the text is blank.
    encoder : str
        Name of the encoder.
    """

    cleaned: Labels
    vectors: Embeddings
    encoder: str
    _read: dict[str, Read] = field(default_factory=dict)
    _spilled: dict[str, tuple[Path, type[Read]]] = field(default_factory=dict)
    _remembered: tuple[str, Any] | None = None
    _spilled_bytes: int = 0

    @classmethod
    def of(cls, written: Iterable[Any], encoder: Encoder) -> TextChunk:
        """Return the texts as they were written, cleaned and embedded."""
        cleaned = np.array([clean_text(text) if isinstance(text, str) else "" for text in written], dtype=object)
        known = cleaned.astype(bool)
        vectors = np.zeros((len(cleaned), encoder.dimension), dtype=np.float32)
        if known.any():
            vectors[known] = embed(encoder, cleaned[known].tolist())
        return cls(cleaned, vectors, encoder.name)

    def __len__(self) -> int:
        return len(self.vectors)

    def __sizeof__(self) -> int:
        # What it takes to send it elsewhere: schedulers ask before they move it.
        read = (array.nbytes for item in self._read.values() for array in item.arrays.values())
        return self._spilled_bytes + self.vectors.nbytes + sum(read)

    def __getstate__(self) -> dict[str, Any]:
        # A folder of this process is nothing to another one: what is in it goes along.
        read = {name: self.read(name) for name in {**self._read, **self._spilled}}
        loaded = {
            name: type(item).from_arrays({label: np.array(array) for label, array in item.arrays.items()})
            for name, item in read.items()
        }
        vectors = np.array(self.vectors)
        emptied = {"_spilled": {}, "_spilled_bytes": 0, "_remembered": None}
        return {**self.__dict__, "vectors": vectors, "_read": loaded, **emptied}

    @cached_property
    def digests(self) -> npt.NDArray[np.void]:
        """Digest of each text, shape (n,): equal for equal texts, zero for blank ones."""
        blank = bytes(_DIGEST_BYTES)
        digests = [
            blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest() if text else blank for text in self.cleaned
        ]
        return np.frombuffer(b"".join(digests), dtype=f"V{_DIGEST_BYTES}")

    def read(self, name: str) -> Read:
        """Return what a part of the likeness reads in the texts; read once."""
        if name in self._spilled:
            folder, kind = self._spilled[name]
            arrays = {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in folder.glob("*.npy")}
            return kind.from_arrays(arrays)
        if name not in self._read:
            self._read[name] = TEXT_PARTS[name]().read(self.cleaned, self.vectors, self.encoder)
        return self._read[name]

    def spill(self, folder: Path) -> None:
        """Keep on disk what all parts read, mapped into memory when it is used; the texts themselves are let go."""
        _ = self.digests
        for name, part in TEXT_PARTS.items():
            if not part().serves(self.encoder):
                continue
            read = self.read(name)
            place = folder / name
            place.mkdir(parents=True)
            for label, array in read.arrays.items():
                np.save(place / f"{label}.npy", array, allow_pickle=False)
                self._spilled_bytes += array.nbytes
            self._spilled[name] = place, type(read)
        self._read.clear()
        self.vectors = np.load(self._spilled["dense"][0] / "vectors.npy", mmap_mode="r", allow_pickle=False)
        self.cleaned = np.empty(0, dtype=object)

    def remember(self, key: str, make: Callable[[], R]) -> R:
        """Return what was made for the key last used, or make it."""
        if self._remembered is None or self._remembered[0] != key:
            self._remembered = key, make()
        found: R = self._remembered[1]
        return found


@dataclass
class Chunk:
    """All text fields of some rows that follow each other in a list.

    Attributes
    ----------
    start : int
        Position of its first row in the list.
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
        """Its rows in the list."""
        return slice(self.start, self.start + len(self))


@dataclass(frozen=True)
class Source:
    """What a chunk is made from: texts as they were written, by field."""

    start: int
    written: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class ChunkMaker:
    """Makes chunks, in this process or in another one.

    Attributes
    ----------
    encoder : callable
        Gives the encoder, in the process in which the chunk is made.
    folder : str or None
        Where chunks are kept on disk; None to keep them in memory. ``""`` is a temporary folder of the process.
    """

    encoder: Callable[[], Encoder]
    folder: str | None

    def __call__(self, source: Source) -> Chunk:
        encoder = self.encoder()
        fields = {name: TextChunk.of(written, encoder) for name, written in source.written.items()}
        if self.folder is not None:
            folder = Path(self.folder or _folder_of_process()) / f"{source.start:012d}"
            for name, chunk in fields.items():
                chunk.spill(folder / name)
        return Chunk(source.start, fields)


_OF_PROCESS: list[tempfile.TemporaryDirectory[str]] = []


def _folder_of_process() -> str:
    if not _OF_PROCESS:
        _OF_PROCESS.append(tempfile.TemporaryDirectory(prefix="matcher-"))
    return tempfile.mkdtemp(dir=_OF_PROCESS[0].name)


class Chunks:
    """The chunks of a list, wherever they are.

    Sent to another process it goes without them: they stay where they are.

    Parameters
    ----------
    placed : sequence
        As :meth:`matcher.compute.Backend.scatter` gave them, in the order of the list.
    backend : Backend
    """

    def __init__(self, placed: Sequence[Any], backend: Backend) -> None:
        self._placed: Sequence[Any] | None = placed
        self._backend: Backend | None = backend

    def __getstate__(self) -> dict[str, Any]:
        return {"_placed": None, "_backend": None}

    def __len__(self) -> int:
        return 0 if self._placed is None else len(self._placed)

    def each(self, function: Callable[Concatenate[Chunk, P], R], *shared: P.args, **_: P.kwargs) -> list[R]:
        """Return what a function gives for each chunk, in the order of the list.

        Parameters
        ----------
        function : callable
            Of a module, so that it can be named in another process.
        *shared
            Its further arguments, the same for all.
        """
        backend, placed = self._here()
        return backend.map(function, placed, *shared)

    def merge(
        self, prepare: Callable[..., Any], function: Callable[..., R], *shared: Any, join: Callable[[R, R], R]
    ) -> R:
        """Return what a function gives for the prepared chunks, joined two by two."""
        backend, placed = self._here()
        return backend.merge(prepare, function, placed, *shared, join=join)

    def _here(self) -> tuple[Backend, Sequence[Any]]:
        if self._backend is None or self._placed is None:
            raise LookupError("chunks stay in the process in which they were placed")
        return self._backend, self._placed


@dataclass(frozen=True)
class Texts:
    """One text field of one list.

    Attributes
    ----------
    field : str
    known : ndarray of shape (n,), bool
    codes : ndarray of shape (n,), int64
        Equal for rows with the same text: branches share theirs, and it should count once.
    chunks : Chunks
    """

    field: str
    known: Bools
    codes: Ints
    chunks: Chunks

    @classmethod
    def of_list(cls, chunks: Chunks, fields: Iterable[str]) -> dict[str, Texts]:
        """Return the text fields of a list that was cut into chunks."""
        digests = chunks.each(_digests)
        found = {}
        for name in fields:
            of_field = np.concatenate([item[name] for item in digests])
            halves = of_field.view(np.uint64).reshape(len(of_field), 2)
            known = np.asarray(halves.any(axis=1))
            found[name] = cls(name, known, codes_of_columns(halves.T), chunks)
        return found

    @classmethod
    def here(cls, cleaned: Labels, vectors: Embeddings, encoder: str = "") -> Texts:
        """Return one field of a list in memory, from cleaned texts and their vectors."""
        chunks = Chunks([Chunk(0, {"text": TextChunk(cleaned, vectors, encoder)})], LocalBackend())
        return cls.of_list(chunks, ["text"])["text"]

    def __len__(self) -> int:
        return len(self.known)

    def read(self, name: str) -> Read:
        """Return what a part reads in all the texts, in memory here."""
        return self.pick(name, np.arange(len(self)))

    def pick(self, name: str, rows: Ints) -> Read:
        """Return what a part reads in some of the texts, in memory here, in the order asked for."""
        order = np.argsort(rows, kind="stable")
        found = self.chunks.each(_picked, self.field, name, rows[order])
        kind = type(found[0])
        joined: Read = kind.join(found)
        if np.array_equal(order, np.arange(len(rows))):
            return joined
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        return joined.take(back)

    def rows(self, name: str, standard: Floats) -> Rows:
        """Return the rows of all the texts, in memory here; see :meth:`matcher.texts.similarity.features.Read.weigh`."""
        read = self.read(name)
        return read.weigh(standard, read.lengths(standard, self.known))

    def total(self, name: str, chosen: Bools) -> Floats:
        """Return the sum of what a part reads in some of the texts, shape (n_columns,): chunk by chunk, in their order."""
        found = self.chunks.each(_total, self.field, name, chosen)
        return sum(found[1:], start=found[0])

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


def _digests(chunk: Chunk) -> dict[str, npt.NDArray[np.void]]:
    return {name: texts.digests for name, texts in chunk.fields.items()}


def _total(chunk: Chunk, field: str, name: str, chosen: Bools) -> Floats:
    return chunk.fields[field].read(name).total(chosen[chunk.rows])


def _picked(chunk: Chunk, field: str, name: str, rows: Ints) -> Read:
    read = chunk.fields[field].read(name)
    mine = rows[(rows >= chunk.rows.start) & (rows < chunk.rows.stop)] - chunk.start
    return read if len(mine) == len(read) and np.array_equal(mine, np.arange(len(read))) else read.take(mine)
