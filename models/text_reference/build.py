"""Build the reference of an encoder: ``python models/text_reference/build.py use``.

Run from the top of the checkout, with the real data of the model card at hand (``MATCHER_REALDATA``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from matcher.tables.reading import read_table
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders import embed, make_encoder
from matcher.texts.similarity import Reference, centred, pair_moments

HERE = Path(__file__).parent


def main(name: str) -> None:
    """Embed British charities' activities and the example missions, equal in weight, and write the reference."""
    import pandas as pd

    folder = Path(os.environ.get("MATCHER_REALDATA", HERE.parents[2] / "shared" / "realdata"))
    charities = pd.read_csv(folder / "ukcat" / "sample.csv", dtype=str)["activities"].dropna()
    examples = read_table("nonprofits", HERE.parents[1] / "data" / "example" / "nonprofits.csv").frame
    dutch = examples.drop_duplicates("organisation")["mission"].dropna()
    encoder = make_encoder(name)
    vectors = [embed(encoder, [clean_text(text) for text in texts]) for texts in (charities, dutch)]
    centre = np.mean([part.astype(np.float64).mean(axis=0) for part in vectors], axis=0)
    moments = []
    for part in vectors:
        unit = centred(part, np.ones(len(part), dtype=bool), centre)
        moments.append(pair_moments(unit[::2], unit[1::2]))
    mean, variance = np.mean(moments, axis=0)
    Reference(centre, float(mean), float(np.sqrt(variance))).save(HERE / f"{name}.npz")
    print(f"{name}: {len(vectors[0])} + {len(vectors[1])} texts, mean {mean:.4f}, deviation {np.sqrt(variance):.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
