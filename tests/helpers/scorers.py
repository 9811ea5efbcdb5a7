"""Scorers of small problems."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume

from matcher import MatcherError, PartnerMatcher, Settings
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer

SETTINGS = Settings.from_mapping({"gates": {"as_of": "2026-11-01"}, "shortlist": {"min_score": 0}})


def scorer_of(problem: tuple[pd.DataFrame, ...], use, settings: Settings = SETTINGS) -> Scorer:
    units, nonprofits, partnerships = problem
    matcher = PartnerMatcher(settings=settings, encoder=use).fit(nonprofits, partnerships=partnerships)
    try:
        return matcher.scorer(units)
    except MatcherError:
        assume(False)  # no text and no place on one side: there is nothing to judge by
        raise


def all_pairs(scorer: Scorer) -> tuple[np.ndarray, np.ndarray]:
    m, n = len(scorer.run.units), len(scorer.run.nonprofits)
    return np.repeat(np.arange(m), n), np.tile(np.arange(n), m)


def has_nothing_in_common(record: PairRecord) -> bool:
    """Whether both sides of a pair name causes, none shared or near, and their texts are not alike."""
    mission = record.criterion("mission")
    return mission is not None and "shared_causes" in mission.facts and not record.has_common_ground
