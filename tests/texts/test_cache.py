"""Embeddings are computed once, kept safely, and never believed when damaged."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.encoders import RememberingUse
from helpers.paths import ROOT
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from matcher import PartnerMatcher
from matcher.errors import EncoderError
from matcher.texts.encoders import embedding_file
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.encoders.cache import CachedEncoder, with_cache
from matcher.texts.encoders.embedding_file import CACHE_FILE, open_file
from matcher.texts.encoders.use import UseEncoder

WORDS = "ouderen jongeren eten taal schulden natuur muziek sport opvang zorg werk buurt dieren kunst water".split()  # noqa: SIM905
TEXTS = [f"Wij helpen {one} met {other}, week {week}." for week, one in enumerate(WORDS[:5]) for other in WORDS]


class CountingUse(RememberingUse):
    """The default encoder; it writes down what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.asked += texts
        return super().encode(texts)

    def asked_now(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


class Spread:
    """An encoder of one's own with vectors of the usual size, made from the characters of a text."""

    dimension = 512

    def __init__(self, name: str = "spread", revision: str = "1") -> None:
        self.name, self.revision = name, revision
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.asked += texts
        seeds = [sum(ord(char) * 31**place for place, char in enumerate(text)) % 2**32 for text in texts]
        vectors = np.array([np.random.default_rng(seed).normal(size=512) for seed in seeds]).reshape(-1, 512)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def real() -> CountingUse:
    return CountingUse()


@pytest.fixture
def counting(real: CountingUse) -> CountingUse:
    real.asked_now()
    return real


def connection(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / CACHE_FILE, isolation_level=None))


def kept_count(folder: Path) -> int:
    with open_file(folder) as file:
        return sum(line.count for line in file.counts())


# --- computed once -----------------------------------------------------------------------------------------------


def test_the_bytes_are_those_of_the_encoder_before_and_after_they_are_kept(
    counting: CountingUse, tmp_path: Path
) -> None:
    texts = [*TEXTS, TEXTS[3], TEXTS[0]]
    plain = counting.encode(texts).tobytes()
    counting.asked_now()
    cached = CachedEncoder(counting, tmp_path)
    assert isinstance(cached, Encoder)
    assert cached.encode(texts).tobytes() == plain
    assert sorted(counting.asked_now()) == sorted(TEXTS), "equal texts are embedded once"
    for again in (cached, CachedEncoder(counting, tmp_path)):
        assert again.encode(texts).tobytes() == plain
        assert embed(again, texts).tobytes() == plain
    assert counting.asked_now() == []


def test_one_changed_row_in_a_hundred_is_what_the_next_run_embeds(counting: CountingUse, tmp_path: Path) -> None:
    texts = [f"{text} {again}" for again in range(4) for text in TEXTS]
    CachedEncoder(counting, tmp_path).encode(texts)
    changed = [text + " Nieuw!" if row % 100 == 50 else text for row, text in enumerate(texts)]
    counting.asked_now()
    CachedEncoder(counting, tmp_path).encode(changed)
    assert sorted(counting.asked_now()) == sorted(set(changed) - set(texts))
    assert len(set(changed) - set(texts)) == len(texts) // 100


def test_no_texts_make_no_file(counting: CountingUse, tmp_path: Path) -> None:
    assert CachedEncoder(counting, tmp_path).encode([]).shape == (0, 512)
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.lists(st.text(min_size=1, max_size=8), max_size=8), max_size=5))
def test_whatever_was_asked_before_the_answer_is_the_encoders(tmp_path_factory, calls: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("kept")
    own = Spread()
    seen: set[str] = set()
    for texts in calls:
        own.asked.clear()
        assert CachedEncoder(own, folder).encode(texts).tobytes() == Spread().encode(texts).tobytes()
        assert set(own.asked) == set(texts) - seen
        seen |= set(texts)


def test_another_encoder_revision_or_cleaning_is_embedded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(encoder: Spread) -> int:
        CachedEncoder(encoder, tmp_path).encode(TEXTS[:5])
        return len(encoder.asked)

    assert asked(Spread()) == 5
    assert asked(Spread()) == 0
    assert asked(Spread(name="other")) == 5
    assert asked(Spread(revision="2")) == 5
    monkeypatch.setattr(embedding_file, "CLEANING_VERSION", embedding_file.CLEANING_VERSION + 1)
    assert asked(Spread()) == 5
    assert asked(Spread()) == 0


def test_the_texts_themselves_are_not_stored(tmp_path: Path) -> None:
    secret = "Een zin die nergens anders staat"
    CachedEncoder(Spread(), tmp_path).encode([secret])
    files = list(tmp_path.iterdir())
    assert kept_count(tmp_path) == 1
    assert all(part.encode() not in path.read_bytes() for path in files for part in secret.split() if len(part) > 3)


def test_what_is_no_embedding_is_not_kept(tmp_path: Path) -> None:
    class Broken(Spread):
        def encode(self, texts: Sequence[str]) -> Embeddings:
            return super().encode(texts) * np.float32(np.nan)

    with pytest.raises(EncoderError, match="'spread'"):
        CachedEncoder(Broken(), tmp_path).encode(TEXTS[:3])
    assert kept_count(tmp_path) == 0


def test_a_matcher_gives_the_same_with_and_without(
    counting: CountingUse, tmp_path: Path, example_units: pd.DataFrame, example_nonprofits: pd.DataFrame
) -> None:
    plain = PartnerMatcher(encoder=counting)
    keeping = PartnerMatcher(encoder=counting, cache_folder=tmp_path / "kept")
    first = plain.fit(example_nonprofits).shortlist(example_units)
    pd.testing.assert_frame_equal(first, keeping.fit(example_nonprofits).shortlist(example_units), check_exact=True)
    counting.asked_now()
    again = clone(keeping)
    assert again.cache_folder == tmp_path / "kept"
    pd.testing.assert_frame_equal(first, again.fit(example_nonprofits).shortlist(example_units), check_exact=True)
    assert counting.asked_now() == []


def test_none_is_kept_where_none_is_asked_for(tmp_path: Path) -> None:
    own = Spread()
    assert with_cache(own, None) is own
    assert with_cache(own, tmp_path, 0) is own
    cached = with_cache(own, str(tmp_path))
    assert isinstance(cached, CachedEncoder)
    assert with_cache(cached, tmp_path) is cached


# --- damage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE vectors SET vector = zeroblob(2048) WHERE id <= 3", id="zeroes"),
        pytest.param("UPDATE vectors SET vector = substr(vector, 1, 2044) WHERE id <= 3", id="cut off"),
        pytest.param("UPDATE vectors SET vector = 'a word' WHERE id <= 3", id="text"),
        pytest.param(
            "UPDATE vectors SET vector = (SELECT vector FROM vectors AS others WHERE others.id = vectors.id % 3 + 1) WHERE id <= 3",
            id="of another text",
        ),
        pytest.param("UPDATE entries SET checksum = zeroblob(8) WHERE id <= 3", id="checksum"),
        pytest.param("DELETE FROM vectors WHERE id <= 3", id="entry without a vector"),
    ],
)
def test_a_damaged_entry_is_computed_again_and_mended(tmp_path: Path, damage: str) -> None:
    expected = Spread().encode(TEXTS).tobytes()
    CachedEncoder(Spread(), tmp_path).encode(TEXTS)
    with connection(tmp_path) as raw:
        assert raw.execute(damage).rowcount == 3
    own = Spread()
    assert CachedEncoder(own, tmp_path).encode(TEXTS).tobytes() == expected
    assert len(own.asked) == 3
    assert CachedEncoder(own, tmp_path).encode(TEXTS).tobytes() == expected
    assert len(own.asked) == 3


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database, and never was" * 1000)


def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(17_000, len(data) - 100, 30_000):
        data[start : start + 100] = bytes(100)
    path.write_bytes(data)


@pytest.mark.parametrize("spoil", [_garbage, _half, _overwritten, Path.unlink])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    expected = Spread().encode(TEXTS).tobytes()
    CachedEncoder(Spread(), tmp_path).encode(TEXTS)
    spoil(tmp_path / CACHE_FILE)
    for _ in range(2):
        assert CachedEncoder(Spread(), tmp_path).encode(TEXTS).tobytes() == expected
    own = Spread()
    CachedEncoder(own, tmp_path).encode(TEXTS)
    assert own.asked == [], "what was computed again is kept again"


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    expected = Spread().encode(TEXTS[:20]).tobytes()
    CachedEncoder(Spread(), tmp_path).encode(TEXTS[:20])
    whole = (tmp_path / CACHE_FILE).read_bytes()
    random = np.random.default_rng(5)
    for place in [*range(0, 110, 5), *random.integers(0, len(whole), 60)]:
        for beside in tmp_path.glob(f"{CACHE_FILE}-*"):
            beside.unlink()
        spoiled = bytearray(whole)
        spoiled[place] ^= int(random.integers(1, 256))
        (tmp_path / CACHE_FILE).write_bytes(spoiled)
        assert CachedEncoder(Spread(), tmp_path).encode(TEXTS[:20]).tobytes() == expected, f"byte {place}"


def test_a_file_of_another_layout_is_cleared(tmp_path: Path) -> None:
    CachedEncoder(Spread(), tmp_path).encode(TEXTS)
    with connection(tmp_path) as raw:
        raw.execute("PRAGMA user_version = 99")
    own = Spread()
    CachedEncoder(own, tmp_path).encode(TEXTS[:4])
    assert len(own.asked) == 4
    assert kept_count(tmp_path) == 4


# --- bounds ------------------------------------------------------------------------------------------------------


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    often, rest = TEXTS[:20], [f"tekst {number}" for number in range(1500)]
    own = Spread()
    cached = CachedEncoder(own, tmp_path, max_mb=1)
    cached.encode(often)
    for start in range(0, len(rest), 100):
        cached.encode(rest[start : start + 100])
        cached.encode(often)
        on_disk = sum(path.stat().st_size for path in tmp_path.iterdir())
        assert (tmp_path / CACHE_FILE).stat().st_size < 1.5e6
        assert on_disk < 4e6, "the log beside it included"
    own.asked.clear()
    cached.encode(often)
    cached.encode(rest[-100:])
    assert own.asked == []
    cached.encode(rest[:100])
    assert len(own.asked) == 100
    assert 300 < kept_count(tmp_path) < 500


# --- where nothing can be kept -----------------------------------------------------------------------------------


def test_no_place_to_keep_them_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    cached = CachedEncoder(Spread(), tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert cached.encode(TEXTS).tobytes() == Spread().encode(TEXTS).tobytes()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(tmp_path / "file") in caplog.text
    assert "goes on without" in caplog.text


_SCRIPT = """
import hashlib, logging, os, resource, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests", sys.argv[1] + "/tests/texts"]
from test_cache import Spread, TEXTS, many
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.encoders.use import UseEncoder
logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
folder = Path(sys.argv[2])
"""


def script(body: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SCRIPT + body, str(ROOT), str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        # A shell that starts these tests in the background has its children ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )  # fmt: skip


def many(count: int) -> list[str]:
    return [f"{text} Groep {number}." for number in range(-(-count // len(TEXTS))) for text in TEXTS][:count]


def test_a_full_disk_is_told_once_and_the_work_goes_on(tmp_path: Path) -> None:
    body = """
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
cached = CachedEncoder(Spread(), folder)
for texts in (TEXTS, many(400), TEXTS):
    assert cached.encode(texts).tobytes() == Spread().encode(texts).tobytes()
"""
    process = script(body, tmp_path)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert len(err.strip().splitlines()) == 1
    assert "goes on without" in err
    assert CachedEncoder(Spread(), tmp_path).encode(TEXTS).tobytes() == Spread().encode(TEXTS).tobytes()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of another kind")
def test_a_folder_that_may_not_be_written_to_is_read(tmp_path: Path) -> None:
    CachedEncoder(Spread(), tmp_path).encode(TEXTS)
    for path in [*tmp_path.iterdir(), tmp_path]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    temporary = Path(tempfile.gettempdir())
    for parent in tmp_path.parents:
        if temporary in parent.parents:  # however deep the folders of this run of tests lie
            parent.chmod(parent.stat().st_mode | 0o055)
    body = """
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
own = Spread()
cached = CachedEncoder(own, folder)
assert cached.encode(TEXTS).tobytes() == Spread().encode(TEXTS).tobytes()
assert cached.encode(many(100)).tobytes() == Spread().encode(many(100)).tobytes()
sys.stdout.write(str(len(own.asked)))
"""
    process = script(body, tmp_path)
    out, err = process.communicate(timeout=120)
    tmp_path.chmod(0o755)
    assert process.returncode == 0, err
    assert out == "100", "what is kept is read all the same"
    assert len(err.strip().splitlines()) == 1
    assert "goes on without" in err


# --- several at once, and broken off -----------------------------------------------------------------------------


def test_processes_at_once_from_an_empty_folder(tmp_path: Path) -> None:
    body = """
for start in range(0, 600, 100):
    texts = many(600)[start:] + many(600)[:start]
    assert CachedEncoder(Spread(), folder).encode(texts).tobytes() == Spread().encode(texts).tobytes()
"""
    folder = tmp_path / "new" / "folder"
    processes = [script(body, folder) for _ in range(3)]
    for process in processes:
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert err == ""
    assert kept_count(folder) == 600
    own = Spread()
    assert CachedEncoder(own, folder).encode(many(600)).tobytes() == Spread().encode(many(600)).tobytes()
    assert own.asked == []
    with connection(folder) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_threads_at_once(tmp_path: Path) -> None:
    cached = CachedEncoder(Spread(), tmp_path)
    expected = Spread().encode(many(300)).tobytes()
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(cached.encode(many(300)).tobytes())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_broken_off_keeps_what_it_has_embedded(
    counting: CountingUse, tmp_path: Path, end: signal.Signals
) -> None:
    texts = many(1500)
    process = script("CachedEncoder(UseEncoder(), folder).encode(many(1500))", tmp_path)
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        if (tmp_path / CACHE_FILE).exists() and kept_count(tmp_path) > 0:
            break
        time.sleep(0.01)
    process.send_signal(end)
    process.communicate(timeout=60)
    assert process.returncode != 0, "it was not done yet"
    kept = kept_count(tmp_path)
    assert 0 < kept < len(texts)
    vectors = CachedEncoder(counting, tmp_path).encode(texts)
    assert len(counting.asked_now()) == len(texts) - kept
    assert vectors[::200].tobytes() == UseEncoder().encode(texts[::200]).tobytes()
