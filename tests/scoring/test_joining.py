"""How parts join: by shares, lifted by evidence; and the bounds that the search needs of it."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.scoring.geometric import FLOOR
from matcher.scoring.joining import Evidence, amplification, joined, least_score

EVIDENCE = Evidence(0.5, 0.75, most=0.6)
UNIT = st.floats(0, 1)


@dataclass
class Part:
    evidence_of_others: Evidence | None = None


TEXT, CAUSES = Part(EVIDENCE), Part()


def mission(text, causes, share):
    values = [np.atleast_1d(np.float64(text)), np.atleast_1d(np.float64(causes))]
    return joined([TEXT, CAUSES], values, [np.array([1 - share]), np.array([share])])


@pytest.mark.parametrize(
    ("text", "causes", "expected"),
    [
        (0.5, 0.0, 0.2),
        (0.5, 1.0, 0.8),
        (0.75, 0.0, 0.66),
        (0.9, 0.0, 0.72),
        (0.9, 1.0, 0.96),
        (0.625, 0.0, 0.43),
        (0.625, 0.25, 0.43),
    ],
)
def test_alike_texts_count_as_causes_in_common(text, causes, expected):
    assert mission(text, causes, 0.6) == pytest.approx(expected)


@given(text=UNIT, causes=UNIT, share=UNIT, more=UNIT)
def test_a_better_part_is_never_worse(text, causes, share, more):
    before = mission(text, causes, share)
    assert mission(max(text, more), causes, share) >= before
    assert mission(text, max(causes, more), share) >= before
    assert 0 <= before <= 1 + 1e-12


@given(text=UNIT, causes=UNIT, share=st.floats(0, 0.99), wanted=UNIT)
def test_below_the_least_score_the_criterion_does_not_reach_what_is_wanted(text, causes, share, wanted):
    shares = [np.array([1 - share]), np.array([share])]
    least = least_score([TEXT, CAUSES], 0, np.array([wanted]), [np.ones(1), np.array([causes])], shares)
    if text < least - 1e-9:
        assert mission(text, causes, share) < wanted + 1e-9
    if text > least + 1e-9:
        assert mission(text, causes, share) > wanted - 1e-9


@given(others=st.lists(UNIT, min_size=3, max_size=3), text=UNIT, wanted=UNIT)
def test_the_least_score_is_a_bound_with_more_parts_too(others, text, wanted):
    parts = [CAUSES, TEXT, CAUSES, Part()]
    values = [np.array([value]) for value in (others[0], 1.0, others[1], others[2])]
    shares = [np.array([share]) for share in (0.2, 0.3, 0.4, 0.1)]
    least = least_score(parts, 1, np.array([wanted]), values, shares)
    if text < least - 1e-9:
        values[1] = np.array([text])
        assert joined(parts, values, shares) < wanted + 1e-9


def test_no_bound_where_another_part_lifts_this_one():
    shares = [np.array([0.5])] * 2
    assert least_score([TEXT, CAUSES], 1, np.array([0.9]), [np.ones(1)] * 2, shares) == 0


@given(text=st.floats(0.01, 1), causes=UNIT, share=UNIT, error=st.floats(-1e-5, 1e-5))
def test_errors_of_a_part_grow_no_more_than_amplification_says(text, causes, share, error):
    before, after = mission(text, causes, share), mission(min(1.0, text * np.exp(error)), causes, share)
    grown = np.abs(np.log((after + FLOOR) / (before + FLOOR)))
    assert grown <= amplification(EVIDENCE, np.array([1 - share])) * abs(error) * (1 + 1e-4) + 1e-12
    assert amplification(None, np.array([1 - share])) == 1
