"""Features of texts that are often equal give what features of every row give."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.arrays import Floats
from matcher.texts.features.base import StoredFeatures
from matcher.texts.features.parts import TEXT_PARTS
from matcher.texts.features.repeated import RepeatedRows, are_repeated
from matcher.texts.field_texts import TextChunk

TEXTS = ["Wij koken voor buren.", "", "Samen naar buiten.", "Voorlezen aan kinderen in de wijk.", "Taalmaatjes."]
ROWS = np.array([1, 0, 1, 2, 1, 1, 3, 0, 4, 1, 2, 1])
KNOWN = ROWS != 1
UNITS = ["Wij koken en eten samen.", "Kinderen lezen", "Buiten in de wijk"]


def features_of(texts: list[str], part: str) -> StoredFeatures:
    vectors = np.random.default_rng(5).standard_normal((len(texts), 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chunk = TextChunk(np.array(texts, dtype=object), vectors, "use")
    return chunk.prepared().features[part]


@pytest.mark.parametrize("part", list(TEXT_PARTS))
def test_sums_products_and_bounds_are_those_of_all_rows(part: str) -> None:
    distinct, of_units = features_of(TEXTS, part), features_of(UNITS, part)
    repeated, plain = RepeatedRows(distinct, ROWS), distinct.take(ROWS)
    random = np.random.default_rng(1)
    np.testing.assert_allclose(repeated.total(KNOWN), plain.total(KNOWN))
    pool_stats: Floats = random.random(len(plain.total(KNOWN)))
    scales = plain.row_scales(pool_stats, KNOWN)
    assert np.array_equal(repeated.row_scales(pool_stats, KNOWN), scales)
    one, other = repeated.reweight(pool_stats, scales), plain.reweight(pool_stats, scales)
    assert len(one) == len(other) == len(ROWS)
    weights = random.random((2, len(ROWS)))
    np.testing.assert_allclose(one.weighted_sums(weights), other.weighted_sums(weights))
    assert np.array_equal(one.dot(pool_stats), other.dot(pool_stats))
    units = of_units.reweight(pool_stats, of_units.row_scales(pool_stats, np.ones(3, dtype=bool)))
    rows, columns = np.repeat(np.arange(3), len(ROWS)), np.tile(np.arange(len(ROWS)), 3)
    expected = units.pair_products(rows, other, columns)
    assert np.array_equal(units.pair_products(rows, *one.at(columns)), expected)
    fast, fast_plain = one.bind_units(units), other.bind_units(units)
    assert (fast.error, fast.is_costly) == (fast_plain.error, fast_plain.is_costly)
    for found in (fast.pairs(rows, columns), fast.tiles(np.arange(3))(slice(0, len(ROWS))).ravel()):
        assert np.abs(found - expected).max() <= fast.error
    assert (fast.upper_bound(rows, columns) >= expected - fast.error).all()
    assert fast.tiles(np.array([2]))(slice(3, 5)).shape == (1, 2)


def test_few_distinct_texts_are_computed_with_once() -> None:
    assert are_repeated(ROWS)
    assert not are_repeated(np.array([0, 1, 1]))
