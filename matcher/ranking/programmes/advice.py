"""Advice on the kind of programme that fits a company and an organisation, from the facts of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.places.distance import pairwise_km
from matcher.ranking.programmes.candidates import Candidates
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.ranking.programmes.kinds import PROGRAMME_KINDS, KindFacts, ProgrammeKind
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer

_EXACT_UP_TO = 200


@dataclass(frozen=True)
class KindAdvice:
    """The kind of programme that fits a company and an organisation, with its reason.

    Attributes
    ----------
    kind : ProgrammeKind
    reason : str
        One of the kind's ``reasons``.
    facts : KindFacts
    company_is_spread, company_is_large : bool
        Whether the company is known to be so.
    """

    kind: ProgrammeKind
    reason: str
    facts: KindFacts
    company_is_spread: bool
    company_is_large: bool


def advise_kind(
    scorer: Scorer, companies: Companies, organisations: Organisations, pair: CentralPair, candidates: Candidates
) -> KindAdvice:
    """The first of ``PROGRAMME_KINDS`` that fits a company and an organisation.

    Sites spread over the country on either side, and local sites near enough units: combined. One site on either
    side, or all in one region, with a site in reach: decentral. No local sites near the units: central.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    pair : CentralPair
        The company and the organisation.
    candidates : Candidates
        Local pairs of the run.
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
    for kind in PROGRAMME_KINDS:
        reason = kind.reason(facts, settings)
        if reason is not None:
            break
    else:
        raise RuntimeError(f"no kind of programme fits {facts.company} and {facts.organisation}")
    return KindAdvice(kind, reason, facts, facts.company_is_spread(settings), facts.company_is_large(settings))


def _units_that_match(units: Ints, sites: Ints, candidates: Candidates) -> int:
    """How many of some units have a candidate, or a fixed pair, among some sites."""
    fixed = {unit for unit, site in candidates.fixed_pairs if site in sites}
    return sum(unit in fixed or bool(np.isin(sites, candidates.sites_of(unit)).any()) for unit in units.tolist())


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
