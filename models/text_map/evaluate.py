"""Compare the text similarity with other encoders, cross-fitted: ``make evaluate-text``.

Every text is mapped by a model that was not trained on it. Needs the real data named in the model card
(``MATCHER_REALDATA``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr
from sources import TEACHER, Rows, Sources, folds, lessons_of, read_sources, vectors_of
from training import train

from matcher.settings import Settings
from matcher.texts.corpus import Texts
from matcher.texts.features.base import Features
from matcher.texts.features.vectors import CentredVectors, VectorFeatures
from matcher.texts.similarity.pairing import Pairing
from matcher.texts.similarity.pool import TextPool

NEIGHBOURS = 10
FIRST_PAIRS, LEAST_CHARACTERS = 1500, 40
BLOCK = 1000
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ranking:
    """A measure of the similarity of texts.

    Attributes
    ----------
    name : str
    parts : dict of str to array or None
        Vectors of all texts by part; None for n-grams, which are made from the texts.
    weights : mapping of str to float
        By part.
    both_sides : bool
        Whether the mean of the left texts is subtracted, as in the package.
    """

    name: str
    parts: dict[str, Vectors | None]
    weights: Mapping[str, float]
    both_sides: bool = True


class Task:
    """Two lists of texts of the sources, each left text a company of its own."""

    def __init__(self, sources: Sources, left: Rows, right: Rows) -> None:
        self.left, self.right = left, right
        self._texts = tuple(_texts(sources, rows) for rows in (left, right))

    def similarity(self, ranking: Ranking) -> Pairing:
        """Similarity of all pairs."""
        left, right = self._texts
        in_mean = right.first_of_each(right.known)
        pool = TextPool(left, right, in_mean, "", None, 1.0)
        features: dict[str, tuple[Features, Features]] = {}
        for name, vectors in ranking.parts.items():
            if vectors is None:
                features |= pool.features(["ngrams"])
            elif ranking.both_sides:
                pool_mean = vectors[self.right][in_mean].mean(axis=0, dtype=np.float64)
                raw = VectorFeatures(vectors[self.left]), VectorFeatures(vectors[self.right])
                known = left.known, right.known
                features[name] = (
                    raw[0].reweight(pool_mean, raw[0].row_scales(pool_mean, known[0])),
                    raw[1].reweight(pool_mean, raw[1].row_scales(pool_mean, known[1])),
                )
            else:
                features[name] = (
                    CentredVectors.from_centred(vectors[self.left]),
                    CentredVectors.from_centred(vectors[self.right]),
                )
        count = len(self.left)
        shares = (count / (count + Settings().text.company_prior), 1.0) if ranking.both_sides else (0.0, 0.0)
        return Pairing.fit(
            features, ranking.weights, in_mean=in_mean, companies=np.full(count, 1 / count), shares=shares
        )


def same_section(task: Task, sections: npt.NDArray[np.str_], ranking: Ranking) -> float:
    """Share of a charity's ten nearest that are of its own section."""
    similarity, shares = task.similarity(ranking), []
    for start in range(0, len(sections), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(sections)))
        block = similarity.block(rows)
        block[np.arange(len(rows)), rows] = -np.inf
        nearest = np.argpartition(-block, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        shares.append((sections[nearest] == sections[rows, None]).mean(axis=1))
    return float(np.concatenate(shares).mean())


def found_first(task: Task, ranking: Ranking) -> float:
    """Share of the left texts whose most similar right text is their own."""
    best = task.similarity(ranking).block(slice(0, len(task.left))).argmax(axis=1)
    return float((task.right[best] == task.right).mean())


def agreement(task: Task, relatedness: npt.NDArray[np.float64], ranking: Ranking) -> float:
    """Spearman correlation of the similarity of pairs with people's ratings."""
    pairs = np.arange(len(relatedness))
    return float(spearmanr(task.similarity(ranking).pairs(pairs, pairs), relatedness)[0])


def cross_fitted(sources: Sources, vectors: Vectors, teacher: Vectors) -> Vectors:
    """Mapped vector of every text, by the map that was not trained on it, shape (n, mapped_dimension)."""
    fold = folds(sources)
    mapped: Vectors | None = None
    for held_out in range(fold.max() + 1):
        found = train(lessons_of(sources, vectors, teacher, fold == held_out)).transform(vectors)
        mapped = np.zeros_like(found) if mapped is None else mapped
        mapped[fold == held_out] = found[fold == held_out]
    assert mapped is not None
    return mapped


def main() -> None:
    """Print one line a ranking."""
    sources = read_sources()
    use, teacher = vectors_of("use", sources.texts), vectors_of(TEACHER, sources.texts)
    weights = Settings().text.parts
    with_map: dict[str, Vectors | None] = {"dense": use, "mapped": cross_fitted(sources, use, teacher), "ngrams": None}
    rankings = [
        Ranking("the default", {name: with_map[name] for name, weight in weights.items() if weight > 0}, weights),
        *(Ranking(f"  its part {name}", {name: with_map[name]}, {name: 1.0}) for name in with_map),
        Ranking("USE, cosine", {"dense": use}, {"dense": 1.0}, both_sides=False),
        Ranking("all-MiniLM, cosine", {"dense": teacher}, {"dense": 1.0}, both_sides=False),
        Ranking("all-MiniLM, both sides", {"dense": teacher}, {"dense": 1.0}),
    ]
    described = sources.activities >= 0
    long_enough = [
        index
        for index, rows in enumerate(zip(sources.activities, sources.objects, strict=True))
        if min(rows) >= 0 and all(len(sources.texts[row]) > LEAST_CHARACTERS for row in rows)
    ][:FIRST_PAIRS]
    charities = Task(sources, sources.activities[described], sources.activities[described])
    pairs = Task(sources, sources.activities[long_enough], sources.objects[long_enough])
    dutch = Task(sources, sources.dutch[:, 0], sources.dutch[:, 1])
    across = Task(sources, sources.dutch[:, 0], sources.english[:, 1])
    print(f"{len(charities.left)} charities, {len(pairs.left)} pairs of texts, {len(dutch.left)} pairs of sentences\n")
    print(f"{'':24}{'same section':>14}{'activities':>14}{'SICK-NL':>10}{'SICK-NL':>10}")
    print(f"{'':24}{'among 10':>14}{'to objects':>14}{'nl-nl':>10}{'nl-en':>10}")
    for ranking in rankings:
        figures = (
            same_section(charities, sources.sections[described], ranking),
            found_first(pairs, ranking),
            agreement(dutch, sources.relatedness, ranking),
            agreement(across, sources.relatedness, ranking),
        )
        print(f"{ranking.name:24}{figures[0]:14.3f}{figures[1]:14.3f}{figures[2]:10.3f}{figures[3]:10.3f}", flush=True)


def _texts(sources: Sources, rows: Rows) -> Texts:
    cleaned = np.array([sources.texts[row] for row in rows], dtype=object)
    return Texts.in_memory(cleaned, np.zeros((len(rows), 1), np.float32))


if __name__ == "__main__":
    main()
