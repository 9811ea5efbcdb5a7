"""What users get wrong: an error of ours with a remedy, or the right answer; never a silent wrong one."""

from __future__ import annotations

import copy
import logging
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate

from matcher import MatcherError, PartnerMatcher, Settings, SettingsError, TableError
from matcher.errors import EncoderError, UnknownIdError
from matcher.model_selection import Remembering, candidate_pairs, ranking_scorer, unit_groups

TOWNS = ["Zwolle", "Breda", "Leiden", "Assen"]
UNITS = pd.DataFrame(
    {"unit_id": [1, 2, 3, 4], "company": "Bank", "name": TOWNS, "mission": "Geen gezin in de schulden", "city": TOWNS}
)
NONPROFITS = pd.DataFrame(
    {
        "nonprofit_id": [11, 12, 13, 14],
        "name": TOWNS,
        "mission": ["Hulp bij schulden", "Opvang van egels", "Taalles", "Hulp bij schulden"],
        "city": TOWNS,
    }
)
PARTNERSHIPS = pd.DataFrame(
    {"unit_id": UNITS["unit_id"], "nonprofit_id": NONPROFITS["nonprofit_id"], "status": "completed"}
)


def fitted(use: Any, **params: Any) -> PartnerMatcher:
    return PartnerMatcher(encoder=use, **params).fit(NONPROFITS)


# --- ids -------------------------------------------------------------------------------------------------------------


def test_integer_ids_give_the_scores_of_text_ids(use) -> None:
    matcher = fitted(use)
    matcher.match(UNITS)
    pairs = pd.DataFrame({"unit_id": [1, 2, 3], "nonprofit_id": [11, 12, 14]})
    scores = matcher.decision_function(pairs)
    np.testing.assert_array_equal(scores, matcher.decision_function(pairs.astype(str)))
    np.testing.assert_array_equal(scores, matcher.score_pairs([1, 2, 3], [11, 12, 14]))
    assert [matcher.explain(1, 11).score, matcher.explain(2, 12).score] == scores[:2].tolist()
    assert len(set(scores)) > 1


def test_ids_come_back_in_the_type_of_the_caller_and_results_merge(use) -> None:
    frame = fitted(use, settings={"shortlist": {"min_score": 0}}).shortlist(UNITS)
    assert frame["unit_id"].dtype == UNITS["unit_id"].dtype
    assert frame["nonprofit_id"].dtype == NONPROFITS["nonprofit_id"].dtype
    assert len(frame.merge(UNITS[["unit_id", "city"]])) == len(frame)
    texts = fitted(use).shortlist(UNITS.astype({"unit_id": str}))
    assert set(texts["unit_id"]) <= {"1", "2", "3", "4"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.score_pairs([1], [11, 12]), "1 units and 2 nonprofits"),
        (lambda m: m.score_pairs("1", ["11"]), "two lists"),
        (lambda m: m.explain(11, 1), "order is unit, nonprofit"),
        (lambda m: m.explain(1, 99), "no nonprofit '99'"),
        (lambda m: m.decision_function(UNITS), "unit_id and nonprofit_id"),
        (lambda m: m.programmes(UNITS, locks=["1:11"]), r"locks: '1:11' is no pair"),
        (lambda m: m.decision_function(pd.DataFrame({"unit_id": [1, 77], "nonprofit_id": [11, 11]})), "no unit '77'"),
    ],
)
def test_wrong_pairs_have_a_remedy(use, call: Any, message: str) -> None:
    matcher = fitted(use)
    matcher.match(UNITS)
    with pytest.raises(MatcherError, match=message):
        call(matcher)


# --- state -----------------------------------------------------------------------------------------------------------


def test_a_second_fit_answers_from_the_second(use) -> None:
    matcher = fitted(use)
    matcher.match(UNITS)
    first = matcher.score_pairs([1], [12])
    matcher.set_params(weights={"mission": 1}).fit(NONPROFITS)
    with pytest.raises(NotFittedError, match="no units have been matched"):
        matcher.score_pairs([1], [12])
    matcher.match(UNITS)
    assert matcher.score_pairs([1], [12]) != first
    matcher.fit(NONPROFITS.head(1))
    matcher.match(UNITS)
    with pytest.raises(UnknownIdError, match="no nonprofit '12'"):
        matcher.explain(1, 12)


def test_matches_do_not_disturb_each_other(use) -> None:
    matcher = fitted(use)
    one = matcher.match(UNITS.assign(contact="a"))
    other = matcher.match(UNITS.head(1).assign(telephone="b"))
    assert "contact" in one.shortlists().table
    assert "telephone" in other.shortlists().table
    assert "telephone" not in one.shortlists().table
    with pytest.raises(AttributeError):
        one.units = other.units  # type: ignore[misc]


@pytest.mark.parametrize("moved", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_fitted_matcher_can_be_pickled_and_copied(moved: Any) -> None:
    matcher = PartnerMatcher().fit(NONPROFITS, partnerships=PARTNERSHIPS)
    before = matcher.shortlist(UNITS)
    again = moved(matcher)
    np.testing.assert_array_equal(again.score_pairs([1, 2], [12, 14]), matcher.score_pairs([1, 2], [12, 14]))
    pd.testing.assert_frame_equal(again.shortlist(UNITS), before)
    assert again.settings_ == matcher.settings_


def test_estimators_come_back_from_processes_and_work() -> None:
    pairs, positives = candidate_pairs(UNITS, NONPROFITS, PARTNERSHIPS)
    found = cross_validate(
        PartnerMatcher(),
        pairs,
        positives,
        groups=unit_groups(pairs),
        cv=GroupKFold(2),
        scoring=ranking_scorer("auc"),
        params={"lists": (UNITS, NONPROFITS)},
        return_estimator=True,
        n_jobs=2,
    )
    for estimator in found["estimator"]:
        assert np.isfinite(estimator.decision_function(pairs)).all()


def test_results_and_settings_go_through_files(use, tmp_path: Path) -> None:
    frame = fitted(use, settings={"shortlist": {"min_score": 0}}).shortlist(UNITS)
    frame.to_csv(tmp_path / "list.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "list.csv"), frame, check_dtype=False)
    settings = Settings.from_mapping({"weights": {"mission": 2}, "shortlist": {"top": 3}})
    settings.to_toml(tmp_path / "settings.toml")
    matcher = PartnerMatcher(settings=tmp_path / "settings.toml", encoder=use).fit(NONPROFITS)
    assert matcher.settings_ == settings
    assert PartnerMatcher(settings=settings.to_mapping(), encoder=use).fit(NONPROFITS).settings_ == settings


def test_partnerships_of_pairs_are_found_whatever_the_type_of_their_ids(use) -> None:
    pairs, positives = candidate_pairs(UNITS, NONPROFITS, PARTNERSHIPS)
    mine = pairs["unit_id"].isin(["1", "2"])
    for known in (PARTNERSHIPS, PARTNERSHIPS.astype(str)):
        matcher = PartnerMatcher(encoder=use)
        matcher.fit(pairs[mine], positives[mine.to_numpy()], partnerships=known, lists=(UNITS, NONPROFITS))
        records = {name: matcher.explain(3, name).criterion("track_record").score for name in (11, 12, 13)}
        assert None not in (records[11], records[12])
        assert records[13] is None, "a partnership of a unit that is held out"


# --- parameters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PartnerMatcher(weight={"mission": 1}), "no parameter 'weight'; did you mean 'weights'"),
        (lambda: PartnerMatcher({"mission": 1}), "name the parameters"),
        (lambda: PartnerMatcher(weights=[3, 1]).fit(NONPROFITS), "a weight for each criterion by name"),
        (lambda: PartnerMatcher(settings=3).fit(NONPROFITS), "Settings, a dict or the path"),
        (lambda: PartnerMatcher(settings={"shortlst": {}}).fit(NONPROFITS), "shortlst"),
        (lambda: PartnerMatcher().set_params(weights__mission=3), "settings__weights__mission"),
        (lambda: PartnerMatcher().set_params(weight={"mission": 3}), "did you mean 'weights'"),
        (lambda: Settings(weight={"mission": 1}), "weight: there is no such setting; did you mean 'weights'"),
        (lambda: PartnerMatcher(criteria=["mission"]).fit(NONPROFITS), "no criterion; pass instances"),
    ],
)
def test_wrong_parameters_have_a_remedy(make: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        make()


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ({"weights": {"mission": 1}}, {"settings__weights__proximity": 3.0}),
        ({"half_distance_km": 4.0}, {"settings__proximity__half_distance_km": 9.0}),
    ],
)
def test_a_setting_that_a_parameter_hides_is_refused(given: dict[str, Any], hidden: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="would have no effect"):
        PartnerMatcher(**given).set_params(**hidden)


def test_deep_parameters_show_what_is_in_force() -> None:
    params = PartnerMatcher(half_distance_km=12, weights={"mission": 1}).get_params(deep=True)
    assert params["settings__proximity__half_distance_km"] == 12
    assert params["settings__weights"] == {"mission": 1}


def test_a_setting_can_be_unset() -> None:
    matcher = PartnerMatcher().set_params(settings__gates__as_of="2026-01-01", settings__shortlist__top=3)
    matcher.set_params(settings__gates__as_of=None, settings__shortlist__top=None)
    assert matcher.settings == Settings()


# --- encoders and tables -----------------------------------------------------------------------------------------------


def letters(texts: list[str]) -> np.ndarray:
    return np.array([[7.0 * text.count(letter) for letter in "aeiouns"] for text in texts])


def test_any_function_of_texts_is_an_encoder() -> None:
    matcher = PartnerMatcher(encoder=letters).fit(NONPROFITS)
    assert len(matcher.shortlist(UNITS))
    np.testing.assert_allclose(np.linalg.norm(matcher.encoder_.encode(["abc aeiou"]), axis=1), 1, rtol=1e-5)
    with pytest.raises(EncoderError, match="one vector for each text"):
        PartnerMatcher(encoder=object()).fit(NONPROFITS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "convert",
    [pl.from_pandas, lambda frame: pa.Table.from_pandas(frame), lambda frame: frame.to_dict("records")],
    ids=["polars", "pyarrow", "dicts"],
)
def test_other_tables_are_taken(use, convert: Any) -> None:
    expected = PartnerMatcher(encoder=use).fit(NONPROFITS, partnerships=PARTNERSHIPS).shortlist(UNITS)
    matcher = PartnerMatcher(encoder=use).fit(convert(NONPROFITS), partnerships=convert(PARTNERSHIPS))
    pd.testing.assert_frame_equal(matcher.shortlist(convert(UNITS)), expected)


@pytest.mark.parametrize("table", [3, "no such file.csv", [1, 2], {"name": ["a"], "mission": ["b", "c"]}])
def test_what_is_no_table_is_named(use, table: Any) -> None:
    with pytest.raises(MatcherError):
        PartnerMatcher(encoder=use).fit(table)


def test_no_nonprofits_and_pairs_without_lists(use) -> None:
    with pytest.raises(MatcherError, match="no rows"):
        PartnerMatcher(encoder=use).fit(NONPROFITS.head(0))
    pairs, positives = candidate_pairs(UNITS, NONPROFITS, PARTNERSHIPS)
    search = GridSearchCV(
        PartnerMatcher(encoder=Remembering("use")),
        {"half_distance_km": [5, 50]},
        scoring=ranking_scorer("ndcg"),
        cv=GroupKFold(2),
        error_score="raise",
    )
    with pytest.raises(SettingsError, match="pass the two lists"):
        search.fit(pairs, positives, groups=unit_groups(pairs))


# --- results -----------------------------------------------------------------------------------------------------------


def test_units_without_a_list_are_named_with_their_reasons(use, caplog: pytest.LogCaptureFixture) -> None:
    matcher = PartnerMatcher(encoder=use, settings={"shortlist": {"min_score": 0.99}}).fit(NONPROFITS)
    with caplog.at_level(logging.WARNING, "matcher"):
        frame = matcher.shortlist(UNITS)
    assert len(frame) == 0
    assert [item["unit_id"] for item in frame.attrs["without_list"]] == [1, 2, 3, 4]
    assert frame.attrs["without_list"][0]["below_min_score"] == 4
    assert "4 of 4 units have no list" in caplog.text
    assert [item.unit_id for item in matcher.match(UNITS).shortlists().without_list] == ["1", "2", "3", "4"]


def test_columns_of_the_caller_do_not_collide_with_those_of_the_result(use) -> None:
    units = UNITS.assign(score="mine", contact="a")
    frame = PartnerMatcher(encoder=use).fit(NONPROFITS.assign(contact="b", rank="c")).shortlist(units)
    assert frame.columns.is_unique
    assert frame["score"].dtype == np.float64
    assert {"unit_score", "contact", "nonprofit_contact", "nonprofit_rank"} <= set(frame.columns)


def test_partnerships_of_other_units_are_history(use, caplog: pytest.LogCaptureFixture) -> None:
    running = PARTNERSHIPS.assign(status="active", trust=[5, 4, 3, 2])
    nonprofits = NONPROFITS.assign(capacity=[1, 1, 2, 1])
    whole = PartnerMatcher(encoder=use).fit(nonprofits, partnerships=running)
    whole.match(UNITS)
    alone = PartnerMatcher(encoder=use).fit(nonprofits, partnerships=running)
    with caplog.at_level(logging.INFO, "matcher"):
        alone.match(UNITS.head(1))
    assert "3 partnerships are of units that are not in this table" in caplog.text
    for nonprofit in NONPROFITS["nonprofit_id"]:
        one, other = whole.explain(1, nonprofit), alone.explain(1, nonprofit)
        assert one.gates == other.gates
        assert one.criterion("track_record").score == other.criterion("track_record").score
    with pytest.raises(TableError, match="this code does not stand in"):
        PartnerMatcher(encoder=use).fit(nonprofits, partnerships=running.assign(nonprofit_id=99))
