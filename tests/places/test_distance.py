"""Laws of distance on a sphere, and an independent formula beside ours."""

from __future__ import annotations

import math

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.places.distance import EARTH_RADIUS_KM, aligned_km, chord_to_km, pairwise_km, unit_sphere

HALF_ROUND_KM = math.pi * EARTH_RADIUS_KM
MICROMETRE_KM = 1e-9
MILLIMETRE_KM = 1e-6

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.tuples(latitudes, longitudes)
many = settings(max_examples=100)  # each takes microseconds


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance by both functions, which must agree to the bit."""
    point_a, point_b = unit_sphere([a[0]], [a[1]]), unit_sphere([b[0]], [b[1]])
    [[pairwise]], [aligned] = pairwise_km(point_a, point_b), aligned_km(point_a, point_b)
    assert pairwise == aligned or (math.isnan(pairwise) and math.isnan(aligned))
    return float(pairwise)


@many
@given(places, places)
def test_it_is_the_same_there_and_back(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert km(a, b) == km(b, a)


@many
@given(places)
def test_a_place_is_nowhere_but_where_it_is(a: tuple[float, float]) -> None:
    assert km(a, a) == 0


@many
@given(places, places)
def test_it_is_never_negative_nor_more_than_half_way_round(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert 0 <= km(a, b) <= HALF_ROUND_KM * (1 + 1e-12)


@many
@given(places, places, places)
def test_a_detour_is_never_shorter(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    direct, first, second = km(a, c), km(a, b), km(b, c)
    # Near the other side of the earth a chord says less about the arc: there 1 m is the grain.
    grain = 1e-3 if max(direct, first, second) > 0.99 * HALF_ROUND_KM else MICROMETRE_KM
    assert direct <= first + second + grain


@many
@given(places)
@example((90.0, 0.0))
@example((0.0, 180.0))
def test_the_other_side_of_the_earth_is_half_way_round(a: tuple[float, float]) -> None:
    other = (-a[0], a[1] - math.copysign(180, a[1]))
    assert km(a, other) == pytest.approx(HALF_ROUND_KM, abs=1e-3)


@many
@given(longitudes, longitudes)
def test_all_meridians_meet_at_the_pole(east: float, west: float) -> None:
    assert km((90, east), (90, west)) < MILLIMETRE_KM
    assert km((90, east), (0, west)) == pytest.approx(HALF_ROUND_KM / 2, rel=1e-12)


def test_the_date_line_is_no_wall() -> None:
    assert km((10, 179.999), (10, -179.999)) == pytest.approx(km((10, 0.001), (10, -0.001)), rel=1e-9)
    assert km((10, 180), (10, -180)) < MILLIMETRE_KM


@many
@given(places, places)
def test_it_agrees_with_geopy(a: tuple[float, float], b: tuple[float, float]) -> None:
    # Two points less than a micrometre apart are one point to both.
    assert km(a, b) == pytest.approx(great_circle(a, b).km, rel=1e-6, abs=MICROMETRE_KM)


@many
@given(places, st.floats(0, 0.1), st.floats(0, 2 * math.pi))
def test_neighbours_are_exact_to_the_millimetre(a: tuple[float, float], distance_km: float, bearing: float) -> None:
    assume(abs(a[0]) < 89.9)
    degrees = math.degrees(distance_km / EARTH_RADIUS_KM)
    b = (a[0] + degrees * math.cos(bearing), a[1] + degrees * math.sin(bearing) / math.cos(math.radians(a[0])))
    measured = km(a, b)
    assert measured < 0.11
    assert measured == pytest.approx(great_circle(a, b).km, abs=MILLIMETRE_KM)


def test_known_distances() -> None:
    amsterdam, utrecht, new_york = (52.3731, 4.8922), (52.0908, 5.1222), (40.7128, -74.006)
    assert km(amsterdam, utrecht) == pytest.approx(35.1, abs=0.5)
    assert km(amsterdam, new_york) == pytest.approx(5863, abs=10)


@pytest.mark.parametrize("unknown", [(math.nan, 5.0), (52.0, math.nan), (math.nan, math.nan)])
def test_an_unknown_place_is_at_an_unknown_distance(unknown: tuple[float, float]) -> None:
    assert np.isnan(unit_sphere([unknown[0]], [unknown[1]])).all()
    assert math.isnan(km(unknown, (52.0, 5.0)))
    assert math.isnan(km((52.0, 5.0), unknown))
    assert math.isnan(km(unknown, unknown))


def test_an_unknown_place_leaves_the_others_alone() -> None:
    points = unit_sphere([52.0, np.nan, 53.0], [5.0, 5.0, 6.0])
    distances = pairwise_km(points, points)
    assert np.isnan(distances).tolist() == [[False, True, False], [True, True, True], [False, True, False]]


@given(
    arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2)), elements=st.floats(-90, 90)),
    arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2)), elements=st.floats(-90, 90)),
)
def test_a_matrix_is_its_pairs(a: np.ndarray, b: np.ndarray) -> None:
    points_a, points_b = unit_sphere(a[:, 0], a[:, 1]), unit_sphere(b[:, 0], b[:, 1])
    matrix = pairwise_km(points_a, points_b)
    assert matrix.shape == (len(a), len(b))
    assert matrix.dtype == np.float64
    for row in range(len(a)):
        for column in range(len(b)):
            assert matrix[row, column] == aligned_km(points_a[row : row + 1], points_b[column : column + 1])[0]


@many
@given(places)
def test_points_lie_on_the_unit_sphere(a: tuple[float, float]) -> None:
    assert np.linalg.norm(unit_sphere([a[0]], [a[1]])) == pytest.approx(1, abs=1e-15 * 4)


def test_the_points_are_not_changed() -> None:
    points = unit_sphere([52.0, 53.0], [5.0, 6.0])
    before = points.copy()
    pairwise_km(points, points)
    aligned_km(points, points)
    assert np.array_equal(points, before)


def test_a_chord_a_hair_too_long_is_still_half_way_round() -> None:
    assert chord_to_km(np.array([2.0 + 1e-15]))[0] == pytest.approx(HALF_ROUND_KM, rel=1e-12)
