"""How much better than greedy picking the optimum is, on `nyc`: 3 places a unit, 2 a nonprofit, 5 km reach.

    python tests/benchmarks/flow_against_greedy.py

Greedy takes the best pair that still fits, again and again, as a person with a sorted list would; at coverage above
0 it counts the bonus of a unit that nobody serves yet.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from matcher import PartnerMatcher, Settings, read_nonprofits, read_units
from matcher.ranking.programmes.candidates import PairConstraints
from matcher.ranking.programmes.flow import FlowProblem, solve_flow
from matcher.ranking.programmes.gathering import gather_candidates

ROOT = Path(__file__).parents[2]
REALDATA = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))
SETTINGS = {"programmes": {"reach_km": 5, "unit_capacity": 3, "nonprofit_capacity": 2}, "shortlist": {"min_score": 0.3}}


def greedy(problem: FlowProblem) -> np.ndarray:
    """Take the pair that adds most, as long as one fits."""
    bonus = 1e6 if problem.coverage >= 1 else problem.bonus
    chosen = np.zeros(len(problem.units), dtype=bool)
    unit_capacity, site_capacity = problem.unit_capacity.copy(), problem.site_capacity.copy()
    served = problem.served.copy()
    while True:
        fits = ~chosen & (unit_capacity[problem.units] > 0) & (site_capacity[problem.sites] > 0)
        if not fits.any():
            return chosen
        gain = np.where(fits, problem.scores + np.where(served[problem.units], 0.0, bonus), -np.inf)
        best = int(np.argmax(gain))
        chosen[best] = True
        unit_capacity[problem.units[best]] -= 1
        site_capacity[problem.sites[best]] -= 1
        served[problem.units[best]] = True


def main() -> None:
    """Print one line a position of the dial, as `nyc` is and with ever fewer nonprofits."""
    folder = REALDATA / "nyc"
    if not folder.is_dir():
        sys.exit(f"no real data at {REALDATA}: set MATCHER_REALDATA")
    units, nonprofits = read_units(folder / "business_units.csv"), read_nonprofits(folder / "nonprofits.csv")
    print(
        "nonprofits  coverage  units served (optimum, greedy)  sum of scores (optimum, greedy)  objective: optimum / greedy"
    )
    for count in (len(nonprofits), 100, 50, 30):
        some = nonprofits.sample(count, random_state=0)
        matcher = PartnerMatcher(settings=Settings.from_mapping(SETTINGS)).fit(some)
        candidates = gather_candidates(matcher.scorer(units), PairConstraints())
        for coverage in (0.0, 0.5, 1.0):
            problem = FlowProblem(
                candidates.units,
                candidates.sites,
                candidates.scores,
                candidates.unit_capacity,
                candidates.site_capacity,
                np.zeros(len(units), dtype=bool),
                coverage,
            )
            (best, best_served), (fair, fair_served) = (problem.value(solve(problem)) for solve in (solve_flow, greedy))
            weight = 1.0 if coverage >= 1 else problem.bonus
            ratio = (best + weight * best_served) / (fair + weight * fair_served)
            print(
                f"{count:10d}  {coverage:8.2f}  {best_served:14d} {fair_served:14d}   {best:15.3f} {fair:15.3f}"
                f"   {(ratio - 1) * 100:+.2f} %"
            )


if __name__ == "__main__":
    main()
