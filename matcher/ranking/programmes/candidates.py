"""Candidate local pairs of a run, with the pairs that are fixed beforehand: running and locked ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from matcher.ranking.programmes.notices import PlanNotice
from matcher.scoring.data import Bools, Floats, History, Ints, Nonprofits
from matcher.scoring.gated_run import GatedRun
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status

Pair = tuple[int, int]
"""Positions of a unit and of a nonprofit, in id order."""

UNPLACED, NONE_IN_REACH, ALL_GATED, ALL_BELOW_MIN_SCORE, NO_COMMON_GROUND, ALL_FULL, NO_CAPACITY, CENTRAL_ONLY = (
    "unplaced",
    "none in reach",
    "all gated",
    "all below min_score",
    "no common ground",
    "all full",
    "no capacity",
    "central only",
)
UNSERVED_REASONS = (
    UNPLACED,
    NONE_IN_REACH,
    ALL_GATED,
    ALL_BELOW_MIN_SCORE,
    NO_COMMON_GROUND,
    ALL_FULL,
    NO_CAPACITY,
    CENTRAL_ONLY,
)
"""Why a unit may have no local partner."""


@dataclass(frozen=True)
class PairConstraints:
    """Pairs that the user keeps or rules out.

    Attributes
    ----------
    locks, vetoes : frozenset of (int, int)
        Positions of unit and nonprofit.
    """

    locks: frozenset[Pair] = frozenset()
    vetoes: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Candidates:
    """Pairs that local programmes choose from, in order of unit and site, and the pairs fixed beforehand.

    Attributes
    ----------
    units, sites : ndarray of shape (n_candidates,), int64
        Positions of unit and nonprofit.
    scores : ndarray of shape (n_candidates,), float64
        In [0, 1], at least ``min_score``.
    has_setback : ndarray of shape (n_candidates,), bool
        Whether company and organisation have a past that asks for care, see :mod:`matcher.scoring.history`.
    unit_capacity, site_capacity : ndarray of shape (n_units,) and (n_nonprofits,), int64
        Partnerships in all, running ones included.
    organisation_capacity : ndarray of shape (n_organisations,), int64
        Partnerships of the whole organisation in all.
    organisation_of_site : ndarray of shape (n_nonprofits,), int64
        Organisation of each site that states such a capacity; -1 where it states none.
    organisation_codes : ndarray of shape (n_nonprofits,), int64
        Organisation of each site.
    sites_per_organisation : int
        Sites of one organisation that a unit gets at most, beside those that run or are locked.
    running, locked : tuple of (int, int)
        Pairs that run already, and proposed or locked pairs that are kept.
    doubtful : frozenset of (int, int)
        Pairs that run or were proposed, and score below ``min_score`` or have nothing in common: to be asked about.
    fixed_scores : mapping of (int, int) to float
        Score of each running and locked pair, in [0, 1].
    notices : tuple of PlanNotice
        What could not be honoured, and why.
    reasons : mapping of int to str
        Why a unit has no candidate, one of ``UNSERVED_REASONS`` by the unit's position.
    """

    units: Ints
    sites: Ints
    scores: Floats
    has_setback: Bools
    unit_capacity: Ints
    site_capacity: Ints
    organisation_capacity: Ints
    organisation_of_site: Ints
    organisation_codes: Ints
    sites_per_organisation: int
    running: tuple[Pair, ...] = ()
    locked: tuple[Pair, ...] = ()
    doubtful: frozenset[Pair] = frozenset()
    fixed_scores: Mapping[Pair, float] = field(default_factory=dict)
    notices: tuple[PlanNotice, ...] = ()
    reasons: Mapping[int, str] = field(default_factory=dict)

    @property
    def fixed_pairs(self) -> tuple[Pair, ...]:
        """Running and locked pairs, which are in every plan."""
        return (*self.running, *self.locked)

    def sites_of(self, unit: int) -> Ints:
        """Positions of the sites that a unit has a candidate pair with, ascending, shape (n_sites,)."""
        return self.sites[slice(*np.searchsorted(self.units, [unit, unit + 1]))]

    def is_among(self, pairs: Iterable[Pair]) -> Bools:
        """Whether each candidate is one of some pairs, shape (n_candidates,)."""
        found = np.zeros(len(self.units), dtype=bool)
        wanted = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2) @ [len(self.site_capacity), 1]
        if len(wanted) and len(found):
            keys = self.units * len(self.site_capacity) + self.sites
            positions = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            found[positions[keys[positions] == wanted]] = True
        return found

    def capacity_left(self, taken: Iterable[Pair]) -> tuple[Ints, Ints, Ints]:
        """Capacity left after some pairs.

        Returns
        -------
        ndarray of shape (n_units,), (n_nonprofits,) and (n_organisations,), int64
        """
        units, sites, organisations = (
            np.maximum(capacity - number, 0)
            for capacity, number in zip(self.capacities, self.partnerships(taken), strict=True)
        )
        return units, sites, organisations

    def groups_left(self, rows: Ints, taken: Iterable[Pair]) -> tuple[Ints, Ints]:
        """Groups of candidates of one unit and one organisation, and the sites that each can still take.

        Parameters
        ----------
        rows : ndarray of shape (k,), int64
            Candidates.
        taken : iterable of (int, int)
            Pairs that the units have already.

        Returns
        -------
        ndarray of shape (k,) and (n_groups,), int64
        """
        size = int(self.organisation_codes.max(initial=0)) + 1
        units, sites = np.array(list(taken), dtype=np.int64).reshape(-1, 2).T
        keys, groups = np.unique(
            self.units[rows] * size + self.organisation_codes[self.sites[rows]], return_inverse=True
        )
        of_taken = units * size + self.organisation_codes[sites]
        number = np.searchsorted(np.sort(of_taken), keys, "right") - np.searchsorted(np.sort(of_taken), keys, "left")
        return groups, np.maximum(self.sites_per_organisation - number, 0)

    @property
    def capacities(self) -> tuple[Ints, Ints, Ints]:
        """Capacity of units, shape (n_units,), sites, (n_nonprofits,), and organisations, (n_organisations,), in all."""
        return self.unit_capacity, self.site_capacity, self.organisation_capacity

    def partnerships(self, pairs: Iterable[Pair]) -> tuple[Ints, Ints, Ints]:
        """Number of some pairs at each unit, shape (n_units,), site, (n_nonprofits,), and organisation, (n_organisations,)."""
        units, sites = np.array(list(pairs), dtype=np.int64).reshape(-1, 2).T
        organisations = self.organisation_of_site[sites]
        return (
            np.bincount(units, minlength=len(self.unit_capacity)).astype(np.int64),
            np.bincount(sites, minlength=len(self.site_capacity)).astype(np.int64),
            np.bincount(organisations[organisations >= 0], minlength=len(self.organisation_capacity)).astype(np.int64),
        )


def no_candidates(gated: Scorer | GatedRun) -> Candidates:
    """Candidates of a run before any pair is chosen from: its capacities and running pairs."""
    run, none = gated.run, np.empty(0, dtype=np.int64)
    settings = run.settings
    return Candidates(
        none,
        none,
        np.empty(0),
        np.empty(0, dtype=bool),
        _capacity(run.units.capacity, settings.programmes.unit_capacity),
        _capacity(run.nonprofits.capacity, settings.programmes.nonprofit_capacity),
        *organisation_limits(run.nonprofits),
        run.nonprofits.organisation_codes,
        settings.shortlist.sites_per_organisation,
        running=_running_pairs(gated),
    )


def _capacity(stated: Floats, default: int) -> Ints:
    return np.where(np.isnan(stated), default, stated).astype(np.int64)


def organisation_limits(nonprofits: Nonprofits) -> tuple[Ints, Ints]:
    """Capacity of each organisation that states one, the smallest where its rows differ, and the organisation of sites.

    Returns
    -------
    ndarray of shape (n_organisations,) and (n_nonprofits,), int64
        See :class:`Candidates`.
    """
    codes = nonprofits.organisation_codes
    smallest = np.full(int(codes.max(initial=-1)) + 1, np.inf)
    stated = ~np.isnan(nonprofits.organisation_capacity)
    np.minimum.at(smallest, codes[stated], nonprofits.organisation_capacity[stated])
    is_limited = np.isfinite(smallest)
    return np.where(is_limited, smallest, 0).astype(np.int64), np.where(is_limited[codes], codes, -1)


def _running_pairs(gated: Scorer | GatedRun) -> tuple[Pair, ...]:
    history = gated.run.history
    return tuple(sorted(pairs_of(history, Status.mask(history.status, "is_running"))))


def pairs_of(history: History, rows: Bools) -> set[Pair]:
    """Pairs of some partnerships.

    Parameters
    ----------
    history : History
    rows : ndarray of shape (n_partnerships,), bool
    """
    return set(zip(history.unit[rows].tolist(), history.nonprofit[rows].tolist(), strict=True))
