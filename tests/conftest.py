"""Fixtures of many tests: the real data, the example data and the default encoder with a memory."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from helpers.encoders import RememberingUse
from helpers.paths import EXAMPLE, REALDATA
from hypothesis import HealthCheck, settings

from matcher import read_nonprofits, read_partnerships, read_units

settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where embeddings are kept while tests run; the processes of pytest-xdist share it."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"


@pytest.fixture(scope="session")
def use(shared_cache: Path) -> RememberingUse:
    return RememberingUse(shared_cache)


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
def _own_cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_CACHE", str(shared_cache))
