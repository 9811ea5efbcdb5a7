"""Every error a user can cause, in one family, each with its exit code.

A message says what was wrong, where, what was expected and what to do. The command line prints it and leaves
with ``exit_code``; nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.tables.problems import Problem


class MatcherError(Exception):
    """Base class: something the user can mend."""

    exit_code = 2


class SettingsError(MatcherError, ValueError):
    """A setting is unknown, of the wrong kind or out of bounds."""


class TableError(MatcherError, ValueError):
    """One or more input tables have errors.

    Attributes
    ----------
    problems : tuple of Problem
        Every error and warning found, in every file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.is_error]
        noun = "error" if len(errors) == 1 else "errors"
        lines = "\n".join(f"  {problem}" for problem in errors)
        super().__init__(f"{len(errors)} {noun} in the input:\n{lines}")


class EncoderError(MatcherError):
    """A text encoder is not to be had, or gives something that is no embedding."""


class GeocoderError(MatcherError):
    """A geocoder is not to be had or does not answer."""


class ClusterError(MatcherError):
    """A cluster cannot be reached or used, or was lost in the middle of the work."""


class PluginError(MatcherError):
    """An extension of another package cannot be loaded or used."""


class UnknownIdError(MatcherError, KeyError):
    """A unit or nonprofit was named that is not in the tables."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class PreviousRunError(MatcherError):
    """The results of an earlier run cannot be compared with."""


class OutputError(MatcherError, OSError):
    """Results cannot be written where they were asked for."""


def nearest(word: str, choices: Sequence[str]) -> str:
    """Return ``; did you mean 'x'?`` for the choice most like a word, or an empty string."""
    from difflib import get_close_matches

    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1, cutoff=0.6)
    if not close:
        return ""
    original = next(choice for choice in choices if choice.casefold() == close[0])
    return f"; did you mean '{original}'?"
