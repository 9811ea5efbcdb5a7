"""Prepared texts that are kept between runs change nothing but the time."""

from __future__ import annotations

import json
import logging
import pickle
import shutil
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from matcher.compute import open_backend
from matcher.texts import kept_texts
from matcher.texts.chunks import Chunk, ChunkMaker, Chunks, ChunkSource
from matcher.texts.encoders.base import Embeddings
from matcher.texts.encoders.cache import CachedEncoder
from matcher.texts.encoders.handle import EncoderHandle
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.field_texts import FieldTexts, TextChunk
from matcher.texts.kept_texts import PREPARED_FOLDER, KeptTexts, kept_count
from matcher.texts.prepared import PreparedTexts


class Noise:
    """Vectors drawn from the digest of a text, under the default encoder's name, so that the text map is used."""

    name, revision, dimension = "use", "noise", 512

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.asked += texts
        seeds = [list(blake2b(text.encode(), digest_size=8).digest()) for text in texts]
        vectors = np.array([np.random.default_rng(seed).standard_normal(512) for seed in seeds], dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


TEXTS = [*(f"Wij koken  voor {number} buren in de wijk." for number in range(30)), None, "", "TWEE", "Wij koken  voor 1 buren in de wijk."]  # fmt: skip
DESCRIPTORS = Path("/proc/self/fd")
CHANGED = ["Wij lezen voor.", *TEXTS[1:], "Samen naar buiten."]


def run(texts: Sequence[str | None], kept: Path, spilled: Path, max_mb: int = 10) -> tuple[FieldTexts, Noise]:
    """Texts of a long list as a run reads them, and the encoder with the texts that it was asked for."""
    noise = Noise()
    maker = ChunkMaker(lambda: CachedEncoder(noise, kept, max_mb), str(spilled))
    return maker(ChunkSource(0, {"mission": texts})).fields["mission"], noise


def assert_same(chunk: FieldTexts, texts: Sequence[str | None]) -> None:
    plain = TextChunk.of(texts, Noise())
    assert chunk.digests.tobytes() == plain.digests.tobytes()
    every = np.arange(len(texts))
    for part in TEXT_PARTS:
        arrays, expected = (each.features(part).take(every).arrays for each in (chunk, plain))
        assert all(np.array_equal(arrays[label], expected[label]) for label in expected)


def test_the_same_bytes_with_what_was_kept_and_only_new_texts_are_prepared(tmp_path: Path) -> None:
    first, asked = run(TEXTS, tmp_path, tmp_path / "1")
    assert_same(first, TEXTS)
    assert len(asked.asked) == 31
    (tmp_path / "embeddings.sqlite").unlink()
    second, asked = run(CHANGED, tmp_path, tmp_path / "2")
    assert_same(second, CHANGED)
    assert sorted(asked.asked) == ["Samen naar buiten.", "Wij lezen voor."]
    assert kept_count(tmp_path)[0] == 32 + 2


@pytest.mark.parametrize(
    "file", ["keys.npy", "digests.npy", "mapped/vectors.npy", "ngrams/columns.npy", "manifest.json"]
)
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_damage_is_prepared_again(tmp_path: Path, file: str, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    run(TEXTS, tmp_path, tmp_path / "1")
    [path] = tmp_path.glob(f"{PREPARED_FOLDER}/*/*/{file}")
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        content[-1] ^= 1
        path.write_bytes(content if damage == "flipped" else content[: len(content) // 2])
    with caplog.at_level(logging.WARNING, logger="matcher"):
        again, _ = run(TEXTS, tmp_path, tmp_path / "2")
    assert_same(again, TEXTS)
    assert caplog.messages or (file, damage) == ("manifest.json", "gone")
    (tmp_path / "embeddings.sqlite").unlink()
    third, noise = run(TEXTS, tmp_path, tmp_path / "3")
    assert_same(third, TEXTS)
    assert noise.asked == []


def test_the_space_is_bounded_and_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(TEXTS, tmp_path, tmp_path / "1")
    _, size = kept_count(tmp_path)
    monkeypatch.setattr(kept_texts, "SIZE_FACTOR", 2.5 * size / 1e6)
    others = [[f"{text} {number}" for text in TEXTS] for number in range(4)]
    for number, texts in enumerate(others):
        chunk, _ = run(texts, tmp_path, tmp_path / f"of {number}", max_mb=1)
        assert_same(chunk, texts)
        assert kept_count(tmp_path)[1] <= 2.5 * size
    (tmp_path / "embeddings.sqlite").unlink()
    assert run(others[-1], tmp_path, tmp_path / "2", max_mb=1)[1].asked == []
    assert run(TEXTS, tmp_path, tmp_path / "3", max_mb=1)[1].asked


def test_many_small_segments_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_texts, "MOST_SMALL_SEGMENTS", 3)
    for number in range(6):
        run(TEXTS[: 5 * number + 1], tmp_path, tmp_path / str(number))
    (tmp_path / "embeddings.sqlite").unlink()
    chunk, noise = run(TEXTS[:26], tmp_path, tmp_path / "last")
    assert_same(chunk, TEXTS[:26])
    assert noise.asked == []
    assert len(list(tmp_path.glob(f"{PREPARED_FOLDER}/*/*/manifest.json"))) <= 4


def test_a_part_is_brought_together_when_it_is_asked_for_and_a_copy_has_all(tmp_path: Path) -> None:
    run(TEXTS, tmp_path, tmp_path / "1")
    chunk, _ = run(CHANGED, tmp_path, tmp_path / "2")
    files = tmp_path / "2" / f"{0:012d}" / "mission"
    assert not (files / "ngrams").exists()
    copied = pickle.loads(pickle.dumps(run(CHANGED, tmp_path, tmp_path / "3")[0]))
    shutil.rmtree(tmp_path / "3")
    chunk.features("ngrams")
    assert (files / "ngrams").exists()
    assert not (files / "dense").exists()
    for each in (chunk, copied):
        assert_same(each, CHANGED)


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="this system does not list a process's descriptors")
def test_mapped_files_hold_no_descriptors(tmp_path: Path) -> None:
    """A long list has thousands of them, and a process may have about a thousand descriptors."""
    chunks: list[FieldTexts] = []
    for number in range(3):
        before = len(list(DESCRIPTORS.iterdir()))
        chunks.append(run([*TEXTS, f"Nummer {number}."], tmp_path, tmp_path / str(number))[0])
        for part in TEXT_PARTS:
            chunks[-1].features(part)
        assert len(list(DESCRIPTORS.iterdir())) == before


def test_two_runs_at_once_and_one_that_was_killed(tmp_path: Path) -> None:
    found: dict[int, FieldTexts] = {}

    def work(number: int) -> None:
        found[number], _ = run(TEXTS if number % 2 else CHANGED, tmp_path, tmp_path / str(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, chunk in found.items():
        assert_same(chunk, TEXTS if number % 2 else CHANGED)
    [folder] = (tmp_path / PREPARED_FOLDER).iterdir()
    (folder / ".half").mkdir()
    (folder / ".half" / "manifest.json").write_text(json.dumps({"count": 1}))
    assert_same(run(TEXTS, tmp_path, tmp_path / "last")[0], TEXTS)


def test_texts_prepared_in_another_way_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(TEXTS, tmp_path, tmp_path / "1")
    monkeypatch.setattr(kept_texts, "CLEANING_VERSION", -1)
    store = KeptTexts(CachedEncoder(Noise(), tmp_path))
    asked: list[str] = []

    def prepare(texts: list[str]) -> PreparedTexts:
        asked.extend(texts)
        return TextChunk.of(texts, Noise()).prepared()

    store.prepared(["Wij koken  voor 1 buren in de wijk."], prepare, tmp_path / "new")
    assert len(asked) == 1


def test_the_same_bytes_on_two_workers_that_keep_in_one_folder(tmp_path: Path) -> None:
    maker = ChunkMaker(EncoderHandle(Noise(), tmp_path, 10), "")
    sources = [
        ChunkSource(0, {"mission": TEXTS}),
        ChunkSource(len(TEXTS), {"mission": CHANGED}, {"mission": ["Zorg."] * len(CHANGED)}),
    ]
    found: list[list[bytes]] = []
    with open_backend(workers=2) as backend:
        for _ in range(2):
            chunks = Chunks(backend.scatter(maker, sources), backend)
            found.append(chunks.each(content_of))
            (tmp_path / "embeddings.sqlite").unlink(missing_ok=True)
    local = ChunkMaker(EncoderHandle(Noise(), None, 0), "")
    assert found == [[content_of(local(source)) for source in sources]] * 2
    assert kept_count(tmp_path)[0] == 32 + 33


def content_of(chunk: Chunk) -> bytes:
    every = np.arange(len(chunk))
    arrays = [chunk.fields["mission"].features(part).take(every).arrays for part in TEXT_PARTS]
    return b"".join(array.tobytes() for each in arrays for array in each.values())
