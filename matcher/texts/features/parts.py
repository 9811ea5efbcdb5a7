"""Parts of the text similarity: each extracts its own features from texts and says how the pool reweights them.

A new part is a class in this package and an entry in ``TEXT_PARTS``; the setting ``text.parts`` has its weight.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import numpy as np

from matcher.arrays import Floats, Labels
from matcher.texts.encoders.base import Embeddings
from matcher.texts.features.base import StoredFeatures
from matcher.texts.features.ngram_features import NgramFeatures
from matcher.texts.features.ngrams import NGRAM_BITS, NGRAM_LENGTHS, NGRAM_VERSION, ngram_presence
from matcher.texts.features.text_map import TextMap
from matcher.texts.features.vectors import VectorFeatures

NGRAM_RARITY = 1.5
"""Exponent of the inverse document frequency: rare n-grams (names, compounds) say more than its logarithm."""


class PoolStatistics(Protocol):
    """What a part can know of all the texts of a run."""

    def mean_vector(self, part: str) -> Floats:
        """Mean of a part's vectors over the pool, shape (dimension,)."""
        ...

    def document_frequency(self, part: str) -> tuple[Floats, int]:
        """Number of distinct texts with each feature, shape (n_columns,), and number of distinct texts."""
        ...


class SimilarityPart(ABC):
    """One measure of the similarity of two texts.

    Attributes
    ----------
    name : str
        Key in the setting ``text.parts``.
    feature_type : type
        Of the features that it extracts.
    """

    name: ClassVar[str]
    feature_type: ClassVar[type[StoredFeatures]]

    def supports(self, encoder: str) -> bool:
        """Whether the part is available for an encoder, by name."""
        return True

    def fingerprint(self, encoder: str) -> str:
        """What the features depend on beside the text and its vector; features kept under another one are not used.

        Parameters
        ----------
        encoder : str
            Name of the encoder.
        """
        return ""

    @abstractmethod
    def extract(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> StoredFeatures:
        """Raw features, one row for each text.

        Parameters
        ----------
        cleaned : ndarray of str, shape (n,)
        vectors : ndarray of shape (n, dimension), float32
            Of the encoder.
        encoder : str
            Name of the encoder.
        """

    @abstractmethod
    def pool_stats(self, pool: PoolStatistics) -> Floats:
        """Statistic of the pool for each column of the features, shape (n_columns,)."""


class EncoderVectors(SimilarityPart):
    """Vectors of the encoder around the mean of the pool."""

    name = "dense"
    feature_type = VectorFeatures

    def extract(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> StoredFeatures:
        return VectorFeatures(vectors)

    def pool_stats(self, pool: PoolStatistics) -> Floats:
        return pool.mean_vector(self.name)


class MappedVectors(SimilarityPart):
    """Vectors of the encoder, mapped by a model learned from mission texts; see ``models/text_map``."""

    name = "mapped"
    feature_type = VectorFeatures

    def supports(self, encoder: str) -> bool:
        return TextMap.of(encoder) is not None

    def fingerprint(self, encoder: str) -> str:
        text_map = TextMap.of(encoder)
        return "" if text_map is None else text_map.fingerprint

    def extract(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> StoredFeatures:
        text_map = TextMap.of(encoder)
        if text_map is None:
            raise LookupError(f"there is no text map for the encoder '{encoder}'")
        return VectorFeatures(text_map.transform(vectors))

    def pool_stats(self, pool: PoolStatistics) -> Floats:
        return pool.mean_vector(self.name)


class CharacterNgrams(SimilarityPart):
    """Character n-grams of length 4 and 5, weighted by their rarity in the run.

    They match what an encoder misses: names, compounds, jargon. Only presence counts, not frequency. A text with p
    distinct n-grams has norm ``sqrt(p / (p + NGRAM_SATURATION))``.
    """

    name = "ngrams"
    feature_type = NgramFeatures

    def fingerprint(self, encoder: str) -> str:
        return f"{NGRAM_LENGTHS} {NGRAM_BITS} {NGRAM_VERSION}"

    def extract(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> StoredFeatures:
        return NgramFeatures.of(ngram_presence(cleaned))

    def pool_stats(self, pool: PoolStatistics) -> Floats:
        return ngram_rarity(*pool.document_frequency(self.name))


TEXT_PARTS: dict[str, type[SimilarityPart]] = {
    part.name: part for part in (EncoderVectors, MappedVectors, CharacterNgrams)
}


def ngram_rarity(frequency: Floats, count: int) -> Floats:
    """Weight of each n-gram, shape (n_columns,): smoothed inverse document frequency to the power ``NGRAM_RARITY``.

    ``(log((1 + count) / (1 + frequency)) + 1) ** NGRAM_RARITY``, smoothed as in scikit-learn's ``TfidfTransformer``.

    Parameters
    ----------
    frequency : ndarray of shape (n_columns,)
        Number of distinct texts with the n-gram.
    count : int
        Number of distinct texts.
    """
    # Most of the many columns share a few frequencies, so the logarithm is taken for each frequency.
    rarity: Floats = (np.log((1 + count) / (1 + np.arange(count + 1.0))) + 1) ** NGRAM_RARITY
    return rarity[frequency.astype(np.intp)]


def available_parts(weights: Mapping[str, float], encoder: str) -> dict[str, float]:
    """Positive weights of the parts that an encoder supports; the weights of the others go to its own vectors.

    Parameters
    ----------
    weights : mapping of str to float
        By part.
    encoder : str
        Name of the encoder.
    """
    available: dict[str, float] = {}
    for name, weight in weights.items():
        part = name if TEXT_PARTS[name]().supports(encoder) else "dense"
        if weight > 0:
            available[part] = available.get(part, 0.0) + weight
    return {name: available[name] for name in TEXT_PARTS if name in available}
