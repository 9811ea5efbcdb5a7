"""Evidence for the similarity of two texts: their most similar sentences, and the words that both use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.features.vectors import centred
from matcher.texts.sentences import split_sentences
from matcher.texts.shared_words import shared_words

if TYPE_CHECKING:
    from matcher.arrays import Floats as Vector

MAX_PAIRS = 2
"""Maximum number of pairs of sentences."""


@dataclass(frozen=True)
class SimilarPassages:
    """A sentence of each side.

    Attributes
    ----------
    unit, nonprofit : str
        As written in the two texts.
    similarity : float
        Cosine of the two sentences, -1 to 1.
    """

    unit: str
    nonprofit: str
    similarity: float


@dataclass(frozen=True)
class Passages:
    """Evidence for the similarity of two texts.

    Attributes
    ----------
    similar : tuple of SimilarPassages
        Most similar first; empty where a text is blank.
    shared : tuple of str
        Words in both texts, as written and ordered in the unit's text.
    """

    similar: tuple[SimilarPassages, ...] = ()
    shared: tuple[str, ...] = ()


class PassageFinder:
    """Finds passages; the vectors of sentences are cached in memory.

    Parameters
    ----------
    encoder : Encoder
        Encoder of the run.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def find(self, texts: Sequence[tuple[str, str]], pool_mean: Vector | None) -> list[Passages]:
        """Passages of each pair of texts.

        Parameters
        ----------
        texts : sequence of (str, str)
            Texts of a unit and of a nonprofit; empty where unknown.
        pool_mean : ndarray of shape (dimension,), float64, or None
            Mean vector of the pool of texts; None to compare words only.
        """
        passages = {text: split_sentences(text) for pair in texts for text in pair}
        if pool_mean is not None:
            shown = dict.fromkeys(text for pair in texts if all(passages[text] for text in pair) for text in pair)
            self._embed([*shown, *(passage for text in shown for passage in passages[text])])
        found = []
        for left, right in texts:
            ours, theirs = passages[left], passages[right]
            if not (ours and theirs):
                found.append(Passages())
                continue
            similar: tuple[SimilarPassages, ...] = ()
            if pool_mean is not None:
                whole = centred(self._of([left, right]), np.ones(2, dtype=bool), pool_mean)
                similar = similar_passages(ours, self._of(ours), theirs, self._of(theirs), whole, pool_mean)
            found.append(Passages(similar, shared_words(left, right)))
        return found

    def _embed(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(map(clean_text, texts)) if text not in self._vectors]
        for text, vector in zip(new, embed(self._encoder, new), strict=True):
            self._vectors[text] = vector

    def _of(self, texts: Sequence[str]) -> Embeddings:
        return np.stack([self._vectors[clean_text(text)] for text in texts])


def similar_passages(
    units: Sequence[str],
    unit_vectors: Embeddings,
    nonprofits: Sequence[str],
    nonprofit_vectors: Embeddings,
    texts: Vector,
    pool_mean: Vector,
    max_pairs: int = MAX_PAIRS,
) -> tuple[SimilarPassages, ...]:
    """Most similar pairs of sentences of two texts, each sentence at most once.

    Pairs are ranked by the cosine of the two sentences plus the cosine of each with the whole other text. Without the
    second term two asides ("We started in May." and "They opened in March.") would come first. After the first pair,
    both sentences must have a positive centred cosine with the other text.

    Parameters
    ----------
    units, nonprofits : sequence of str
        The sentences of both texts.
    unit_vectors, nonprofit_vectors : ndarray of shape (n_sentences, dimension), float32
    texts : ndarray of shape (2, dimension), float64
        Both whole texts, centred on the mean of the pool, which is common to all missions.
    pool_mean : ndarray of shape (dimension,), float64
        Mean vector of the pool of texts.
    max_pairs : int
    """
    relevance = _relevance(unit_vectors, texts[1], pool_mean), _relevance(nonprofit_vectors, texts[0], pool_mean)
    cosines = unit_vectors.astype(np.float64) @ nonprofit_vectors.astype(np.float64).T
    score = np.round(cosines + relevance[0][:, None] + relevance[1][None, :], 6)
    found: list[SimilarPassages] = []
    while len(found) < min(max_pairs, len(units), len(nonprofits)):
        row, column = (int(index) for index in np.unravel_index(np.argmax(score), score.shape))
        if found and min(relevance[0][row], relevance[1][column]) <= 0:
            break
        found.append(SimilarPassages(units[row], nonprofits[column], round(float(cosines[row, column]), 6)))
        score[row, :] = score[:, column] = -np.inf
    return tuple(found)


def _relevance(sentences: Embeddings, text: Vector, pool_mean: Vector) -> Vector:
    """Centred cosines of sentences with a text, shape (n_sentences,)."""
    relevance: Vector = centred(sentences, np.ones(len(sentences), dtype=bool), pool_mean) @ text
    return relevance
