"""Every status and every gate, as the tables of the domain say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from helpers.small_cases import fitted, partnership

from matcher.scoring.days import months_before
from matcher.scoring.eligibility import LOCAL_GATES, DeclinedUndated


@pytest.mark.parametrize(
    ("status", "gate"),
    [
        ("proposed", None), ("contacted", None), ("agreed", "existing_partner"), ("active", "existing_partner"),
        ("completed", "past_partner"), ("declined", "declined_undated"), ("vetoed", "vetoed"),
    ],
)  # fmt: skip
def test_each_status_on_a_shortlist(use, status: str, gate: str | None) -> None:
    matcher = fitted(use, [{}], [{}, {}], [partnership("u1", "n1", status)])
    record = matcher.explain("u1", "n1")
    assert record.gates == (() if gate is None else (gate,))
    assert record.statuses == (status,)
    listed = matcher._match.shortlists().table["nonprofit_id"].tolist()
    assert ("n1" in listed) == (gate is None)
    assert "n2" in listed


def test_renew_brings_completed_ones_back(use) -> None:
    matcher = fitted(use, [{}], [{}], [partnership("u1", "n1", "completed")], gates={"renew": True})
    assert matcher.explain("u1", "n1").gates == ()
    assert "before" in matcher._match.shortlists().table["why"].iloc[0]


@pytest.mark.parametrize(
    ("ended", "months", "out"),
    [
        ("2025-11-02", 12, True),
        ("2025-11-01", 12, False),
        ("2024-01-01", 12, False),
        ("2026-10-31", 0, False),
    ],
)
def test_declined_is_out_for_some_months(use, ended: str | None, months: int, out: bool) -> None:
    history = [partnership("u1", "n1", "declined", ended_on=ended)]
    matcher = fitted(use, [{}], [{}, {}], history, gates={"declined_months": months, "as_of": "2026-11-01"})
    assert (matcher.explain("u1", "n1").gates == ("declined",)) == out


@pytest.mark.parametrize("months", [0, 12])
def test_a_decline_without_a_date_says_so(use, months: int) -> None:
    history = [partnership("u1", "n1", "declined", reason="geen tijd in 2019")]
    matcher = fitted(use, [{}], [{}, {}], history, gates={"declined_months": months})
    assert matcher.explain("u1", "n1").gates == ("declined_undated",)
    assert DeclinedUndated.meaning == "it was declined; no date is given"


@pytest.mark.parametrize(("capacity", "is_full"), [(None, False), (2, False), (1, True)])
def test_an_organisation_may_be_full_while_its_sites_are_not(use, capacity: int | None, is_full: bool) -> None:
    sites = [{"organisation": "A", "organisation_capacity": capacity}, {"organisation": "A"}, {"organisation": "B"}]
    matcher = fitted(use, [{}, {"unit_id": "u2"}], sites, [partnership("u2", "n1", "active")])
    assert (matcher.explain("u1", "n2").gates == ("no_capacity",)) == is_full
    assert matcher.explain("u1", "n3").gates == ()


def test_a_partnership_gates_its_own_pair_only(use) -> None:
    matcher = fitted(use, [{}, {"unit_id": "u2"}], [{}], [partnership("u1", "n1", "vetoed")])
    assert matcher.explain("u2", "n1").gates == ()


def test_the_strictest_of_several_statuses_holds(use) -> None:
    history = [partnership("u1", "n1", "proposed"), partnership("u1", "n1", "vetoed")]
    assert fitted(use, [{}], [{}], history).explain("u1", "n1").gates == ("vetoed",)


def test_inactive(use) -> None:
    matcher = fitted(use, [{}], [{"active": "nee"}, {"active": None}, {"active": "ja"}])
    assert [matcher.explain("u1", name).gates for name in ("n1", "n2", "n3")] == [("inactive",), (), ()]


def test_excluded_cause_in_either_language(use) -> None:
    matcher = fitted(
        use, [{"excludes": "religie"}], [{"causes": "religion; sport"}, {"causes": "sport"}, {"causes": None}]
    )
    assert [matcher.explain("u1", name).gates for name in ("n1", "n2", "n3")] == [("excluded_cause",), (), ()]


def test_required_accreditation(use) -> None:
    nonprofits = [
        {"accreditation": "ANBI"},
        {"accreditation": "anbi; CBF"},
        {"accreditation": "CBF"},
        {"accreditation": None},
    ]
    matcher = fitted(use, [{}], nonprofits, gates={"required_accreditation": ["ANBI"]})
    gates = [matcher.explain("u1", f"n{number}").gates for number in (1, 2, 3, 4)]
    assert gates == [(), (), ("missing_accreditation",), ("missing_accreditation",)]


def test_the_foundation_of_the_company_is_no_partner_of_any_unit(use) -> None:
    units = [
        {"company": "Bank", "foundation": "Stichting Bank Fonds"},
        {"unit_id": "u2", "company": "Bank"},
        {"unit_id": "u3", "company": "Other", "foundation": "Foundation Other"},
        {"unit_id": "u4", "company": "None"},
    ]
    nonprofits = [{"name": "BANK-FONDS"}, {"organisation": "bank fonds"}, {"name": "Bank"}, {"organisation": "Other"}]
    matcher = fitted(use, units, nonprofits)
    own = {("u1", "n1"), ("u1", "n2"), ("u2", "n1"), ("u2", "n2"), ("u3", "n4")}
    for unit in ("u1", "u2", "u3", "u4"):
        for nonprofit in ("n1", "n2", "n3", "n4"):
            gates = ("own_foundation",) if (unit, nonprofit) in own else ()
            assert matcher.explain(unit, nonprofit).gates == gates
    listed = matcher._match.shortlists().table
    assert not own & set(zip(listed["unit_id"], listed["nonprofit_id"], strict=True))
    assert len(listed) == 4 * 4 - len(own)
    plan = matcher._match.programmes().table()
    assert len(plan)
    assert not own & set(zip(plan["unit_id"], plan["nonprofit_id"], strict=True))


def test_no_capacity_left_on_either_side(use) -> None:
    units = [{"capacity": 1}, {"unit_id": "u2", "capacity": None}, {"unit_id": "u3", "capacity": 0}]
    history = [
        partnership("u1", "n1", "active"),
        partnership("u2", "n2", "agreed"),
        partnership("u2", "n3", "completed"),
    ]
    matcher = fitted(use, units, [{"capacity": 2}, {"capacity": 1}, {"capacity": 1}, {"capacity": 0}], history)
    assert matcher.explain("u1", "n3").gates == ("no_capacity",), "u1 has its one partner"
    assert matcher.explain("u2", "n1").gates == (), "n1 has one place left"
    assert matcher.explain("u3", "n1").gates == ("no_capacity",), "u3 wants none"
    assert matcher.explain("u2", "n4").gates == ("no_capacity",)
    assert matcher.explain("u2", "n2").gates == ("existing_partner", "no_capacity")


def test_the_same_partnership_twice_takes_one_place(use) -> None:
    twice = [partnership("u1", "n1", "agreed"), partnership("u1", "n1", "active")]
    matcher = fitted(use, [{}, {"unit_id": "u2"}], [{"capacity": 2}], twice)
    assert matcher.explain("u2", "n1").gates == ()


def test_months_before() -> None:
    assert months_before(dt.date(2026, 3, 31), 1) == dt.date(2026, 2, 28)
    assert months_before(dt.date(2026, 11, 1), 12) == dt.date(2025, 11, 1)
    assert months_before(dt.date(1, 1, 1), 5) == dt.date.min


def test_a_nonprofit_of_which_nothing_is_known_is_on_no_list(use) -> None:
    blank = {"mission": None, "causes": None, "city": None}
    nonprofits = [{"city": "Zwolle"}, blank, blank | {"mission": "Taalles"}, blank | {"causes": "natuur"}]
    nonprofits.append(blank | {"works_in": "landelijk"})
    matcher = fitted(use, [{"city": "Zwolle", "causes": "natuur"}], nonprofits, shortlist={"min_score": 0})
    assert matcher.explain("u1", "n2").gates == ("nothing_known",)
    for known in ("n1", "n3", "n4", "n5"):
        assert matcher.explain("u1", known).gates == ()


def test_where_nothing_else_counts_resources_alone_make_a_list(use) -> None:
    blank = {"mission": None, "needs": "people"}
    matcher = fitted(use, [{"mission": None, "offers": "people"}], [blank], weights={"resources": 1})
    assert matcher.explain("u1", "n1").gates == ()


def test_who_works_in_the_whole_country_is_no_local_partner(use) -> None:
    nonprofits = [{"city": "Zwolle"}, {"city": "Zwolle", "works_in": "landelijk"}]
    matcher = fitted(use, [{"city": "Zwolle"}], nonprofits)
    scorer = matcher.scorer(
        pd.DataFrame([{"unit_id": "u1", "company": "C", "name": "U", "mission": "M", "city": "Zwolle"}])
    )
    local = [gate(scorer.run).is_excluded(slice(0, 1)) for gate in LOCAL_GATES]
    assert not any(excluded[0, 0] for excluded in local)
    assert any(np.broadcast_to(excluded, (1, 2))[0, 1] for excluded in local)
