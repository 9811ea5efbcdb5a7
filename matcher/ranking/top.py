"""The best nonprofits of every unit, exactly, without judging every pair in full.

Cheap parts of the score (proximity, resources, gates, what is unknown) are told for every pair; the costly ones, the
texts, at first only for the pairs that could score most. The k-th best of those is a score that the k best of all reach;
every pair that could reach it is then judged as well. Both rounds are in single precision with a proven margin, see
:mod:`matcher.criteria.screen`; whoever is left is rescored in double precision.

This is a threshold algorithm (Fagin, Lotem and Naor, *Optimal aggregation algorithms for middleware*, 2003) with the
cheap parts as the sorted list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from matcher.criteria.judge import Judge
from matcher.criteria.run import Bools, Floats, Ints, Singles
from matcher.criteria.screen import Screen
from matcher.ranking.groups import first_of_each
from matcher.texts.texts import Chunk
from matcher.work import threads_here

BLOCK_CELLS = 1_000_000
"""Pairs that one thread looks at together: 4 MB in single precision."""
FIRST_LOOKS = 4
"""Pairs of a chunk that are judged in full in the first round, as a multiple of the length of the list."""
ALL_AT_ONCE = 0.08
"""Share of a chunk from which on judging all of it at once is quicker than judging pairs."""


@dataclass(frozen=True)
class Found:
    """Pairs with their scores in single precision, and how far those may be off for each unit.

    Attributes
    ----------
    units, nonprofits : ndarray of shape (k,), int64
    scores : ndarray of shape (k,), float32
    margin : ndarray of shape (m,), float32
    """

    units: Ints
    nonprofits: Ints
    scores: Singles
    margin: Singles

    @classmethod
    def joined(cls, several: list[Found]) -> Found:
        """Return all that several have found."""
        units, nonprofits, scores = (
            np.concatenate([getattr(item, name) for item in several]) for name in ("units", "nonprofits", "scores")
        )
        return cls(units, nonprofits, scores, np.max([item.margin for item in several], axis=0))

    def best(self, top: int, organisations: Ints, per_organisation: int) -> Floats:
        """Return what the ``top`` best of every unit score at least, shape (m,); -inf where there are not so many."""
        order = np.lexsort((self.nonprofits, -self.scores, self.units))
        order = order[first_of_each(self.units[order], organisations[self.nonprofits[order]], per_organisation)]
        units = self.units[order]
        starts = np.searchsorted(units, np.arange(len(self.margin)))
        last = starts + top - 1
        enough = last < np.append(starts[1:], len(units))
        least = np.full(len(self.margin), -np.inf)
        least[enough] = self.scores[order[last[enough]]] - self.margin[enough]
        return least

    def reaching(self, least: Floats) -> Found:
        """Return the pairs that may reach what their unit asks for."""
        kept = self.scores >= (least - self.margin)[self.units]
        return Found(self.units[kept], self.nonprofits[kept], self.scores[kept], self.margin)


def best_candidates(judge: Judge, top: int) -> tuple[Ints, Ints]:
    """Return pairs among which are the best of every unit.

    Parameters
    ----------
    judge : Judge
    top : int
        How many a unit.

    Returns
    -------
    (ndarray, ndarray), each of shape (k,), int64
        Units and nonprofits, in their order: for each unit the ``top`` best, at most
        ``shortlist.sites_per_organisation`` of one organisation, and whoever is as good as single precision can tell.
    """
    run = judge.run
    limit = top, run.nonprofits.organisation_codes, run.settings.shortlist.sites_per_organisation
    _ = judge.averages  # once, before the work is spread
    chunks = run.nonprofits.chunks
    # Rounding to 6 decimals may lift a score to the least that is asked for.
    least = np.full(len(run.units), run.settings.shortlist.min_score - 1e-6)
    first = Found.joined(chunks.each(search, judge, least, max(1, round(FIRST_LOOKS * top))))
    least = np.maximum(least, first.best(*limit))
    found = Found.joined(chunks.each(search, judge, least, None))
    found = found.reaching(np.maximum(least, found.best(*limit)))
    order = np.lexsort((found.nonprofits, found.units))
    return found.units[order], found.nonprofits[order]


def search(chunk: Chunk, judge: Judge, least: Floats, looks: int | None) -> Found:
    """Return the pairs of a chunk that may reach what each unit asks for.

    Parameters
    ----------
    chunk : Chunk
    judge : Judge
    least : ndarray of shape (m,), float64
    looks : int or None
        Judge only so many pairs a unit, those that could score most.
    """
    screen = Screen(judge, chunk)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads_here()) as threads:
        blocks = list(_blocks(len(judge.run.units), len(chunk)))
        found = list(threads.map(lambda rows: _search_block(screen, rows, least[rows], looks), blocks))
    units, columns, scores = (np.concatenate([item[index] for item in found]) for index in range(3))
    margin = np.concatenate([screen.margin(rows) for rows in blocks])
    return Found(units, columns + chunk.start, scores, margin)


def _blocks(units: int, nonprofits: int) -> Iterator[slice]:
    size = max(1, BLOCK_CELLS // max(1, nonprofits))
    for start in range(0, units, size):
        yield slice(start, min(start + size, units))


def _search_block(screen: Screen, rows: slice, least: Floats, looks: int | None) -> tuple[Ints, Ints, Singles]:
    most = screen.most(rows)
    asked = (least - screen.margin(rows)).astype(np.float32)
    units, columns, scores = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.float32)]

    def keep(unit: int, found: Ints, their_scores: Singles) -> None:
        reached = their_scores >= asked[unit - rows.start]
        units.append(np.full(int(reached.sum()), unit))
        columns.append(found[reached])
        scores.append(their_scores[reached])

    whole = []
    for offset, unit in enumerate(range(rows.start, rows.stop)):
        row = most[offset]
        if looks is not None:
            chosen = most_promising(row, looks)
            chosen = chosen[row[chosen] >= asked[offset]]
        else:
            chosen = np.flatnonzero(row >= asked[offset])
            if len(chosen) > ALL_AT_ONCE * len(row):
                whole.append(unit)
                continue
        if len(chosen):
            keep(unit, chosen, screen.one(unit, chosen, row[chosen]))
    if whole:
        index = np.array(whole)
        every = np.arange(most.shape[1])
        for unit, their_scores in zip(whole, screen.block(index, most[index - rows.start]), strict=True):
            keep(unit, every, their_scores)
    return np.concatenate(units), np.concatenate(columns), np.concatenate(scores)


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
