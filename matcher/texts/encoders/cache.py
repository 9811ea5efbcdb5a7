"""A cache of embeddings on disk, so that a text is embedded once."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from matcher.errors import system_reason
from matcher.messages import Message
from matcher.progress import progress_bar
from matcher.texts.encoders.base import Embeddings, Encoder, checked_vectors
from matcher.texts.encoders.embedding_file import FILE_ERRORS, EmbeddingFile, is_damage, open_file, remove_file

logger = logging.getLogger("matcher")

DEFAULT_MAX_MB = 4096
"""Two million texts of the default encoder."""

_DIGEST_BYTES = 16
_PORTION_SECONDS = 1.0
_FIRST_PORTION = 16


class CachedEncoder:
    """An encoder with a cache on disk.

    New embeddings are stored in portions of about one second of work, so an interrupted run loses no more than that.
    Where the file cannot be used, texts are embedded without a cache.

    Parameters
    ----------
    encoder : Encoder
    folder : Path
        Folder of the file of embeddings.
    max_mb : int, default 4096
        Size limit in MB; the least recently used embeddings are dropped first.
    """

    def __init__(self, encoder: Encoder, folder: Path, max_mb: int = DEFAULT_MAX_MB) -> None:
        self.encoder = encoder
        self.folder = folder
        self.max_mb = max_mb
        self._warned = False
        self._revision: str | None = None

    @property
    def name(self) -> str:
        """Name of the wrapped encoder."""
        return self.encoder.name

    @property
    def dimension(self) -> int:
        """Dimension of the wrapped encoder."""
        return self.encoder.dimension

    @property
    def revision(self) -> str:
        """Revision of the wrapped encoder, computed once, since some encoders hash all their weights for it."""
        if self._revision is None:
            self._revision = self.encoder.revision
        return self._revision

    def __deepcopy__(self, memo: dict[int, object]) -> CachedEncoder:
        """Itself: scikit-learn's ``clone`` copies parameters."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors of the texts, stored or newly embedded, shape (n, dimension), float32."""
        row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        distinct = list(row_of)
        vectors = np.empty((len(distinct), self.dimension), dtype=np.float32)
        if distinct:
            with _CacheFile(self) as file:
                digests = [_text_digest(text) for text in distinct]
                found = file.read(digests, vectors)
                # Texts of similar length are embedded together, which fills the batches of an encoder best.
                missing = [row for row in range(len(distinct)) if row not in found]
                logger.info(
                    Message(
                        "embedding {count} of {texts} texts; the others are kept",
                        count=len(missing),
                        texts=len(distinct),
                    )
                )
                missing.sort(key=lambda row: (len(distinct[row]), distinct[row]))
                for portion in _portions(missing):
                    portion_texts = [distinct[row] for row in portion]
                    embedded = checked_vectors(self.encoder, self.encoder.encode(portion_texts), len(portion_texts))
                    vectors[portion] = embedded
                    file.write([digests[row] for row in portion], embedded)
        return vectors if len(distinct) == len(texts) else vectors[[row_of[text] for text in texts]]

    def warn(self, error: Exception) -> None:
        """Log a warning, once, that the file cannot be used."""
        if not self._warned:
            consequence = (
                Message("they are computed again") if is_damage(error) else Message("the work goes on without")
            )
            reason = system_reason(error) if isinstance(error, OSError) else error
            logger.warning(
                Message(
                    "embeddings cannot be kept in {folder} ({reason}): {consequence}",
                    folder=self.folder,
                    reason=reason,
                    consequence=consequence,
                )
            )
        self._warned = True


class _CacheFile(contextlib.ExitStack):
    """The file during one call; after an error it is no longer used."""

    def __init__(self, owner: CachedEncoder) -> None:
        super().__init__()
        self._owner = owner
        self._max_bytes = owner.max_mb * 10**6
        self._file: EmbeddingFile | None = None
        self._encoder = 0
        try:
            self._open()
        except FILE_ERRORS as error:
            self._give_up(error)

    def read(self, digests: Sequence[bytes], vectors: Embeddings) -> dict[int, int]:
        found: dict[int, int] = {}
        self._attempt(lambda file: found.update(file.read(self._encoder, digests, vectors)))
        if found:
            self._attempt(lambda file: self._touch(file, found))
        return found

    def write(self, digests: Sequence[bytes], vectors: Embeddings) -> None:
        self._attempt(lambda file: file.write(self._encoder, digests, vectors))
        self._attempt(lambda file: file.limit_size(self._max_bytes))

    def _touch(self, file: EmbeddingFile, found: dict[int, int]) -> None:
        # Times of use matter only where entries may soon be dropped.
        if file.used_bytes > self._max_bytes / 2:
            file.touch(found.values())

    def _open(self) -> None:
        self._file = self.enter_context(open_file(self._owner.folder))
        self._encoder = self._file.encoder_id(self._owner)

    def _attempt(self, operation: Callable[[EmbeddingFile], None]) -> None:
        if self._file is not None:
            try:
                operation(self._file)
            except FILE_ERRORS as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._file = None
        self._owner.warn(error)
        if is_damage(error):
            with contextlib.suppress(*FILE_ERRORS):
                remove_file(self._owner.folder)
                self._open()


def _portions(missing: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield portions of rows whose embedding takes about one second each."""
    size, start = _FIRST_PORTION, 0
    with progress_bar(len(missing), Message("Reading texts")) as advance:
        while start < len(missing):
            started = time.monotonic()
            portion = missing[start : start + size]
            yield portion
            advance(len(portion))
            start += len(portion)
            seconds = time.monotonic() - started
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
