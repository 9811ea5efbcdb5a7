"""Which kind of programme is recommended: laws of the comparison, on any worths and facts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.ranking.programmes.companies import People
from matcher.ranking.programmes.comparison import NEAR_TIE, PlanWorth, compare_kinds, worth_of_plan
from matcher.ranking.programmes.facts import FACT_REASONS, LOCAL_FIT_BETTER, KindFacts
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, PROGRAMME_KINDS
from matcher.settings.sections import ProgrammeSettings

UNITS = 11


def worths() -> st.SearchStrategy[PlanWorth]:
    return st.builds(
        PlanWorth,
        st.integers(0, 100).map(lambda hundredths: hundredths / 100),
        st.just(UNITS),
        st.integers(0, UNITS),
        st.integers(1, UNITS),
        st.just(False),
        st.sampled_from((0.5, 1.0)),
    )


def facts() -> st.SearchStrategy[KindFacts]:
    km = st.sampled_from((float("nan"), 5.0, 200.0))
    sites = st.integers(1, 4)
    people = st.sampled_from((float("nan"), 50.0, 5000.0))
    return st.builds(
        KindFacts,
        st.just("Land"),
        st.just("Overal"),
        sites,
        sites,
        km,
        km,
        people,
        people,
        st.booleans(),
        sites,
        st.none(),
        st.booleans(),
        st.sampled_from((float("nan"), 0.2, 0.6, 1.0)),
    )


def chosen_of(plans: dict, about: KindFacts, **overrides: float) -> tuple:
    found = compare_kinds(plans, about, ProgrammeSettings(**overrides))
    return found.chosen, found.verdicts


@given(plans=st.dictionaries(st.sampled_from(PROGRAMME_KINDS[:2]), worths()), about=facts(), near_tie=st.floats(0, 0.2))
def test_the_plan_that_brings_more_wins_unless_nearly_equal(plans: dict, about: KindFacts, near_tie: float) -> None:
    chosen, verdicts = chosen_of(plans, about, near_tie=near_tie)
    assert (chosen is None) == (not plans)
    assert len(verdicts) == (len(plans) == 2)
    for kind in plans:
        assert plans[kind].worth - plans[chosen].worth <= near_tie
    assert all(verdict.fact in ("", *FACT_REASONS) for verdict in verdicts)


@given(one=worths(), two=worths(), both=worths(), about=facts(), price=st.floats(0, 1))
def test_both_together_win_exactly_where_they_pay(one, two, both, about: KindFacts, price: float) -> None:
    plans = {DECENTRAL: one, CENTRAL: two}
    alone, _ = chosen_of(plans, about, partner_price=price)
    chosen, verdicts = chosen_of(plans | {COMBINED: both}, about, partner_price=price)
    gain = both.worth - plans[alone].worth
    cost = price * (both.new_partners - plans[alone].new_partners) / UNITS
    if gain > 0 and gain > cost:
        assert chosen == COMBINED
    elif gain <= -ProgrammeSettings().near_tie or (not about.meet_at_several and gain <= max(cost, 0)):
        assert chosen == alone
    assert chosen in (alone, COMBINED)
    assert verdicts


@given(plans=st.fixed_dictionaries(dict.fromkeys(PROGRAMME_KINDS, worths())), about=facts(), near_tie=st.floats(0, 0.2))
def test_only_more_speaks_for_a_partner_that_fits_less_well(plans: dict, about: KindFacts, near_tie: float) -> None:
    chosen, verdicts = chosen_of(plans, about, near_tie=near_tie)
    if chosen.has_partner and not about.partner_score >= plans[DECENTRAL].fit:
        assert plans[chosen].worth > plans[DECENTRAL].worth
    said = {verdict.fact for verdict in verdicts if verdict.code == NEAR_TIE}
    assert LOCAL_FIT_BETTER not in said or chosen == DECENTRAL


def test_eleven_units_never_lose_to_one() -> None:
    about = KindFacts("Land", "Overal", UNITS, 1, 200.0, float("nan"), 5000.0, float("nan"), True, 1, 0.1)
    eleven, one = (
        PlanWorth(0.67, UNITS, UNITS, UNITS, False, 1.0),
        PlanWorth(0.48 / UNITS, UNITS, 1, 1, False, 1 / UNITS),
    )
    both = PlanWorth(0.67, UNITS, UNITS, UNITS + 1, False, 1.0)
    assert chosen_of({DECENTRAL: eleven, CENTRAL: one, COMBINED: both}, about)[0] == DECENTRAL


def test_the_worth_of_a_plan_is_share_times_the_best_partner() -> None:
    organisations = np.array([0, 0, 1, 2])
    people = People.of_units(np.array([0, 1, 2]), np.array([50.0, 30.0, 20.0]))
    scores = {(0, 0): 0.4, (0, 2): 0.6, (1, 1): 0.5}
    local = worth_of_plan(people, scores, {(0, 0)}, organisations)
    assert local.worth == pytest.approx(0.5 * 0.6 + 0.3 * 0.5)
    # The organisation of sites 0 and 1 is a partner already.
    assert (local.units_served, local.new_partners, local.by_employees) == (2, 1, True)
    assert local.share_served == pytest.approx(0.8)
    assert local.fit == pytest.approx((0.5 * 0.6 + 0.3 * 0.5) / 0.8)
    both = worth_of_plan(people, scores, {(0, 0)}, organisations, {0: 0.5, 2: 0.7}, partner=2)
    assert both.worth == pytest.approx(0.5 * 0.6 + 0.3 * 0.5 + 0.2 * 0.7)
    assert (both.units_served, both.new_partners) == (3, 2)
    unknown = People.of_units(np.array([0, 1]), np.array([50.0, np.nan]))
    assert unknown.shares.tolist() == [0.5, 0.5]
