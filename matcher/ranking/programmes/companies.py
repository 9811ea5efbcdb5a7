"""The two sides of a central pairing: companies with their units, organisations with their sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.ranking.programmes.notices import NO_HEAD_OFFICE, PlanNotice
from matcher.scoring.data import Bools, Floats, Ints, Labels
from matcher.scoring.gated_run import GatedRun
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class People:
    """The people of a company, by unit.

    Attributes
    ----------
    units : ndarray of shape (b,), int64
        Positions of its units.
    shares : ndarray of shape (b,), float64
        Share of each unit; they sum to 1.
    by_employees : bool
        Whether the shares are of employees, known for all units; else every unit counts the same.
    """

    units: Ints
    shares: Floats
    by_employees: bool

    @classmethod
    def of_units(cls, units: Ints, employees: Floats) -> People:
        """People of some units.

        Parameters
        ----------
        units : ndarray of shape (b,), int64
        employees : ndarray of shape (b,), float64
            NaN where unknown.
        """
        is_known = bool(not np.isnan(employees).any() and employees.sum() > 0)
        size = employees if is_known else np.ones(len(units))
        return cls(units, size / size.sum(), is_known)


@dataclass(frozen=True)
class Companies:
    """The companies of a run, by name.

    Attributes
    ----------
    names : tuple of str
    units : tuple of ndarray of int64
        Positions of each company's units.
    head_offices : ndarray of shape (n_companies,), int64
        Position of the unit that stands for each company.
    is_stated : ndarray of shape (n_companies,), bool
        Whether that unit is the head office: it is stated to be, or the only one and not stated to be a branch. Else it
        is the largest unit.
    people : tuple of People
    """

    names: tuple[str, ...]
    units: tuple[Ints, ...]
    head_offices: Ints
    is_stated: Bools
    people: tuple[People, ...]


@dataclass(frozen=True)
class Organisations:
    """The organisations of a run, by code; see :class:`Companies`.

    There may be as many as there are nonprofits, so all their sites are in one array.

    Attributes
    ----------
    names : tuple of str
    sites : ndarray of shape (n_active,), int64
        Positions of the active sites, grouped by organisation.
    starts : ndarray of shape (n_organisations + 1,), int64
        Start of each organisation's group in ``sites``, and the end of the last.
    head_offices : ndarray of shape (n_organisations,), int64
        -1 where no row is the head office: then nobody can speak for the organisation.
    """

    names: tuple[str, ...]
    sites: Ints
    starts: Ints
    head_offices: Ints

    def sites_of(self, organisation: int) -> Ints:
        """Positions of an organisation's active sites, shape (n_sites,)."""
        return self.sites[self.starts[organisation] : self.starts[organisation + 1]]


@dataclass(frozen=True)
class Directory:
    """Names and coordinates of the rows of one side, by position.

    Attributes
    ----------
    ids, names, owners : ndarray of shape (n_rows,), str
        The owner is a unit's company or a nonprofit's organisation.
    points : ndarray of shape (n_rows, 3), float64
        On the unit sphere; NaN where unplaced.
    """

    ids: Labels
    names: Labels
    owners: Labels
    points: Floats

    def __len__(self) -> int:
        return len(self.ids)


def directories_of(scorer: Scorer) -> tuple[Directory, Directory]:
    """Directories of the units and of the nonprofits of a run."""
    units, nonprofits = scorer.run.units, scorer.run.nonprofits
    return (
        Directory(units.ids, units.names, units.companies, units.points),
        Directory(nonprofits.ids, nonprofits.names, nonprofits.organisations, nonprofits.points),
    )


def companies_of(gated: Scorer | GatedRun) -> Companies:
    """The companies of a run, in the order of their codes."""
    units = gated.run.units
    names, codes = np.unique(units.companies.astype(str), return_inverse=True)
    members = tuple(np.flatnonzero(codes == code) for code in range(len(names)))
    heads, is_stated = _heads(codes, units.is_hq, units.is_branch, units.employees)
    people = tuple(People.of_units(rows, units.employees[rows]) for rows in members)
    return Companies(tuple(str(name) for name in names), members, heads, is_stated, people)


def head_office_notices(gated: Scorer | GatedRun, companies: Companies) -> list[PlanNotice]:
    """Notices of the companies for which no head office is stated, with the unit that stands for each.

    Parameters
    ----------
    gated : Scorer or GatedRun
    companies : Companies
    """
    ids = gated.run.units.ids
    return [
        PlanNotice.of(NO_HEAD_OFFICE, company=name, unit=str(ids[companies.head_offices[company]]))
        for company, name in enumerate(companies.names)
        if not companies.is_stated[company]
    ]


def organisations_of(scorer: Scorer) -> Organisations:
    """The organisations of a run, in the order of their codes."""
    nonprofits = scorer.run.nonprofits
    codes = nonprofits.organisation_codes
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(codes, kind="stable")
    sites = order[nonprofits.active[order]]
    heads, is_stated = _heads(codes, nonprofits.is_hq, nonprofits.is_branch, nonprofits.staff)
    return Organisations(
        tuple(str(name) for name in nonprofits.organisations[first].tolist()),
        sites,
        np.searchsorted(codes[sites], np.arange(len(first) + 1)),
        np.where(is_stated, heads, -1),
    )


def _heads(codes: Ints, is_hq: Bools, is_branch: Bools, size: Floats) -> tuple[Ints, Bools]:
    """Row of each group that is its head office, else the largest, else the first; and whether it is the head office."""
    # Of several stated head offices the first counts, whatever their size.
    size_of_others = np.where(is_hq, 0.0, np.nan_to_num(size, nan=-1.0))
    order = np.lexsort((-size_of_others, ~is_hq, codes))
    _, first, counts = np.unique(codes[order], return_index=True, return_counts=True)
    heads = order[first]
    return heads, is_hq[heads] | ((counts == 1) & ~is_branch[heads])
