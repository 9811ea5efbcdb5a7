"""Time and memory of the decentral flow at the sizes of a national run.

    python tests/benchmarks/flow_sizes.py

Places are drawn from the gazetteer's Dutch postcodes, scores from a fixed seed, falling with distance. Beside the flow
as it runs (pairs added as their price calls for them) stands the same flow with all pairs at once, where that fits.
"""

from __future__ import annotations

import platform
import resource
import sys
import time

import numpy as np

from matcher.places.distance import pairwise_km, unit_sphere
from matcher.places.gazetteer import gazetteer_of
from matcher.ranking.programmes.flow import FlowProblem, single_swaps, solve_flow

CASES = ((400, 2_000, 25.0), (2_000, 20_000, 10.0), (2_000, 20_000, 25.0))


def problem_of(m: int, n: int, reach_km: float) -> FlowProblem:
    """Return a flow of m units and n sites with the capacities of the default settings."""
    random = np.random.default_rng(7)
    entries = gazetteer_of(frozenset({"NL"})).postcodes
    points = unit_sphere(entries.latitude, entries.longitude)
    unit_points, site_points = (points[random.integers(0, len(points), size)] for size in (m, n))
    units, sites, scores = [], [], []
    for start in range(0, m, 100):
        km = pairwise_km(unit_points[start : start + 100], site_points)
        rows, columns = np.nonzero(km <= reach_km)
        units.append(rows + start)
        sites.append(columns)
        scores.append(np.round(0.5 * 2 ** (-km[rows, columns] / 7) + 0.5 * random.beta(4, 4, len(rows)), 6))
    return FlowProblem(
        np.concatenate(units),
        np.concatenate(sites),
        np.concatenate(scores),
        np.full(m, 3),
        np.full(n, 2),
        np.zeros(m, dtype=bool),
        0.5,
    )


def main(with_all: bool) -> None:
    """Print one line a case."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    for m, n, reach in CASES:
        problem = problem_of(m, n, reach)
        started = time.perf_counter()
        chosen = solve_flow(problem)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        line = f"{m} units x {n} sites, {reach:g} km, {len(problem.units)} pairs: {seconds:.1f} s, peak {peak:.2f} GB"
        if with_all:
            started = time.perf_counter()
            everything = solve_flow(problem, priced_from=10**9)
            slower = time.perf_counter() - started
            same = abs(problem.objective(chosen)[0] - problem.objective(everything)[0]) < 1e-5
            line += f"; all pairs at once {slower:.1f} s ({slower / seconds:.1f} times), same objective: {same}"
        print(f"{line}; single swaps that would be better: {len(single_swaps(problem, chosen))}", flush=True)


if __name__ == "__main__":
    main("--with-all" in sys.argv)
