"""Training and test data of the text map: British charities, and Dutch sentences with their English originals."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from training import Lessons

from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import embed
from matcher.texts.encoders.registry import make_encoder, packaged_folder

TEACHER = "all-MiniLM-L6-v2"
MIN_TAGGED = 20
"""Charities with a cause below which the cause is not learned."""
Rows = npt.NDArray[np.int64]


def realdata() -> Path:
    """Folder of the real data."""
    return Path(os.environ.get("MATCHER_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))


@dataclass(frozen=True)
class Sources:
    """The distinct texts, and the positions of the texts of each source.

    Attributes
    ----------
    texts : list of str
    activities, objects : ndarray of shape (charities,), int64
        Rows of the texts of each charity; -1 where it has none.
    causes : ndarray of shape (charities, causes), float32
    sections : ndarray of str
        Section of the international classification of nonprofits.
    dutch, english : ndarray of shape (pairs, 2), int64
        Rows of the two sentences of each pair.
    relatedness : ndarray of shape (pairs,), float64
    """

    texts: list[str]
    activities: Rows
    objects: Rows
    causes: npt.NDArray[np.float32]
    sections: npt.NDArray[np.str_]
    dutch: Rows
    english: Rows
    relatedness: npt.NDArray[np.float64]


def read_sources(folder: Path | None = None) -> Sources:
    """Texts of both sources."""
    folder = folder or realdata()
    charities = pd.read_csv(folder / "ukcat" / "sample.csv", dtype=str)
    sentences = pd.read_csv(folder / "sick_nl" / "SICK_NL.txt", sep="\t", dtype=str)
    columns = {
        "activities": charities["activities"],
        "objects": charities["objects"],
        **{
            name: sentences[name] for name in ("sentence_A", "sentence_B", "sentence_A_original", "sentence_B_original")
        },
    }
    cleaned = {
        name: [clean_text(text) if isinstance(text, str) else "" for text in column] for name, column in columns.items()
    }
    texts = sorted({text for column in cleaned.values() for text in column} - {""}, key=lambda text: (len(text), text))
    row = {text: index for index, text in enumerate(texts)} | {"": -1}
    rows = {name: np.array([row[text] for text in column]) for name, column in cleaned.items()}
    tags = charities["UKCAT"].fillna("").str.get_dummies(";")
    tags = tags[[name for name in tags.columns if tags[name].sum() >= MIN_TAGGED]]
    return Sources(
        texts,
        rows["activities"],
        rows["objects"],
        tags.to_numpy(np.float32),
        charities["ICNPTSO"].str[0].fillna("").to_numpy(dtype=str),
        np.stack([rows["sentence_A"], rows["sentence_B"]], axis=1),
        np.stack([rows["sentence_A_original"], rows["sentence_B_original"]], axis=1),
        sentences["relatedness_score"].to_numpy(np.float64),
    )


def vectors_of(encoder: str, texts: list[str]) -> npt.NDArray[np.float32]:
    """Unit vectors of texts, shape (n, dimension), cached in ``.cache`` of the checkout, since they take minutes."""
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = Path(__file__).parents[2] / ".cache" / f"{encoder}-{digest}.npy"
    if kept.exists():
        return np.load(kept, allow_pickle=False)
    if encoder == "use":
        vectors = embed(make_encoder(encoder), texts)
    else:
        # In batches, which is much faster; the last bits do not matter here.
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(packaged_folder(encoder) or encoder, device="cpu", local_files_only=True)
        vectors = model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    kept.parent.mkdir(exist_ok=True)
    np.save(kept, vectors.astype(np.float32), allow_pickle=False)
    return np.asarray(vectors, dtype=np.float32)


def lessons_of(
    sources: Sources,
    vectors: npt.NDArray[np.float32],
    teacher: npt.NDArray[np.float32],
    held_out: npt.NDArray[np.bool_],
) -> Lessons:
    """Training data without the texts that are held out.

    Parameters
    ----------
    sources : Sources
    vectors, teacher : ndarray of shape (texts, dimension), float32
    held_out : ndarray of shape (texts,), bool
        A Dutch sentence is held out with its original.
    """
    english = np.unique(np.concatenate([sources.english.ravel(), *charity_texts(sources)]))
    pairs = np.unique(np.stack([sources.dutch.ravel(), sources.english.ravel()], axis=1), axis=0)
    pairs = pairs[~held_out[pairs[:, 1]] & ~held_out[pairs[:, 0]]]
    english = english[~held_out[english]]
    both = (sources.activities >= 0) & (sources.objects >= 0)
    both &= ~held_out[sources.activities] & ~held_out[sources.objects] & (sources.activities != sources.objects)
    tagged = [
        rows[(rows >= 0) & ~held_out[rows] & sources.causes.any(axis=1)]
        for rows in (sources.activities, sources.objects)
    ]
    tags = [
        sources.causes[(rows >= 0) & ~held_out[rows] & sources.causes.any(axis=1)]
        for rows in (sources.activities, sources.objects)
    ]
    # Rows of the lessons: English texts, then Dutch ones with the teacher's vector of their original.
    position = np.full(len(sources.texts), -1)
    position[english] = np.arange(len(english))
    position[pairs[:, 0]] = len(english) + np.arange(len(pairs))
    # Ratings of the English sentences also apply to their translations, and across languages.
    compared = np.concatenate(
        [
            np.stack([one[:, 0], other[:, 1]], axis=1)
            for one in (sources.dutch, sources.english)
            for other in (sources.dutch, sources.english)
        ]
    )
    said = np.tile((sources.relatedness - 1) / 4, 4).astype(np.float32)
    taught = (position[compared] >= 0).all(axis=1)
    return Lessons(
        vectors=np.concatenate([vectors[english], vectors[pairs[:, 0]]]),
        teacher=np.concatenate([teacher[english], teacher[pairs[:, 1]]]),
        activities=position[sources.activities[both]],
        objects=position[sources.objects[both]],
        tagged=position[np.concatenate(tagged)],
        tags=np.concatenate(tags),
        sentences=position[compared[taught]],
        relatedness=said[taught],
    )


def charity_texts(sources: Sources) -> tuple[Rows, Rows]:
    """Rows of the charities' activities and objects."""
    return sources.activities[sources.activities >= 0], sources.objects[sources.objects >= 0]


def folds(sources: Sources, count: int = 5, seed: int = 0) -> npt.NDArray[np.int64]:
    """Fold of each text, shape (n,): the texts of a charity, and a sentence and its original, share a fold."""
    random = np.random.default_rng(seed)
    fold = np.full(len(sources.texts), -1)
    for first, second, draw in (
        (sources.activities, sources.objects, random.integers(count, size=len(sources.activities))),
        (sources.english.ravel(), sources.dutch.ravel(), random.integers(count, size=sources.english.size)),
    ):
        for one, two, drawn in zip(first.tolist(), second.tolist(), draw.tolist(), strict=True):
            # A text that two charities share is in the fold of the first, as is the other text.
            known = [fold[row] for row in (one, two) if row >= 0 and fold[row] >= 0]
            for row in (one, two):
                if row >= 0 and fold[row] < 0:
                    fold[row] = known[0] if known else drawn
    return fold
