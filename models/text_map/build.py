"""Train the text map: ``python models/text_map/build.py SOURCES TEACHER``.

SOURCES is a folder with checkouts of the repositories that the model card names, TEACHER the folder of the teacher, a
sentence-transformers model. The charities of the lessons are read from the real data (``MATCHER_REALDATA``). The
teacher's vectors take some hours on two cores, once; the training takes minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from ratings import ratings_of
from sources import read_corpus, vectors_of
from training import corrected, train

from matcher.texts.features.text_map import TextMap

TEACHER = "all-mpnet-base-v2"


def trained(sources: Path, teacher: Path, without: Iterable[str] = ()) -> TextMap:
    """Map before its correction.

    Parameters
    ----------
    sources, teacher : Path
    without : iterable of str
        Sources that are left out.
    """
    everything, corpus = read_corpus(sources), read_corpus(sources, without)
    # The teacher reads all texts once, whatever is left out.
    row = {text: index for index, text in enumerate(everything.english)}
    taught = vectors_of(TEACHER, everything.english, teacher)[[row[text] for text in corpus.english]]
    return train(corpus, vectors_of("use", corpus.english), vectors_of("use", corpus.dutch), taught)


def main(sources: str, teacher: str) -> None:
    """Train on all texts and lessons and write the map."""
    found = corrected(trained(Path(sources), Path(teacher)), ratings_of())
    found.save(Path(__file__).parent / "use.npz")


if __name__ == "__main__":
    main(*sys.argv[1:])
