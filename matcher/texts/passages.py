"""What carries the likeness of two texts: the sentences nearest to each other, and the words that both use.

A score says that two missions are alike; these let a reader judge the claim herself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from matcher.tables.vocabulary import fold
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders import Embeddings, Encoder, embed
from matcher.texts.similarity import centred
from matcher.texts.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from matcher.texts.similarity import Vector

MOST_PAIRS = 2
"""Pairs of sentences shown, at most."""
NEARLY_AS_ALIKE = 0.7
"""A second pair of sentences is shown from this share of the likeness of the first on."""
SHORTEST_PASSAGE = 25
"""Characters; a shorter sentence goes with the one before it."""
SHORTEST_WORD = 4

_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[^a-z\s])|\n\s*|(?<=;)\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[a-z]|bijv|bv|ca|enz|etc|evt|nr|incl|excl|resp|t/m|vs|mr|mrs|dr|drs|st)\.$", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STEMMERS = {"en": "english", "nl": "dutch_porter"}


@dataclass(frozen=True)
class AlikePassages:
    """A sentence of each side.

    Attributes
    ----------
    unit, nonprofit : str
        As they stand in the two texts.
    likeness : float
        Cosine around the centre of the pool, -1 to 1.
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
            self._embed([passage for pair in texts if all(pair) for text in pair for passage in passages[text]])
        found = []
        for left, right in texts:
            if not (left and right):
                found.append(Passages())
                continue
            alike: tuple[AlikePassages, ...] = ()
            if centre is not None:
                ours, theirs = passages[left], passages[right]
                alike = alike_passages(ours, self._of(ours), theirs, self._of(theirs), centre)
            found.append(Passages(alike, shared_words(left, right)))
        return found

    def _embed(self, passages: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(map(clean_text, passages)) if text not in self._vectors]
        for text, vector in zip(new, embed(self._encoder, new), strict=True):
            self._vectors[text] = vector

    def _of(self, passages: Sequence[str]) -> Embeddings:
        return np.stack([self._vectors[clean_text(text)] for text in passages])


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
    centre: Vector,
    most: int = MOST_PAIRS,
) -> tuple[AlikePassages, ...]:
    """Return the pairs of sentences that are nearest, each sentence once.

    Parameters
    ----------
    units, nonprofits : sequence of str
        The sentences of both texts.
    unit_vectors, nonprofit_vectors : ndarray of shape (n_sentences, dimension), float32
    centre : ndarray of shape (dimension,), float64
        Taken off first, as for whole texts: what all missions have in common makes no two of them alike.
    most : int
        Pairs, at most.
    """
    left = centred(unit_vectors, np.ones(len(units), dtype=bool), centre)
    right = centred(nonprofit_vectors, np.ones(len(nonprofits), dtype=bool), centre)
    cosines = np.round(left @ right.T, 6)
    found: list[AlikePassages] = []
    while len(found) < min(most, len(units), len(nonprofits)):
        row, column = (int(index) for index in np.unravel_index(np.argmax(cosines), cosines.shape))
        likeness = float(cosines[row, column])
        if found and likeness < NEARLY_AS_ALIKE * found[0].likeness:
            break
        found.append(AlikePassages(units[row], nonprofits[column], likeness))
        cosines[row, :] = cosines[:, column] = -np.inf
    return tuple(found)


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
    stemmer = _stemmer(languages[0]) if languages[0] == languages[1] else None
    theirs = {stem for _, stem in _stems(right, stemmer)}
    shown: dict[str, str] = {}
    for word, stem in _stems(left, stemmer):
        if stem in theirs:
            shown.setdefault(stem, word)
    return tuple(shown.values())


def language_of(text: str) -> str:
    """Return the language of a text by its stop words: the one of which it has more, Dutch where they are even."""
    words = [fold(word) for word in _WORD.findall(text)]
    counts = {code: sum(word in known for word in words) for code, known in STOP_WORDS.items()}
    return max(("nl", "en"), key=lambda code: counts[code])


def _stems(text: str, stemmer: Any) -> list[tuple[str, str]]:
    words = [word for word in _WORD.findall(text) if len(word) >= SHORTEST_WORD and not _is_stop_word(fold(word))]
    folded = [fold(word) for word in words]
    stems = folded if stemmer is None else stemmer.stemWords([word.lower() for word in words])
    return list(zip(words, stems, strict=True))


def _is_stop_word(word: str) -> bool:
    return any(word in words for words in STOP_WORDS.values())


@cache
def _stemmer(code: str) -> Any:
    from snowballstemmer import stemmer

    return stemmer(_STEMMERS[code])
