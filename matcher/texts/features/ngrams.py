"""Character n-grams of texts, hashed to buckets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

NGRAM_VERSION = 1
"""To be raised when the n-grams of a text or their buckets change, since they are kept between runs."""
NGRAM_LENGTHS = (4, 5)
NGRAM_BITS = 20
NGRAM_BUCKETS = 2**NGRAM_BITS
"""Buckets of the hash: a large pool has some hundred thousand distinct n-grams, so collisions are few."""

_SHORTEST = 3  # a word of one character between its blanks counts as an n-gram
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, which spreads neighbouring characters
# A 32-bit key, the fastest to sort, then holds the position of the text and the bucket.
_TEXTS_AT_ONCE = 2 ** (32 - NGRAM_BITS)

Buckets = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]


def ngram_presence(texts: npt.NDArray[Any]) -> sparse.csr_matrix:
    """Presence of n-grams in texts.

    N-grams do not cross blanks, so each distinct word is split and hashed once. Words are lower-cased and padded with
    a blank at both ends; a word too short for an n-gram counts as one.

    Parameters
    ----------
    texts : ndarray of str, shape (n,)

    Returns
    -------
    csr_matrix of shape (n, NGRAM_BUCKETS), int8
        Stored ones, with sorted columns.
    """
    words, counts, vocabulary = _words(texts)
    buckets, starts = _ngrams_of_words(vocabulary)
    ends = np.concatenate([[0], np.cumsum(counts)])
    columns = [np.zeros(0, dtype=np.int32)]
    sizes = [np.zeros(1, dtype=np.int64)]
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        last = min(first + _TEXTS_AT_ONCE, len(texts))
        found, size = _joined(words[ends[first] : ends[last]], counts[first:last], buckets, starts)
        columns.append(found)
        sizes.append(size)
    indices, offsets = np.concatenate(columns), np.cumsum(np.concatenate(sizes))
    presence = sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.int8), indices, offsets), shape=(len(texts), NGRAM_BUCKETS)
    )
    presence.has_canonical_format = True
    return presence


def _words(texts: npt.NDArray[Any]) -> tuple[Ints, Ints, list[str]]:
    """Numbers of the distinct words of each text, concatenated, how many each has, shape (n,), and the words."""
    import pyarrow as pa  # here, since a run that is kept cuts no texts
    import pyarrow.compute as pc

    # As bytes, in which a lone surrogate is a character like any other.
    lowered = [" ".join(str(text).lower().split()).encode("utf-8", "surrogatepass") for text in texts]
    split = pc.split_pattern(pa.array(lowered, type=pa.large_binary()), b" ")
    encoded = split.flatten().dictionary_encode()
    of_text = np.repeat(np.arange(len(texts), dtype=np.uint64), np.diff(split.offsets.to_numpy()))
    keys = _distinct((of_text << np.uint64(32)) | encoded.indices.to_numpy().astype(np.uint64))
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(texts))
    words = (keys & np.uint64(2**32 - 1)).astype(np.int64)
    return words, counts, [word.decode("utf-8", "surrogatepass") for word in encoded.dictionary.to_pylist()]


def _distinct(keys: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Distinct keys in ascending order; the array is sorted in place."""
    keys.sort()
    is_new = np.empty(len(keys), dtype=bool)
    is_new[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
    return keys[is_new]


def _joined(words: Ints, counts: Ints, buckets: Buckets, starts: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
    """Distinct sorted buckets of each text, concatenated, shape (n,), and their number for each text, shape (k,).

    Parameters
    ----------
    words : ndarray of int64
        Numbers of the words of the texts, concatenated.
    counts : ndarray of shape (k,), int64
        Number of words of each text.
    buckets, starts : ndarray
        From :func:`_ngrams_of_words`.
    """
    n_ngrams = starts[words + 1] - starts[words]
    before = np.concatenate([[0], np.cumsum(n_ngrams)])
    # N-gram i of the concatenation is number i - before of its word.
    positions = np.repeat(starts[words] - before[:-1], n_ngrams)
    positions += np.arange(before[-1])
    keys = np.take(buckets, positions)
    of_text = np.arange(len(counts), dtype=np.uint32) << np.uint32(NGRAM_BITS)
    keys |= np.repeat(of_text, np.diff(before[np.concatenate([[0], np.cumsum(counts)])]))
    keys = _distinct(keys)
    bounds = np.concatenate([np.searchsorted(keys, of_text), [len(keys)]])
    keys &= np.uint32(NGRAM_BUCKETS - 1)
    return keys.view(np.int32), np.diff(bounds)


def _ngrams_of_words(words: Sequence[str]) -> tuple[Buckets, Ints]:
    """Buckets of the n-grams of the words, concatenated, and the offsets of the words, shape (n_words + 1,).

    The hash is a polynomial over the code points modulo 2**64, folded and multiplied once more; its highest bits are
    the bucket (multiplicative hashing: Knuth, *The Art of Computer Programming*, volume 3, section 6.4).
    """
    padded = [f" {word} " for word in words]
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    # A lone surrogate counts as a character like any other.
    written = "".join(padded).encode("utf-32-le", "surrogatepass")
    longest = max(NGRAM_LENGTHS)
    # Zeros after the last word complete its last n-grams, which are masked below.
    points = np.zeros(len(written) // 4 + longest, dtype=np.uint64)
    points[: len(points) - longest] = np.frombuffer(written, dtype="<u4")
    ends = np.cumsum(lengths)
    size = int(lengths.sum())
    word_length = np.repeat(lengths, lengths)
    left = np.repeat(ends, lengths) - np.arange(size)
    is_ngram = np.empty((size, len(NGRAM_LENGTHS) + 1), dtype=bool)
    hashed = np.empty(is_ngram.shape, dtype=np.uint32)
    state = np.zeros(size, dtype=np.uint64)
    for position in range(longest):
        state = (state + points[position : position + size] + np.uint64(1)) * _MULTIPLIER
        length = position + 1
        if length < _SHORTEST:
            continue
        column = length - _SHORTEST
        is_ngram[:, column] = (left >= length) if length > _SHORTEST else (word_length == _SHORTEST) & (left == length)
        hashed[:, column] = ((state ^ (state >> np.uint64(32))) * _MULTIPLIER) >> np.uint64(64 - NGRAM_BITS)
    per_word = np.concatenate([[0], np.cumsum(is_ngram.sum(axis=1))])
    return hashed[is_ngram], per_word[np.concatenate([[0], ends])]
