"""Errors that users can cause and mend, in one family.

A message states the problem, its location, the expected value and the remedy. The command line prints it and exits with
``exit_code``; no results are written.
"""

from __future__ import annotations

import errno
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


_NO_RIGHTS = Message("you have no rights there")
_FULL = Message("the disk is full")
_REASONS = {
    errno.ENOENT: Message("there is no such file or folder"),
    errno.EACCES: _NO_RIGHTS,
    errno.EPERM: _NO_RIGHTS,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EEXIST: Message("it is there already"),
    errno.ENOTDIR: Message("a part of the path is a file, not a folder"),
    errno.EISDIR: Message("it is a folder, not a file"),
    errno.EROFS: Message("nothing can be written there"),
    errno.EBUSY: Message("it is in use"),
    errno.ENAMETOOLONG: Message("the name is too long"),
    errno.EIO: Message("the disk cannot be read or written"),
    errno.ENOMEM: Message("there is too little memory"),
    errno.EMFILE: Message("too many files are open"),
    errno.ECONNREFUSED: Message("nothing answers there"),
}


def system_reason(error: OSError) -> str:
    """Reason of the system for an error, in words that can be translated; its own words where it is a rare one.

    Examples
    --------
    >>> system_reason(FileNotFoundError(2, "No such file or directory"))
    'there is no such file or folder'
    """
    return _REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__


_LIKE_WORD = 0.65
"""Least similarity of a word that is suggested, as difflib measures it."""


def nearest(word: str, choices: Sequence[str]) -> str:
    """Hint ``; did you mean 'x'?`` with the choice most similar to a word, or an empty string.

    Parameters
    ----------
    word : str
        Word that is not among the choices.
    choices : sequence of str
    """
    from difflib import get_close_matches

    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1, cutoff=_LIKE_WORD)
    if not close:
        return ""
    original = next(choice for choice in choices if choice.casefold() == close[0])
    return Message("; did you mean '{word}'?", word=original)
