"""The best assignment of units to sites under capacities, as a network flow.

Maximise ``sum(score of the chosen pairs) + bonus * units served``, with at most ``capacity`` pairs per unit and per site.
As a linear programme with one variable per pair and one per unit ("served"), every vertex is integral (a network), so the
simplex method of HiGHS (scipy) gives the optimum itself. With many pairs, column generation adds only pairs with a
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
    unit_capacity, site_capacity : ndarray of int64
        Places left, one a unit and one a site.
    served : ndarray of shape (m,), bool
        Units that have a partner already, whatever is chosen.
    coverage : float
        c in [0, 1]: the bonus is c / (1 - c); at 1 most units served come first, then the scores.
    """

    units: Ints
    sites: Ints
    scores: Floats
    unit_capacity: Ints
    site_capacity: Ints
    served: Bools
    coverage: float

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
        total, units = self.value(chosen)
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
    usable = (problem.unit_capacity[problem.units] > 0) & (problem.site_capacity[problem.sites] > 0)
    chosen = np.zeros(len(problem.units), dtype=bool)
    rows = np.flatnonzero(usable)
    if not len(rows):
        return chosen
    part = replace(problem, units=problem.units[rows], sites=problem.sites[rows], scores=problem.scores[rows])
    if len(rows) < priced_from:
        active = np.ones(len(rows), dtype=bool)
    else:
        active = first_pairs(part) if start is None else start[rows]
    if problem.coverage < 1:
        chosen[rows] = _solve(part, part.scores, problem.bonus, None, active)
        return chosen
    most = _solve(part, np.zeros(len(rows)), 1.0, None, active)
    must_serve = part.value(most)[1]
    chosen[rows] = _solve(part, part.scores, 0.0, must_serve, active | most)
    return chosen


def first_pairs(problem: FlowProblem) -> Bools:
    """Return the pairs to put in first, shape (k,), bool: the best few of every unit."""
    active = np.zeros(len(problem.units), dtype=bool)
    active[_best_of_each(problem.units, problem.scores, _FIRST_PAIRS)] = True
    return active


def _solve(problem: FlowProblem, scores: Floats, bonus: float, must_serve: int | None, active: Bools) -> Bools:
    """Solve one flow; pairs beyond the active ones come in while their price calls for them."""
    active = active.copy()
    while True:
        rows = np.flatnonzero(active)
        whole, unit_price, site_price = _solve_active(problem, scores, bonus, must_serve, rows)
        # What a pair brings beyond the price of its place at the unit and at the site.
        surplus = scores - unit_price[problem.units]
        surplus -= site_price[problem.sites]
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
) -> tuple[Bools, Floats, Floats]:
    """Return the optimum over some pairs, and the prices of places at units and sites.

    Only sites with such a pair are in it: capacity without demand has no price.
    """
    found, sites = np.unique(problem.sites[rows], return_inverse=True)
    m, n, k = len(problem.unit_capacity), len(found), len(rows)
    units = problem.units[rows]
    pair = np.arange(k)
    one = np.ones(k)
    # Rows: places of units, places of sites, and "served only with a pair": served - sum(pairs) <= 0.
    left = coo_array(
        (
            np.concatenate([one, one, -one, np.ones(m)]),
            (
                np.concatenate([units, m + sites, m + n + units, m + n + np.arange(m)]),
                np.concatenate([pair, pair, pair, k + np.arange(m)]),
            ),
        ),
        shape=(m + n + m, k + m),
    ).tocsr()
    right = np.concatenate([problem.unit_capacity, problem.site_capacity[found], np.zeros(m)]).astype(np.float64)
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
    site_price[found] = prices[m : m + n]
    return solution.x[:k] > 0.5, prices[:m] - prices[m + n :], site_price


def single_swaps(problem: FlowProblem, chosen: Bools) -> list[tuple[int, int]]:
    """Return every change of one or two pairs that would be feasible and better: (out, in), -1 for none.

    An optimum has no such change; a solution shows by it that it is one that nobody can beat by hand.

    Parameters
    ----------
    problem : FlowProblem
    chosen : ndarray of shape (k,), bool
    """
    bonus = 1e6 if problem.coverage >= 1 else problem.bonus
    per_unit = np.bincount(problem.units[chosen], minlength=len(problem.unit_capacity))
    per_site = np.bincount(problem.sites[chosen], minlength=len(problem.site_capacity))
    unit_free, site_free = per_unit < problem.unit_capacity, per_site < problem.site_capacity
    unserved = ~problem.served & (per_unit == 0)
    better: list[tuple[int, int]] = []
    # What it costs to give a pair up: its score, and the bonus where it is the unit's only one.
    only = ~problem.served & (per_unit == 1)
    loss = np.where(chosen, problem.scores + np.where(only[problem.units], bonus, 0.0), np.inf)
    cheapest_of_site = _cheapest(problem.sites, loss, len(problem.site_capacity))
    same_unit_loss = np.where(chosen, problem.scores, np.inf)
    cheapest_of_unit = _cheapest(problem.units, same_unit_loss, len(problem.unit_capacity))
    for pair in np.flatnonzero(~chosen):
        unit, site = problem.units[pair], problem.sites[pair]
        gain = problem.scores[pair] + (bonus if unserved[unit] else 0.0)
        if unit_free[unit] and site_free[site]:
            if gain > _PRICE_TOLERANCE:
                better.append((-1, int(pair)))
            continue
        for out, cost, frees in (
            (cheapest_of_unit[unit], same_unit_loss, site_free[site]),
            (cheapest_of_site[site], loss, unit_free[unit]),
        ):
            if frees and out >= 0 and gain - cost[out] > 1e-7:
                better.append((int(out), int(pair)))
    return better


def _cheapest(groups: Ints, costs: Floats, size: int) -> Ints:
    """Return for each group the position of its lowest finite cost, -1 where there is none."""
    rows = np.flatnonzero(np.isfinite(costs))
    order = rows[np.lexsort((rows, -costs[rows]))]
    cheapest = np.full(size, -1, dtype=np.int64)
    cheapest[groups[order]] = order  # the last one written, the lowest cost, stays
    return cheapest
