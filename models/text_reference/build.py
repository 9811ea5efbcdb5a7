"""Build the reference of an encoder: ``python models/text_reference/build.py use``.

Run at the top of the checkout, with the real data of the model card (``MATCHER_REALDATA``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from matcher.tables.read.tables import read_table
from matcher.texts.cleaning import clean_text
from matcher.texts.corpus import Texts
from matcher.texts.encoders.base import embed
from matcher.texts.encoders.registry import make_encoder
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.features.text_map import TextMap
from matcher.texts.similarity.pairing import Pairing
from matcher.texts.similarity.pool import TextPool, company_weights
from matcher.texts.similarity.reference import Reference

HERE = Path(__file__).parent
MAX_TEXTS = 1000
"""Texts of each side over which the covariance is computed."""


def main(name: str) -> None:
    """Embed British charities' activities and the example missions, equal in weight, and write the reference."""
    folder = Path(os.environ.get("MATCHER_REALDATA", HERE.parents[2] / "shared" / "realdata"))
    charities = pd.read_csv(folder / "ukcat" / "sample.csv", dtype=str)["activities"].dropna()
    examples = read_table("nonprofits", HERE.parents[1] / "data" / "example" / "nonprofits.csv").frame
    dutch = examples.drop_duplicates("organisation")["mission"].dropna()
    encoder = make_encoder(name)
    sources = [sorted({clean_text(text) for text in texts} - {""}) for texts in (charities, dutch)]
    vectors = [embed(encoder, texts) for texts in sources]
    text_map = TextMap.of(name)
    by_part = {"dense": vectors} | ({"mapped": [text_map.transform(part) for part in vectors]} if text_map else {})
    centres = {
        part: np.mean([rows.mean(axis=0, dtype=np.float64) for rows in found], axis=0)
        for part, found in by_part.items()
    }
    parts = tuple(part for part in TEXT_PARTS if TEXT_PARTS[part]().supports(name))
    reference = Reference(centres, parts, np.zeros((len(parts), len(parts))))
    # Pairs are within one of the two sources, as a pool of one country is.
    covariances = [_covariance(texts, rows, name, reference) for texts, rows in zip(sources, vectors, strict=True)]
    reference = Reference(centres, parts, np.mean(covariances, axis=0))
    reference.save(HERE / f"{name}.npz")
    deviations = np.sqrt(np.diag(reference.covariance)).round(4)
    print(
        f"{name}: {len(vectors[0])} + {len(vectors[1])} texts, deviations {dict(zip(parts, deviations.tolist(), strict=True))}"
    )


def _covariance(texts: list[str], vectors: np.ndarray, name: str, reference: Reference) -> np.ndarray:
    """Covariance of the parts' similarities over pairs of one half of the texts with the other, shape (p, p)."""
    halves = [
        Texts.in_memory(np.array(texts[start::2][:MAX_TEXTS], dtype=object), vectors[start::2][:MAX_TEXTS], name)
        for start in (0, 1)
    ]
    pool = TextPool(halves[0], halves[1], halves[1].known, name, reference, 0.0)
    companies, _ = company_weights(pool.units, np.arange(len(halves[0])))
    found = []
    for part in reference.parts:
        similarity = Pairing.fit(
            pool.features([part]),
            {part: 1.0},
            in_mean=pool.in_mean,
            companies=companies,
            shares=(0.5, 0.5),
        )
        found.append(similarity.block(slice(0, len(companies))).ravel())
    return np.atleast_2d(np.cov(np.stack(found)))


if __name__ == "__main__":
    main(sys.argv[1])
