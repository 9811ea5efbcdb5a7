"""Spellings of words: folded to one form, and tables that map every spelling to its word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping


def fold(word: str) -> str:
    """Lower-case form of a word without accents and with single spaces; folding is idempotent.

    Examples
    --------
    >>> fold("  Één  Café ")
    'een cafe'
    """
    # Decomposing signs such as ™ gives capitals, and lower-casing may give letters that decompose further, so the
    # decomposition is repeated after it.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def lookup(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Table from every folded spelling to its word.

    Parameters
    ----------
    words : mapping of str to iterable of str
        Other spellings of each word; the word itself counts as one of its spellings.

    Examples
    --------
    >>> lookup({"money": ["Geld"]})
    {'money': 'money', 'geld': 'money'}
    """
    table: dict[str, str] = {}
    for word, others in words.items():
        for spelling in (word, *others):
            table[fold(spelling)] = word
    return table
