"""Compare the text similarity with other ways, on texts that it did not learn from: ``make evaluate-text``.

``python models/text_map/evaluate.py [SOURCES TEACHER]``, with the folders that ``build.py`` takes. With them a map is
trained without the charities; the correction is learned from graded pairs of other units only, and for charities from
Dutch pairs only. No map has learned from the Dutch sentences, nor from the pairs of new units. Without them the map as shipped is shown, which has seen
the charities and the graded pairs. Needs the real data named in the model card (``MATCHER_REALDATA``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from build import TEACHER, trained
from ratings import POOLS, graded, ratings_of
from sklearn.feature_extraction.text import TfidfVectorizer
from sources import Rows, Vectors, vectors_of
from tasks import Similarity, Task, tasks
from training import corrected

from matcher.settings import Settings
from matcher.texts.corpus import Texts
from matcher.texts.encoders.registry import packaged_folder
from matcher.texts.features.base import Features
from matcher.texts.features.text_map import TextMap
from matcher.texts.features.vectors import VectorFeatures
from matcher.texts.similarity.pairing import Pairing
from matcher.texts.similarity.pool import TextPool

FOLDS = 5
OTHER_TEACHER = "all-MiniLM-L6-v2"


@dataclass(frozen=True)
class Matrix:
    """Similarities as products of rows."""

    left: Vectors
    right: Vectors

    def block(self, rows: slice | Rows) -> Vectors:
        """Similarities of left rows."""
        return np.asarray(self.left[rows] @ self.right.T)


@dataclass(frozen=True)
class PerFold:
    """Similarities of left rows by the map that was not corrected by their ratings."""

    folds: Rows
    similarities: list[Similarity]

    def block(self, rows: slice | Rows) -> Vectors:
        """Similarities of left rows."""
        fold = self.folds[rows]
        found = np.array(self.similarities[0].block(rows))
        for index, similarity in enumerate(self.similarities[1:], start=1):
            found[fold == index] = similarity.block(rows)[fold == index]
        return found


def mixed(task: Task, vectors: Mapping[str, tuple[Vectors, Vectors] | None], weights: Mapping[str, float]) -> Pairing:
    """The package's mix of parts.

    Parameters
    ----------
    task : Task
    vectors : mapping
        Of both sides, by part; None for n-grams.
    weights : mapping of str to float
        By part.
    """
    left, right = (
        Texts.in_memory(np.array(texts, dtype=object), np.zeros((len(texts), 1), np.float32))
        for texts in (task.left, task.right)
    )
    in_mean = right.first_of_each(right.known)
    pool = TextPool(left, right, in_mean, "", None, 1.0)
    features: dict[str, tuple[Features, Features]] = {}
    for name, both in vectors.items():
        if both is None:
            features |= pool.features(["ngrams"])
            continue
        pool_mean = both[1][in_mean].mean(axis=0, dtype=np.float64)
        raw = VectorFeatures(both[0]), VectorFeatures(both[1])
        features[name] = (
            raw[0].reweight(pool_mean, raw[0].row_scales(pool_mean, left.known)),
            raw[1].reweight(pool_mean, raw[1].row_scales(pool_mean, right.known)),
        )
    # Every left text counts as a company of its own.
    count = len(left)
    share = count / (count + Settings().text.company_prior)
    return Pairing.fit(features, weights, in_mean=in_mean, companies=np.full(count, 1 / count), shares=(share, 1.0))


def _both(task: Task, encoder: str, folder: Path | None = None) -> tuple[Vectors, Vectors]:
    """Vectors of both lists; a list that is twice the same is read once."""
    texts = sorted({*task.left, *task.right}, key=lambda text: (len(text), text))
    row = {text: index for index, text in enumerate(texts)}
    vectors = vectors_of(encoder, texts, folder)
    return vectors[[row[text] for text in task.left]], vectors[[row[text] for text in task.right]]


def _words(task: Task) -> Similarity:
    vectoriser = TfidfVectorizer(sublinear_tf=True).fit([*task.left, *task.right])
    left, right = vectoriser.transform(task.left), vectoriser.transform(task.right)
    return Matrix(left.toarray().astype(np.float32), right.toarray().astype(np.float32))


def _bm25(task: Task) -> Similarity:
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(task.right, stopwords=None, show_progress=False), show_progress=False)
    asked = bm25s.tokenize(task.left, stopwords=None, show_progress=False, return_ids=False)
    scores = np.stack([index.get_scores(words) if words else np.zeros(len(task.right)) for words in asked])
    return Matrix(scores.astype(np.float32), np.eye(len(task.right), dtype=np.float32))


class Held:
    """Maps that did not learn from what a task asks.

    Parameters
    ----------
    base : TextMap or None
        Trained without charities and not corrected; None for the shipped map, whatever it has seen.
    """

    def __init__(self, base: TextMap | None) -> None:
        self.base = base

    def similarity(self, task: Task, weights: Mapping[str, float]) -> Similarity:
        """Similarity by maps that are held out from the task."""
        use, shipped = _both(task, "use"), TextMap.of("use")
        assert shipped is not None
        if self.base is None:
            return self._by(task, use, shipped, weights)
        if not task.pool:
            return self._by(task, use, corrected(self.base, ratings_of(self._units(task.lessons))), weights)
        everyone = self._units(tuple(POOLS))
        own = graded(task.pool)[1]["unit_id"].to_numpy(dtype=str)
        folds = np.random.default_rng(0).integers(FOLDS, size=len(own))
        maps = [corrected(self.base, ratings_of(np.setdiff1d(everyone, own[folds == fold]))) for fold in range(FOLDS)]
        return PerFold(folds, [self._by(task, use, found, weights) for found in maps])

    def _by(
        self, task: Task, use: tuple[Vectors, Vectors], text_map: TextMap, weights: Mapping[str, float]
    ) -> Similarity:
        vectors = {
            "dense": use,
            "mapped": (text_map.transform(use[0]), text_map.transform(use[1])),
            "ngrams": None,
        }
        return mixed(task, {name: vectors[name] for name, weight in weights.items() if weight > 0}, weights)

    @staticmethod
    def _units(pools: tuple[str, ...]) -> np.ndarray:
        return np.concatenate([graded(pool)[1]["unit_id"].to_numpy(dtype=str) for pool in pools])


def rankings(sources: Path | None, teacher: Path | None) -> dict[str, Callable[[Task], Similarity]]:
    """Ways to compare texts, by name."""
    base = trained(sources, teacher, ["charities"]) if sources and teacher else None
    held, default = Held(base), Settings().text.parts
    found: dict[str, Callable[[Task], Similarity]] = {
        "the default": lambda task: held.similarity(task, default),
        "  mapped alone": lambda task: held.similarity(task, {"mapped": 1.0}),
        "  n-grams alone": lambda task: mixed(task, {"ngrams": None}, {"ngrams": 1.0}),
        "  with dense, 1 : 1 : 5": lambda task: held.similarity(task, {"dense": 1.0, "mapped": 1.0, "ngrams": 5.0}),
        "USE, centred": lambda task: mixed(task, {"dense": _both(task, "use")}, {"dense": 1.0}),
        "USE, cosine": lambda task: Matrix(*_both(task, "use")),
        "all-MiniLM, centred": lambda task: mixed(
            task, {"dense": _both(task, OTHER_TEACHER, packaged_folder(OTHER_TEACHER))}, {"dense": 1.0}
        ),
        "words, TF-IDF": _words,
        "words, BM25": _bm25,
    }
    if teacher:
        found["the teacher, centred"] = lambda task: mixed(
            task, {"dense": _both(task, TEACHER, teacher)}, {"dense": 1.0}
        )
    return found


def main(*folders: str) -> None:
    """Print one line a ranking."""
    sources, teacher = (Path(folders[0]), Path(folders[1])) if folders else (None, None)
    tests = tasks()
    print(f"{'':26}" + "".join(f"{task.name:>12}" for task in tests))
    for name, ranking in rankings(sources, teacher).items():
        print(f"{name:26}" + "".join(f"{task.measure(ranking(task)):12.3f}" for task in tests), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
