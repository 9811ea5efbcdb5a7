"""Choosing settings: searches of scikit-learn, evaluation, learning and sensitivity to weights."""

from __future__ import annotations

from matcher.api.model_selection import Remembering, candidate_pairs, ranking_scorer, unit_groups
from matcher.api.questions import next_questions
from matcher.api.sensitivity import moved, weight_effects, weight_sweep
from matcher.learning.evaluation.evaluation import evaluate
from matcher.learning.evaluation.settings_comparison import compare_settings
from matcher.learning.evaluation.splits import folds_in_time, split_at_random, split_by_time
from matcher.learning.outcomes.summary import summarise
from matcher.learning.tuning.learned_settings import learn
from matcher.reports.sentences.differences import comparison_lines
from matcher.reports.sentences.learned import learned_lines, learned_table

__all__ = [
    "Remembering",
    "candidate_pairs",
    "compare_settings",
    "comparison_lines",
    "evaluate",
    "folds_in_time",
    "learn",
    "learned_lines",
    "learned_table",
    "moved",
    "next_questions",
    "ranking_scorer",
    "split_at_random",
    "split_by_time",
    "summarise",
    "unit_groups",
    "weight_effects",
    "weight_sweep",
]
