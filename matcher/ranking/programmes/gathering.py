"""Gathering the local pairs that programmes choose from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.ranking.common_ground import is_related
from matcher.ranking.programmes.candidates import (
    ALL_BELOW_MIN_SCORE,
    ALL_GATED,
    NO_COMMON_GROUND,
    NONE_IN_REACH,
    UNPLACED,
    Candidates,
    PairConstraints,
    no_candidates,
)
from matcher.ranking.programmes.fixed_pairs import with_fixed_pairs
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.eligibility import LOCAL_GATES, NoCapacity
from matcher.scoring.scorer import Scorer


def gather_candidates(scorer: Scorer, constraints: PairConstraints) -> Candidates:
    """Local pairs of a run that pass every gate, lie in reach, score at least ``min_score`` and may have common ground.

    The gate on capacity is left to the flow, which divides capacity among the pairs.

    Parameters
    ----------
    scorer : Scorer
    constraints : PairConstraints
        Pairs to keep and pairs to rule out.
    """
    run = scorer.run
    settings = run.settings
    vetoed = np.zeros((len(run.units), len(run.nonprofits)), dtype=bool) if constraints.vetoes else None
    if vetoed is not None:
        vetoed[tuple(np.array(sorted(constraints.vetoes)).T)] = True
    pairs: list[Ints] = []
    reasons: dict[int, str] = {}
    local_gates = [gate(run) for gate in LOCAL_GATES]
    for rows in scorer.blocks():
        shape = rows.stop - rows.start, len(run.nonprofits)
        is_gated = np.zeros(shape, dtype=bool)
        for gate in scorer.gates:
            if not isinstance(gate, NoCapacity):
                is_gated |= gate.is_excluded(rows)
        if vetoed is not None:
            is_gated |= vetoed[rows]
        is_far = np.zeros(shape, dtype=bool)
        for gate in local_gates:
            is_far |= gate.is_excluded(rows)
        is_candidate = ~is_far & ~is_gated
        for offset in range(shape[0]):
            unit = rows.start + offset
            sites = np.flatnonzero(is_candidate[offset])
            pairs.append(np.stack([np.full(len(sites), unit), sites]))
            if not len(sites):
                reasons[unit] = _reason_for_none(run.units.points[unit], is_far[offset])
    units, sites = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), dtype=np.int64)
    scores = scorer.scores(units, sites)
    good = scores >= settings.shortlist.min_score
    reasons |= dict.fromkeys(np.setdiff1d(units, units[good]).tolist(), ALL_BELOW_MIN_SCORE)
    units, sites, scores = units[good], sites[good], scores[good]
    related = is_related(scorer, units, sites)
    reasons |= dict.fromkeys(np.setdiff1d(units, units[related]).tolist(), NO_COMMON_GROUND)
    units, sites, scores = units[related], sites[related], scores[related]
    setbacks = scorer.shared_history.has_setback(units, sites)
    free = no_candidates(scorer)
    unfixed = replace(free, units=units, sites=sites, scores=scores, has_setback=setbacks, reasons=reasons)
    return with_fixed_pairs(scorer, unfixed, constraints)


def _reason_for_none(point: Floats, is_far: Bools) -> str:
    if np.isnan(point[0]):
        return UNPLACED
    return NONE_IN_REACH if is_far.all() else ALL_GATED
