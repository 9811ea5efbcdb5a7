"""Clean a text before it is read."""

from __future__ import annotations

import re
import unicodedata

CLEANING_VERSION = 3
"""Part of every key of a stored embedding: raise it when :func:`clean_text` gives other texts."""

_SHOUTING_SHARE = 0.7
_SHOUTING_LETTERS = 12
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def clean_text(text: str) -> str:
    r"""Return a text in Unicode NFC, on one line, with single spaces, nothing said twice, and not in ALL CAPITALS.

    Capitals hurt: an encoder reads a shouted text as rare pieces of words. A text counts as shouted when most of
    its letters that have a case are capitals; short ones (names, abbreviations) stay. A sentence, or a whole text,
    that is said again is read once: saying it twice makes nobody a better match.

    Examples
    --------
    >>> clean_text("THE  RELIEF OF\nPOVERTY")
    'the relief of poverty'
    >>> clean_text("NS")
    'NS'
    >>> clean_text("We feed people. We listen. We feed people.")
    'We feed people. We listen.'
    >>> clean_text("Samen eten Samen eten")
    'Samen eten'
    """
    flat = _flat(text)
    capitals = sum(map(str.isupper, flat))
    letters = capitals + sum(map(str.islower, flat))
    if letters >= _SHOUTING_LETTERS and capitals > _SHOUTING_SHARE * letters:
        flat = _flat(flat.lower())  # some marks join with the small letter that did not with the capital
    return _without_repeats(flat)


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _key(words: str) -> str:
    """Return what is compared: from the first letter or digit to the last, in one case."""
    start, end = 0, len(words)
    while start < end and not words[start].isalnum():
        start += 1
    while end > start and not words[end - 1].isalnum():
        end -= 1
    return words[start:end].casefold()


def _without_repeats(text: str) -> str:
    """Return a text once if it is one text again and again, without the sentences that stood in it before."""
    once = _spoken_once(_unglued(text))
    # The last time a sentence is said it ends as its writer wanted it to end.
    sentences = _SENTENCE_END.split(once)
    seen = {_key(sentence): sentence.lstrip("-–—•*;:, ") for sentence in sentences}
    return once if len(seen) == len(sentences) else _spoken_once(" ".join(filter(None, seen.values())))


def _spoken_once(text: str) -> str:
    words = text.split(" ")
    # What is said twice ends twice in one word: few texts hold their last word, in any case, a second time.
    last = next(filter(None, map(_key, reversed(words))), "")
    if not last or text.casefold().count(last) < 2:
        return text
    keys = [_key(word) for word in words]
    spoken = [index for index, key in enumerate(keys) if key]
    period = _period([keys[index] for index in spoken])
    return " ".join(words[spoken[-period] :]) if period < len(spoken) else text


def _period(items: list[str]) -> int:
    """Return the length of the shortest run of items that the whole repeats, the whole's where none does.

    By the failure function of Knuth, Morris and Pratt (1977), in linear time.
    """
    failure = [0] * len(items)
    length = 0
    for index in range(1, len(items)):
        while length and items[index] != items[length]:
            length = failure[length - 1]
        length += items[index] == items[length]
        failure[index] = length
    period = len(items) - (failure[-1] if items else 0)
    return period if items and len(items) % period == 0 else len(items)


def _unglued(text: str) -> str:
    """Return what a text repeats without a space between, such as ``abc def.abc def.``, else the text."""
    period = (text + text).find(text, 1)
    # A word such as "haha" is no repeated text.
    return text[:period] if 0 < period < len(text) and " " in text[:period] else text
