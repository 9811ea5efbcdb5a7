"""Charts for notebooks: each function draws plain records or a frame and returns an Altair chart."""

from __future__ import annotations

from matcher.places.outline import inhabited
from matcher.reports.charts import (
    MapFrames,
    coverage_dial,
    coverage_map,
    list_stability,
    map_frames,
    outcome_funnel,
    score_against_distance,
    waterfall,
    weights_sensitivity,
)

__all__ = [
    "MapFrames",
    "coverage_dial",
    "coverage_map",
    "inhabited",
    "list_stability",
    "map_frames",
    "outcome_funnel",
    "score_against_distance",
    "waterfall",
    "weights_sensitivity",
]
