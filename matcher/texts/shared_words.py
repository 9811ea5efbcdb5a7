"""Words that two texts share, by their stems."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache, lru_cache
from typing import Any

from matcher.i18n.folding import fold
from matcher.texts.stop_words import COMMON_NOUNS, STOP_WORDS

SHORTEST_WORD = 4

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DOUBLE_END = re.compile(r"([^aeiou\W])\1$")
_LONG_VOICELESS = re.compile(r"(?:aa|ee|oo|uu)[sf]$")
_OPEN_VOICED = re.compile(r"(?:^|(?<=[^aeiou]))([aeou])(?=[zv]$)")
_PLURAL_AFTER_E = re.compile(r"(?<=[dijt]e)s$|['’]s$")
_ENDS_OF_VOICED = {"z": "s", "v": "f"}
_STEMMERS = {"en": "english", "nl": "dutch_porter"}
_IRREGULAR = {
    "en": {"children": "child", "women": "woman", "lives": "life", "wives": "wife", "teeth": "tooth", "feet": "foot"},
    "nl": {"steden": "stad", "schepen": "schip"},
}


def shared_words(left: str, right: str) -> tuple[str, ...]:
    """Words that two texts share, as written and ordered in the first, without stop words.

    Words with a common stem (debt, debts; huis, huizen) match where both texts are in one language; across languages
    words must be equal.

    Parameters
    ----------
    left, right : str

    Examples
    --------
    >>> shared_words("Geen kind met schulden", "Wij helpen kinderen uit een schuld")
    ('kind', 'schulden')
    """
    languages = language_of(left), language_of(right)
    language = languages[0] if languages[0] == languages[1] else None
    ours, theirs = _stems(left, language), _stems(right, language)
    known = {stem for _, stem in (*ours, *theirs)}
    in_both = {_joined(word, stem, known) for word, stem in theirs}
    shown: dict[str, str] = {}
    for word, stem in ours:
        joined = _joined(word, stem, known)
        if joined in in_both:
            shown.setdefault(joined, word)
    return tuple(shown.values())


@lru_cache(maxsize=4096)
def language_of(text: str) -> str:
    """Language with more stop words in a text; Dutch where the numbers are equal."""
    words = [fold(word) for word in _WORD.findall(text)]
    counts = {code: sum(word in known for word in words) for code, known in STOP_WORDS.items()}
    return max(("nl", "en"), key=lambda code: counts[code])


@lru_cache(maxsize=4096)
def _stems(text: str, code: str | None) -> list[tuple[str, str]]:
    """Words of a text with their stems in a language, or folded where the language is None."""
    words = [word for word in _WORD.findall(text) if len(word) >= SHORTEST_WORD and not _is_stop_word(word)]
    return [(word, fold(word) if code is None else _stem(word.lower(), code)) for word in words]


def _joined(word: str, stem: str, known: Set[str]) -> str:
    """Stem of a word, or another stem of it that the two texts hold too.

    Dutch endings that rules alone cannot tell from the word itself: ``-s`` after a consonant belongs to *kans* and not
    to *vaders*, ``-eren`` is a plural of *kind* and not of *ouder*.
    """
    lowered = word.lower()
    if lowered.endswith("eren") and (shorter := stem.removesuffix("er")) in known:
        return shorter
    return lowered if lowered == f"{stem}s" and lowered in known else stem


@cache
def _stem(word: str, code: str) -> str:
    if word in _IRREGULAR[code]:
        return _IRREGULAR[code][word]
    return _dutch_stem(word) if code == "nl" else str(_stemmer(code).stemWord(word))


def _dutch_stem(word: str) -> str:
    """Stem by Porter's rules for Dutch, with the vowel and the consonant that the singular ends with.

    The rules give *huis* and *huiz* for huis and huizen, *daklos* and *dakloz* for dakloos and daklozen, and *less* and
    *lez* for lessen and lezen.
    """
    if _LONG_VOICELESS.search(word):
        return word
    stemmer, word = _stemmer("nl"), _PLURAL_AFTER_E.sub("", word)
    stem = str(stemmer.stemWord(word))
    if word == f"{stem}s":  # "levens": the stem of "leven"
        stem = str(stemmer.stemWord(stem))
    stem = _OPEN_VOICED.sub(r"\1\1", _DOUBLE_END.sub(r"\1", stem))
    return stem[:-1] + _ENDS_OF_VOICED.get(stem[-1:], stem[-1:])


def _is_stop_word(word: str) -> bool:
    folded = fold(word)
    return any(folded in words or _stem(folded, code) in _common_stems(code) for code, words in STOP_WORDS.items())


@cache
def _common_stems(code: str) -> frozenset[str]:
    return frozenset(_stem(word, code) for word in COMMON_NOUNS[code])


@cache
def _stemmer(code: str) -> Any:
    from snowballstemmer import stemmer

    return stemmer(_STEMMERS[code])
