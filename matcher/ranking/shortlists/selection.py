"""Shortlists: the best nonprofits of every unit, and the best units of every nonprofit."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from matcher.ranking.common_ground import is_related
from matcher.ranking.shortlists import stability
from matcher.ranking.shortlists.evenness import POOL_LISTS, ExposureTradeoff, select_evenly
from matcher.ranking.shortlists.grouping import count_within, first_of_each, ranks_within
from matcher.ranking.shortlists.top_k import best_candidates
from matcher.scoring.data import Floats, Ints
from matcher.scoring.eligibility import NoCapacity
from matcher.scoring.scorer import Scorer

_TOLERANCE = 1e-9
"""Scores that differ by less may change order when they are computed again, so both are kept until then."""


@dataclass(frozen=True)
class Shortlists:
    """Pairs on shortlists, list by list, best first.

    Attributes
    ----------
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    scores : ndarray of shape (k,), float64
    ranks : ndarray of shape (k,), int64
        Rank on the list, from 1.
    more_sites : ndarray of shape (k,), int64
        Number of other sites of the organisation that are candidates of the unit.
    stability : ndarray of shape (k,), int64, or None
        In how many of 100 disturbed weightings the pair keeps its place, see
        :mod:`matcher.ranking.shortlists.stability`; None for lists of units, and with evenness.
    unrelated : ndarray of shape (n_lists,), int64
        Number of candidates of each list that were left out because they have nothing in common with its owner.
    tradeoff : ExposureTradeoff or None
        Score given up for evenness, where the setting is on.
    """

    units: Ints
    nonprofits: Ints
    scores: Floats
    ranks: Ints
    more_sites: Ints
    unrelated: Ints
    stability: Ints | None = None
    tradeoff: ExposureTradeoff | None = None


def best_nonprofits(scorer: Scorer) -> Shortlists:
    """Shortlists of all units, with at most ``shortlist.sites_per_organisation`` sites of one organisation.

    Candidates from :func:`matcher.ranking.shortlists.top_k.best_candidates` are scored in double precision and ranked by
    score, ties by id. With ``shortlist.evenness``, all lists are chosen together from more candidates, see
    :mod:`matcher.ranking.shortlists.evenness`.
    """
    return shortlists_of(
        scorer,
        *best_candidates(scorer, pool_size(scorer), scorer.run.settings.shortlist.min_score - stability.SCORE_BELOW),
    )


def pool_size(scorer: Scorer) -> int:
    """Number of candidates, the best by score, that a list is chosen from."""
    settings = scorer.run.settings.shortlist
    if scorer.run.settings.side == "nonprofits":
        return settings.top
    return settings.top * (POOL_LISTS if settings.evenness else stability.POOL_LISTS)


def shortlists_of(
    scorer: Scorer, pair_units: Ints, pair_nonprofits: Ints, *, with_stability: bool = True
) -> Shortlists:
    """Shortlists from candidates that include the best of every unit; see :func:`best_nonprofits`.

    Parameters
    ----------
    scorer : Scorer
    pair_units, pair_nonprofits : ndarray of shape (k,), int64
        Positions of pairs that no gate excludes.
    with_stability : bool
        Whether to say how firm each place is, which takes time.
    """
    settings, pool = scorer.run.settings.shortlist, pool_size(scorer)
    organisations = scorer.run.nonprofits.organisation_codes
    scores = scorer.scores(pair_units, pair_nonprofits)
    order = np.lexsort((pair_nonprofits, -scores, pair_units))
    order = order[
        first_of_each(pair_units[order], organisations[pair_nonprofits[order]], settings.sites_per_organisation)
    ]
    order = order[ranks_within(pair_units[order]) <= pool]
    related = is_related(scorer, pair_units[order], pair_nonprofits[order])
    left_out = order[~related & (scores[order] >= settings.min_score)]
    contenders = order[related]
    order = contenders[scores[contenders] >= settings.min_score]
    plain = order[ranks_within(pair_units[order]) <= settings.top]
    tradeoff = kept_places = None
    if settings.evenness:
        kept = select_evenly(
            pair_units[order],
            pair_nonprofits[order],
            scores[order],
            top=settings.top,
            evenness=settings.evenness,
            n_nonprofits=len(organisations),
        )
        order = order[kept]
        tradeoff = ExposureTradeoff.between(
            (pair_nonprofits[plain], scores[plain]),
            (pair_nonprofits[order], scores[order]),
            evenness=settings.evenness,
            n_nonprofits=len(organisations),
        )
    else:
        order = plain
    if with_stability and not settings.evenness:
        kept_places = stability.stability(
            scorer,
            pair_units[contenders],
            pair_nonprofits[contenders],
            np.isin(contenders, order),
            settings.min_score,
        )
    units, nonprofits = pair_units[order], pair_nonprofits[order]
    more_sites = _eligible_sites(scorer, units, nonprofits) - count_within(units, organisations[nonprofits])
    unrelated = np.bincount(pair_units[left_out], minlength=len(scorer.run.units))
    return Shortlists(
        units, nonprofits, scores[order], ranks_within(units), more_sites, unrelated, kept_places, tradeoff
    )


def _eligible_sites(scorer: Scorer, units: Ints, nonprofits: Ints) -> Ints:
    """Number of sites of each nonprofit's organisation that are candidates of the unit, shape (k,)."""
    organisations = scorer.run.nonprofits.organisation_codes
    by_organisation = np.argsort(organisations, kind="stable")
    of_organisation = np.bincount(organisations)
    ends = np.cumsum(of_organisation)
    counts = np.ones(len(units), dtype=np.int64)
    several = np.flatnonzero(of_organisation[organisations[nonprofits]] > 1)
    for unit in np.unique(units[several]).tolist():
        mine = several[units[several] == unit]
        codes, position = np.unique(organisations[nonprofits[mine]], return_inverse=True)
        sites = np.concatenate([by_organisation[ends[code] - of_organisation[code] : ends[code]] for code in codes])
        eligible = sites[~scorer.is_excluded(slice(unit, unit + 1), sites)[0]]
        counts[mine] = np.bincount(np.searchsorted(codes, organisations[eligible]), minlength=len(codes))[position]
    return counts


def best_units(scorer: Scorer) -> Shortlists:
    """Shortlists of all nonprofits: the units that suit each best, by the scores of :func:`best_nonprofits`."""
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
    order = order[ranks_within(pair_nonprofits[order]) <= pool_size(scorer)]
    related = is_related(scorer, pair_units[order], pair_nonprofits[order])
    unrelated = np.bincount(pair_nonprofits[order[~related]], minlength=n)
    order = order[related]
    ranks, more_sites = ranks_within(pair_nonprofits[order]), np.zeros(len(order), dtype=np.int64)
    return Shortlists(pair_units[order], pair_nonprofits[order], scores[order], ranks, more_sites, unrelated)


@dataclass(frozen=True)
class EmptyList:
    """Why the list of a unit is empty.

    Attributes
    ----------
    unit_id, unit_name : str
    excluded : dict of str to int
        Number of nonprofits excluded by each gate; one that several gates exclude counts for the first.
    below : int
        Number of nonprofits with a score below ``min_score``.
    unrelated : int
        Number of nonprofits that score high enough and have nothing in common with the unit.
    min_score : float
    is_full : bool
        Whether the unit itself has no place left for a partnership.
    """

    unit_id: str
    unit_name: str
    excluded: dict[str, int]
    below: int
    unrelated: int
    min_score: float
    is_full: bool = False


def empty_lists(scorer: Scorer, listed: Set[str], unrelated: Ints) -> list[EmptyList]:
    """Reasons of the units without a list.

    Parameters
    ----------
    scorer : Scorer
    listed : set of str
        Ids of the units with a list.
    unrelated : ndarray of shape (n_units,), int64
        As in :class:`Shortlists`.
    """
    found = []
    count = len(scorer.run.nonprofits)
    full = next(gate.units_full for gate in scorer.gates if isinstance(gate, NoCapacity))
    for unit, unit_id in enumerate(scorer.run.units.ids.tolist()):
        if unit_id in listed:
            continue
        rows = slice(unit, unit + 1)
        excluded = np.zeros(count, dtype=bool)
        by_gate: dict[str, int] = {}
        for gate in scorer.gates:
            out = np.broadcast_to(gate.is_excluded(rows), (1, count))[0] & ~excluded
            if out.any():
                by_gate[gate.name] = int(out.sum())
            excluded |= out
        name, min_score = str(scorer.run.units.names[unit]), scorer.run.settings.shortlist.min_score
        left, high = np.flatnonzero(~excluded), 0
        if unrelated[unit]:
            high = int((scorer.scores(np.full(len(left), unit), left) >= min_score).sum())
        found.append(EmptyList(unit_id, name, by_gate, len(left) - high, high, min_score, bool(full[unit])))
    return found
