"""The flow is the optimum: compared with every feasible choice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.ranking.programmes.flow import FlowProblem, first_pairs, single_swaps, solve_flow

MOST_PAIRS = 13


@st.composite
def problems(draw: st.DrawFn) -> FlowProblem:
    m, n = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    every = [(unit, site) for unit in range(m) for site in range(n)]
    pairs = sorted(draw(st.lists(st.sampled_from(every), unique=True, max_size=MOST_PAIRS)))
    organisations = np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), dtype=np.int64)
    is_limited = np.array(draw(st.lists(st.booleans(), min_size=3, max_size=3)), dtype=bool)
    scores = draw(st.lists(st.integers(0, 10), min_size=len(pairs), max_size=len(pairs)))
    return FlowProblem(
        np.array([unit for unit, _ in pairs], dtype=np.int64),
        np.array([site for _, site in pairs], dtype=np.int64),
        np.array(scores, dtype=np.float64) / 10,
        np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), dtype=np.int64),
        np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=np.int64),
        np.array(draw(st.lists(st.booleans(), min_size=m, max_size=m)), dtype=bool),
        draw(st.sampled_from((0.0, 0.2, 0.5, 0.8, 0.95, 1.0))),
        np.where(is_limited[organisations], organisations, -1),
        np.array(draw(st.lists(st.integers(0, 3), min_size=3, max_size=3)), dtype=np.int64),
        np.array(draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs))), dtype=bool),
        np.array([3 * unit + organisations[site] for unit, site in pairs], dtype=np.int64),
        np.array(draw(st.lists(st.integers(0, 2), min_size=3 * m, max_size=3 * m)), dtype=np.int64),
    )


def limits(problem: FlowProblem) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the groups of pairs that share a capacity, each with the capacities."""
    return (
        (problem.units, problem.unit_capacity),
        (problem.sites, problem.site_capacity),
        (problem.organisations, problem.organisation_limits),
        problem.grouped,
    )


def feasible(problem: FlowProblem, chosen: np.ndarray) -> bool:
    return all(
        (chosen & (groups == group)).sum() <= capacity
        for groups, capacities in limits(problem)
        for group, capacity in enumerate(capacities)
    )


def best_by_brute_force(problem: FlowProblem) -> tuple[float, float]:
    """Return the best objective over all subsets of the pairs that the capacities allow."""
    k = len(problem.units)
    subsets = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    allowed = np.ones(len(subsets), dtype=bool)
    for groups, capacities in limits(problem):
        for group, capacity in enumerate(capacities):
            allowed &= subsets[:, groups == group].sum(axis=1) <= capacity
    subsets = subsets[allowed]
    totals = subsets @ problem.weights if k else np.zeros(len(subsets))
    served = np.zeros(len(subsets))
    for unit in range(len(problem.unit_capacity)):
        if not problem.served[unit]:
            served += subsets[:, problem.units == unit].any(axis=1)
    if problem.coverage >= 1:
        most_served = served.max()
        return float(most_served), float(totals[served == most_served].max())
    return float((totals + problem.bonus * served).max()), 0.0


@settings(max_examples=300)
@given(problem=problems(), priced_from=st.sampled_from((1, 10**6)), data=st.data())
def test_the_optimum_equals_brute_force(problem: FlowProblem, priced_from: int, data: st.DataObject) -> None:
    k = len(problem.units)
    start = data.draw(st.none() | st.lists(st.booleans(), min_size=k, max_size=k).map(np.array), label="start")
    chosen = solve_flow(problem, priced_from, start=None if start is None else start.astype(bool))
    assert feasible(problem, chosen)
    assert problem.objective(chosen) == pytest.approx(best_by_brute_force(problem), abs=1e-7)
    assert single_swaps(problem, chosen) == []


@settings(max_examples=200)
@given(problem=problems(), data=st.data())
def test_a_change_that_the_check_finds_is_feasible_and_better(problem: FlowProblem, data: st.DataObject) -> None:
    chosen = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(problem.units), max_size=len(problem.units))), bool
    )
    assume(feasible(problem, chosen))
    before = problem.objective(chosen)
    found = single_swaps(problem, chosen)
    for removed, added in found:
        changed = chosen.copy()
        changed[added] = True
        if removed >= 0:
            changed[removed] = False
        assert feasible(problem, changed)
        assert problem.objective(changed) > before
    # Nothing is found only where no change of one pair for another is both.
    for removed, added in itertools.product((-1, *np.flatnonzero(chosen)), np.flatnonzero(~chosen)):
        changed = chosen.copy()
        changed[added] = True
        if removed >= 0:
            changed[removed] = False
        if not found:
            assert not feasible(problem, changed) or problem.objective(changed)[0] <= before[0] + 1e-6


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(15, 60),
    site_capacity=st.integers(1, 2),
    coverage=st.sampled_from((0.0, 0.5, 1.0)),
)
def test_pairs_that_come_in_as_their_price_calls_for_them_lose_nothing(
    seed: int, n: int, site_capacity: int, coverage: float
) -> None:
    """Everybody wants the same sites first, so that the best few of each unit are far from enough."""
    m, random = 25, np.random.default_rng(seed)
    scores = np.round(np.linspace(0.9, 0.1, n) + random.normal(scale=0.02, size=(m, n)), 6)
    units, sites = np.nonzero(random.random((m, n)) < 0.9)
    problem = FlowProblem(
        units,
        sites,
        scores[units, sites],
        random.integers(0, 4, m),
        np.full(n, site_capacity),
        random.random(m) < 0.2,
        coverage,
    )
    one, other = solve_flow(problem, priced_from=1), solve_flow(problem)
    assert feasible(problem, one)
    assert problem.objective(one) == pytest.approx(problem.objective(other), abs=1e-6)
    assert not first_pairs(problem)[one].all()


@settings(max_examples=100)
@given(problem=problems(), side=st.sampled_from(("unit_capacity", "site_capacity")), which=st.integers(0, 5))
def test_one_more_place_never_lowers_the_objective(problem: FlowProblem, side: str, which: int) -> None:
    places = getattr(problem, side).copy()
    places[which % len(places)] += 1
    more = replace(problem, **{side: places})
    before, after = (one.objective(solve_flow(one)) for one in (problem, more))
    assert after >= (before[0] - 1e-7, before[1] - 1e-7)


@settings(max_examples=60)
@given(problem=problems())
def test_the_dial_trades_fit_for_coverage_and_nothing_else(problem: FlowProblem) -> None:
    values = []
    for coverage in (0.0, 0.5, 0.9, 1.0):
        turned = replace(problem, coverage=coverage, is_preferred=None)
        values.append(turned.value(solve_flow(turned)))
    totals, served = zip(*values, strict=True)
    assert all(later >= earlier for earlier, later in itertools.pairwise(served))
    assert all(later <= earlier + 1e-7 for earlier, later in itertools.pairwise(totals))


def test_the_check_sees_a_choice_that_can_be_bettered() -> None:
    problem = FlowProblem(
        np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.4, 0.8]), np.array([1, 1]), np.array([1, 1]),
        np.zeros(2, dtype=bool), 0.0,
    )  # fmt: skip
    assert single_swaps(problem, np.array([False, False, False]))
    assert single_swaps(problem, np.array([False, True, False])) == [(-1, 2), (1, 0)] or single_swaps(
        problem, np.array([False, True, False])
    )
    assert single_swaps(problem, solve_flow(problem)) == []


def test_a_popular_nonprofit_is_shared_out_and_the_rest_get_their_next_best() -> None:
    m = 5
    units = np.repeat(np.arange(m), m + 1)
    sites = np.tile(np.arange(m + 1), m)
    scores = np.where(sites == 0, 0.95, 0.5 + 0.01 * ((units + sites) % m))
    problem = FlowProblem(
        units, sites, scores, np.ones(m, dtype=np.int64), np.array([2] + [1] * m), np.zeros(m, dtype=bool), 0.5
    )
    chosen = solve_flow(problem)
    assert np.bincount(sites[chosen])[0] == 2
    assert len(set(units[chosen])) == m
    assert problem.objective(chosen)[0] == pytest.approx(2 * 0.95 + 3 * 0.54 + m)
