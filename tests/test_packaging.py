"""The wheel holds everything it needs and works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers.paths import ROOT

TOP_LEVEL = {
    "matcher",
    "data",
    "findings",
    "models",
    "notebooks",
    "tests",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "Makefile",
    "constraints.txt",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, cwd=folder)
    return next(folder.glob("matcher-*.whl"))


def test_the_wheel_runs_the_demo_elsewhere(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
        names = archive.namelist()
    assert "matcher/places/gazetteer.parquet" in names
    assert "matcher/py.typed" in names
    assert "matcher/i18n/catalogues/nl.po" in names
    code = (
        "import matcher, sys; print(matcher.__file__); from matcher.cli.app import app; app(['demo', '--out', 'out'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(target)},
    )
    assert str(target) in done.stdout.splitlines()[0]
    assert (tmp_path / "out" / "shortlist.csv").stat().st_size > 10_000


def test_the_wheel_has_every_data_file_and_card_but_no_scripts_beside_them(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("matcher/_shipped/")}
    folders = ("data/example", "models", "notebooks")
    expected = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    # What models learn from stays in the repository.
    expected = {path for path in expected if not {"lessons", ".ipynb_checkpoints"} & {*path.parts}}
    expected = {path for path in expected if path.suffix in {".csv", ".ipynb", ".md", ".npz", ".toml"}}
    assert names == {f"matcher/_shipped/{path.relative_to(ROOT).as_posix()}" for path in expected}


def test_no_pickle_is_shipped_or_loaded(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".pkl", ".pickle", ".joblib", ".pt", ".bin"))]


def test_the_checkout_keeps_to_the_agreed_top_level() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL
