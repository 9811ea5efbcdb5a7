"""Central pairings: the lists equal those made by scoring every organisation in full, one at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.problems import whole
from helpers.scorers import SETTINGS, scorer_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.arrays import evenly_spaced
from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.candidates import Candidates, PairConstraints
from matcher.ranking.programmes.central import SCORE_SHARE, central_pairs
from matcher.ranking.programmes.companies import Companies, Organisations, companies_of, organisations_of
from matcher.ranking.programmes.flow import FlowProblem, solve_flow
from matcher.ranking.programmes.gathering import gather_candidates
from matcher.scoring.eligibility import reach_km
from matcher.scoring.explanation import CriterionRecord
from matcher.scoring.geometric import FLOOR, UNKNOWN_DEVIATIONS
from matcher.scoring.scorer import Scorer

LOCAL = SETTINGS.with_overrides({"programmes.reach_km": 150})

Row = tuple[int, float, float | None, tuple[int, ...], dict[str, float | None], dict[int, float], float]


def common_ground(mission: CriterionRecord) -> bool:
    """Return whether causes are shared or near, or texts stand out as alike."""
    facts = mission.facts
    if facts.get("shared_causes") or facts.get("near_causes"):
        return True
    adds = mission.score is not None and mission.score >= 0.5 and round(mission.contribution, 3) >= 0
    return adds and facts.get("deviations_above_average", 0.0) >= 1.25


def every_organisation(
    scorer: Scorer,
    companies: Companies,
    organisations: Organisations,
    candidates: Candidates,
    vetoes: frozenset[tuple[int, int]],
    company: int,
    averaged: int,
) -> list[Row]:
    """Return all organisations of a company by its rules, in plain loops.

    Code, score, footprint, units in reach, parts, what it is worth to each unit that it suits, and what it adds.
    """
    run = scorer.run
    units, head = companies.units[company].tolist(), int(companies.head_offices[company])
    km = pairwise_km(run.units.points, run.nonprofits.points)

    kept = candidates.fixed_scores
    local = {
        **dict(
            zip(
                zip(candidates.units.tolist(), candidates.sites.tolist(), strict=True),
                candidates.scores.tolist(),
                strict=True,
            )
        ),
        **kept,
    }

    def is_open(unit: int, site: int) -> bool:
        if not run.nonprofits.active[site]:
            return False
        return (unit, site) in kept or (not scorer.closed_gates(unit, site) and (unit, site) not in vetoes)

    def in_reach(unit: int, site: int) -> bool:
        return bool(km[unit, site] <= reach_km(run)[unit]) and is_open(unit, site)

    placed = [unit for unit in units if not np.isnan(run.units.points[unit, 0])]
    names = [name for name in scorer.criteria if run.criteria[name].is_central]
    weights = [run.settings.weights[name] for name in names]
    if placed:
        names, weights = [*names, "footprint"], [*weights, run.settings.weights["proximity"]]
    codes, reached, table = [], [], []
    for code in range(len(organisations.names)):
        sites, site = organisations.sites_of(code).tolist(), int(organisations.head_offices[code])
        if site < 0 or not is_open(head, site) or not any(is_open(head, other) for other in sites):
            continue
        near = tuple(unit for unit in units if any(in_reach(unit, other) for other in sites))
        scores = [
            float(scorer.criterion_scores(name, np.array([head]), np.array([site]))[0])
            for name in names[:3]
            if name != "footprint"
        ]
        table.append([*scores, *([len(near) / len(placed)] if placed else [])])
        codes.append(code)
        reached.append(near)
    if not codes or not sum(weights):
        return []
    sample = np.array(table)[evenly_spaced(np.ones(len(codes), dtype=bool), averaged)]
    known_columns = [
        column[~np.isnan(column)] if not np.isnan(column).all() else np.array([0.5]) for column in sample.T
    ]
    unknown = [max(column.mean() - UNKNOWN_DEVIATIONS * column.std(), 0.0) for column in known_columns]
    rows: list[Row] = []
    for code, near, values in zip(codes, reached, table, strict=True):
        known = [average if np.isnan(value) else value for value, average in zip(values, unknown, strict=True)]
        logs = [weight * math.log((value + FLOOR) / (1 + FLOOR)) for weight, value in zip(weights, known, strict=True)]
        score = round(math.exp(sum(logs) / sum(weights)), 6)
        parts = {name: None if np.isnan(value) else value for name, value in zip(names, values, strict=True)}
        sites = np.flatnonzero(run.nonprofits.organisation_codes == code).tolist()
        served = {
            unit: min(score, max(found))
            for unit in units
            if (found := [local[unit, site] for site in sites if (unit, site) in local])
        }
        adds = sum(
            share * max(served.get(unit, 0.0) - max([0.0, *(kept[pair] for pair in kept if pair[0] == unit)]), 0.0)
            for unit, share in zip(units, companies.people[company].shares, strict=True)
        )
        record = scorer.records(np.array([head]), organisations.head_offices[[code]])[0]
        mission = record.criterion("mission")
        if mission is None or common_ground(mission) or (head, organisations.head_offices[code]) in kept:
            rows.append((code, score, parts.get("footprint"), near, parts, served, adds))
    return [row for row in rows if row[1] >= run.settings.shortlist.min_score]


@settings(max_examples=25)
@given(
    problem=whole(4, 24),
    averaged=st.sampled_from((1, 3, 100)),
    min_score=st.sampled_from((0.0, 0.4)),
    alternatives=st.integers(1, 3),
    data=st.data(),
)
def test_the_lists_equal_brute_force(
    problem: tuple[pd.DataFrame, ...], averaged: int, min_score: float, alternatives: int, data: st.DataObject, use
) -> None:
    # Every site an organisation of its own, but for some: with many of them a list is short against all there are.
    units, nonprofits, partnerships = problem
    nonprofits.loc[nonprofits.index % 4 > 0, "organisation"] = None
    overrides = {"shortlist.min_score": min_score, "programmes.alternatives": alternatives}
    scorer = scorer_of((units, nonprofits, partnerships), use, LOCAL.with_overrides(overrides))
    companies, organisations = companies_of(scorer), organisations_of(scorer)
    every = [(unit, site) for unit in range(len(scorer.run.units)) for site in range(len(scorer.run.nonprofits))]
    vetoes = frozenset(data.draw(st.lists(st.sampled_from(every), max_size=3), label="vetoes"))
    candidates = gather_candidates(scorer, PairConstraints(vetoes=vetoes))
    number = len(organisations.names)
    capacity = np.array(data.draw(st.lists(st.integers(0, 2), min_size=number, max_size=number), label="capacity"))
    count = max(len(companies.names), alternatives)
    found = central_pairs(scorer, companies, organisations, candidates, vetoes, capacity, averaged)
    whole_lists = []
    for company in range(len(companies.names)):
        expected = every_organisation(scorer, companies, organisations, candidates, vetoes, company, averaged)
        whole_lists.append(expected)
        mine = [pair for pair in found if pair.company == company]
        by_code = {row[0]: row for row in expected}
        order = sorted(mine, key=lambda pair: (-pair.appeal, pair.organisation))
        assert [pair.organisation for pair in mine] == [pair.organisation for pair in order]
        for pair in mine:
            _, score, footprint, reached, parts, served, adds = by_code[pair.organisation]
            assert pair.score == pytest.approx(score, abs=1.1e-6)
            assert pair.footprint == footprint
            assert tuple(pair.reached.tolist()) == reached
            assert pair.parts == pytest.approx(parts, abs=1e-12)
            assert pair.served == pytest.approx(served, abs=1.1e-6)
            assert pair.adds == pytest.approx(adds, abs=3e-6)
        new = [pair for pair in mine if capacity[pair.organisation] > 0]
        assert len(new) >= min(count, sum(capacity[row[0]] > 0 for row in expected))
        # Nobody who was left out does better than the last on the list (both rounded on their own).
        rest = [row[6] + SCORE_SHARE * row[1] for row in expected if row[0] not in {pair.organisation for pair in mine}]
        assert not rest or max(rest) <= max([pair.appeal for pair in mine if not pair.is_kept][-1:], default=-1) + 4e-6
    # The choice among the short lists is worth as much as that among all.
    pairs = [
        (company, row[0], row[6] + SCORE_SHARE * row[1]) for company, rows in enumerate(whole_lists) for row in rows
    ]
    short = {(pair.company, pair.organisation) for pair in found}
    worth = []
    for chosen in (sorted(pairs), sorted(pair for pair in pairs if pair[:2] in short)):
        company, organisation, appeal = (
            np.array(column, dtype=kind)
            for column, kind in zip(
                zip(*chosen, strict=True) if chosen else ((), (), ()), (np.int64, np.int64, np.float64), strict=True
            )
        )
        one = np.ones(len(companies.names), dtype=np.int64)
        flow = FlowProblem(company, organisation, appeal, one, capacity, one < 1, 0.5)
        worth.append(flow.objective(solve_flow(flow))[0])
    assert worth[0] == pytest.approx(worth[1], abs=1e-5)


@settings(max_examples=25)
@given(problem=whole(4, 24))
def test_the_most_that_is_said_bounds_what_is_said(problem: tuple[pd.DataFrame, ...], use) -> None:
    scorer = scorer_of(problem, use)
    m, n = len(scorer.run.units), len(scorer.run.nonprofits)
    units, sites = np.repeat(np.arange(m), n), np.tile(np.arange(n), m)
    for name in scorer.criteria:
        exact, most = (scorer.criterion_scores(name, units, sites, at_most=at_most) for at_most in (False, True))
        assert (np.isnan(exact) == np.isnan(most)).all()
        assert (np.nan_to_num(exact) <= np.nan_to_num(most)).all()
        if not scorer.is_costly(name):
            np.testing.assert_array_equal(exact, most)


@settings(max_examples=40)
@given(problem=whole(2, 24), data=st.data())
def test_organisations_as_told_by_plain_loops(problem: tuple[pd.DataFrame, ...], data: st.DataObject, use) -> None:
    scorer = scorer_of(problem, use)
    count = len(scorer.run.nonprofits)
    stated = np.array(data.draw(st.lists(st.sampled_from((None, True, False)), min_size=count, max_size=count)))
    is_hq, is_branch = stated == True, stated == False  # noqa: E712
    nonprofits = replace(scorer.run.nonprofits, is_hq=is_hq, is_branch=is_branch)
    scorer.run = replace(scorer.run, nonprofits=nonprofits)
    found = organisations_of(scorer)
    for code, name in enumerate(found.names):
        rows = np.flatnonzero(nonprofits.organisation_codes == code)
        assert set(nonprofits.organisations[rows]) == {name}
        assert found.sites_of(code).tolist() == rows[nonprofits.active[rows]].tolist()
        heads = [row for row in rows if is_hq[row]] or [row for row in rows if len(rows) == 1 and not is_branch[row]]
        assert found.head_offices[code] == (heads[0] if heads else -1)
