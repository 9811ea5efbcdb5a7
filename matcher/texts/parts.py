"""The parts of the text likeness: each turns the texts of both lists into rows whose products say how alike they are.

A new part is a class here or in a module of its own, and a line in ``TEXT_PARTS``; the setting ``text.parts`` says how
much each counts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.texts.ngrams import ngram_presence
from matcher.texts.reference import Reference
from matcher.texts.text_map import TextMap
from matcher.texts.texts import Bools, Texts

Floats = npt.NDArray[np.float64]
Rows: TypeAlias = "Floats | sparse.csr_matrix"

NGRAM_RARITY = 1.5
"""Power of the inverse document frequency: rare n-grams (names, compounds) say more than their logarithm."""
NGRAM_SHORT = 500
"""With so many distinct n-grams a text's rows have half their squared length: a short one has little to be alike in."""


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

    def centre(self, name: str, vectors: npt.NDArray[np.floating]) -> Floats:
        """Return the middle of the pool for the vectors of one part, shape (dimension,)."""
        reference = None if self.reference is None else self.reference.centres.get(name)
        return pool_centre(vectors, self.middle, reference, self.share)


class LikenessPart(ABC):
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
    def sides(self, pool: TextPool) -> tuple[Rows, Rows]:
        """Return a row a unit and a row a nonprofit, of length 1 at most; zero rows where the text is unknown."""


class EncoderVectors(LikenessPart):
    """The encoder's vectors around the middle of the pool."""

    name = "dense"

    def sides(self, pool: TextPool) -> tuple[Rows, Rows]:
        return _centred_sides(self.name, pool, pool.units.vectors, pool.nonprofits.vectors)


class MappedVectors(LikenessPart):
    """The encoder's vectors through a map that was learned from mission texts; see ``models/text_map``."""

    name = "mapped"

    def serves(self, encoder: str) -> bool:
        return TextMap.of(encoder) is not None

    def sides(self, pool: TextPool) -> tuple[Rows, Rows]:
        text_map = TextMap.of(pool.encoder)
        if text_map is None:
            raise LookupError(f"there is no text map for the encoder '{pool.encoder}'")
        return _centred_sides(
            self.name, pool, text_map.transform(pool.units.vectors), text_map.transform(pool.nonprofits.vectors)
        )


class CharacterNgrams(LikenessPart):
    """Pieces of words of four and five characters, weighted by how rare they are in the run.

    They see what an encoder does not: names, compounds, words of a trade. Whether a piece stands in a text counts,
    not how often. A row's length is ``sqrt(p / (p + NGRAM_SHORT))`` with p its distinct pieces.
    """

    name = "ngrams"

    def sides(self, pool: TextPool) -> tuple[Rows, Rows]:
        counted = [pool.units.first_of_each(pool.units.known), pool.nonprofits.first_of_each(pool.nonprofits.known)]
        left, right = (_presence(texts) for texts in (pool.units, pool.nonprofits))
        distinct = sparse.vstack([left[counted[0]], right[counted[1]]]) if sum(map(np.sum, counted)) else left
        rarity = ngram_rarity(distinct)
        return weighted_ngrams(left, rarity), weighted_ngrams(right, rarity)


TEXT_PARTS: dict[str, type[LikenessPart]] = {
    part.name: part for part in (EncoderVectors, MappedVectors, CharacterNgrams)
}


def centred(vectors: npt.NDArray[np.floating], known: Bools, centre: Floats) -> Floats:
    """Return unit vectors around a centre, shape (n, dimension), float64; zero rows where a text is unknown."""
    moved = vectors.astype(np.float64) - centre
    length = np.sqrt(np.einsum("ij,ij->i", moved, moved))
    usable = known & (length > 1e-9)
    moved[~usable] = 0.0
    moved[usable] /= length[usable, None]
    return moved


def pool_centre(vectors: npt.NDArray[np.floating], middle: Bools, reference: Floats | None, share: float) -> Floats:
    """Return the mean of the vectors that make the middle, mixed with the reference's where the pool is small."""
    pool = vectors[middle]
    centre = pool.mean(axis=0, dtype=np.float64) if len(pool) else np.zeros(vectors.shape[1])
    mixed: Floats = centre if reference is None else share * centre + (1 - share) * reference
    return mixed


def _centred_sides(
    name: str, pool: TextPool, units: npt.NDArray[np.floating], nonprofits: npt.NDArray[np.floating]
) -> tuple[Floats, Floats]:
    centre = pool.centre(name, nonprofits)
    return centred(units, pool.units.known, centre), centred(nonprofits, pool.nonprofits.known, centre)


def _presence(texts: Texts) -> sparse.csr_matrix:
    """Return which n-grams stand in each text, each distinct text read once."""
    distinct, first = np.unique(texts.codes, return_index=True)
    return ngram_presence(texts.cleaned[first])[np.searchsorted(distinct, texts.codes)]


def ngram_rarity(presence: sparse.csr_matrix) -> Floats:
    """Return the weight of each n-gram: the smoothed inverse document frequency to the power NGRAM_RARITY."""
    frequency = np.bincount(presence.indices, minlength=presence.shape[1])
    rarity: Floats = (np.log((1 + presence.shape[0]) / (1 + frequency)) + 1) ** NGRAM_RARITY
    return rarity


def weighted_ngrams(presence: sparse.csr_matrix, rarity: Floats) -> sparse.csr_matrix:
    """Return rows of weighted n-grams, shorter than 1 by how few they are."""
    rows = sparse.csr_matrix((rarity[presence.indices], presence.indices, presence.indptr), shape=presence.shape)
    pieces = np.diff(rows.indptr)
    squares = np.zeros(len(pieces))
    filled = pieces > 0
    squares[filled] = np.add.reduceat(rows.data**2, rows.indptr[:-1][filled])
    length = np.sqrt(np.divide(pieces / (pieces + NGRAM_SHORT), squares, out=np.zeros(len(pieces)), where=squares > 0))
    rows.data *= np.repeat(length, pieces)
    return rows
