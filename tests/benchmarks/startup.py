"""Seconds of the smallest jobs, and what they go to.

    python tests/benchmarks/startup.py

`matcher --help`, and `matcher match --formats csv` on the example data with kept embeddings: medians of several rounds,
by the clock and of the processors (which other work on the machine changes less), an empty Python beside them, the
seconds a stage from the record of the run, and the packages that take longest to load.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
ROUNDS = 5
SHOWN = 12


def timed(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds that a Python process takes: by the clock, and of the processors."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return ended - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def load_times(arguments: list[str], environment: dict[str, str]) -> Counter[str]:
    """Return the milliseconds that loading takes, by package."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    times: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and parts[0].strip().isdigit():
            times[parts[2].strip().partition(".")[0]] += int(parts[0]) / 1000
    return times


def main() -> None:
    """Print the table."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"MATCHER_CACHE": f"{folder}/cache", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        # Loaded as an installed package is: compiled once.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        out = f"{folder}/out"
        jobs = {
            "python -c pass": ["-c", "pass"],
            "matcher --help": ["-m", "matcher", "--help"],
            "matcher match, kept embeddings": [
                "-m", "matcher", "match", str(EXAMPLE / "units.csv"), str(EXAMPLE / "nonprofits.csv"),
                "--formats", "csv", "--out", out,
            ],
        }  # fmt: skip
        clock, processors = timed(jobs["matcher match, kept embeddings"], environment)
        print(f"matcher match, first time: {clock:.2f} s, {processors:.2f} s of the processors")
        rounds = [{name: timed(job, environment) for name, job in jobs.items()} for _ in range(ROUNDS)]
        for name in jobs:
            clock, processors = (statistics.median(each[name][which] for each in rounds) for which in (0, 1))
            print(f"{name}: {clock:.2f} s, {processors:.2f} s of the processors, medians of {ROUNDS}")
        print("stages:", json.loads(Path(out, "run.json").read_text(encoding="utf-8"))["seconds"])
        times = load_times(jobs["matcher match, kept embeddings"], environment)
        print(f"loading packages: {times.total():.0f} ms (measuring it slows it down), of which")
        for package, milliseconds in times.most_common(SHOWN):
            print(f"  {package:<16}{milliseconds:6.0f} ms")


if __name__ == "__main__":
    main()
