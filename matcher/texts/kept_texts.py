"""Prepared texts, kept between runs.

A run over a long list prepares only those of its texts that no run before has prepared. They are found by a digest of
the text as read, and lie in segments: folders of arrays, each written whole and then renamed, so that several processes
may write at once. A segment with damage is deleted, and its texts are prepared again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from matcher.arrays import Ints
from matcher.messages import Message
from matcher.texts.array_files import load_array
from matcher.texts.cleaning import CLEANING_VERSION
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.prepared import (
    DIGEST_BYTES,
    GatheredTexts,
    PreparedTexts,
    load_features,
    save_features,
    text_digests,
)

logger = logging.getLogger("matcher")

PREPARED_FOLDER = "prepared"
LAYOUT_VERSION = 1
"""To be raised when the files below change."""
SIZE_FACTOR = 2
"""Prepared texts may take this many times the space of embeddings: beside its vector a text has n-grams."""
SMALL_SEGMENT = 4_096
MOST_SMALL_SEGMENTS = 64
"""Segments of fewer texts than that, as every night adds some, are joined when there are more of them than this."""
_FULL, _EMPTIED = 0.9, 0.8
"""Share of the space from which the oldest segments are deleted before a run, and down to which."""
_MANIFEST, _KEYS, _DIGESTS = "manifest.json", "keys.npy", "digests.npy"
_ERRORS = (OSError, ValueError, KeyError, TypeError, EOFError)


@dataclass(eq=False)
class _Segment:
    """A folder of prepared texts, checked when it is first used."""

    path: Path
    is_checked: bool = False

    @cached_property
    def manifest(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.path / _MANIFEST).read_text())
        return content

    @cached_property
    def created(self) -> float:
        return (self.path / _MANIFEST).stat().st_mtime

    @cached_property
    def keys(self) -> npt.NDArray[np.void]:
        return np.array(load_array(self.path / _KEYS))

    @cached_property
    def texts(self) -> PreparedTexts:
        """Prepared texts of the segment, mapped into memory once: the number of maps of a process is limited.

        Raises
        ------
        OSError, ValueError, KeyError
            When it is damaged.
        """
        if not self.is_checked:
            found = {name: _checksum(self.path / name) for name in self.manifest["checksums"]}
            if found != self.manifest["checksums"]:
                raise ValueError(Message("the checksums differ"))
            self.is_checked = True
        features = {
            folder.name: load_features(folder, TEXT_PARTS[folder.name].feature_type)
            for folder in self.path.iterdir()
            if folder.is_dir()
        }
        return PreparedTexts(load_array(self.path / _DIGESTS), features)

    def delete(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass
class _Index:
    """Where texts lie, as sorted levels of which each is at least twice as long as the next."""

    levels: list[tuple[npt.NDArray[np.uint64], Ints, Ints]] = field(default_factory=list)

    def add(self, keys: npt.NDArray[np.void], segment: int) -> None:
        level = _halves(keys)[:, 0], np.full(len(keys), segment), np.arange(len(keys))
        while True:
            order = np.argsort(level[0], kind="stable")
            level = level[0][order], level[1][order], level[2][order]
            if not self.levels or len(self.levels[-1][0]) >= 2 * len(level[0]):
                self.levels.append(level)
                return
            longer = self.levels.pop()
            level = tuple(np.concatenate(both) for both in zip(longer, level, strict=True))  # type: ignore[assignment]

    def find(self, keys: npt.NDArray[np.void]) -> tuple[Ints, Ints]:
        """Segment and row of each key, shape (n,) both; segment -1 where it is in none. Half of a key is compared."""
        wanted = _halves(keys)[:, 0]
        segment, row = np.full(len(keys), -1), np.zeros(len(keys), dtype=np.int64)
        for known, segments, rows in self.levels:
            at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
            hit = known[at] == wanted
            segment[hit], row[hit] = segments[at[hit]], rows[at[hit]]
        return segment, row


class KeptTexts:
    """Prepared texts of an encoder in a folder.

    Parameters
    ----------
    encoder : CachedEncoder
        Beside whose embeddings they are kept.
    """

    def __init__(self, encoder: CachedEncoder) -> None:
        self._root = encoder.folder / PREPARED_FOLDER
        self._folder = self._root / _fingerprint(encoder)
        self._max_bytes = SIZE_FACTOR * encoder.max_mb * 10**6
        self._segments: list[_Segment] = []
        self._used: set[Path] = set()
        self._index = _Index()
        self._lock = threading.Lock()
        self._warned = False
        with self._as_warning():
            for segment in (each for folder in self._root.glob("*") for each in _segments(folder)):
                if not _is_readable(segment):
                    self._discard(segment, Message("what it holds cannot be read"))
            self._make_room(0)
            for segment in self._joined(_segments(self._folder)):
                self._add(segment)

    def prepared(
        self, texts: Sequence[str], prepare: Callable[[list[str]], PreparedTexts], folder: Path
    ) -> GatheredTexts:
        """Prepared texts in files; those that are not kept are prepared, and kept.

        Parameters
        ----------
        texts : sequence of str
            Distinct texts as read.
        prepare : callable
            Maps texts to prepared texts.
        folder : Path
            For those that cannot be kept.
        """
        keys = text_digests(texts)
        with self._lock:
            segment, row = self._index.find(keys)
        pieces: list[PreparedTexts] = []
        which = np.full(len(texts), -1)
        for number in np.unique(segment[segment >= 0]):
            mine = np.flatnonzero(segment == number)
            same = mine[self._segments[number].keys[row[mine]] == keys[mine]]
            self._used.add(self._segments[number].path)
            kept = self._read(self._segments[number])
            if kept is not None:
                which[same] = len(pieces)
                pieces.append(kept)
        missing = np.flatnonzero(which < 0)
        logger.info(
            Message(
                "preparing {count} of {all_texts} texts; the others are kept",
                count=len(missing),
                all_texts=len(texts),
            )
        )
        if len(missing) or not pieces:
            which[missing], row[missing] = len(pieces), np.arange(len(missing))
            new = prepare([texts[position] for position in missing.tolist()])
            pieces.append(self._written(keys[missing], new) or new.filed(folder))
        return GatheredTexts(pieces, which, row)

    def _add(self, segment: _Segment) -> None:
        self._index.add(segment.keys, len(self._segments))
        self._segments.append(segment)

    def _read(self, segment: _Segment) -> PreparedTexts | None:
        """Texts of a segment; None where it is damaged, and then deleted, or was deleted by another process."""
        if not (segment.path / _MANIFEST).is_file():
            return None
        try:
            return segment.texts
        except _ERRORS as error:
            self._discard(segment, error)
            return None

    def _discard(self, segment: _Segment, error: object) -> None:
        self._warn(
            Message(
                "the prepared texts in {path} are damaged ({error}): they are prepared again",
                path=segment.path,
                error=error,
            )
        )
        segment.delete()

    def _written(self, keys: npt.NDArray[np.void], texts: PreparedTexts) -> PreparedTexts | None:
        """The same texts, mapped into memory from a new segment; None where they cannot be kept."""
        with self._as_warning(), self._lock:
            if len(keys) and self._make_room(keys.nbytes + texts.nbytes):
                segment = _write_segment(self._folder, keys, texts)
                written = segment.texts
                self._add(segment)
                self._used.add(segment.path)
                return written
        return None

    def _make_room(self, needed: int) -> bool:
        """Delete the oldest segments that this run does not use until there is room, and return whether there is."""
        segments = sorted(
            (segment for folder in self._root.glob("*") for segment in _segments(folder)), key=lambda each: each.created
        )
        taken = sum(segment.manifest["bytes"] for segment in segments)
        limit = self._max_bytes
        if not needed and taken > _FULL * self._max_bytes:
            # Texts that are in no list any more would take the space for good.
            limit = int(_EMPTIED * self._max_bytes)
        for segment in segments:
            if taken + needed <= limit:
                break
            if segment.path not in self._used:
                segment.delete()
                taken -= segment.manifest["bytes"]
        return bool(taken + needed <= limit)

    def _joined(self, segments: list[_Segment]) -> list[_Segment]:
        """Segments, of which small ones are joined where they are many."""
        small = [segment for segment in segments if segment.manifest["count"] < SMALL_SEGMENT]
        if len(small) <= MOST_SMALL_SEGMENTS:
            return segments
        pieces = [(segment, texts) for segment in small if (texts := self._read(segment)) is not None]
        keys = np.concatenate([segment.keys for segment, _ in pieces])
        joined = _write_segment(self._folder, keys, PreparedTexts.join([texts for _, texts in pieces]))
        for segment in small:
            segment.delete()
        return [*(segment for segment in segments if segment not in small), joined]

    @contextlib.contextmanager
    def _as_warning(self) -> Iterator[None]:
        try:
            yield
        except _ERRORS as error:
            self._warn(
                Message(
                    "prepared texts cannot be kept in {path} ({error}): the work goes on without",
                    path=self._root,
                    error=error,
                )
            )

    def _warn(self, message: Message) -> None:
        if not self._warned:
            logger.warning(message)
        self._warned = True


def kept_count(folder: Path) -> tuple[int, int]:
    """Number of prepared texts that are kept in a cache folder, and their size in bytes."""
    segments = (segment for each in (folder / PREPARED_FOLDER).glob("*") for segment in _segments(each))
    manifests = [segment.manifest for segment in segments if _is_readable(segment)]
    return sum(each["count"] for each in manifests), sum(each["bytes"] for each in manifests)


def _segments(folder: Path) -> list[_Segment]:
    """Segments of a folder, by name; what a killed process left half written has another name."""
    return [_Segment(path.parent) for path in sorted(folder.glob(f"[!.]*/{_MANIFEST}"))]


def _is_readable(segment: _Segment) -> bool:
    try:
        return segment.manifest.keys() >= {"count", "bytes", "checksums"} and len(segment.keys) >= 0
    except (*_ERRORS, AttributeError):
        return False


def _write_segment(folder: Path, keys: npt.NDArray[np.void], texts: PreparedTexts) -> _Segment:
    name = uuid4().hex
    unfinished = folder / f".{name}"
    try:
        size = sum(save_features(unfinished / part, rows) for part, rows in texts.features.items())
        np.save(unfinished / _KEYS, keys, allow_pickle=False)
        np.save(unfinished / _DIGESTS, texts.digests, allow_pickle=False)
        files = sorted(path.relative_to(unfinished).as_posix() for path in unfinished.rglob("*.npy"))
        manifest = {
            "count": len(keys),
            "bytes": size + keys.nbytes + texts.digests.nbytes,
            "checksums": {name: _checksum(unfinished / name) for name in files},
        }
        (unfinished / _MANIFEST).write_text(json.dumps(manifest))
        unfinished.rename(folder / name)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return _Segment(folder / name, is_checked=True)


def _checksum(path: Path) -> list[int]:
    """Checksum of a file, as fast as it can be read: the XOR and the sum of its words, its last bytes, and its size."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    words = content[: len(content) // 8 * 8].view(np.uint64)
    ends = zlib.crc32(content[len(words) * 8 :].tobytes())
    return [int(np.bitwise_xor.reduce(words)), int(np.add.reduce(words)), ends, len(content)]


def _halves(keys: npt.NDArray[np.void]) -> npt.NDArray[np.uint64]:
    return keys.view(np.uint64).reshape(len(keys), 2)


def _fingerprint(encoder: CachedEncoder) -> str:
    """Name of the folder of texts that were prepared in one way."""
    parts = {
        name: part().fingerprint(encoder.name) for name, part in TEXT_PARTS.items() if part().supports(encoder.name)
    }
    of = (LAYOUT_VERSION, encoder.name, encoder.revision, encoder.dimension, CLEANING_VERSION)
    return blake2b(repr((of, unicodedata.unidata_version, parts)).encode(), digest_size=DIGEST_BYTES).hexdigest()
