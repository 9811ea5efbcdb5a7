"""A progress bar on a terminal, after two seconds, and nowhere else."""

from __future__ import annotations

import io

import pytest

from matcher import progress
from matcher.progress import track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in place of stderr; in the test itself, since pytest sets its own before each phase."""
    upper_bounds = Terminal()
    monkeypatch.setattr("sys.stderr", upper_bounds)
    return upper_bounds


def test_long_work_on_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    assert list(track([1, 2, 3], "Reading texts")) == [1, 2, 3]
    assert "Reading texts" in terminal.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    assert list(track([1, 2, 3], "Reading texts")) == [1, 2, 3]
    assert terminal.getvalue() == ""


def test_nobody_looking_nothing_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    assert list(track(iter([1, 2]), "Reading texts")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_work_that_stops_half_way_takes_its_bar_along(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    for item in track(range(5), "Reading texts"):
        if item == 2:
            break
    assert "Reading texts" in terminal.getvalue()
