"""Seconds that a slider takes: new shortlists of the example, and of one unit of a made-up register.

    python tests/benchmarks/live.py [FOLDER]

FOLDER holds ``units.parquet`` and ``nonprofits.parquet`` of ``made_register.py``; with it the second part is measured.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from made_register import EXAMPLE, SentenceMeans

from matcher import PartnerMatcher, read_nonprofits, read_partnerships, read_units
from matcher.api.live import LiveMatch
from matcher.cli.options import cache_folder

MOVES = (
    {"weights.mission": 2.0},
    {"weights.mission": 2.5, "weights.proximity": 1.0},
    {"proximity.half_distance_km": 40.0},
    {"proximity.half_distance_km": 12.5, "weights.values": 1.0},
    {"shortlist.min_score": 0.3},
)


def main() -> None:
    matcher = PartnerMatcher(cache_folder=cache_folder()).fit(
        read_nonprofits(EXAMPLE / "nonprofits.csv"), partnerships=read_partnerships(EXAMPLE / "partnerships.csv")
    )
    measure("all lists of the example", LiveMatch(matcher.match(read_units(EXAMPLE / "units.csv"))))
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        # The words of causes are no sentences of which the vectors are at hand.
        units, nonprofits = (
            read(folder / f"{name}.parquet").assign(causes=None)
            for name, read in (("units", read_units), ("nonprofits", read_nonprofits))
        )
        matched = PartnerMatcher(encoder=SentenceMeans.of_made_texts()).fit(nonprofits).match(units)
        started = time.perf_counter()
        live = LiveMatch(matched)
        print(f"made in {time.perf_counter() - started:.2f} s")
        for unit in matched.scorer.run.units.ids[[0, 500]]:
            measure(f"list of {unit}", live, [unit])


def measure(name: str, live: LiveMatch, units: list[str] | None = None) -> None:
    started = time.perf_counter()
    live.trial().shortlists(units)
    print(f"{name}: first time {time.perf_counter() - started:.3f} s, {live.n_bytes / 1e6:.1f} MB")
    for move in MOVES:
        started = time.perf_counter()
        table = live.trial(move).shortlists(units).table
        print(f"{name}: {time.perf_counter() - started:.3f} s for {move}, {len(table)} rows")


if __name__ == "__main__":
    main()
