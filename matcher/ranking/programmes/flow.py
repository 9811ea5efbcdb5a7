"""The best assignment of units to sites under capacities, as a network flow.

Maximise ``sum(score of the chosen pairs) + bonus * units served``, with at most ``capacity`` pairs per unit, per site and
per organisation, and for each unit with one organisation. As a linear programme with one variable per pair and one per
unit ("served"), every vertex is integral (a network: unit, unit with organisation, site, organisation), so the simplex method of HiGHS (scipy) gives the optimum itself. With many pairs, column generation adds only pairs with a
positive reduced value: when no other pair is worth more than the prices of its two ends, the optimum is proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from matcher.scoring.data import Bools, Floats, Ints

_PRICE_TOLERANCE = 1e-9
_FIRST_PAIRS = 6
_NEW_PAIRS = 4


@dataclass(frozen=True)
class FlowProblem:
    """Pairs to choose from, in order of unit and site, and what limits the choice.

    Attributes
    ----------
    units, sites : ndarray of shape (k,), int64
        Positions of each pair.
    scores : ndarray of shape (k,), float64
    unit_capacity, site_capacity : ndarray of shape (n_units,) and (n_sites,), int64
        Partnerships that each unit and site can still take.
    served : ndarray of shape (m,), bool
        Units that have a partner already, whatever is chosen.
    coverage : float
        c in [0, 1]: the bonus is c / (1 - c); at 1 most units served come first, then the scores.
    organisation_of_site : ndarray of shape (n_sites,), int64, optional
        Organisation that carries the partnerships of each site; -1 where it sets no limit. Default: no limits.
    organisation_capacity : ndarray of shape (n_organisations,), int64, optional
        Partnerships that each organisation can still take, over all its sites.
    is_preferred : ndarray of shape (k,), bool, optional
        Pairs that go before others, whatever their scores; at coverage 1 after the units served. Default: none.
    groups : ndarray of shape (k,), int64, optional
        Code of the unit and the organisation of each pair, whether that has a limit or not. Default: no limits on these.
    group_capacity : ndarray of shape (n_groups,), int64, optional
        Sites of the organisation that the unit can still take.
    counted : ndarray of shape (k,), float64, optional
        Share of its score that each pair counts for in the choice, in (0, 1]. Default: all of it.
    """

    units: Ints
    sites: Ints
    scores: Floats
    unit_capacity: Ints
    site_capacity: Ints
    served: Bools
    coverage: float
    organisation_of_site: Ints | None = None
    organisation_capacity: Ints | None = None
    is_preferred: Bools | None = None
    groups: Ints | None = None
    group_capacity: Ints | None = None
    counted: Floats | None = None

    @property
    def grouped(self) -> tuple[Ints, Ints]:
        """Group of each pair, shape (k,), and their capacities, shape (n_groups,); of one group without limits."""
        if self.groups is None or self.group_capacity is None:
            return np.zeros(len(self.units), dtype=np.int64), np.array([len(self.units)])
        return self.groups, self.group_capacity

    @property
    def organisations(self) -> Ints:
        """Organisation with a limit of each pair, shape (k,); -1 without one."""
        if self.organisation_of_site is None:
            return np.full(len(self.sites), -1)
        return self.organisation_of_site[self.sites]

    @property
    def organisation_limits(self) -> Ints:
        """Partnerships that each organisation can still take, shape (n_organisations,)."""
        return np.zeros(0, dtype=np.int64) if self.organisation_capacity is None else self.organisation_capacity

    @property
    def weights(self) -> Floats:
        """Value of each pair to the choice, shape (k,): its score as far as it counts, and more where it is preferred.

        A pair takes the place of two others at most, one of its unit and one of its site or organisation, so that one
        preferred pair outweighs any two others.
        """
        scores = self.scores if self.counted is None else self.scores * self.counted
        if self.is_preferred is None:
            return scores
        preference = 2.0 + (2 * self.bonus if self.coverage < 1 else 0.0)
        return scores + np.where(self.is_preferred, preference, 0.0)

    @property
    def usable(self) -> Bools:
        """Pairs with capacity left on both sides, shape (k,)."""
        usable = (self.unit_capacity[self.units] > 0) & (self.site_capacity[self.sites] > 0)
        limited = np.flatnonzero(self.organisations >= 0)
        usable[limited] &= self.organisation_limits[self.organisations[limited]] > 0
        groups, group_capacity = self.grouped
        return usable & (group_capacity[groups] > 0)

    def of_pairs(self, rows: Ints) -> FlowProblem:
        """The problem with some of its pairs only."""
        return replace(
            self,
            units=self.units[rows],
            sites=self.sites[rows],
            scores=self.scores[rows],
            is_preferred=None if self.is_preferred is None else self.is_preferred[rows],
            counted=None if self.counted is None else self.counted[rows],
            groups=None if self.groups is None else self.groups[rows],
        )

    @property
    def bonus(self) -> float:
        """What serving one more unit is worth; infinite at coverage 1."""
        return float("inf") if self.coverage >= 1 else self.coverage / (1 - self.coverage)

    def value(self, chosen: Bools) -> tuple[float, int]:
        """Return the sum of scores and the number of units newly served of a choice."""
        newly = np.unique(self.units[chosen])
        return float(self.scores[chosen].sum()), int((~self.served[newly]).sum())

    def objective(self, chosen: Bools) -> tuple[float, float]:
        """Objective of a choice, and the value that decides between equals (at coverage 1)."""
        total, units = float(self.weights[chosen].sum()), self.value(chosen)[1]
        return (float(units), total) if self.coverage >= 1 else (total + self.bonus * units, 0.0)


def solve_flow(problem: FlowProblem, priced_from: int = 200_000, start: Bools | None = None) -> Bools:
    """Optimal choice of pairs, shape (k,), bool.

    Parameters
    ----------
    problem : FlowProblem
    priced_from : int
        Number of pairs from which column generation is used.
    start : ndarray of shape (k,), bool, optional
        Pairs of the first round, such as the optimum of a similar problem. Default: :func:`first_pairs`.

    Notes
    -----
    At coverage 1 two flows are solved: the maximum number of units served, then the best scores with that number.
    """
    chosen = np.zeros(len(problem.units), dtype=bool)
    rows = np.flatnonzero(problem.usable)
    if not len(rows):
        return chosen
    part = problem.of_pairs(rows)
    if len(rows) < priced_from:
        active = np.ones(len(rows), dtype=bool)
    else:
        active = first_pairs(part) if start is None else start[rows]
    if problem.coverage < 1:
        chosen[rows] = _solve(part, part.weights, problem.bonus, None, active)
        return chosen
    most_served = _solve(part, np.zeros(len(rows)), 1.0, None, active)
    must_serve = part.value(most_served)[1]
    chosen[rows] = _solve(part, part.weights, 0.0, must_serve, active | most_served)
    return chosen


def first_pairs(problem: FlowProblem) -> Bools:
    """Return the pairs to put in first, shape (k,), bool: the best few of every unit."""
    active = np.zeros(len(problem.units), dtype=bool)
    active[_best_of_each(problem.units, problem.weights, _FIRST_PAIRS)] = True
    return active


def _solve(problem: FlowProblem, scores: Floats, bonus: float, must_serve: int | None, active: Bools) -> Bools:
    """Solve one flow; pairs beyond the active ones come in while their price calls for them."""
    active = active.copy()
    while True:
        rows = np.flatnonzero(active)
        whole, unit_price, site_price, group_price = _solve_active(problem, scores, bonus, must_serve, rows)
        # Value of a pair beyond the prices of capacity at the unit, alone and with the organisation, and at the site.
        surplus = scores - unit_price[problem.units]
        surplus -= site_price[problem.sites]
        surplus -= group_price[problem.grouped[0]]
        missing = np.flatnonzero(~active & (surplus > _PRICE_TOLERANCE))
        if not len(missing):
            chosen = np.zeros(len(active), dtype=bool)
            chosen[rows[whole]] = True
            return chosen
        active[missing[_best_of_each(problem.units[missing], surplus[missing], _NEW_PAIRS)]] = True


def _best_of_each(groups: Ints, values: Floats, count: int) -> Ints:
    """Positions of the ``count`` highest values of each group; groups are in ascending order."""
    bounds = np.concatenate([[0], np.flatnonzero(groups[1:] != groups[:-1]) + 1, [len(groups)]])
    best = [np.empty(0, dtype=np.int64)]
    # Group by group, since to find a few of many is quicker than to bring all in order.
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        mine = values[start:stop]
        if len(mine) > count:
            high = np.flatnonzero(mine >= np.partition(mine, -count)[-count])
            high = high[np.argsort(-mine[high], kind="stable")[:count]]
        else:
            high = np.arange(len(mine))
        best.append(high + start)
    return np.concatenate(best)


def _solve_active(
    problem: FlowProblem, scores: Floats, bonus: float, must_serve: int | None, rows: Ints
) -> tuple[Bools, Floats, Floats, Floats]:
    """Return the optimum over some pairs, and the prices of capacity at units, at sites with their organisations, and at groups.

    Only sites, organisations and groups with such a pair are in it: capacity without demand has no price.
    """
    found, sites = np.unique(problem.sites[rows], return_inverse=True)
    organisations = problem.organisations[rows]
    limited = np.flatnonzero(organisations >= 0)
    limits, organisations = np.unique(organisations[limited], return_inverse=True)
    all_groups, group_capacity = problem.grouped
    tight, groups = np.unique(all_groups[rows], return_inverse=True)
    m, n, k = len(problem.unit_capacity), len(found), len(rows)
    above = 2 * m + n + len(limits)
    units = problem.units[rows]
    pair = np.arange(k)
    one = np.ones(k)
    # Rows: capacity of units, "served only with a pair" (served - sum(pairs) <= 0), capacity of sites and organisations.
    left = coo_array(
        (
            np.concatenate([one, -one, np.ones(m), one, np.ones(len(limited)), one]),
            (
                np.concatenate(
                    [units, m + units, m + np.arange(m), 2 * m + sites, 2 * m + n + organisations, above + groups]
                ),
                np.concatenate([pair, pair, k + np.arange(m), pair, limited, pair]),
            ),
        ),
        shape=(above + len(tight), k + m),
    ).tocsr()
    right = np.concatenate(
        [
            problem.unit_capacity,
            np.zeros(m),
            problem.site_capacity[found],
            problem.organisation_limits[limits],
            group_capacity[tight],
        ]
    ).astype(np.float64)
    gain = np.concatenate([scores[rows], np.where(problem.served, 0.0, bonus)])
    upper = np.concatenate([one, np.where(problem.served, 0.0, 1.0)])
    equal = None
    if must_serve is not None:
        equal = coo_array((np.ones(m), (np.zeros(m, dtype=np.int64), k + np.arange(m))), shape=(1, k + m)).tocsr()
    solution = linprog(
        -gain,
        A_ub=left,
        b_ub=right,
        A_eq=equal,
        b_eq=None if must_serve is None else [float(must_serve)],
        bounds=np.stack([np.zeros(k + m), upper], axis=1),
        method="highs-ds",
    )
    if not solution.success:
        raise RuntimeError(f"the flow could not be solved: {solution.message}")
    prices = -solution.ineqlin.marginals
    site_price = np.zeros(len(problem.site_capacity))
    site_price[found] = prices[2 * m : 2 * m + n]
    if len(limits):
        organisation_price = np.zeros(len(problem.organisation_limits))
        organisation_price[limits] = prices[2 * m + n : above]
        of_site = problem.organisation_of_site
        assert of_site is not None  # there are limits
        site_price += np.where(of_site >= 0, organisation_price[of_site], 0.0)
    group_price = np.zeros(len(group_capacity))
    group_price[tight] = prices[above:]
    return solution.x[:k] > 0.5, prices[:m] - prices[m : 2 * m], site_price, group_price


def single_swaps(problem: FlowProblem, chosen: Bools) -> list[tuple[int, int]]:
    """Return every change of one or two pairs that would be feasible and better: (out, in), -1 for none.

    An optimum has no such change; a solution shows by it that it is one that nobody can beat by hand.

    Parameters
    ----------
    problem : FlowProblem
    chosen : ndarray of shape (k,), bool
    """
    bonus = 1e6 if problem.coverage >= 1 else problem.bonus
    weights, organisations = problem.weights, problem.organisations
    groups, group_capacity = problem.grouped
    counts = [
        np.bincount(groups[chosen & (groups >= 0)], minlength=len(capacity))
        for groups, capacity in (
            (problem.units, problem.unit_capacity),
            (problem.sites, problem.site_capacity),
            (organisations, problem.organisation_limits),
        )
    ]
    unit_free, site_free = counts[0] < problem.unit_capacity, counts[1] < problem.site_capacity
    # The last one stands for sites without a limit: -1 finds it.
    organisation_free = np.append(counts[2] < problem.organisation_limits, True)
    unserved = ~problem.served & (counts[0] == 0)
    better: list[tuple[int, int]] = []
    # Cost of giving a pair up: its weight, and the bonus where it is the unit's only one and the unit gets no other.
    only = ~problem.served & (counts[0] == 1)
    loss = np.where(chosen, weights + np.where(only[problem.units], bonus, 0.0), np.inf)
    loss_within_unit = np.where(chosen, weights, np.inf)
    _, of_both = np.unique(np.stack([problem.units, organisations]), axis=1, return_inverse=True)
    of_both = of_both.reshape(-1)
    cheapest_of_unit = _cheapest(problem.units, loss_within_unit, len(problem.unit_capacity))
    cheapest_of_site = _cheapest(problem.sites, loss, len(problem.site_capacity))
    cheapest_of_organisation = _cheapest(organisations, loss, len(organisation_free))
    cheapest_of_both = _cheapest(of_both, loss_within_unit, len(problem.units))
    cheapest_of_group = _cheapest(groups, loss_within_unit, len(group_capacity))
    group_free = np.bincount(groups[chosen], minlength=len(group_capacity)) < group_capacity
    for pair in np.flatnonzero(~chosen):
        unit, site, organisation = problem.units[pair], problem.sites[pair], organisations[pair]
        is_free = bool(unit_free[unit]), bool(site_free[site]), bool(organisation_free[organisation])
        gain = weights[pair] + (bonus if unserved[unit] else 0.0)
        # The one pair to give up frees all that is full; a pair of the same unit and site would be this pair itself.
        out, cost = {
            (True, True, True): (-1, None),
            (False, True, True): (cheapest_of_unit[unit], loss_within_unit),
            (True, False, True): (cheapest_of_site[site], loss),
            (True, False, False): (cheapest_of_site[site], loss),
            (True, True, False): (cheapest_of_organisation[organisation], loss),
            (False, True, False): (cheapest_of_both[of_both[pair]], loss_within_unit),
        }.get(is_free, (-1, loss))
        if not group_free[groups[pair]]:
            # One of the same unit and organisation frees these two, and never another unit's place at the site.
            out, cost = (cheapest_of_group[groups[pair]], loss_within_unit) if site_free[site] else (-1, loss)
        if cost is None:
            if gain > _PRICE_TOLERANCE:
                better.append((-1, int(pair)))
        elif out >= 0 and gain - cost[out] > 1e-7:
            better.append((int(out), int(pair)))
    return better


def _cheapest(groups: Ints, costs: Floats, size: int) -> Ints:
    """Return for each group the position of its lowest finite cost, -1 where there is none."""
    rows = np.flatnonzero(np.isfinite(costs))
    order = rows[np.lexsort((rows, -costs[rows]))]
    cheapest = np.full(size, -1, dtype=np.int64)
    cheapest[groups[order]] = order  # the last one written, the lowest cost, stays
    return cheapest
