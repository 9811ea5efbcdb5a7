"""Clean a text before it is embedded."""

from __future__ import annotations

import unicodedata

CLEANING_VERSION = 2
"""Part of every key of a stored embedding: raise it when :func:`clean_text` gives other texts."""

_SHOUTING_SHARE = 0.7
_SHOUTING_LETTERS = 12


def clean_text(text: str) -> str:
    r"""Return a text in Unicode NFC, on one line, with single spaces, and not in ALL CAPITALS.

    Capitals hurt: an encoder reads a shouted text as rare pieces of words. A text counts as shouted when most of
    its letters that have a case are capitals; short ones (names, abbreviations) stay.

    Examples
    --------
    >>> clean_text("THE  RELIEF OF\nPOVERTY")
    'the relief of poverty'
    >>> clean_text("NS")
    'NS'
    """
    flat = _flat(text)
    capitals = sum(char.isupper() for char in flat)
    letters = capitals + sum(char.islower() for char in flat)
    if letters >= _SHOUTING_LETTERS and capitals > _SHOUTING_SHARE * letters:
        return _flat(flat.lower())  # some marks join with the small letter that did not with the capital
    return flat


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
