"""The real data sets, and the quality of a ranking on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import ndcg_score, roc_auc_score

from matcher import PartnerMatcher, read_nonprofits, read_units

MIN_PAIRS = 5


@dataclass(frozen=True)
class RealSet:
    """Two lists with known, excluded and test pairs."""

    units: pd.DataFrame
    nonprofits: pd.DataFrame
    known: pd.DataFrame
    left_out: pd.DataFrame
    test: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> RealSet:
        pairs = {
            name: pd.read_csv(folder / f"{name}.csv", dtype=str)
            if (folder / f"{name}.csv").exists()
            else pd.DataFrame(columns=["unit_id", "nonprofit_id"])
            for name in ("partnerships", "left_out", "partnerships_test")
        }
        return cls(
            read_units(folder / "business_units.csv"), read_nonprofits(folder / "nonprofits.csv"),
            pairs["partnerships"], pairs["left_out"], pairs["partnerships_test"],
        )  # fmt: skip

    def score(self, matcher: PartnerMatcher) -> tuple[float, float]:
        """AUC and nDCG@20, averaged over the units with at least five test pairs."""
        unit_ids, nonprofit_ids = self.units["unit_id"].tolist(), self.nonprofits["nonprofit_id"].tolist()
        pairs = [(unit, nonprofit) for unit in unit_ids for nonprofit in nonprofit_ids]
        matcher.scorer(self.units)
        scores = matcher.score_pairs(*map(list, zip(*pairs, strict=True))).reshape(len(unit_ids), -1)
        hidden = self._matrix(self.known) | self._matrix(self.left_out)
        wanted = self._matrix(self.test)
        found = []
        for row in range(len(unit_ids)):
            candidates = ~hidden[row]
            relevant = wanted[row][candidates]
            if relevant.sum() >= MIN_PAIRS:
                mine = scores[row][candidates]
                found.append((roc_auc_score(relevant, mine), ndcg_score([relevant], [mine], k=20)))
        auc, ndcg = np.mean(found, axis=0)
        return float(auc), float(ndcg)

    def _matrix(self, pairs: pd.DataFrame) -> np.ndarray:
        rows = pd.Index(self.units["unit_id"]).get_indexer(pd.Index(pairs["unit_id"]))
        columns = pd.Index(self.nonprofits["nonprofit_id"]).get_indexer(pd.Index(pairs["nonprofit_id"]))
        both = (rows >= 0) & (columns >= 0)
        matrix = np.zeros((len(self.units), len(self.nonprofits)), dtype=bool)
        matrix[rows[both], columns[both]] = True
        return matrix
