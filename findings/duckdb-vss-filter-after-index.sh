#!/bin/sh
# DuckDB 1.5.5 with its extension vss 1.5.5, on Python 3.11.
#
# An HNSW index on a column of vectors changes the answer of a query with a condition. Without the index,
# "WHERE open ORDER BY array_cosine_distance(v, query) LIMIT 10" gives the ten nearest rows that are open. With the
# index, the nearest ten of all rows are taken from it and the condition is applied to these ten: where one row in fifty
# is open, most queries get no row at all, without a warning.
#
# One would guess that an index makes a query faster and, being approximate, may miss a neighbour or two; and that LIMIT
# counts the rows that meet the condition, as it does in SQL.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    duckdb==1.5.5 duckdb-extension-vss==1.5.5 numpy==2.4.6 pyarrow==26.0.1
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import duckdb
import duckdb_extension_vss
import numpy as np
import pyarrow as pa

DIMENSION, ROWS, QUERIES = 32, 5000, 20
random = np.random.default_rng(0)
vectors = random.normal(size=(ROWS, DIMENSION)).astype("float32")
rows = pa.table(
    {
        "id": np.arange(ROWS),
        "open": random.random(ROWS) < 0.02,
        "v": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), DIMENSION),
    }
)
connection = duckdb.connect()
extension = next(Path(duckdb_extension_vss.__file__).parent.rglob("vss.duckdb_extension"))
connection.execute(f"LOAD '{extension}'")
connection.register("rows", rows)
connection.execute("CREATE TABLE nonprofits AS SELECT * FROM rows")
number_open = connection.execute("SELECT count(*) FROM nonprofits WHERE open").fetchone()[0]


def found() -> list[int]:
    query = "SELECT id FROM nonprofits WHERE open ORDER BY array_cosine_distance(v, {}::FLOAT[32]) LIMIT 10"
    return [len(connection.execute(query.format(vectors[row].tolist())).fetchall()) for row in range(QUERIES)]


before = found()
connection.execute("CREATE INDEX nearest ON nonprofits USING HNSW (v) WITH (metric = 'cosine')")
after = found()
print(f"{number_open} of {ROWS} rows are open")
print("rows found without the index:", before)
print("rows found with the index:   ", after)
assert set(before) == {10}
assert max(after) < 10, "the condition is met before the limit now"
PYTHON
