"""Arrays in files come back as they were written, and what is no array of numbers is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matcher.texts.array_files import ArrayFile, load_array


@given(arrays.arrays(st.sampled_from([np.float32, np.int64, np.int32]), arrays.array_shapes(max_dims=2, min_side=0)))
def test_arrays_come_back(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray) -> None:
    folder = tmp_path_factory.mktemp("arrays")
    np.save(folder / "saved.npy", array)
    with ArrayFile(folder / "appended.npy", array.shape, array.dtype) as file:
        for row in array:
            file.append(row)
    for name in ("saved.npy", "appended.npy"):
        np.testing.assert_array_equal(load_array(folder / name), array, strict=True)


def test_python_objects_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([None, None], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="Python objects"):
        load_array(tmp_path / "objects.npy")


def test_a_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.npy"
    np.save(path, np.arange(10))
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(TypeError):
        load_array(path)
