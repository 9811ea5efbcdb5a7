"""Charts for notebooks: each function draws plain records or a frame and returns an Altair chart."""

from __future__ import annotations

from matcher.places.outline import inhabited
from matcher.reports.charts.coverage_map import MapFrames, coverage_map, map_frames
from matcher.reports.charts.dial import coverage_dial
from matcher.reports.charts.funnel import outcome_funnel
from matcher.reports.charts.score_distance import score_against_distance
from matcher.reports.charts.score_worth import score_worth
from matcher.reports.charts.sensitivity import weights_sensitivity
from matcher.reports.charts.stability import list_stability
from matcher.reports.charts.waterfall import waterfall

__all__ = [
    "MapFrames",
    "coverage_dial",
    "coverage_map",
    "inhabited",
    "list_stability",
    "map_frames",
    "outcome_funnel",
    "score_against_distance",
    "score_worth",
    "waterfall",
    "weights_sensitivity",
]
