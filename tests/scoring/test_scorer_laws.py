"""Laws of scores that hold for any problem."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.problems import whole
from helpers.scorers import SETTINGS, all_pairs, scorer_of
from hypothesis import given
from hypothesis import strategies as st

from matcher.scoring.criteria.proximity import ProximityPart
from matcher.scoring.eligibility import GATES
from matcher.scoring.geometric import FLOOR, UNKNOWN_DEVIATIONS


@given(problem=whole())
def test_scores_and_parts_are_bounded_and_records_add_up(problem, use) -> None:
    scorer = scorer_of(problem, use)
    units, nonprofits = all_pairs(scorer)
    values = scorer.values(units, nonprofits)
    known = values[~np.isnan(values)]
    assert ((known >= 0) & (known <= 1)).all()
    for record in scorer.records(units, nonprofits, check_gates=True):
        total = record.baseline + sum(item.contribution for item in record.criteria)
        assert sum(item.weight for item in record.criteria) == pytest.approx(1)
        assert 0 <= record.confidence <= 1
        assert all(item.contribution == pytest.approx(0, abs=1e-12) for item in record.criteria if item.score is None)
        if record.gates:
            assert record.score is None
        else:
            assert record.score == pytest.approx(total, abs=6e-7)
            assert 0 <= record.score <= 1


@given(problem=whole())
def test_the_score_is_the_weighted_geometric_mean_of_the_criteria(problem, use) -> None:
    scorer = scorer_of(problem, use)
    units, nonprofits = all_pairs(scorer)
    for score, record in zip(
        scorer.scores(units, nonprofits), scorer.records(units, nonprofits, check_gates=True), strict=True
    ):
        expected = 1.0
        for item in record.criteria:
            value = item.average if item.score is None else item.score
            expected *= ((value + FLOOR) / (1 + FLOOR)) ** item.weight
        assert score == pytest.approx(expected, abs=1e-6)


@given(problem=whole(), criterion=st.integers(0, 4), better=st.floats(0, 1))
def test_a_better_criterion_is_never_worse(problem, use, criterion: int, better: float) -> None:
    scorer = scorer_of(problem, use)
    units, nonprofits = all_pairs(scorer)
    scores = [scorer.filled_scores(name, units, nonprofits) for name in scorer.criteria]
    index = criterion % len(scores)
    before = scorer._join(scores)
    scores[index] = scores[index] + better * (1 - scores[index])
    assert (scorer._join(scores) >= before - 1e-12).all()


@given(problem=whole(), km=st.lists(st.floats(0, 2000), min_size=2, max_size=6))
def test_nearer_is_never_worse(problem, use, km: list[float]) -> None:
    scorer = scorer_of(problem, use)
    part = ProximityPart(scorer.run)
    distances = np.sort(np.array(km))
    scores = part._score(distances, part._reach[:1], np.zeros(1))
    assert (np.diff(scores) <= 1e-12).all()
    assert ((scores >= 0) & (scores <= 1)).all()


@given(problem=whole())
def test_block_and_pairs_agree(problem, use) -> None:
    scorer = scorer_of(problem, use)
    rows = slice(0, len(scorer.run.units))
    scores = scorer.block(rows)
    units, nonprofits = all_pairs(scorer)
    exact = scorer.scores(units, nonprofits).reshape(scores.shape)
    open_pairs = np.isfinite(scores)
    assert np.abs(scores - exact)[open_pairs].max(initial=0) < 6e-7
    assert (open_pairs == ~scorer.is_excluded(rows)).all()


@given(problem=whole())
def test_the_unknown_counts_as_somewhat_less_than_the_mean_of_the_candidates(problem, use) -> None:
    scorer = scorer_of(problem, use)
    units, nonprofits = all_pairs(scorer)
    values = scorer.values(units, nonprofits)
    closed = scorer.is_excluded(slice(0, len(scorer.run.units)))
    for unit in range(len(scorer.run.units)):
        mine = units == unit
        candidates = ~closed[unit]
        for part in range(values.shape[1]):
            column = values[mine, part][candidates]
            known = column[~np.isnan(column)]
            if len(known):
                expected = max(known.mean() - UNKNOWN_DEVIATIONS * known.std(), 0)
                assert scorer.unknown_values[unit, part] == pytest.approx(expected, abs=1e-9)


@given(problem=whole())
def test_row_order_changes_nothing(problem, use) -> None:
    scorer = scorer_of(problem, use)
    shuffled = tuple(frame.sample(frac=1, random_state=3) for frame in problem)
    other = scorer_of(shuffled, use)
    units, nonprofits = all_pairs(scorer)
    assert scorer.records(units, nonprofits, check_gates=True) == other.records(units, nonprofits, check_gates=True)


@given(problem=whole())
def test_only_the_scale_free_weights_matter(problem, use) -> None:
    scorer = scorer_of(problem, use)
    scaled = {name: 17 * weight for name, weight in SETTINGS.weights.items()}
    other = scorer_of(problem, use, SETTINGS.with_overrides({"weights": scaled}))
    units, nonprofits = all_pairs(scorer)
    assert np.abs(scorer.scores(units, nonprofits) - other.scores(units, nonprofits)).max() <= 1.01e-6


@given(problem=whole())
def test_every_gate_names_itself_and_only_where_it_is_closed(problem, use) -> None:
    scorer = scorer_of(problem, use)
    names = {gate.name for gate in GATES}
    units, nonprofits = all_pairs(scorer)
    closed = scorer.is_excluded(slice(0, len(scorer.run.units))).ravel()
    for position, (unit, nonprofit) in enumerate(zip(units, nonprofits, strict=True)):
        found = scorer.closed_gates(int(unit), int(nonprofit))
        assert set(found) <= names
        assert bool(found) == closed[position]
