"""The best nonprofits of every unit, exactly, without judging every pair in full.

Cheap parts of the score (proximity, resources, gates, what is unknown) are told for every pair; the costly ones, the
texts, at first only for the pairs that could score most. What the k-th best of those scores is what the k best of all
reach; every pair that could reach it is then judged as well. Both looks are in single precision with a proven margin,
see :mod:`matcher.scoring.upper_bounds`; whoever is left is rescored in double precision. It is done chunk by chunk, each on
its own, wherever the chunk lies.

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
from matcher.scoring.scorer import Scorer
from matcher.scoring.upper_bounds import UpperBounds
from matcher.texts.chunks import Chunk

BLOCK_CELLS = 2_000_000
"""Pairs that one thread looks at together: 8 MB in single precision."""
FIRST_LOOKS = 4
"""Pairs of a chunk that are judged in full in the first round, as a multiple of the length of the list."""
TILE = (128, 4_096)
"""Units and nonprofits of which all pairs are judged together, at most: products pay from so many on."""
UNITS_TOGETHER = 1_024
"""Units that are done before others are begun: what is held of those with too many pairs, 130 MB at most."""
ALL_AT_ONCE = 0.08
"""Share of a chunk from which on judging all of it at once is quicker than judging pairs."""


@dataclass(frozen=True)
class Limit:
    """How long a list may be.

    Attributes
    ----------
    top : int
    per_organisation : int
        Sites of one organisation on a list.
    """

    top: int
    per_organisation: int


@dataclass(frozen=True)
class PartialTopK:
    """Pairs with their scores in single precision, and how far those may be off for each unit.

    Attributes
    ----------
    units, nonprofits : ndarray of shape (k,), int64
    scores : ndarray of shape (k,), float32
    organisations : ndarray of shape (k,), int64
        The nonprofits' organisations as numbers.
    margin : ndarray of shape (m,), float32
        Of all units of the run.
    """

    units: Ints
    nonprofits: Ints
    scores: Singles
    organisations: Ints
    margin: Singles

    @classmethod
    def joined(cls, several: Sequence[PartialTopK]) -> PartialTopK:
        """Return all that several have found."""
        units, nonprofits, scores, organisations = (
            np.concatenate([getattr(item, name) for item in several])
            for name in ("units", "nonprofits", "scores", "organisations")
        )
        return cls(units, nonprofits, scores, organisations, np.max([item.margin for item in several], axis=0))

    def best(self, limit: Limit) -> Floats:
        """Return what the best of every unit score at least, shape (m,); -inf where there are not so many."""
        order = np.lexsort((self.nonprofits, -self.scores, self.units))
        order = order[first_of_each(self.units[order], self.organisations[order], limit.per_organisation)]
        starts = np.searchsorted(self.units[order], np.arange(len(self.margin) + 1))
        last = starts[:-1] + limit.top - 1
        enough = last < starts[1:]
        least = np.full(len(self.margin), -np.inf)
        least[enough] = self.scores[order[last[enough]]] - self.margin[enough]
        return least

    def reaching(self, least: Floats) -> PartialTopK:
        """Return the pairs that may reach what their unit asks for, shape (m,)."""
        kept = self.scores >= (least - self.margin)[self.units]
        return replace(
            self,
            units=self.units[kept],
            nonprofits=self.nonprofits[kept],
            scores=self.scores[kept],
            organisations=self.organisations[kept],
        )


def best_candidates(scorer: Scorer, top: int) -> tuple[Ints, Ints]:
    """Return pairs among which are the best of every unit.

    Parameters
    ----------
    scorer : Scorer
    top : int
        How many a unit.

    Returns
    -------
    (ndarray, ndarray), each of shape (k,), int64
        Units and nonprofits, in their order: for each unit the ``top`` best, at most
        ``shortlist.sites_per_organisation`` of one organisation, and whoever is as good as single precision can tell.
    """
    run = scorer.run
    limit = Limit(top, run.settings.shortlist.sites_per_organisation)
    _ = scorer.candidate_means  # once, before the work is spread
    # Rounding to 6 decimals may lift a score to the least that is asked for.
    least = np.full(len(run.units), run.settings.shortlist.min_score - 1e-6)
    found = run.nonprofits.chunks.merge(
        upper_bounds_of, search, scorer, least, limit, join=partial(joined_best, limit=limit)
    )
    order = np.lexsort((found.nonprofits, found.units))
    return found.units[order], found.nonprofits[order]


def upper_bounds_of(chunk: Chunk, scorer: Scorer, *_: object) -> UpperBounds:
    """Return what tells the scores of a chunk's pairs."""
    return UpperBounds(scorer, chunk)


def search(
    upper_bounds: UpperBounds, so_far: PartialTopK | None, scorer: Scorer, least: Floats, limit: Limit
) -> PartialTopK:
    """Return the pairs of a chunk that may be among the best of each unit.

    Parameters
    ----------
    upper_bounds : UpperBounds
    so_far : PartialTopK or None
        The best of other chunks: whoever scores less is left out.
    scorer : Scorer
    least : ndarray of shape (m,), float64
        What each unit asks for.
    limit : Limit
    """
    if so_far is not None:
        least = np.maximum(least, so_far.best(limit))
    asking = _Asking(upper_bounds, least, scorer.run.nonprofits.organisation_codes[upper_bounds.columns], limit)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(available_threads()) as threads:
        together = slices(0, len(scorer.run.units), UNITS_TOGETHER)
        found = PartialTopK.joined([asking.all_of(units, threads) for units in together])
    return replace(found, nonprofits=found.nonprofits + upper_bounds.columns.start)


def joined_best(one: PartialTopK, other: PartialTopK, limit: Limit) -> PartialTopK:
    """Return which pairs of two chunks may be among the best of both."""
    found = PartialTopK.joined([one, other])
    return found.reaching(found.best(limit))


def slices(start: int, stop: int, size: int) -> list[slice]:
    """Return slices of a size, the last one shorter, that cover a range."""
    return [slice(first, min(first + size, stop)) for first in range(start, stop, size)]


@dataclass(frozen=True)
class _Asking:
    """What is asked of the nonprofits of a chunk; their positions are counted from its start."""

    upper_bounds: UpperBounds
    least: Floats
    organisations: Ints
    limit: Limit

    def all_of(self, units: slice, threads: ThreadPoolExecutor) -> PartialTopK:
        """Return what is found for some units."""
        blocks = slices(units.start, units.stop, max(1, BLOCK_CELLS // max(1, len(self.organisations))))
        looked = list(threads.map(self.by_pairs, blocks))
        open_ended, most = (np.concatenate([left[part] for _, left in looked]) for part in (0, 1))
        batches = slices(0, len(open_ended), TILE[0])
        for batch in batches:
            scorer = self.upper_bounds.tiles(open_ended[batch], most[batch])
            list(threads.map(scorer, slices(0, most.shape[1], TILE[1])))
        at_once = threads.map(lambda batch: self.best_of(open_ended[batch], most[batch]), batches)
        return PartialTopK.joined([*(pairs for pairs, _ in looked), *at_once])

    def by_pairs(self, rows: slice) -> tuple[PartialTopK, tuple[Ints, Singles]]:
        """Return what is found for some units; and those with too many pairs to look at, with the most these can score."""
        most = self.upper_bounds.most(rows)
        asked = self._asked(self.least)
        could = most >= asked[rows]
        looked = [self._first_looks(*both) for both in zip(most, could, strict=True)]
        first = self._judged(rows, looked, most, asked)
        asked = self._asked(np.maximum(self.least, first.best(self.limit)))
        could &= most >= asked[rows]
        for row, columns in zip(could, looked, strict=True):
            row[columns] = False
        too_many = np.count_nonzero(could, axis=1) > ALL_AT_ONCE * most.shape[1]
        could[too_many] = False
        found = PartialTopK.joined([first, self._judged(rows, [np.flatnonzero(row) for row in could], most, asked)])
        least = np.maximum(self.least, found.best(self.limit))
        least[rows][too_many] = np.inf
        return found.reaching(least), (np.flatnonzero(too_many) + rows.start, most[too_many])

    def best_of(self, units: Ints, scores: Singles) -> PartialTopK:
        """Return what is found for some units of which every pair has been judged."""
        high = [most_promising(row, self._looks) for row in scores]
        least = np.maximum(self.least, self._found(units, high, scores).best(self.limit))
        reaching = scores >= self._asked(least)[units]
        return self._found(units, [np.flatnonzero(row) for row in reaching], scores)

    @property
    def _looks(self) -> int:
        return max(1, round(FIRST_LOOKS * self.limit.top))

    def _asked(self, least: Floats) -> Singles:
        """Return what a score in single precision has to be for each unit, shape (m, 1)."""
        return (least - self.upper_bounds.margin).astype(np.float32)[:, None]

    def _first_looks(self, most: Singles, could: Bools) -> Ints:
        """Return the nonprofits to judge first for a unit: all that could be on its list where they are few."""
        if np.count_nonzero(could) <= 2 * self._looks:
            return np.flatnonzero(could)
        promising = most_promising(most, self._looks)
        return np.sort(promising[could[promising]])

    def _judged(self, rows: slice, chosen: list[Ints], most: Singles, asked: Singles) -> PartialTopK:
        """Return the scores of the chosen nonprofits of each unit, those that may be what is asked for."""
        offsets, columns = _flat(chosen)
        units = offsets + rows.start
        needed = asked[units, 0]
        scores = self.upper_bounds.pairs(units, columns, most[offsets, columns], needed)
        kept = scores >= needed
        units, columns = units[kept], columns[kept]
        return PartialTopK(units, columns, scores[kept], self.organisations[columns], self.upper_bounds.margin)

    def _found(self, units: Ints, chosen: list[Ints], scores: Singles) -> PartialTopK:
        offsets, columns = _flat(chosen)
        margin = self.upper_bounds.margin
        return PartialTopK(units[offsets], columns, scores[offsets, columns], self.organisations[columns], margin)


def _flat(chosen: list[Ints]) -> tuple[Ints, Ints]:
    """Return the place of each chosen column in its list of lists, and the columns one after the other."""
    return np.repeat(np.arange(len(chosen)), [len(row) for row in chosen]), np.concatenate(chosen)


_SPAN = 64


def most_promising(row: Singles, count: int) -> Ints:
    """Return positions of ``count`` values of a row that are among its largest; not always the very largest.

    The largest values of spans of a row tell where to look, so that the row is read only once.
    """
    if len(row) <= _SPAN * count:
        return np.arange(len(row)) if len(row) <= count else np.argpartition(row, -count)[-count:]
    whole = len(row) // _SPAN * _SPAN
    peaks = row[:whole].reshape(-1, _SPAN).max(axis=1)
    spans = np.argpartition(peaks, -count)[-count:]
    inside = np.append((spans[:, None] * _SPAN + np.arange(_SPAN)).ravel(), np.arange(whole, len(row)))
    return inside[np.argpartition(row[inside], -count)[-count:]]
