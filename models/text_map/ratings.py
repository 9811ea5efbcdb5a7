"""Pairs of missions that readers graded, as vectors: lessons for the correction of the text map, or a test of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sources import Rows, vectors_of
from training import Ratings

from matcher.texts.cleaning import clean_text

LESSONS = Path(__file__).parent / "lessons"
HELD_OUT = LESSONS / "held_out"
"""Pairs of units that were written after the map was made: nothing is learned from them."""
POOLS = {"British": "LE", "Dutch": "LN"}
"""First letters of the ids of units, by the nonprofits that they were compared with."""


def realdata() -> Path:
    """Folder of the real data."""
    return Path(os.environ.get("MATCHER_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))


def graded(pool: str, folder: Path = LESSONS) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Pairs with ``rating``, units and nonprofits of a pool.

    Parameters
    ----------
    pool : str
        Name in ``POOLS``.
    folder : Path, optional
        ``LESSONS`` or ``HELD_OUT``.
    """
    pairs, units = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("pairs", "units"))
    pairs = pairs[pairs["unit_id"].str.startswith(POOLS[pool])]
    pairs = pairs.assign(rating=pairs[["rating_a", "rating_b"]].astype(float).mean(axis=1))
    if pool == "Dutch":
        tables = [pd.read_csv(path / "nonprofits.csv", dtype=str) for path in (LESSONS, HELD_OUT)]
        nonprofits = pd.concat(tables, ignore_index=True)
        nonprofits = nonprofits[nonprofits["nonprofit_id"].isin(pairs["nonprofit_id"])]
    else:
        sample = pd.read_csv(realdata() / "ukcat" / "sample.csv", dtype=str).drop_duplicates("org_id")
        mission = sample["activities"].fillna(sample["objects"])
        nonprofits = pd.DataFrame({"nonprofit_id": sample["org_id"], "name": sample["name"], "mission": mission})
        nonprofits = nonprofits[nonprofits["nonprofit_id"].isin(pairs["nonprofit_id"]) & mission.notna()]
    pairs = pairs[pairs["nonprofit_id"].isin(nonprofits["nonprofit_id"])]
    return pairs, units[units["unit_id"].isin(pairs["unit_id"])], nonprofits


def mission_texts(table: pd.DataFrame, *, causes: bool) -> list[str]:
    """Cleaned missions, with the causes at the end where asked for, as the package compares them."""
    texts = table["mission"].fillna("")
    if causes and "causes" in table:
        texts = texts.str.cat(" " + table["causes"].str.replace(";", ", ") + ".", na_rep="")
    return [clean_text(text) for text in texts]


def ratings_of(units: npt.NDArray[np.str_] | None = None) -> Ratings:
    """Graded pairs of some units, each twice: by the missions alone, and with the causes.

    Parameters
    ----------
    units : ndarray of str, optional
        Ids; default all.
    """
    found = Ratings([], [], [], [])
    for pool in POOLS:
        pairs, asking, offering = graded(pool)
        pairs = pairs if units is None else pairs[pairs["unit_id"].isin(units)]
        rows: Rows = np.stack(
            [
                pd.Index(table[key]).get_indexer(pd.Index(pairs[key]))
                for table, key in ((asking, "unit_id"), (offering, "nonprofit_id"))
            ],
            axis=1,
        )
        for causes in (False, True):
            found.units.append(vectors_of("use", mission_texts(asking, causes=causes)))
            found.nonprofits.append(vectors_of("use", mission_texts(offering, causes=causes)))
            found.pairs.append(rows)
            found.ratings.append(pairs["rating"].to_numpy())
    return found
