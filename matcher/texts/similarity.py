"""The text score: how alike two texts are, set against the pool, so that it means the same whatever the encoder.

Cosines of different encoders live on different scales (one puts unrelated texts at 0.80, another at 0.05). Vectors
are centred on the pool's mean and made unit length again; the cosine of a pair is turned into a z-score with the
mean and the variance over all pairs of the run; a logistic makes it a score between 0 and 1, 0.5 for the average
pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.shipped import shipped
from matcher.texts.encoders import Embeddings

Vector = npt.NDArray[np.float64]
_LARGEST_EXPONENT = 700.0  # of e, that a float64 can hold


@dataclass(frozen=True)
class Reference:
    """What an encoder gives for a large pool of mission texts: shipped, for pools too small to say.

    Attributes
    ----------
    centre : ndarray of shape (dimension,), float64
        Mean of the vectors.
    mean, deviation : float
        Of the cosines of pairs of centred vectors.
    """

    centre: Vector
    mean: float
    deviation: float

    @classmethod
    def of(cls, encoder_name: str) -> Reference | None:
        """Return the shipped reference of an encoder, or None where there is none."""
        try:
            path = shipped("models", "text_reference", f"{encoder_name}.npz")
        except FileNotFoundError:
            return None
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Reference:
        """Return a reference from a file of arrays (no pickles)."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["centre"].astype(np.float64), float(arrays["mean"]), float(arrays["deviation"]))

    def save(self, path: Path) -> None:
        """Write the reference to a file of arrays."""
        np.savez(
            path,
            centre=self.centre.astype(np.float32),
            mean=np.float64(self.mean),
            deviation=np.float64(self.deviation),
        )


def centred(vectors: Embeddings, known: npt.NDArray[np.bool_], centre: Vector) -> Vector:
    """Return unit vectors around a centre, shape (n, dimension), float64; zero rows where a text is unknown."""
    moved = vectors.astype(np.float64) - centre
    length = np.sqrt(np.einsum("ij,ij->i", moved, moved))
    usable = known & (length > 1e-9)
    moved[~usable] = 0.0
    moved[usable] /= length[usable, None]
    return moved


@dataclass(frozen=True)
class TextScale:
    """How the texts of one run are read: where the centre lies and how cosines are spread.

    Attributes
    ----------
    centre : ndarray of shape (dimension,), float64
    mean, deviation : float
        Of the cosine over all pairs of the run's units with all active nonprofits, gates ignored.
    slope : float
        Steepness of the logistic.
    """

    centre: Vector
    mean: float
    deviation: float
    slope: float

    @classmethod
    def fit(
        cls,
        units: Embeddings,
        units_known: npt.NDArray[np.bool_],
        nonprofits: Embeddings,
        nonprofits_known: npt.NDArray[np.bool_],
        pool_rows: npt.NDArray[np.bool_],
        *,
        reference: Reference | None,
        slope: float,
        min_pool: int,
    ) -> TextScale:
        """Measure a run.

        Mean and variance over all m × n pairs come in closed form from the vectors: the mean cosine is the product
        of the two mean vectors, the mean squared cosine the trace of the product of the two second-moment
        matrices. With fewer than ``min_pool`` distinct texts of nonprofits, pool and reference are mixed in proportion.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (m, dimension) and (n, dimension), float32
            Unit vectors, in id order.
        units_known, nonprofits_known : ndarray of bool
            Which rows have a text (and, for nonprofits, are active).
        pool_rows : ndarray of shape (n,), bool
            The nonprofits whose mean is the centre: each distinct text once, else the many branches of one
            organisation would be the middle of the world.
        reference : Reference or None
        slope : float
        min_pool : int
        """
        pool = nonprofits[pool_rows].astype(np.float64)
        share = 1.0 if reference is None else min(1.0, len(pool) / min_pool) if min_pool else 1.0
        centre = pool.mean(axis=0) if len(pool) else np.zeros(nonprofits.shape[1])
        if reference is not None:
            centre = share * centre + (1 - share) * reference.centre
        left = centred(units, units_known, centre)[units_known]
        right = centred(nonprofits, nonprofits_known, centre)[nonprofits_known]
        mean, variance = pair_moments(left, right) if len(left) and len(right) else (0.0, 0.0)
        if reference is not None:
            mean = share * mean + (1 - share) * reference.mean
            variance = share * variance + (1 - share) * reference.deviation**2
        return cls(centre, mean, float(np.sqrt(variance)), slope)

    def score(self, cosine: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return scores in (0, 1) for cosines of centred vectors, in place."""
        if self.deviation < 1e-12:
            cosine[:] = 0.5  # one pair, or all alike: nothing sets them apart
            return cosine
        cosine -= self.mean
        cosine *= -self.slope / self.deviation
        np.minimum(cosine, _LARGEST_EXPONENT, out=cosine)
        np.exp(cosine, out=cosine)
        cosine += 1.0
        np.reciprocal(cosine, out=cosine)
        return cosine


def pair_moments(left: Vector, right: Vector) -> tuple[float, float]:
    """Return mean and variance of the products of every row of one matrix with every row of another."""
    mean = float(left.mean(axis=0) @ right.mean(axis=0))
    square = float(np.sum((left.T @ left / len(left)) * (right.T @ right / len(right))))
    return mean, max(square - mean**2, 0.0)
