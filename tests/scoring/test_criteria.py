"""Each criterion by itself, on cases small enough to reckon by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from helpers.small_cases import fitted, partnership
from hypothesis import given
from hypothesis import strategies as st

from matcher import MatcherError, PartnerMatcher
from matcher.scoring.criteria.resources import DISJOINT, harmonic, overlap_table
from matcher.scoring.geometric import UNKNOWN_DEVIATIONS


def score(matcher: PartnerMatcher, criterion: str, nonprofit: str = "n1", unit: str = "u1") -> float | None:
    record = matcher.explain(unit, nonprofit).criterion(criterion)
    assert record is not None
    return record.score


def test_proximity_is_a_half_at_the_reach_of_the_unit(use) -> None:
    places = [{"latitude": 52 + km / 111.195, "longitude": 5.0} for km in (0, 7, 14, 70)]
    unit = {"latitude": 52.0, "longitude": 5.0}
    matcher = fitted(use, [unit | {"reach_km": 7}], places)
    found = [score(matcher, "proximity", f"n{number}") for number in (1, 2, 3, 4)]
    assert found == pytest.approx([1, 0.5, 0.2, 1 / 101], abs=1e-4)
    by_default = fitted(use, [unit], places, proximity={"half_distance_km": 14})
    assert score(by_default, "proximity", "n3") == pytest.approx(0.5, abs=1e-4)


def test_who_works_in_the_whole_country_is_no_neighbour(use) -> None:
    at = [{"latitude": 52 + km / 111.195, "longitude": 5.0} for km in (0, 0, 0, 30, 30, 60)]
    areas = ["", "landelijk", "buitenland", "", "regio", ""]
    nonprofits = [{**place, "works_in": area} for place, area in zip(at, areas, strict=True)]
    matcher = fitted(use, [{"latitude": 52.0, "longitude": 5.0, "reach_km": 25}], nonprofits)
    found = [score(matcher, "proximity", f"n{number}") for number in range(1, 7)]
    local = [found[0], found[3], found[4], found[5]]
    assert found[1] == found[2] == pytest.approx(np.mean(local))
    assert found[4] == pytest.approx(1 / (1 + (5 / 25) ** 2), abs=1e-4)
    assert matcher.explain("u1", "n2").distance_km == 0


def test_a_city_that_says_the_whole_country_sets_the_area_of_work(use) -> None:
    nonprofits = [{"city": "Zwolle"}, {"city": "Landelijk"}, {"city": "Breda"}]
    matcher = fitted(use, [{"city": "Zwolle"}], nonprofits)
    found = [score(matcher, "proximity", f"n{number}") for number in (1, 2, 3)]
    assert found[1] == pytest.approx((found[0] + found[2]) / 2)


def test_an_unplaced_nonprofit_is_unknown_not_far(use) -> None:
    matcher = fitted(use, [{"city": "Zwolle"}], [{"city": "Zwolle"}, {"city": "Breda"}, {}])
    record = matcher.explain("u1", "n3")
    assert record.criterion("proximity").score is None
    assert record.distance_km is None
    assert record.criterion("proximity").contribution == 0
    assert record.confidence < matcher.explain("u1", "n1").confidence
    assert matcher.explain("u1", "n2").score < record.score < matcher.explain("u1", "n1").score


def test_causes_count_within_mission_by_what_the_nonprofit_names(use) -> None:
    nonprofits = [
        {"causes": "schulden"},
        {"causes": "schulden; sport"},
        {"causes": "natuur"},
        {"causes": None},
        {"causes": "debt; poverty"},
    ]
    matcher = fitted(use, [{"causes": "schulden; armoede; taal"}], nonprofits, mission={"cause_share": 1})
    found = [score(matcher, "mission", f"n{number}") for number in (1, 2, 3, 5)]
    assert found == pytest.approx([1, 0.5, 0, 1])
    assert matcher.explain("u1", "n5").criterion("mission").facts["shared_causes"] == ["debt", "poverty"]
    assert matcher.explain("u1", "n4").criterion("mission").score is None


def test_without_wanted_causes_mission_is_text_alone(use) -> None:
    nonprofits = [{"causes": "schulden"}, {"causes": "natuur", "mission": "Egels opvangen"}]
    plain = fitted(use, [{"causes": None}], nonprofits, mission={"cause_share": 0.9})
    text = fitted(use, [{"causes": None}], nonprofits, mission={"cause_share": 0})
    assert score(plain, "mission") == score(text, "mission")


def test_causes_stand_in_for_a_blank_mission(use) -> None:
    nonprofits = [
        {"mission": None, "causes": "schulden"},
        {"mission": None, "causes": "natuur"},
        {"mission": None, "causes": None},
    ]
    matcher = fitted(use, [{"causes": "schulden"}], [*nonprofits, {"causes": "sport"}])
    assert score(matcher, "mission", "n1") > score(matcher, "mission", "n2")
    assert 0 < matcher.explain("u1", "n1").criterion("mission").known < 1
    assert score(matcher, "mission", "n3") is None


def test_like_texts_score_above_unlike_ones_across_languages(use) -> None:
    nonprofits = [
        {"mission": "We help families out of debt"},
        {"mission": "Wij vangen egels op"},
        {"mission": "Muziekles op school"},
    ]
    matcher = fitted(use, [{}], nonprofits)
    assert score(matcher, "mission", "n1") > max(score(matcher, "mission", "n2"), score(matcher, "mission", "n3"))


def overlap_by_hand(offer: set[str], sought: set[str]) -> float:
    met, used = len(offer & sought) / len(sought), len(offer & sought) / len(offer)
    return 0.0 if met == 0 else 2 * met * used / (met + used)


def test_resources_from_both_sides(use) -> None:
    resources, benefits = ("people", "money", "means"), ("network", "talent")
    sets = [set(chosen) for size in (1, 2, 3) for chosen in itertools.combinations(resources, size)]
    gains = [set(chosen) for size in (1, 2) for chosen in itertools.combinations(benefits, size)]
    nonprofits = [{"needs": "; ".join(need), "offers": "; ".join(gain)} for need in sets for gain in gains]
    matcher = fitted(use, [{"offers": "people; money", "seeks": "network"}], nonprofits)
    for number, (need, gain) in enumerate(itertools.product(sets, gains), start=1):
        theirs, ours = overlap_by_hand({"people", "money"}, need), overlap_by_hand(gain, {"network"})
        gained = 0.0 if min(theirs, ours) == 0 else 2 * theirs * ours / (theirs + ours)
        expected = DISJOINT + (1 - DISJOINT) * gained
        assert score(matcher, "resources", f"n{number}") == pytest.approx(expected), (need, gain)


def test_resources_known_and_disjoint_is_low_unknown_is_not_known(use) -> None:
    nonprofits = [{"needs": "media"}, {"needs": None, "offers": None}, {"needs": "people"}, {"offers": "network"}]
    matcher = fitted(use, [{"offers": "people", "seeks": "network"}], nonprofits)
    assert score(matcher, "resources", "n1") == DISJOINT
    assert score(matcher, "resources", "n2") is None
    assert score(matcher, "resources", "n3") == 1
    assert score(matcher, "resources", "n4") == 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_harmonic_mean_is_symmetric_and_lies_between(a: float, b: float) -> None:
    joined = harmonic(np.array([a]), np.array([b]))[0]
    assert joined == harmonic(np.array([b]), np.array([a]))[0]
    assert min(a, b) - 1e-12 <= joined <= max(a, b) + 1e-12 or (min(a, b) == 0 and joined == 0)


def test_the_overlap_table_knows_what_it_does_not_know() -> None:
    table = overlap_table(3)
    assert np.isnan(table[0]).all()
    assert np.isnan(table[:, 0]).all()
    assert (np.diag(table)[1:] == 1).all()


def test_track_record_is_what_others_say(use) -> None:
    units = [{"unit_id": f"u{number}"} for number in (1, 2, 3)]
    history = [
        partnership("u2", "n1", "completed", trust=5),
        partnership("u3", "n1", "completed", trust=5),
        partnership("u2", "n2", "completed", trust=1),
        partnership("u1", "n3", "completed", trust=5),
        partnership("u2", "n4", "vetoed"),
        partnership("u2", "n5", "declined"),
    ]
    matcher = fitted(use, units, [{}] * 6, history)
    # u1 sees qualities 1, 1 and 0 of others: q0 = 2/3; prior 3.
    assert score(matcher, "track_record", "n1") == pytest.approx((2 / 5 + (2 + 3 * 2 / 3) / 5) / 2)
    assert score(matcher, "track_record", "n2") == pytest.approx((1 / 4 + (0 + 3 * 2 / 3) / 4) / 2)
    for nothing in ("n3", "n4", "n5", "n6"):
        assert score(matcher, "track_record", nothing) is None
    # n3 is known to u2, which sees 1 (u3, n1) and 1 (u1, n3): q0 = 1.
    assert score(matcher, "track_record", "n3", "u2") == pytest.approx((1 / 4 + (1 + 3) / 4) / 2)
    assert matcher.explain("u1", "n1").criterion("track_record").facts == {
        "partnerships_of_others": 2,
        "rated": 2,
        "mean_rating": 5.0,
    }  # fmt: skip


@given(ratings=st.lists(st.integers(1, 5), min_size=1, max_size=6), own=st.integers(1, 5))
def test_a_units_own_partnership_never_counts(ratings: list[int], own: int, use) -> None:
    units = [{"unit_id": f"u{number}"} for number in range(1, 8)]
    others = [
        partnership(f"u{number}", "n1", "completed", trust=rating) for number, rating in enumerate(ratings, start=2)
    ]
    without = fitted(use, units, [{}, {}], others)
    with_own = fitted(
        use,
        units,
        [{}, {}],
        [*others, partnership("u1", "n1", "completed", trust=own), partnership("u1", "n2", "active", trust=own)],
    )
    assert score(without, "track_record") == pytest.approx(score(with_own, "track_record"), abs=1e-12)


def test_more_and_better_partnerships_raise_the_record(use) -> None:
    units = [{"unit_id": f"u{number}"} for number in range(1, 8)]
    rows = [partnership(f"u{number}", "n1", "completed", trust=4) for number in range(2, 7)]
    counts = [score(fitted(use, units, [{}], rows[: many + 1]), "track_record") for many in range(5)]
    assert counts == sorted(counts)
    assert len(set(counts)) == 5


def test_a_criterion_without_data_is_not_in_play(use) -> None:
    matcher = fitted(use, [{}], [{}])
    assert [item.name for item in matcher.explain("u1", "n1").criteria] == ["mission"]
    assert matcher.explain("u1", "n1").confidence == 1


def test_nothing_in_play_is_an_error(use) -> None:
    with pytest.raises(MatcherError, match="nothing to judge by"):
        fitted(use, [{"mission": None}], [{"mission": None}])


def test_a_wholly_unknown_part_of_one_unit_takes_the_average_of_the_others(use) -> None:
    units = [{"city": "Zwolle"}, {"unit_id": "u2", "city": None}]
    matcher = fitted(use, units, [{"city": "Zwolle"}, {"city": "Maastricht"}])
    placed = [score(matcher, "proximity", name) for name in ("n1", "n2")]
    record = matcher.explain("u2", "n1").criterion("proximity")
    assert record.score is None
    assert record.average == pytest.approx(np.mean(placed) - UNKNOWN_DEVIATIONS * np.std(placed))
    assert not math.isnan(matcher.explain("u2", "n1").score)
