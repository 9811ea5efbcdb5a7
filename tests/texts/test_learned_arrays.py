"""What was learned is kept as plain arrays: the text map and the reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matcher.texts.features.text_map import TextMap
from matcher.texts.similarity.reference import Reference


@pytest.fixture(scope="module")
def shipped_map() -> TextMap:
    found = TextMap.of("use")
    assert found is not None, "a map is shipped for the default encoder"
    return found


def unit_vectors(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 512)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_mapped_vector_depends_on_its_own_row_alone_to_the_bit(shipped_map: TextMap) -> None:
    vectors = unit_vectors(5000)
    whole = shipped_map.transform(vectors)
    assert np.linalg.norm(whole, axis=1) == pytest.approx(np.ones(5000), abs=1e-5)
    order = np.random.default_rng(1).permutation(5000)
    assert np.array_equal(shipped_map.transform(vectors[order]), whole[order])
    assert np.array_equal(shipped_map.transform(vectors[17:18]), whole[17:18])


def test_an_unknown_text_stays_unknown(shipped_map: TextMap) -> None:
    vectors = unit_vectors(3)
    vectors[1] = 0
    assert not shipped_map.transform(vectors)[1].any()
    assert shipped_map.transform(vectors[:0]).shape == (0, shipped_map.linear.shape[1])


def test_a_map_comes_back_as_it_was_saved(tmp_path: Path, shipped_map: TextMap) -> None:
    shipped_map.save(tmp_path / "map.npz")
    again = TextMap.load(tmp_path / "map.npz")
    assert np.array_equal(again.transform(unit_vectors(9)), shipped_map.transform(unit_vectors(9)))
    assert TextMap.of("no-such-encoder") is None


def test_a_reference_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    own = Reference(
        {"dense": np.random.default_rng(0).normal(size=7)}, ("dense", "ngrams"), np.array([[4.0, 1], [1, 9]])
    )
    own.save(tmp_path / "reference.npz")
    again = Reference.load(tmp_path / "reference.npz")
    assert again.centres["dense"] == pytest.approx(own.centres["dense"], rel=1e-6)  # kept in single precision
    assert again.parts == own.parts
    assert np.array_equal(again.covariance, own.covariance)
    assert own.deviation({"dense": 1.0}) == 2
    assert own.deviation({"dense": 0.5, "ngrams": 0.5}) == pytest.approx(np.sqrt((4 + 9 + 2) / 4))


def test_the_shipped_reference_fits_its_encoder() -> None:
    found = Reference.of("use")
    assert found is not None
    assert found.centres["dense"].shape == (512,)
    assert found.parts == ("dense", "mapped", "ngrams")
    assert (np.sqrt(np.diag(found.covariance)) > 0.005).all()
    assert Reference.of("no-such-encoder") is None
    assert Reference.of(str(Path("/no/such/folder"))) is None


@pytest.mark.parametrize("kind", [TextMap, Reference])
def test_no_pickle_is_read(tmp_path: Path, kind: type[TextMap] | type[Reference]) -> None:
    names = [*TextMap.__dataclass_fields__, "parts", "covariance", "centre_dense"]
    np.savez(tmp_path / "arrays.npz", **{name: np.array([{"a": 1}], dtype=object) for name in names})
    with pytest.raises(ValueError, match="pickle"):
        kind.load(tmp_path / "arrays.npz")
