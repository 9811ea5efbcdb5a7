"""Shortlists: the best of one list for every row of the other."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from matcher.criteria.judge import Judge
from matcher.criteria.run import Bools, Floats, Ints

_TOLERANCE = 1e-9
"""Scores this close may change places when they are rescored; both stay until then."""


@dataclass(frozen=True)
class Picks:
    """Chosen pairs, list by list, best first.

    Attributes
    ----------
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    scores : ndarray of shape (k,), float64
    ranks : ndarray of shape (k,), int64
        From 1 on each list.
    more_sites : ndarray of shape (k,), int64
        Further sites of the same organisation that are candidates of the unit.
    """

    units: Ints
    nonprofits: Ints
    scores: Floats
    ranks: Ints
    more_sites: Ints


def best_nonprofits(judge: Judge) -> Picks:
    """Return the shortlist of every unit: the best sites, at most so many of one organisation.

    The winners are found in blocks, then rescored in a fixed order and ranked by score, ties by id.
    """
    settings = judge.run.settings.shortlist
    organisations = judge.run.nonprofits.organisation_codes
    units: list[int] = []
    chosen: list[Ints] = []
    more: list[Ints] = []
    for rows in judge.blocks():
        block = judge.block(rows)
        for offset, scores in enumerate(block.scores):
            candidates = _likely(scores, organisations, settings.top, settings.sites_per_organisation)
            sites = np.bincount(organisations[np.isfinite(scores)], minlength=1)
            units.append(rows.start + offset)
            chosen.append(candidates)
            more.append(sites[organisations[candidates]])
    counts = np.array([len(candidates) for candidates in chosen], dtype=np.int64)
    pair_units = np.repeat(np.array(units, dtype=np.int64), counts)
    pair_nonprofits = np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)
    sites = np.concatenate(more) if more else np.empty(0, dtype=np.int64)
    scores = judge.scores(pair_units, pair_nonprofits)
    order = np.lexsort((pair_nonprofits, -scores, pair_units))
    order = order[scores[order] >= settings.min_score]
    order = order[
        _first_of_each(pair_units[order], organisations[pair_nonprofits[order]], settings.sites_per_organisation)
    ]
    ranks = _ranks(pair_units[order])
    kept = ranks <= settings.top
    order, ranks = order[kept], ranks[kept]
    picked_units, picked = pair_units[order], pair_nonprofits[order]
    shown_sites = _count_within(picked_units, organisations[picked])
    return Picks(picked_units, picked, scores[order], ranks, sites[order] - shown_sites)


def best_units(judge: Judge) -> Picks:
    """Return for every nonprofit the units that suit it best; the scores are those of :func:`best_nonprofits`."""
    settings = judge.run.settings.shortlist
    n = len(judge.run.nonprofits)
    best_scores = np.empty((0, n))
    best_rows = np.empty((0, n), dtype=np.int64)
    _ = judge.averages  # of all units, before units are held against each other
    for rows in judge.blocks():
        block = judge.block(rows)
        scores = block.scores + judge.shift(rows)[:, None]
        index = np.broadcast_to(np.arange(rows.start, rows.stop)[:, None], scores.shape)
        all_scores, all_rows = np.concatenate([best_scores, scores]), np.concatenate([best_rows, index])
        if len(all_scores) > settings.top:
            threshold = -np.partition(-all_scores, settings.top - 1, axis=0)[settings.top - 1]
            keep = int(((all_scores >= threshold - _TOLERANCE) & np.isfinite(all_scores)).sum(axis=0).max(initial=1))
            order = np.argsort(-all_scores, axis=0, kind="stable")[:keep]
            all_scores, all_rows = (
                np.take_along_axis(all_scores, order, axis=0),
                np.take_along_axis(all_rows, order, axis=0),
            )
        best_scores, best_rows = all_scores, all_rows
    usable = np.isfinite(best_scores)
    pair_units = best_rows[usable]
    pair_nonprofits = np.broadcast_to(np.arange(n)[None, :], best_scores.shape)[usable]
    scores = judge.scores(pair_units, pair_nonprofits)
    order = np.lexsort((pair_units, -scores, pair_nonprofits))
    order = order[scores[order] >= settings.min_score]
    ranks = _ranks(pair_nonprofits[order])
    kept = ranks <= settings.top
    order = order[kept]
    return Picks(
        pair_units[order], pair_nonprofits[order], scores[order], ranks[kept], np.zeros(len(order), dtype=np.int64)
    )


def _likely(scores: Floats, organisations: Ints, top: int, per_organisation: int) -> Ints:
    """Return the positions that may be among the best ``top`` after rescoring, in id order."""
    available = int(np.isfinite(scores).sum())
    take = min(available, 2 * top)
    while take:
        part = np.argpartition(-scores, take - 1)[:take] if take < len(scores) else np.arange(len(scores))
        threshold = scores[part].min() if take < available else -np.inf
        pool = np.flatnonzero((scores >= threshold - _TOLERANCE) & np.isfinite(scores))
        order = pool[np.lexsort((pool, -scores[pool]))]
        kept = order[_first_of_each(np.zeros(len(order), dtype=np.int64), organisations[order], per_organisation)]
        if len(kept) >= top or take >= available:
            last = scores[kept[min(top, len(kept)) - 1]]
            return np.sort(order[scores[order] >= last - _TOLERANCE])
        take = min(available, take * 4)
    return np.empty(0, dtype=np.int64)


def _first_of_each(lists: Ints, groups: Ints, limit: int) -> Bools:
    """Return which rows are among the first ``limit`` of their group on their list."""
    return _nth(lists, groups) < limit


def _nth(lists: Ints, groups: Ints) -> Ints:
    """Return for each row how many rows before it have the same list and group."""
    order = np.lexsort((np.arange(len(lists)), groups, lists))
    same = (lists[order][1:] == lists[order][:-1]) & (groups[order][1:] == groups[order][:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else np.empty(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(order)))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return nth


def _count_within(lists: Ints, groups: Ints) -> Ints:
    """Return for each row how many rows of its list have its group, itself among them."""
    if not len(lists):
        return np.empty(0, dtype=np.int64)
    keys = np.stack([lists, groups], axis=1)
    _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.ravel()].astype(np.int64)


def _ranks(lists: Ints) -> Ints:
    """Return 1, 2, 3, … within each run of equal values."""
    return _nth(lists, np.zeros(len(lists), dtype=np.int64)) + 1


@dataclass(frozen=True)
class EmptyList:
    """Why a unit has nobody on its list.

    Attributes
    ----------
    unit_id, unit_name : str
    closed : dict of str to int
        Nonprofits behind each closed gate, each counted once, at the first gate that is closed.
    below : int
        Nonprofits that score below ``min_score``.
    min_score : float
    """

    unit_id: str
    unit_name: str
    closed: dict[str, int]
    below: int
    min_score: float


def empty_lists(judge: Judge, listed: Set[str]) -> list[EmptyList]:
    """Return why the units without a candidate have none.

    Parameters
    ----------
    judge : Judge
    listed : set of str
        Ids of the units that have a list.
    """
    found = []
    count = len(judge.run.nonprofits)
    for unit, unit_id in enumerate(judge.run.units.ids.tolist()):
        if unit_id in listed:
            continue
        rows = slice(unit, unit + 1)
        closed = np.zeros(count, dtype=bool)
        at_gate: dict[str, int] = {}
        for gate in judge.gates:
            out = np.broadcast_to(gate.closed(rows), (1, count))[0] & ~closed
            if out.any():
                at_gate[gate.name] = int(out.sum())
            closed |= out
        name, least = str(judge.run.units.names[unit]), judge.run.settings.shortlist.min_score
        found.append(EmptyList(unit_id, name, at_gate, int((~closed).sum()), least))
    return found
