"""The gazetteer against an independent list of Dutch postcodes, ``postcodes_nl/4pp.csv``.

The list has four kinds of code: ``Adres`` (houses), ``Postbus`` (post boxes only), ``Adres + Postbus`` (both) and
``Onbekend``. What is scored is ``Adres``, as the list's own notes ask, and beside it every kind that *contains*
``Adres``: a unit or a nonprofit may have any of those. Codes of post boxes only are no place to visit.

The list has slips of its own. A row counts as one when it lies more than 20 km from each of its two neighbours before
and its two neighbours after it in code order: Dutch codes run on from town to town, so a true place is near at least
one of them. The rule looks at the list alone, never at the gazetteer; what it sets aside is counted, printed, and
still has to be near *something*: the row itself or one of those neighbours. On ``Adres`` it finds 5851, 8554 and 9791;
with ``Adres + Postbus`` also the islands Vlieland and Schiermonnikoog, which have no neighbour on land.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matcher.places.distance import aligned_km, pairwise_km, unit_sphere
from matcher.places.geocoders.base import Address, GazetteerLocator, coordinates

NEIGHBOURS = 2
SLIP_KM = 20.0
MOST_SLIPS = 5

KINDS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "exactly Adres": lambda kind: kind == "Adres",
    "containing Adres": lambda kind: kind.str.contains("Adres"),
}


@pytest.fixture(params=KINDS, scope="module")
def reference(request: pytest.FixtureRequest, realdata: Path) -> pd.DataFrame:
    """Rows of one kind in code order, each with the gazetteer's point and what the rule says of it."""
    everything = pd.read_csv(realdata / "postcodes_nl" / "4pp.csv", dtype={"postcode": str})
    rows = everything[KINDS[request.param](everything["soort"])].sort_values("postcode").reset_index(drop=True)
    found = coordinates(GazetteerLocator().locate([Address("NL", code) for code in rows["postcode"]]))
    there, here = unit_sphere(rows["latitude"], rows["longitude"]), unit_sphere(found[:, 0], found[:, 1])
    apart = aligned_km(there, here)
    to_list, to_gazetteer = pairwise_km(there, there), pairwise_km(here, there)
    slip, nearest_of_all = [], []
    for row in range(len(rows)):
        window = [
            other for other in range(row - NEIGHBOURS, row + NEIGHBOURS + 1) if other != row and 0 <= other < len(rows)
        ]
        slip.append(to_list[row, window].min() > SLIP_KM)
        nearest_of_all.append(to_gazetteer[row, [row, *window]].min())
    return rows.assign(km=apart, slip=slip, nearest_km=nearest_of_all)


def test_the_list_is_the_one_that_the_rules_were_made_for(reference: pd.DataFrame) -> None:
    assert len(reference) in (3716, 4066)
    assert reference["postcode"].is_unique


def test_nearly_all_codes_are_found(reference: pd.DataFrame) -> None:
    missing = reference.loc[reference["km"].isna(), "postcode"].tolist()
    print(f"not found: {len(missing)} of {len(reference)}: {', '.join(missing)}")
    assert len(missing) <= 0.01 * len(reference)


def test_few_rows_are_slips_of_the_list_itself(reference: pd.DataFrame) -> None:
    slips = reference[reference["slip"]]
    print(slips[["postcode", "woonplaats", "gemeente", "latitude", "longitude", "km"]].to_string())
    assert len(slips) <= MOST_SLIPS
    assert {"5851", "8554", "9791"} <= set(slips["postcode"])
    # Setting a row aside excuses the list, not the gazetteer: its point must lie where the code's neighbours are.
    assert (slips["nearest_km"] <= SLIP_KM).all()


def test_codes_are_where_they_ought_to_be(reference: pd.DataFrame) -> None:
    scored = reference[~reference["slip"] & reference["km"].notna()].sort_values("km", ascending=False)
    print(scored[["postcode", "woonplaats", "km"]].head(10).to_string())
    assert np.median(scored["km"]) <= 0.5
    assert np.quantile(scored["km"], 0.99) <= 5.0
    assert scored["km"].max() <= 20.0


def test_the_measure_can_fail(reference: pd.DataFrame) -> None:
    """A gazetteer that is one code off would not pass."""
    shifted = reference.assign(latitude=reference["latitude"].shift(1), longitude=reference["longitude"].shift(1))
    found = coordinates(GazetteerLocator().locate([Address("NL", code) for code in reference["postcode"]]))
    km = aligned_km(
        unit_sphere(shifted["latitude"], shifted["longitude"]),
        unit_sphere(found[:, 0], found[:, 1]),
    )
    assert np.nanmedian(km) > 0.5
