"""What changes of weights do to one list."""

from __future__ import annotations

import pandas as pd
import pytest

from matcher import PartnerMatcher
from matcher.errors import UnknownIdError
from matcher.model_selection import weight_effects, weight_sweep

SPOT = {"latitude": 52.0, "longitude": 5.0}
FAR = {"latitude": 52.0, "longitude": 5.6}
UNITS = pd.DataFrame(
    [
        {"unit_id": 7, "company": "A", "name": "A north", "mission": "We bake bread for schools", **SPOT},
        {"unit_id": 8, "company": "B", "name": "B south", "mission": "We mend bridges", **SPOT},
    ]
)
NONPROFITS = pd.DataFrame(
    [
        {"nonprofit_id": 1, "name": "Bakers", "mission": "We bake bread for schools", **FAR},
        {"nonprofit_id": 2, "name": "Museum", "mission": "A museum of old ships", **SPOT},
    ]
)


@pytest.fixture(scope="module")
def fitted(use) -> PartnerMatcher:
    settings = {"weights": {"mission": 3, "proximity": 1}, "shortlist": {"min_score": 0.0}}
    return PartnerMatcher(settings=settings, encoder=use).fit(NONPROFITS)


def test_effects_name_what_comes_and_goes(fitted: PartnerMatcher) -> None:
    effects = weight_effects(fitted, UNITS, 7, factors=(1, 50), top=2, first=1)
    told = effects.set_index(["criterion", "factor"])
    assert told["stay"].tolist() == [2, 2, 2, 2]
    assert told.loc[("proximity", 50), ["new_in_first", "gone_from_first"]].tolist() == ["Museum", "Bakers"]
    assert set(effects.query("factor == 1")["new_in_first"]) == {""}
    assert told.loc[("proximity", 50), "weight"] == 50


def test_a_sweep_holds_the_list_at_every_weight(fitted: PartnerMatcher) -> None:
    sweep = weight_sweep(fitted, UNITS, 7, "proximity", [0, 50], top=1)
    assert sweep[["weight", "nonprofit", "rank"]].values.tolist() == [[0, "Bakers", 1], [50, "Museum", 1]]


def test_an_unknown_unit_is_named_with_the_nearest(fitted: PartnerMatcher) -> None:
    with pytest.raises(UnknownIdError, match="there is no unit '70'"):
        weight_effects(fitted, UNITS, 70)
