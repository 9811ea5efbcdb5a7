"""Shipped statistics of an encoder over a large pool of mission texts, for small pools."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.shipped import shipped

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reference:
    """Statistics of an encoder over a large pool of mission texts.

    Attributes
    ----------
    centres : dict of str to ndarray of shape (dimension,), float64
        Mean vector by part of the similarity.
    parts : tuple of str
        Parts of the similarity, in the order of ``covariance``.
    covariance : ndarray of shape (n_parts, n_parts), float64
        Covariance of the parts' similarities over random pairs of texts.
    """

    centres: dict[str, Vector]
    parts: tuple[str, ...]
    covariance: Vector

    @classmethod
    def of(cls, encoder_name: str) -> Reference | None:
        """Shipped reference of an encoder, or None."""
        try:
            path = shipped("models", "text_reference", f"{encoder_name}.npz")
        except FileNotFoundError:
            return None
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Reference:
        """Reference from a file of arrays, without pickles."""
        with np.load(path, allow_pickle=False) as arrays:
            centres = {
                name.removeprefix("centre_"): arrays[name].astype(np.float64)
                for name in arrays.files
                if name.startswith("centre_")
            }
            return cls(centres, tuple(str(name) for name in arrays["parts"]), arrays["covariance"].astype(np.float64))

    def save(self, path: Path) -> None:
        """Write the reference to a file of arrays."""
        centres = {f"centre_{name}": centre.astype(np.float32) for name, centre in self.centres.items()}
        np.savez(path, allow_pickle=False, parts=np.array(self.parts), covariance=self.covariance, **centres)

    def deviation(self, weights: dict[str, float]) -> float:
        """Standard deviation over pairs of texts of the weighted sum of parts."""
        vector = np.array([weights.get(name, 0.0) for name in self.parts])
        return float(np.sqrt(vector @ self.covariance @ vector))
