"""Exact top-k search: the best nonprofits of every unit, without scoring every pair in full.

The cheap parts of the score (proximity, resources, eligibility, unknown values) give an upper bound for every pair. The
costly parts, the texts, are first computed for the pairs with the highest bounds. The k-th best score among these is a
lower bound on the k-th best of all, so only pairs whose upper bound reaches it are scored next. Both steps use single
precision with a proven margin, see :mod:`matcher.scoring.upper_bounds`; the remaining candidates are rescored in double
precision. Each chunk of nonprofits is searched where it is stored.

This is a threshold algorithm (Fagin, Lotem and Naor, *Optimal aggregation algorithms for middleware*, 2003) with the
cheap parts as the sorted list.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from matcher.compute import available_threads
from matcher.ranking.shortlists.grouping import first_of_each
from matcher.scoring.data import Bools, Floats, Ints, Singles
from matcher.scoring.geometric import log_threshold
from matcher.scoring.scorer import Scorer
from matcher.scoring.upper_bounds import UpperBounds
from matcher.texts.chunks import Chunk

BLOCK_CELLS = 2_000_000
"""Pairs in one block of one thread: 8 MB in single precision."""
FIRST_FACTOR = 4
"""Pairs of a unit and a chunk that are scored first, as a multiple of the length of the list."""
TILE = (128, 4_096)
"""Largest number of units and of nonprofits in a tile of pairs that are scored by matrix products."""
UNIT_BLOCK = 1_024
"""Units searched at a time: bounds the memory for dense units to 130 MB."""
DENSE_SHARE = 0.08
"""Share of candidates in a chunk above which scoring whole tiles is faster than scoring pairs."""
_PEAK_SPAN = 64
"""Values of a row of which :func:`most_promising` compares the maxima."""


@dataclass(frozen=True)
class ListLimit:
    """Limits on one list.

    Attributes
    ----------
    top : int
        Length of the list.
    per_organisation : int
        Sites of one organisation on the list.
    """

    top: int
    per_organisation: int


@dataclass(frozen=True)
class PartialTopK:
    """Candidate pairs with the logarithms of their scores in single precision.

    Attributes
    ----------
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    log_scores : ndarray of shape (k,), float32
    organisations : ndarray of shape (k,), int64
        Codes of the nonprofits' organisations.
    margin : ndarray of shape (m,), float32
        Largest error of a logarithm, for every unit of the run.
    """

    units: Ints
    nonprofits: Ints
    log_scores: Singles
    organisations: Ints
    margin: Singles

    @classmethod
    def concatenated(cls, several: Sequence[PartialTopK]) -> PartialTopK:
        """All pairs of several results, with the largest of their margins."""
        units, nonprofits, log_scores, organisations = (
            np.concatenate([getattr(item, name) for item in several])
            for name in ("units", "nonprofits", "log_scores", "organisations")
        )
        return cls(units, nonprofits, log_scores, organisations, np.max([item.margin for item in several], axis=0))

    def thresholds(self, limit: ListLimit) -> Floats:
        """Lower bound on the logarithm of the last score of each unit's list, shape (m,); very low where it is not full.

        It allows for scores that are equal once they are rounded.
        """
        order = np.lexsort((self.nonprofits, -self.log_scores, self.units))
        order = order[first_of_each(self.units[order], self.organisations[order], limit.per_organisation)]
        starts = np.searchsorted(self.units[order], np.arange(len(self.margin) + 1))
        last = starts[:-1] + limit.top - 1
        is_full = last < starts[1:]
        bounds = np.full(len(self.margin), -np.inf)
        bounds[is_full] = self.log_scores[order[last[is_full]]] - self.margin[is_full]
        return log_threshold(np.exp(bounds))

    def reaching(self, threshold: Floats) -> PartialTopK:
        """Pairs that may reach the threshold of their unit, given in shape (m,)."""
        kept = self.log_scores >= (threshold - self.margin)[self.units]
        return replace(
            self,
            units=self.units[kept],
            nonprofits=self.nonprofits[kept],
            log_scores=self.log_scores[kept],
            organisations=self.organisations[kept],
        )


def best_candidates(scorer: Scorer, top: int, min_score: float | None = None) -> tuple[Ints, Ints]:
    """Pairs that include the ``top`` best of every unit.

    Parameters
    ----------
    scorer : Scorer
    top : int
        Length of a list, with at most ``shortlist.sites_per_organisation`` sites of one organisation.
    min_score : float, optional
        Lowest score of interest. Default: that of the settings.

    Returns
    -------
    (ndarray, ndarray), each of shape (k,), int64
        Units and nonprofits in lexicographic order: the best of every unit, and all pairs that single precision
        cannot distinguish from them.
    """
    run = scorer.run
    limit = ListLimit(top, run.settings.shortlist.sites_per_organisation)
    _ = scorer.unknown_values  # computed once, before the scorer is sent to workers
    lowest = run.settings.shortlist.min_score if min_score is None else min_score
    threshold = log_threshold(np.full(len(run.units), lowest))
    found = run.nonprofits.chunks.merge(
        upper_bounds_of, search_chunk, scorer, threshold, limit, join=partial(merge_top_k, limit=limit)
    )
    order = np.lexsort((found.nonprofits, found.units))
    return found.units[order], found.nonprofits[order]


def upper_bounds_of(chunk: Chunk, scorer: Scorer, *_: object) -> UpperBounds:
    """Upper bounds on the scores of all units with the nonprofits of a chunk.

    Parameters
    ----------
    chunk : Chunk
    scorer : Scorer
    *_
        Further arguments of :func:`search_chunk`, which are not used.
    """
    return UpperBounds(scorer, chunk)


def search_chunk(
    upper_bounds: UpperBounds, so_far: PartialTopK | None, scorer: Scorer, threshold: Floats, limit: ListLimit
) -> PartialTopK:
    """Pairs of a chunk that may be on a unit's list.

    Parameters
    ----------
    upper_bounds : UpperBounds
        Of the chunk.
    so_far : PartialTopK or None
        Result of other chunks; pairs that cannot improve it are pruned.
    scorer : Scorer
    threshold : ndarray of shape (m,), float64
        Logarithm of the lowest score of interest for each unit.
    limit : ListLimit
    """
    if so_far is not None:
        threshold = np.maximum(threshold, so_far.thresholds(limit))
    organisations = scorer.run.nonprofits.organisation_codes[upper_bounds.columns]
    search = _ChunkSearch(upper_bounds, threshold, organisations, limit)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(available_threads()) as threads:
        blocks = slices(0, len(scorer.run.units), UNIT_BLOCK)
        found = PartialTopK.concatenated([search.search_units(units, threads) for units in blocks])
    return replace(found, nonprofits=found.nonprofits + upper_bounds.columns.start)


def merge_top_k(earlier: PartialTopK, later: PartialTopK, limit: ListLimit) -> PartialTopK:
    """Pairs of two results that may be on a list of both together.

    Parameters
    ----------
    earlier, later : PartialTopK
        Of different chunks.
    limit : ListLimit
    """
    both = PartialTopK.concatenated([earlier, later])
    return both.reaching(both.thresholds(limit))


def slices(start: int, stop: int, size: int) -> list[slice]:
    """Consecutive slices that cover a range.

    Parameters
    ----------
    start, stop : int
        Bounds of the range.
    size : int
        Length of each slice but the last, which may be shorter.
    """
    return [slice(first, min(first + size, stop)) for first in range(start, stop, size)]


@dataclass(frozen=True)
class _ChunkSearch:
    """Search in one chunk of c nonprofits, whose positions are counted from its start."""

    upper_bounds: UpperBounds
    threshold: Floats
    organisations: Ints
    limit: ListLimit

    def search_units(self, units: slice, threads: ThreadPoolExecutor) -> PartialTopK:
        """Candidates of some units."""
        upper_bounds, n_columns = self.upper_bounds, len(self.organisations)
        blocks = slices(units.start, units.stop, max(1, BLOCK_CELLS // max(1, n_columns)))
        results = list(threads.map(lambda rows: self._search(rows, upper_bounds.upper_bound(rows), level=0), blocks))
        found = [pairs for pairs, _ in results]
        for level in range(upper_bounds.n_levels):
            dense_units, bounds = (np.concatenate([dense[part] for _, dense in results]) for part in (0, 1))
            batches = slices(0, len(dense_units), TILE[0])
            if not batches:
                break
            batches_of = [dense_units[batch] for batch in batches], [bounds[batch] for batch in batches]
            for batch in zip(*batches_of, strict=True):
                list(threads.map(upper_bounds.tiles(*batch, level), slices(0, n_columns, TILE[1])))
            results = list(threads.map(partial(self._search, level=level + 1), *batches_of))
            found += [pairs for pairs, _ in results]
        return PartialTopK.concatenated(found)

    def _search(self, rows: slice | Ints, bounds: Singles, *, level: int) -> tuple[PartialTopK, tuple[Ints, Singles]]:
        """Candidates of some units by their upper bounds, lowered to some costly criteria.

        Units with many candidates have none here: they are returned beside, with their bounds, shape (d, c).
        """
        units = np.arange(len(self.threshold))[rows]
        threshold = self._less_margin(self.threshold)
        candidates = bounds >= threshold[units]
        scored = [self._first_columns(*both) for both in zip(bounds, candidates, strict=True)]
        first = self._score_pairs(units, scored, bounds, threshold, level)
        threshold = self._less_margin(np.maximum(self.threshold, first.thresholds(self.limit)))
        np.greater_equal(bounds, threshold[units], out=candidates)
        for row, columns in zip(candidates, scored, strict=True):
            row[columns] = False
        is_dense = np.count_nonzero(candidates, axis=1) > DENSE_SHARE * bounds.shape[1]
        is_dense &= level < self.upper_bounds.n_levels
        candidates[is_dense] = False
        rest = self._score_pairs(units, [np.flatnonzero(row) for row in candidates], bounds, threshold, level)
        found = PartialTopK.concatenated([first, rest])
        lowest = np.maximum(self.threshold, found.thresholds(self.limit))
        lowest[units[is_dense]] = np.inf
        return found.reaching(lowest), (units[is_dense], bounds[is_dense])

    @property
    def _first_count(self) -> int:
        """Number of nonprofits of a unit that are scored first."""
        return max(1, round(FIRST_FACTOR * self.limit.top))

    def _less_margin(self, threshold: Floats) -> Singles:
        """Lowest value in single precision that may reach the threshold of each unit, shape (m, 1)."""
        return (threshold - self.upper_bounds.margin).astype(np.float32)[:, None]

    def _first_columns(self, bounds: Singles, candidates: Bools) -> Ints:
        """Nonprofits of one unit to score first, shape (k,): all candidates where they are few."""
        if np.count_nonzero(candidates) <= 2 * self._first_count:
            return np.flatnonzero(candidates)
        promising = most_promising(bounds, self._first_count)
        return np.sort(promising[candidates[promising]])

    def _score_pairs(
        self, units: Ints, columns_of: list[Ints], bounds: Singles, threshold: Singles, level: int
    ) -> PartialTopK:
        """Pairs of each unit with its columns whose scores reach the threshold."""
        offsets, columns = _flat(columns_of)
        units = units[offsets]
        thresholds = threshold[units, 0]
        scores = self.upper_bounds.pairs(units, columns, bounds[offsets, columns], thresholds, level)
        kept = scores >= thresholds
        units, columns = units[kept], columns[kept]
        return PartialTopK(units, columns, scores[kept], self.organisations[columns], self.upper_bounds.margin)


def _flat(columns_of: list[Ints]) -> tuple[Ints, Ints]:
    """Position of the list of each column, and the concatenated columns, both of shape (k,)."""
    return np.repeat(np.arange(len(columns_of)), [len(row) for row in columns_of]), np.concatenate(columns_of)


def most_promising(row: Singles, count: int) -> Ints:
    """Positions of ``count`` large values of a row, shape (count,), not always the very largest.

    The maxima of spans of the row select the spans in which to look, so the row is read only once.

    Parameters
    ----------
    row : ndarray of shape (c,), float32
    count : int
    """
    if len(row) <= _PEAK_SPAN * count:
        return np.arange(len(row)) if len(row) <= count else np.argpartition(row, -count)[-count:]
    whole = len(row) // _PEAK_SPAN * _PEAK_SPAN
    peaks = row[:whole].reshape(-1, _PEAK_SPAN).max(axis=1)
    spans = np.argpartition(peaks, -count)[-count:]
    inside = np.append((spans[:, None] * _PEAK_SPAN + np.arange(_PEAK_SPAN)).ravel(), np.arange(whole, len(row)))
    return inside[np.argpartition(row[inside], -count)[-count:]]
