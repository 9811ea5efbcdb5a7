"""Spellings of words: folded to one form, and tables that map every spelling to its word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

INVISIBLE = "\u200b\u2060\ufeff"
SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
# Joiners are invisible too, but inside a word they belong to its spelling (Persian, emoji).
AROUND = SPACES + "\u200c\u200d"
SIGNS_AROUND = " .?!()[]<>*"
"""Signs around a word that change nothing of what it says."""
_INVISIBLE_SIGN = re.compile(f"[{INVISIBLE}]")


def tidy(cell: str) -> str:
    """Return a cell without the spaces and invisible characters around it."""
    if not cell.isascii():
        cell = _INVISIBLE_SIGN.sub("", cell).replace("\xa0", " ")
    return cell.strip(AROUND)


def fold(word: str) -> str:
    """Lower-case form of a word without accents and with single spaces; folding is idempotent.

    Examples
    --------
    >>> fold("  Één  Café ")
    'een cafe'
    """
    if word.isascii():
        return " ".join(word.lower().split())
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
