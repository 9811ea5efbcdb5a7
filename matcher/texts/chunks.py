"""The texts of a list in chunks, each with its features in the process that computes with it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from matcher.compute import Backend
from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.field_texts import FieldTexts, FiledTexts, TextChunk, distinct_texts
from matcher.texts.kept_texts import KeptTexts
from matcher.texts.prepared import GatheredTexts, PreparedTexts

R = TypeVar("R")
P = ParamSpec("P")

CHUNK_ROWS = 32_768
"""Rows of a list in one chunk: bounds the memory of a search in a large list."""


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
                return TextChunk.of_distinct(new, None, encoder).prepared()

            new = folder / name / "new"
            found = (
                GatheredTexts.of(prepare(distinct).filed(new))
                if self._kept is None
                else self._kept.prepared(distinct, prepare, new)
            )
            fields[name] = FiledTexts.of(found, rows, folder / name)
        return Chunk(source.start, fields)

    def __getstate__(self) -> dict[str, Any]:
        return {"encoder": self.encoder, "folder": self.folder}

    @cached_property
    def _kept(self) -> KeptTexts | None:
        encoder = self.encoder()
        return KeptTexts(encoder) if isinstance(encoder, CachedEncoder) else None


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
