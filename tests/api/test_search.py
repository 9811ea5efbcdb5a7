"""`PartnerMatcher` in scikit-learn's own searches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, RandomizedSearchCV

from matcher import PartnerMatcher, Settings, SettingsError
from matcher.api.model_selection import candidate_pairs, ranking_scorer, unit_groups
from matcher.errors import MatcherError, UnknownIdError


@pytest.fixture
def near(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use) -> tuple:
    """Ten units whose partners are the three nonprofits nearest to each."""
    units, nonprofits = example_units.head(10), example_nonprofits[::2]
    matcher = PartnerMatcher(weights={"proximity": 1}, encoder=use).fit(nonprofits)
    partnerships = matcher.shortlist(units, top=3)[["unit_id", "nonprofit_id"]].assign(status="completed")
    return units, nonprofits, partnerships


def test_a_grid_search_finds_what_the_pairs_were_made_by(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    grid = {"weights": [{"mission": 1}, {"proximity": 1}], "settings__proximity__half_distance_km": [5, 50]}
    search = GridSearchCV(
        PartnerMatcher(encoder=use), grid, scoring=ranking_scorer("auc"), cv=GroupKFold(2), error_score="raise"
    )
    search.fit(pairs, positives, groups=unit_groups(pairs), lists=(units, nonprofits))
    assert search.best_params_["weights"] == {"proximity": 1}
    assert search.best_score_ > 0.95
    best = search.best_estimator_
    assert best.settings_.weights == {"proximity": 1}
    assert best.shortlist(units, top=2)["unit_id"].nunique() > 3


def test_a_search_scores_by_ndcg_and_wants_units_whole(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    grid = {"weights": [{"mission": 1}, {"proximity": 1}]}
    fit = {"lists": (units, nonprofits)}
    search = GridSearchCV(PartnerMatcher(encoder=use), grid, cv=GroupKFold(2))
    search.fit(pairs, positives, groups=unit_groups(pairs), **fit)
    named = GridSearchCV(PartnerMatcher(encoder=use), grid, cv=GroupKFold(2), scoring=ranking_scorer())
    named.fit(pairs, positives, groups=unit_groups(pairs), **fit)
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], named.cv_results_["mean_test_score"])
    with pytest.raises(ValueError, match=r"(?s)fits failed.*groups=unit_groups\(pairs\)"):
        GridSearchCV(PartnerMatcher(encoder=use), grid, cv=2 * len(units)).fit(pairs, positives, **fit)


def test_pairs_of_a_unit_on_both_sides_of_a_split_are_refused(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    pairs.attrs.clear()
    half = np.arange(len(pairs)) % 2 == 0
    matcher = PartnerMatcher(encoder=use).fit(pairs[half], positives[half], lists=(units, nonprofits))
    assert 0 <= matcher.score(pairs[half], positives[half]) <= 1
    with pytest.raises(MatcherError, match="some of its pairs in training and others in the test: pass groups"):
        matcher.score(pairs[~half], positives[~half])


def test_a_random_search_draws_from_settings(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    search = RandomizedSearchCV(
        PartnerMatcher(encoder=use),
        {"half_distance_km": [2, 20, 200], "settings__weights__mission": [0, 3]},
        n_iter=3,
        random_state=0,
        scoring={"ndcg": ranking_scorer(), "mrr": ranking_scorer("mrr")},
        refit="ndcg",
        cv=GroupKFold(2),
        error_score="raise",
    )
    search.fit(pairs, positives, groups=unit_groups(pairs), lists=(units, nonprofits), partnerships=partnerships)
    scores = search.cv_results_["mean_test_ndcg"]
    assert len(scores) == 3
    assert search.best_score_ == max(scores) > min(scores)


def test_held_out_units_are_no_evidence(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    train = np.isin(pairs["unit_id"], units["unit_id"].iloc[:5])
    for known in (None, partnerships):
        matcher = PartnerMatcher(encoder=use)
        matcher.fit(pairs[train], positives[train], lists=(units, nonprofits), partnerships=known)
        history = matcher.scorer(units).run.history
        assert set(history.unit) == set(range(5))


def test_pairs_that_say_nothing_are_no_candidates(near: tuple) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    assert len(pairs) == len(units) * len(nonprofits)
    assert positives.sum() == len(partnerships)
    statuses = ["vetoed", "maybe", *["completed"] * (len(partnerships) - 2)]
    fewer, came = candidate_pairs(
        units, nonprofits, partnerships.assign(status=statuses), excluded_pairs=partnerships.tail(1)
    )
    assert len(fewer) == len(pairs) - 3
    assert came.sum() == len(partnerships) - 3


def test_settings_are_parameters(use) -> None:
    matcher = PartnerMatcher(encoder=use).set_params(settings__mission__cause_share=0.2, half_distance_km=3)
    copy = clone(matcher)
    assert copy.get_params()["settings__mission__cause_share"] == 0.2
    assert copy.settings == Settings().with_overrides({"mission.cause_share": 0.2})
    assert clone(copy.set_params(**copy.get_params(deep=False))).half_distance_km == 3
    with pytest.raises(SettingsError, match=r"cause_shares.*cause_share"):
        matcher.set_params(settings__mission__cause_shares=0.2)
    with pytest.raises(ValueError, match="half_distance"):
        matcher.set_params(half_distance=3)


def test_mistakes(near: tuple, use) -> None:
    units, nonprofits, partnerships = near
    pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    with pytest.raises(SettingsError, match=r"ndgc.*ndcg"):
        ranking_scorer("ndgc")
    matcher = PartnerMatcher(encoder=use).fit(pairs, positives, lists=(units, nonprofits))
    with pytest.raises(MatcherError, match="fewer folds"):
        ranking_scorer()(matcher, pairs, np.zeros(len(pairs)))
    with pytest.raises(UnknownIdError, match="nobody"):
        matcher.decision_function(pairs.head(2).assign(unit_id="nobody"))
