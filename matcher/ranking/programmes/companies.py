"""The two sides of a central pairing: companies with their units, organisations with their sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.scorer import Scorer


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

    There may be as many as there are nonprofits, so that their sites are one array and not one an organisation.

    Attributes
    ----------
    names : list of str
    sites : ndarray of int64
        Positions of the active sites, those of one organisation after those of another.
    starts : ndarray of shape (n_organisations + 1,), int64
        Where those of each organisation start, and where the last ones end.
    head_offices : ndarray of int64
    stated : ndarray of bool
    """

    names: list[str]
    sites: Ints
    starts: Ints
    head_offices: Ints
    stated: Bools

    def sites_of(self, organisation: int) -> Ints:
        """Return the positions of an organisation's active sites."""
        return self.sites[self.starts[organisation] : self.starts[organisation + 1]]


def companies_of(scorer: Scorer) -> Companies:
    """Return the companies of a run."""
    units = scorer.run.units
    names, codes = np.unique(units.companies.astype(str), return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    return Companies([str(name) for name in names], members, *_heads(codes, units.is_hq, units.employees))


def organisations_of(scorer: Scorer) -> Organisations:
    """Return the organisations of a run."""
    nonprofits = scorer.run.nonprofits
    codes = nonprofits.organisation_codes
    _, first = np.unique(codes, return_index=True)
    order = np.argsort(codes, kind="stable")
    sites = order[nonprofits.active[order]]
    return Organisations(
        [str(name) for name in nonprofits.organisations[first].tolist()],
        sites,
        np.searchsorted(codes[sites], np.arange(len(first) + 1)),
        *_heads(codes, nonprofits.is_hq, nonprofits.staff),
    )


def _heads(codes: Ints, is_hq: Bools, size: Floats) -> tuple[Ints, Bools]:
    """Return the row that stands for each group, and whether it is said to: head office, else largest, else first."""
    # Among those that are said to be the head office the first counts, whatever their size.
    size_of_others = np.where(is_hq, 0.0, np.nan_to_num(size, nan=-1.0))
    order = np.lexsort((-size_of_others, ~is_hq, codes))
    _, first, counts = np.unique(codes[order], return_index=True, return_counts=True)
    heads = order[first]
    return heads, is_hq[heads] | (counts == 1)
