"""Settings tried on a match in memory against new matches with these settings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers.problems import whole
from helpers.small_cases import fitted, partnership
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher import MatcherError, PartnerMatcher, Settings, SettingsError
from matcher.api.list_moves import list_moves
from matcher.api.live import LiveMatch
from matcher.errors import UnknownIdError
from matcher.learning.evaluation.metrics import METRICS, Trial, unit_metrics
from matcher.ranking.programmes.candidates import PairConstraints
from matcher.ranking.programmes.planning import propose
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.scoring.rescoring import RowMemory

BASE = Settings.from_mapping({"gates": {"as_of": "2026-11-01"}, "shortlist": {"min_score": 0.2}})
CRITERIA = ("mission", "values", "proximity", "resources", "track_record")
KEYS = ["unit_id", "nonprofit_id", "rank"]


@st.composite
def moves(draw: st.DrawFn) -> dict[str, object]:
    weights = draw(st.dictionaries(st.sampled_from(CRITERIA), st.sampled_from((0.0, 0.3, 1.0, 4.0)), max_size=5))
    found: dict[str, object] = {f"weights.{name}": weight for name, weight in weights.items()}
    for key, values in {
        "proximity.half_distance_km": (2.0, 60.0),
        "track_record.prior_partnerships": (1.0, 9.0),
        "shortlist.min_score": (0.0, 0.5),
        "shortlist.top": (1, 4),
        "shortlist.evenness": (0.0, 0.8),
        "shortlist.sites_per_organisation": (1, 2),
        "gates.renew": (True, False),
        "gates.declined_months": (0, 600),
        "programmes.reach_km": (1.0, 90.0),
    }.items():
        value = draw(st.none() | st.sampled_from(values))
        if value is not None:
            found[key] = value
    return found


def new_match(problem: tuple[pd.DataFrame, ...], use, settings: Settings):
    units, nonprofits, partnerships = problem
    return PartnerMatcher(settings=settings, encoder=use).fit(nonprofits, partnerships=partnerships).match(units)


@settings(max_examples=12)
@given(problem=whole(), changes=moves(), more=moves(), small=st.booleans())
def test_a_trial_equals_a_new_match(problem, changes, more, small: bool, use) -> None:
    try:
        tried = [BASE.with_overrides(each) for each in (changes, more)]
        expected = [new_match(problem, use, each).scorer for each in tried]
        live = LiveMatch(new_match(problem, use, BASE), max_mb=0 if small else 1)
    except MatcherError:
        assume(False)
        raise
    for each, scorer in zip(tried, expected, strict=True):
        trial, lists = live.trial(each), best_nonprofits(scorer)
        found = trial.shortlists().lists
        assert found.units.tolist() == lists.units.tolist()
        assert found.nonprofits.tolist() == lists.nonprofits.tolist()
        assert found.ranks.tolist() == lists.ranks.tolist()
        assert found.more_sites.tolist() == lists.more_sites.tolist()
        np.testing.assert_allclose(found.scores, lists.scores, atol=1e-12)
        unit = str(scorer.run.units.ids[-1])
        table = trial.shortlists().table
        alone = live.trial(each).shortlists([unit]).table
        assert alone.to_dict("records") == table[table["unit_id"] == unit].to_dict("records")


@settings(max_examples=8)
@given(problem=whole(), changes=moves())
def test_live_programmes_equal_those_of_a_new_match(problem, changes, use) -> None:
    try:
        live = LiveMatch(new_match(problem, use, BASE))
        matched = new_match(problem, use, BASE.with_overrides(changes))
    except MatcherError:
        assume(False)
        raise
    expected = propose(matched.scorer, PairConstraints(frozenset({(0, 0)})))
    found = propose(live.trial(changes).scorer, PairConstraints(frozenset({(0, 0)})))
    assert [(item.id, item.recommended, item.score, item.pairs) for item in found.programmes] == [
        (item.id, item.recommended, item.score, item.pairs) for item in expected.programmes
    ]
    assert found.notices == expected.notices


@pytest.fixture(scope="module")
def sites(use):
    """Two units in two towns, the first with a reach and a capacity of its own, and three nonprofits."""
    units = [
        {"unit_id": "u1", "city": "Zwolle", "reach_km": 15, "capacity": 1},
        {"unit_id": "u2", "city": "Utrecht", "name": "Utrecht"},
    ]
    nonprofits = [
        {"city": "Zwolle", "mission": "Opvang van egels", "name": "Egels"},
        {"city": "Meppel", "mission": "Hulp bij schulden", "name": "Schuldhulp"},
        {"city": "Amersfoort", "mission": "Taalles", "name": "Taal", "capacity": 1},
    ]
    return units, nonprofits


def test_reach_and_capacity_of_the_lists_can_be_replaced(sites, use) -> None:
    units, nonprofits = sites
    history = [partnership("u2", "n3", "active")]
    live = LiveMatch(fitted(use, units, nonprofits, history)._last_match())
    wider = [units[0] | {"reach_km": 60, "capacity": 0}, units[1]]
    expected = fitted(use, wider, nonprofits, history)._last_match()
    trial = live.trial(reach_km={"u1": 60}, unit_capacity={"u1": 0})
    assert trial.shortlists().table[KEYS].equals(best_table(expected))
    assert "u1" not in set(trial.shortlists().table["unit_id"])
    full, free = live.trial(), live.trial(nonprofit_capacity={"n3": None})
    assert full.match.explain("u1", "n3").gates == ("no_capacity",)
    assert free.match.explain("u1", "n3").gates == ()


def best_table(match) -> pd.DataFrame:
    return match.shortlists().table[KEYS]


def test_what_needs_a_new_run_is_named(sites, use) -> None:
    live = LiveMatch(fitted(use, *sites)._last_match())
    with pytest.raises(
        SettingsError, match=r"text\.slope, mission\.cause_share.*new run|mission\.cause_share, text\.slope"
    ):
        live.trial({"text.slope": 0.3, "mission.cause_share": 0.1})
    with pytest.raises(SettingsError, match="there is no criterion 'misson'"):
        live.trial({"weights.misson": 1.0})
    with pytest.raises(UnknownIdError, match="there is no unit 'u7'"):
        live.trial(reach_km={"u7": 3})
    with pytest.raises(MatcherError, match="nothing to judge by"):
        live.trial({"weights": {"values": 1.0}})


def test_the_memory_drops_the_rows_that_were_used_longest_ago() -> None:
    memory = RowMemory(max_bytes=2 * 80)
    rows = {unit: np.full(10, float(unit)) for unit in range(3)}
    memory.keep(0, 0, rows[0])
    memory.keep(0, 1, rows[1])
    assert memory.get(0, 0) is rows[0]
    memory.keep(0, 2, rows[2])
    assert memory.get(0, 1) is None
    assert memory.get(0, 0) is rows[0]
    assert memory.get(0, 2) is rows[2]
    assert memory.n_bytes == 160


def test_moves_name_what_rose_fell_came_and_went(sites, use) -> None:
    live = LiveMatch(fitted(use, *sites)._last_match())
    by_mission = live.trial({"weights": {"mission": 1.0}}).shortlists()
    near = live.trial({"weights": {"proximity": 1.0}, "shortlist.min_score": 0.5}).shortlists()
    found = {unit.unit_id: unit for unit in list_moves(by_mission, near)}
    moved = {move.nonprofit_id: move for move in found["u1"].moves}
    assert by_mission.table["nonprofit_id"].tolist()[0] == "n2"
    assert near.table["nonprofit_id"].tolist()[:1] == ["n1"]
    assert (moved["n1"].change_type, moved["n1"].rank) == ("up", 1)
    assert moved["n1"].score_change > 0
    assert (moved["n3"].change_type, moved["n3"].rank, moved["n3"].below_min_score) == ("gone", None, True)
    assert found["u1"].counts == {"new": 0, "gone": 2, "up": 1, "down": 0}
    (same, _) = list_moves(by_mission, by_mission)
    assert (same.kept, same.moves) == (3, ())
    back = list_moves(near, by_mission)[0]
    assert {move.change_type for move in back.moves} == {"new", "down"}


def test_the_fit_with_decisions_counts_couples_of_one_unit(sites, use) -> None:
    history = [partnership("u1", "n1", "completed"), partnership("u1", "n3", "declined")]
    live = LiveMatch(fitted(use, *sites, history)._last_match())
    near = live.trial({"weights": {"proximity": 1.0}}).fit()
    assert (near.units, near.yes, near.no, near.couples, near.yes_above_no) == (1, 1, 1, 1, 1.0)
    assert near.ndcg == 1.0
    of_two = live.trial({"weights": {"proximity": 1.0}}).fit(yes=[("u1", "n1"), ("u1", "n2"), ("u2", "n3")], no=[]).ndcg
    scores = live.trial({"weights": {"proximity": 1.0}}).scorer.scores(np.repeat([0, 1], 3), np.tile(np.arange(3), 2))
    relevant = np.array([[True, True, False], [False, False, True]])
    by_unit = unit_metrics(Trial(np.ones_like(relevant), relevant), scores.reshape(2, 3))
    assert of_two == pytest.approx(by_unit[:, METRICS.index("ndcg")].mean())
    turned = live.trial({"weights": {"proximity": 1.0}}).fit(yes=[("u1", "n3")], no=[("u1", "n1"), ("u2", "n1")])
    assert (turned.yes_above_no, turned.couples) == (0.0, 1)
    assert turned.ndcg < 1
    nothing = live.trial().fit(yes=[], no=[])
    assert (nothing.units, nothing.ndcg, nothing.yes_above_no) == (0, None, None)
