"""Learning: the criterion behind the pairs is found, chance is not, and bad input is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.commands import run
from helpers.paths import NONPROFITS, PARTNERSHIPS, UNITS
from sklearn.metrics import ndcg_score

from matcher import MatcherError, PartnerMatcher, Settings
from matcher.i18n.language import load_language
from matcher.learning.evaluation.differences import Observations
from matcher.learning.evaluation.rankings import score_matrix
from matcher.learning.tuning.comparisons import NEARBY_KM, compare
from matcher.learning.tuning.evidence import Evidence, gather
from matcher.learning.tuning.features import HELD_OUT, Features
from matcher.learning.tuning.learned_settings import MIN_PAIRS, LearnedSettings, learn, learned_weights
from matcher.learning.tuning.pairwise_loss import fit_weights
from matcher.learning.tuning.profile import inner_folds, whole_list_ndcg
from matcher.places.distance import aligned_km
from matcher.reports.sentences.learned import learned_lines, learned_table
from matcher.scoring.data import Run
from matcher.scoring.geometric import score_of
from matcher.scoring.scorer import Scorer

PAIRS_A_UNIT = 8


class World:
    """The example lists, with partnerships drawn by one criterion alone, or by nothing."""

    def __init__(self, units: pd.DataFrame, nonprofits: pd.DataFrame, use) -> None:
        self.units, self.nonprofits, self.use = units, nonprofits, use

    def draw(self, criterion: str | None, pull: float, half_distance_km: float = 7.0, seed: int = 0) -> pd.DataFrame:
        """Draw each unit's partners with a chance of exp(pull * criterion), by the Gumbel trick."""
        matcher = PartnerMatcher(
            encoder=self.use, half_distance_km=half_distance_km, weights={criterion or "mission": 1}
        )
        scorer = matcher.fit(self.nonprofits).scorer(self.units)
        scores = score_matrix(scorer)
        drawn = (pull if criterion else 0.0) * scores + np.random.default_rng(seed).gumbel(size=scores.shape)
        drawn[:, ~scorer.run.nonprofits.active] = -np.inf
        chosen = np.argsort(-drawn, axis=1)[:, :PAIRS_A_UNIT]
        return pd.DataFrame(
            {
                "unit_id": np.repeat(scorer.run.units.ids, PAIRS_A_UNIT),
                "nonprofit_id": scorer.run.nonprofits.ids[chosen.ravel()],
                "status": "completed",
            }
        )

    def scorer(self, partnerships: pd.DataFrame, settings: Settings | None = None) -> Scorer:
        matcher = PartnerMatcher(encoder=self.use, settings=settings)
        return matcher.fit(self.nonprofits, partnerships=partnerships).scorer(self.units)

    def learn(self, partnerships: pd.DataFrame) -> LearnedSettings:
        return learn(self.scorer(partnerships))


@pytest.fixture
def world(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use) -> World:
    return World(example_units, example_nonprofits[::2], use)  # learning takes time by the candidate


def share(learned: LearnedSettings, criterion: str) -> float:
    weights = learned.settings.weights
    return weights[criterion] / sum(weights[name] for name in learned.criteria)


def test_where_only_distance_matters_proximity_gets_the_weight(world: World) -> None:
    learned = world.learn(world.draw("proximity", 15, half_distance_km=20))
    assert learned.gained
    assert share(learned, "proximity") > 0.5
    assert 5 <= learned.settings.proximity.half_distance_km <= 40
    assert all(each.low <= each.mean <= each.high for each in learned.differences.values())
    lines = learned_lines(learned, "p.csv", load_language("en"))
    assert "(nDCG) and the pairs in the right order (AUC) gain beyond chance (p ≤ 0.0" in lines[-2]
    assert "AUC went from" in lines[-3]
    assert "Tested on companies that were held out, of 9 companies" in lines[1]
    before, after = learned.exposure
    assert f"would show {after.shown:.0%} of the nonprofits" in lines[-1]
    assert f"instead of {before.shown:.0%}" in lines[-1]
    assert set(learned.ranges) == {*learned.searched, *(f"weights.{name}" for name in learned.criteria)}
    low, high = learned.ranges["weights.proximity"]
    assert low <= high
    assert learned.after["pair_auc"] > 0.6


def test_where_only_mission_matters_mission_gets_the_weight(world: World) -> None:
    world.units = world.units.drop(columns=["offers", "seeks"])
    learned = world.learn(world.draw("mission", 30))
    table = learned_table(learned, load_language("nl")).set_index("instelling")
    assert table.loc["weights.resources", "opmerking"] == "geen gegevens om van te leren"
    assert table.loc["weights.mission", "opmerking"] == ""
    assert " tot " in table.loc["weights.mission", "per deel"]
    assert learned.gained
    assert share(learned, "mission") > 0.65
    assert share(learned, "mission") > 5 * share(learned, "proximity")


@pytest.mark.parametrize("seed", [0, 1])
def test_chance_teaches_nothing(world: World, seed: int) -> None:
    partnerships = world.draw("proximity", 15) if seed else world.draw(None, 0)
    if seed:  # popularity stays the same, whichever units a nonprofit works with
        shuffled = np.random.default_rng(seed).permutation(partnerships["nonprofit_id"])
        partnerships = partnerships.assign(nonprofit_id=shuffled).drop_duplicates()
    learned = world.learn(partnerships)
    assert not learned.gained
    assert learned.settings == learned.base
    assert learned.settings.weights["track_record"] == Settings().weights["track_record"]
    assert "stay as they were" in learned_lines(learned, "p.csv", load_language("en"))[-2]


def test_the_order_of_the_rows_changes_no_evidence(world: World) -> None:
    partnerships = world.draw("proximity", 10)
    found = []
    for rows in (partnerships, partnerships.sample(frac=1, random_state=1)):
        history = world.scorer(rows).run.history
        evidence = gather(history, len(world.units), len(world.nonprofits))
        found.append((evidence, compare(evidence, world.scorer(rows).run.nonprofits)))
    (first, left), (second, right) = found
    np.testing.assert_array_equal(first.nonprofit, second.nonprofit)
    np.testing.assert_array_equal(left.worse, right.worse)
    np.testing.assert_array_equal(left.weight, right.weight)


def test_the_evidence_of_statuses_and_ratings(world: World) -> None:
    unit, ids = world.units["unit_id"].iloc[0], world.nonprofits["nonprofit_id"].tolist()
    rows = [
        ("completed", 5),
        ("completed", 2),
        ("declined", None),
        ("vetoed", None),
        ("proposed", None),
        ("maybe", None),
    ]
    partnerships = pd.DataFrame(
        [(unit, ids[index], status, rating) for index, (status, rating) in enumerate(rows)],
        columns=["unit_id", "nonprofit_id", "status", "trust"],
    )
    run_ = world.scorer(partnerships).run
    evidence = gather(run_.history, len(run_.units), len(run_.nonprofits))
    names = run_.nonprofits.ids[evidence.nonprofit[evidence.unit == np.flatnonzero(run_.units.ids == unit)[0]]]
    assert not set(ids[3:6]) & set(names)
    assert len(names) == len(ids) - 3
    compared = compare(evidence, run_.nonprofits)
    of = run_.nonprofits.ids[evidence.nonprofit]
    ranked = {(of[better], of[worse]) for better, worse in zip(compared.better, compared.worse, strict=True)}
    assert {(ids[0], ids[1]), (ids[0], ids[2]), (ids[1], ids[2])} <= ranked
    assert not any(better == ids[2] for better, _ in ranked)
    weight = {name: compared.weight[of[compared.better] == name].sum() for name in ids[:2]}
    assert weight[ids[0]] > 2 * weight[ids[1]]


def evidence_of(world: World, partnerships: pd.DataFrame, shown: np.ndarray | None = None) -> tuple[Run, Evidence]:
    run_ = world.scorer(partnerships).run
    return run_, gather(run_.history, len(run_.units), len(run_.nonprofits), shown=shown)


def test_half_of_the_comparisons_are_of_the_same_town_or_cause(world: World) -> None:
    run_, evidence = evidence_of(world, world.draw("proximity", 10))
    compared = compare(evidence, run_.nonprofits)
    better, worse = evidence.nonprofit[compared.better], evidence.nonprofit[compared.worse]
    causes, points = run_.nonprofits.causes, run_.nonprofits.points
    alike = (causes[better] & causes[worse]).any(axis=1) | (aligned_km(points[better], points[worse]) <= NEARBY_KM)
    assert 0.5 < alike.mean() < 0.85
    totals = np.bincount(compared.better, weights=compared.weight)
    np.testing.assert_allclose(totals[totals > 0], 1)
    drawn = pd.DataFrame({"better": compared.better, "worse": compared.worse})
    assert not drawn.duplicated().any()


def test_partners_are_compared_with_what_was_shown_and_not_chosen(world: World) -> None:
    partnerships = world.draw("proximity", 10)
    run_ = world.scorer(partnerships).run
    shown = np.zeros((len(run_.units), len(run_.nonprofits)), dtype=bool)
    shown[0, :40] = True
    _, evidence = evidence_of(world, partnerships, shown)
    assert not (evidence.shown & evidence.positives).any()
    compared = compare(evidence, run_.nonprofits)
    of_first = compared.unit == 0
    assert evidence.shown[compared.worse[of_first]].all()
    assert not evidence.shown[compared.worse[~of_first]].any()
    assert set(evidence.nonprofit[compared.worse[of_first]]) <= set(range(40))


def test_the_track_record_is_that_of_other_folds(world: World) -> None:
    partnerships = world.draw(None, 0)
    run_, evidence = evidence_of(world, partnerships)
    folds = np.arange(len(run_.units)) % 3
    folds[:4] = HELD_OUT
    features = Features(run_, evidence).in_folds(folds)
    column = features.criteria.index("track_record")
    found = features.matrix(features.start)[:, column]
    unit_ids = pd.Series(folds, index=run_.units.ids)
    for fold in (HELD_OUT, 0):
        of_partner = partnerships["unit_id"].map(unit_ids)
        others = partnerships[(of_partner != fold) & (of_partner != HELD_OUT)]
        scorer = world.scorer(others)
        rows = folds[evidence.unit] == fold
        expected = scorer.filled_scores("track_record", evidence.unit[rows], evidence.nonprofit[rows])
        np.testing.assert_allclose(score_of(found[rows]), expected)


def test_folds_keep_the_units_of_a_company_together() -> None:
    companies = np.array([0, 0, 1, 1, 2, 3, 4, 4, 5])
    units = np.array([0, 2, 4, 5, 6])
    folds = inner_folds(units, Observations.of(companies[units], True), companies)
    assert folds[1] == folds[0] != HELD_OUT
    assert folds[7] == folds[6]
    assert folds[8] == HELD_OUT
    assert set(folds) - {HELD_OUT} == set(range(4))
    by_unit = inner_folds(units, Observations.of(companies[units], False), companies)
    assert by_unit[1] == by_unit[8] == HELD_OUT


def test_no_half_distance_is_tried_at_which_known_pairs_do_not_score(world: World) -> None:
    for criterion, least_km in (("proximity", 0), ("mission", 15)):
        run_, evidence = evidence_of(world, world.draw(criterion, 15))
        features = Features(run_, evidence)
        item = next(item for item in features.searched if item.path == "proximity.half_distance_km")
        known = np.flatnonzero(evidence.positives)
        tried = [
            value for value in item.values if features.keeps_known(item, features.start | {item.path: value}, known)
        ]
        assert tried, "far enough, most pairs score"
        assert tried == list(item.values[-len(tried) :]), "from some distance on"
        assert tried[0] > least_km


def test_ties_of_whole_lists_are_averaged() -> None:
    evidence = Evidence(
        *(np.zeros(5, dtype=int), np.arange(5), np.array([1, 0, 0, 1, 0], dtype=bool)),
        *(np.zeros(5, dtype=bool), np.full(5, np.nan), np.zeros(5, dtype=bool)),
    )
    for scores in (np.array([0.5, 0.5, 0.5, 0.5, 0.9]), np.zeros(5), np.arange(5.0)):
        expected = ndcg_score([evidence.positives], [scores])
        assert whole_list_ndcg(evidence, scores, np.array([0]))[0] == pytest.approx(expected)


def test_little_evidence_leaves_the_start_and_weights_are_never_negative() -> None:
    draw = np.random.default_rng(0)
    start = np.array([3.0, 1.0, 5.0])
    differences = draw.normal([0.0, -0.3, 0.3], 0.2, (4000, 3))
    few = fit_weights(differences[:2], np.ones(2), start, 50.0)
    many = fit_weights(differences, np.ones(4000), start, 1.0)
    np.testing.assert_allclose(few / few.sum(), start / start.sum(), atol=0.05)
    assert (many >= 0).all()
    assert many[1] == 0
    assert many[2] / many.sum() > 0.9


def test_weights_keep_their_sum_and_those_without_data_move_along() -> None:
    base = {"mission": 3.0, "values": 1.0, "proximity": 5.0, "resources": 1.0}
    learned = learned_weights(base, ["mission", "values", "proximity"], np.array([1.0, 1.0, 16.0]))
    assert learned == {"mission": 0.5, "values": 0.5, "proximity": 8.0, "resources": 0.5}
    assert learned_weights(base, ["mission"], np.zeros(1)) == base


def test_too_little_and_one_class(world: World) -> None:
    partnerships = world.draw("proximity", 10)
    with pytest.raises(MatcherError, match=f"too little to learn from: 8 pairs.*{MIN_PAIRS} pairs"):
        world.learn(partnerships.head(8))
    with pytest.raises(MatcherError, match="one class only"):
        world.learn(partnerships.assign(status="declined"))
    everyone = pd.MultiIndex.from_product([world.units["unit_id"].head(8), world.nonprofits["nonprofit_id"]])
    all_pairs = everyone.to_frame(index=False, name=["unit_id", "nonprofit_id"]).assign(status="active")
    with pytest.raises(MatcherError, match="one class only"):
        world.learn(all_pairs)


def test_the_command_writes_settings_that_match_takes(tmp_path: Path) -> None:
    out, figures = tmp_path / "learned.toml", tmp_path / "learned.json"
    result = run("learn", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS, "--out", out, "--json", figures, "--language", "nl")  # fmt: skip
    assert result.exit_code == 0
    assert "Geleerd van 40 samenwerkingen van 35 vestigingen" in result.stdout
    assert "proximity.half_distance_km" in result.stdout
    record = json.loads(figures.read_text(encoding="utf-8"))
    settings = Settings.from_toml(out)
    assert settings == Settings.from_mapping(record["settings"])
    assert "# Geleerd van 40 samenwerkingen" in out.read_text(encoding="utf-8")
    assert min(settings.weights.values()) >= 0


def test_mistakes_write_nothing(tmp_path: Path) -> None:
    rows = pd.read_csv(PARTNERSHIPS)
    for name, frame, message in (
        ("few", rows.head(5), "too little to learn from"),
        ("unknown", rows.assign(unit_id="bank-99"), "this code does not stand in"),
    ):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        result = run(
            "learn", UNITS, NONPROFITS, "--partnerships", tmp_path / f"{name}.csv", "--out", tmp_path / "out.toml"
        )
        assert result.exit_code == 2
        assert message in " ".join(result.stderr.split())
        assert not (tmp_path / "out.toml").exists()
    result = run("learn", UNITS, NONPROFITS, "--partnerships", PARTNERSHIPS, "--shown", tmp_path / "nowhere", "--out", tmp_path / "out.toml")  # fmt: skip
    assert result.exit_code == 2
    assert "--shown" in result.stderr
    assert "there is no such folder" in result.stderr
