"""The parts of the text likeness: each reads texts in its own way and says what the pool makes of what it read.

A new part is a class here or in a module of its own, and a line in ``TEXT_PARTS``; the setting ``text.parts`` says how
much each counts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from matcher.arrays import Bools, Floats, Labels
from matcher.texts.encoders.base import Embeddings
from matcher.texts.similarity.dense import Vectors
from matcher.texts.similarity.features import Read, Rows
from matcher.texts.similarity.ngram_features import NgramCounts
from matcher.texts.similarity.ngrams import ngram_presence
from matcher.texts.similarity.reference import Reference
from matcher.texts.similarity.text_map import TextMap

if TYPE_CHECKING:
    from matcher.texts.corpus import Texts

NGRAM_RARITY = 1.5
"""Power of the inverse document frequency: rare n-grams (names, compounds) say more than their logarithm."""


@dataclass(frozen=True)
class TextPool:
    """The texts of one field of a run, and what stands for them all.

    Attributes
    ----------
    units, nonprofits : Texts
    middle : ndarray of shape (n,), bool
        The nonprofits whose mean is the middle of the pool: active ones, each distinct text once.
    encoder : str
        Name of the encoder.
    reference : Reference or None
        What the encoder gives for a large pool.
    share : float
        How much the pool counts against the reference, in [0, 1].
    """

    units: Texts
    nonprofits: Texts
    middle: Bools
    encoder: str
    reference: Reference | None
    share: float

    def centre(self, name: str) -> Floats:
        """Return the middle of the pool for the vectors of one part, shape (dimension,)."""
        reference = None if self.reference is None else self.reference.centres.get(name)
        return mixed_centre(self.nonprofits.total(name, self.middle), int(self.middle.sum()), reference, self.share)

    def sides(self, names: Iterable[str]) -> dict[str, tuple[Rows, Rows]]:
        """Return the rows of both sides by part, for pools that are in memory whole."""
        found = {}
        for name in names:
            standard = TEXT_PARTS[name]().standard(self)
            found[name] = (self.units.rows(name, standard), self.nonprofits.rows(name, standard))
        return found


class SimilarityPart(ABC):
    """One way to see how alike two texts are.

    Attributes
    ----------
    name : str
        As in the setting ``text.parts``.
    """

    name: ClassVar[str]

    def serves(self, encoder: str) -> bool:
        """Return whether the part is to be had with an encoder."""
        return True

    @abstractmethod
    def read(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> Read:
        """Return what it reads in texts, a row a text.

        Parameters
        ----------
        cleaned : ndarray of str, shape (n,)
        vectors : ndarray of shape (n, dimension), float32
            The encoder's.
        encoder : str
            Name of the encoder.
        """

    @abstractmethod
    def standard(self, pool: TextPool) -> Floats:
        """Return what the pool says of each column of what is read, shape (n_columns,)."""


class EncoderVectors(SimilarityPart):
    """The encoder's vectors around the middle of the pool."""

    name = "dense"

    def read(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> Read:
        return Vectors(vectors)

    def standard(self, pool: TextPool) -> Floats:
        return pool.centre(self.name)


class MappedVectors(SimilarityPart):
    """The encoder's vectors through a map that was learned from mission texts; see ``models/text_map``."""

    name = "mapped"

    def serves(self, encoder: str) -> bool:
        return TextMap.of(encoder) is not None

    def read(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> Read:
        text_map = TextMap.of(encoder)
        if text_map is None:
            raise LookupError(f"there is no text map for the encoder '{encoder}'")
        return Vectors(text_map.transform(vectors))

    def standard(self, pool: TextPool) -> Floats:
        return pool.centre(self.name)


class CharacterNgrams(SimilarityPart):
    """Pieces of words of four and five characters, weighted by how rare they are in the run.

    They see what an encoder does not: names, compounds, words of a trade. Whether a piece stands in a text counts,
    not how often. A row's length is ``sqrt(p / (p + NGRAM_SATURATION))`` with p its distinct pieces.
    """

    name = "ngrams"

    def read(self, cleaned: Labels, vectors: Embeddings, encoder: str) -> Read:
        return NgramCounts.of(ngram_presence(cleaned))

    def standard(self, pool: TextPool) -> Floats:
        sides = pool.units, pool.nonprofits
        counted = [texts.first_of_each(texts.known) for texts in sides]
        frequency = sum(texts.total(self.name, rows) for texts, rows in zip(sides, counted, strict=True))
        return ngram_rarity(np.asarray(frequency), sum(int(rows.sum()) for rows in counted))


TEXT_PARTS: dict[str, type[SimilarityPart]] = {
    part.name: part for part in (EncoderVectors, MappedVectors, CharacterNgrams)
}


def mixed_centre(total: Floats, count: int, reference: Floats | None, share: float) -> Floats:
    """Return the mean of the vectors that make the middle, mixed with the reference's where the pool is small."""
    centre = total / count if count else np.zeros(len(total))
    return centre if reference is None else share * centre + (1 - share) * reference


def ngram_rarity(frequency: Floats, count: int) -> Floats:
    """Return the weight of each n-gram: the smoothed inverse document frequency to the power NGRAM_RARITY.

    Parameters
    ----------
    frequency : ndarray of shape (n_columns,)
        Distinct texts that have it.
    count : int
        Distinct texts in all.
    """
    # Of the many columns most are in few texts: a logarithm for every frequency there is, not for every column.
    rarity: Floats = (np.log((1 + count) / (1 + np.arange(count + 1.0))) + 1) ** NGRAM_RARITY
    return rarity[frequency.astype(np.intp)]


def parts_to_be_had(weights: Mapping[str, float], encoder: str) -> dict[str, float]:
    """Return the weights of the parts that an encoder has, above zero; those of the others go to its own vectors."""
    found: dict[str, float] = {}
    for name, weight in weights.items():
        kept = name if TEXT_PARTS[name]().serves(encoder) else "dense"
        if weight > 0:
            found[kept] = found.get(kept, 0.0) + weight
    return {name: found[name] for name in TEXT_PARTS if name in found}
