"""Rankings of real partnerships, by the public API with default settings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.real_sets import RealSet

from matcher import PartnerMatcher, Settings
from matcher.jobs.match import match

TOP = 20


@pytest.fixture(scope="module")
def nyc(realdata: Path) -> RealSet:
    return RealSet.read(realdata / "nyc")


@pytest.fixture(scope="module")
def donors(realdata: Path) -> RealSet:
    return RealSet.read(realdata / "donors")


def test_defaults_find_new_partners(nyc: RealSet, donors: RealSet, use, capsys: pytest.CaptureFixture[str]) -> None:
    found = {}
    for name, data in (("nyc", nyc), ("donors", donors)):
        found[name] = data.score(PartnerMatcher(encoder=use).fit(data.nonprofits))
        with capsys.disabled():
            print(f"\n{name}: AUC {found[name][0]:.3f}, nDCG@20 {found[name][1]:.3f}")
    # Council members of one company differ in little but place: what counts there is for learning to find.
    assert found["nyc"][0] >= 0.64
    assert found["donors"][0] >= 0.62
    assert found["donors"][1] >= 0.165


def test_nyc_gives_full_lists_without_partners_of_the_unit(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "nyc"
    files = {name: folder / f"{name}.csv" for name in ("nonprofits", "partnerships")}
    result = match(files | {"units": folder / "business_units.csv"}, tmp_path / "out", Settings())
    sizes = result.shortlist.groupby("unit_id").size()
    assert len(sizes) == 49
    assert (sizes == TOP).all()
    known = pd.read_csv(folder / "partnerships.csv", dtype=str)
    listed = pd.MultiIndex.from_frame(result.shortlist[["unit_id", "nonprofit_id"]])
    assert not listed.isin(pd.MultiIndex.from_frame(known[["unit_id", "nonprofit_id"]])).any()


@pytest.mark.parametrize("blanked", [["postcode", "city", "latitude", "longitude"], ["mission"]])
def test_blank_rows_take_no_more_than_their_share(
    nyc: RealSet, use, blanked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shares = []
    for seed in range(3):
        nonprofits = nyc.nonprofits.copy()
        blank = np.random.default_rng(seed).random(len(nonprofits)) < 0.1
        nonprofits.loc[blank, blanked] = None
        shortlist = PartnerMatcher(encoder=use).fit(nonprofits).shortlist(nyc.units, top=TOP)
        shares.append(shortlist["nonprofit_id"].isin(nonprofits.loc[blank, "nonprofit_id"]).mean() / blank.mean())
    with capsys.disabled():
        print(f"\nblank {blanked[0]}: {np.mean(shares):.2f} times their share of the lists")
    assert max(shares) <= 1
