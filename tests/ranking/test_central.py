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
from matcher.ranking.programmes.central import central_pairs
from matcher.ranking.programmes.companies import Companies, Organisations, companies_of, organisations_of
from matcher.ranking.programmes.flow import FlowProblem, solve_flow
from matcher.scoring.eligibility import reach_km
from matcher.scoring.geometric import FLOOR
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status

LOCAL = SETTINGS.with_overrides({"programmes.reach_km": 150})

Row = tuple[int, float, float | None, tuple[int, ...], dict[str, float | None]]


def every_organisation(
    scorer: Scorer,
    companies: Companies,
    organisations: Organisations,
    vetoes: frozenset[tuple[int, int]],
    company: int,
    averaged: int,
) -> list[Row]:
    """Return all organisations of a company by its rules, in plain loops: code, score, footprint, units, parts."""
    run = scorer.run
    units, head = companies.units[company].tolist(), int(companies.head_offices[company])
    km = pairwise_km(run.units.points, run.nonprofits.points)

    def is_open(unit: int, site: int) -> bool:
        return not scorer.closed_gates(unit, site) and (unit, site) not in vetoes

    def in_reach(unit: int, site: int) -> bool:
        running = bool(set(run.history.of_pair(unit, site)) & set(Status.having("is_running")))
        return bool(km[unit, site] <= reach_km(run)[unit]) and (running or is_open(unit, site))

    placed = [unit for unit in units if not np.isnan(run.units.points[unit, 0])]
    names = [name for name in scorer.criteria if run.criteria[name].is_central]
    weights = [run.settings.weights[name] for name in names]
    if placed:
        names, weights = [*names, "footprint"], [*weights, run.settings.weights["proximity"]]
    codes, reached, table = [], [], []
    for code in range(len(organisations.names)):
        sites, site = organisations.sites_of(code).tolist(), int(organisations.head_offices[code])
        if not is_open(head, site) or not any(is_open(head, other) for other in sites):
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
    candidate_means = [column[~np.isnan(column)].mean() if not np.isnan(column).all() else 0.5 for column in sample.T]
    rows: list[Row] = []
    for code, near, values in zip(codes, reached, table, strict=True):
        known = [average if np.isnan(value) else value for value, average in zip(values, candidate_means, strict=True)]
        logs = [weight * math.log((value + FLOOR) / (1 + FLOOR)) for weight, value in zip(weights, known, strict=True)]
        score = round(math.exp(sum(logs) / sum(weights)), 6)
        parts = {name: None if np.isnan(value) else value for name, value in zip(names, values, strict=True)}
        rows.append((code, score, parts.get("footprint"), near, parts))
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
    count = len(organisations.names)
    places = np.array(data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count), label="places"))
    most = max(len(companies.names), alternatives)
    found = central_pairs(scorer, companies, organisations, vetoes, places, averaged)
    whole_lists = []
    for company in range(len(companies.names)):
        expected = every_organisation(scorer, companies, organisations, vetoes, company, averaged)
        whole_lists.append(expected)
        mine = [pair for pair in found if pair.company == company]
        scores = {row[0]: row for row in expected}
        order = sorted(mine, key=lambda pair: (-pair.score, pair.organisation))
        assert [pair.organisation for pair in mine] == [pair.organisation for pair in order]
        for pair in mine:
            _, score, footprint, reached, parts = scores[pair.organisation]
            assert pair.score == pytest.approx(score, abs=1.1e-6)
            assert pair.footprint == footprint
            assert tuple(pair.reached.tolist()) == reached
            assert pair.parts == pytest.approx(parts, abs=1e-12)
        with_place = [pair for pair in mine if places[pair.organisation] > 0]
        assert len(with_place) == min(most, sum(places[row[0]] > 0 for row in expected))
        # Nobody who was left out does better than the last on the list (both rounded on their own).
        left_out = [row[1] for row in expected if row[0] not in {pair.organisation for pair in mine}]
        assert not left_out or max(left_out) <= mine[-1].score + 1.1e-6
    # The choice among the short lists is worth as much as that among all.
    pairs = [(company, row[0], row[1]) for company, rows in enumerate(whole_lists) for row in sorted(rows)]
    short = {(pair.company, pair.organisation) for pair in found}
    worth = []
    for chosen in (pairs, [pair for pair in pairs if pair[:2] in short]):
        company, organisation, score = (
            np.array(column, dtype=kind)
            for column, kind in zip(
                zip(*chosen, strict=True) if chosen else ((), (), ()), (np.int64, np.int64, np.float64), strict=True
            )
        )
        one = np.ones(len(companies.names), dtype=np.int64)
        flow = FlowProblem(company, organisation, score, one, places, one < 1, 0.5)
        worth.append(flow.objective(solve_flow(flow))[0])
    assert worth[0] == pytest.approx(worth[1], abs=5e-6)


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
    is_hq = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    staff = np.array(data.draw(st.lists(st.sampled_from((np.nan, 0.0, 5.0, 9.0)), min_size=count, max_size=count)))
    nonprofits = replace(scorer.run.nonprofits, is_hq=is_hq, staff=staff)
    scorer.run = replace(scorer.run, nonprofits=nonprofits)
    found = organisations_of(scorer)
    for code, name in enumerate(found.names):
        rows = np.flatnonzero(nonprofits.organisation_codes == code)
        assert set(nonprofits.organisations[rows]) == {name}
        assert found.sites_of(code).tolist() == rows[nonprofits.active[rows]].tolist()
        stated = rows[is_hq[rows]]
        largest = rows[np.argmax(np.nan_to_num(staff[rows], nan=-1.0))]
        assert found.head_offices[code] == (stated[0] if len(stated) else largest)
        assert found.is_stated[code] == (len(stated) > 0 or len(rows) == 1)
