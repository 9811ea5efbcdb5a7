"""Other ways to the best nonprofits of each unit, from the arrays of :mod:`criteria_arrays`.

``plain`` and ``dense`` score every pair by every criterion. ``semantic``, ``flat`` and ``hnsw`` are what a user would
pick: the nearest by mission text first, and only those scored by every criterion.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from criteria_arrays import TEXTS, Array, CriteriaArrays, TextArrays
from scipy import sparse
from threadpoolctl import threadpool_limits

from matcher.scoring.criteria.resources import DISJOINT
from matcher.scoring.geometric import FLOOR

EARTH_RADIUS_KM = 6371.0088
PAIRS_AT_ONCE = 4_096
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Rival(ABC):
    """A way to the best nonprofits of each unit.

    Parameters
    ----------
    arrays : CriteriaArrays

    Attributes
    ----------
    name, meaning : str
    every_pair : bool
        Whether it scores every pair, so that its lists must equal ours.
    """

    name: ClassVar[str]
    meaning: ClassVar[str]
    every_pair: ClassVar[bool] = True

    def __init__(self, arrays: CriteriaArrays) -> None:
        self.arrays = arrays

    def prepare(self) -> None:
        """Do what is done once for a list of nonprofits, beside the time of the search."""
        return

    @abstractmethod
    def find(self, top: int) -> Array:
        """Return positions of the ``top`` best nonprofits of each unit, best first, shape (m, top); -1 for none."""


def filled(values: Array, unknown: Array) -> Array:
    """Values of a part, with what it counts as where it is unknown (NaN), one a row, in place."""
    np.copyto(values, unknown[:, None].astype(values.dtype), where=np.isnan(values))
    return values


def logarithm(criterion: Array, weight: float) -> Array:
    """What a criterion adds to the logarithm of the score, computed in place."""
    criterion += criterion.dtype.type(FLOOR)
    criterion *= criterion.dtype.type(1 / (1 + FLOOR))
    with np.errstate(divide="ignore"):
        np.log(criterion, out=criterion)
    criterion *= criterion.dtype.type(weight)
    return criterion


def raised(gains: Array) -> Array:
    """Score of resources from the gains of both sides."""
    return np.asarray(DISJOINT + (1 - DISJOINT) * gains)


def harmonic(one: Array, other: Array) -> Array:
    """Return the harmonic mean; the one that is known where the other is not; 0 where one is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        both = np.where((one == 0) | (other == 0), 0.0, 2 * one * other / (one + other))
    return np.where(np.isnan(one), other, np.where(np.isnan(other), one, both))


def logistic(similarity: Array, scale: Array) -> Array:
    """Score of a similarity, computed in place."""
    mean, deviation, slope = scale.astype(similarity.dtype)
    similarity -= mean
    similarity *= -slope / deviation
    np.exp(similarity, out=similarity)
    similarity += 1
    return np.reciprocal(similarity, out=similarity)


def cause_scores(affinity: Array, named: Array) -> Array:
    """Mean affinity of the causes that nonprofits name, shape (b, c); NaN where one of the two names none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(
            affinity.astype(np.float32) @ named.T.astype(np.float32) / named.sum(axis=1, dtype=np.float32)
        )


def mission_scores(texts: Array, causes: Array, share: Array, evidence: Array) -> Array:
    """Scores of missions: causes count at least as what alike texts show of them; overwrites both."""
    start, slope, most = evidence.astype(texts.dtype)
    shown = texts - start
    shown *= slope
    np.clip(shown, 0, most, out=shown)
    np.maximum(causes, shown, out=causes)
    causes *= 1 - share
    texts *= share
    texts += causes
    return texts


def placed(points: Array) -> Array:
    """Mask of the rows that have a place."""
    known: Array = ~np.isnan(points[:, 0])
    return known


class Plain(Rival):
    """scikit-learn's functions on blocks of units."""

    name = "plain"
    meaning = "scikit-learn's functions in blocks, argpartition"
    cells = 16_000_000

    def find(self, top: int) -> Array:
        m, n = len(self.arrays), len(self.arrays.nonprofit_points)
        size = max(1, self.cells // n)
        best = np.full((m, top), -1)
        for start in range(0, m, size):
            rows = slice(start, min(start + size, m))
            scores = self._scores(rows)
            k = min(top, n)
            chosen = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            found = np.take_along_axis(scores, chosen, axis=1)
            order = np.lexsort((chosen, -found))
            chosen, found = (np.take_along_axis(each, order, axis=1) for each in (chosen, found))
            best[rows, :k] = np.where(np.isfinite(found), chosen, -1)
        return best

    def _scores(self, rows: slice) -> Array:
        from sklearn.metrics.pairwise import haversine_distances

        arrays = self.arrays
        causes = filled(cause_scores(arrays.affinity[rows], arrays.named), arrays.causes_unknown[rows])
        share = arrays.mission.share[rows, None].astype(np.float32)
        mission = mission_scores(self._text(arrays.mission, rows), causes, share, arrays.evidence)
        scores = logarithm(mission, arrays.weights[0])
        scores += logarithm(self._text(arrays.values, rows), arrays.weights[1])
        here, there = arrays.unit_degrees[rows], arrays.nonprofit_degrees
        km = haversine_distances(np.radians(np.nan_to_num(here)), np.radians(np.nan_to_num(there))) * EARTH_RADIUS_KM
        near = 1 / (1 + (np.maximum(km - arrays.radius, 0) / arrays.reach[rows, None]) ** 2)
        near[np.isnan(here[:, 0])] = np.nan
        near[:, np.isnan(there[:, 0])] = np.nan
        near = np.where(arrays.local, near, arrays.proximity_mean[rows, None])
        scores += logarithm(filled(near, arrays.proximity_unknown[rows]), arrays.weights[2])
        gains = harmonic(
            arrays.resource_table[arrays.unit_offers[rows]][:, arrays.nonprofit_needs],
            arrays.benefit_table[arrays.unit_seeks[rows]][:, arrays.nonprofit_offers],
        )
        scores += logarithm(filled(raised(gains), arrays.resources_unknown[rows]), arrays.weights[3])
        out = arrays.excluded[rows].astype(np.float32) @ arrays.named.T.astype(np.float32) > 0
        scores[out | arrays.closed | arrays.closed_units[rows, None]] = -np.inf
        return scores

    def _text(self, text: TextArrays, rows: slice) -> Array:
        from sklearn.metrics.pairwise import cosine_similarity

        similarity = cosine_similarity(text.left[rows], text.right) * text.dense_weight.astype(np.float32)
        similarity += (text.ngrams_left[rows] @ text.ngrams_right.T).toarray()
        similarity += text.unit_offset[rows, None] + text.nonprofit_offset.astype(np.float32)
        values = logistic(similarity, text.scale)
        values[~(text.unit_known[rows, None] & text.nonprofit_known)] = np.nan
        return filled(values, text.unknown[rows])


@dataclass(frozen=True)
class _TextTile:
    """One field of some nonprofits: frequent n-grams as dense columns, rare ones by column."""

    right: Array
    frequent: Array
    rare: sparse.csr_matrix
    offset: Array
    unknown: Array


class Dense(Rival):
    """The best brute force that was found, in single precision, on tiles that stay in the cache.

    - Products of dense rows by BLAS, one tile a core.
    - n-grams: the most frequent ones that units have as dense columns of the same product, the others column by column
      (exact). For 1,000 units and 50,000 missions this took 3.1 seconds of the processor, sparse rows times dense columns
      of units 6.8, sparse times sparse 7.7; for 200 units 1.0, 1.1 and 1.6. torch's sparse product was no quicker.
    - The chord from coordinate differences around the middle of all places, so that near ones keep their digits.
    - Resources and causes once for each distinct set, by its number.
    - ``torch.topk`` a tile; a few more than needed are scored again in double precision.
    """

    name = "dense"
    meaning = "BLAS in single precision on tiles, chord, torch.topk"
    units_at_once = 256
    tile = 4_096
    frequent_columns = 512
    spare = 6

    def find(self, top: int) -> Array:
        import torch

        torch.set_num_threads(1)
        self._topk = torch.topk
        self._tensor = torch.from_numpy
        m, n = len(self.arrays), len(self.arrays.nonprofit_points)
        self._read_units()
        looked = min(n, top + self.spare)
        tiles = [slice(start, min(start + self.tile, n)) for start in range(0, n, self.tile)]
        best = np.full((m, looked), -1), np.full((m, looked), -np.inf, dtype=np.float32)
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(THREADS) as threads:
            for found in threads.map(lambda columns: self._tile(columns, looked), tiles):
                best = self._merged(best, found, looked)
        positions = np.where(np.isfinite(best[1]), best[0], -1)
        return best_of(self.arrays, positions, top)

    def _merged(self, one: tuple[Array, Array], other: tuple[Array, Array], count: int) -> tuple[Array, Array]:
        positions, scores = (np.concatenate(both, axis=1) for both in zip(one, other, strict=True))
        values, chosen = self._topk(self._tensor(scores), count)
        return np.take_along_axis(positions, chosen.numpy(), axis=1), values.numpy()

    def _read_units(self) -> None:
        arrays = self.arrays
        self._texts = {}
        for name in TEXTS:
            text: TextArrays = getattr(arrays, name)
            met = np.unique(text.ngrams_left.indices)
            some = text.ngrams_right.indices[: text.ngrams_right.indptr[min(self.tile, text.ngrams_right.shape[0])]]
            how_often = np.bincount(some, minlength=text.ngrams_right.shape[1])[met]
            order = met[np.argsort(-how_often, kind="stable")]
            n_frequent = min(self.frequent_columns, len(order))
            thin = text.ngrams_left[:, order]
            left = np.hstack([text.left, thin[:, :n_frequent].toarray()])
            self._texts[name] = text, left, thin[:, n_frequent:].tocsr(), order, n_frequent
        points = np.concatenate([arrays.unit_points, arrays.nonprofit_points])
        self._middle = np.nanmedian(points, axis=0)
        self._points = (arrays.unit_points - self._middle).astype(np.float32)
        self._unplaced = ~placed(arrays.unit_points)
        self._benefits = np.unique(arrays.nonprofit_needs.astype(np.int64) * 64 + arrays.nonprofit_offers)
        packed = np.packbits(arrays.named, axis=1)
        _, first, self._cause_kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        self._cause_kind = self._cause_kind.ravel()
        self._gain_kind = np.searchsorted(
            self._benefits, arrays.nonprofit_needs.astype(np.int64) * 64 + arrays.nonprofit_offers
        )
        gains = harmonic(
            arrays.resource_table[arrays.unit_offers][:, self._benefits // 64],
            arrays.benefit_table[arrays.unit_seeks][:, self._benefits % 64],
        )
        gains = logarithm(filled(raised(gains), arrays.resources_unknown), arrays.weights[3])
        gains[arrays.closed_units] = -np.inf
        self._gains = gains.astype(np.float32)
        causes = filled(cause_scores(arrays.affinity, arrays.named[first]), arrays.causes_unknown)
        self._causes = causes.astype(np.float32)
        self._out = (arrays.excluded.astype(np.float32) @ arrays.named[first].T.astype(np.float32)) > 0

    def _tile(self, columns: slice, looked: int) -> tuple[Array, Array]:
        arrays, count = self.arrays, columns.stop - columns.start
        texts = {name: self._text_tile(name, columns) for name in TEXTS}
        points = np.ascontiguousarray((arrays.nonprofit_points[columns] - self._middle).T.astype(np.float32))
        closed = arrays.closed[columns]
        gain_kind, cause_kind = self._gain_kind[columns], self._cause_kind[columns]
        k = min(looked, count)
        found = np.empty((len(arrays), k), dtype=np.int64), np.empty((len(arrays), k), dtype=np.float32)
        for start in range(0, len(arrays), self.units_at_once):
            rows = slice(start, min(start + self.units_at_once, len(arrays)))
            scores = self._text("mission", texts["mission"], rows)
            share = arrays.mission.share[rows, None].astype(np.float32)
            causes = np.take(self._causes[rows], cause_kind, axis=1)
            scores = logarithm(mission_scores(scores, causes, share, arrays.evidence), arrays.weights[0])
            scores[np.take(self._out[rows], cause_kind, axis=1)] = -np.inf
            scores += logarithm(self._text("values", texts["values"], rows), arrays.weights[1])
            scores += logarithm(self._near(rows, points, columns), arrays.weights[2])
            scores += np.take(self._gains[rows], gain_kind, axis=1)
            scores[:, closed] = -np.inf
            values, chosen = self._topk(self._tensor(scores), k)
            found[0][rows], found[1][rows] = chosen.numpy() + columns.start, values.numpy()
        return found

    def _text_tile(self, name: str, columns: slice) -> _TextTile:
        text, _, _, order, n_frequent = self._texts[name]
        by_column = text.ngrams_right[columns][:, order].tocsc()
        count, cut = by_column.shape[0], by_column.indptr[n_frequent]
        rare = (by_column.data[cut:], by_column.indices[cut:], by_column.indptr[n_frequent:] - cut)
        return _TextTile(
            text.right[columns],
            by_column[:, :n_frequent].toarray(order="F"),
            sparse.csr_matrix(rare, shape=(len(order) - n_frequent, count)),
            text.nonprofit_offset[columns].astype(np.float32),
            np.flatnonzero(~text.nonprofit_known[columns]),
        )

    def _text(self, name: str, tile: _TextTile, rows: slice) -> Array:
        text, left, rare, _, n_frequent = self._texts[name]
        dense = left.shape[1] - n_frequent
        similarity: Array = left[rows, :dense] @ tile.right.T
        similarity += left[rows, dense:] @ tile.frequent.T
        similarity += (rare[rows] @ tile.rare).toarray()
        similarity += text.unit_offset[rows, None].astype(np.float32)
        similarity += tile.offset
        logistic(similarity, text.scale)
        unknown = text.unknown[rows, None].astype(np.float32)
        similarity[:, tile.unknown] = unknown
        unknown_units = ~text.unit_known[rows]
        similarity[unknown_units] = unknown[unknown_units]
        return similarity

    def _near(self, rows: slice, points: Array, columns: slice) -> Array:
        arrays = self.arrays
        here = self._points[rows]
        chord = np.zeros((len(here), points.shape[1]), dtype=np.float32)
        for axis in range(3):
            difference = here[:, axis, None] - points[axis]
            difference *= difference
            chord += difference
        np.sqrt(chord, out=chord)
        chord *= np.float32(0.5)
        np.minimum(chord, np.float32(1), out=chord)
        np.arcsin(chord, out=chord)
        chord *= np.float32(2 * EARTH_RADIUS_KM)
        chord -= arrays.radius[columns].astype(np.float32)
        np.maximum(chord, np.float32(0), out=chord)
        chord *= (1 / arrays.reach[rows, None]).astype(np.float32)
        np.square(chord, out=chord)
        chord += np.float32(1)
        np.reciprocal(chord, out=chord)
        unknown = arrays.proximity_unknown[rows, None].astype(np.float32)
        chord[:, ~placed(arrays.nonprofit_points[columns])] = unknown
        chord[:, ~arrays.local[columns]] = arrays.proximity_mean[rows, None]
        chord[self._unplaced[rows]] = unknown[self._unplaced[rows]]
        return chord


def pair_scores(arrays: CriteriaArrays, units: Array, nonprofits: Array) -> Array:
    """Return the scores of pairs in double precision, shape (k,); -inf where a gate is closed."""
    scores = np.empty(len(units))
    for start in range(0, len(units), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        scores[part] = _some_pairs(arrays, units[part], nonprofits[part])
    return scores


def _some_pairs(arrays: CriteriaArrays, u: Array, v: Array) -> Array:
    def part(values: Array, unknown: Array) -> Array:
        return np.where(np.isnan(values), unknown[u], values)

    texts = []
    for name in TEXTS:
        text: TextArrays = getattr(arrays, name)
        similarity = np.einsum("ij,ij->i", text.left[u], text.right[v], dtype=np.float64)
        similarity += np.asarray(
            text.ngrams_left[u].multiply(text.ngrams_right[v]).sum(axis=1), dtype=np.float64
        ).ravel()
        values = logistic(similarity + text.unit_offset[u] + text.nonprofit_offset[v], text.scale)
        values[~(text.unit_known[u] & text.nonprofit_known[v])] = np.nan
        texts.append(part(values, text.unknown))
    named = arrays.named[v]
    with np.errstate(invalid="ignore"):
        causes = np.einsum("ij,ij->i", arrays.affinity[u], named, dtype=np.float64) / named.sum(axis=1)
    causes = part(causes, arrays.causes_unknown)
    texts[0] = mission_scores(texts[0], causes, arrays.mission.share[u], arrays.evidence)
    chord = np.linalg.norm(arrays.unit_points[u] - arrays.nonprofit_points[v], axis=1)
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))
    near = 1 / (1 + (np.maximum(km - arrays.radius[v], 0) / arrays.reach[u]) ** 2)
    near = part(np.where(arrays.local[v], near, arrays.proximity_mean[u]), arrays.proximity_unknown)
    gains = harmonic(
        arrays.resource_table[arrays.unit_offers[u], arrays.nonprofit_needs[v]],
        arrays.benefit_table[arrays.unit_seeks[u], arrays.nonprofit_offers[v]],
    )
    criteria = [*texts, near, part(raised(gains), arrays.resources_unknown)]
    scores = np.exp(sum(logarithm(each, weight) for each, weight in zip(criteria, arrays.weights, strict=True)))
    scores[arrays.closed[v] | arrays.closed_units[u] | (arrays.excluded[u] & named).any(axis=1)] = -np.inf
    return np.asarray(scores)


def best_of(arrays: CriteriaArrays, candidates: Array, top: int) -> Array:
    """Return the best of each unit's candidates by all criteria, best first.

    Parameters
    ----------
    arrays : CriteriaArrays
    candidates : ndarray of shape (m, c), int64
        Positions of nonprofits, -1 for none.
    top : int

    Returns
    -------
    ndarray of shape (m, top), int64
    """
    rows, places = np.nonzero(candidates >= 0)
    scores = np.full(candidates.shape, -np.inf)
    scores[rows, places] = np.round(pair_scores(arrays, rows, candidates[rows, places]), 6)
    order = np.lexsort((candidates, -scores))[:, :top]
    found = np.take_along_axis(candidates, order, axis=1)
    found[~np.isfinite(np.take_along_axis(scores, order, axis=1))] = -1
    if found.shape[1] < top:
        found = np.pad(found, ((0, 0), (0, top - found.shape[1])), constant_values=-1)
    return found


class TextFirst(Rival):
    """The nearest by mission text, then scored by all criteria."""

    every_pair = False
    looked = 100

    def find(self, top: int) -> Array:
        # A unit without a mission has a zero row, which nothing is near to.
        return best_of(self.arrays, self.nearest(min(self.looked, len(self.arrays.nonprofit_missions))), top)

    @abstractmethod
    def nearest(self, count: int) -> Array:
        """Return positions of the nearest of each unit by text, shape (m, count)."""


class Semantic(TextFirst):
    """``sentence_transformers.util.semantic_search``."""

    name = "semantic"
    meaning = "semantic_search on missions, best 100 scored"

    def prepare(self) -> None:
        import torch
        from sentence_transformers.util import semantic_search

        self._search = semantic_search
        self._rows = [
            torch.from_numpy(np.array(rows)) for rows in (self.arrays.unit_missions, self.arrays.nonprofit_missions)
        ]

    def nearest(self, count: int) -> Array:
        found = self._search(*self._rows, top_k=count)
        return np.array([[hit["corpus_id"] for hit in hits] for hits in found])


class _Faiss(TextFirst):
    @abstractmethod
    def index(self, faiss: Any, dimension: int) -> Any:
        """Return an empty index."""

    def prepare(self) -> None:
        import faiss

        self._index = self.index(faiss, self.arrays.nonprofit_missions.shape[1])
        self._index.add(np.ascontiguousarray(self.arrays.nonprofit_missions))

    def nearest(self, count: int) -> Array:
        found: Array = self._index.search(np.ascontiguousarray(self.arrays.unit_missions), count)[1]
        return found


class Flat(_Faiss):
    """FAISS, every vector looked at."""

    name = "flat"
    meaning = "FAISS flat on missions, best 100 scored"

    def index(self, faiss: Any, dimension: int) -> Any:
        return faiss.IndexFlatIP(dimension)


class Hnsw(_Faiss):
    """FAISS, by a graph of neighbours."""

    name = "hnsw"
    meaning = "FAISS HNSW on missions, best 100 scored"

    def index(self, faiss: Any, dimension: int) -> Any:
        graph = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efSearch = 200
        return graph


RIVALS: dict[str, type[Rival]] = {rival.name: rival for rival in (Plain, Dense, Semantic, Flat, Hnsw)}
