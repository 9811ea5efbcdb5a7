"""The files kept between runs: their contents, and deleting them."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import OutputError, system_reason
from matcher.jobs.kept_runs import RUNS_FOLDER, kept_runs_count
from matcher.messages import Message
from matcher.places.geocoders.base import ANSWERS_FILE
from matcher.texts.encoders.embedding_file import CACHE_FILE, FILE_ERRORS, open_file, remove_file
from matcher.texts.kept_texts import PREPARED_FOLDER, kept_count

_FOLDERS = (PREPARED_FOLDER, RUNS_FOLDER)


@dataclass(frozen=True)
class CacheItem:
    """Kept results of one encoder or geocoder.

    Attributes
    ----------
    content : str
        ``embeddings`` of an encoder, ``places`` that a geocoder found, ``texts`` that were prepared, or ``runs``.
    source : str
        Encoder with its revision, geocoder, or what they were prepared for.
    count : int
    """

    content: str
    source: str
    count: int


@dataclass(frozen=True)
class CacheContents:
    """Everything that is kept in a folder.

    Attributes
    ----------
    folder : Path
    items : tuple of CacheItem
    size_bytes : int
        Size of the files on disk.
    """

    folder: Path
    items: tuple[CacheItem, ...]
    size_bytes: int


def cache_contents(folder: Path) -> CacheContents:
    """Contents of a cache folder; empty where there is no such folder.

    Raises
    ------
    OutputError
        When a file there cannot be read.
    """
    items: list[CacheItem] = []
    with _as_output_error(folder):
        if (folder / CACHE_FILE).is_file():
            with open_file(folder) as file:
                items += [
                    CacheItem("embeddings", f"{line.encoder} {line.revision}", line.count) for line in file.counts()
                ]
        if (folder / ANSWERS_FILE).is_file():
            with contextlib.closing(sqlite3.connect(folder / ANSWERS_FILE)) as answers:
                query = "SELECT geocoder, count(*) FROM answers GROUP BY geocoder ORDER BY geocoder"
                items += [CacheItem("places", name, count) for name, count in answers.execute(query)]
        prepared, _ = kept_count(folder)
        if prepared:
            items.append(CacheItem("texts", Message("prepared for long lists"), prepared))
        if runs := kept_runs_count(folder):
            items.append(CacheItem("runs", Message("with all their results"), runs))
    return CacheContents(folder, tuple(items), _size(folder))


def clear_cache(folder: Path) -> CacheContents:
    """Delete everything that is kept in a folder, and return its contents until then.

    Other processes that use the folder go on with an empty one.

    Raises
    ------
    OutputError
        When a file there cannot be written to.
    """
    try:
        before = cache_contents(folder)
    except OutputError:  # whatever is wrong with it is cleared too
        before = CacheContents(folder, (CacheItem("damaged", folder.name, 0),), _size(folder))
    with _as_output_error(folder):
        if (folder / CACHE_FILE).is_file():
            try:
                with open_file(folder) as file:
                    file.clear()
            except FILE_ERRORS:
                remove_file(folder)
        if (folder / ANSWERS_FILE).is_file():
            try:
                with contextlib.closing(sqlite3.connect(folder / ANSWERS_FILE, isolation_level=None)) as answers:
                    answers.execute("DELETE FROM answers")
                    answers.execute("VACUUM")
            except FILE_ERRORS:
                (folder / ANSWERS_FILE).unlink()
        for kept in _FOLDERS:
            if (folder / kept).is_dir():
                shutil.rmtree(folder / kept)
    return before


def _size(folder: Path) -> int:
    names = (CACHE_FILE, f"{CACHE_FILE}-wal", ANSWERS_FILE)
    files = [*(folder / name for name in names), *(path for kept in _FOLDERS for path in (folder / kept).rglob("*"))]
    return sum(path.stat().st_size for path in files if path.is_file())


@contextlib.contextmanager
def _as_output_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except FILE_ERRORS as error:
        raise OutputError(
            Message(
                "what is kept in {folder} cannot be read or cleared ({reason}). Check your rights, or delete the folder",
                folder=folder,
                reason=system_reason(error) if isinstance(error, OSError) else error,
            )
        ) from None
