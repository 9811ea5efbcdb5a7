"""The committed notebooks: with outputs, small, and without paths of a machine. `make test` also runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.commands import run

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST_KB = 700


def test_there_are_five() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_with_its_outputs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    notebook: dict[str, Any] = json.loads(text)
    outputs = [output for cell in notebook["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    assert any("image/png" in output.get("data", {}) for output in outputs), "a chart that a code host can show"
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert path.stat().st_size < LARGEST_KB * 1024
    for path_start in ("/home/", "/root/", "/tmp/", "/work/", "/Users/", "C:\\\\Users"):
        assert path_start not in text


def test_the_command_writes_them_and_never_over_changed_ones(tmp_path: Path) -> None:
    run("notebooks", "--out", tmp_path / "mine")
    written = {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    assert written == {path.name: path.read_bytes() for path in NOTEBOOKS}
    again = run("notebooks", "--out", tmp_path / "mine")
    assert again.exit_code == 2
    assert "1_first_shortlist.ipynb is there already and is not written over" in again.output
