"""Facts on a company and its central partner that the source names: number of sites, spread, size, a foundation.

They decide between plans that bring about the same, and are given as reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer
from matcher.settings.sections import ProgrammeSettings
from matcher.tables.schema.vocabulary import AREAS

ONE_SITE, ONE_REGION, NEARBY, LOCAL_FIT_BETTER, LARGE_AND_SPREAD, FOUNDATION_AND_SPREAD, SPREAD_AND_LOCAL = (
    "one_site",
    "one_region",
    "nearby",
    "local_fit_better",
    "large_and_spread",
    "foundation_and_spread",
    "spread_and_local",
)
FOR_DECENTRAL = (ONE_SITE, ONE_REGION, NEARBY, LOCAL_FIT_BETTER)
FOR_CENTRAL = (LARGE_AND_SPREAD, FOUNDATION_AND_SPREAD)
FOR_COMBINED = (SPREAD_AND_LOCAL,)
FACT_REASONS = (*FOR_DECENTRAL, *FOR_CENTRAL, *FOR_COMBINED)
"""What the facts may say for a kind of programme."""

_EXACT_UP_TO = 200
_SEVERAL = 2


@dataclass(frozen=True)
class KindFacts:
    """Facts on a company and on an organisation as its central partner.

    Attributes
    ----------
    company, organisation : str
        Names; the organisation is empty where the company has no central partner.
    company_sites, organisation_sites : int
    company_spread_km, organisation_spread_km : float
        Distance between the two sites furthest apart; NaN where fewer than two are placed.
    employees, staff : float
        Sums over the sites where known; NaN where known of none.
    has_foundation : bool
        Whether the company has a foundation, the pivot of a central programme.
    units_in_reach : int
        Units of the company with a site of the organisation in reach.
    footprint : float or None
        Share of the company's placed units in reach; None where no unit is placed or there is no organisation.
    works_beyond_sites : bool
        Whether the head office of the organisation works for the whole country or abroad. It serves people there, but
        gives employees far from its sites nothing nearby to take part in, so it reaches no more units for it.
    partner_score : float
        Score of the organisation with the company, head office with head office; NaN without an organisation.
    """

    company: str
    organisation: str
    company_sites: int
    organisation_sites: int
    company_spread_km: float
    organisation_spread_km: float
    employees: float
    staff: float
    has_foundation: bool
    units_in_reach: int
    footprint: float | None
    works_beyond_sites: bool = False
    partner_score: float = float("nan")

    # A comparison with NaN is False: what is unknown is neither spread nor large.

    def local_or_central(self, settings: ProgrammeSettings, local_fit: float) -> str:
        """What the facts say where local partners and a central one bring about the same: one of ``FACT_REASONS``.

        Parameters
        ----------
        settings : ProgrammeSettings
        local_fit : float
            Mean score of the local partners with their units.
        """
        if self.company_sites == 1:
            return ONE_SITE
        if not self.company_spread_km > settings.spread_km:
            return ONE_REGION
        if not self.has_foundation and not self.employees >= settings.large_employees:
            return NEARBY
        if not self.partner_score >= local_fit:
            return LOCAL_FIT_BETTER
        return LARGE_AND_SPREAD if self.employees >= settings.large_employees else FOUNDATION_AND_SPREAD

    @property
    def meet_at_several(self) -> bool:
        """Whether both have several sites, and several units have a site of the organisation in reach."""
        return min(self.company_sites, self.organisation_sites, self.units_in_reach) >= _SEVERAL

    def favours_both(self, settings: ProgrammeSettings) -> bool:
        """Whether both have several sites, spread over the country, and meet at several units.

        Parameters
        ----------
        settings : ProgrammeSettings
        """
        is_spread = self.company_spread_km > settings.spread_km or self.organisation_spread_km > settings.spread_km
        return is_spread and self.meet_at_several


def kind_facts(
    scorer: Scorer, companies: Companies, organisations: Organisations, company: int, pair: CentralPair | None
) -> KindFacts:
    """Facts on a company and its central partner.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    company : int
        Position of the company.
    pair : CentralPair or None
        The company with its partner.
    """
    run = scorer.run
    units = companies.units[company]
    sites = np.zeros(0, dtype=np.int64) if pair is None else organisations.sites_of(pair.organisation)
    head_office = -1 if pair is None else organisations.head_offices[pair.organisation]
    return KindFacts(
        companies.names[company],
        "" if pair is None else organisations.names[pair.organisation],
        len(units),
        len(sites),
        _spread_km(run.units.points[units]),
        _spread_km(run.nonprofits.points[sites]),
        _known_sum(run.units.employees[units]),
        _known_sum(run.nonprofits.staff[sites]),
        bool(run.units.foundations[units].any()),
        0 if pair is None else len(pair.reached),
        None if pair is None else pair.footprint,
        pair is not None and bool(run.nonprofits.area_codes[head_office] > AREAS.index("region")),
        float("nan") if pair is None else pair.score,
    )


def _known_sum(values: Floats) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nansum(values))


def _spread_km(points: Floats) -> float:
    """Distance between the two points furthest apart, in km; NaN for fewer than two placed points.

    Of many points only the outermost in 26 directions are compared, which finds the largest distance to within a few
    per cent.
    """
    placed = points[~np.isnan(points[:, 0])]
    if len(placed) < 2:
        return float("nan")
    if len(placed) > _EXACT_UP_TO:
        placed = placed[_outermost(placed)]
    return float(pairwise_km(placed, placed).max())


def _outermost(points: Floats) -> Ints:
    steps = np.array(
        [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if x or y or z], dtype=np.float64
    )
    return np.unique(np.argmax((points - points.mean(axis=0)) @ steps.T, axis=0))
