"""One text field of a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.arrays import Bools, Floats, Ints, Labels, codes_of_columns
from matcher.compute import LocalBackend
from matcher.texts.chunks import Chunk, Chunks
from matcher.texts.encoders.base import Embeddings
from matcher.texts.features.base import Features, StoredFeatures
from matcher.texts.field_texts import TextChunk


@dataclass(frozen=True)
class Texts:
    """One text field of one list.

    Attributes
    ----------
    field : str
    known : ndarray of shape (n,), bool
        Rows with a text.
    codes : ndarray of shape (n,), int64
        Equal for rows with equal texts, which count once in means: branches often share a text.
    chunks : Chunks
    """

    field: str
    known: Bools
    codes: Ints
    chunks: Chunks

    @classmethod
    def of_list(cls, chunks: Chunks, fields: Iterable[str]) -> dict[str, Texts]:
        """Text fields of a list by name.

        Parameters
        ----------
        chunks : Chunks
        fields : iterable of str
        """
        digests = chunks.each(_digests)
        found = {}
        for name in fields:
            of_field = np.concatenate([item[name] for item in digests])
            halves = of_field.view(np.uint64).reshape(len(of_field), 2)
            known = np.asarray(halves.any(axis=1))
            found[name] = cls(name, known, codes_of_columns(halves.T), chunks)
        return found

    @classmethod
    def unread(cls, field: str, known: Bools) -> Texts:
        """A field of which is known only which rows have a text: enough for gates, not for scores.

        Parameters
        ----------
        field : str
        known : ndarray of shape (n,), bool
        """
        return cls(field, known, np.zeros(len(known), dtype=np.int64), Chunks([], LocalBackend()))

    @classmethod
    def in_memory(cls, cleaned: Labels, vectors: Embeddings, encoder: str = "") -> Texts:
        """One field of a list in this process.

        Parameters
        ----------
        cleaned : ndarray of str, shape (n,)
        vectors : ndarray of shape (n, dimension), float32
        encoder : str, optional
            Name of the encoder.
        """
        chunks = Chunks([Chunk(0, {"text": TextChunk(cleaned, vectors, encoder)})], LocalBackend())
        return cls.of_list(chunks, ["text"])["text"]

    def __len__(self) -> int:
        return len(self.known)

    def gather(self, part: str, rows: Ints | None = None) -> StoredFeatures:
        """Raw features of rows, in the order of ``rows``, brought to this process.

        Parameters
        ----------
        part : str
        rows : ndarray of shape (k,), int64, optional
            Positions in the list; default all.
        """
        rows = np.arange(len(self)) if rows is None else rows
        order = np.argsort(rows, kind="stable")
        found = self.chunks.each(_features_at, self.field, part, rows[order])
        joined: StoredFeatures = type(found[0]).join(found)
        if np.array_equal(order, np.arange(len(rows))):
            return joined
        inverse = np.empty(len(rows), dtype=np.int64)
        inverse[order] = np.arange(len(rows))
        return joined.take(inverse)

    def features(self, part: str, pool_stats: Floats) -> Features:
        """Reweighted features of all rows, brought to this process.

        Parameters
        ----------
        part : str
        pool_stats : ndarray of shape (n_columns,)
        """
        raw = self.gather(part)
        return raw.reweight(pool_stats, raw.row_scales(pool_stats, self.known))

    def total(self, part: str, mask: Bools) -> Floats:
        """Sum of the raw features of the rows in a mask, shape (n_columns,); chunks are added in their order.

        Parameters
        ----------
        part : str
        mask : ndarray of shape (n,), bool
        """
        totals = self.chunks.each(_total, self.field, part, mask)
        return sum(totals[1:], start=totals[0])

    def first_of_each(self, mask: Bools, groups: Ints | None = None) -> Bools:
        """First row in a mask of each distinct text, shape (n,), bool.

        Parameters
        ----------
        mask : ndarray of shape (n,), bool
        groups : ndarray of shape (n,), int64, optional
            Equal texts of different groups count as different.
        """
        positions = np.flatnonzero(mask & self.known)
        keys = self.codes[positions]
        if groups is not None:
            keys = groups[positions] * (self.codes.max(initial=0) + 1) + keys
        first = np.zeros(len(self.known), dtype=bool)
        first[positions[np.unique(keys, return_index=True)[1]]] = True
        return first


def _digests(chunk: Chunk) -> dict[str, npt.NDArray[Any]]:
    return {name: texts.digests for name, texts in chunk.fields.items()}


def _total(chunk: Chunk, field: str, part: str, mask: Bools) -> Floats:
    return chunk.fields[field].features(part).total(mask[chunk.rows])


def _features_at(chunk: Chunk, field: str, part: str, rows: Ints) -> StoredFeatures:
    features = chunk.fields[field].features(part)
    mine = rows[(rows >= chunk.rows.start) & (rows < chunk.rows.stop)] - chunk.start
    return features.take(mine)
