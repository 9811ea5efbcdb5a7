"""Outcomes as files, for other programs."""

from __future__ import annotations

import json

import pandas as pd

from matcher import __version__
from matcher.learning.outcomes.summary import WAYS_TO_GROUP, Outcomes
from matcher.reports.outputs import Files
from matcher.tables.write.files import csv_text

OUTCOMES_FILE = "outcomes.json"


def outcome_files(outcomes: Outcomes) -> Files:
    """Return outcomes as files: a table each, and all of it as JSON, which comes last."""
    ratings = pd.concat([outcomes.ratings_by(by).assign(by=by) for by in WAYS_TO_GROUP], ignore_index=True)
    return {
        "funnel.csv": csv_text(outcomes.funnel()),
        "reasons.csv": csv_text(outcomes.reasons()),
        "ratings.csv": csv_text(ratings[["by", *ratings.columns.drop("by")]]),
        "benchmark.csv": csv_text(outcomes.benchmark()),
        "in_common.csv": csv_text(outcomes.in_common()),
        "unmeasured.csv": csv_text(outcomes.unmeasured()),
        "not_evaluated.csv": csv_text(outcomes.not_evaluated()),
        "rate_nothing.csv": csv_text(outcomes.rate_nothing()),
        OUTCOMES_FILE: outcomes_json(outcomes),
    }


def outcomes_json(outcomes: Outcomes) -> str:
    """Return all outcomes as JSON."""
    record = {"matcher": __version__, **outcomes.as_record()}
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
