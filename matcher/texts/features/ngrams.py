"""Pieces of words: which ones stand in a text."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

NGRAM_LENGTHS = (4, 5)
NGRAM_BITS = 20
NGRAM_BUCKETS = 2**NGRAM_BITS
"""Columns that n-grams are hashed to: some hundred thousand distinct ones make a large pool, so few share one."""

_SHORTEST = 3  # a word of one character between its blanks: it is a piece of its own
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads characters that lie close together
# So many texts are read at once that a key of 32 bits holds the text beside the bucket: short keys sort fastest.
_TEXTS_AT_ONCE = 2 ** (32 - NGRAM_BITS)

Buckets = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]


def ngram_presence(texts: npt.NDArray[Any]) -> sparse.csr_matrix:
    """Return which n-grams stand in each text.

    An n-gram never crosses a blank, so a text has those of its words: each distinct word is cut and hashed once, and
    those of a text's words are joined. Letters count in lower case; a blank stands at both ends of a word. A word too
    short for an n-gram is one piece, whole.

    Parameters
    ----------
    texts : ndarray of str, shape (n,)

    Returns
    -------
    csr_matrix of shape (n, NGRAM_BUCKETS), int8
        1 or nothing, columns in order.
    """
    # A word that is not there yet gets the next number.
    numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    words: list[int] = []
    counts: list[int] = []
    for text in texts:
        of_text = set(str(text).lower().split())
        counts.append(len(of_text))
        words.extend(map(numbers.__getitem__, of_text))
    buckets, starts = _ngrams_of_words(list(numbers))
    words_of_texts, words_a_text = np.array(words, dtype=np.int64), np.array(counts, dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(words_a_text)])
    columns = [np.zeros(0, dtype=np.int32)]
    sizes = [np.zeros(1, dtype=np.int64)]
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        last = min(first + _TEXTS_AT_ONCE, len(texts))
        found, size = _joined(words_of_texts[ends[first] : ends[last]], words_a_text[first:last], buckets, starts)
        columns.append(found)
        sizes.append(size)
    indices, offsets = np.concatenate(columns), np.cumsum(np.concatenate(sizes))
    presence = sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.int8), indices, offsets), shape=(len(texts), NGRAM_BUCKETS)
    )
    presence.has_canonical_format = True
    return presence


def _joined(words: Ints, counts: Ints, buckets: Buckets, starts: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return the distinct buckets of each text, in order and end to end, and how many each text has.

    Parameters
    ----------
    words : ndarray of int64
        The words of the texts, end to end.
    counts : ndarray of shape (k,), int64
        How many words each text has.
    buckets, starts : ndarray
        As :func:`_ngrams_of_words` returns them.
    """
    pieces = starts[words + 1] - starts[words]
    before = np.concatenate([[0], np.cumsum(pieces)])
    # The n-th piece of all is the (n - before)-th of its word.
    positions = np.arange(before[-1]) + np.repeat(starts[words] - before[:-1], pieces)
    of_text = np.repeat(np.repeat(np.arange(len(counts), dtype=np.uint32), counts), pieces)
    keys = (of_text << np.uint32(NGRAM_BITS)) | buckets[positions]
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    found = (keys & np.uint32(NGRAM_BUCKETS - 1)).astype(np.int32)
    return found, np.bincount(keys >> np.uint32(NGRAM_BITS), minlength=len(counts)).astype(np.int64)


def _ngrams_of_words(words: Sequence[str]) -> tuple[Buckets, Ints]:
    """Return the buckets of the n-grams of each word, end to end, and where those of each word start (and end).

    The hash is a polynomial over the code points modulo 2**64, folded and multiplied once more, of which the highest
    bits count (multiplicative hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4).
    """
    padded = [f" {word} " for word in words]
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    # Text may hold half a surrogate pair: it is a character like any other here.
    written = "".join(padded).encode("utf-32-le", "surrogatepass")
    longest = max(NGRAM_LENGTHS)
    # Behind the last word stand as many zeros as its last piece lacks: they are masked below.
    points = np.zeros(len(written) // 4 + longest, dtype=np.uint64)
    points[: len(points) - longest] = np.frombuffer(written, dtype="<u4")
    ends = np.cumsum(lengths)
    size = int(lengths.sum())
    word_length = np.repeat(lengths, lengths)
    left = np.repeat(ends, lengths) - np.arange(size)
    is_piece = np.empty((size, len(NGRAM_LENGTHS) + 1), dtype=bool)
    hashed = np.empty(is_piece.shape, dtype=np.uint32)
    state = np.zeros(size, dtype=np.uint64)
    for place in range(longest):
        state = (state + points[place : place + size] + np.uint64(1)) * _MULTIPLIER
        length = place + 1
        if length < _SHORTEST:
            continue
        column = length - _SHORTEST
        is_piece[:, column] = (left >= length) if length > _SHORTEST else (word_length == _SHORTEST) & (left == length)
        hashed[:, column] = ((state ^ (state >> np.uint64(32))) * _MULTIPLIER) >> np.uint64(64 - NGRAM_BITS)
    per_word = np.concatenate([[0], np.cumsum(is_piece.sum(axis=1))])
    return hashed[is_piece], per_word[np.concatenate([[0], ends])]
