"""Pieces of words read word by word are those of whole texts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer

from matcher.texts.ngrams import NGRAM_BUCKETS, NGRAM_LENGTHS, ngram_presence


@given(
    written=st.lists(
        st.text() | st.sampled_from(("", "a", "Wij WIJ wij", "ΟΔΟΣ ΣΑΣ.", "x\u00a0y\u2003z", "İstanbul")), max_size=6
    )
)
def test_reading_word_by_word_gives_what_reading_whole_texts_gives(written: list[str]) -> None:
    found = ngram_presence(np.array(written, dtype=object))
    assert found.shape == (len(written), NGRAM_BUCKETS)
    assert (found.data == 1).all()
    if written:
        whole = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=NGRAM_LENGTHS,
            n_features=NGRAM_BUCKETS,
            alternate_sign=False,
            binary=True,
            norm=None,
        ).transform(written)
        assert (found != whole).nnz == 0
