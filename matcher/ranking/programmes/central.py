"""Central pairings: a company with an organisation, head office to head office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.places.distance import pairwise_km
from matcher.ranking.common_ground import common_ground
from matcher.ranking.programmes.candidates import Candidates, Pair
from matcher.ranking.programmes.companies import Companies, Organisations, People
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.eligibility import reach_km
from matcher.scoring.explanation import SCORE_DECIMALS
from matcher.scoring.geometric import geometric_mean, unknown_score
from matcher.scoring.scorer import FALLBACK, SAMPLED_ROWS, Scorer

FOOTPRINT = "footprint"
SCORE_SHARE = 1e-3
"""Weight of the score beside what a partner adds: it decides between partners that add the same."""
FIRST_LOOKS = 4
"""Organisations judged exactly in the first round, as a multiple of those asked for; twice as many in every next."""


@dataclass(frozen=True)
class CentralPair:
    """A company with an organisation.

    Attributes
    ----------
    company, organisation : int
    score : float
    footprint : float or None
        Share of the company's placed units that have an open site of the organisation in reach; None where no unit
        is placed.
    reached : ndarray of int64
        Those units.
    parts : dict of str to float or None
        Score a criterion.
    served : dict of int to float
        Units with a site of the organisation in reach that suits them, each with what the partner is worth to it: its
        own score with the best of these sites, but no more than the score of the head offices.
    adds : float
        What it adds to the worth of the partnerships that are kept in any case.
    is_kept : bool
        Whether a partnership of the two head offices runs, was proposed or is locked: it is in every plan already.
    """

    company: int
    organisation: int
    score: float
    footprint: float | None
    reached: Ints
    parts: dict[str, float | None]
    served: dict[int, float]
    adds: float
    is_kept: bool

    @property
    def appeal(self) -> float:
        """What decides which partner a company gets: what it adds, of equals the better score."""
        return self.adds + SCORE_SHARE * self.score


def central_pairs(
    scorer: Scorer,
    companies: Companies,
    organisations: Organisations,
    candidates: Candidates,
    vetoes: frozenset[Pair] = frozenset(),
    capacity: Ints | None = None,
    averaged: int = SAMPLED_ROWS,
) -> list[CentralPair]:
    """Organisations that may matter to every company, most appealing first for each company.

    They are open, score ``min_score`` at least, and have a reason that can be said: the head offices have common ground,
    or are partners already.

    The score is the weighted geometric mean of mission, values and resources of the two head offices and of the footprint, which
    takes the weight of proximity; the distance between the head offices is no penalty. An unknown criterion counts as
    somewhat less than the company's mean over the organisations, or over ``averaged`` evenly spaced ones where there are more.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    candidates : Candidates
        Local pairs of the run: those of an organisation's sites say which units it serves as a central partner.
    vetoes : frozenset of (int, int)
        Units and nonprofits that are ruled out.
    capacity : ndarray of shape (n_organisations,), int64, optional
        Partnerships that the head office of each can still take. Default: one each.
    averaged : int
        Organisations that averages are taken over.

    Notes
    -----
    A company's list ends with the k-th organisation that has capacity left, with k the number of companies or of the
    alternatives shown, whichever is larger; kept partners are on it in any case. The best choice of one partner a company
    needs no more: the other companies, one fewer than k at most, take one partnership each, so that of a company's first
    k organisations with capacity one at least is left to it, and giving it that one instead of any beyond them loses
    nothing.

    To find the list not every text is compared. A criterion with a costly part (a text) counts with that part at 1,
    its upper bound, until the organisation is judged exactly; the most promising are judged until no other could
    still reach the k-th best. What a partner adds rises with its score, and rounded sums keep the order of what is
    summed, so the bound holds to the last digit.
    """
    count = max(len(companies.names), scorer.run.settings.programmes.alternatives)
    has_capacity = np.ones(len(organisations.names), dtype=bool) if capacity is None else capacity > 0
    kept = frozenset(candidates.fixed_pairs)
    found: list[CentralPair] = []
    for company, units in enumerate(companies.units):
        head = int(companies.head_offices[company])
        usable, reached = _open_and_reached(scorer, organisations, units, head, vetoes, kept)
        codes = np.flatnonzero(usable)
        sites = organisations.head_offices[codes]
        footprint = _footprints(scorer, units, reached)
        is_kept = np.array([(head, site) in kept for site in sites.tolist()], dtype=bool)
        of_codes = None if footprint is None else footprint[codes]
        suiting = _Suiting.of_company(scorer, companies.people[company], candidates, codes)
        scored = _Scored(scorer, head, sites, of_codes, is_kept, suiting, averaged)
        for row in scored.best(has_capacity[codes], count):
            code = int(codes[row])
            found.append(
                CentralPair(
                    company,
                    code,
                    float(scored.scores[row]),
                    None if footprint is None else float(footprint[code]),
                    units[reached[:, code]],
                    scored.parts_of(row),
                    suiting.served(row, float(scored.scores[row])),
                    float(scored.adds[row]),
                    bool(is_kept[row]),
                )
            )
    return found


def _open_and_reached(
    scorer: Scorer,
    organisations: Organisations,
    units: Ints,
    head: int,
    vetoes: frozenset[Pair],
    kept: frozenset[Pair],
) -> tuple[Bools, Bools]:
    """Organisations that are open to a company, and its units with a site of each within reach.

    Returns
    -------
    (ndarray of shape (n_organisations,), ndarray of shape (b, n_organisations)), bool
        Open: the head office and some active site are open to the company's head office, or partners already. In reach:
        an active site that is open to the unit or its partner already.
    """
    run = scorer.run
    active, codes = run.nonprofits.active, run.nonprofits.organisation_codes
    reach = reach_km(run)
    usable = np.zeros(len(organisations.names), dtype=bool)
    reached = np.zeros((len(units), len(organisations.names)), dtype=bool)
    for offset, unit in enumerate(units.tolist()):
        rows = slice(unit, unit + 1)
        is_open = ~scorer.is_excluded(rows)[0]
        is_open[[site for of_unit, site in vetoes if of_unit == unit]] = False
        is_open[[site for of_unit, site in kept if of_unit == unit]] = True
        is_open &= active
        if unit == head:
            usable[codes[is_open]] = True
            usable &= (organisations.head_offices >= 0) & is_open[organisations.head_offices]
        near = pairwise_km(run.units.points[rows], run.nonprofits.points)[0] <= reach[unit]
        reached[offset, codes[near & is_open]] = True
    return usable, reached


def _footprints(scorer: Scorer, units: Ints, reached: Bools) -> Floats | None:
    """The share of a company's units that each organisation reaches, by size where all sizes are known.

    None where no unit is placed.
    """
    placed = ~np.isnan(scorer.run.units.points[units, 0])
    size = scorer.run.units.employees[units]
    weight = np.where(placed, size if not np.isnan(size).any() and (size > 0).any() else 1.0, 0.0)
    if not placed.any() or weight.sum() == 0:
        return None
    total = np.zeros(reached.shape[1])
    for of_unit, weight_of_unit in zip(reached, weight, strict=True):
        total[of_unit] += weight_of_unit
    footprints: Floats = total / weight.sum()
    return footprints


@dataclass(frozen=True)
class _Suiting:
    """The sites in reach that suit a company's units: for each unit and organisation the score of the best.

    Attributes
    ----------
    units, rows : ndarray of shape (k,), int64
        Position of the unit, and row of the organisation among those that are open to the company.
    scores, shares, kept : ndarray of shape (k,), float64
        Score of the unit with the best site, its share of the company's people, and the score of the best partner that
        it keeps in any case (0 without one).
    n_rows : int
    """

    units: Ints
    rows: Ints
    scores: Floats
    shares: Floats
    kept: Floats
    n_rows: int

    @classmethod
    def of_company(cls, scorer: Scorer, people: People, candidates: Candidates, codes: Ints) -> _Suiting:
        """Sites that suit the units of a company.

        Parameters
        ----------
        scorer : Scorer
        people : People
        candidates : Candidates
        codes : ndarray of shape (n_rows,), int64
            Organisations that are open to it.
        """
        kept = np.zeros(len(people.units))
        fixed = [(unit, site, score) for (unit, site), score in candidates.fixed_scores.items() if unit in people.units]
        for unit, _, score in fixed:
            offset = int(np.searchsorted(people.units, unit))
            kept[offset] = max(kept[offset], score)
        mine = np.isin(candidates.units, people.units)
        units = np.concatenate([candidates.units[mine], np.array([unit for unit, _, _ in fixed], dtype=np.int64)])
        sites = np.concatenate([candidates.sites[mine], np.array([site for _, site, _ in fixed], dtype=np.int64)])
        scores = np.concatenate([candidates.scores[mine], np.array([score for _, _, score in fixed], dtype=np.float64)])
        row_of_code = np.full(int(scorer.run.nonprofits.organisation_codes.max(initial=-1)) + 1, -1)
        row_of_code[codes] = np.arange(len(codes))
        rows = row_of_code[scorer.run.nonprofits.organisation_codes[sites]]
        order = np.lexsort((-scores, rows, units))
        order = order[rows[order] >= 0]
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = (np.diff(units[order]) != 0) | (np.diff(rows[order]) != 0)
        best = order[is_first]
        offsets = np.searchsorted(people.units, units[best])
        return cls(units[best], rows[best], scores[best], people.shares[offsets], kept[offsets], len(codes))

    def adds(self, scores: Floats) -> Floats:
        """What each organisation adds, shape (n_rows,), at a score with the company.

        Parameters
        ----------
        scores : ndarray of shape (n_rows,), float64
        """
        gains = self.shares * np.maximum(np.minimum(self.scores, scores[self.rows]) - self.kept, 0.0)
        added: Floats = np.round(np.bincount(self.rows, gains, minlength=self.n_rows), SCORE_DECIMALS)
        return added

    def served(self, row: int, score: float) -> dict[int, float]:
        """What an organisation with a score is worth to each unit that it serves.

        Parameters
        ----------
        row : int
        score : float
        """
        mine = self.rows == row
        return dict(zip(self.units[mine].tolist(), np.minimum(self.scores[mine], score).tolist(), strict=True))


class _Scored:
    """The organisations that are open to one company, scored: exactly where it matters, by an upper bound elsewhere.

    Parameters
    ----------
    scorer : Scorer
    head : int
        The company's head office.
    sites : ndarray of shape (k,), int64
        Head offices of the organisations.
    footprint : ndarray of shape (k,), float64, or None
    is_kept : ndarray of shape (k,), bool
    suiting : _Suiting
    averaged : int
        See :func:`central_pairs`.
    """

    def __init__(
        self,
        scorer: Scorer,
        head: int,
        sites: Ints,
        footprint: Floats | None,
        is_kept: Bools,
        suiting: _Suiting,
        averaged: int,
    ) -> None:
        self._scorer, self._head, self._sites = scorer, head, sites
        self._is_kept, self._suiting = is_kept, suiting
        settings = scorer.run.settings
        self._min_score = settings.shortlist.min_score
        self._names = [name for name in scorer.criteria if scorer.run.criteria[name].is_central]
        self._weights = np.array([settings.weights[name] for name in self._names], dtype=np.float64)
        self._parts = np.empty((len(sites), len(self._names)))
        heads = np.full(len(sites), head)
        for column, name in enumerate(self._names):
            self._parts[:, column] = scorer.criterion_scores(name, heads, sites, at_most=True)
        self._costly = [column for column, name in enumerate(self._names) if scorer.is_costly(name)]
        if footprint is not None:
            self._names.append(FOOTPRINT)
            self._weights = np.append(self._weights, settings.weights.get("proximity", 0.0))
            self._parts = np.column_stack([self._parts, footprint])
        self._is_exact = np.full(len(sites), not self._costly)
        self._has_reason = dict.fromkeys(np.flatnonzero(is_kept).tolist(), True)
        self.scores = np.full(len(sites), -np.inf)
        self._unknown = np.full(len(self._names), FALLBACK)
        if len(sites) and self._weights.sum() > 0:
            sample = evenly_spaced(np.ones(len(sites), dtype=bool), averaged)
            self._judge_exactly(sample)
            known = self._parts[sample]
            known = np.where(np.isnan(known).all(axis=0), FALLBACK, known)
            self._unknown = unknown_score(np.nanmean(known, axis=0), np.nanstd(known, axis=0))
            self._judge_exactly(np.flatnonzero(is_kept))
            self.scores = self._joined(slice(None))

    def best(self, has_capacity: Bools, count: int) -> list[int]:
        """Rows of the best, best first, up to the ``count``-th with capacity, and of kept ones; scored exactly."""
        batch = FIRST_LOOKS * count
        while True:
            best, threshold = self._best_exact(has_capacity, count)
            appeal = self._appeal()
            promising = np.flatnonzero(~self._is_exact & (self.scores >= self._min_score) & (appeal >= threshold))
            if not len(promising):
                return best
            if len(promising) > batch:
                promising = np.sort(promising[np.argpartition(-appeal[promising], batch)[:batch]])
            self._judge_exactly(promising)
            self.scores[promising] = self._joined(promising)
            batch *= 2

    def _best_exact(self, has_capacity: Bools, count: int) -> tuple[list[int], float]:
        """The best of the rows that are scored exactly, and the appeal that others need to be among them."""
        appeal = self._appeal()
        good = np.flatnonzero(self._is_exact & (self.scores >= self._min_score))
        order = good[np.argsort(-appeal[good], kind="stable")]
        best: list[int] = []
        for row in self._with_reason(order, FIRST_LOOKS * count):
            best.append(row)
            count -= int(has_capacity[row])
            if not count:
                break
        threshold = -np.inf if count else float(appeal[best[-1]])
        return best + [row for row in order[self._is_kept[order]].tolist() if row not in best], threshold

    def _with_reason(self, rows: Ints, batch: int) -> Iterator[int]:
        """Those of some rows whose reason can be said, in their order."""
        for start in range(0, len(rows), batch):
            some = rows[start : start + batch].tolist()
            new = np.array([row for row in some if row not in self._has_reason], dtype=np.int64)
            grounds = common_ground(self._scorer, np.full(len(new), self._head), self._sites[new]) == 1
            self._has_reason.update(zip(new.tolist(), grounds.tolist(), strict=True))
            yield from (row for row in some if self._has_reason[row])

    @property
    def adds(self) -> Floats:
        """What each organisation adds to the worth of what is kept, shape (k,); an upper bound where not exact."""
        return self._suiting.adds(self.scores)

    def _appeal(self) -> Floats:
        appeal: Floats = self.adds + SCORE_SHARE * self.scores
        return appeal

    def parts_of(self, row: int) -> dict[str, float | None]:
        """Score of an organisation by criterion; None where unknown."""
        values = self._parts[row].tolist()
        return {name: None if np.isnan(value) else value for name, value in zip(self._names, values, strict=True)}

    def _judge_exactly(self, rows: Ints) -> None:
        heads = np.full(len(rows), self._head)
        for column in self._costly:
            self._parts[rows, column] = self._scorer.criterion_scores(self._names[column], heads, self._sites[rows])
        self._is_exact[rows] = True

    def _joined(self, rows: slice | Ints) -> Floats:
        parts = self._parts[rows]
        filled = np.where(np.isnan(parts), self._unknown, parts)
        return np.round(geometric_mean(filled, self._weights), SCORE_DECIMALS)
