"""Pieces of words: which ones stand in a text."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

NGRAM_LENGTHS = (4, 5)
NGRAM_BUCKETS = 2**20
"""Columns that n-grams are hashed to: some hundred thousand distinct ones make a large pool, so few share one."""


def ngram_presence(texts: npt.NDArray[Any]) -> sparse.csr_matrix:
    """Return which n-grams stand in each text, shape (n, NGRAM_BUCKETS), 1.0 or nothing.

    An n-gram never crosses a blank, so a text has those of its words: each distinct word is cut and hashed once, and
    the words of a text joined. Same columns as cutting whole texts, many times quicker for a large pool.
    """
    if not len(texts):
        return sparse.csr_matrix((0, NGRAM_BUCKETS))
    places: dict[str, int] = {}
    words: list[int] = []
    ends = [0]
    for text in texts:
        words += [places.setdefault(word, len(places)) for word in set(str(text).lower().split())]
        ends.append(len(words))
    of_words = _ngrams_of_words(list(places))
    # int32 holds the number of words of a pool; the product counts how many words of a text have an n-gram.
    has_words = sparse.csr_matrix(
        (np.ones(len(words)), np.array(words, dtype=np.int32), np.array(ends, dtype=np.int32)),
        shape=(len(ends) - 1, len(places)),
    )
    presence = sparse.csr_matrix(has_words @ of_words)
    presence.data[:] = 1.0
    presence.sort_indices()
    return presence


def _ngrams_of_words(words: list[str]) -> sparse.csr_matrix:
    """Return the n-grams of each word, blanks at its ends among them, shape (k, NGRAM_BUCKETS)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    reader = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=NGRAM_LENGTHS,
        n_features=NGRAM_BUCKETS,
        lowercase=False,
        alternate_sign=False,
        binary=True,
        norm=None,
        dtype=np.float64,
    )
    return reader.transform(words) if words else sparse.csr_matrix((0, NGRAM_BUCKETS))
