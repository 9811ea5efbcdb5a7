"""Central pairings: a company with an organisation, head office to head office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.eligibility import reach_km
from matcher.scoring.explanation import SCORE_DECIMALS
from matcher.scoring.geometric import geometric_mean
from matcher.scoring.scorer import FALLBACK, SAMPLED_ROWS, Scorer
from matcher.tables.status import Status

FOOTPRINT = "footprint"
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
    """

    company: int
    organisation: int
    score: float
    footprint: float | None
    reached: Ints
    parts: dict[str, float | None]


def central_pairs(
    scorer: Scorer,
    companies: Companies,
    organisations: Organisations,
    vetoes: frozenset[tuple[int, int]] = frozenset(),
    places: Ints | None = None,
    averaged: int = SAMPLED_ROWS,
) -> list[CentralPair]:
    """Return the organisations that may matter to every company: open, above ``min_score``, best first a company.

    The score is the weighted geometric mean of mission, values and resources of the two head offices and of the footprint, which
    takes the weight of proximity; the distance between the head offices is no penalty. An unknown criterion counts as the
    company's average over the organisations, or over ``averaged`` evenly spaced ones where there are more.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    vetoes : frozenset of (int, int)
        Units and nonprofits that are ruled out.
    places : ndarray of shape (n_organisations,), int64, optional
        Places left at the head office of each; without them every organisation has one.
    averaged : int
        Organisations that averages are taken over.

    Notes
    -----
    A company's list ends with the k-th organisation that has a place left, with k the number of companies or of the
    alternatives shown, whichever is larger. The best choice of one partner a company needs no more: the other
    companies, one fewer than k at most, take one place each, so that of a company's first k organisations with a place
    one at least is left to it, and giving it that one instead of any beyond them loses nothing.

    To find the list not every text is compared. A criterion with a costly part (a text) counts with that part at 1,
    the most it can be, until the organisation is judged exactly; the most promising are judged until no other could
    still reach the k-th best. Rounded sums keep the order of what is summed, so the bound holds to the last digit.
    """
    most = max(len(companies.names), scorer.run.settings.programmes.alternatives)
    has_place = np.ones(len(organisations.names), dtype=bool) if places is None else places > 0
    found: list[CentralPair] = []
    for company, units in enumerate(companies.units):
        head = int(companies.head_offices[company])
        usable, reached = _open_and_reached(scorer, organisations, units, head, vetoes)
        codes = np.flatnonzero(usable)
        footprint = _footprints(scorer, units, reached)
        scored = _Scored(
            scorer,
            head,
            organisations.head_offices[codes],
            None if footprint is None else footprint[codes],
            averaged,
        )
        for row in scored.best(has_place[codes], most):
            code = int(codes[row])
            found.append(
                CentralPair(
                    company,
                    code,
                    float(scored.scores[row]),
                    None if footprint is None else float(footprint[code]),
                    units[reached[:, code]],
                    scored.parts_of(row),
                )
            )
    return found


def _open_and_reached(
    scorer: Scorer, organisations: Organisations, units: Ints, head: int, vetoes: frozenset[tuple[int, int]]
) -> tuple[Bools, Bools]:
    """Organisations that are open to a company, and its units with a site of each within reach.

    Returns
    -------
    (ndarray of shape (n_organisations,), ndarray of shape (b, n_organisations)), bool
        Open: the head office and some active site are open to the company's head office. In reach: an active site
        that is open to the unit or runs with it already.
    """
    run, history = scorer.run, scorer.run.history
    codes = run.nonprofits.organisation_codes
    running = Status.mask(history.status, "is_running")
    reach = reach_km(run)
    usable = np.zeros(len(organisations.names), dtype=bool)
    reached = np.zeros((len(units), len(organisations.names)), dtype=bool)
    for offset, unit in enumerate(units.tolist()):
        rows = slice(unit, unit + 1)
        is_open = ~scorer.is_excluded(rows)[0]
        is_open[[site for of_unit, site in vetoes if of_unit == unit]] = False
        if unit == head:
            usable[codes[is_open & run.nonprofits.active]] = True
            usable &= is_open[organisations.head_offices]
        is_open[history.nonprofit[running & (history.unit == unit)]] = True
        near = pairwise_km(run.units.points[rows], run.nonprofits.points)[0] <= reach[unit]
        reached[offset, codes[near & is_open & run.nonprofits.active]] = True
    return usable, reached


def _footprints(scorer: Scorer, units: Ints, reached: Bools) -> Floats | None:
    """Return the share of a company's units that each organisation reaches, by size where all sizes are known.

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


class _Scored:
    """The organisations that are open to one company, scored: exactly where it matters, at the most elsewhere.

    Parameters
    ----------
    scorer : Scorer
    head : int
        The company's head office.
    sites : ndarray of shape (k,), int64
        Head offices of the organisations.
    footprint : ndarray of shape (k,), float64, or None
    averaged : int
        See :func:`central_pairs`.
    """

    def __init__(self, scorer: Scorer, head: int, sites: Ints, footprint: Floats | None, averaged: int) -> None:
        self._scorer, self._head, self._sites = scorer, head, sites
        settings = scorer.run.settings
        self._least = settings.shortlist.min_score
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
        self.scores = np.full(len(sites), -np.inf)
        self._averages = np.full(len(self._names), FALLBACK)
        if len(sites) and self._weights.sum() > 0:
            sample = evenly_spaced(np.ones(len(sites), dtype=bool), averaged)
            self._judge_exactly(sample)
            known = self._parts[sample]
            self._averages = np.nanmean(np.where(np.isnan(known).all(axis=0), FALLBACK, known), axis=0)
            self.scores = self._joined(slice(None))

    def best(self, has_place: Bools, most: int) -> list[int]:
        """Return the rows of the best, best first, up to the ``most``-th that has a place; these are scored exactly."""
        self._settle(has_place, most)
        good = np.flatnonzero(self._is_exact & (self.scores >= self._least))
        order = good[np.argsort(-self.scores[good], kind="stable")]
        with_place = has_place[order].astype(np.int64)
        before = np.cumsum(with_place) - with_place
        best: list[int] = order[before < most].tolist()
        return best

    def parts_of(self, row: int) -> dict[str, float | None]:
        """Score of an organisation by criterion; None where unknown."""
        values = self._parts[row].tolist()
        return {name: None if np.isnan(value) else value for name, value in zip(self._names, values, strict=True)}

    def _settle(self, has_place: Bools, most: int) -> None:
        """Judge the most promising exactly until nobody else could be among the best."""
        looks = FIRST_LOOKS * most
        while True:
            exact = self.scores[self._is_exact & has_place]
            reached = np.partition(exact, -most)[-most] if len(exact) >= most else -np.inf
            could = np.flatnonzero(~self._is_exact & (self.scores >= max(reached, self._least)))
            if not len(could):
                return
            if len(could) > looks:
                could = np.sort(could[np.argpartition(-self.scores[could], looks)[:looks]])
            self._judge_exactly(could)
            self.scores[could] = self._joined(could)
            looks *= 2

    def _judge_exactly(self, rows: Ints) -> None:
        heads = np.full(len(rows), self._head)
        for column in self._costly:
            self._parts[rows, column] = self._scorer.criterion_scores(self._names[column], heads, self._sites[rows])
        self._is_exact[rows] = True

    def _joined(self, rows: slice | Ints) -> Floats:
        parts = self._parts[rows]
        filled = np.where(np.isnan(parts), self._averages, parts)
        return np.round(geometric_mean(filled, self._weights), SCORE_DECIMALS)
