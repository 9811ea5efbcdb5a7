"""Embeddings kept on disk, so that a text is embedded once: by whom, from which release, of which cleaned text.

The texts themselves are not stored, only their digests. Whatever cannot be read back whole is embedded again;
where nothing can be stored, the work goes on without.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from matcher.progress import progress_bar
from matcher.texts.cleaning import CLEANING_VERSION
from matcher.texts.encoders.base import Embeddings, Encoder, checked_vectors

logger = logging.getLogger("matcher")

CACHE_FILE = "embeddings.sqlite"
DEFAULT_MAX_MB = 4096
"""Two million texts of the default encoder."""
LAYOUT_VERSION = 1
"""Raise it when the tables below change: a file of another layout is cleared."""

_DIGEST_BYTES = 16
_CHECKSUM_BYTES = 8
_PAGE_BYTES = 16384  # seven vectors of 512 dimensions a page; at sqlite's own 4096 it would be one, and half empty
_QUERY_KEYS = 500
_PATIENCE_SECONDS = 30.0
_PORTION_SECONDS = 1.0
_FIRST_PORTION = 16
_TABLES = """
CREATE TABLE IF NOT EXISTS encoders (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, revision TEXT NOT NULL, cleaning INTEGER NOT NULL,
    UNIQUE (name, revision, cleaning));
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, encoder INTEGER NOT NULL, digest BLOB NOT NULL, checksum BLOB NOT NULL,
    used INTEGER NOT NULL, UNIQUE (encoder, digest));
CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
"""


@dataclass(frozen=True)
class KeptVectors:
    """How many embeddings of one release of an encoder are kept."""

    encoder: str
    revision: str
    count: int


class EmbeddingFile:
    """A file of embeddings, open; :func:`open_file` gives it.

    Several processes may have it open at once: SQLite's write-ahead log keeps them apart, and each portion is
    written whole or not at all.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @property
    def used_bytes(self) -> int:
        """Bytes in use; pages that are free for new entries do not count."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def encoder_id(self, encoder: Encoder) -> int:
        """Return the number under which the vectors of an encoder's release are kept."""
        key = (encoder.name, encoder.revision, CLEANING_VERSION)
        query = "SELECT id FROM encoders WHERE name = ? AND revision = ? AND cleaning = ?"
        row = self._connection.execute(query, key).fetchone()
        if row is None:
            with self._writing():
                self._connection.execute(
                    "INSERT OR IGNORE INTO encoders (name, revision, cleaning) VALUES (?, ?, ?)", key
                )
            row = self._connection.execute(query, key).fetchone()
        return int(row[0])

    def read(self, encoder: int, digests: Sequence[bytes], vectors: Embeddings) -> dict[int, int]:
        """Fill in the rows that are kept, and return which those are.

        Parameters
        ----------
        encoder : int
            As :meth:`encoder_id` gives it.
        digests : sequence of bytes
            Of the texts, each once.
        vectors : ndarray of shape (n, dimension), float32
            Written to.

        Returns
        -------
        dict of int to int
            The numbers of the entries, by row.
        """
        found: dict[int, int] = {}
        row_of = {digest: row for row, digest in enumerate(digests)}
        for start in range(0, len(digests), _QUERY_KEYS):
            keys = digests[start : start + _QUERY_KEYS]
            marks = ",".join("?" * len(keys))
            for number, digest, checksum, blob in self._connection.execute(
                f"SELECT id, digest, checksum, vector FROM entries JOIN vectors USING (id) WHERE encoder = ? AND digest IN ({marks})",  # noqa: S608 (only question marks)
                (encoder, *keys),
            ):
                row = row_of.get(digest)
                if row is None or not _is_whole(digest, checksum, blob, vectors.shape[1]):
                    continue  # damaged: it is embedded again, and written over
                vectors[row] = np.frombuffer(blob, dtype="<f4")
                found[row] = number
        return found

    def touch(self, entries: Iterable[int]) -> None:
        """Mark entries as used now."""
        with self._writing():
            now = self._now()
            self._connection.executemany(
                "UPDATE entries SET used = ? WHERE id = ?", ((now, entry) for entry in entries)
            )

    def write(self, encoder: int, digests: Sequence[bytes], vectors: Embeddings) -> None:
        """Keep vectors, all of them or none."""
        with self._writing():
            now = self._now()
            for digest, vector in zip(digests, np.ascontiguousarray(vectors, dtype="<f4"), strict=True):
                blob = vector.tobytes()
                [number] = self._connection.execute(
                    "INSERT INTO entries (encoder, digest, checksum, used) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (encoder, digest) DO UPDATE SET checksum = excluded.checksum, used = excluded.used "
                    "RETURNING id",
                    (encoder, digest, _checksum(digest, blob), now),
                ).fetchone()
                self._connection.execute("INSERT OR REPLACE INTO vectors (id, vector) VALUES (?, ?)", (number, blob))

    def bound(self, max_bytes: int) -> None:
        """Drop what was used longest ago where more than ``max_bytes`` are in use, down to nine tenths of it."""
        in_use = self.used_bytes
        if in_use <= max_bytes:
            return
        [entries] = self._connection.execute("SELECT count(*) FROM entries").fetchone()
        surplus = int(np.ceil(entries * (1 - 0.9 * max_bytes / in_use)))
        oldest = f"SELECT id FROM entries ORDER BY used, id LIMIT {surplus}"  # noqa: S608 (a number)
        with self._writing():
            self._connection.execute(f"DELETE FROM vectors WHERE id IN ({oldest})")  # noqa: S608
            self._connection.execute(f"DELETE FROM entries WHERE id IN ({oldest})")  # noqa: S608
        self._shrink()

    def kept(self) -> list[KeptVectors]:
        """Return what is kept, a line for each release of an encoder."""
        rows = self._connection.execute(
            "SELECT name, revision, count(*) FROM entries JOIN encoders ON encoders.id = entries.encoder "
            "GROUP BY name, revision ORDER BY name, revision"
        )
        return [KeptVectors(*row) for row in rows]

    def clear(self) -> None:
        """Drop everything."""
        with self._writing():
            for table in ("vectors", "entries", "encoders"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)
        self._shrink()

    def _shrink(self) -> None:
        with contextlib.suppress(sqlite3.OperationalError):  # another process reads: the space is free all the same
            self._connection.executescript("PRAGMA incremental_vacuum")  # a step a page: execute() takes one only
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _now(self) -> int:
        """Return the next tick of the file's own clock, which no change of the machine's sets back."""
        [last] = self._connection.execute("SELECT max(used) FROM entries").fetchone()
        return int(last or 0) + 1

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextlib.contextmanager
def open_file(folder: Path) -> Iterator[EmbeddingFile]:
    """Open the file of embeddings of a folder; what is not there is made, a damaged file is begun anew.

    One that may not be written to is opened for reading.

    Raises
    ------
    sqlite3.Error, OSError
        When it cannot be opened or made.
    """
    path = folder / CACHE_FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        connection = _connect(path)
    except sqlite3.OperationalError:
        if not path.is_file() or (os.access(path, os.W_OK) and os.access(folder, os.W_OK)):
            raise
        # "immutable": the log beside it, which even a reader has to write to, is left aside.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except sqlite3.DatabaseError:
        logger.warning("the kept embeddings in %s are damaged: they are computed again", path)
        remove_file(folder)
        connection = _connect(path)
    try:
        yield EmbeddingFile(connection, path)
    finally:
        connection.close()


def remove_file(folder: Path) -> None:
    """Take away the file of embeddings of a folder, whatever state it is in."""
    for ending in ("-wal", "-shm", ""):
        (folder / (CACHE_FILE + ending)).unlink(missing_ok=True)


def is_damage(error: Exception) -> bool:
    """Return whether an error says that a file is no database (any more), and not that it is busy, full or closed off."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file, and make its tables; another process may be doing so at this moment."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        try:
            _set_up(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            # Turning on the write-ahead log does not wait for its turn, as everything after it does.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.05)
        except BaseException:
            connection.close()
            raise
        else:
            return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = NORMAL")  # whole after a kill; a power cut may cost the last portions
    connection.execute(f"PRAGMA journal_size_limit = {64 * 2**20}").fetchall()
    [layout] = connection.execute("PRAGMA user_version").fetchone()
    if layout == LAYOUT_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    [layout] = connection.execute("PRAGMA user_version").fetchone()
    if layout not in (0, LAYOUT_VERSION):
        for table in ("vectors", "entries", "encoders"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {LAYOUT_VERSION}")
    connection.execute("COMMIT")


class CachedEncoder:
    """An encoder that remembers, between runs, what it has embedded.

    New embeddings are written in portions of about a second's work: a run that is broken off has lost no more.

    Parameters
    ----------
    encoder : Encoder
    folder : Path
        Where the file of embeddings is, or is to be.
    max_mb : int, default 4096
        Megabytes kept, at most; what was used longest ago goes first.
    """

    def __init__(self, encoder: Encoder, folder: Path, max_mb: int = DEFAULT_MAX_MB) -> None:
        self.encoder = encoder
        self.folder = folder
        self.max_mb = max_mb
        self._warned = False
        self._revision: str | None = None

    @property
    def name(self) -> str:
        """Name of the encoder inside."""
        return self.encoder.name

    @property
    def dimension(self) -> int:
        """Dimension of the encoder inside."""
        return self.encoder.dimension

    @property
    def revision(self) -> str:
        """Revision of the encoder inside, asked once: some read all their weights to tell."""
        if self._revision is None:
            self._revision = self.encoder.revision
        return self._revision

    def __deepcopy__(self, memo: dict[int, object]) -> CachedEncoder:
        """Return itself: scikit-learn's ``clone`` copies what it is given."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, dimension), float32: those that are kept, and the others embedded."""
        row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        distinct = list(row_of)
        vectors = np.empty((len(distinct), self.dimension), dtype=np.float32)
        if distinct:
            with _Shelf(self) as shelf:
                digests = [_text_digest(text) for text in distinct]
                found = shelf.read(digests, vectors)
                # Texts of like length together: that is how an encoder fills its batches best.
                missing = [row for row in range(len(distinct)) if row not in found]
                logger.info("embedding %d of %d texts; the others are kept", len(missing), len(distinct))
                missing.sort(key=lambda row: (len(distinct[row]), distinct[row]))
                for portion in _portions(missing):
                    asked = [distinct[row] for row in portion]
                    made = checked_vectors(self.encoder, self.encoder.encode(asked), len(asked))
                    vectors[portion] = made
                    shelf.write([digests[row] for row in portion], made)
        return vectors[[row_of[text] for text in texts]]

    def tell(self, error: Exception) -> None:
        """Say, once, that the file cannot be used."""
        if not self._warned:
            told = "they are computed again" if is_damage(error) else "the work goes on without"
            logger.warning("embeddings cannot be kept in %s (%s): %s", self.folder, error, told)
        self._warned = True


class _Shelf(contextlib.ExitStack):
    """The file for the time of one call; a trouble with it is told once, and then the work goes on without."""

    def __init__(self, owner: CachedEncoder) -> None:
        super().__init__()
        self._owner = owner
        self._max_bytes = owner.max_mb * 10**6
        self._file: EmbeddingFile | None = None
        self._encoder = 0
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def read(self, digests: Sequence[bytes], vectors: Embeddings) -> dict[int, int]:
        found: dict[int, int] = {}
        self._attempt(lambda file: found.update(file.read(self._encoder, digests, vectors)))
        if found:
            self._attempt(lambda file: self._touch(file, found))
        return found

    def write(self, digests: Sequence[bytes], vectors: Embeddings) -> None:
        self._attempt(lambda file: file.write(self._encoder, digests, vectors))
        self._attempt(lambda file: file.bound(self._max_bytes))

    def _touch(self, file: EmbeddingFile, found: dict[int, int]) -> None:
        # As long as there is room for as much again, nothing is about to go, and who was used when is idle.
        if file.used_bytes > self._max_bytes / 2:
            file.touch(found.values())

    def _open(self) -> None:
        self._file = self.enter_context(open_file(self._owner.folder))
        self._encoder = self._file.encoder_id(self._owner)

    def _attempt(self, backend: Callable[[EmbeddingFile], None]) -> None:
        if self._file is not None:
            try:
                backend(self._file)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._file = None
        self._owner.tell(error)
        if is_damage(error):
            with contextlib.suppress(sqlite3.Error, OSError):
                remove_file(self._owner.folder)
                self._open()


def _portions(missing: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut the work into portions of about a second each."""
    size, start = _FIRST_PORTION, 0
    with progress_bar(len(missing), "Reading texts") as advance:
        while start < len(missing):
            began = time.monotonic()
            portion = missing[start : start + size]
            yield portion
            advance(len(portion))
            start += len(portion)
            seconds = time.monotonic() - began
            if seconds < _PORTION_SECONDS / 2:
                size *= 2
            elif seconds > _PORTION_SECONDS * 2:
                size = max(1, size // 2)


def with_cache(encoder: Encoder, folder: str | Path | None, max_mb: int = DEFAULT_MAX_MB) -> Encoder:
    """Encoder with a cache in a folder, or the encoder itself where it has no revision or nothing is to be cached.

    Parameters
    ----------
    encoder : Encoder
    folder : str or Path, optional
        None for no cache.
    max_mb : int, default 4096
        Size limit in MB; 0 for no cache.
    """
    if folder is None or max_mb == 0 or isinstance(encoder, CachedEncoder):
        return encoder
    cached = CachedEncoder(encoder, Path(folder), max_mb)
    return cached if cached.revision else encoder


def _text_digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def _is_whole(digest: bytes, checksum: bytes, blob: object, dimension: int) -> bool:
    return isinstance(blob, bytes) and len(blob) == 4 * dimension and checksum == _checksum(digest, blob)


def _checksum(digest: bytes, blob: bytes) -> bytes:
    return blake2b(digest + blob, digest_size=_CHECKSUM_BYTES).digest()
