"""Which kind of programme fits a company and an organisation, by the facts of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.ranking.programmes.local import Candidates
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer

DECENTRAL, CENTRAL, COMBINED = "decentral", "central", "combined"
SPREAD_AND_LOCAL, ONE_SITE_EACH, COMPANY_OF_ONE_SITE, ONE_REGION, NO_LOCAL_MATCH = (
    "spread_and_local",
    "one_site_each",
    "company_of_one_site",
    "one_region",
    "no_local_match",
)
RATIONALES = (SPREAD_AND_LOCAL, ONE_SITE_EACH, COMPANY_OF_ONE_SITE, ONE_REGION, NO_LOCAL_MATCH)
"""What the advice of a kind may rest on."""


@dataclass(frozen=True)
class KindFacts:
    """What the advice of a kind rests on.

    Attributes
    ----------
    company, organisation : str
    company_sites, organisation_sites : int
    company_spread_km, organisation_spread_km : float
        Between the two sites furthest apart; NaN where fewer than two are placed.
    employees, staff : float
        Sums of what is known; NaN where nothing is.
    units_in_reach : int
        Units of the company with a site of the organisation in reach.
    units_that_match : int
        Those of them that score high enough with one of these sites.
    footprint : float or None
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


@dataclass(frozen=True)
class KindAdvice:
    """The kind that fits a pair, the ground for it, and the facts.

    Attributes
    ----------
    kind : str
    ground : str
        One of ``RATIONALES``.
    facts : KindFacts
    spread : bool
        Whether the company's own sites are spread over the country.
    large : bool
        Whether the company is known to be large.
    """

    kind: str
    ground: str
    facts: KindFacts
    spread: bool
    large: bool


def advise_kind(
    scorer: Scorer, companies: Companies, organisations: Organisations, pair: CentralPair, candidates: Candidates
) -> KindAdvice:
    """Return which kind of programme fits a company and an organisation.

    Several sites spread over the country, on either side, and local sites near enough units: combined. One site on
    either side, or all in one region, with a site in reach: decentral. No local sites near the units: central.
    """
    run, settings = scorer.run, scorer.run.settings.programmes
    units, sites = companies.units[pair.company], organisations.sites_of(pair.organisation)
    facts = KindFacts(
        companies.names[pair.company],
        organisations.names[pair.organisation],
        len(units),
        len(sites),
        _spread_km(run.units.points[units]),
        _spread_km(run.nonprofits.points[sites]),
        _known_sum(run.units.employees[units]),
        _known_sum(run.nonprofits.staff[sites]),
        len(pair.reached),
        _units_that_match(units, sites, candidates),
        pair.footprint,
    )
    large = _or_zero(facts.employees) >= settings.large_employees
    own_spread = _or_zero(facts.company_spread_km) > settings.spread_km
    spread = max(_or_zero(facts.company_spread_km), _or_zero(facts.organisation_spread_km)) > settings.spread_km
    enough = (
        facts.units_that_match >= settings.combined_units and (facts.footprint or 0.0) >= settings.combined_footprint
    )
    if spread and enough:
        return KindAdvice(COMBINED, SPREAD_AND_LOCAL, facts, own_spread, large)
    if facts.units_in_reach and not (spread and facts.company_sites > 1):
        return KindAdvice(DECENTRAL, _local_ground(facts), facts, own_spread, large)
    # A company spread over the country without local matches, or one with nobody in reach: from the top, if at all.
    return KindAdvice(CENTRAL, NO_LOCAL_MATCH, facts, own_spread, large)


def _local_ground(facts: KindFacts) -> str:
    if facts.company_sites > 1:
        return ONE_REGION
    return ONE_SITE_EACH if facts.organisation_sites == 1 else COMPANY_OF_ONE_SITE


def _units_that_match(units: Ints, sites: Ints, candidates: Candidates) -> int:
    """Return how many of some units have a candidate (or a settled pair) among some sites."""
    settled = {unit for unit, site in candidates.settled if site in sites}
    return sum(unit in settled or bool(np.isin(sites, candidates.sites_of(unit)).any()) for unit in units.tolist())


def _or_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value


def _known_sum(values: Floats) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nansum(values))


def _spread_km(points: Floats) -> float:
    """Return the distance between the two points furthest apart, in km.

    Of many points only the outermost along 26 directions are held against each other: they hold the furthest two
    but for a few per cent.
    """
    placed = points[~np.isnan(points[:, 0])]
    if len(placed) < 2:
        return float("nan")
    if len(placed) > 200:
        placed = placed[_outermost(placed)]
    return float(pairwise_km(placed, placed).max())


def _outermost(points: Floats) -> Ints:
    steps = np.array(
        [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if x or y or z], dtype=np.float64
    )
    return np.unique(np.argmax((points - points.mean(axis=0)) @ steps.T, axis=0))
