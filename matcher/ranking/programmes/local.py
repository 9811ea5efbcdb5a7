"""Local pairs: who can work with whom nearby, what is settled already, and the choice among the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.flow import FlowProblem, first_pairs, solve_flow
from matcher.ranking.programmes.notices import (
    LOCK_GATED,
    LOCK_WITHOUT_PLACE,
    OVERFULL_NONPROFIT,
    OVERFULL_UNIT,
    VETOED_PROPOSAL,
    PlanNotice,
)
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.eligibility import LOCAL_GATES, NoCapacity, reach_km
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status

Pair = tuple[int, int]

WHY_FIXED, WHY_LOCKED, WHY_CHOSEN = "running", "locked", "chosen"
WHY_LEFT = ("unplaced", "none in reach", "all gated", "all below min_score", "all full", "no capacity")
"""Why a unit may have no local partner."""


@dataclass(frozen=True)
class PairConstraints:
    """What the user has settled: pairs to keep and pairs to rule out, as positions.

    Attributes
    ----------
    locks, vetoes : frozenset of (int, int)
        Unit and nonprofit.
    """

    locks: frozenset[Pair] = frozenset()
    vetoes: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Candidates:
    """All pairs that may become local pairs of a run, in order of unit and site.

    Attributes
    ----------
    units, sites : ndarray of shape (k,), int64
    scores : ndarray of shape (k,), float64
        At least ``min_score``, but for locked pairs.
    fixed, locked : list of (int, int)
        Pairs that run already, and those that are kept.
    unit_places, site_places : ndarray of int64
        Places in all, those of running pairs included.
    notes : list of PlanNotice
        What could not be honoured, and why.
    reasons : dict of int to str
        Why a unit has no candidate: ``unplaced``, ``none in reach``, ``all gated``, ``all below min_score``.
    """

    units: Ints
    sites: Ints
    scores: Floats
    fixed: list[Pair]
    locked: list[Pair]
    unit_places: Ints
    site_places: Ints
    notes: list[PlanNotice] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)

    @property
    def settled(self) -> list[Pair]:
        """Pairs that are not up for choice."""
        return [*self.fixed, *self.locked]

    def sites_of(self, unit: int) -> Ints:
        """Return the sites of a unit's pairs, ascending."""
        return self.sites[slice(*np.searchsorted(self.units, [unit, unit + 1]))]

    def among(self, pairs: Iterable[Pair]) -> Bools:
        """Return which candidates are among some pairs, shape (k,)."""
        found = np.zeros(len(self.units), dtype=bool)
        wanted = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2) @ [len(self.site_places), 1]
        if len(wanted) and len(found):
            keys = self.units * len(self.site_places) + self.sites
            rows = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            found[rows[keys[rows] == wanted]] = True
        return found


def gather_candidates(scorer: Scorer, constraints: PairConstraints) -> Candidates:
    """Return the local pairs of a run: open, in reach, good enough; with what is settled already.

    Gates of every pair hold, except for capacity, which the flow looks after.
    """
    run = scorer.run
    settings = run.settings
    vetoed = np.zeros((len(run.units), len(run.nonprofits)), dtype=bool) if constraints.vetoes else None
    if vetoed is not None:
        vetoed[tuple(np.array(sorted(constraints.vetoes)).T)] = True
    pairs: list[Ints] = []
    reasons: dict[int, str] = {}
    local = [gate(run) for gate in LOCAL_GATES]
    for rows in scorer.blocks():
        shape = rows.stop - rows.start, len(run.nonprofits)
        barred = np.zeros(shape, dtype=bool)
        for gate in scorer.gates:
            if not isinstance(gate, NoCapacity):
                barred |= gate.is_excluded(rows)
        if vetoed is not None:
            barred |= vetoed[rows]
        far = np.zeros(shape, dtype=bool)
        for gate in local:
            far |= gate.is_excluded(rows)
        near = ~far & ~barred
        for offset in range(shape[0]):
            sites = np.flatnonzero(near[offset])
            pairs.append(np.stack([np.full(len(sites), rows.start + offset), sites]))
            if not len(sites):
                reasons[rows.start + offset] = _why_none(run.units.points[rows.start + offset], far[offset])
    units, sites = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), dtype=np.int64)
    scores = scorer.scores(units, sites)
    good = scores >= settings.shortlist.min_score
    for unit in np.setdiff1d(np.unique(units), np.unique(units[good])):
        reasons[int(unit)] = "all below min_score"
    base = Candidates(
        units[good],
        sites[good],
        scores[good],
        fixed=_running_pairs(scorer),
        locked=[],
        unit_places=_places(run.units.capacity, settings.programmes.unit_capacity),
        site_places=_places(run.nonprofits.capacity, settings.programmes.nonprofit_capacity),
        reasons=reasons,
    )
    return _with_locks(scorer, base, constraints)


def _why_none(point: Floats, far: Bools) -> str:
    if np.isnan(point[0]):
        return "unplaced"
    return "none in reach" if far.all() else "all gated"


def _places(capacity: Floats, default: int) -> Ints:
    return np.where(np.isnan(capacity), default, capacity).astype(np.int64)


def _running_pairs(scorer: Scorer) -> list[Pair]:
    history = scorer.run.history
    running = Status.mask(history.status, "is_running")
    return sorted(set(zip(history.unit[running].tolist(), history.nonprofit[running].tolist(), strict=True)))


def _with_locks(scorer: Scorer, base: Candidates, constraints: PairConstraints) -> Candidates:
    """Keep as many locked pairs as the capacities allow, the best scores among as many; note those that fall out."""
    run = scorer.run
    history = run.history
    proposed = Status.mask(history.status, "is_locked")
    from_status = set(zip(history.unit[proposed].tolist(), history.nonprofit[proposed].tolist(), strict=True))
    notes = list(base.notes)
    wanted: list[Pair] = []
    for pair in sorted(from_status | constraints.locks):
        names = _names_of(scorer, pair)
        gates = [gate for gate in scorer.closed_gates(*pair) if gate != "no_capacity"]
        if pair in constraints.vetoes:
            notes.append(PlanNotice.of(VETOED_PROPOSAL, **names))
        elif pair in base.fixed:
            continue
        elif gates:
            notes.append(PlanNotice.of(LOCK_GATED, **names, gates=tuple(gates)))
        else:
            wanted.append(pair)
    notes += _overfull(scorer, base)
    units = np.array([pair[0] for pair in wanted], dtype=np.int64)
    sites = np.array([pair[1] for pair in wanted], dtype=np.int64)
    scores = scorer.scores(units, sites) if wanted else np.empty(0)
    left = places_left(base, base.fixed)
    # A lock weighs more than all scores together: first as many as can be, then the best of them.
    weights = scores + len(wanted) + 1.0
    kept = solve_flow(FlowProblem(units, sites, weights, *left, np.ones(len(run.units), dtype=bool), 0.0))
    for pair, keep in zip(wanted, kept, strict=True):
        if not keep:
            notes.append(PlanNotice.of(LOCK_WITHOUT_PLACE, **_names_of(scorer, pair)))
    locked = [pair for pair, keep in zip(wanted, kept, strict=True) if keep]
    free = ~base.among([*locked, *base.fixed])
    return replace(
        base, units=base.units[free], sites=base.sites[free], scores=base.scores[free], locked=locked, notes=notes
    )


def _overfull(scorer: Scorer, base: Candidates) -> list[PlanNotice]:
    notes = []
    for code, side, position, places, ids in (
        (OVERFULL_UNIT, "unit", 0, base.unit_places, scorer.run.units.ids),
        (OVERFULL_NONPROFIT, "nonprofit", 1, base.site_places, scorer.run.nonprofits.ids),
    ):
        taken = np.bincount([pair[position] for pair in base.fixed], minlength=len(places)).astype(np.int64)
        for index in np.flatnonzero(taken > places):
            about = {side: str(ids[index])}
            notes.append(PlanNotice.of(code, **about, taken=int(taken[index]), places=int(places[index])))
    return notes


def _names_of(scorer: Scorer, pair: Pair) -> dict[str, str]:
    return {"unit": str(scorer.run.units.ids[pair[0]]), "nonprofit": str(scorer.run.nonprofits.ids[pair[1]])}


def places_left(candidates: Candidates, taken: Sequence[Pair]) -> tuple[Ints, Ints]:
    """Return the places left at units and sites when some pairs have taken theirs."""
    pairs = np.array(taken, dtype=np.int64).reshape(-1, 2)
    units = candidates.unit_places - np.bincount(pairs[:, 0], minlength=len(candidates.unit_places))
    sites = candidates.site_places - np.bincount(pairs[:, 1], minlength=len(candidates.site_places))
    return np.maximum(units, 0), np.maximum(sites, 0)


@dataclass(frozen=True)
class LocalPlan:
    """Local pairs chosen together.

    Attributes
    ----------
    problem : FlowProblem
        What was up for choice.
    chosen : ndarray of shape (k,), bool
    settled : list of (int, int)
        Running and locked pairs, which stand beside the choice.
    """

    problem: FlowProblem
    chosen: Bools
    settled: list[Pair]

    def pairs(self) -> list[Pair]:
        """Return all pairs of the plan, settled ones included, in order of unit and site."""
        new = zip(self.problem.units[self.chosen].tolist(), self.problem.sites[self.chosen].tolist(), strict=True)
        return sorted({*self.settled, *new})


def plan_local(
    candidates: Candidates, coverage: float, priced_from: int, allowed: Bools | None = None, taken: Sequence[Pair] = ()
) -> LocalPlan:
    """Return the best local pairs.

    Parameters
    ----------
    candidates : Candidates
    coverage : float
        The dial, in [0, 1].
    priced_from : int
        See :func:`matcher.ranking.programmes.flow.solve_flow`.
    allowed : ndarray of shape (k,), bool, optional
        Candidates that may be chosen in this plan.
    taken : sequence of (int, int)
        Pairs beyond the settled ones that take a place, such as those of head offices.
    """
    served = np.zeros(len(candidates.unit_places), dtype=bool)
    served[[unit for unit, _ in candidates.settled]] = True
    free = ~candidates.among(taken)  # these stand as pairings of head offices already
    rows = np.flatnonzero(free if allowed is None else free & allowed)
    problem = FlowProblem(
        candidates.units[rows],
        candidates.sites[rows],
        candidates.scores[rows],
        *places_left(candidates, [*candidates.settled, *(pair for pair in taken if pair not in candidates.settled)]),
        served,
        coverage,
    )
    return LocalPlan(problem, solve_flow(problem, priced_from), candidates.settled)


@dataclass(frozen=True)
class MorePlace:
    """What one more place at a full unit or site would bring.

    Attributes
    ----------
    side : {"unit", "nonprofit"}
    position : int
    places : int
        Places that it has left for the choice now.
    gain : float
        By how much the sum of scores would rise.
    more_units : int
        How many more units would be served.
    """

    side: str
    position: int
    places: int
    gain: float
    more_units: int


def one_more_place(plan: LocalPlan, most: int) -> list[MorePlace]:
    """Return what one more place would bring at the fullest units and sites, by solving again.

    Prices do not say it: they hold for an infinitesimal part of a place. The fullest are those with no place left and
    the most candidates that are not chosen. The new optimum lies near the old one, so that each is solved from there,
    the other pairs put in as their price calls for them, however few there are.
    """
    problem, chosen = plan.problem, plan.chosen
    before = problem.value(chosen)
    waiting: list[tuple[int, str, int]] = []
    for side, groups, places in (
        ("unit", problem.units, problem.unit_places),
        ("nonprofit", problem.sites, problem.site_places),
    ):
        taken = np.bincount(groups[chosen], minlength=len(places))
        queue = np.bincount(groups[~chosen], minlength=len(places))
        full = np.flatnonzero((taken >= places) & (queue > 0))
        waiting += [(-int(queue[position]), side, int(position)) for position in full]
    found = []
    start = chosen | first_pairs(problem)
    for _, side, position in sorted(waiting)[:most]:
        unit_places, site_places = problem.unit_places.copy(), problem.site_places.copy()
        (unit_places if side == "unit" else site_places)[position] += 1
        more = replace(problem, unit_places=unit_places, site_places=site_places)
        after = more.value(solve_flow(more, priced_from=0, start=start))
        places = problem.unit_places if side == "unit" else problem.site_places
        found.append(MorePlace(side, position, int(places[position]), after[0] - before[0], after[1] - before[1]))
    return sorted(found, key=lambda item: (-item.more_units, -item.gain, item.side, item.position))


@dataclass(frozen=True)
class LeftOut:
    """A unit without a local partner.

    Attributes
    ----------
    unit : int
    reason : str
        One of ``WHY_LEFT``.
    nearest : int
        Position of the nearest active nonprofit; -1 where none is placed.
    nearest_km : float
        NaN where unknown.
    """

    unit: int
    reason: str
    nearest: int
    nearest_km: float


def left_out(scorer: Scorer, candidates: Candidates, pairs: Sequence[Pair]) -> list[LeftOut]:
    """Return the units that have no pair in a plan, why, and what is nearest."""
    run = scorer.run
    served = {unit for unit, _ in pairs}
    found = []
    for unit in range(len(run.units)):
        if unit in served:
            continue
        reason = candidates.reasons.get(unit, "all full")
        if candidates.unit_places[unit] == 0:
            reason = "no capacity"
        distances = pairwise_km(run.units.points[unit : unit + 1], run.nonprofits.points)[0]
        distances[~run.nonprofits.active | np.isnan(distances)] = np.inf
        nearest = int(np.argmin(distances)) if len(distances) and np.isfinite(distances).any() else -1
        found.append(LeftOut(unit, reason, nearest, float(distances[nearest]) if nearest >= 0 else float("nan")))
    return found


def reach_of(scorer: Scorer) -> Floats:
    """Return each unit's reach in km."""
    return reach_km(scorer.run)
