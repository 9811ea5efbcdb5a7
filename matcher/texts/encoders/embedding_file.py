"""A file of embeddings, keyed by encoder, its revision, the version of text cleaning and a digest of the text.

The texts themselves are not stored. Damaged entries count as absent.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np

from matcher.messages import Message
from matcher.texts.cleaning import CLEANING_VERSION
from matcher.texts.encoders.base import Embeddings, Encoder

logger = logging.getLogger("matcher")

CACHE_FILE = "embeddings.sqlite"
LAYOUT_VERSION = 1
"""To be raised when the tables below change; a file of another layout is cleared."""

FILE_ERRORS = (sqlite3.Error, OSError, ValueError, TypeError, OverflowError)
"""What using a file can raise: sqlite3 decodes names and messages of a damaged file with plain Python errors."""

_DAMAGE_CODES = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_CHECKSUM_BYTES = 8
_PAGE_BYTES = 16384  # holds seven vectors of 512 dimensions; SQLite's default of 4096 would hold one and be half empty
_QUERY_KEYS = 500
_PATIENCE_SECONDS = 30.0
_Key = TypeVar("_Key")
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
class StoredCount:
    """Number of stored embeddings of one revision of an encoder.

    Attributes
    ----------
    encoder : str
        Name of the encoder.
    revision : str
    count : int
    """

    encoder: str
    revision: str
    count: int


class EmbeddingFile:
    """An open file of embeddings; see :func:`open_file`.

    Several processes can use the file at once through SQLite's write-ahead log; writes are transactions.

    Parameters
    ----------
    connection : sqlite3.Connection
    path : Path
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @property
    def used_bytes(self) -> int:
        """Bytes in use, without free pages."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def encoder_id(self, encoder: Encoder) -> int:
        """Key of the current revision of an encoder in the file."""
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
        """Fill in the rows of stored embeddings.

        Parameters
        ----------
        encoder : int
            From :meth:`encoder_id`.
        digests : sequence of bytes
            Distinct digests of n texts.
        vectors : ndarray of shape (n, dimension), float32
            Output; rows that are not stored are unchanged.

        Returns
        -------
        dict of int to int
            Keys of the entries by the rows found.
        """
        row_of = {digest: row for row, digest in enumerate(digests)}
        stored: dict[int, int] = {}
        for keys in _batches(sorted(digests)):
            query = f"SELECT id, digest FROM entries WHERE encoder = ? AND digest IN ({_marks(keys)})"  # noqa: S608
            stored |= {
                entry: row_of[digest]
                for entry, digest in self._connection.execute(query, (encoder, *keys))
                if digest in row_of  # or damaged
            }
        found: dict[int, int] = {}
        # In the order of the file, so that each of its pages is read once.
        for entries in _batches(sorted(stored)):
            query = f"SELECT id, checksum, vector FROM entries JOIN vectors USING (id) WHERE id IN ({_marks(entries)})"  # noqa: S608
            for entry, checksum, blob in self._connection.execute(query, entries):
                row = stored.get(entry)
                if row is None or not _is_whole(digests[row], checksum, blob, vectors.shape[1]):
                    continue  # damaged: embedded again and overwritten
                vectors[row] = np.frombuffer(blob, dtype="<f4")
                found[row] = entry
        return found

    def touch(self, entries: Iterable[int]) -> None:
        """Set the time of last use of entries to now."""
        with self._writing():
            now = self._now()
            self._connection.executemany(
                "UPDATE entries SET used = ? WHERE id = ?", ((now, entry) for entry in entries)
            )

    def write(self, encoder: int, digests: Sequence[bytes], vectors: Embeddings) -> None:
        """Store embeddings in one transaction.

        Parameters
        ----------
        encoder : int
            From :meth:`encoder_id`.
        digests : sequence of bytes
            Of n texts.
        vectors : ndarray of shape (n, dimension), float32
        """
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

    def limit_size(self, max_bytes: int) -> None:
        """Where more than ``max_bytes`` are in use, drop the least recently used entries down to 90 % of that."""
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

    def counts(self) -> list[StoredCount]:
        """Number of entries of each revision of each encoder."""
        rows = self._connection.execute(
            "SELECT name, revision, count(*) FROM entries JOIN encoders ON encoders.id = entries.encoder "
            "GROUP BY name, revision ORDER BY name, revision"
        )
        return [StoredCount(*row) for row in rows]

    def clear(self) -> None:
        """Drop all entries."""
        with self._writing():
            for table in ("vectors", "entries", "encoders"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 (constants)
        self._shrink()

    def _shrink(self) -> None:
        with contextlib.suppress(
            sqlite3.OperationalError
        ):  # another process is reading: the pages are free for new entries anyway
            self._connection.executescript("PRAGMA incremental_vacuum")  # execute() would free one page only
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _now(self) -> int:
        """Next tick of a counter in the file, which unlike the clock of a machine is never set back."""
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
    """Open the file of embeddings of a folder: created where it is missing, replaced where it is damaged.

    A file without write permission is opened read-only.

    Raises
    ------
    sqlite3.Error, OSError
        When it cannot be opened or created.
    """
    path = folder / CACHE_FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        connection = _connect(path)
    except sqlite3.OperationalError as error:
        if is_damage(error):
            connection = _anew(folder)
        elif not path.is_file() or (os.access(path, os.W_OK) and os.access(folder, os.W_OK)):
            raise
        else:
            connection = _read_only(path)
    except FILE_ERRORS as error:
        if not is_damage(error):
            raise
        connection = _anew(folder)
    try:
        yield EmbeddingFile(connection, path)
    finally:
        connection.close()


def _read_only(path: Path) -> sqlite3.Connection:
    # "immutable" ignores the write-ahead log, to which even a reader has to write.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)


def _anew(folder: Path) -> sqlite3.Connection:
    path = folder / CACHE_FILE
    logger.warning(Message("the kept embeddings in {path} are damaged: they are computed again", path=path))
    remove_file(folder)
    return _connect(path)


def remove_file(folder: Path) -> None:
    """Delete the file of embeddings of a folder, whatever its state."""
    for ending in ("-wal", "-shm", ""):
        (folder / (CACHE_FILE + ending)).unlink(missing_ok=True)


def is_damage(error: Exception) -> bool:
    """Whether an error means that a file is damaged, rather than busy, full or inaccessible."""
    if isinstance(error, sqlite3.OperationalError):
        # Names and schema that were overwritten: a table that is not there, text that is no UTF-8.
        return getattr(error, "sqlite_errorcode", None) in _DAMAGE_CODES or "decode" in str(error)
    return not isinstance(error, OSError)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file and create its tables, waiting for other processes that do so at the same time."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        try:
            _set_up(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            # Switching on the write-ahead log ignores the timeout, unlike all other statements.
            if "locked" not in str(error) or time.monotonic() > deadline:
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
    connection.execute(
        "PRAGMA synchronous = NORMAL"
    )  # consistent after a kill; a power failure may lose the last transactions
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


def _batches(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """Yield the keys of one query after the other."""
    for start in range(0, len(keys), _QUERY_KEYS):
        yield keys[start : start + _QUERY_KEYS]


def _marks(keys: Sequence[object]) -> str:
    return ",".join("?" * len(keys))


def _is_whole(digest: bytes, checksum: bytes, blob: object, dimension: int) -> bool:
    return isinstance(blob, bytes) and len(blob) == 4 * dimension and checksum == _checksum(digest, blob)


def _checksum(digest: bytes, blob: bytes) -> bytes:
    return blake2b(digest + blob, digest_size=_CHECKSUM_BYTES).digest()
