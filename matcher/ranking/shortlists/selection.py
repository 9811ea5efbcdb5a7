"""Shortlists: the best of one list for every row of the other."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from matcher.ranking.shortlists.evenness import POOL_LISTS, ExposureTradeoff, spread_out
from matcher.ranking.shortlists.grouping import count_within, first_of_each, ranks_within
from matcher.ranking.shortlists.top_k import best_candidates
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer

_TOLERANCE = 1e-9
"""Scores this close may change places when they are rescored; both stay until then."""


@dataclass(frozen=True)
class Shortlists:
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
    price : ExposureTradeoff or None
        What evenness cost and brought, where the setting is on.
    """

    units: Ints
    nonprofits: Ints
    scores: Floats
    ranks: Ints
    more_sites: Ints
    price: ExposureTradeoff | None = None


def best_nonprofits(scorer: Scorer) -> Shortlists:
    """Return the shortlist of every unit: the best sites, at most so many of one organisation.

    Those that may be among the best are found by :func:`matcher.ranking.shortlists.top_k.best_candidates`, then rescored in a fixed
    order and ranked by score, ties by id. With
    ``shortlist.evenness``, lists are chosen together from more candidates: see :mod:`matcher.ranking.shortlists.evenness`.
    """
    settings = scorer.run.settings.shortlist
    pool = settings.top * (POOL_LISTS if settings.evenness else 1)
    organisations = scorer.run.nonprofits.organisation_codes
    pair_units, pair_nonprofits = best_candidates(scorer, pool)
    scores = scorer.scores(pair_units, pair_nonprofits)
    order = np.lexsort((pair_nonprofits, -scores, pair_units))
    order = order[scores[order] >= settings.min_score]
    order = order[
        first_of_each(pair_units[order], organisations[pair_nonprofits[order]], settings.sites_per_organisation)
    ]
    plain = order[ranks_within(pair_units[order]) <= settings.top]
    price = None
    if settings.evenness:
        candidates = order[ranks_within(pair_units[order]) <= pool]
        kept = spread_out(
            pair_units[candidates],
            pair_nonprofits[candidates],
            scores[candidates],
            top=settings.top,
            evenness=settings.evenness,
            n_nonprofits=len(organisations),
        )
        order = candidates[kept]
        price = ExposureTradeoff.between(
            (pair_nonprofits[plain], scores[plain]),
            (pair_nonprofits[order], scores[order]),
            evenness=settings.evenness,
            n_nonprofits=len(organisations),
        )
    else:
        order = plain
    picked_units, picked = pair_units[order], pair_nonprofits[order]
    more_sites = _open_sites(scorer, picked_units, picked) - count_within(picked_units, organisations[picked])
    return Shortlists(picked_units, picked, scores[order], ranks_within(picked_units), more_sites, price)


def _open_sites(scorer: Scorer, units: Ints, nonprofits: Ints) -> Ints:
    """Return how many sites of each nonprofit's organisation are candidates of the unit, shape (k,)."""
    organisations = scorer.run.nonprofits.organisation_codes
    by_organisation = np.argsort(organisations, kind="stable")
    of_organisation = np.bincount(organisations)
    ends = np.cumsum(of_organisation)
    found = np.ones(len(units), dtype=np.int64)
    several = np.flatnonzero(of_organisation[organisations[nonprofits]] > 1)
    for unit in np.unique(units[several]).tolist():
        mine = several[units[several] == unit]
        codes, place = np.unique(organisations[nonprofits[mine]], return_inverse=True)
        sites = np.concatenate([by_organisation[ends[code] - of_organisation[code] : ends[code]] for code in codes])
        open_sites = sites[~scorer.closed(slice(unit, unit + 1), sites)[0]]
        found[mine] = np.bincount(np.searchsorted(codes, organisations[open_sites]), minlength=len(codes))[place]
    return found


def best_units(scorer: Scorer) -> Shortlists:
    """Return for every nonprofit the units that suit it best; the scores are those of :func:`best_nonprofits`."""
    settings = scorer.run.settings.shortlist
    n = len(scorer.run.nonprofits)
    best_scores = np.empty((0, n))
    best_rows = np.empty((0, n), dtype=np.int64)
    for rows in scorer.blocks():
        scores = scorer.block(rows)
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
    scores = scorer.scores(pair_units, pair_nonprofits)
    order = np.lexsort((pair_units, -scores, pair_nonprofits))
    order = order[scores[order] >= settings.min_score]
    ranks = ranks_within(pair_nonprofits[order])
    kept = ranks <= settings.top
    order = order[kept]
    return Shortlists(
        pair_units[order], pair_nonprofits[order], scores[order], ranks[kept], np.zeros(len(order), dtype=np.int64)
    )


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


def empty_lists(scorer: Scorer, listed: Set[str]) -> list[EmptyList]:
    """Return why the units without a candidate have none.

    Parameters
    ----------
    scorer : Scorer
    listed : set of str
        Ids of the units that have a list.
    """
    found = []
    count = len(scorer.run.nonprofits)
    for unit, unit_id in enumerate(scorer.run.units.ids.tolist()):
        if unit_id in listed:
            continue
        rows = slice(unit, unit + 1)
        closed = np.zeros(count, dtype=bool)
        at_gate: dict[str, int] = {}
        for gate in scorer.gates:
            out = np.broadcast_to(gate.closed(rows), (1, count))[0] & ~closed
            if out.any():
                at_gate[gate.name] = int(out.sum())
            closed |= out
        name, least = str(scorer.run.units.names[unit]), scorer.run.settings.shortlist.min_score
        found.append(EmptyList(unit_id, name, at_gate, int((~closed).sum()), least))
    return found
