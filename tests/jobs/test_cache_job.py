"""`matcher cache`: what is kept between runs is shown, and cleared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers.paths import EXAMPLE
from typer.testing import CliRunner, Result

from matcher.cli.app import app
from matcher.errors import OutputError
from matcher.jobs.cache import CacheItem, cache_contents, clear_cache
from matcher.jobs.kept_runs import RUNS_FOLDER
from matcher.places.geocoders.base import ANSWERS_FILE
from matcher.settings import Settings
from matcher.texts.encoders.embedding_file import CACHE_FILE
from matcher.texts.encoders.use import UseEncoder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def match(out: Path, *options: str | Path) -> dict[str, bytes]:
    result = run("match", EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv", "--formats", "csv", "--out", out, *options)
    assert result.exit_code == 0
    return {path.name: path.read_bytes() for path in out.glob("*.csv")}


def test_a_run_fills_it_and_the_results_are_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    Settings.from_mapping({"cache": {"max_mb": 0}}).to_toml(tmp_path / "none.toml")
    without = match(tmp_path / "1", "--settings", tmp_path / "none.toml")
    assert not folder.exists()
    assert "Nothing is kept" in run("cache").stdout
    assert match(tmp_path / "2") == without
    assert match(tmp_path / "3") == without
    assert match(tmp_path / "4", "--recompute") == without
    line, runs = cache_contents(folder).items
    assert (line.content, line.source) == ("embeddings", f"use {UseEncoder().revision}")
    assert line.count > 300
    assert (runs.content, runs.count) == ("runs", 1)
    shown = run("cache").stdout
    assert f"{line.count} embeddings" in shown
    assert str(folder) in shown


def test_it_is_cleared(folder: Path, tmp_path: Path) -> None:
    match(tmp_path / "1")
    with closing(sqlite3.connect(folder / ANSWERS_FILE)) as answers:
        answers.execute("CREATE TABLE answers (geocoder TEXT, query TEXT, answer TEXT)")
        answers.executemany("INSERT INTO answers VALUES ('nominatim', ?, '[52, 5]')", [("Zwolle",), ("Kampen",)])
        answers.commit()
    assert cache_contents(folder).items[1] == CacheItem("places", "nominatim", 2)
    before = cache_contents(folder).size_bytes
    assert "Cleared" in run("cache", "--clear").stdout
    assert cache_contents(folder).items == ()
    assert cache_contents(folder).size_bytes < before / 4
    assert not (folder / RUNS_FOLDER).exists()
    assert b"Kampen" not in (folder / ANSWERS_FILE).read_bytes(), "addresses that were asked for are gone"
    assert "Nothing is kept" in run("cache", "--clear").stdout


def test_a_damaged_file_can_be_looked_at_and_cleared(folder: Path) -> None:
    folder.mkdir()
    (folder / CACHE_FILE).write_bytes(b"no database" * 500)
    assert cache_contents(folder).items == ()
    (folder / CACHE_FILE).write_bytes(b"no database" * 500)
    assert clear_cache(folder).items == ()


def test_what_cannot_be_read_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / ANSWERS_FILE).write_bytes(b"no database" * 500)
    with pytest.raises(OutputError, match=r"cannot be read or cleared .*delete the folder"):
        cache_contents(folder)
    result = run("cache")
    assert result.exit_code == 2
    assert str(folder) in result.stderr
