"""The same cell in CSV, .xlsx, OpenDocument and Parquet says the same, or a message does."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.odd_cells import agree, odd_cells, readings


@pytest.mark.parametrize("seed", range(2))
def test_odd_cells_say_the_same_in_every_format(tmp_path: Path, seed: int) -> None:
    different = {}
    for cell in odd_cells(30, seed):
        found = readings(cell, tmp_path)
        assert len(found) > 1
        if not agree(found):
            different[cell] = found
    assert different == {}
