"""Cleaning of texts before they are embedded."""

from __future__ import annotations

import re
import string
import unicodedata

CLEANING_VERSION = 3
"""Part of the key of cached embeddings, to be raised when :func:`clean_text` changes."""

_SHOUTING_SHARE = 0.7
_SHOUTING_LETTERS = 12
_SMALL_LETTERS = string.ascii_lowercase.encode()
_SENTENCE_END = re.compile(" (?<=[.!?…] )")  # blanks are found fast
_MARKS = string.punctuation + " –—…•‘’“”"


def clean_text(text: str) -> str:
    r"""Text in Unicode NFC, on one line, with single spaces, without repetitions, and not in ALL CAPITALS.

    Encoders split capitals into rare pieces, so a text is lower-cased when most of its cased letters are capitals;
    short texts (names, abbreviations) are not. A repeated sentence, or a text that is repeated as a whole, is kept
    once, since repetition should not change a score.

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
    # Counting is slow; small letters without accents are counted fast, and in most texts they are enough.
    written = flat.encode("utf-8", "surrogatepass")
    small = len(written) - len(written.translate(None, _SMALL_LETTERS))
    if 3 * small < len(flat):
        capitals = sum(map(str.isupper, flat))
        letters = capitals + sum(map(str.islower, flat))
        if letters >= _SHOUTING_LETTERS and capitals > _SHOUTING_SHARE * letters:
            flat = _flat(flat.lower())  # some combining marks compose with the small letter only
    return _without_repeats(flat)


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _key(words: str) -> str:
    """Case-folded text from its first letter or digit to its last, by which repetitions are compared."""
    words = words.strip(_MARKS)  # which most words end with, if with any
    start, end = 0, len(words)
    while start < end and not words[start].isalnum():
        start += 1
    while end > start and not words[end - 1].isalnum():
        end -= 1
    return words[start:end].casefold()


def _without_repeats(text: str) -> str:
    """Text without repetitions of the whole or of sentences."""
    once = _without_period(_unglued(text))
    # The last repetition keeps the punctuation of the end.
    sentences = _SENTENCE_END.split(once)
    if len(sentences) == 1:
        return once
    keys = [_key(sentence) for sentence in sentences]
    if len(set(keys)) == len(keys):
        return once
    seen = {key: sentence.lstrip("-–—•*;:, ") for key, sentence in zip(keys, sentences, strict=True)}
    return _without_period(" ".join(filter(None, seen.values())))


def _without_period(text: str) -> str:
    # A repeated text contains each word twice, which is quick to check and false of the last or longest in most texts.
    folded = text.casefold()
    if _is_once(text.rpartition(" ")[2], folded):
        return text
    words = text.split(" ")
    if _is_once(max(words, key=len), folded):
        return text
    keys = [_key(word) for word in words]
    with_key = [index for index, key in enumerate(keys) if key]
    period = _period([keys[index] for index in with_key])
    return " ".join(words[with_key[-period] :]) if period < len(with_key) else text


def _is_once(word: str, folded: str) -> bool:
    """Whether a case-folded text contains the key of a word, if it has one, in one place only."""
    key = _key(word)
    return bool(key) and folded.find(key) == folded.rfind(key)


def _period(items: list[str]) -> int:
    """Length of the shortest run whose repetition gives the items, or the number of items.

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
    """Text repeated without a space between, such as ``abc def.`` for ``abc def.abc def.``, or the text."""
    period = (text + text).find(text, 1)
    # A word such as "haha" is not a repetition.
    return text[:period] if 0 < period < len(text) and " " in text[:period] else text
