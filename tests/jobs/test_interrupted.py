"""A run that is killed at any moment: results absent or whole, the embeddings paid for kept."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matcher.jobs.matching import example_files
from matcher.jobs.running import RUN_FILE

MOMENTS = 10


def command(out: Path, tmp_path: Path) -> tuple[list[str], dict[str, str]]:
    files = example_files()
    settings = tmp_path / "settings.toml"
    settings.write_text('[gates]\nas_of = "2026-11-01"\n', encoding="utf-8")
    return (
        [sys.executable, "-m", "matcher", "match", str(files["units"]), str(files["nonprofits"]),
         "--partnerships", str(files["partnerships"]), "--settings", str(settings),
         "--formats", "csv", "--out", str(out)],
        {**os.environ, "MATCHER_CACHE": str(tmp_path / "cache")},
    )  # fmt: skip


def run_whole(out: Path, tmp_path: Path) -> float:
    arguments, environment = command(out, tmp_path)
    started = time.monotonic()
    subprocess.run(arguments, env=environment, check=True, capture_output=True, timeout=300)
    return time.monotonic() - started


def files_of(out: Path) -> dict[str, bytes]:
    """All files of a folder by name, hidden ones too; the record of the run without its seconds."""
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    if RUN_FILE in found:
        record = json.loads(found[RUN_FILE])
        record.pop("seconds")
        found[RUN_FILE] = json.dumps(record).encode()
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Path, float]:
    """What a run writes that nobody breaks off; how long it takes with its embeddings kept."""
    folder = tmp_path_factory.mktemp("whole")
    run_whole(folder / "out", folder)
    seconds = run_whole(folder / "again", folder)
    assert files_of(folder / "again") == files_of(folder / "out")
    return files_of(folder / "out"), folder, seconds


def test_a_run_killed_at_ten_moments_leaves_results_absent_or_whole(
    whole: tuple[dict[str, bytes], Path, float], tmp_path: Path
) -> None:
    expected, _, seconds = whole
    moments = random.Random(7)
    killed = 0
    for number in range(MOMENTS):
        out = tmp_path / f"out{number}"
        arguments, environment = command(out, tmp_path)
        process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The last fifth most of all: that is where the files are written.
        share = moments.uniform(0.2, 1.0) if number % 2 else moments.uniform(0.8, 1.05)
        try:
            process.wait(timeout=share * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.wait()
        found = files_of(out) if out.exists() else {}
        shown = {name: data for name, data in found.items() if not Path(name).parts[0].startswith(".")}
        assert shown in ({}, expected), sorted(set(shown) ^ set(expected))
    assert killed >= MOMENTS // 2
    out = tmp_path / "last"
    run_whole(out, tmp_path)
    assert files_of(out) == expected


def test_a_run_killed_over_older_results_leaves_the_old_or_the_new_ones(
    whole: tuple[dict[str, bytes], Path, float], tmp_path: Path
) -> None:
    expected, _, seconds = whole
    out = tmp_path / "out"
    run_whole(out, tmp_path)
    moments = random.Random(8)
    for _ in range(3):
        arguments, environment = command(out, tmp_path)
        process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=moments.uniform(0.7, 1.0) * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        shown = {name: data for name, data in files_of(out).items() if not Path(name).parts[0].startswith(".")}
        if RUN_FILE in shown:
            assert shown == expected
        else:  # the record goes first and comes last: without it nobody takes the others for whole results
            assert shown.items() <= expected.items()
