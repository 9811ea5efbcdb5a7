"""What was learned is kept as plain arrays: the text map and the reference."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matcher.texts.features.text_map import TextMap, gelu, integer_rows
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


KERNELS = ("Nehalem", "Sandybridge", "Haswell", "SkylakeX")
MAPPED_ELSEWHERE = """
import sys
import numpy as np
from threadpoolctl import threadpool_info
from matcher.texts.features.text_map import TextMap
mapped = TextMap.of("use").transform(np.load(sys.argv[1]))
np.save(sys.argv[2], mapped)
print([each["architecture"] for each in threadpool_info() if "numpy" in each["filepath"]], TextMap.of("use").fingerprint)
"""


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="kernels of other processors are named")
def test_a_mapped_vector_has_the_same_bits_with_the_routines_of_any_processor(
    tmp_path: Path, shipped_map: TextMap
) -> None:
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    kernels = [name for name in KERNELS if name != "SkylakeX" or {"X86_V4", "AVX512_SKX"} & set(extensions)]
    vectors = unit_vectors(700)
    np.save(tmp_path / "vectors.npy", vectors)
    here, routines = shipped_map.transform(vectors), set()
    for kernel, switched_off in [*((kernel, "") for kernel in kernels), ("Nehalem", " ".join(extensions))]:
        variables = {"OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": switched_off}
        said = subprocess.run(
            [sys.executable, "-c", MAPPED_ELSEWHERE, str(tmp_path / "vectors.npy"), str(tmp_path / "mapped.npy")],
            env=os.environ | variables,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        architecture, fingerprint = said.rsplit(maxsplit=1)
        routines.add(architecture)
        assert fingerprint == shipped_map.fingerprint
        assert np.array_equal(np.load(tmp_path / "mapped.npy"), here), variables
    assert len(routines) > 1, "the variable did not choose another kernel"


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_products_of_rows_are_exact(shipped_map: TextMap, scale: float) -> None:
    # One large number among small ones, and rows along a column, come nearest to the bound on partial sums.
    random = np.random.default_rng(3)
    rows = np.concatenate(
        [random.normal(size=(99, 512)), np.eye(512)[:9], shipped_map.linear.T[:99], shipped_map.hidden.T[:99]]
    )
    rows = (scale * rows).astype(np.float32)
    whole, steps = integer_rows(rows)
    columns, _ = shipped_map._first_weights
    for integers in (whole, columns.T):
        assert np.array_equal(integers, np.rint(integers))
        assert (integers.astype(np.int64) ** 2).sum(axis=1).max() <= 2**24
    exact = whole.astype(np.int64) @ columns.astype(np.int64)
    assert np.abs(exact).max() > 2**23
    assert np.array_equal(whole @ columns, exact.astype(np.float32))
    assert np.abs(whole * steps - rows).max() <= steps.max() * 0.5001


def test_the_map_is_what_it_says_it_is(shipped_map: TextMap) -> None:
    vectors = unit_vectors(500)
    x = vectors.astype(np.float64)
    hidden = x @ shipped_map.hidden + shipped_map.hidden_offset
    hidden *= 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (hidden + 0.044715 * hidden**3)))
    expected = x @ shipped_map.linear + shipped_map.offset + hidden @ shipped_map.hidden_out
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    mapped = shipped_map.transform(vectors)
    assert np.abs(mapped - expected).max() < 0.002
    assert np.abs(mapped @ mapped.T - expected @ expected.T).max() < 0.003


def test_gelu_is_near_its_formula() -> None:
    x = np.linspace(-9, 9, 9001)
    formula = x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    error = np.abs(gelu(x.astype(np.float32)) - formula)
    assert error[np.abs(x) < 1.5].max() < 1e-6
    assert error.max() < 0.0022


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
