"""Central pairings: a company with an organisation, head office to head office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.criteria.gates import RUNNING, reach_km
from matcher.criteria.judge import Judge
from matcher.criteria.record import SCORE_DECIMALS
from matcher.criteria.run import Bools, Floats, Ints
from matcher.places.distance import pairwise_km

CENTRAL_CRITERIA = ("mission", "values", "resources")
FOOTPRINT = "footprint"


@dataclass(frozen=True)
class Companies:
    """The companies of a run, by name.

    Attributes
    ----------
    names : list of str
    units : list of ndarray
        Positions of each company's units.
    head_offices : ndarray of int64
        Position of the unit that stands for each company.
    stated : ndarray of bool
        Whether that unit is said to be the head office; else it is the largest.
    """

    names: list[str]
    units: list[Ints]
    head_offices: Ints
    stated: Bools


@dataclass(frozen=True)
class Organisations:
    """The organisations of a run, by code; see :class:`Companies`.

    Attributes
    ----------
    names : list of str
    sites : list of ndarray
        Positions of each organisation's active sites.
    head_offices : ndarray of int64
    stated : ndarray of bool
    """

    names: list[str]
    sites: list[Ints]
    head_offices: Ints
    stated: Bools


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


def companies_of(judge: Judge) -> Companies:
    """Return the companies of a run."""
    units = judge.run.units
    names, codes = np.unique(units.companies.astype(str), return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    heads = [_head(rows, units.is_hq, units.employees) for rows in members]
    return Companies([str(name) for name in names], members, *_as_arrays(heads))


def organisations_of(judge: Judge) -> Organisations:
    """Return the organisations of a run."""
    nonprofits = judge.run.nonprofits
    codes = nonprofits.organisation_codes
    count = int(codes.max(initial=-1)) + 1
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.searchsorted(codes[order], np.arange(1, count)))
    heads = [_head(rows, nonprofits.is_hq, nonprofits.staff) for rows in members]
    names = [str(nonprofits.organisations[rows[0]]) for rows in members]
    return Organisations(names, [rows[nonprofits.active[rows]] for rows in members], *_as_arrays(heads))


def _head(rows: Ints, is_hq: Bools, size: Floats) -> tuple[int, bool]:
    """Return the row that stands for a group: its head office, else the largest, else the first by id."""
    stated = rows[is_hq[rows]]
    if len(stated):
        return int(stated[0]), True
    known = np.nan_to_num(size[rows], nan=-1.0)
    return int(rows[np.argmax(known)]), len(rows) == 1


def _as_arrays(heads: list[tuple[int, bool]]) -> tuple[Ints, Bools]:
    return np.array([row for row, _ in heads], dtype=np.int64), np.array([stated for _, stated in heads], dtype=bool)


def central_pairs(
    judge: Judge, companies: Companies, organisations: Organisations, vetoes: frozenset[tuple[int, int]] = frozenset()
) -> list[CentralPair]:
    """Return every company with every organisation whose gates are open, above ``min_score``, best first a company.

    The score is the weighted mean of mission, values and resources of the two head offices and of the footprint, which
    takes the weight of proximity; how far apart the head offices are is no penalty. What is unknown counts as the
    company's average over the organisations.
    """
    found: list[CentralPair] = []
    for company in range(len(companies.names)):
        found += _of_company(judge, companies, organisations, company, vetoes)
    return found


def _of_company(
    judge: Judge, companies: Companies, organisations: Organisations, company: int, vetoes: frozenset[tuple[int, int]]
) -> list[CentralPair]:
    run = judge.run
    head = int(companies.head_offices[company])
    open_sites, in_reach = _open_in_reach(judge, companies.units[company], vetoes)
    heads_open = open_sites[int(np.flatnonzero(companies.units[company] == head)[0])]
    usable = np.array(
        [
            bool(heads_open[organisations.head_offices[code]]) and bool(heads_open[sites].any())
            for code, sites in enumerate(organisations.sites)
        ],
        dtype=bool,
    )
    codes = np.flatnonzero(usable)
    if not len(codes):
        return []
    names, weights, scores = _criterion_scores(judge, head, organisations.head_offices[codes])
    reached, footprint = _footprints(
        run.units.employees, companies.units[company], in_reach, organisations.sites, codes, run.units.points
    )
    if footprint is not None:
        names, weights = [*names, FOOTPRINT], [*weights, run.settings.weights.get("proximity", 0.0)]
        scores = np.column_stack([scores, footprint])
    total = float(sum(weights))
    if total <= 0:
        return []
    averages = np.nanmean(np.where(np.isnan(scores).all(axis=0), 0.5, scores), axis=0)
    filled = np.where(np.isnan(scores), averages, scores)
    joined = np.round((filled * np.array(weights)).sum(axis=1) / total, SCORE_DECIMALS)
    order = np.lexsort((codes, -joined))
    return [
        CentralPair(
            company,
            int(codes[row]),
            float(joined[row]),
            None if footprint is None else float(footprint[row]),
            reached[row],
            {
                name: None if np.isnan(scores[row, column]) else float(scores[row, column])
                for column, name in enumerate(names)
            },
        )
        for row in order
        if joined[row] >= run.settings.shortlist.min_score
    ]


def _open_in_reach(judge: Judge, units: Ints, vetoes: frozenset[tuple[int, int]]) -> tuple[Bools, Bools]:
    """Return which sites are open for each of some units, and which of those (or running ones) are in its reach."""
    run = judge.run
    shape = (len(units), len(run.nonprofits))
    open_sites = np.ones(shape, dtype=bool)
    for offset, unit in enumerate(units):
        rows = slice(int(unit), int(unit) + 1)
        for gate in judge.gates:
            open_sites[offset] &= ~np.broadcast_to(gate.closed(rows), (1, shape[1]))[0]
        for pair in vetoes:
            if pair[0] == unit:
                open_sites[offset, pair[1]] = False
    near = pairwise_km(run.units.points[units], run.nonprofits.points) <= reach_km(run)[units, None]
    history = run.history
    running = np.zeros(shape, dtype=bool)
    for unit, site in zip(
        history.unit[np.isin(history.status, RUNNING)], history.nonprofit[np.isin(history.status, RUNNING)], strict=True
    ):
        running[units == unit, site] = True
    return open_sites, near & (open_sites | running)


def _criterion_scores(judge: Judge, head: int, sites: Ints) -> tuple[list[str], list[float], Floats]:
    """Return names, weights and scores of the criteria in play between a head office and others, NaN where unknown."""
    names = [name for name in judge.criteria if name in CENTRAL_CRITERIA]
    weights = [judge.run.settings.weights[name] for name in names]
    heads = np.full(len(sites), head)
    scores = np.empty((len(sites), len(names)))
    for column, name in enumerate(names):
        scores[:, column] = judge.criterion_scores(name, heads, sites)
    return names, weights, scores


def _footprints(
    employees: Floats, units: Ints, in_reach: Bools, sites: list[Ints], codes: Ints, points: Floats
) -> tuple[list[Ints], Floats | None]:
    """Return the units that each organisation reaches and its footprint; None where no unit is placed."""
    placed = ~np.isnan(points[units, 0])
    size = employees[units]
    weight = np.where(placed, size if not np.isnan(size).any() and (size > 0).any() else 1.0, 0.0)
    reached = [np.flatnonzero(in_reach[:, sites[code]].any(axis=1)) for code in codes]
    if not placed.any() or weight.sum() == 0:
        return [units[rows] for rows in reached], None
    return [units[rows] for rows in reached], np.array([weight[rows].sum() / weight.sum() for rows in reached])
