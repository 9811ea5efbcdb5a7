"""What several tests share: the real data, the example data, and one real encoder that remembers its texts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from matcher import read_nonprofits, read_partnerships, read_units
from matcher.texts.encoders import Embeddings
from matcher.texts.use import UseEncoder

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "data" / "example"
REALDATA = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))

settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


class RememberingUse(UseEncoder):
    """The real default encoder; a text that several tests embed is embedded once."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, np.ndarray] = {}

    def encode(self, texts: Sequence[str]) -> Embeddings:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        for text, vector in zip(new, super().encode(new), strict=True):
            self._seen[text] = vector
        return np.array([self._seen[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


@pytest.fixture(scope="session")
def use() -> RememberingUse:
    return RememberingUse()


@pytest.fixture(scope="session")
def realdata() -> Path:
    if not REALDATA.is_dir():
        pytest.skip(f"no real data at {REALDATA} (set MATCHER_REALDATA)")
    return REALDATA


@pytest.fixture(scope="session")
def small_example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files with the first part of the example data: two companies and a hundred nonprofits, with their history."""
    folder = tmp_path_factory.mktemp("small")
    frames = {name: pd.read_csv(EXAMPLE / f"{name}.csv", dtype=str) for name in ("units", "nonprofits", "partnerships")}
    units, known = frames["units"].head(14), frames["partnerships"]
    known = known[known["unit_id"].isin(units["unit_id"])]
    nonprofits = frames["nonprofits"]
    # Those of the history, and enough others.
    chosen = nonprofits["nonprofit_id"].isin(known["nonprofit_id"]) | (nonprofits.index % 4 == 1)
    for name, frame in (("units", units), ("nonprofits", nonprofits[chosen]), ("partnerships", known)):
        frame.to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in frames}


@pytest.fixture
def example_units() -> pd.DataFrame:
    return read_units(EXAMPLE / "units.csv")


@pytest.fixture
def example_nonprofits() -> pd.DataFrame:
    return read_nonprofits(EXAMPLE / "nonprofits.csv")


@pytest.fixture
def example_partnerships() -> pd.DataFrame:
    return read_partnerships(EXAMPLE / "partnerships.csv")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
