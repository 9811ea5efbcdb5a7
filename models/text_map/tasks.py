"""Tests of text similarity: charities, Dutch sentences, and pairs that readers graded. None is learned from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from ratings import HELD_OUT, LESSONS, POOLS, graded, mission_texts, realdata
from scipy.stats import spearmanr
from sources import Rows

from matcher.texts.cleaning import clean_text

NEIGHBOURS = 10
FIRST_PAIRS, LEAST_CHARACTERS = 1500, 40
BLOCK = 1000
Floats = npt.NDArray[np.float64]


class Similarity(Protocol):
    """Similarity of each left text with each right one."""

    def block(self, rows: slice | Rows) -> npt.NDArray[np.floating]:
        """Similarities of left rows, shape (n_rows, n_right)."""
        ...


@dataclass(frozen=True)
class Task:
    """Two lists of texts, and a measure of how well similarities agree with what is known.

    Attributes
    ----------
    name : str
    left, right : list of str
    measure : callable
    pool : str
        Pool of graded pairs from which the correction is learned too; empty for the others.
    lessons : tuple of str
        Pools of graded pairs from which the correction may be learned.
    """

    name: str
    left: list[str]
    right: list[str]
    measure: Callable[[Similarity], float]
    pool: str = ""
    lessons: tuple[str, ...] = ("Dutch",)
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)


def same_section(sections: npt.NDArray[np.str_]) -> Callable[[Similarity], float]:
    """Measure: share of a charity's ten nearest that are of its own section."""

    def measure(similarity: Similarity) -> float:
        shares = []
        for start in range(0, len(sections), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(sections)))
            block = np.array(similarity.block(rows))
            block[np.arange(len(rows)), rows] = -np.inf
            nearest = np.argpartition(-block, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
            shares.append((sections[nearest] == sections[rows, None]).mean(axis=1))
        return float(np.concatenate(shares).mean())

    return measure


def own_found(left: list[str], right: list[str]) -> Callable[[Similarity], float]:
    """Measure: share of the left texts whose most similar right text is their own."""

    def measure(similarity: Similarity) -> float:
        best = similarity.block(slice(0, len(left))).argmax(axis=1)
        return float(np.mean([right[found] == right[row] for row, found in enumerate(best)]))

    return measure


def agreement(rows: Rows, columns: Rows, ratings: Floats, groups: Rows | None = None) -> Callable[[Similarity], float]:
    """Measure: Spearman's correlation with ratings, over all pairs, or its mean over groups of pairs."""

    def measure(similarity: Similarity) -> float:
        found = np.empty(len(rows))
        for start in range(0, rows.max() + 1, BLOCK):
            here = np.flatnonzero((rows >= start) & (rows < start + BLOCK))
            block = similarity.block(np.arange(start, min(start + BLOCK, rows.max() + 1)))
            found[here] = block[rows[here] - start, columns[here]]
        if groups is None:
            return float(spearmanr(found, ratings).statistic)
        own = [np.flatnonzero(groups == group) for group in np.unique(groups)]
        own = [at for at in own if np.ptp(ratings[at]) > 0]
        # Similarities that are all the same say nothing of an order: they agree as much as chance does.
        return float(
            np.mean([spearmanr(found[at], ratings[at]).statistic if np.ptp(found[at]) > 0 else 0 for at in own])
        )

    return measure


def tasks() -> list[Task]:
    """All tests."""
    folder = realdata()
    charities = pd.read_csv(folder / "ukcat" / "sample.csv", dtype=str)
    described = charities[charities["activities"].notna()]
    activities = [clean_text(text) for text in described["activities"]]
    both = charities[["activities", "objects"]].dropna().map(clean_text)
    both = both[(both["activities"] != both["objects"]) & both.map(len).gt(LEAST_CHARACTERS).all(axis=1)][:FIRST_PAIRS]
    left, right = both["activities"].tolist(), both["objects"].tolist()
    sentences = pd.read_csv(folder / "sick_nl" / "SICK_NL.txt", sep="\t", dtype=str)
    related = sentences["relatedness_score"].to_numpy(np.float64)
    cleaned = {
        name: [clean_text(text) for text in sentences[name]]
        for name in ("sentence_A", "sentence_B", "sentence_B_original")
    }
    order = np.arange(len(related))
    found = [
        Task(
            "section",
            activities,
            activities,
            same_section(described["ICNPTSO"].str[0].fillna("").to_numpy(dtype=str)),
        ),
        Task("objects", left, right, own_found(left, right)),
        *(
            Task(name, cleaned["sentence_A"], cleaned[other], agreement(order, order, related))
            for name, other in (("SICK nl", "sentence_B"), ("SICK nl-en", "sentence_B_original"))
        ),
    ]
    for folder, prefix in ((LESSONS, ""), (HELD_OUT, "new ")):
        for pool in POOLS:
            pairs, units, nonprofits = graded(pool, folder)
            rows = pd.Index(units["unit_id"]).get_indexer(pd.Index(pairs["unit_id"]))
            columns = pd.Index(nonprofits["nonprofit_id"]).get_indexer(pd.Index(pairs["nonprofit_id"]))
            rating = pairs["rating"].to_numpy(np.float64)
            texts = mission_texts(units, causes=False), mission_texts(nonprofits, causes=False)
            of_task = {"pool": "", "lessons": tuple(POOLS)} if prefix else {"pool": pool, "pairs": pairs}
            found += [
                Task(f"{prefix}{pool}", *texts, agreement(rows, columns, rating), **of_task),
                Task("in units", *texts, agreement(rows, columns, rating, rows), **of_task),
            ]
    return found
