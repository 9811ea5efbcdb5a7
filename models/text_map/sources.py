"""Texts from which the map learns: public English prose of many kinds, and Dutch with its English original.

Every function of ``SOURCES`` reads a checkout of a public repository; the model card names them, with commits and
licences.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import embed
from matcher.texts.encoders.registry import make_encoder

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
LEAST_CHARACTERS = 8
MIN_TAGGED = 20
"""Charities with a cause below which the cause is not learned."""
DEFINITIONS = 9_000
"""Definitions and examples of the dictionary that are used, of some hundred thousand."""
NOT_PROSE = re.compile("plant|animal|body|shape|substance|quantity")
"""Parts of the dictionary that say little of what people do."""
Pair = tuple[str, str | None]
"""An English text and, where there is one, the same in Dutch."""


def news(folder: Path) -> Iterator[Pair]:
    """News sentences with translations by people (NTREX-128)."""
    texts = [
        (folder / "NTREX" / "NTREX-128" / name).read_text(encoding="utf-8").splitlines()
        for name in ("newstest2019-src.eng.txt", "newstest2019-ref.nld.txt")
    ]
    yield from zip(*texts, strict=True)


def everyday(folder: Path) -> Iterator[Pair]:
    """Everyday sentences with translations by people (Tatoeba, in LASER)."""
    stem = folder / "LASER" / "data" / "tatoeba" / "v1" / "tatoeba.nld-eng"
    texts = [Path(f"{stem}.{language}").read_text(encoding="utf-8").splitlines() for language in ("eng", "nld")]
    yield from zip(*texts, strict=True)


def compared_sentences(folder: Path) -> Iterator[Pair]:
    """Sentences of news, captions and forums with machine translations (STSb, translated)."""
    for english, dutch in _compared(folder):
        yield from zip(english[:2], dutch[:2], strict=True)


def _compared(folder: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Two sentences and their rating, in English and in Dutch."""
    for part in ("train", "dev", "test"):
        tables = []
        for language in ("en", "nl"):
            path = folder / "stsb-multi-mt" / "data" / f"stsb-{language}-{part}.csv"
            with path.open(encoding="utf-8", newline="") as lines:
                tables.append(list(csv.reader(lines)))
        yield from zip(*tables, strict=True)


def occupations(folder: Path) -> Iterator[Pair]:
    """Descriptions and names of occupations and skills in both languages (ESCO, European Commission)."""
    for name in ("occupations", "ISCOGroups", "skillGroups"):
        english, dutch = (
            pd.read_csv(path, dtype=str).set_index("conceptUri")
            for path in (folder / "esco" / f"{name}_en.csv", folder / "esco-search" / "data" / f"{name}_nl.csv")
        )
        for concept in english.index.intersection(dutch.index):
            for column in ("description", "preferredLabel"):
                if column in english and column in dutch:
                    yield str(english[column][concept]), str(dutch[column][concept])


def definitions(folder: Path) -> Iterator[Pair]:
    """Definitions and examples of a dictionary (Open English WordNet)."""
    found = []
    for path in sorted((folder / "english-wordnet" / "src" / "yaml").glob("*.yaml")):
        if path.name.startswith(("noun", "verb", "adj", "adv")) and not NOT_PROSE.search(path.name):
            for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).values():
                words = ", ".join(entry["members"][:2]).replace("_", " ")
                found += [f"{words}: {text}" for text in entry.get("definition", [])[:1]]
                found += [text for text in entry.get("example", [])[:1] if isinstance(text, str)]
    random.Random(0).shuffle(found)
    for text in found[:DEFINITIONS]:
        yield text, None


def encyclopaedia(folder: Path) -> Iterator[Pair]:
    """Paragraphs, their sentences and questions on them (Wikipedia, in XQuAD)."""
    for article in pd.read_json(folder / "xquad" / "xquad.en.json")["data"]:
        for paragraph in article["paragraphs"]:
            yield paragraph["context"], None
            for sentence in re.split(r"(?<=[.!?]) +", paragraph["context"]):
                yield sentence, None
            for question in paragraph["qas"]:
                yield question["question"], None


def charities(folder: Path) -> Iterator[Pair]:
    """Activities and objects of British charities (charity-classification/ukcat)."""
    table = _charities(folder)
    for column in ("activities", "objects"):
        for text in table[column].dropna():
            yield text, None


def _charities(folder: Path) -> pd.DataFrame:
    tables = (pd.read_csv(folder / "ukcat" / "data" / f"{name}.csv", dtype=str) for name in ("sample", "top2000"))
    return pd.concat(tables).drop_duplicates("org_id")


SOURCES = {
    source.__name__: source
    for source in (news, everyday, compared_sentences, occupations, definitions, encyclopaedia, charities)
}


@dataclass(frozen=True)
class Corpus:
    """Distinct texts, and what is known of them.

    Attributes
    ----------
    english, dutch : list of str
    translations : ndarray of shape (pairs, 2), int64
        Rows of an English text and of the same in Dutch.
    rated : ndarray of shape (s, 4), int64
        Rows of two English sentences, and of the same two in Dutch, that people compared.
    similarity : ndarray of shape (s,), float32
        Their ratings, in [0, 1].
    both_texts : ndarray of shape (p, 2), int64
        Rows of a charity's activities and objects.
    tagged : ndarray of shape (q,), int64
        Rows of English texts of charities whose causes are known.
    tags : ndarray of shape (q, causes), float32
        1 where a text is of a cause.
    """

    english: list[str]
    dutch: list[str]
    translations: Rows
    rated: Rows
    similarity: Vectors
    both_texts: Rows
    tagged: Rows
    tags: Vectors


def read_corpus(folder: Path, without: Iterable[str] = ()) -> Corpus:
    """Texts of all sources but some.

    Parameters
    ----------
    folder : Path
        Holds the checkouts.
    without : iterable of str
        Names in ``SOURCES``.
    """
    used = [name for name in SOURCES if name not in set(without)]
    pairs = {
        (clean_text(english), clean_text(dutch or "")) for name in used for english, dutch in SOURCES[name](folder)
    }
    pairs = {pair for pair in pairs if len(pair[0]) >= LEAST_CHARACTERS}
    # By length, so that texts of a batch need little padding.
    english, dutch = (
        sorted({pair[side] for pair in pairs} - {""}, key=lambda text: (len(text), text)) for side in (0, 1)
    )
    rows = tuple({text: row for row, text in enumerate(texts)} for texts in (english, dutch))
    translations = sorted((rows[0][one], rows[1][other]) for one, other in pairs if other)
    rated, similarity = _rated(folder, rows) if compared_sentences.__name__ in used else ([], [])
    both, tagged, tags = _causes(folder, rows[0]) if charities.__name__ in used else ([], [], np.zeros((0, 1)))
    return Corpus(
        english,
        dutch,
        np.array(translations, dtype=np.int64).reshape(-1, 2),
        np.array(rated, dtype=np.int64).reshape(-1, 4),
        np.array(similarity, dtype=np.float32),
        np.array(both, dtype=np.int64).reshape(-1, 2),
        np.array(tagged, dtype=np.int64),
        np.asarray(tags, dtype=np.float32),
    )


def _rated(folder: Path, rows: Sequence[dict[str, int]]) -> tuple[list[list[int]], list[float]]:
    """Sentences that people compared: rows in English and in Dutch, and ratings in [0, 1]."""
    found, similarity = [], []
    for english, dutch in _compared(folder):
        own = [rows[0].get(clean_text(text), -1) for text in english[:2]]
        own += [rows[1].get(clean_text(text), -1) for text in dutch[:2]]
        if min(own) >= 0:
            found.append(own)
            similarity.append(float(english[2]) / 5)
    return found, similarity


def _causes(folder: Path, rows: dict[str, int]) -> tuple[list[tuple[int, int]], Rows, npt.NDArray[np.int64]]:
    """Both texts of charities, texts of charities with causes, and these causes."""
    table = _charities(folder)
    sides = [
        np.array([rows.get(clean_text(text), -1) for text in table[column].fillna("")])
        for column in ("activities", "objects")
    ]
    both = [pair for pair in zip(*(side.tolist() for side in sides), strict=True) if min(pair) >= 0]
    tags = table["UKCAT"].fillna("").str.get_dummies(";")
    tags = tags[[name for name in tags.columns if tags[name].sum() >= MIN_TAGGED]].to_numpy()
    usable = [(side >= 0) & tags.any(axis=1) for side in sides]
    return (
        [pair for pair in both if pair[0] != pair[1]],
        np.concatenate([side[mask] for side, mask in zip(sides, usable, strict=True)]),
        np.concatenate([tags[mask] for mask in usable]),
    )


def vectors_of(encoder: str, texts: list[str], teacher: Path | None = None) -> Vectors:
    """Unit vectors of texts, shape (n, dimension), cached in ``.cache`` of the checkout, since they take minutes.

    Parameters
    ----------
    encoder : str
        ``use``, or a name for the vectors of a teacher.
    texts : list of str
    teacher : Path, optional
        Folder of a sentence-transformers model; none for an encoder of the package.
    """
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = Path(__file__).parents[2] / ".cache" / f"{encoder}-{digest}.npy"
    if kept.exists():
        return np.load(kept, allow_pickle=False).astype(np.float32)
    if teacher is None:
        vectors = embed(make_encoder(encoder), texts)
    else:
        import torch
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(teacher), device="cpu", local_files_only=True)
        model.max_seq_length = 128
        # Half precision halves the time; what it changes is far below what the map can learn.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    kept.parent.mkdir(exist_ok=True)
    np.save(kept, vectors.astype(np.float32), allow_pickle=False)
    return np.asarray(vectors, dtype=np.float32)
