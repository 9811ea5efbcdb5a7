"""The five lines, in scikit-learn's manner."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matcher import PartnerMatcher, Settings, SettingsError, TableError
from matcher.errors import UnknownIdError
from matcher.places.geocoders.base import GazetteerLocator


def test_five_lines(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use) -> None:
    before = example_units.copy(), example_nonprofits.copy()
    matcher = PartnerMatcher(weights={"mission": 3, "proximity": 2}, encoder=use).fit(example_nonprofits)
    shortlist = matcher.shortlist(example_units, top=20)
    assert 1 < shortlist.groupby("unit_id").size().max() <= 20
    assert (shortlist["score"] >= matcher.settings_.shortlist.min_score).all()
    assert shortlist["rank"].min() == 1
    first = shortlist.iloc[0]
    record = matcher.explain(first["unit_id"], first["nonprofit_id"])
    assert record.score == first["score"]
    assert [item.name for item in record.criteria] == ["mission", "proximity"]
    assert record.criterion("mission").weight == pytest.approx(0.6)
    pd.testing.assert_frame_equal(example_units, before[0])
    pd.testing.assert_frame_equal(example_nonprofits, before[1])


def test_every_row_is_the_record_it_was_made_from(example_units, example_nonprofits, example_partnerships, use) -> None:
    matcher = PartnerMatcher(encoder=use).fit(example_nonprofits, partnerships=example_partnerships)
    shortlist = matcher.shortlist(example_units, top=3)
    for row in shortlist.iloc[::7].to_dict("records"):
        record = matcher.explain(row["unit_id"], row["nonprofit_id"])
        assert record.gates == ()
        assert row["score"] == record.score
        assert row["confidence"] == record.confidence
        for item in record.criteria:
            assert row[item.name] == pytest.approx(item.score, abs=6e-7, nan_ok=True) or (
                item.score is None and pd.isna(row[item.name])
            )
    assert (shortlist["score"].diff().fillna(-1)[shortlist["rank"] > 1] <= 0).all()


def test_params_and_clone(use) -> None:
    matcher = PartnerMatcher(weights={"mission": 1}, half_distance_km=12, encoder=use)
    copy = clone(matcher.set_params(half_distance_km=30))
    assert copy.get_params()["half_distance_km"] == 30
    assert copy.get_params()["weights"] == {"mission": 1}
    assert PartnerMatcher().set_params(settings=Settings()).settings == Settings()


def test_parameters_go_before_settings(example_nonprofits: pd.DataFrame, use) -> None:
    settings = Settings.from_mapping({"proximity": {"half_distance_km": 100}, "weights": {"values": 1}})
    fitted = PartnerMatcher(settings=settings, half_distance_km=3, encoder=use).fit(example_nonprofits.head(3))
    assert fitted.settings_.proximity.half_distance_km == 3
    assert fitted.settings_.weights == {"values": 1}


def test_what_is_asked_too_early_or_of_nobody(example_units, example_nonprofits, use) -> None:
    with pytest.raises(NotFittedError, match="fit"):
        PartnerMatcher().shortlist(example_units)
    matcher = PartnerMatcher(encoder=use).fit(example_nonprofits.head(10))
    with pytest.raises(NotFittedError, match="shortlist"):
        matcher.explain("bank-01", "x")
    matcher.shortlist(example_units.head(2))
    with pytest.raises(UnknownIdError, match="bank-01"):
        matcher.explain("bank-1", example_nonprofits["nonprofit_id"].iloc[0])
    with pytest.raises(SettingsError, match="half_distance_km"):
        PartnerMatcher(half_distance_km=0.1, encoder=use).fit(example_nonprofits)
    with pytest.raises(SettingsError, match=r"misson.*mission"):
        PartnerMatcher(weights={"misson": 1}, encoder=use).fit(example_nonprofits)
    with pytest.raises(TableError, match="below zero"):
        PartnerMatcher(encoder=use).fit(example_nonprofits.assign(capacity=-1))
    history = pd.DataFrame(
        {"unit_id": ["nobody"], "nonprofit_id": example_nonprofits["nonprofit_id"].head(1), "status": "active"}
    )
    strangers = history.assign(nonprofit_id="nobody")
    with pytest.raises(TableError, match="this code does not stand in"):
        PartnerMatcher(encoder=use).fit(example_nonprofits, partnerships=strangers)


def test_another_geocoder_stands_in(example_units, example_nonprofits, use) -> None:
    geocoder = GazetteerLocator()
    given = (
        PartnerMatcher(encoder=use, geocoder=geocoder).fit(example_nonprofits.head(30)).shortlist(example_units.head(3))
    )
    default = PartnerMatcher(encoder=use).fit(example_nonprofits.head(30)).shortlist(example_units.head(3))
    pd.testing.assert_frame_equal(given, default)


def test_the_other_side(example_units, example_nonprofits, use) -> None:
    matcher = PartnerMatcher(encoder=use).fit(example_nonprofits)
    lists = matcher.shortlist(example_units, top=5, side="nonprofits")
    assert lists.columns[:4].tolist() == ["nonprofit_id", "nonprofit_name", "organisation", "rank"]
    assert lists.groupby("nonprofit_id").size().max() <= 5
    other = matcher.shortlist(example_units, top=500).set_index(["unit_id", "nonprofit_id"])["score"]
    mine = lists.set_index(["unit_id", "nonprofit_id"])["score"]
    both = mine.index.intersection(other.index)
    assert len(both) > 50
    assert (mine.loc[both] == other.loc[both]).all()
