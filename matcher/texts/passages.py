"""What carries the likeness of two texts: the sentences of both that go together, and the words that both use.

A score says that two missions are alike; these let a reader judge the claim herself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from matcher.i18n.folding import fold
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.features.vectors import centred
from matcher.texts.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from matcher.arrays import Floats as Vector

MOST_PAIRS = 2
"""Pairs of sentences shown, at most."""
SHORTEST_PASSAGE = 25
"""Characters; a shorter sentence goes with the one before it."""
SHORTEST_WORD = 4

_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[^a-z\s])|\n\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[a-z]|bijv|bv|ca|enz|etc|evt|nr|incl|excl|resp|t/m|vs|mr|mrs|dr|drs|st)\.$", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DOUBLE_END = re.compile(r"([^aeiou\W])\1$")
_STEMMERS = {"en": "english", "nl": "dutch_porter"}


@dataclass(frozen=True)
class AlikePassages:
    """A sentence of each side.

    Attributes
    ----------
    unit, nonprofit : str
        As they stand in the two texts.
    likeness : float
        Cosine of the two sentences, -1 to 1.
    """

    unit: str
    nonprofit: str
    likeness: float


@dataclass(frozen=True)
class Passages:
    """What carries the likeness of two texts.

    Attributes
    ----------
    alike : tuple of AlikePassages
        Nearest first; none where a text is blank.
    shared : tuple of str
        Words that both use, as the unit writes them, in the order of its text.
    """

    alike: tuple[AlikePassages, ...] = ()
    shared: tuple[str, ...] = ()


class PassageFinder:
    """Finds what carries the likeness of texts; remembers every sentence that it has embedded.

    Parameters
    ----------
    encoder : Encoder
        That of the run.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def find(self, texts: Sequence[tuple[str, str]], centre: Vector | None) -> list[Passages]:
        """Return what carries the likeness of each pair of texts.

        Parameters
        ----------
        texts : sequence of (str, str)
            Of a unit and a nonprofit; empty where unknown.
        centre : ndarray of shape (dimension,), float64, or None
            Middle of the pool of texts; None: the sentences are not compared.
        """
        passages = {text: split_passages(text) for pair in texts for text in pair}
        if centre is not None:
            shown = dict.fromkeys(text for pair in texts if all(passages[text] for text in pair) for text in pair)
            self._embed([*shown, *(passage for text in shown for passage in passages[text])])
        found = []
        for left, right in texts:
            ours, theirs = passages[left], passages[right]
            if not (ours and theirs):
                found.append(Passages())
                continue
            alike: tuple[AlikePassages, ...] = ()
            if centre is not None:
                whole = centred(self._of([left, right]), np.ones(2, dtype=bool), centre)
                alike = alike_passages(ours, self._of(ours), theirs, self._of(theirs), whole, centre)
            found.append(Passages(alike, shared_words(left, right)))
        return found

    def _embed(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(map(clean_text, texts)) if text not in self._vectors]
        for text, vector in zip(new, embed(self._encoder, new), strict=True):
            self._vectors[text] = vector

    def _of(self, texts: Sequence[str]) -> Embeddings:
        return np.stack([self._vectors[clean_text(text)] for text in texts])


def split_passages(text: str) -> list[str]:
    """Return the sentences of a text, as they stand in it; very short ones go with the one before.

    Examples
    --------
    >>> split_passages("Wij helpen gezinnen met schulden. Dat doen wij o.a. met maatjes! Altijd.")
    ['Wij helpen gezinnen met schulden.', 'Dat doen wij o.a. met maatjes! Altijd.']
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if end.start() > start and not _ABBREVIATION.search(text[start : end.start()]):
            bounds.append((start, end.start()))
            start = end.end()
    bounds.append((start, len(text)))
    joined: list[tuple[int, int]] = []
    for begin, stop in bounds:
        if joined and (stop - begin < SHORTEST_PASSAGE or joined[-1][1] - joined[-1][0] < SHORTEST_PASSAGE):
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((begin, stop))
    return [passage for begin, stop in joined if clean_text(passage := text[begin:stop].strip())]


def alike_passages(
    units: Sequence[str],
    unit_vectors: Embeddings,
    nonprofits: Sequence[str],
    nonprofit_vectors: Embeddings,
    texts: Vector,
    centre: Vector,
    most: int = MOST_PAIRS,
) -> tuple[AlikePassages, ...]:
    """Return the pairs of sentences that carry the likeness of two texts, each sentence once.

    A pair counts by the cosine of the two sentences, plus how much each says of the whole other text. Without
    the second part two remarks by the way ("We started in May." and "They opened in March.") would come first. Beyond
    the first pair, both sentences have to be nearer to the other text than the middle of the pool is.

    Parameters
    ----------
    units, nonprofits : sequence of str
        The sentences of both texts.
    unit_vectors, nonprofit_vectors : ndarray of shape (n_sentences, dimension), float32
    texts : ndarray of shape (2, dimension), float64
        Both whole texts around the centre: what all missions have in common makes no two of them alike.
    centre : ndarray of shape (dimension,), float64
        Middle of the pool of texts.
    most : int
        Pairs, at most.
    """
    said = _said_of(unit_vectors, texts[1], centre), _said_of(nonprofit_vectors, texts[0], centre)
    cosines = unit_vectors.astype(np.float64) @ nonprofit_vectors.astype(np.float64).T
    worth = np.round(cosines + said[0][:, None] + said[1][None, :], 6)
    found: list[AlikePassages] = []
    while len(found) < min(most, len(units), len(nonprofits)):
        row, column = (int(index) for index in np.unravel_index(np.argmax(worth), worth.shape))
        if found and min(said[0][row], said[1][column]) <= 0:
            break
        found.append(AlikePassages(units[row], nonprofits[column], round(float(cosines[row, column]), 6)))
        worth[row, :] = worth[:, column] = -np.inf
    return tuple(found)


def _said_of(sentences: Embeddings, text: Vector, centre: Vector) -> Vector:
    """Return how much sentences say of a text, shape (n_sentences,): their cosines around the centre."""
    said: Vector = centred(sentences, np.ones(len(sentences), dtype=bool), centre) @ text
    return said


def shared_words(left: str, right: str) -> tuple[str, ...]:
    """Return the words that two texts share, as the first writes them, in its order; stop words are left out.

    Words of one stem count as the same (debt, debts) where both texts are of one language; across languages only the
    same word does.

    Examples
    --------
    >>> shared_words("Geen gezin met schulden", "Wij helpen gezinnen uit een schuld")
    ('gezin', 'schulden')
    """
    languages = language_of(left), language_of(right)
    common = languages[0] if languages[0] == languages[1] else None
    theirs = {stem for _, stem in _stems(right, common)}
    shown: dict[str, str] = {}
    for word, stem in _stems(left, common):
        if stem in theirs:
            shown.setdefault(stem, word)
    return tuple(shown.values())


@lru_cache(maxsize=4096)
def language_of(text: str) -> str:
    """Return the language of a text by its stop words: the one of which it has more, Dutch where they are even."""
    words = [fold(word) for word in _WORD.findall(text)]
    counts = {code: sum(word in known for word in words) for code, known in STOP_WORDS.items()}
    return max(("nl", "en"), key=lambda code: counts[code])


@lru_cache(maxsize=4096)
def _stems(text: str, code: str | None) -> list[tuple[str, str]]:
    """Return the words of a text with their stems in a language; without a language the words themselves, folded."""
    words = [word for word in _WORD.findall(text) if len(word) >= SHORTEST_WORD and not _is_stop_word(fold(word))]
    folded = [fold(word) for word in words]
    stems = folded if code is None else _stemmer(code).stemWords([word.lower() for word in words])
    # "gezinnen" leaves "gezinn", beside "gezin".
    return [(word, _DOUBLE_END.sub(r"\1", stem)) for word, stem in zip(words, stems, strict=True)]


def _is_stop_word(word: str) -> bool:
    return any(word in words for words in STOP_WORDS.values())


@cache
def _stemmer(code: str) -> Any:
    from snowballstemmer import stemmer

    return stemmer(_STEMMERS[code])
