"""A progress bar on a terminal, after two seconds, and nowhere else."""

from __future__ import annotations

import io

import pytest

from matcher import progress
from matcher.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *, delay: float, terminal: bool = True, nested: bool = False) -> str:
    """Text on stderr after three items; stderr is replaced in the test itself, since pytest sets its own before it."""
    stderr = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr(progress, "DELAY_SECONDS", delay)
    with progress_bar(3, "Reading texts") as advance:
        for _ in range(3):
            if nested:
                with progress_bar(1, "Inner") as inner:
                    inner(1)
            advance(1)
    return stderr.getvalue()


def test_long_work_on_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Reading texts" in shown(monkeypatch, delay=0.0)


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, delay=2.0) == ""


def test_without_a_terminal_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, delay=0.0, terminal=False) == ""


def test_only_the_outermost_bar_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, delay=0.0, nested=True)
    assert "Reading texts" in text
    assert "Inner" not in text


def test_an_error_leaves_no_bar_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    with pytest.raises(ZeroDivisionError), progress_bar(3, "Reading texts") as advance:
        advance(1 // 0)
    assert "Reading texts" in shown(monkeypatch, delay=0.0)
