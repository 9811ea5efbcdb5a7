"""How well the criterion mission agrees with readers of texts: python tests/benchmarks/readers.py [key=value ...]

The pairs of ``models/text_map/lessons`` were graded by what the texts say alone, so places and other criteria have no
weight here. Printed for each language of the units: Spearman's correlation over all pairs and within units, with causes
and by text alone; then the same for pairs of new units (``held_out``), from which nothing is learned. The texts of British charities are read from the real data (``MATCHER_REALDATA``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
from scipy.stats import spearmanr

import matcher

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "models" / "text_map" / "lessons"
HELD_OUT = LESSONS / "held_out"
SETS = {"British": "LE", "Dutch": "LN"}
"""First letters of the units' ids."""


def nonprofits() -> dict[str, pd.DataFrame]:
    """Nonprofits of each set: charities of the register sample, and the invented Dutch ones."""
    folder = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))
    sample = pd.read_csv(folder / "ukcat" / "sample.csv", dtype=str).drop_duplicates("org_id")
    mission = sample["activities"].fillna(sample["objects"])
    british = pd.DataFrame({"nonprofit_id": sample["org_id"], "name": sample["name"], "mission": mission})
    dutch = pd.concat([pd.read_csv(path / "nonprofits.csv", dtype=str) for path in (LESSONS, HELD_OUT)])
    return {"British": british[british["mission"].notna()], "Dutch": dutch}


def within(pairs: pd.DataFrame) -> float:
    """Mean over units of the correlation of ``rating`` and ``score`` within each."""
    varied = [of_unit for _, of_unit in pairs.groupby("unit_id") if of_unit["rating"].nunique() > 1]
    return float(pd.Series([spearmanr(of_unit["rating"], of_unit["score"]).statistic for of_unit in varied]).mean())


def main(*overrides: str) -> None:
    """Print the agreement of both sets."""
    weights = {f"weights.{name}": 0.0 for name in ("values", "proximity", "resources", "track_record")}
    changed = {key: float(value) for key, value in (item.split("=", 1) for item in overrides)}
    settings = matcher.Settings().with_overrides({**weights, **changed})
    for folder, prefix in ((LESSONS, ""), (HELD_OUT, "new ")):
        pairs, units = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("pairs", "units"))
        pairs["rating"] = pairs[["rating_a", "rating_b"]].astype(float).mean(axis=1)
        for name, found in nonprofits().items():
            of_set = pairs[pairs["unit_id"].str.startswith(SETS[name])]
            of_set = of_set[of_set["nonprofit_id"].isin(found["nonprofit_id"])]
            offered = found if name == "British" else found[found["nonprofit_id"].isin(of_set["nonprofit_id"])]
            for what, dropped in (("with causes", []), ("text alone", ["causes"])):
                fitted = matcher.PartnerMatcher(settings=settings).fit(offered.drop(columns=dropped, errors="ignore"))
                match = fitted.match(units[units["unit_id"].isin(of_set["unit_id"])].drop(columns=dropped))
                scores = match.scores(of_set["unit_id"].tolist(), of_set["nonprofit_id"].tolist())
                scored = of_set.assign(score=scores)
                overall = spearmanr(scored["rating"], scored["score"]).statistic
                print(
                    f"{prefix + name:12s} {what:12s} {len(scored):5d} pairs  Spearman {overall:.3f}  "
                    f"within units {within(scored):.3f}"
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
