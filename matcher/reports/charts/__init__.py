"""Charts of explanation records and plain frames, for notebooks and for the page; each returns an Altair chart.

A chart shows what it is given and computes nothing: scores, intervals and rankings come from the layers below.
"""

from matcher.reports.charts.coverage_map import MapFrames, coverage_map, map_frames
from matcher.reports.charts.dial import coverage_dial
from matcher.reports.charts.funnel import outcome_funnel
from matcher.reports.charts.score_distance import score_against_distance
from matcher.reports.charts.sensitivity import weights_sensitivity
from matcher.reports.charts.stability import list_stability
from matcher.reports.charts.waterfall import waterfall

__all__ = [
    "MapFrames",
    "coverage_dial",
    "coverage_map",
    "list_stability",
    "map_frames",
    "outcome_funnel",
    "score_against_distance",
    "waterfall",
    "weights_sensitivity",
]
