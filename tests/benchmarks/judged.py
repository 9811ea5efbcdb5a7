"""How well rankings agree with pairs that readers graded: python tests/benchmarks/judged.py FOLDER [key=value ...]

The folder holds ``example_pairs.csv`` for ``data/example`` and ``british_pairs.csv`` with ``british_units.csv``; the
British nonprofits are made from the register sample beside it. Each table has the columns ``unit_id``,
``nonprofit_id``, ``rating_a`` and ``rating_b``, ratings of 0 to 4 by two readers. Printed for each set: the nDCG of the
first five judged nonprofits of a unit with gains ``2 ** rating - 1``, Spearman's correlation within units, and the
rating of the first choice beside the best that there is; then Spearman's correlation over the pairs within the unit's
reach, where distance says little, of the criterion mission and of text alone, without the column of causes. Arguments
such as ``weights.proximity=3`` change settings.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

import matcher
from matcher.arrays import Floats

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
TOP = 5


def ndcg(gains: Floats, scores: Floats) -> float:
    """nDCG of the ``TOP`` best by score, for gains and scores of shape (k,); ties keep their order."""
    discounts = 1 / np.log2(np.arange(2, TOP + 2))
    first, ideal = gains[np.argsort(-scores, kind="stable")[:TOP]], np.sort(gains)[::-1][:TOP]
    return float(first @ discounts[: len(first)] / (ideal @ discounts[: len(ideal)]))


def agreement(pairs: pd.DataFrame) -> pd.DataFrame:
    """Agreement for each unit with a rating above 0: nDCG, Spearman, rating of the first choice and the best rating.

    Parameters
    ----------
    pairs : DataFrame
        ``unit_id``, ``rating`` and ``score``.
    """
    rows = []
    for unit, of_unit in pairs.groupby("unit_id"):
        rating, score = of_unit["rating"].to_numpy(), of_unit["score"].to_numpy()
        if rating.max() <= 0:
            continue
        varies = len(set(rating)) > 1 and len(set(score)) > 1
        correlation = spearmanr(rating, score).statistic if varies else np.nan
        rows.append((unit, ndcg(2**rating - 1, score), correlation, rating[np.argmax(score)], rating.max()))
    return pd.DataFrame(rows, columns=["unit_id", "ndcg", "spearman", "first", "best"]).set_index("unit_id")


def scored(
    pairs: Path, units: Path, nonprofits: Path, partnerships: Path | None, settings: dict[str, Any]
) -> pd.DataFrame:
    """Judged pairs with the mean of their ratings and their score.

    Parameters
    ----------
    pairs, units, nonprofits : Path
    partnerships : Path or None
    settings : dict
        Overrides by dotted key.
    """
    chosen = matcher.Settings().with_overrides({"gates.as_of": "2026-11-01", **settings})
    table = pd.read_csv(pairs, dtype={"unit_id": str, "nonprofit_id": str})
    history = None if partnerships is None else matcher.read_partnerships(partnerships)
    fitted = matcher.PartnerMatcher(settings=chosen).fit(matcher.read_nonprofits(nonprofits), partnerships=history)
    match = fitted.match(matcher.read_units(units))
    rating = (table["rating_a"] + table["rating_b"]) / 2
    score = match.scores(table["unit_id"].tolist(), table["nonprofit_id"].tolist())
    return table.assign(rating=rating, score=score)


def within_reach(
    pairs: Path, units: Path, nonprofits: Path, partnerships: Path | None, settings: dict[str, Any]
) -> tuple[float, float]:
    """Spearman's correlation of the ratings with the criterion mission and with text alone, within the units' reach.

    Parameters
    ----------
    pairs, units, nonprofits : Path
    partnerships : Path or None
        Has no weight here.
    settings : dict
        Overrides by dotted key.
    """
    alone = {f"weights.{name}": 0.0 for name in ("values", "proximity", "resources", "track_record")}
    chosen = matcher.Settings().with_overrides({**settings, **alone})
    table = pd.read_csv(pairs, dtype={"unit_id": str, "nonprofit_id": str})
    asked, offered = matcher.read_units(units), matcher.read_nonprofits(nonprofits)
    reach = table["unit_id"].map(asked.set_index("unit_id")["reach_km"]).astype(float)
    near = table[table["distance_km"] <= reach.fillna(chosen.proximity.half_distance_km)]
    found = []
    for dropped in ([], ["causes"]):
        fitted = matcher.PartnerMatcher(settings=chosen).fit(offered.drop(columns=dropped))
        match = fitted.match(asked.drop(columns=dropped))
        score = match.scores(near["unit_id"].tolist(), near["nonprofit_id"].tolist())
        found.append(float(spearmanr((near["rating_a"] + near["rating_b"]) / 2, score).statistic))
    return found[0], found[1]


def sets(folder: Path, temporary: Path) -> dict[str, tuple[Path, Path, Path, Path | None]]:
    """Files of each judged set: pairs, units, nonprofits, partnerships.

    Parameters
    ----------
    folder : Path
    temporary : Path
        Folder for the British nonprofits.
    """
    british = temporary / "british_nonprofits.csv"
    sample = folder.parent / "realdata" / "ukcat" / "sample.csv"
    subprocess.run([sys.executable, folder / "make_british_nonprofits.py", sample, british], check=True)
    return {
        "example": (
            folder / "example_pairs.csv",
            EXAMPLE / "units.csv",
            EXAMPLE / "nonprofits.csv",
            EXAMPLE / "partnerships.csv",
        ),
        "british": (folder / "british_pairs.csv", folder / "british_units.csv", british, None),
    }


def main(folder: str, *overrides: str) -> None:
    """Print the agreement of both sets."""
    settings = dict(item.split("=", 1) for item in overrides)
    values = {key: float(value) for key, value in settings.items()}
    with tempfile.TemporaryDirectory() as temporary:
        for name, files in sets(Path(folder), Path(temporary)).items():
            found = agreement(scored(*files, values))
            mean = found.mean()
            print(
                f"{name:8s} {len(found):3d} units  nDCG@{TOP} {mean['ndcg']:.3f}  Spearman {mean['spearman']:.3f}  "
                f"first choice {mean['first']:.2f} of {mean['best']:.2f}"
            )
            mission, text = within_reach(*files, values)
            print(f"{'':8s} within reach: mission {mission:.3f}  text alone {text:.3f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
