"""The best 20 of every unit by the whole default score: ours beside other ways, and how ours grows.

    python tests/benchmarks/top_k.py [--sizes 200x50000 1000x200000] [--growth 10000 50000 200000 1000000]
                                     [--rounds 3] [--rivals plain dense semantic flat hnsw] [--keep FOLDER]

The problem: made-up units and nonprofits (:mod:`made_register`), missions and values with all text parts, proximity,
resources, causes, gates and unknowns at the default weights; no partnerships; the best 20, as many sites of one
organisation as are good, no least score.

**Inside the time, for all alike**: from rows that are there (vectors and n-grams of each text, places, codes, the
averages that unknowns count for) to the positions of the best 20 of each unit, in order; how firm a place is, which no
rival says, is left out. Each competitor is a process
of its own; they take turns, round by round, and the median is shown. What a rival does once for a list of nonprofits
(the index of FAISS) is shown beside it.

**Memory** is the most that the process held while it searched, what it was given included (``held before`` says how
much that is, files mapped into memory among it; ours holds the register and the rows of all texts as the product does).

``missed`` are those of the true best 20 that a list has not, on average; pairs that score the same to 1e-6 may stand in
for each other. ``lists wrong`` must be 0 for methods that score every pair.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from criteria_arrays import CriteriaArrays, Stopwatch
from made_register import SentenceMeans
from memory_held import Memory, OwnMemory
from rivals import RIVALS, Rival

from matcher import PartnerMatcher, Settings
from matcher.api.matching import fit_tables
from matcher.jobs.inputs import read_inputs
from matcher.ranking.shortlists.selection import best_nonprofits, shortlists_of
from matcher.ranking.shortlists.top_k import best_candidates
from matcher.scoring.scorer import Scorer

TOP = 20
TIE = 1e-6
SEED = 11
OURS = "ours"
OPEN_LISTS = {"shortlist": {"top": TOP, "min_score": 0.0, "sites_per_organisation": 1000}}
MB = 1024  # kilobytes

Answer = dict[str, Any]


class Competitor(ABC):
    """Answers what the table asks, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def picks(self) -> np.ndarray:
        """Return positions of the best of each unit, shape (m, TOP); -1 for none."""

    def round(self) -> Answer:
        """Search once; the lists are kept for :meth:`Ours.check`."""
        Memory.forget()
        before = Memory.held("VmRSS")
        clock, processor = time.perf_counter(), time.process_time()
        picks = self.picks()
        spent = time.perf_counter() - clock, time.process_time() - processor
        np.save(self.folder / f"{self.name}.picks.npy", picks)
        return {"seconds": spent[0], "processor": spent[1], "before": before, "peak": Memory.held("VmHWM")}

    name = OURS


class Ours(Competitor):
    """The product."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.scorer = scorer_of(folder)
        _ = self.scorer.unknown_values

    def export(self) -> Answer:
        """Write what the rivals need."""
        CriteriaArrays.of(self.scorer).save(self.folder / "arrays")
        return {}

    def picks(self) -> np.ndarray:
        lowest = self.scorer.run.settings.shortlist.min_score
        candidates = best_candidates(self.scorer, TOP, lowest)
        found = shortlists_of(self.scorer, *candidates, with_stability=False)
        best = np.full((len(self.scorer.run.units), TOP), -1, dtype=np.int64)
        best[found.units, found.ranks - 1] = found.nonprofits
        return best

    def check(self, name: str) -> Answer:
        """Hold the lists of a rival against ours."""
        ours, theirs = (np.load(self.folder / f"{who}.picks.npy") for who in (OURS, name))
        same = wrong = missed = 0
        for unit, (mine, others) in enumerate(zip(ours, theirs, strict=True)):
            mine, others = mine[mine >= 0], others[others >= 0]
            gone, strangers = np.setdiff1d(mine, others), np.setdiff1d(others, mine)
            same += np.array_equal(mine, others)
            if len(strangers):
                closed = np.broadcast_to(
                    self.scorer.is_excluded(slice(unit, unit + 1)), (1, len(self.scorer.run.nonprofits))
                )
                least = self.scorer.scores(np.array([unit]), mine[-1:])[0] if len(mine) == TOP else -np.inf
                scores = self.scorer.scores(np.full(len(strangers), unit), strangers)
                as_good = int(((scores >= least - TIE) & ~closed[0, strangers]).sum())
            else:
                as_good = 0
            missing = max(0, len(gone) - as_good)
            missed += missing
            wrong += missing > 0 or as_good < len(strangers)
        return {"units": len(ours), "same": same, "wrong": wrong, "missed": missed / len(ours)}


class ByRival(Competitor):
    """One of the other ways."""

    def __init__(self, folder: Path, kind: type[Rival]) -> None:
        super().__init__(folder)
        self.name = kind.name
        self.rival = kind(CriteriaArrays.load(folder / "arrays"))
        started = time.perf_counter()
        self.rival.prepare()
        self._prepared = time.perf_counter() - started

    def prepared(self) -> Answer:
        """Return the seconds of what is done once."""
        return {"seconds": self._prepared}

    def picks(self) -> np.ndarray:
        return self.rival.find(TOP)


def scorer_of(folder: Path) -> Scorer:
    """Scorer of a register, its texts read with warm embeddings."""
    units, nonprofits = (pd.read_parquet(folder / f"{name}.parquet") for name in ("units", "nonprofits"))
    matcher = PartnerMatcher(encoder=SentenceMeans.of_made_texts(), settings=Settings.from_mapping(OPEN_LISTS))
    return matcher.fit(nonprofits).scorer(units)


def stages(folder: Path) -> Answer:
    """Run once from the files to the records of the lists; return seconds a stage and the memory."""
    watch = Stopwatch()
    watch.watch_product()
    encoder = SentenceMeans.of_made_texts()
    encoder.encode = watch.wrap("vectors looked up", encoder.encode)  # type: ignore[method-assign]
    settings = Settings.from_mapping(OPEN_LISTS)
    processor = time.process_time()
    Memory.forget()
    with OwnMemory() as own, watch.stage("rest"):
        with watch.stage("files read"):
            inputs = read_inputs({name: folder / f"{name}.parquet" for name in ("units", "nonprofits")}, settings)
        scorer = fit_tables(inputs.nonprofits, settings=settings, encoder=encoder).match(inputs.units).scorer
        with watch.stage("averages"):
            _ = scorer.unknown_values
        with watch.stage("search"):
            picks = best_nonprofits(scorer)
        with watch.stage("records"):
            scorer.records(picks.units, picks.nonprofits, picks.more_sites)
    spent = time.process_time() - processor
    return {"stages": watch.seconds, "processor": spent, "peak": Memory.held("VmHWM"), "own": own.most}


class Process:
    """A competitor in a process of its own, which answers in lines of JSON."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [sys.executable, str(Path(__file__)), "--worker", name, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()  # it ends when nothing more can come
        self._process.wait()

    def ask(self, *words: str) -> Answer:
        """Return the answer to a question: a method's name and its arguments.

        Raises
        ------
        SystemExit
            When the process has ended.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise LookupError("a process without pipes")
        print(*words, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended with code {self._process.wait()} at '{' '.join(words)}'")
        answer: Answer = json.loads(line)
        return answer


def backend(name: str, folder: Path) -> None:
    """Answer questions until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what packages print must not come between the answers
    competitor: Any = None
    for line in sys.stdin:
        method, *words = line.split()
        if method == "stages":
            answer = stages(folder)
        else:
            competitor = competitor or (Ours(folder) if name == OURS else ByRival(folder, RIVALS[name]))
            answer = getattr(competitor, method)(*words)
        print(json.dumps(answer), file=answers, flush=True)


def compare(m: int, n: int, names: list[str], rounds: int, folder: Path) -> None:
    """Print the table of one size."""
    made(folder, m, n)
    with Process(OURS, folder) as ours:
        ours.ask("export")
        processes = [Process(name, folder) for name in names]
        try:
            _compare(ours, processes, m, n, rounds)
        finally:
            for process in processes:
                process.__exit__()


def _compare(ours: Process, others: list[Process], m: int, n: int, rounds: int) -> None:
    prepared = {process.name: process.ask("prepared")["seconds"] for process in others}
    spent: dict[str, list[Answer]] = {process.name: [] for process in (ours, *others)}
    for _ in range(rounds):
        for process in (ours, *others):
            spent[process.name].append(process.ask("round"))
    print(f"\n{m} units x {n} nonprofits, best {TOP} of each, median of {rounds} rounds")
    print(
        f"{'':<10}{'seconds':>9}{'ratio':>8}{'processor':>11}{'once':>8}{'peak MB':>9}{'before':>8}{'missed':>8}"
        f"{'lists: same':>13}{'wrong':>7}  what"
    )
    base = statistics.median(answer["seconds"] for answer in spent[OURS])
    for process in (ours, *others):
        answers = spent[process.name]
        seconds, processor = (statistics.median(each[key] for each in answers) for key in ("seconds", "processor"))
        peak, before = max(each["peak"] for each in answers), max(each["before"] for each in answers)
        checked = {"missed": 0.0, "same": m, "wrong": 0} if process is ours else ours.ask("check", process.name)
        wrong = str(checked["wrong"]) if process is ours or RIVALS[process.name].every_pair else "-"
        print(
            f"{process.name:<10}{seconds:>9.2f}{seconds / base:>8.2f}{processor:>11.2f}{prepared.get(process.name, 0):>8.1f}"
            f"{peak // MB:>9}{before // MB:>8}{checked['missed']:>8.2f}{checked['same']:>13}{wrong:>7}"
            f"  {'exact' if process is ours else RIVALS[process.name].meaning}",
            flush=True,
        )


def grow(m: int, sizes: list[int], folder_of: Callable[[int, int], Path]) -> None:
    """Print how ours grows with the number of nonprofits: seconds a stage, and memory."""
    print(f"\nours, {m} units, from Parquet files to the records of the lists; own: memory but for mapped files")
    shown: list[str] = []
    for n in sizes:
        folder = folder_of(m, n)
        made(folder, m, n)
        with Process(OURS, folder) as ours:
            answer = ours.ask("stages")
        seconds = answer["stages"]
        if not shown:
            shown = sorted(seconds)
            print(
                f"{'nonprofits':>10}{'peak MB':>9}{'own MB':>9}{'all':>9}{'processor':>11}"
                + "".join(f"{name:>19}" for name in shown)
            )
        print(
            f"{n:>10}{answer['peak'] // MB:>9}{answer['own'] // MB:>9}{sum(seconds.values()):>9.1f}"
            f"{answer['processor']:>11.1f}" + "".join(f"{seconds.get(name, 0.0):>19.1f}" for name in shown),
            flush=True,
        )


def made(folder: Path, m: int, n: int) -> None:
    """Make a register where there is none."""
    if not (folder / "nonprofits.parquet").exists():
        # In a process of its own, so that its memory is nobody's.
        command = [sys.executable, str(Path(__file__).with_name("made_register.py")), str(folder)]
        subprocess.run([*command, f"--nonprofits={n}", f"--units={m}", f"--seed={SEED}"], check=True, stdout=2)


def machine() -> str:
    """Machine and versions of the run."""
    from threadpoolctl import threadpool_info

    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), cpu)
    _ = np.ones((2, 2)) @ np.ones((2, 2))
    blas = next(
        (f"{each['internal_api']} {each['version']}" for each in threadpool_info() if each["user_api"] == "blas"), ""
    )
    return (
        f"{cpu}, {os.cpu_count()} cores, numpy {np.__version__} with {blas}, Python {platform.python_version()}; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description="The best 20 of every unit: ours beside other ways.")
    arguments.add_argument("--sizes", nargs="*", default=["200x50000", "1000x200000"], metavar="UNITSxNONPROFITS")
    arguments.add_argument("--growth", nargs="*", type=int, default=[10_000, 50_000, 200_000, 1_000_000])
    arguments.add_argument("--growth-units", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--rivals", nargs="*", default=list(RIVALS), choices=list(RIVALS))
    arguments.add_argument(
        "--keep",
        type=Path,
        help="keep registers, arrays and lists in this folder, and use the registers that are there",
    )
    arguments.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.worker:
        backend(chosen.worker[0], Path(chosen.worker[1]))
        return
    print(machine())
    print("texts are recombined sentences; a text's vector is the normalised mean of its sentences' real vectors")
    with tempfile.TemporaryDirectory(prefix="matcher-bench-") as temporary:
        root = chosen.keep or Path(temporary)

        def folder_of(m: int, n: int) -> Path:
            return root / f"{m}x{n}"

        for size in chosen.sizes:
            m, n = map(int, size.split("x"))
            compare(m, n, chosen.rivals, chosen.rounds, folder_of(m, n))
            if chosen.keep is None:
                shutil.rmtree(folder_of(m, n) / "arrays", ignore_errors=True)
        if chosen.growth:
            grow(chosen.growth_units, chosen.growth, folder_of)


if __name__ == "__main__":
    main()
