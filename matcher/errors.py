"""Errors that users can cause and mend, in one family.

A message states the problem, its location, the expected value and the remedy. The command line prints it and exits with
``exit_code``; no results are written.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcher.messages import Message


class MatcherError(Exception):
    """Base class of errors that the user can mend."""

    exit_code = 2


class SettingsError(MatcherError, ValueError):
    """A setting is unknown, of the wrong type or out of bounds."""


class EncoderError(MatcherError):
    """A text encoder is not available, or returns something other than embeddings."""


class GeocoderError(MatcherError):
    """A geocoder is not available or does not answer."""


class ClusterError(MatcherError):
    """A cluster cannot be reached or used, or was lost during the run."""


class PluginError(MatcherError):
    """An extension of another package cannot be loaded or used."""


class UnknownIdError(MatcherError, KeyError):
    """An id is not in the tables."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class PreviousRunError(MatcherError):
    """The results of a previous run cannot be read for a comparison."""


class OutputError(MatcherError, OSError):
    """Results cannot be written to the requested path."""


def nearest(word: str, choices: Sequence[str]) -> str:
    """Hint ``; did you mean 'x'?`` with the choice most similar to a word, or an empty string.

    Parameters
    ----------
    word : str
        Word that is not among the choices.
    choices : sequence of str
    """
    from difflib import get_close_matches

    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1, cutoff=0.6)
    if not close:
        return ""
    original = next(choice for choice in choices if choice.casefold() == close[0])
    return Message("; did you mean '{word}'?", word=original)
