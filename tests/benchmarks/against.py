"""This checkout beside another one, such as an earlier release: a command, and a large register night after night.

    python tests/benchmarks/against.py CHECKOUT [--size 200x50000] [--rounds 3]

Each measurement is a process with the package of one of the two checkouts first on its path; the two take turns, and
medians are shown, by the clock and of the processors, which other work on the machine changes less. Only what both have
is used: the command line and the documented Python interface.

The register is read from Parquet, prepared and searched on three nights: on the first only its embeddings are kept, on
the second nothing has changed, and on the third 1 % of the rows have another mission, whose embeddings come from a file.
Each night is measured twice: from the files to the shortlists in Python, and as the command ``matcher match`` with its
programmes. Embeddings of the example data are in the cache.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
SEED = 11
TOP = 20
TEXT_FIELDS = ("mission", "values")


class StoredVectors:
    """An encoder that reads the vectors of known texts from a file, under the name of the default one, whose map is used."""

    name = "use"

    def __init__(self, path: Path, revision: str = "stored") -> None:
        self.revision = revision
        with np.load(path, allow_pickle=False) as arrays:
            self._row = {digest: row for row, digest in enumerate(arrays["digests"].tolist())}
            self._vectors = arrays["vectors"]
        self.dimension = self._vectors.shape[1]

    def __deepcopy__(self, memo: dict[int, object]) -> StoredVectors:
        return self

    def encode(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of the texts, shape (n, dimension); a text that is not in the file, such as one sentence, has noise."""
        digests = [digest(text) for text in texts]
        rows = [self._row.get(each, -1) for each in digests]
        vectors = self._vectors[rows]
        for position, row in enumerate(rows):
            if row < 0:
                noise = np.random.default_rng(list(digests[position])).standard_normal(self.dimension)
                vectors[position] = noise / np.linalg.norm(noise)
        return vectors


def digest(text: str) -> bytes:
    """Digest of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest().encode()


def change_missions(folder: Path) -> None:
    """Write the nonprofits once more, with other missions in 1 % of the rows: each of sentences of two others."""
    import pandas as pd

    frame, random = pd.read_parquet(folder / "nonprofits.parquet"), np.random.default_rng(SEED)
    missions = frame["mission"].to_numpy(dtype=object)
    written = frame["mission"].dropna().tolist()
    for row in random.choice(len(frame), len(frame) // 100, replace=False):
        one, other = (written[position] for position in random.integers(len(written), size=2))
        missions[row] = f"{one.split('. ')[0].rstrip('.')}. {other.split('. ')[-1]}"
    frame.assign(mission=missions).to_parquet(folder / "changed.parquet")


def store_vectors(folder: Path) -> None:
    """Write the vectors of all texts of a register."""
    import pandas as pd
    from made_register import SentenceMeans

    from matcher.texts.cleaning import clean_text

    frames = [pd.read_parquet(folder / f"{name}.parquet") for name in ("units", "nonprofits", "changed")]
    texts = {clean_text(text) for frame in frames for name in TEXT_FIELDS for text in frame[name].dropna()} - {""}
    ordered = sorted(texts)
    vectors = SentenceMeans.of_made_texts().encode(ordered)
    np.savez(folder / "vectors.npz", digests=np.array([digest(text) for text in ordered]), vectors=vectors)


def night(folder: Path, nonprofits: str, cache: Path, revision: str = "stored") -> dict[str, float]:
    """Seconds from the files to the shortlists of all units, and the memory that is not a file's, in MB."""
    from memory_held import OwnMemory

    from matcher import PartnerMatcher, read_nonprofits, read_units

    encoder = StoredVectors(folder / "vectors.npz", revision)
    with OwnMemory() as memory:
        started, before = time.perf_counter(), time.process_time()
        units, register = read_units(folder / "units.parquet"), read_nonprofits(folder / f"{nonprofits}.parquet")
        read = time.perf_counter()
        matcher = PartnerMatcher(encoder=encoder, cache_folder=cache).fit(register)
        fitted = time.perf_counter()
        shortlist = matcher.shortlist(units, top=TOP)
        ended, after = time.perf_counter(), time.process_time()
    return {
        "read": read - started,
        "fit": fitted - read,
        "shortlists": ended - fitted,
        "all": ended - started,
        "all, processor": after - before,
        "own memory, MB": memory.most / 1024,
        "checksum": float(np.round(shortlist["score"].to_numpy(), 6).sum()),
    }


NIGHTS = {"first": "nonprofits", "nothing changed": "nonprofits", "1 % changed": "changed"}


def measure_nights(checkout: Path, folder: Path) -> dict[str, float]:
    """Measure the nights with the package of a checkout, each in a process of its own, from its embeddings alone."""
    found: dict[str, float] = {}
    for way in (_night, _match_night):
        kept, cache = (folder / f"{name}{way.__name__}-{checkout.name}" for name in ("embeddings", "cache"))
        if not kept.exists():
            if way is _match_night:  # which looks for the embeddings of the default encoder
                _night(checkout, folder, "changed", cache, revision_of_default_encoder(checkout, folder))
            for nonprofits in ("changed", "nonprofits"):
                way(checkout, folder, nonprofits, cache)
            kept.mkdir()
            for path in cache.glob("embeddings*"):
                shutil.copy(path, kept)
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(kept, cache)
        for name, nonprofits in NIGHTS.items():
            found |= {f"{name}: {stage}": value for stage, value in way(checkout, folder, nonprofits, cache).items()}
    return found


def _night(checkout: Path, folder: Path, nonprofits: str, cache: Path, *more: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(checkout), "--worker", str(folder), nonprofits, str(cache), *more]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def revision_of_default_encoder(checkout: Path, folder: Path) -> str:
    """Revision under which the command of a checkout looks for embeddings.

    Parameters
    ----------
    checkout, folder : Path
    """
    cache = folder / f"cache-example-{checkout.name}"
    lists = [str(EXAMPLE / f"{name}.csv") for name in ("units", "nonprofits")]
    timed_match(checkout, folder, lists, {"MATCHER_CACHE": str(cache)})
    with contextlib.closing(sqlite3.connect(cache / "embeddings.sqlite")) as file:
        [[revision]] = file.execute("SELECT revision FROM encoders")
    return str(revision)


def _match_night(checkout: Path, folder: Path, nonprofits: str, cache: Path) -> dict[str, float]:
    """Seconds and memory of the command, with its programmes."""
    lists = [str(folder / f"{name}.parquet") for name in ("units", nonprofits)]
    clock, processor = timed_match(checkout, folder, lists, {"MATCHER_CACHE": str(cache)})
    return {"match": clock, "match, processor": processor}


def measure_match(checkout: Path, folder: Path) -> dict[str, float]:
    """Seconds of ``matcher match`` on the example data with cached embeddings, by the clock and of the processors."""
    lists = [str(EXAMPLE / f"{name}.csv") for name in ("units", "nonprofits")]
    clock, processor = timed_match(checkout, folder, lists, {})
    found = {"match": clock, "match, processor": processor}
    if checkout == ROOT:  # nothing has changed since the last round: that would be another measurement
        clock, processor = timed_match(checkout, folder, lists, {}, "--recompute")
        found |= {"match, computed": clock, "match, computed, processor": processor}
    return found


def timed_match(
    checkout: Path, folder: Path, lists: list[str], variables: dict[str, str], *options: str
) -> tuple[float, float]:
    """Seconds of ``matcher match`` by the clock and of the processors.

    Parameters
    ----------
    checkout : Path
    folder : Path
    lists : list of str
        Files of units and nonprofits.
    variables : dict of str to str
        Of the environment.
    *options : str
        Further options.
    """
    out = str(folder / f"out-{checkout.name}")
    command = [sys.executable, "-m", "matcher", "match", *lists, "--formats", "csv", "--out", out, *options]
    environment = (
        os.environ | {"PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")} | variables
    )
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    clock, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description="This checkout beside another one.")
    arguments.add_argument("checkout", type=Path)
    arguments.add_argument("--size", default="200x50000", metavar="UNITSxNONPROFITS")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.worker:
        folder, nonprofits, cache, *revision = chosen.worker
        print(json.dumps(night(Path(folder), nonprofits, Path(cache), *revision)))
        return
    checkouts = {"this": ROOT, "other": chosen.checkout.resolve()}
    with tempfile.TemporaryDirectory(prefix="matcher-bench-") as temporary:
        folder = Path(temporary)
        m, n = chosen.size.split("x")
        register = [str(Path(__file__).with_name("made_register.py")), str(folder)]
        subprocess.run([sys.executable, *register, f"--nonprofits={n}", f"--units={m}", f"--seed={SEED}"], check=True)
        change_missions(folder)
        store_vectors(folder)
        for checkout in checkouts.values():
            measure_match(checkout, folder)  # fills the cache and compiles
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in checkouts}
        for _ in range(chosen.rounds):
            for name, checkout in checkouts.items():
                rounds[name].append(measure_match(checkout, folder) | measure_nights(checkout, folder))
    print(f"\n{chosen.size}, medians of {chosen.rounds} rounds in turns; load {os.getloadavg()[0]:.1f}")
    for stage in rounds["this"][0]:
        # What one of the two does not have is measured beside the nearest that it has.
        known = {name: stage if stage in rounds[name][0] else stage.replace(", computed", "") for name in checkouts}
        this, other = (statistics.median(each[known[name]] for each in rounds[name]) for name in checkouts)
        print(f"{stage:<32}{this:>12.2f}{other:>12.2f}{other / this:>8.2f} ×")


if __name__ == "__main__":
    main()
