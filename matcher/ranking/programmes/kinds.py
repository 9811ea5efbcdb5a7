"""Kinds of programme: what each consists of, when it fits a company and an organisation, and how it is scored.

A new kind is a subclass of :class:`ProgrammeKind` and an entry of ``PROGRAMME_KINDS`` here, its wording in
``matcher.reports.sentences.programme_kinds``, its colour in ``matcher/reports/page/page.css``, and its name in
``PROGRAMME_WORDS`` of ``matcher.tables.schema.vocabulary``, so that tables of partnerships may name it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matcher.scoring.data import Bools, Ints
from matcher.settings.sections import ProgrammeSettings

SPREAD_AND_LOCAL, ONE_SITE_EACH, COMPANY_OF_ONE_SITE, ONE_REGION, NO_LOCAL_MATCH = (
    "spread_and_local",
    "one_site_each",
    "company_of_one_site",
    "one_region",
    "no_local_match",
)


@dataclass(frozen=True)
class KindFacts:
    """Facts on a company and an organisation that decide which kind of programme fits them.

    Attributes
    ----------
    company, organisation : str
        Names.
    company_sites, organisation_sites : int
    company_spread_km, organisation_spread_km : float
        Distance between the two sites furthest apart; NaN where fewer than two are placed.
    employees, staff : float
        Sums over the sites where known; NaN where known of none.
    units_in_reach : int
        Units of the company with a site of the organisation in reach.
    units_that_match : int
        Those of them that score at least ``min_score`` with one of these sites.
    footprint : float or None
        Share of the company's placed units in reach; None where no unit is placed.
    """

    company: str
    organisation: str
    company_sites: int
    organisation_sites: int
    company_spread_km: float
    organisation_spread_km: float
    employees: float
    staff: float
    units_in_reach: int
    units_that_match: int
    footprint: float | None

    # A comparison with NaN is False: what is unknown is neither spread nor large.

    def company_is_spread(self, settings: ProgrammeSettings) -> bool:
        """Whether the company's own sites are known to be spread over the country."""
        return self.company_spread_km > settings.spread_km

    def company_is_large(self, settings: ProgrammeSettings) -> bool:
        """Whether the company is known to be large."""
        return self.employees >= settings.large_employees

    def is_spread(self, settings: ProgrammeSettings) -> bool:
        """Whether the sites of either side are known to be spread over the country."""
        return self.company_is_spread(settings) or self.organisation_spread_km > settings.spread_km


class ProgrammeKind(ABC):
    """A kind of programme, as the planner sees it.

    Attributes
    ----------
    name : str
        Code in tables and files.
    has_partner : bool
        Whether it pairs the company's head office with that of one organisation, its central partner.
    has_local_pairs : bool
        Whether it pairs the company's units with sites nearby.
    reasons : tuple of str
        Codes of the reasons for which it may fit.
    """

    name: ClassVar[str]
    has_partner: ClassVar[bool]
    has_local_pairs: ClassVar[bool]
    reasons: ClassVar[tuple[str, ...]]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{self.name} programme>"

    def __reduce__(self) -> tuple[object, ...]:
        return kind_of_name, (self.name,)  # one object a kind, in other processes too

    @abstractmethod
    def reason(self, facts: KindFacts, settings: ProgrammeSettings) -> str | None:
        """Code of the reason why this kind fits, one of ``reasons``; None where it does not.

        Parameters
        ----------
        facts : KindFacts
        settings : ProgrammeSettings
        """

    @abstractmethod
    def may_pair(self, organisations: Ints, partner: Ints) -> Bools:
        """Which local pairs such a programme may hold, shape (n_pairs,).

        Parameters
        ----------
        organisations : ndarray of shape (n_pairs,), int64
            Organisation of each pair's site.
        partner : ndarray of shape (n_pairs,), int64
            Organisation that is the central partner of the unit's company; -1 where it has none.
        """

    @abstractmethod
    def score(self, central: float, local: float) -> float:
        """Score of a programme in [0, 1].

        Parameters
        ----------
        central : float
            Score of the two head offices; 0 without a partner.
        local : float
            Mean score of the local pairs times the share of the company's units that they serve.
        """

    def min_units_served(self, settings: ProgrammeSettings) -> int:
        """Units with a local pair below which another kind is recommended instead."""
        return 0


class Decentral(ProgrammeKind):
    """Units work with sites nearby, of whatever organisation."""

    name = "decentral"
    has_partner = False
    has_local_pairs = True
    reasons = (ONE_REGION, ONE_SITE_EACH, COMPANY_OF_ONE_SITE)

    def reason(self, facts: KindFacts, settings: ProgrammeSettings) -> str | None:
        if not facts.units_in_reach or (facts.is_spread(settings) and facts.company_sites > 1):
            return None
        if facts.company_sites > 1:
            return ONE_REGION
        return ONE_SITE_EACH if facts.organisation_sites == 1 else COMPANY_OF_ONE_SITE

    def may_pair(self, organisations: Ints, partner: Ints) -> Bools:
        return np.ones(len(organisations), dtype=bool)

    def score(self, central: float, local: float) -> float:
        return local


class Central(ProgrammeKind):
    """The company works with one organisation, head office with head office."""

    name = "central"
    has_partner = True
    has_local_pairs = False
    reasons = (NO_LOCAL_MATCH,)

    def reason(self, facts: KindFacts, settings: ProgrammeSettings) -> str | None:
        return NO_LOCAL_MATCH

    def may_pair(self, organisations: Ints, partner: Ints) -> Bools:
        return np.zeros(len(organisations), dtype=bool)

    def score(self, central: float, local: float) -> float:
        return central


class Combined(ProgrammeKind):
    """The company works with one organisation, and its units with that organisation's sites nearby."""

    name = "combined"
    has_partner = True
    has_local_pairs = True
    reasons = (SPREAD_AND_LOCAL,)

    def reason(self, facts: KindFacts, settings: ProgrammeSettings) -> str | None:
        is_local = (
            facts.units_that_match >= settings.combined_units
            and (facts.footprint or 0.0) >= settings.combined_footprint
        )
        return SPREAD_AND_LOCAL if is_local and facts.is_spread(settings) else None

    def may_pair(self, organisations: Ints, partner: Ints) -> Bools:
        return np.equal(organisations, partner)

    def score(self, central: float, local: float) -> float:
        return 1 - (1 - central) * (1 - local)

    def min_units_served(self, settings: ProgrammeSettings) -> int:
        return settings.combined_units


DECENTRAL, CENTRAL, COMBINED = Decentral(), Central(), Combined()
PROGRAMME_KINDS: tuple[ProgrammeKind, ...] = (COMBINED, DECENTRAL, CENTRAL)
"""All kinds; the first that fits a company and an organisation is advised, the next ones stand in for it."""


def kind_of_name(name: str) -> ProgrammeKind:
    """The kind of programme with a name.

    Raises
    ------
    KeyError
        When there is none.
    """
    return {kind.name: kind for kind in PROGRAMME_KINDS}[name]
