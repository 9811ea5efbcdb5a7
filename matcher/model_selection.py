"""Choosing settings: searches of scikit-learn, evaluation, learning and sensitivity to weights."""

from __future__ import annotations

from matcher.api.model_selection import Remembering, candidate_pairs, ranking_scorer, unit_groups
from matcher.api.sensitivity import moved, weight_sweep
from matcher.learning.evaluation.evaluation import evaluate
from matcher.learning.evaluation.splits import split_at_random, split_by_time
from matcher.learning.outcomes.summary import summarise
from matcher.learning.tuning.learned_settings import learn
from matcher.reports.sentences.learned import learned_lines, learned_table

__all__ = [
    "Remembering",
    "candidate_pairs",
    "evaluate",
    "learn",
    "learned_lines",
    "learned_table",
    "moved",
    "ranking_scorer",
    "split_at_random",
    "split_by_time",
    "summarise",
    "unit_groups",
    "weight_sweep",
]
