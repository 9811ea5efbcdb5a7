"""Programmes on whole problems: what is settled stays, what is ruled out never comes, and every odd case says so."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.problems import whole
from helpers.scorers import SETTINGS, has_nothing_in_common, scorer_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import PartnerMatcher, Settings, SettingsError
from matcher.errors import UnknownIdError
from matcher.i18n.language import load_language
from matcher.ranking.programmes.candidates import PairConstraints
from matcher.ranking.programmes.gathering import gather_candidates
from matcher.ranking.programmes.kinds import PROGRAMME_KINDS
from matcher.ranking.programmes.local import capacity_gains, plan_local
from matcher.ranking.programmes.notices import LOCK_GATED, LOCK_WITHOUT_CAPACITY
from matcher.ranking.programmes.planning import ProgrammePlan, propose
from matcher.ranking.programmes.proposals import Programme
from matcher.reports.programme_tables import COLUMNS, Programmes
from matcher.scoring.data import Run
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.vocabulary import PROGRAMME_WORDS

EN = load_language("en")
LOCAL = SETTINGS.with_overrides({"programmes.reach_km": 300})


def units_of(*rows: dict) -> pd.DataFrame:
    base = {"company": "Bank", "mission": "Geen gezin in de schulden", "city": "Zwolle"}
    return pd.DataFrame(
        [base | {"unit_id": f"u{number}", "name": f"Unit {number}"} | row for number, row in enumerate(rows, 1)]
    )


def nonprofits_of(*rows: dict) -> pd.DataFrame:
    base = {"mission": "Hulp bij schulden", "city": "Zwolle"}
    return pd.DataFrame(
        [base | {"nonprofit_id": f"n{number}", "name": f"Site {number}"} | row for number, row in enumerate(rows, 1)]
    )


def proposals(
    use,
    units: pd.DataFrame,
    nonprofits: pd.DataFrame,
    history: list[tuple[str, str, str]] | None = None,
    chosen: Settings = SETTINGS,
    **more,
) -> Programmes:
    partnerships = None if history is None else pd.DataFrame(history, columns=["unit_id", "nonprofit_id", "status"])
    return (
        PartnerMatcher(settings=chosen, encoder=use)
        .fit(nonprofits, partnerships=partnerships)
        .programmes(units, **more)
    )


def local_pairs(found: Programmes) -> set[tuple[str, str]]:
    plan = found.plan
    return {(plan.units.ids[unit], plan.nonprofits.ids[site]) for unit, site in found.plan.local.pairs()}


@settings(max_examples=20)
@given(problem=whole(), coverage=st.sampled_from((0.0, 0.5, 1.0)), data=st.data())
def test_whole_problems_keep_their_word(problem, coverage: float, data, use) -> None:
    scorer = scorer_of(problem, use, LOCAL.with_overrides({"programmes.coverage": coverage}))
    every = list(itertools.product(range(len(scorer.run.units)), range(len(scorer.run.nonprofits))))
    locks = frozenset(data.draw(st.lists(st.sampled_from(every), max_size=2), label="locks"))
    vetoes = frozenset(data.draw(st.lists(st.sampled_from(every), max_size=2), label="vetoes")) - locks
    plan = propose(scorer, PairConstraints(locks, vetoes))
    assert plan.check() == []
    pairs = plan.local.pairs()
    assert set(plan.candidates.running) <= set(pairs)
    assert not vetoes & (set(pairs) - set(plan.candidates.running))
    for unit, site in set(pairs) - set(plan.candidates.running):
        assert not set(scorer.closed_gates(unit, site)) - {"no_capacity"}
    kept = locks & set(pairs)
    assert len(kept) == len(locks) or any(note.code in (LOCK_GATED, LOCK_WITHOUT_CAPACITY) for note in plan.notices)
    within_capacity(plan, plan.local.pairs())
    within_capacity(plan, plan.recommended.pairs())
    scores = plan.local.scores()
    for unit, site in set(pairs) - set(plan.candidates.fixed_pairs):
        best = max(score for (other, _), score in scores.items() if other == unit)
        assert scores[unit, site] >= 0.75 * best, "a further partner is not far below the best one"
    recommended = [programme for programme in plan.programmes if programme.recommended]
    assert len({programme.company for programme in recommended}) == len(recommended)
    promised = [pair for programme in recommended for pair in programme.all_pairs]
    assert len(set(promised)) == len(promised)
    within_capacity(plan, promised)
    for programme in plan.programmes:
        mine = {pair for pair in plan.candidates.fixed_pairs if plan.units.owners[pair[0]] == programme.company}
        assert mine == programme.kept_pairs
        assert mine <= set(programme.all_pairs)
        assert not vetoes & (set(programme.all_pairs) - set(plan.candidates.running))
    proposed_to = {programme.company for programme in recommended}
    assert {plan.units.owners[unit] for unit, _ in plan.candidates.fixed_pairs} <= proposed_to


def within_capacity(plan: ProgrammePlan, pairs: list[tuple[int, int]]) -> None:
    """Running partnerships are there whatever the capacity; nothing is added beyond it."""
    candidates = plan.candidates
    counts = zip(candidates.partnerships(pairs), candidates.partnerships(candidates.running), strict=True)
    for (taken, running), capacity in zip(counts, candidates.capacities, strict=True):
        assert (taken <= np.maximum(capacity, running)).all()


@settings(max_examples=25)
@given(problem=whole(6, 10), price=st.sampled_from((0.0, 0.1, 1.0)), near_tie=st.sampled_from((0.0, 0.05)))
def test_the_comparison_equals_plain_loops(problem, price: float, near_tie: float, use) -> None:
    chosen = LOCAL.with_overrides({"programmes.partner_price": price, "programmes.near_tie": near_tie})
    scorer = scorer_of(problem, use, chosen)
    run = scorer.run
    plan = propose(scorer)
    worths: dict[tuple[str, str], list[Programme]] = {}
    for programme in plan.programmes:
        units = [unit for unit in range(len(run.units)) if run.units.companies[unit] == programme.company]
        sizes = [run.units.employees[unit] for unit in units]
        if any(np.isnan(size) for size in sizes) or not sum(sizes):
            sizes = [1.0] * len(units)
        worth, served = 0.0, 0
        for unit, size in zip(units, sizes, strict=True):
            sites = [site for of_unit, site in (*programme.pairs, *programme.kept_pairs) if of_unit == unit]
            offers = [float(scorer.scores(np.array([unit]), np.array([site]))[0]) for site in sites]
            if programme.central is not None and unit in programme.central.served:
                offers.append(programme.central.served[unit])
            worth += size / sum(sizes) * max(offers, default=0.0)
            served += bool(offers)
        assert programme.score == pytest.approx(worth, abs=2e-6)
        assert programme.rationale.worth.units_served == served
        worths.setdefault((programme.company, programme.kind.name), []).append(programme)
    for item in plan.comparisons:
        best = {kind: worths[item.company, kind.name][0] for kind in item.plans}
        assert {kind for kind in best if best[kind].recommended} == ({item.chosen} - {None})
        assert (item.chosen is None) == (not item.plans)
        for kind in item.plans:
            mine, other = best[item.chosen].rationale.worth, best[kind].rationale.worth
            cost = price * max(other.new_partners - mine.new_partners, 0) / other.units
            assert other.worth - mine.worth <= max(2 * near_tie, cost) + 1e-6


@settings(max_examples=8)
@given(problem=whole())
def test_row_order_changes_nothing(problem, use) -> None:
    tables = []
    for frames in (problem, tuple(frame.sample(frac=1, random_state=5) for frame in problem)):
        scorer: Scorer = scorer_of(frames, use, LOCAL)
        found = Programmes(propose(scorer), EN)
        tables.append((found.table(), found.agenda(), found.unserved_units()))
    for one, other in zip(*tables, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_each_status_in_programmes(use) -> None:
    statuses = ("proposed", "contacted", "agreed", "active", "completed", "declined", "vetoed")
    units = units_of({"capacity": 9})
    nonprofits = nonprofits_of(*[{} for _ in statuses], {})
    history = [("u1", f"n{number}", status) for number, status in enumerate(statuses, 1)]
    found = proposals(use, units, nonprofits, history)
    assert local_pairs(found) == {("u1", "n1"), ("u1", "n2"), ("u1", "n3"), ("u1", "n4"), ("u1", "n8")}
    assert {found.plan.nonprofits.ids[site] for _, site in found.plan.candidates.running} == {"n3", "n4"}
    assert {found.plan.nonprofits.ids[site] for _, site in found.plan.candidates.locked} == {"n1"}


def test_locks_and_vetoes_of_the_user(use) -> None:
    units, nonprofits = (
        units_of({"capacity": 1}),
        nonprofits_of({}, {"mission": "Egels opvangen"}, {"city": "Maastricht"}),
    )
    assert local_pairs(proposals(use, units, nonprofits)) == {("u1", "n1")}
    assert local_pairs(proposals(use, units, nonprofits, locks=[("u1", "n2")])) == {("u1", "n2")}
    assert local_pairs(proposals(use, units, nonprofits, locks=[("u1", "n3")])) == {("u1", "n3")}, (
        "a lock goes beyond reach"
    )
    assert local_pairs(proposals(use, units, nonprofits, vetoes=[("u1", "n1")])) == {("u1", "n2")}
    with pytest.raises(SettingsError, match="u1:n1 is locked and vetoed"):
        proposals(use, units, nonprofits, locks=[("u1", "n1")], vetoes=[("u1", "n1")])
    with pytest.raises(UnknownIdError, match="no unit 'u9'"):
        proposals(use, units, nonprofits, locks=[("u9", "n1")])


def test_locks_that_cannot_be_kept_say_so_and_lose_nothing(use) -> None:
    units, nonprofits = (
        units_of({"capacity": 1}, {"capacity": 1}),
        nonprofits_of({"capacity": 1}, {"capacity": 1}, {"active": "nee"}),
    )
    found = proposals(use, units, nonprofits, locks=[("u1", "n1"), ("u2", "n1"), ("u1", "n3")])
    assert len([pair for pair in local_pairs(found) if pair[1] == "n1"]) == 1
    assert len(local_pairs(found)) == 2
    notes = " ".join(found.notices)
    assert "no place left" in notes
    assert "u1:n3 is proposed or locked, but cannot be kept: inactive" in notes
    vetoed = proposals(use, units, nonprofits, [("u1", "n1", "proposed")], vetoes=[("u1", "n1")])
    assert "was proposed, and is now vetoed" in " ".join(vetoed.notices)


def test_more_running_partnerships_than_capacity_is_a_note(use) -> None:
    history = [("u1", "n1", "active"), ("u2", "n1", "active")]
    found = proposals(use, units_of({}, {}), nonprofits_of({"capacity": 1}, {}), history)
    assert "nonprofit n1 has 2 running partnerships where its capacity is 1" in found.notices
    [chosen] = [item for item in found.plan.programmes if item.recommended]
    assert found.asked([chosen]).startswith("We ask you to agree to 2 new partnerships") == (len(chosen.new_pairs) == 2)
    assert found.asked([replace(chosen, pairs=(), head_offices=None)]).startswith("Nothing new is asked")
    assert {("u1", "n1"), ("u2", "n1")} <= local_pairs(found)
    assert found.check() == []


def test_a_free_place_is_filled_only_by_a_partner_that_is_not_far_below_the_best(use) -> None:
    units = units_of({"capacity": 3}, {"city": "Groningen", "capacity": 3})
    nonprofits = nonprofits_of(
        {"capacity": 1},
        {"mission": "Egels opvangen", "capacity": 3},
        {"mission": "Egels opvangen", "city": "Groningen"},
    )

    def of_first(share: float) -> set[tuple[str, str]]:
        chosen = SETTINGS.with_overrides({"programmes.further_share": share, "programmes.reach_km": 300})
        return {pair for pair in local_pairs(proposals(use, units, nonprofits, chosen=chosen)) if pair[0] == "u1"}

    assert of_first(0.0) > of_first(0.9) == {("u1", "n1")}
    history = [("u2", "n1", "active")]
    assert local_pairs(proposals(use, units.head(1), nonprofits.tail(2))) == {("u1", "n2")}, "the first one may be weak"
    assert ("u2", "n1") in local_pairs(proposals(use, units, nonprofits, history)), "what runs stays"


@pytest.mark.parametrize(
    ("unit", "nonprofit", "reason"),
    [
        ({"city": None}, {}, "unplaced"),
        ({"city": "Maastricht"}, {}, "none in reach"),
        ({"excludes": "sport"}, {"causes": "sport"}, "all gated"),
        ({"capacity": 0}, {}, "no capacity"),
        ({}, {"capacity": 0}, "all full"),
    ],
)
def test_a_unit_left_out_says_why_and_what_is_nearest(use, unit: dict, nonprofit: dict, reason: str) -> None:
    found = proposals(use, units_of(unit), nonprofits_of(nonprofit, nonprofit))
    left = found.unserved_units()
    assert left["reason"].tolist() == [reason]
    assert (left["nearest_id"].tolist() == ["n1"]) == (reason != "unplaced")
    assert not found.table()["kind"].eq("decentral").any()


def test_below_min_score(use) -> None:
    strict = SETTINGS.with_overrides({"shortlist.min_score": 0.99})
    found = proposals(use, units_of({}), nonprofits_of({"mission": "Egels opvangen", "city": "Kampen"}), chosen=strict)
    assert found.unserved_units()["reason"].tolist() == ["all below min_score"]
    assert found.table().empty
    assert found.asked(found.plan.programmes) == ""
    assert found.plan.programmes == ()


def test_no_unit_placed_and_no_head_office(use) -> None:
    units = units_of({"city": None, "employees": 5}, {"city": None, "employees": 50})
    found = proposals(use, units, nonprofits_of({}, {"city": "Breda"}))
    table = found.table()
    assert set(table["kind"]) == {"central"}
    assert table["footprint"].isna().all()
    assert set(table["unit_id"]) == {"u2"}, "the largest unit stands for the company"
    assert "Bank names no head office: u2 stands for it" in found.notices


def test_one_more_partnership_brings_what_solving_again_says(use) -> None:
    units = units_of(*[{"capacity": 1} for _ in range(3)])
    nonprofits = nonprofits_of({"capacity": 1}, {"capacity": 1, "mission": "Egels opvangen"})
    local = proposals(use, units, nonprofits).plan.local
    before = local.problem.value(local.chosen)
    gains = capacity_gains(local, 10)
    for item in gains:
        side = units if item.side == "unit" else nonprofits
        changed = side.assign(capacity=side["capacity"] + (side.index == item.position))
        frames = (changed, nonprofits) if item.side == "unit" else (units, changed)
        again = proposals(use, *frames).plan.local
        after = again.problem.value(again.chosen)
        assert item.more_units == after[1] - before[1]
        assert item.gain == pytest.approx(after[0] - before[0], abs=1e-6)
    assert max(item.more_units for item in gains) == 1


TOWNS = ("Zwolle", "Groningen", "Maastricht", "Rotterdam", "Middelburg")


def test_each_company_gets_the_kind_that_the_source_would_advise(use) -> None:
    local_bakery = units_of({"unit_id": "bak", "company": "Bakker", "city": "Zwolle", "is_hq": "ja"})
    regional = units_of(
        *[{"unit_id": f"reg{town}", "company": "Regio", "city": town} for town in ("Zwolle", "Kampen", "Hattem")]
    )
    national = units_of(
        *[{"unit_id": f"nat{town}", "company": "Land", "city": town, "employees": 400} for town in TOWNS]
    )
    one_site = nonprofits_of({"nonprofit_id": "solo", "organisation": "Solo", "city": "Zwolle", "capacity": 4})
    branches = nonprofits_of(
        *[
            {
                "nonprofit_id": f"br{town}",
                "organisation": "Overal",
                "city": town,
                "is_hq": "ja" if town == "Zwolle" else "nee",
            }
            for town in TOWNS
        ]
    )
    far = nonprofits_of({"nonprofit_id": "far", "organisation": "Ver", "city": "Den Helder"})

    def kind(units: pd.DataFrame, nonprofits: pd.DataFrame) -> tuple[str, str]:
        found = proposals(use, units, nonprofits)
        recommended = [item for item in found.plan.programmes if item.recommended]
        assert len(recommended) == 1
        return recommended[0].kind.name, found.why(recommended[0])

    assert kind(local_bakery, one_site)[0] == "decentral"
    assert kind(regional, one_site)[0] == "decentral"
    combined, why = kind(national, branches)
    assert combined == "combined"
    assert "5 of Land, 5 of Overal" in why
    assert kind(national, far)[0] == "central"


def test_the_tables_and_the_words(example_units, example_nonprofits, example_partnerships, use) -> None:
    found = (
        PartnerMatcher(encoder=use).fit(example_nonprofits, partnerships=example_partnerships).programmes(example_units)
    )
    table = found.table()
    assert table.columns.tolist() == list(COLUMNS)
    assert found.check() == []
    assert (table[table["recommended"]].groupby("company")["kind"].nunique() == 1).all()
    assert set(table[table["recommended"]]["company"]) == set(example_units["company"])
    combined = table[table["kind"] == "combined"]
    assert (combined.groupby("programme_id")["footprint"].count() == 1).all(), "one line of head offices each"
    assert table["facilitator"].str.len().min() > 3
    foundation = example_units.set_index("company")["foundation"].dropna().to_dict()
    for company, name in foundation.items():
        assert set(table.loc[table["company"] == company, "facilitator"]) == {name}
    agenda = found.agenda()
    assert set(agenda["programme_id"]) == set(table["programme_id"])
    assert set(agenda["state"]) == {"known", "open"}
    assert (agenda[agenda["item"] == "indicator"].groupby("programme_id").size() >= 3).all()
    for programme in found.plan.programmes:
        text = found.explain(programme.id)
        assert programme.facilitator.name in text
        assert found.why(programme) in text
    with pytest.raises(UnknownIdError, match="did you mean"):
        found.explain(found.plan.programmes[0].id[:-1])
    assert "recommended" in repr(found)
    dial = found.dial()
    assert dial["units_served"].is_monotonic_increasing
    assert dial["sum_of_scores"].is_monotonic_decreasing or dial["sum_of_scores"].nunique() == 1


def test_the_footprint_is_weighted_only_where_all_sizes_are_known(use) -> None:
    nonprofits = nonprofits_of({"organisation": "A"})
    known = units_of({"employees": 30, "is_hq": "ja"}, {"employees": 10, "city": "Maastricht"})
    found = proposals(use, known, nonprofits)
    assert found.table().query("kind == 'central'")["footprint"].tolist() == [0.75]
    unknown = units_of({"employees": 30, "is_hq": "ja"}, {"employees": None, "city": "Maastricht"})
    assert proposals(use, unknown, nonprofits).table().query("kind == 'central'")["footprint"].tolist() == [0.5]


def test_an_organisation_is_out_when_its_head_office_or_all_its_sites_are(use) -> None:
    sites = [{"organisation": "A", "is_hq": "ja"}, {"organisation": "A", "is_hq": "nee", "city": "Kampen"}]
    base = units_of({"is_hq": "ja"})
    assert not proposals(use, base, nonprofits_of(*sites)).table().query("kind == 'central'").empty
    closed_head = nonprofits_of(sites[0] | {"active": "nee"}, sites[1])
    assert proposals(use, base, closed_head).table().query("kind == 'central'").empty


def test_a_central_partner_has_a_reason_that_can_be_said(use) -> None:
    units = units_of(
        *[{"city": town, "causes": "schulden", "is_hq": "ja" if town == "Zwolle" else None} for town in TOWNS]
    )
    causes = {"Sport": "sport", "Schuld": "schulden"}
    sites = nonprofits_of(
        *[
            {"nonprofit_id": name + town, "organisation": name, "city": town, "causes": cause, "mission": mission}
            | {"is_hq": "ja" if town == "Zwolle" else "nee"}
            for (name, cause), mission in zip(causes.items(), ("Judo en korfbal", "Hulp bij schulden"), strict=True)
            for town in TOWNS
        ]
    )
    chosen = SETTINGS.with_overrides({"shortlist.min_score": 0.0})
    found = proposals(use, units, sites, chosen=chosen)
    partners = {item.organisation for item in found.plan.programmes if item.central is not None}
    assert partners == {"Schuld"}
    why = next(found.why(item) for item in found.plan.programmes if item.central is not None)
    assert why.startswith("Why Schuld: both work on debt relief; ")
    # One that is a partner already needs no other reason.
    kept = proposals(use, units, sites, [("u1", "SportZwolle", "active")], chosen)
    assert "Sport" in {item.organisation for item in kept.plan.programmes if item.central is not None}


def test_local_partners_for_all_beat_one_partner_for_one_and_what_runs_stays(use) -> None:
    units = units_of(*[{"city": town, "employees": 400, "is_hq": "ja" if town == "Zwolle" else None} for town in TOWNS])
    branch = {"nonprofit_id": "branch", "organisation": "Koepel", "city": "Maastricht", "is_hq": "nee"}
    nonprofits = nonprofits_of(*[{"city": town} for town in TOWNS], {"nonprofit_id": "other", "city": "Zwolle"}, branch)
    history = [("u3", "branch", "active"), ("u1", "other", "proposed"), ("u2", "n2", "vetoed")]
    found = proposals(use, units, nonprofits, history)
    table, kinds = found.table(), found.kinds().set_index("kind")
    assert "Koepel" not in set(table["organisation"]), "a branch cannot speak for its organisation"
    kept = table.dropna(subset="kept").groupby("programme_id")[["unit_id", "nonprofit_id", "kept"]].agg(list)
    assert set(kept.index) == set(table["programme_id"])
    for row in kept.itertuples():
        assert set(zip(row.unit_id, row.nonprofit_id, row.kept, strict=True)) == {
            ("u1", "other", "locked"),
            ("u3", "branch", "running"),
        }
    assert not ((table["unit_id"] == "u2") & (table["nonprofit_id"] == "n2")).any()
    assert kinds.loc["decentral", "recommended"]
    assert kinds.loc["decentral", "units_served"] == 4
    assert kinds.loc["decentral", "score"] > kinds.loc["central", "score"]
    assert found.unserved_units()["unit_id"].tolist() == ["u2"]


def test_a_vetoed_partnership_that_runs_says_so(use) -> None:
    found = proposals(use, units_of({}), nonprofits_of({}, {}), [("u1", "n1", "active")], vetoes=[("u1", "n1")])
    assert ("u1", "n1") in local_pairs(found)
    assert "u1:n1 is vetoed, but runs" in " ".join(found.notices)


@pytest.mark.parametrize(("capacity", "number"), [(None, 3), (2, 2), (1, 1), (0, 0)])
def test_an_organisation_carries_no_more_than_it_says_over_all_its_sites(
    use, capacity: int | None, number: int
) -> None:
    towns = TOWNS[:3]
    units = units_of(*[{"city": town} for town in towns])
    # Only one of the rows states it.
    sites = [{"city": town, "organisation": "Koepel"} for town in towns]
    sites[1]["organisation_capacity"] = capacity
    found = proposals(use, units, nonprofits_of(*sites, {"city": towns[0], "mission": "Egels opvangen"}))
    of_umbrella = {pair for pair in local_pairs(found) if pair[1] != "n4"}
    assert len(of_umbrella) == number
    assert found.check() == []
    history = [("u1", "n1", "active"), ("u2", "n2", "active")]
    more = proposals(use, units, nonprofits_of(*sites), history)
    assert {("u1", "n1"), ("u2", "n2")} <= local_pairs(more)
    assert any("the sites of Koepel have 2 running" in note for note in more.notices) == (capacity in (0, 1))


def test_a_unit_gets_new_partners_of_different_organisations(use) -> None:
    koepel = [{"organisation": "Koepel"}] * 3
    nonprofits = nonprofits_of(*koepel, {"city": "Hattem"})
    assert len(local_pairs(proposals(use, units_of({}), nonprofits))) == 2
    running = local_pairs(proposals(use, units_of({}), nonprofits, [("u1", "n2", "active"), ("u1", "n3", "proposed")]))
    assert running == {("u1", "n2"), ("u1", "n3"), ("u1", "n4")}, "what runs and what was proposed stays"
    several = SETTINGS.with_overrides({"shortlist.sites_per_organisation": 2})
    assert len(local_pairs(proposals(use, units_of({}), nonprofits, chosen=several))) == 3


def test_candidates_stay_within_reach_unless_locked(use) -> None:
    units = units_of({"reach_km": 5}, {"reach_km": None})
    nonprofits = nonprofits_of({"city": "Kampen"}, {"city": "Zwolle"})
    matcher = PartnerMatcher(settings=SETTINGS, encoder=use).fit(nonprofits)
    candidates = gather_candidates(matcher.scorer(units), PairConstraints())
    pairs = set(zip(candidates.units.tolist(), candidates.sites.tolist(), strict=True))
    assert pairs == {(0, 1), (1, 0), (1, 1)}
    assert plan_local(candidates, 0.5, 10).pairs()


def statuses_of(run: Run, pair: tuple[int, int]) -> set[str]:
    history = run.history
    return set(history.status[(history.unit == pair[0]) & (history.nonprofit == pair[1])])


@settings(max_examples=25)
@given(problem=whole(6, 6), coverage=st.sampled_from((0.0, 0.5, 1.0)), data=st.data())
def test_a_whole_problem_equals_brute_force(problem, coverage: float, data, use) -> None:
    """Gather by hand what may be chosen, try every feasible choice, and get the same objective and as many locks."""
    scorer = scorer_of(
        problem, use, LOCAL.with_overrides({"programmes.coverage": coverage, "programmes.further_share": 0.0})
    )
    run, m, n = scorer.run, len(scorer.run.units), len(scorer.run.nonprofits)
    every = list(itertools.product(range(m), range(n)))
    locks = frozenset(data.draw(st.lists(st.sampled_from(every), max_size=3), label="locks"))
    vetoes = frozenset(data.draw(st.lists(st.sampled_from(every), max_size=2), label="vetoes")) - locks
    plan = propose(scorer, PairConstraints(locks, vetoes))
    running = {pair for pair in every if statuses_of(run, pair) & {"agreed", "active"}}
    codes = run.nonprofits.organisation_codes
    in_all = [
        float(np.nan_to_num(run.nonprofits.organisation_capacity[codes == code], nan=np.inf).min())
        for code in range(codes.max() + 1)
    ]
    left = [
        np.where(np.isnan(side.capacity), default, side.capacity).tolist()
        for side, default in ((run.units, 3), (run.nonprofits, 2))
    ] + [in_all]

    def take(unit: int, site: int) -> None:
        for capacity, index in zip(left, (unit, site, codes[site]), strict=True):
            capacity[index] = max(capacity[index] - 1, 0)

    for unit, site in running:
        take(unit, site)
    is_open = {
        pair for pair in every if pair not in vetoes | running and not set(scorer.closed_gates(*pair)) - {"no_capacity"}
    }
    wanted = [pair for pair in is_open if pair in locks or "proposed" in statuses_of(run, pair)]

    def fits(chosen: tuple[tuple[int, int], ...]) -> bool:
        ends = [(unit, site, codes[site]) for unit, site in chosen]
        return all(
            sum(end[side] == index for end in ends) <= capacity[index]
            for side, capacity in enumerate(left)
            for index in range(len(capacity))
        )

    most_kept = max(
        len(chosen)
        for size in range(len(wanted) + 1)
        for chosen in itertools.combinations(wanted, size)
        if fits(chosen)
    )
    kept = plan.candidates.locked
    assert set(kept) <= set(wanted)
    assert len(kept) == most_kept
    for unit, site in kept:
        take(unit, site)
    record_of = {pair: scorer.records(np.array([pair[0]]), np.array([pair[1]]))[0] for pair in is_open}

    def is_candidate(record: PairRecord) -> bool:
        return record.distance_km is not None and record.distance_km <= 300 and not has_nothing_in_common(record)

    free = [pair for pair in sorted(is_open) if pair not in kept and is_candidate(record_of[pair])]
    if len(free) > 10:
        return  # too many choices to try them all
    scores = {pair: float(scorer.scores(np.array([pair[0]]), np.array([pair[1]]))[0]) for pair in free}
    # A pair with a setback between company and organisation counts for nine tenths.
    counted = {pair: score * (0.9 if record_of[pair].setbacks else 1.0) for pair, score in scores.items()}
    served = {unit for unit, _ in [*running, *kept]}

    def worth(chosen: tuple[tuple[int, int], ...]) -> tuple[float, float]:
        total, newly = sum(counted[pair] for pair in chosen), len({unit for unit, _ in chosen} - served)
        return (float(newly), total) if coverage == 1 else (total + coverage / (1 - coverage) * newly, 0.0)

    has_already = {(unit, codes[site]) for unit, site in [*running, *kept]}

    def stacks(chosen: tuple[tuple[int, int], ...]) -> bool:
        """Whether a unit gets a second site of an organisation."""
        groups = [(unit, codes[site]) for unit, site in chosen]
        return len(set(groups)) < len(groups) or not has_already.isdisjoint(groups)

    best = max(
        worth(chosen)
        for size in range(len(free) + 1)
        for chosen in itertools.combinations(free, size)
        if fits(chosen) and not stacks(chosen)
    )
    found = tuple(pair for pair in plan.local.pairs() if pair not in running and pair not in kept)
    assert worth(found) == pytest.approx(best, abs=1e-6)


def test_tables_of_partnerships_may_name_every_kind() -> None:
    assert set(PROGRAMME_WORDS.values()) == {kind.name for kind in PROGRAMME_KINDS}
