"""A database beside ours: DuckDB, with its extensions for vectors and places, on the rows of :mod:`top_k`.

    python tests/benchmarks/top_k.py --sizes 200x50000 --growth --rivals --keep FOLDER
    python -m venv duck && duck/bin/pip install numpy pyarrow duckdb==1.5.5 duckdb-extension-vss==1.5.5 duckdb-extension-spatial==1.5.5
    duck/bin/python tests/benchmarks/databases.py FOLDER/200x50000 [--units 50] [--indexed 10000]

A database is given the vectors of the missions that ours compares, and the places; n-grams, values, causes, resources
and what unknowns count as it does not know. An index of 50,000 rows was not done in seven minutes on two busy cores and cannot be
interrupted, so the index holds the first rows only, and of the true best 20 those count that are among them. So it scores by the geometric mean of mission and proximity, with the
weights of the run, and what is measured beside its time is how many of the true best 20 it finds. PostGIS has no vectors
without pgvector, which Debian 12 does not carry, so a database of PostgreSQL is not measured.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TOP = 20
NEAREST = 100
"""Nonprofits that the index gives for a unit."""
ROWS_AT_ONCE = 10_000

Array = npt.NDArray[Any]

SCORE = """
    {mission} * ln(1 / (1 + exp(-(cosine - {mean}) / {deviation})) + 0.05)
    + {proximity} * ln(coalesce(1 / (1 + pow(ST_Distance_Sphere(u.place, n.place) / 1000 / u.reach, 2)), 0.3) + 0.05)
"""
EVERY_PAIR = """
    SELECT n.id FROM (
        SELECT *, array_cosine_similarity(vector, (SELECT vector FROM units WHERE id = ?)) AS cosine FROM nonprofits
    ) n, (SELECT * FROM units WHERE id = ?) u WHERE n.is_open ORDER BY {score} DESC, n.id LIMIT {top}
"""
NEAREST_FIRST = """
    SELECT n.id FROM (
        SELECT *, 1 - array_cosine_distance(vector, {vector}) AS cosine FROM indexed
        ORDER BY array_cosine_distance(vector, {vector}) LIMIT {nearest}
    ) n, (SELECT * FROM units WHERE id = ?) u WHERE n.is_open ORDER BY {score} DESC, n.id LIMIT {top}
"""


def connect() -> Any:
    """Connection to a database in memory with both extensions.

    Raises
    ------
    SystemExit
        When the database or one of its extensions is not installed.
    """
    if find_spec("duckdb") is None:
        sys.exit("left out: duckdb is not installed; see the head of this file")
    connection = importlib.import_module("duckdb").connect()
    for name in ("vss", "spatial"):
        spec = find_spec(f"duckdb_extension_{name}")
        files = (
            [] if spec is None or spec.origin is None else sorted(Path(spec.origin).parent.rglob(f"{name}.duckdb_*"))
        )
        try:
            connection.execute(f"LOAD '{files[0]}'" if files else f"INSTALL {name}; LOAD {name}")
        except Exception as error:
            sys.exit(f"left out: the extension {name} of duckdb cannot be loaded ({error})")
    return connection


class Database:
    """The rows of a register in DuckDB.

    Parameters
    ----------
    folder : Path
        With the arrays and the lists of :mod:`top_k`.
    """

    def __init__(self, folder: Path) -> None:
        self._arrays = folder / "arrays"
        self._connection = connect()
        self.best: Array = np.load(folder / "ours.picks.npy")
        self._vectors = self._load("mission.left")
        weights = self._load("weights")
        sample = self._vectors[: 2 * NEAREST] @ self._load("mission.right")[:ROWS_AT_ONCE].T
        self._score = SCORE.format(
            mission=weights[0], proximity=weights[2], mean=float(sample.mean()), deviation=float(sample.std())
        )

    def _load(self, name: str) -> Array:
        array: Array = np.load(self._arrays / f"{name}.npy", mmap_mode="r")
        return array

    def __len__(self) -> int:
        return len(self._load("closed"))

    def fill(self) -> None:
        """Write both tables."""
        self._write("units", self._vectors, self._load("unit_degrees"), reach=self._load("reach"))
        is_open = ~self._load("closed") & (self._load("mission.right") != 0).any(axis=1)
        self._write("nonprofits", self._load("mission.right"), self._load("nonprofit_degrees"), is_open=is_open)

    def _write(self, table: str, vectors: Array, degrees: Array, **column: Array) -> None:
        arrow = importlib.import_module("pyarrow")
        [(name, values)] = column.items()
        kind = "BOOLEAN" if values.dtype == bool else "DOUBLE"
        self._connection.execute(
            f"CREATE TABLE {table} (id INTEGER, vector FLOAT[{vectors.shape[1]}], place POINT_2D, {name} {kind})"
        )
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            vector = arrow.FixedSizeListArray.from_arrays(np.ascontiguousarray(vectors[rows]).ravel(), vectors.shape[1])
            columns = [np.arange(len(vectors), dtype=np.int32)[rows], vector, *np.array(degrees[rows]).T, values[rows]]
            self._connection.register(
                "new", arrow.table(columns, names=["id", "vector", "latitude", "longitude", name])
            )
            self._connection.execute(
                f"INSERT INTO {table} SELECT id, vector, CASE WHEN isnan(latitude) THEN NULL "
                f"ELSE ST_Point2D(latitude, longitude) END, {name} FROM new"
            )

    def index(self, rows: int) -> None:
        """Build the index of neighbours by mission over the first rows."""
        self._connection.execute(f"CREATE TABLE indexed AS SELECT * FROM nonprofits WHERE id < {rows}")
        self._connection.execute("CREATE INDEX neighbours ON indexed USING HNSW (vector) WITH (metric = 'cosine')")

    def by_every_pair(self, unit: int) -> list[int]:
        """Best of a unit, every pair scored."""
        query = EVERY_PAIR.format(score=self._score, top=TOP)
        return [row for (row,) in self._connection.execute(query, [unit, unit]).fetchall()]

    def by_nearest(self, unit: int) -> list[int]:
        """Best of a unit among the nearest by mission."""
        vector = f"[{','.join(map(str, self._vectors[unit].tolist()))}]::FLOAT[{self._vectors.shape[1]}]"
        query = NEAREST_FIRST.format(score=self._score, top=TOP, nearest=NEAREST, vector=vector)
        return [row for (row,) in self._connection.execute(query, [unit]).fetchall()]


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description="A database beside ours.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--units", type=int, default=50, help="units that are asked for, evenly spaced")
    arguments.add_argument("--indexed", type=int, default=10_000, help="nonprofits in the index of neighbours")
    chosen = arguments.parse_args()
    database = Database(chosen.folder)
    started = time.perf_counter()
    database.fill()
    filled = time.perf_counter()
    known = np.flatnonzero((database.best >= 0).any(axis=1))
    asked = known[np.linspace(0, len(known) - 1, min(chosen.units, len(known))).round().astype(int)]
    print(f"tables written in {filled - started:.1f} s; {len(asked)} of {len(database.best)} units are asked for")
    print(f"{'':<50}{'once, s':>9}{'a unit, ms':>12}{'of the true best 20':>21}")
    n_rows = len(database)
    indexed = min(chosen.indexed, n_rows)
    for name, rows, find in (
        ("DuckDB, every pair", n_rows, database.by_every_pair),
        (f"DuckDB, {NEAREST} nearest by an index of {indexed} rows", indexed, database.by_nearest),
    ):
        before = time.perf_counter()
        if find == database.by_nearest:
            database.index(rows)
        ready = time.perf_counter()
        found = [set(find(int(unit))) for unit in asked]
        spent = time.perf_counter() - ready
        best = [database.best[unit] for unit in asked]
        wanted = [set(best_of[(best_of >= 0) & (best_of < rows)].tolist()) for best_of in best]
        shares = [len(both[0] & both[1]) / len(both[1]) for both in zip(found, wanted, strict=True) if both[1]]
        print(f"{name:<50}{ready - before:>9.1f}{1000 * spent / len(asked):>12.1f}{np.mean(shares):>21.3f}", flush=True)


if __name__ == "__main__":
    main()
