#!/bin/sh
# bm25s 0.3.16 (BM25 rankings in NumPy), on Python 3.11.
#
# retrieve(..., k=3) gives three documents always. Those that share no word with the query fill the list at score 0, the
# last of the corpus first; a query of which no word occurs anywhere gets a full list too. A shortlist that is cut by
# its length and not by its scores is so filled with documents that have nothing to do with what was asked.
#
# One would guess that a search by words returns only documents with one of the words, as search engines on BM25 do.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check bm25s==0.3.16 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import bm25s

corpus = ["food bank for families", "boxing club for teenagers", "choir for older people"]
index = bm25s.BM25()
index.index(bm25s.tokenize(corpus, show_progress=False), show_progress=False)
for query, matching in (("choir", 1), ("zeppelin restoration", 0)):
    documents, scores = index.retrieve(bm25s.tokenize([query], show_progress=False), k=3, show_progress=False)
    print(f"{query!r}: {matching} of the documents match; retrieved:")
    for document, score in zip(documents[0], scores[0]):
        print(f"    {score:.2f}  {corpus[document]}")
    assert documents.shape == (1, 3)
    assert (scores[0] > 0).sum() == matching
PYTHON
