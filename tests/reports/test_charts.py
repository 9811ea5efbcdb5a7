"""The charts: what they draw is what the records say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.charts import (
    MapFrames,
    coverage_dial,
    coverage_map,
    outcome_funnel,
    score_against_distance,
    waterfall,
    weights_sensitivity,
)
from matcher.errors import MatcherError
from matcher.i18n.language import load_language
from matcher.places.distance import degrees, unit_sphere
from matcher.places.outline import inhabited
from matcher.reports.charts.steps import rounded_to_sum, waterfall_steps
from matcher.reports.charts.style import INK, LOWERS, PALETTE, QUIET, RAISES
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.explanation import CriterionRecord, PairRecord

NAMES = ("mission", "values", "proximity", "resources", "track_record")


def record_of(scores: list[float | None], candidate_means: list[float], **more: Any) -> PairRecord:
    weight = 1 / len(scores)
    criteria = tuple(
        CriterionRecord(
            CRITERIA[name],
            score,
            weight,
            average,
            0.0 if score is None else weight * (score - average),
            float(score is not None),
            {},
        )
        for name, score, average in zip(NAMES, scores, candidate_means, strict=False)
    )
    baseline = weight * sum(candidate_means)
    total = round(baseline + sum(item.contribution for item in criteria), 6)
    values: dict[str, Any] = {"gates": (), "score": total, "distance_km": 3.2} | more
    return PairRecord("u1", "Unit", "Company", "n1", "Site", "Organisation", values["gates"], values["score"], baseline, 0.9, values["distance_km"], (), criteria)  # fmt: skip


shares = st.floats(0, 1, allow_nan=False)
records = st.lists(st.tuples(st.none() | shares, shares), min_size=1, max_size=5).map(
    lambda rows: record_of([score for score, _ in rows], [average for _, average in rows])
)


@given(records)
def test_what_is_shown_adds_up_to_the_score_that_is_shown(record: PairRecord) -> None:
    *parts, total = waterfall_steps(record)
    assert round(sum(step.shown for step in parts), 2) == total.shown == round(record.score or 0.0, 2)
    assert all(abs(step.shown - step.value) < 0.01 + 1e-6 for step in parts)
    assert parts[-1].end == pytest.approx(total.value, abs=1e-6)


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=8))
def test_rounding_to_a_sum(values: list[float]) -> None:
    shown = rounded_to_sum(values, sum(values))
    assert round(sum(shown), 2) == round(round(sum(values), 6), 2) or abs(sum(shown) - sum(values)) <= 0.0051
    assert all(abs(small - value) < 0.01 + 1e-6 for small, value in zip(shown, values, strict=True))


def test_a_part_that_adds_nothing_shows_nothing() -> None:
    assert rounded_to_sum([0.333, 0.0, 0.333, 0.334], 1.0) == [0.33, 0.0, 0.33, 0.34]


def rows_of(spec: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(spec["datasets"].values())


def test_the_waterfall_draws_the_steps_in_both_languages() -> None:
    record = record_of([0.9, None, 0.2], [0.5, 0.4, 0.5])
    english, dutch = (waterfall(record, load_language(code)).to_dict() for code in ("en", "nl"))
    shown = [row["shown"] for row in rows_of(english)[0]]
    assert shown == ["0.47", "+0.13", "unknown", "-0.10", "0.50"]
    assert rows_of(dutch)[0][0]["shown"] == "0,47"
    assert dutch["config"]["locale"]["number"]["decimal"] == ","
    assert rows_of(dutch)[0][0]["step"] == "Niets bekend"


def test_a_gated_pair_shows_the_score_it_would_have() -> None:
    record = record_of([0.9], [0.5], gates=("vetoed",), score=None)
    rows = rows_of(waterfall(record).to_dict())[0]
    assert (rows[-1]["step"], rows[-1]["shown"]) == ("Score, were it open", "0.90")


def test_score_against_distance_says_what_it_does_not_draw() -> None:
    chart = score_against_distance([record_of([0.9], [0.5]), record_of([0.4], [0.5], distance_km=None)]).to_dict()
    assert chart["title"]["subtitle"] == "1 pair; 1 without a distance is not drawn"
    assert [(row["km"], row["score"]) for row in rows_of(chart)[0]] == [(3.2, 0.9)]


def test_sensitivity_funnel_and_dial_draw_their_frames() -> None:
    moves = pd.DataFrame({"weight": [1, 1, 5], "nonprofit": ["A", "B", "B"], "rank": [1, 2, 1]})
    chart = weights_sensitivity(moves, "proximity", current=5.0, language=load_language("nl")).to_dict()
    assert len(chart["layer"]) == 7
    assert len(weights_sensitivity(moves, "proximity").to_dict()["layer"]) == 6
    named = {row["nonprofit"]: row["number"] for data in rows_of(chart) for row in data if "number" in row}
    assert named == {"B": 1, "A": 2}  # the numbers are ranks at the weight in force, then the others
    stages = pd.DataFrame(
        {"stage": ["proposed", "active"], "count": [40, 10], "low": [None, 6.0], "high": [None, 16.0]}
    )
    bars = rows_of(outcome_funnel(stages, load_language("nl")).to_dict())
    assert [row["shown"] for row in bars[0]] == ["40", f"10 ({load_language('nl').percent(0.25)})"]
    dial = pd.DataFrame(
        {"coverage": [0.0, 0.5, 1.0], "units_served": [8, 8, 10], "pairs": [20, 20, 21], "mean_score": [0.7, 0.7, 0.6]}
    )
    points = rows_of(coverage_dial(dial, current=0.5).to_dict())[0]
    assert [(point["shown"], point["in_force"]) for point in points] == [("0%, 50%", True), ("100%", False)]


@pytest.mark.parametrize("draw", [outcome_funnel, coverage_dial, lambda frame: weights_sensitivity(frame, "mission")])
def test_a_frame_that_lacks_a_column_is_told_so(draw: Any) -> None:
    with pytest.raises(MatcherError, match=r"needs the columns .* lacks"):
        draw(pd.DataFrame({"stage": ["x"]}))


def test_the_map_has_one_projection_and_a_quiet_backdrop() -> None:
    unit = pd.DataFrame({"id": ["u"], "name": ["U"], "owner": ["C"], "latitude": [52.0], "longitude": [5.0]})
    site = unit.assign(id="n", name="N", latitude=52.1)
    pair = pd.DataFrame(
        [("U", "N", "central", 52.0, 5.0, 52.1, 5.0)],
        columns=["unit", "partner", "kind", "from_latitude", "from_longitude", "to_latitude", "to_longitude"],
    )
    outline = inhabited(np.array([52.0, 52.1]), np.array([5.0, 5.0]), frozenset({"NL"}))
    spec = coverage_map(MapFrames(unit, site, pair, 0), outline, language=load_language("nl")).to_dict()
    assert len(spec["layer"]) == 4
    assert json.dumps(spec).count('"projection"') == 1
    assert 0 < len(outline.coordinates) < 100 * 100


def test_an_outline_of_nowhere_is_empty() -> None:
    assert inhabited(np.array([np.nan]), np.array([np.nan]), frozenset({"NL"})).coordinates == []
    assert inhabited(np.array([0.0]), np.array([-140.0]), frozenset({"NL"})).coordinates == []


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_degrees_give_back_what_the_sphere_was_made_of(latitude: float, longitude: float) -> None:
    assert degrees(unit_sphere([latitude], [longitude]))[0] == pytest.approx([latitude, longitude], abs=1e-9)


@pytest.mark.parametrize("colour", sorted({INK, QUIET, RAISES, LOWERS, *PALETTE}))
def test_colours_stand_out_from_white(colour: str) -> None:
    assert contrast_with_white(colour) >= 4.5


def contrast_with_white(colour: str) -> float:
    """Return the contrast of a colour with white, by the formula of WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
