"""What learning makes of worlds whose truth is known: ``python tests/learning/null_worlds.py [--runs 60]``.

Partners are drawn for the units and nonprofits of the example. In the null worlds nothing tells partners from others:
drawn at random, by the popularity of the nonprofits, or from a few favourites of each company. In the planted worlds each
unit's partners depend weakly on one criterion; in the worlds of mission they depend on it strongly, and on nothing else;
where the settings are right, they depend on the score. Takes about two seconds a run. The measure that decides and the
p-values that a gain is asked for were chosen on seeds from 3001 and 5001 on; the default seeds, for reports, begin at 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.encoders import RememberingUse
from helpers.paths import EXAMPLE

from matcher import PartnerMatcher, read_nonprofits, read_units
from matcher.learning.evaluation.rankings import score_matrix
from matcher.learning.tuning.features import Features
from matcher.learning.tuning.learned_settings import LearnedSettings, learn
from matcher.scoring.scorer import Scorer

PARTNERS = 3
UNITS = 30
FAVOURITES = 5
PLANTED = ("mission", "values", "proximity", "resources")
WEAK, STRONG = 1.0, 3.0
"""Log odds of a partner per standard deviation of the criterion behind it."""
NEXT_DOOR_KM = 2.0
MIDDLING = (0.25, 0.75)
"""Quantiles of a unit's mission scores between which a mission is middling."""


class World:
    """Lists, and draws of partnerships between them."""

    def __init__(self, cache: Path) -> None:
        units, nonprofits = read_units(EXAMPLE / "units.csv"), read_nonprofits(EXAMPLE / "nonprofits.csv")
        rows = np.linspace(0, len(units) - 1, UNITS).astype(int)
        active = nonprofits["active"].astype("boolean").fillna(True)
        self.units, self.nonprofits = units.iloc[rows].reset_index(drop=True), nonprofits[active].iloc[::3]
        self.encoder = RememberingUse(cache)
        self.run = self.scorer(None).run
        self.companies = self.run.units.company_codes
        self.scores = {name: self._standardised({name: 1}) for name in PLANTED}
        self.scores["score"] = self._standardised(None)

    def scorer(self, partnerships: pd.DataFrame | None) -> Scorer:
        """Scorer by the default settings."""
        matcher = PartnerMatcher(encoder=self.encoder).fit(self.nonprofits, partnerships=partnerships)
        return matcher.scorer(self.units)

    def _standardised(self, weights: dict[str, float] | None) -> np.ndarray:
        matcher = PartnerMatcher(encoder=self.encoder, weights=weights).fit(self.nonprofits)
        scores = score_matrix(matcher.scorer(self.units))
        spread = scores.std(axis=1, keepdims=True)
        # Where nothing is known of a unit's criterion, its scores are all alike, and its partners come by chance.
        return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 1e-9, spread, 1.0)

    def drawn(self, log_odds: np.ndarray, seed: int) -> pd.DataFrame:
        """Partners of each unit, drawn without replacement by the Gumbel trick."""
        run = self.run
        noise = np.random.default_rng(seed).gumbel(size=(len(run.units), len(run.nonprofits)))
        chosen = np.argsort(-(log_odds + noise), axis=1)[:, :PARTNERS].ravel()
        ids = np.repeat(run.units.ids, PARTNERS), run.nonprofits.ids[chosen]
        return pd.DataFrame({"unit_id": ids[0], "nonprofit_id": ids[1], "status": "completed"})

    def independent(self, seed: int) -> pd.DataFrame:
        """Partners at random."""
        return self.drawn(np.zeros((UNITS, len(self.nonprofits))), seed)

    def popular(self, seed: int) -> pd.DataFrame:
        """Partners by the popularity of the nonprofits."""
        return self.drawn(np.random.default_rng(-seed % 2**32).normal(0, 1.2, len(self.nonprofits))[None, :], seed)

    def by_company(self, seed: int) -> pd.DataFrame:
        """Partners among a few favourites of each company."""
        draw = np.random.default_rng(-seed % 2**32)
        log_odds = np.full((UNITS, len(self.nonprofits)), -5.0)
        for company in np.unique(self.companies):
            favourites = draw.choice(len(self.nonprofits), FAVOURITES, replace=False)
            log_odds[np.ix_(self.companies == company, favourites)] = 0.0
        return self.drawn(log_odds, seed)

    def planted(self, criterion: str, pull: float) -> Callable[[int], pd.DataFrame]:
        """Partners by a criterion."""
        return lambda seed: self.drawn(pull * self.scores[criterion], seed)

    def puts_next_door_first(self, learned: LearnedSettings) -> bool:
        """Whether any unit's best nonprofit is next door, and its mission middling."""
        scorer = Scorer(replace(self.run, settings=learned.settings))
        first = np.argmax(score_matrix(scorer), axis=1)
        rows = np.arange(len(first))
        records = scorer.records(rows, first)
        low, high = np.quantile(self.scores["mission"], MIDDLING, axis=1)
        mission = self.scores["mission"][rows, first]
        next_door = np.array(
            [record.distance_km is not None and record.distance_km <= NEXT_DOOR_KM for record in records]
        )
        return bool((next_door & (mission >= low) & (mission <= high)).any())


def shared_columns() -> Callable[[Features, str, dict[str, Any]], np.ndarray]:
    """Columns of criteria that read no partnerships, computed once for all runs: the pairs of all runs are the same."""
    compute, known = Features._without_history, {}

    def column(features: Features, criterion: str, overrides: dict[str, Any]) -> np.ndarray:
        key = criterion, repr(overrides), features._evidence.nonprofit.tobytes()
        if key not in known:
            known[key] = compute(features, criterion, overrides)
        return known[key]

    return column


def main() -> None:
    """Print a row per kind of world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--planted-runs", type=int, default=30)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop a kind of world after this time")
    parser.add_argument("--only", nargs="*", help="kinds of world, by the start of their names")
    arguments = parser.parse_args()
    Features._without_history = shared_columns()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as cache:
        world = World(Path(cache))
        kinds: dict[str, tuple[Callable[[int], pd.DataFrame], int]] = {
            "independent": (world.independent, arguments.runs),
            "popular": (world.popular, arguments.runs),
            "by company": (world.by_company, arguments.runs),
            **{f"weak {name}": (world.planted(name, WEAK), arguments.planted_runs) for name in PLANTED},
            "mission only": (world.planted("mission", STRONG), arguments.planted_runs),
            "settings right": (world.planted("score", WEAK), arguments.planted_runs),
        }
        columns = ("runs", "gained", "AUC before", "after", "without popularity", "after", "next door first")
        print("world".ljust(16), *columns, sep="  ")
        for name, (draw, runs) in kinds.items():
            if arguments.only and not any(name.startswith(start) for start in arguments.only):
                continue
            started = time.monotonic()
            found: list[LearnedSettings] = []
            next_door = 0
            for seed in range(arguments.first_seed, arguments.first_seed + runs):
                learned = learn(world.scorer(draw(seed)))
                found.append(learned)
                next_door += name == "mission only" and world.puts_next_door_first(learned)
                if time.monotonic() - started > arguments.seconds:
                    break
            values = (
                str(len(found)),
                str(sum(each.gained for each in found)),
                *(
                    f"{np.mean([getattr(each, when)[measure] for each in found]):.3f}"
                    for measure in ("auc", "pair_auc")
                    for when in ("before", "after")
                ),
                str(next_door) if name == "mission only" else "",
            )
            cells = (value.rjust(len(column)) for value, column in zip(values, columns, strict=True))
            print(name.ljust(16), *cells, sep="  ", flush=True)
    print(f"processor time: {(time.process_time() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
