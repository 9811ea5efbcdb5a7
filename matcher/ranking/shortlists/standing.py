"""Standing of every pair: its rank for a list, or what keeps it off."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from matcher.ranking.common_ground import is_related
from matcher.ranking.shortlists.grouping import nth_within
from matcher.ranking.shortlists.selection import pool_size
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer

LISTED, RANKED, EVENED_OUT, OTHER_SITE, UNRELATED, BELOW_MIN_SCORE, GATED = (
    "listed",
    "ranked",
    "evened_out",
    "other_site",
    "unrelated",
    "below_min_score",
    "gated",
)
"""Standings: on the list; ranked behind it; its place given away for even exposure; behind another site of its
organisation; nothing in common; score too low; excluded by a gate."""


@dataclass(frozen=True)
class Standing:
    """Standing of one pair for one list.

    Attributes
    ----------
    code : str
        ``LISTED``, ``RANKED``, ``EVENED_OUT``, ``OTHER_SITE``, ``UNRELATED``, ``BELOW_MIN_SCORE`` or ``GATED``.
    rank : int
        Among all candidates of the list, from 1; 0 where it has none.
    candidates : int
        Number of candidates with a rank.
    score : float
    min_score : float
    gate : str
        Name of the first closed gate; empty where none is.
    other_site : int
        Position of the nonprofit that stands for the organisation; -1 where that is no matter.
    """

    code: str
    rank: int
    candidates: int
    score: float
    min_score: float
    gate: str = ""
    other_site: int = -1


@dataclass(frozen=True)
class Standings:
    """Standings of all candidates for some lists: b lists of owners, c candidates each.

    Attributes
    ----------
    side : {"units", "nonprofits"}
        Whose lists they are; the candidates are of the other side.
    owners : ndarray of shape (b,), int64
        Positions of the lists' owners.
    scores : ndarray of shape (b, c), float64
        Gates ignored.
    gates : ndarray of shape (b, c), int64
        Index of the first closed gate in ``gate_names``; -1 where none is.
    ranks : ndarray of shape (b, c), int64
        From 1; 0 where there is none.
    other_sites : ndarray of shape (b, c), int64
        Position of the site that stands for the organisation; -1 where that is no matter.
    listed : ndarray of shape (b, c), bool
    min_score : float
    gate_names : tuple of str
    """

    side: str
    owners: Ints
    scores: Floats
    gates: Ints
    ranks: Ints
    other_sites: Ints
    listed: np.ndarray
    min_score: float
    gate_names: tuple[str, ...]

    def standing(self, row: int, candidate: int) -> Standing:
        """Standing of one candidate.

        Parameters
        ----------
        row : int
            Position of the list in ``owners``.
        candidate : int
            Position of the candidate.
        """
        gate, rank, site = (int(found[row, candidate]) for found in (self.gates, self.ranks, self.other_sites))
        listed = bool(self.listed[row, candidate])
        code = RANKED
        if gate >= 0:
            code = GATED
        elif listed:
            code = LISTED
        elif site >= 0:
            code = OTHER_SITE
        elif not rank:
            code = UNRELATED if self.scores[row, candidate] >= self.min_score else BELOW_MIN_SCORE
        elif rank < self.ranks[row][self.listed[row]].max(initial=0):
            code = EVENED_OUT
        return Standing(
            code=code,
            rank=rank,
            candidates=int(self.ranks[row].max(initial=0)),
            score=float(self.scores[row, candidate]),
            min_score=self.min_score,
            gate=self.gate_names[gate] if gate >= 0 else "",
            other_site=site,
        )


def standings(scorer: Scorer, owners: Ints, listed: Set[tuple[int, int]] | None = None) -> Standings:
    """Standings of all candidates for the lists of some owners, in the order of the shortlists.

    Parameters
    ----------
    scorer : Scorer
    owners : ndarray of shape (b,), int64
        Positions of units, or of nonprofits where the lists are theirs.
    listed : set of (int, int), optional
        Positions of unit and nonprofit of each pair that is on a list. Default: the first ranks of each list, as where
        ``shortlist.evenness`` is off.
    """
    run, settings = scorer.run, scorer.run.settings.shortlist
    by_unit = run.settings.side == "units"
    count = len(run.nonprofits) if by_unit else len(run.units)
    shape = len(owners), count
    scores, gates = np.empty(shape), np.full(shape, -1, dtype=np.int64)
    ranks, other_sites = np.zeros(shape, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
    on_list = np.zeros(shape, dtype=bool)
    candidates = np.arange(count)
    for row, owner in enumerate(owners.tolist()):
        owner_repeated = np.full(count, owner)
        units, nonprofits = (owner_repeated, candidates) if by_unit else (candidates, owner_repeated)
        scores[row] = scorer.scores(units, nonprofits)
        gates[row] = _first_gate(scorer, owner)
        order = np.flatnonzero((gates[row] < 0) & (scores[row] >= settings.min_score))
        order = order[np.lexsort((order, -scores[row, order]))]
        if by_unit:
            codes = run.nonprofits.organisation_codes[order]
            nth = nth_within(np.zeros_like(codes), codes)
            behind = nth >= settings.sites_per_organisation
            best = dict(zip(codes[nth == 0].tolist(), order[nth == 0].tolist(), strict=True))
            other_sites[row, order[behind]] = [best[code] for code in codes[behind].tolist()]
            order = order[~behind]
        pool = order[: pool_size(scorer)]
        related = is_related(scorer, units[pool], nonprofits[pool])
        first = pool[related][: settings.top]
        order = np.concatenate([pool[related], order[len(pool) :]])
        ranks[row, order] = np.arange(1, len(order) + 1)
        if listed is None:
            on_list[row, first] = True
        else:
            on_list[row] = [pair in listed for pair in zip(units.tolist(), nonprofits.tolist(), strict=True)]
    names = tuple(gate.name for gate in scorer.gates)
    return Standings(run.settings.side, owners, scores, gates, ranks, other_sites, on_list, settings.min_score, names)


def _first_gate(scorer: Scorer, owner: int) -> Ints:
    """Index of the first gate that excludes each candidate of an owner, shape (c,); -1 where none does."""
    by_unit = scorer.run.settings.side == "units"
    units = slice(owner, owner + 1) if by_unit else slice(0, len(scorer.run.units))
    columns = np.arange(len(scorer.run.nonprofits)) if by_unit else np.array([owner])
    shape = (1, len(columns)) if by_unit else (len(scorer.run.units), 1)
    found = np.full(shape, -1, dtype=np.int64)
    for index, gate in enumerate(scorer.gates):
        closed = np.broadcast_to(gate.is_excluded(units, columns), shape)
        found[closed & (found < 0)] = index
    return found.ravel()
