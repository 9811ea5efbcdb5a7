"""Local plans: pairs nearby chosen together, what more capacity would bring, and units that go without."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.candidates import ALL_FULL, CENTRAL_ONLY, NO_CAPACITY, Candidates, Pair
from matcher.ranking.programmes.flow import FlowProblem, first_pairs, solve_flow
from matcher.scoring.data import Bools
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class LocalPlan:
    """Local pairs chosen together.

    Attributes
    ----------
    whole : FlowProblem
        All candidates of this plan and the limits of the choice.
    problem : FlowProblem
        Without the further partners of units that score too far below their best one, see :meth:`of`.
    chosen : ndarray of shape (n_candidates,), bool
        Of the candidates of ``problem``.
    fixed_scores : mapping of (int, int) to float
        Score of each running and locked pair, which are in the plan whatever is chosen.
    further_share : float
        Share of the score of a unit's best partner that a further new one reaches at least, in [0, 1].
    """

    whole: FlowProblem
    problem: FlowProblem
    chosen: Bools
    fixed_scores: Mapping[Pair, float]
    further_share: float

    @classmethod
    def of(
        cls, whole: FlowProblem, fixed_scores: Mapping[Pair, float], further_share: float, priced_from: int
    ) -> LocalPlan:
        """The best plan of some candidates.

        A free place is no reason to fill it: candidates that score less than ``further_share`` of the best partner that
        their unit has in the plan are taken out, and the rest is solved again, until no such pair is chosen. A unit's
        first partner is never taken out by this, nor is one that goes before others.

        Parameters
        ----------
        whole : FlowProblem
        fixed_scores : mapping of (int, int) to float
            Score of each running and locked pair.
        further_share : float
            In [0, 1].
        priced_from : int
            See :func:`matcher.ranking.programmes.flow.solve_flow`.
        """
        problem, chosen = whole, solve_flow(whole, priced_from)
        kept = np.zeros(len(whole.unit_capacity))
        for (unit, _), score in fixed_scores.items():
            kept[unit] = max(kept[unit], score)
        while True:
            best = kept.copy()
            np.maximum.at(best, problem.units[chosen], problem.scores[chosen])
            is_weak = problem.scores < further_share * best[problem.units]
            if problem.is_preferred is not None:
                is_weak &= ~problem.is_preferred
            if not (is_weak & chosen).any():
                return cls(whole, problem, chosen, fixed_scores, further_share)
            problem = problem.of_pairs(np.flatnonzero(~is_weak))
            chosen = solve_flow(problem, priced_from)

    def scores(self) -> dict[Pair, float]:
        """Score of each pair of the plan, fixed ones included, in order of unit and site."""
        problem, chosen = self.problem, self.chosen
        new = zip(problem.units[chosen].tolist(), problem.sites[chosen].tolist(), strict=True)
        scores = {**dict(zip(new, problem.scores[chosen].tolist(), strict=True)), **self.fixed_scores}
        return {pair: scores[pair] for pair in sorted(scores)}

    def pairs(self) -> list[Pair]:
        """All pairs of the plan, fixed ones included, in order of unit and site."""
        return list(self.scores())

    def at_coverage(self, coverage: float, priced_from: int) -> LocalPlan:
        """The best plan of the same candidates at another position of the dial.

        Parameters
        ----------
        coverage : float
            In [0, 1]; see :class:`matcher.ranking.programmes.flow.FlowProblem`.
        priced_from : int
            See :func:`matcher.ranking.programmes.flow.solve_flow`.
        """
        whole = replace(self.whole, coverage=coverage)
        return LocalPlan.of(whole, self.fixed_scores, self.further_share, priced_from)


def plan_local(
    candidates: Candidates,
    coverage: float,
    priced_from: int,
    allowed: Bools | None = None,
    taken: Sequence[Pair] = (),
    is_preferred: Bools | None = None,
    setback_discount: float = 0.0,
    further_share: float = 0.0,
) -> LocalPlan:
    """The best local pairs under the capacities.

    Parameters
    ----------
    candidates : Candidates
    coverage : float
        The dial between best fit (0) and most units served (1).
    priced_from : int
        See :func:`matcher.ranking.programmes.flow.solve_flow`.
    allowed : ndarray of shape (n_candidates,), bool, optional
        Candidates that may be chosen in this plan. Default: all.
    taken : sequence of (int, int)
        Pairs besides the fixed ones that take capacity, such as those of head offices.
    is_preferred : ndarray of shape (n_candidates,), bool, optional
        Candidates that go before others. Default: none.
    setback_discount : float
        Share of its score that a candidate with a setback loses in the choice, in [0, 1).
    further_share : float
        Share of the score of a unit's best partner that a further new one reaches at least, in [0, 1].
    """
    fixed = candidates.fixed_pairs
    served = np.zeros(len(candidates.unit_capacity), dtype=bool)
    served[[unit for unit, _ in fixed]] = True
    free = ~candidates.is_among(taken)  # these are in the plan already, as pairings of head offices
    rows = np.flatnonzero(free if allowed is None else free & allowed)
    unit_left, site_left, organisation_left = candidates.capacity_left({*fixed, *taken})
    groups, group_capacity = candidates.groups_left(rows, fixed)
    problem = FlowProblem(
        candidates.units[rows],
        candidates.sites[rows],
        candidates.scores[rows],
        unit_left,
        site_left,
        served,
        coverage,
        candidates.organisation_of_site,
        organisation_left,
        None if is_preferred is None else is_preferred[rows],
        groups,
        group_capacity,
        np.where(candidates.has_setback[rows], 1.0 - setback_discount, 1.0),
    )
    return LocalPlan.of(problem, candidates.fixed_scores, further_share, priced_from)


@dataclass(frozen=True)
class CapacityGain:
    """The gain from one more partnership at a full unit or site.

    Attributes
    ----------
    side : {"unit", "nonprofit"}
    position : int
        Of the unit or nonprofit, in id order.
    capacity : int
        Capacity that it has left for the choice now.
    gain : float
        Rise of the sum of scores.
    more_units : int
        Further units that would be served.
    """

    side: str
    position: int
    capacity: int
    gain: float
    more_units: int


def capacity_gains(plan: LocalPlan, count: int) -> list[CapacityGain]:
    """Gains from one more partnership at each of the fullest units and sites, largest first.

    Parameters
    ----------
    plan : LocalPlan
    count : int
        Units and sites examined, at most: those with no capacity left and the most candidates that are not chosen.

    Notes
    -----
    Each gain comes from solving the flow again: its prices hold for an infinitesimal part of a partnership only. The
    new optimum lies near the old one, so that each solution starts from there and adds the other pairs by their price
    (column generation), however few they are.
    """
    problem, chosen = plan.problem, plan.chosen
    score_before, served_before = problem.value(chosen)
    queue: list[tuple[int, str, int]] = []
    capacities = {"unit": problem.unit_capacity, "nonprofit": problem.site_capacity}
    for side, groups in (("unit", problem.units), ("nonprofit", problem.sites)):
        taken = np.bincount(groups[chosen], minlength=len(capacities[side]))
        waiting = np.bincount(groups[~chosen], minlength=len(capacities[side]))
        full = np.flatnonzero((taken >= capacities[side]) & (waiting > 0))
        queue += [(-int(waiting[position]), side, int(position)) for position in full]
    gains = []
    start = chosen | first_pairs(problem)
    for _, side, position in sorted(queue)[:count]:
        raised = {name: capacity.copy() for name, capacity in capacities.items()}
        raised[side][position] += 1
        wider = replace(problem, unit_capacity=raised["unit"], site_capacity=raised["nonprofit"])
        score, served = wider.value(solve_flow(wider, priced_from=0, start=start))
        gains.append(
            CapacityGain(side, position, int(capacities[side][position]), score - score_before, served - served_before)
        )
    return sorted(gains, key=lambda item: (-item.more_units, -item.gain, item.side, item.position))


@dataclass(frozen=True)
class UnservedUnit:
    """A unit without a local partner.

    Attributes
    ----------
    unit : int
        Position of the unit.
    reason : str
        One of :data:`matcher.ranking.programmes.candidates.UNSERVED_REASONS`.
    nearest : int
        Position of the nearest active nonprofit; -1 where none is placed.
    nearest_km : float
        NaN where unknown.
    """

    unit: int
    reason: str
    nearest: int
    nearest_km: float


def unserved_units(
    scorer: Scorer, candidates: Candidates, served: Collection[int], central_only: Bools
) -> list[UnservedUnit]:
    """Units that have no partner in a plan, each with the reason and the nearest active nonprofit.

    Parameters
    ----------
    scorer : Scorer
    candidates : Candidates
    served : collection of int
        Units with a partner.
    central_only : ndarray of shape (n_units,), bool
        Units of companies for which no local pairs are planned.
    """
    run = scorer.run
    found = []
    for unit in range(len(run.units)):
        if unit in served:
            continue
        reason = candidates.reasons.get(unit, CENTRAL_ONLY if central_only[unit] else ALL_FULL)
        if candidates.unit_capacity[unit] == 0:
            reason = NO_CAPACITY
        distances = pairwise_km(run.units.points[unit : unit + 1], run.nonprofits.points)[0]
        distances[~run.nonprofits.active | np.isnan(distances)] = np.inf
        nearest = int(np.argmin(distances)) if len(distances) and np.isfinite(distances).any() else -1
        nearest_km = float(distances[nearest]) if nearest >= 0 else float("nan")
        found.append(UnservedUnit(unit, reason, nearest, nearest_km))
    return found
