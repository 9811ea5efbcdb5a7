"""The pairs that are in every plan, and what is to be said of those that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from matcher.ranking.common_ground import is_related
from matcher.ranking.programmes.candidates import Candidates, Pair, PairConstraints, no_candidates, pairs_of
from matcher.ranking.programmes.flow import FlowProblem, solve_flow
from matcher.ranking.programmes.notices import (
    LOCK_GATED,
    LOCK_WITHOUT_CAPACITY,
    OVERBOOKED_NONPROFIT,
    OVERBOOKED_ORGANISATION,
    OVERBOOKED_UNIT,
    OVERFULL_NONPROFIT,
    OVERFULL_ORGANISATION,
    OVERFULL_UNIT,
    VETOED_PROPOSAL,
    VETOED_RUNNING,
    PlanNotice,
)
from matcher.scoring.data import Floats, Ints
from matcher.scoring.eligibility import NoCapacity
from matcher.scoring.gated_run import GatedRun
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status


def standing_notices(gated: Scorer | GatedRun) -> list[PlanNotice]:
    """What cannot be honoured of the partnerships of a run as its lists have them, whatever is locked or vetoed beside them.

    The texts of the lists need not be read for it. Where not all that is proposed fits, this says at which side; which of
    the pairs are kept is up to their scores.

    Parameters
    ----------
    gated : Scorer or GatedRun
    """
    candidates = no_candidates(gated)
    wanted, notices = _proposed_pairs(gated, candidates, PairConstraints())
    booked = candidates.partnerships([*candidates.running, *wanted])
    return notices + _beyond_capacity(
        gated, candidates, booked, (OVERBOOKED_UNIT, OVERBOOKED_NONPROFIT, OVERBOOKED_ORGANISATION), is_running=False
    )


def _proposed_pairs(
    gated: Scorer | GatedRun, candidates: Candidates, constraints: PairConstraints
) -> tuple[list[Pair], list[PlanNotice]]:
    """Proposed and locked pairs that no gate excludes, and what is to be said of the others and of those that run."""
    history = gated.run.history
    from_status = pairs_of(history, Status.mask(history.status, "is_locked"))
    notices: list[PlanNotice] = []
    wanted: list[Pair] = []
    for pair in sorted(from_status | constraints.locks):
        ids = _ids_of(gated, pair)
        gates = [gate for gate in gated.closed_gates(*pair) if gate != NoCapacity.name]
        if pair in candidates.running:
            continue
        if pair in constraints.vetoes:
            notices.append(PlanNotice.of(VETOED_PROPOSAL, **ids))
        elif gates:
            notices.append(PlanNotice.of(LOCK_GATED, **ids, gates=tuple(gates)))
        else:
            wanted.append(pair)
    vetoed = constraints.vetoes | pairs_of(history, history.status == Status.VETOED)
    notices += [PlanNotice.of(VETOED_RUNNING, **_ids_of(gated, pair)) for pair in candidates.running if pair in vetoed]
    running = candidates.partnerships(candidates.running)
    notices += _beyond_capacity(gated, candidates, running, (OVERFULL_UNIT, OVERFULL_NONPROFIT, OVERFULL_ORGANISATION))
    return wanted, notices


def with_fixed_pairs(scorer: Scorer, candidates: Candidates, constraints: PairConstraints) -> Candidates:
    """Candidates with the locked pairs that fit: as many as the capacities allow, of equally many the best scores.

    Parameters
    ----------
    scorer : Scorer
    candidates : Candidates
        With the running pairs, which are in every plan.
    constraints : PairConstraints
        Pairs to keep and pairs to rule out.
    """
    run = scorer.run
    wanted, notices = _proposed_pairs(scorer, candidates, constraints)
    scores = _scores(scorer, wanted)
    units, sites = np.array(wanted, dtype=np.int64).reshape(-1, 2).T
    unit_left, site_left, organisation_left = candidates.capacity_left(candidates.running)
    # A lock weighs more than all scores together: first as many as can be, then the best of them.
    weights = scores + len(wanted) + 1.0
    served = np.ones(len(run.units), dtype=bool)
    limits = candidates.organisation_of_site, organisation_left
    kept = solve_flow(FlowProblem(units, sites, weights, unit_left, site_left, served, 0.0, *limits))
    for pair, keep in zip(wanted, kept, strict=True):
        if not keep:
            notices.append(PlanNotice.of(LOCK_WITHOUT_CAPACITY, **_ids_of(scorer, pair)))
    locked = tuple(pair for pair, keep in zip(wanted, kept, strict=True) if keep)
    fixed_scores = dict(zip(wanted, scores.tolist(), strict=True))
    fixed_scores |= zip(candidates.running, _scores(scorer, candidates.running).tolist(), strict=True)
    fixed = (*candidates.running, *locked)
    units, sites = np.array(fixed, dtype=np.int64).reshape(-1, 2).T
    too_low = np.array([fixed_scores[pair] for pair in fixed]) < run.settings.shortlist.min_score
    unsuited = too_low | ~is_related(scorer, units, sites)
    doubtful = {pair for pair, is_unsuited in zip(fixed, unsuited, strict=True) if is_unsuited} - constraints.locks
    free = ~candidates.is_among([*locked, *candidates.running])
    return replace(
        candidates,
        units=candidates.units[free],
        sites=candidates.sites[free],
        scores=candidates.scores[free],
        has_setback=candidates.has_setback[free],
        locked=locked,
        doubtful=frozenset(doubtful),
        fixed_scores={pair: fixed_scores[pair] for pair in fixed},
        notices=tuple(notices),
    )


def _scores(scorer: Scorer, pairs: Iterable[Pair]) -> Floats:
    units, sites = np.array(list(pairs), dtype=np.int64).reshape(-1, 2).T
    return scorer.scores(units, sites) if len(units) else np.empty(0)


def _beyond_capacity(
    gated: Scorer | GatedRun,
    candidates: Candidates,
    partnerships: tuple[Ints, Ints, Ints],
    codes: tuple[str, str, str],
    *,
    is_running: bool = True,
) -> list[PlanNotice]:
    """Notices of units, nonprofits and organisations with more partnerships than they can carry; of those that run, or of others."""
    notices = []
    nonprofits = gated.run.nonprofits
    organisations = nonprofits.organisations[np.unique(nonprofits.organisation_codes, return_index=True)[1]]
    sides = zip(
        codes,
        ("unit", "nonprofit", "organisation"),
        (gated.run.units.ids, nonprofits.ids, organisations),
        partnerships,
        candidates.partnerships(candidates.running),
        candidates.capacities,
        strict=True,
    )
    for code, side, ids, taken, running, capacity in sides:
        beyond = (taken > capacity) & ((running > capacity) == is_running)
        for index in np.flatnonzero(beyond):  # those without a limit count none
            about = {side: str(ids[index])}
            notices.append(PlanNotice.of(code, **about, running=int(taken[index]), capacity=int(capacity[index])))
    return notices


def _ids_of(gated: Scorer | GatedRun, pair: Pair) -> dict[str, str]:
    return {"unit": str(gated.run.units.ids[pair[0]]), "nonprofit": str(gated.run.nonprofits.ids[pair[1]])}
