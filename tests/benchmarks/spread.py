"""What a large match costs in one process and on workers: seconds a stage and memory, from files to lists.

    python tests/benchmarks/spread.py [--size 10000x200000] [--workers 0 1 2] [--keep FOLDER]

A register as in :mod:`made_register`, embeddings warm; 0 workers is this process alone. Reading, texts and measuring
grow with the nonprofits, the search with units times nonprofits: the cost of larger matches follows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGES = ("read", "texts", "measure", "search")


def run(folder: Path, workers: int) -> None:
    """Print the seconds of a match, in this process or on workers of a local cluster."""
    from made_register import SentenceMeans
    from memory_held import Memory
    from top_k import OPEN_LISTS

    from matcher import Settings
    from matcher.api.matching import fit_tables
    from matcher.compute import LocalBackend, open_backend
    from matcher.jobs.inputs import read_inputs
    from matcher.ranking.shortlists.selection import best_nonprofits

    seconds = []
    started = time.perf_counter()

    def lap() -> None:
        seconds.append(time.perf_counter() - started - sum(seconds))

    settings = Settings.from_mapping(OPEN_LISTS)
    with open_backend(workers=workers) if workers else LocalBackend() as backend:
        started = time.perf_counter()
        inputs = read_inputs({name: folder / f"{name}.parquet" for name in ("units", "nonprofits")}, settings)
        lap()
        encoder = SentenceMeans.of_made_texts()
        fitted = fit_tables(inputs.nonprofits, settings=settings, encoder=encoder, backend=backend)
        lap()
        scorer = fitted.match(inputs.units).scorer
        _ = scorer.unknown_values
        lap()
        picks = best_nonprofits(scorer)
        lap()
        pairs = len(scorer.run.units) * len(scorer.run.nonprofits)
        client = Memory.held("VmHWM")
        held = list(backend.client.run(Memory.held, "VmHWM").values()) if workers else []  # type: ignore[attr-defined]
    print(
        f"{workers or 'here':>8}{sum(seconds):>9.1f}"
        + "".join(f"{spent:>9.1f}" for spent in seconds)
        + f"{seconds[3] / pairs * 1e9:>13.0f}{client // 1024:>11}{max(held, default=0) // 1024:>11}"
        f"   {len(picks.units)} pairs listed, checksum {hash(picks.nonprofits.tobytes()) & 0xFFFF:04x}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description="What a large match costs on one process and on workers.")
    arguments.add_argument("--size", default="10000x200000", metavar="UNITSxNONPROFITS")
    arguments.add_argument("--workers", nargs="*", type=int, default=[0, 1, 2])
    arguments.add_argument("--keep", type=Path, help="keep the register in this folder, and use the one there")
    arguments.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.run:
        run(Path(chosen.run[0]), int(chosen.run[1]))
        return
    from top_k import machine, made

    units, nonprofits = map(int, chosen.size.split("x"))
    print(machine())
    print(f"\n{units} units x {nonprofits} nonprofits, best 20 of each; seconds by the clock")
    stages = "".join(f"{name:>9}" for name in STAGES)
    print(f"{'workers':>8}{'all':>9}{stages}{'ns per pair':>13}{'client MB':>11}{'worker MB':>11}")
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory(prefix="matcher-bench-") as temporary:
        folder = (chosen.keep or Path(temporary)) / chosen.size
        made(folder, units, nonprofits)
        for workers in chosen.workers:
            command = [sys.executable, __file__, "--run", str(folder), str(workers)]
            subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
