"""Pieces of words: cut as scikit-learn cuts whole texts, hashed by a formula that is the same everywhere."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from matcher.texts.features import ngrams
from matcher.texts.features.ngrams import NGRAM_BUCKETS, NGRAM_LENGTHS, ngram_presence

CUT = CountVectorizer(analyzer="char_wb", ngram_range=NGRAM_LENGTHS).build_analyzer()
TEXTS = st.text() | st.sampled_from(
    ("", "a", "ab", "abc", "abcd", "nananana nana", "Wij WIJ wij", "ΟΔΟΣ ΣΑΣ.", "x\u00a0y\u2003z", "İstanbul", "👩‍🌾🇳🇱")
)


def bucket(ngram: str) -> int:
    """Return the bucket of an n-gram, in whole numbers without end."""
    multiplier, size, state = 0x9E3779B97F4A7C15, 2**64, 0
    for character in ngram:
        state = (state + ord(character) + 1) * multiplier % size
    return (state ^ (state >> 32)) * multiplier % size * NGRAM_BUCKETS // size


@given(written=st.lists(TEXTS, max_size=6))
def test_a_text_has_the_buckets_of_its_pieces(written: list[str]) -> None:
    found = ngram_presence(np.array(written, dtype=object))
    assert found.shape == (len(written), NGRAM_BUCKETS)
    assert (found.data == 1).all()
    for row, text in enumerate(written):
        ngrams = found.indices[found.indptr[row] : found.indptr[row + 1]]
        assert ngrams.tolist() == sorted({bucket(ngram) for ngram in CUT(text)})


def test_rows_are_the_same_however_many_are_read_at_once() -> None:
    written = [f"tekst {number} over {'taal ' * (number % 3)}" for number in range(2 * ngrams._TEXTS_AT_ONCE + 3)]
    together = ngram_presence(np.array(written, dtype=object))
    assert together.shape[0] == len(written)
    for row in (0, ngrams._TEXTS_AT_ONCE - 1, ngrams._TEXTS_AT_ONCE, len(written) - 1):
        alone = ngram_presence(np.array(written[row : row + 1], dtype=object))
        assert alone.nnz
        assert (together[row] != alone).nnz == 0


def test_half_a_surrogate_pair_is_a_character_like_any_other() -> None:
    assert ngram_presence(np.array(["ab\ud83d"], dtype=object)).nnz == 3


def test_like_pieces_spread_over_the_buckets() -> None:
    """As many buckets are hit as by chance, although the n-grams differ in one letter only."""
    words = ["".join(letters) for letters in itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=3)]
    found = ngram_presence(np.array([" ".join(words)], dtype=object))
    distinct = {ngram for word in words for ngram in CUT(word)}
    by_chance = NGRAM_BUCKETS * -np.expm1(-len(distinct) / NGRAM_BUCKETS)
    assert abs(found.nnz - by_chance) < 0.005 * by_chance
