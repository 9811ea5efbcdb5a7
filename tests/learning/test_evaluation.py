"""Evaluation: the metrics are right, nothing leaks, and bad input is refused."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.commands import run
from helpers.paths import NONPROFITS, PARTNERSHIPS, UNITS
from helpers.real_sets import RealSet
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from matcher import MatcherError, PartnerMatcher
from matcher.i18n.language import load_language
from matcher.learning.evaluation.differences import MIN_UNITS, Difference, Observations, mean_interval, sign_flip_test
from matcher.learning.evaluation.evaluation import AS_GIVEN, evaluate
from matcher.learning.evaluation.metrics import METRICS, Trial, list_metrics, unit_metrics
from matcher.learning.evaluation.pairs import candidate_pairs, pair_matrix
from matcher.learning.evaluation.rankings import baselines, score_matrix
from matcher.learning.evaluation.score_worth import score_worth
from matcher.learning.evaluation.settings_comparison import SettingsComparison, SettingsResult, compare_settings
from matcher.learning.evaluation.splits import Fold, folds_in_time, split_at_random, split_by_time
from matcher.learning.tuning.learned_settings import learn
from matcher.ranking.shortlists.evenness import exposure
from matcher.reports.sentences.differences import comparison_lines
from matcher.scoring.scorer import Scorer
from matcher.texts.encoders.base import Encoder


def trial_of(candidates: list[int], relevant: list[int], **more: int) -> Trial:
    return Trial(np.array([candidates], dtype=bool), np.array([relevant], dtype=bool), **({"min_pairs": 1} | more))


def test_metrics_by_hand() -> None:
    trial = trial_of([1, 1, 1, 1, 0], [0, 1, 0, 1, 0], top=2)
    auc, ndcg, recall, mrr = unit_metrics(trial, np.array([[0.9, 0.8, 0.7, 0.1, 1.0]]))[0]
    assert auc == pytest.approx(1 / 4)
    assert ndcg == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
    assert recall == 0.5
    assert mrr == 0.5


@given(st.lists(st.floats(0, 1), min_size=4, max_size=12, unique=True), st.data())
def test_metrics_are_bounded_and_perfect_for_the_truth(scores: list[float], data: st.DataObject) -> None:
    relevant = data.draw(
        st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)).filter(lambda row: 0 < sum(row) < len(row))
    )
    trial = trial_of([1] * len(scores), relevant, top=len(scores))
    found = unit_metrics(trial, np.array([scores]))
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()
    assert unit_metrics(trial, np.array([relevant], dtype=np.float64))[0] == pytest.approx(1)


@pytest.mark.parametrize("top", [1, 3, 5])
def test_ties_count_as_every_order_of_them(top: int) -> None:
    relevant, scores = np.array([1, 0, 0, 1, 0], dtype=bool), np.array([0.5, 0.5, 0.5, 0.5, 0.9])
    trial = trial_of([1] * 5, relevant.tolist(), top=top)
    orders = [np.array([4, *order]) for order in itertools.permutations(range(4))]
    each = [unit_metrics(trial, -np.argsort(order)[None, :].astype(float))[0] for order in orders]
    np.testing.assert_allclose(unit_metrics(trial, scores[None, :])[0], np.mean(each, axis=0))


def test_the_metrics_of_a_list_count_what_is_on_it() -> None:
    trial = trial_of([1] * 6, [1, 0, 1, 0, 1, 0], top=3)
    auc, ndcg, recall, mrr = list_metrics(trial, np.array([[2, 1, 0, 3, 4, 0]]))[0]
    ideal = 1 + 1 / np.log2(3) + 1 / 2
    assert np.isnan(auc)
    assert (ndcg, recall, mrr) == pytest.approx((1 / np.log2(3) / ideal, 1 / 3, 1 / 2))
    assert list_metrics(trial, np.zeros((1, 6), dtype=int))[0, 1:].tolist() == [0, 0, 0]


def test_units_with_few_pairs_do_not_count() -> None:
    relevant = np.zeros((3, 9), dtype=bool)
    relevant[0, :5], relevant[1, :4], relevant[2] = True, True, True
    assert Trial(np.ones_like(relevant), relevant, min_pairs=5).units.tolist() == [0]
    assert Trial(np.ones_like(relevant), relevant).units.tolist() == [0, 1]


def test_the_interval_holds_the_mean_and_narrows_with_more_units() -> None:
    draw = np.random.default_rng(1).normal(0.2, 1, 400)
    few, many = mean_interval(draw[:20]), mean_interval(draw)
    assert few[0] < draw[:20].mean() < few[1]
    assert many[0] < draw.mean() < many[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert np.isnan(mean_interval(draw[:2])).all()
    assert mean_interval(np.full(5, 0.3)) == pytest.approx((0.3, 0.3))
    symmetric = np.array([-2.0, -1, 0, 1, 2])
    assert mean_interval(symmetric) == pytest.approx(
        np.multiply(1 + 0.5 / 5, stats.t.interval(0.95, 4, 0, stats.sem(symmetric)))
    )


@pytest.mark.parametrize("n", [8, 20])
@pytest.mark.parametrize("kind", ["normal", "skewed", "long tails"])
def test_intervals_cover_what_they_say(n: int, kind: str) -> None:
    draw, size = np.random.default_rng(n), (1500, n)
    samples = {
        "normal": draw.normal(0, 1, size),
        "skewed": draw.exponential(1, size) - 1,
        "long tails": draw.standard_t(4, size),
    }[kind]
    ends = np.array([mean_interval(sample) for sample in samples])
    assert 0.93 <= ((ends[:, 0] <= 0) & (ends[:, 1] >= 0)).mean() <= 0.97


@pytest.mark.parametrize("n", [7, 12, 30])
def test_the_sign_flip_test_is_that_of_scipy(n: int) -> None:
    values = np.random.default_rng(n).normal(0.3, 1, n)
    expected = stats.permutation_test((values,), np.mean, permutation_type="samples", rng=1).pvalue
    assert sign_flip_test(values) == pytest.approx(expected, abs=1e-9 if n <= 12 else 0.02)


def test_from_five_companies_each_counts_once() -> None:
    companies = np.repeat(np.arange(5), [6, 1, 1, 1, 1])
    values = np.where(companies == 0, 0.9, 0.1)
    by_company, by_unit = Observations.of(companies), Observations.of(np.minimum(companies, 3))
    assert (by_company.by_company, by_unit.by_company) == (True, False)
    assert by_company.difference(values).mean == pytest.approx((0.9 + 4 * 0.1) / 5)
    assert by_unit.difference(values).mean == pytest.approx(values.mean())
    few = Observations.of(np.arange(MIN_UNITS - 1)).difference(values[: MIN_UNITS - 1])
    assert np.isnan([few.low, few.high, few.p_value]).all()
    assert np.isnan(Observations.of(np.arange(MIN_UNITS - 1)).gain_p_value(values[: MIN_UNITS - 1]))
    assert few.as_record()["low"] is None


def test_the_units_of_a_company_gain_or_lose_together() -> None:
    companies, values = np.repeat(np.arange(5), 2), np.array([1.0, 3, 2, 2, 1, 1, 4, 4, 2, -1])
    assert Observations.of(companies).gain_p_value(values) == pytest.approx(1 / 32)
    assert Observations.of(companies).gain_p_value(-values) == 1
    assert Observations.of(companies, False).gain_p_value(values) == pytest.approx(5 / 1024)


def test_a_score_is_worth_more_the_higher_it_is() -> None:
    draw = np.random.default_rng(0)
    scores = draw.random(300)
    worth = score_worth(scores, draw.random(300) < scores)
    assert worth is not None
    assert worth["share"].is_monotonic_increasing
    assert worth["decisions"].sum() == 300
    assert ((worth["low"] <= worth["share"]) & (worth["share"] <= worth["high"])).all()
    assert (worth["score_from"] <= worth["score_to"]).all()
    assert score_worth(scores[:19], scores[:19] < 0.5) is None
    assert score_worth(scores, np.ones(300, dtype=bool)) is None


def test_exposure() -> None:
    even, uneven = exposure(np.array([2, 2, 2, 2])), exposure(np.array([0, 0, 0, 8]))
    assert (even.shown, even.gini) == (1.0, 0.0)
    assert (uneven.shown, uneven.gini, uneven.most, uneven.most_position) == (0.25, 0.75, 8, 3)
    assert exposure(np.zeros(3, dtype=int)).most_position == -1


def test_splits_leak_nothing(example_partnerships: pd.DataFrame) -> None:
    keys = ["unit_id", "nonprofit_id"]
    for known, hidden in (
        split_at_random(example_partnerships, seed=3),
        split_by_time(example_partnerships.dropna(subset="started_on"), dt.date(2025, 1, 1)),
    ):
        assert len(known)
        assert len(hidden)
        assert not set(map(tuple, known[keys].to_numpy())) & set(map(tuple, hidden[keys].to_numpy()))
    first, second = (
        split_at_random(example_partnerships, seed=3),
        split_at_random(example_partnerships.sample(frac=1), seed=3),
    )
    assert set(map(tuple, first[0][keys].to_numpy())) == set(map(tuple, second[0][keys].to_numpy()))
    texts = example_partnerships.dropna(subset="started_on").astype({"started_on": "str"})
    assert len(split_by_time(texts, dt.date(2025, 1, 1))[1]) == len(hidden)
    for undated in (example_partnerships, example_partnerships.drop(columns="started_on")):
        with pytest.raises(MatcherError, match="no date in started_on"):
            split_by_time(undated, dt.date(2025, 1, 1))
    with pytest.raises(MatcherError, match="between 0 and 1"):
        split_at_random(example_partnerships, share=50)


def history_of(data: RealSet) -> pd.DataFrame:
    return data.known.assign(status="completed")


def scorer_of(data: RealSet, use: Encoder) -> Scorer:
    return PartnerMatcher(encoder=use).fit(data.nonprofits, partnerships=history_of(data)).scorer(data.units)


def test_the_baselines_give_the_reference_figures(realdata: Path, use, capsys: pytest.CaptureFixture[str]) -> None:
    data = RealSet.read(realdata / "nyc")
    found = evaluate(scorer_of(data, use), history_of(data), data.test, min_pairs=5)
    assert found.units == 27
    means = {line.name: line.means for line in found.rankings}
    assert means["distance alone"]["auc"] == pytest.approx(0.700, abs=0.004)
    assert means["distance alone"]["ndcg"] == pytest.approx(0.127, abs=0.004)
    assert means["popularity alone"]["auc"] == pytest.approx(0.750, abs=0.002)
    assert means["popularity alone"]["ndcg"] == pytest.approx(0.145, abs=0.002)
    assert means["text length"]["auc"] == pytest.approx(0.579, abs=0.01)
    lead = next(line for line in found.rankings if line.name == "distance alone").differences
    # With the default weights, as missions tell little here; see the tests of learning for learned ones.
    mean, low, high, *_ = lead["auc"]
    assert low < mean < high
    for line in found.rankings:
        for metric, (low, high) in line.intervals.items():
            assert np.isnan(line.means[metric]) or low <= line.means[metric] <= high
    with capsys.disabled():
        print("\n" + found.table().iloc[:, :5].to_string(index=False))


def test_popularity_leaves_the_units_own_pair_out(example_units, example_nonprofits, example_partnerships, use) -> None:
    scorer = (
        PartnerMatcher(encoder=use).fit(example_nonprofits, partnerships=example_partnerships).scorer(example_units)
    )
    known = pair_matrix(example_partnerships, scorer.run.units.ids, scorer.run.nonprofits.ids)
    popularity = baselines(scorer, known)["popularity alone"]
    unit, nonprofit = np.argwhere(known)[0]
    assert popularity[unit, nonprofit] == known[:, nonprofit].sum() - 1


def test_learned_on_nyc_beats_popularity_and_distance_alone(realdata: Path, use, capsys) -> None:
    data = RealSet.read(realdata / "nyc")
    # Every partner, and an eighth of those that are nobody's: learning takes time by the candidate.
    partners = data.nonprofits["nonprofit_id"].isin({*data.known["nonprofit_id"], *data.test["nonprofit_id"]})
    data = replace(data, nonprofits=data.nonprofits[partners | (np.arange(len(partners)) % 8 == 0)])
    scorer = scorer_of(data, use)
    learned = learn(scorer)
    assert learned.gained
    ids = scorer.run.units.ids, scorer.run.nonprofits.ids
    known, wanted = pair_matrix(data.known, *ids), pair_matrix(data.test, *ids)
    rivals = baselines(scorer, known)
    mine = score_matrix(Scorer(replace(scorer.run, settings=learned.settings)))
    trial = Trial(~known, wanted, min_pairs=5)
    assert len(trial.units) == 27
    means = {name: unit_metrics(trial, scores).mean(axis=0) for name, scores in ({"learned": mine} | rivals).items()}
    for rival in ("popularity alone", "distance alone"):
        assert (means["learned"][:2] > means[rival][:2]).all(), "by AUC and by nDCG"
    with capsys.disabled():
        print("\n" + pd.DataFrame(means, index=list(METRICS)).T.round(4).to_string())


def test_evaluate_from_files(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "donors"
    arguments = [
        "evaluate",
        folder / "business_units.csv",
        folder / "nonprofits.csv",
        "--partnerships",
        folder / "partnerships.csv",
    ]
    arguments += [
        "--test",
        folder / "partnerships_test.csv",
        "--leave-out",
        folder / "left_out.csv",
        "--least-pairs",
        "5",
        "--json",
        tmp_path / "figures.json",
    ]
    result = run(*arguments)
    assert result.exit_code == 0
    assert "16 units" in result.stdout
    assert "popularity alone" in result.stdout
    assert "Each of the 16 companies counts once" in result.stdout
    assert "Full rankings ignore gates" in " ".join(result.stdout.split())
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["units"] == 16
    assert len(figures["per_unit"]) == 16
    assert 0 < figures["exposure"]["gini"] < 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("bank-01", "nobody")], "none of the 1 test pairs names a unit and a nonprofit of the lists"),
        ([("bank-99", "bpost-05")], "none of the 1 test pairs names a unit and a nonprofit of the lists"),
        ("known", "known already"),
        ("ruled out", "none of the 13 test pairs is to be found, by their status (9 declined, 4 vetoed)"),
        ([], "no unit has a pair"),
    ],
)
def test_mistakes_in_the_pairs_to_find(rows: list[tuple[str, str]] | str, message: str, tmp_path: Path) -> None:
    known = pd.read_csv(PARTNERSHIPS)
    if rows == "known":
        frame = known.head(3)
    elif rows == "ruled out":
        frame = known[known["status"].isin(["declined", "vetoed"])]
    else:
        frame = pd.DataFrame(rows, columns=["unit_id", "nonprofit_id"])
    frame.to_csv(tmp_path / "test.csv", index=False)
    result = run(
        "evaluate",
        UNITS,
        NONPROFITS,
        "--partnerships",
        PARTNERSHIPS,
        "--test",
        tmp_path / "test.csv",
        "--json",
        tmp_path / "out.json",
    )
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "out.json").exists()


def test_one_class_only_cannot_be_ranked(example_units, example_nonprofits, use) -> None:
    nonprofits = example_nonprofits.head(6)
    every = pd.MultiIndex.from_product([example_units["unit_id"], nonprofits["nonprofit_id"]])
    scorer = PartnerMatcher(encoder=use).fit(nonprofits).scorer(example_units)
    with pytest.raises(MatcherError, match="one class only"):
        evaluate(scorer, None, every.to_frame(index=False, name=["unit_id", "nonprofit_id"]))


def test_what_each_criterion_adds(example_units, example_nonprofits, use) -> None:
    near = PartnerMatcher(encoder=use, weights={"proximity": 1}).fit(example_nonprofits)
    wanted = near.shortlist(example_units.head(8), top=6)[["unit_id", "nonprofit_id"]]
    scorer = PartnerMatcher(encoder=use, weights={"proximity": 1, "mission": 1}).fit(example_nonprofits)
    found = evaluate(scorer.scorer(example_units), None, wanted)
    leads = {line.name: line.differences["auc"] for line in found.rankings[2:]}
    assert leads["without proximity"].low > 0, "proximity made the pairs, so it adds"
    assert leads["without mission"].mean < leads["without proximity"].mean
    assert "without resources" not in leads


def test_ratings_out_of_range_are_said_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pd.read_csv(PARTNERSHIPS).assign(trust=6).to_csv(tmp_path / "known.csv", index=False)
    pd.DataFrame({"unit_id": ["bank-01"], "nonprofit_id": ["bpost-05"]}).to_csv(tmp_path / "test.csv", index=False)
    result = run("evaluate", UNITS, NONPROFITS, "--partnerships", tmp_path / "known.csv", "--test", tmp_path / "test.csv")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "outside 1 to 5" in caplog.text


def test_pairs_to_find_in_other_headings_say_where_to_map_them(tmp_path: Path) -> None:
    pd.DataFrame({"filiaal": ["bank-01"], "nonprofit_id": ["bpost-05"]}).to_csv(tmp_path / "test.csv", index=False)
    result = run("evaluate", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS, "--test", tmp_path / "test.csv")
    assert result.exit_code == 2
    assert "[columns.partnerships]" in result.stderr


@pytest.fixture
def numbered(
    example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use: Encoder
) -> tuple[Scorer, pd.DataFrame]:
    """A scorer of lists with whole numbers as ids, and six pairs to find of each of five units."""
    units = example_units.head(5).assign(unit_id=range(1, 6))
    nonprofits = example_nonprofits.assign(nonprofit_id=range(100, 100 + len(example_nonprofits)))
    matcher = PartnerMatcher(encoder=use, weights={"proximity": 1}).fit(nonprofits)
    pairs = matcher.shortlist(units, top=6)[["unit_id", "nonprofit_id"]].astype(int)
    return matcher.scorer(units), pairs


@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64", "str", "object"])
def test_ids_of_any_type_are_the_same_pairs(numbered: tuple[Scorer, pd.DataFrame], dtype: str) -> None:
    scorer, pairs = numbered
    found = evaluate(scorer, None, pairs.astype(dtype), top=6)
    assert (found.units, found.pairs) == (5, len(pairs))
    assert found.rankings[0].means["auc"] > 0.99
    assert found.unmatched == {"known": 0, "test": 0, "excluded": 0}


def test_pairs_outside_the_lists_are_counted_and_logged(
    numbered: tuple[Scorer, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    scorer, pairs = numbered
    stray = pd.DataFrame({"unit_id": [1, 77], "nonprofit_id": [9, 101]})
    with caplog.at_level("WARNING", logger="matcher"):
        found = evaluate(scorer, None, pd.concat([pairs, stray]))
    assert found.pairs == len(pairs)
    assert found.as_record()["unmatched"] == {"known": 0, "test": 2, "excluded": 0}
    assert [record.getMessage() for record in caplog.records] == [
        f"not in the lists of units and nonprofits, and therefore not counted: 2 of {len(pairs) + 2} test pairs"
    ]


@pytest.mark.parametrize("table", ["known", "test", "excluded_pairs"])
def test_pairs_that_match_nothing_are_an_error(numbered: tuple[Scorer, pd.DataFrame], table: str) -> None:
    scorer, pairs = numbered
    tables = {"known": None, "test": pairs, table: pairs.assign(unit_id=pairs["unit_id"].map("unit-{}".format))}
    with pytest.raises(MatcherError, match=rf"none of the {len(pairs)} .*unit-1:\d+.*Use the ids"):
        evaluate(scorer, **tables)


def test_only_positive_test_pairs_are_to_be_found(numbered: tuple[Scorer, pd.DataFrame]) -> None:
    scorer, pairs = numbered
    status = pd.Series("completed", index=pairs.index)
    status[pairs.index[pairs["unit_id"] == 1]] = ["declined", "vetoed", "maybe", "proposed", "active", None]
    found = evaluate(scorer, None, pairs.assign(status=status))
    assert found.pairs == len(pairs) - 4
    assert found.as_record()["not_to_find"] == {"declined": 1, "maybe": 1, "proposed": 1, "vetoed": 1}
    assert len(found.standings) == found.pairs
    with pytest.raises(
        MatcherError, match=rf"none of the {len(pairs)} test pairs is to be found.*{len(pairs)} declined"
    ):
        evaluate(scorer, None, pairs.assign(status="declined"))


def test_undecided_pairs_are_no_candidates_and_may_be_found_later(numbered: tuple[Scorer, pd.DataFrame]) -> None:
    scorer, pairs = numbered
    first = pairs.groupby("unit_id").head(1)
    known = pd.concat([first, pd.DataFrame({"unit_id": [1], "nonprofit_id": [105]})]).assign(status="maybe")
    assert not pairs["nonprofit_id"][pairs["unit_id"] == 1].eq(105).any()
    found, plain = evaluate(scorer, known, pairs), evaluate(scorer, None, pairs)
    assert found.pairs == len(pairs)
    assert found.rankings[0].means == pytest.approx(plain.rankings[0].means, abs=0.01)


def test_chance_is_an_expectation(numbered: tuple[Scorer, pd.DataFrame]) -> None:
    scorer, pairs = numbered
    n = len(scorer.run.nonprofits)
    chance = next(line for line in evaluate(scorer, None, pairs, top=10).rankings if line.name == "chance").means
    assert chance["auc"] == pytest.approx(0.5)
    assert chance["recall"] == pytest.approx(10 / n)


def test_where_each_pair_was_lost(example_units, example_nonprofits, use) -> None:
    units = example_units.head(3).assign(excludes=None, company=["A", "B", "C"], foundation=None)
    sites = example_nonprofits.drop_duplicates("organisation").head(40).reset_index(drop=True)
    sites["active"] = [*[True] * 39, False]
    unit, ids = units["unit_id"].iloc[0], sites["nonprofit_id"].tolist()
    matcher = PartnerMatcher(encoder=use, settings={"shortlist": {"min_score": 0.3}})
    listed = matcher.fit(sites).shortlist(units, top=200)
    ranked = listed["nonprofit_id"][listed["unit_id"] == unit].tolist()
    low = next(name for name in ids[:39] if name not in ranked)
    twin = sites[sites["nonprofit_id"] == ranked[1]].assign(nonprofit_id="twin")
    matcher.fit(pd.concat([sites, twin], ignore_index=True))
    test = pd.DataFrame({"unit_id": unit, "nonprofit_id": [ranked[0], ranked[3], "twin", low, ids[39], "nobody"]})
    found = evaluate(matcher.scorer(units), None, test, top=2)
    standings = found.standings.set_index("nonprofit_id")
    assert standings["standing"].reindex(test["nonprofit_id"]).tolist() == [
        *("listed", "ranked", "other_site", "below_min_score", "gated", "not_in_lists")
    ]
    assert standings.loc[ids[39], "gate"] == "inactive"
    assert (standings.loc[ranked[0], "rank"], standings.loc[ranked[3], "rank"]) == (1, 4)
    assert standings.loc[ranked[0], "unit_rank"] >= 1, "the unit stands on the nonprofit's own list"
    assert found.lost()["pairs"].sum() == len(test)
    given = next(line for line in found.rankings if line.name == AS_GIVEN)
    assert given.means["recall"] == pytest.approx(1 / 5)
    assert given.means["mrr"] == 1


def test_groups_of_nonprofits_on_the_lists(numbered: tuple[Scorer, pd.DataFrame]) -> None:
    scorer, pairs = numbered
    groups = evaluate(scorer, None, pairs).exposure_groups
    for name, rows in groups.groupby("grouped_by"):
        if name != "cause":  # of which a nonprofit may have several
            assert rows["of_nonprofits"].sum() == pytest.approx(1)
            assert rows["of_places"].sum() == pytest.approx(1)
    near = groups[(groups["grouped_by"] == "nearest_km") & (groups["group"] == "0-9")].iloc[0]
    assert near["of_places"] > near["of_nonprofits"], "the scorer knows distance alone"


def test_settings_beside_each_other_on_the_same_pairs(numbered: tuple[Scorer, pd.DataFrame]) -> None:
    scorer, pairs = numbered
    length = Scorer(replace(scorer.run, settings=scorer.run.settings.with_overrides({"weights": {"mission": 1.0}})))
    fold = Fold(None, None, pairs)
    found = compare_settings({"near": [scorer], "text": [length], "same": [scorer]}, [fold], top=6)
    near, text, same = found.results
    assert (found.units, found.pairs, found.comparisons) == (5, len(pairs), 10)
    assert near.means["auc"] > text.means["auc"]
    assert text.differences["auc"].mean == pytest.approx(near.means["auc"] - text.means["auc"])
    assert same.differences["ndcg"].mean == 0
    assert evaluate(scorer, None, pairs, top=6).rankings[0].means["ndcg"] == pytest.approx(near.means["ndcg"])
    twice = compare_settings({"near": [scorer] * 2}, [fold] * 2, top=6)
    assert twice.results[0].means == pytest.approx(near.means), "a unit in two folds counts once"
    assert (twice.units, twice.pairs) == (5, 2 * len(pairs))


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((0.01, 0.2), "By nDCG@5, 'A' ranks better than 'B': the interval lies above zero."),
        ((-0.2, -0.01), "By nDCG@5, 'A' ranks worse than 'B': the interval lies below zero."),
        ((-0.1, 0.2), "By nDCG@5, these pairs do not tell 'A' and 'B' apart: the interval contains zero."),
        ((math.nan, math.nan), None),
    ],
)
def test_a_comparison_says_which_settings_are_better(ends: tuple[float, float], verdict: str | None) -> None:
    lead = Difference(sum(ends) / 2, *ends, p_value=0.5)
    units = 4 if verdict is None else 20
    results = [SettingsResult("A", {}, [], {}), SettingsResult("B", {}, [], {"ndcg": lead})]
    found = SettingsComparison(results, [], units=units, pairs=units, top=5, companies=units, by_company=True)
    lines = comparison_lines(found, load_language("en"))
    assert lines[-1] == verdict if verdict else "No intervals" in lines[-1]


def test_folds_in_time() -> None:
    rows = [
        ("a", "x", "completed", "2023-05-01"),
        ("a", "y", "active", "2024-03-01"),
        ("b", "x", "active", "2025-02-01"),
        ("b", "y", "active", None),
        ("b", "z", "vetoed", None),
        ("a", "x", "completed", "2025-05-01"),
    ]
    frame = pd.DataFrame(rows, columns=["unit_id", "nonprofit_id", "status", "started_on"])
    first, second = folds_in_time(frame, [dt.date(2025, 1, 1), dt.date(2024, 1, 1)])
    pairs = [[tuple(row) for row in each[["unit_id", "nonprofit_id"]].to_numpy()] for each in (first.known, first.test)]
    assert pairs == [[("a", "x"), ("b", "z")], [("a", "y")]]
    assert second.test["nonprofit_id"].tolist() == ["x"], "a partnership that is repeated is known"
    assert (first.undated, len(first.excluded)) == (1, 3)
    with pytest.raises(MatcherError, match="no partnership began from 2030-01-01"):
        folds_in_time(frame, [dt.date(2030, 1, 1)])
    with pytest.raises(MatcherError, match="no partnership began before 2000-01-01"):
        folds_in_time(frame[frame["started_on"].notna()], [dt.date(2000, 1, 1)])


def test_the_example_split_by_date_from_the_command_line(tmp_path: Path) -> None:
    arguments = ["evaluate", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS, "--split-on", "2025-01-01"]
    result = run(*arguments, "--json", tmp_path / "figures.json")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    for said in (
        "15 pairs to find",
        "another site of the organisation instead",
        "5 declined",
        "What a score is worth:",
    ):
        assert said in text
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(figures["standings"]) == figures["pairs"] == 15
    assert figures["rankings"][1]["means"]["auc"] is None
    (tmp_path / "b.toml").write_text("[weights]\nmission = 1\n", encoding="utf-8")
    result = run(*arguments, "--split-on", "2026-01-01", "--against", tmp_path / "b.toml", "--language", "nl")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    for said in ("nDCG@20 vanaf 2026-01-01", "De voorsprong van defaults op elk", "Er staan 5 intervallen"):
        assert said in text


def test_which_pairs_to_find_must_be_said(tmp_path: Path) -> None:
    for more in ([], ["--test", PARTNERSHIPS, "--split-on", "2025-01-01"]):
        result = run("evaluate", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS, *more)
        assert result.exit_code == 2
        assert "--test FILE, or --split-on DAY" in " ".join(result.stderr.split())


@pytest.mark.parametrize("dtype", ["int64", "float64", "str"])
def test_candidate_pairs_take_ids_of_any_type(dtype: str, caplog: pytest.LogCaptureFixture) -> None:
    units, nonprofits = pd.DataFrame({"unit_id": [2, 1]}), pd.DataFrame({"nonprofit_id": [7, 10]})
    rows = [(1, 7, "active"), (2, 7, "maybe"), (2, 10, "declined"), (9, 7, "completed")]
    partnerships = pd.DataFrame(rows, columns=["unit_id", "nonprofit_id", "status"])
    partnerships[["unit_id", "nonprofit_id"]] = partnerships[["unit_id", "nonprofit_id"]].astype(dtype)
    with caplog.at_level("WARNING", logger="matcher"):
        pairs, positives = candidate_pairs(units, nonprofits, partnerships)
    assert pairs.to_numpy().tolist() == [["1", "10"], ["1", "7"], ["2", "10"]]
    assert positives.tolist() == [False, True, False]
    assert "1 of 4 partnership pairs" in caplog.text
    with pytest.raises(MatcherError, match="none of the 1 partnership pairs"):
        candidate_pairs(units, nonprofits, partnerships.tail(1))
