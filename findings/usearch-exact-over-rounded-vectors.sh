#!/bin/sh
# usearch 2.26.6 (index of vectors), on Python 3.11.
#
# search(..., exact=True) on an index compares every vector, but as it is stored, which is in bfloat16 unless said: some
# of the lists are not the true nearest of the vectors that were added, and distances are good to three digits. With
# dtype="f32" they are the true ones. So a list "by exact search" is no reference by which to judge another method.
#
# One would guess that exact search gives the nearest of the vectors that were put in, whatever the index keeps for speed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check usearch==2.26.6 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from usearch.index import Index

random = np.random.default_rng(0)
vectors, queries = (random.standard_normal((n, 256)).astype(np.float32) for n in (2000, 200))
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
queries /= np.linalg.norm(queries, axis=1, keepdims=True)
similarity = queries.astype(np.float64) @ vectors.astype(np.float64).T
nearest = np.argsort(-similarity, axis=1)[:, :20]

wrong, error = {}, {}
for name, options in (("as it comes", {}), ("with dtype='f32'", {"dtype": "f32"})):
    index = Index(ndim=256, metric="cos", **options)
    index.add(np.arange(len(vectors)), vectors)
    found = [index.search(query, 20, exact=True) for query in queries]
    wrong[name] = sum(set(one.keys.tolist()) != set(true.tolist()) for one, true in zip(found, nearest))
    error[name] = max(
        float(np.abs(1 - one.distances - row[one.keys.astype(int)]).max()) for one, row in zip(found, similarity)
    )
    print(f"{name}: {wrong[name]} of {len(queries)} lists of 20 are not the nearest; error up to {error[name]:.1e}")
assert wrong["as it comes"] > 0 and error["as it comes"] > 1e-4
assert wrong["with dtype='f32'"] == 0 and error["with dtype='f32'"] < 1e-5
PYTHON
