"""Programmes: central, decentral and combined, for every company the one that fits best.

The three kinds are alternatives, each solved by itself; the recommended programmes of a run are solved together, so
that no unit and no site is promised twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ranking.programmes.central import CentralPair, central_pairs
from matcher.ranking.programmes.companies import Companies, Organisations, companies_of, organisations_of
from matcher.ranking.programmes.flow import FlowProblem, single_swaps, solve_flow
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, KindAdvice, advise_kind
from matcher.ranking.programmes.local import (
    Candidates,
    LeftOut,
    LocalPlan,
    MorePlace,
    Pair,
    PairConstraints,
    gather_candidates,
    left_out,
    one_more_place,
    places_left,
    plan_local,
)
from matcher.ranking.programmes.notices import PlanNotice
from matcher.ranking.programmes.proposals import Programme, ProposalBuilder, heads_of
from matcher.scoring.data import Bools, Ints
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class ProgrammePlan:
    """All that a run proposes.

    Attributes
    ----------
    programmes : list of Programme
    advice : list of KindAdvice
        Of the best organisations of every company.
    local : LocalPlan
        The decentral scenario: all companies, all sites.
    recommended : LocalPlan
        The local pairs of the recommended programmes.
    central_pairs : list of (int, int)
        Head offices of the recommended central and combined programmes.
    candidates : Candidates
    left : list of LeftOut
        Units without a local pair in the decentral scenario.
    more_places : list of MorePlace
    notes : list of PlanNotice
    """

    programmes: list[Programme]
    advice: list[KindAdvice]
    local: LocalPlan
    recommended: LocalPlan
    central_pairs: list[Pair]
    candidates: Candidates
    left: list[LeftOut]
    more_places: list[MorePlace]
    notes: list[PlanNotice]

    def check(self) -> list[str]:
        """Return what is wrong with the plan: nothing, for one that is feasible and that no single swap betters."""
        wrong = []
        for name, plan, taken in (
            ("decentral", self.local, []),
            ("recommended", self.recommended, self.central_pairs),
        ):
            problem, chosen = plan.problem, plan.chosen
            for side, groups, places in (
                ("unit", problem.units, problem.unit_places),
                ("site", problem.sites, problem.site_places),
            ):
                over = np.flatnonzero(np.bincount(groups[chosen], minlength=len(places)) > places)
                wrong += [f"{name}: {side} {position} has more pairs than places" for position in over]
            wrong += [
                f"{name}: swapping {out} for {into} would be better" for out, into in single_swaps(problem, chosen)
            ]
            pairs = plan.pairs()
            if len(set(pairs)) != len(pairs) or set(taken) & {
                pair for pair in pairs if pair not in self.candidates.settled
            }:
                wrong.append(f"{name}: a pair stands twice")
        return wrong


def propose(scorer: Scorer, constraints: PairConstraints | None = None) -> ProgrammePlan:
    """Return the programmes of a run.

    Parameters
    ----------
    scorer : Scorer
    constraints : PairConstraints, optional
        Pairs to keep and pairs to rule out.
    """
    constraints = constraints or PairConstraints()
    settings = scorer.run.settings.programmes
    companies, organisations = companies_of(scorer), organisations_of(scorer)
    candidates = gather_candidates(scorer, constraints)
    local = plan_local(candidates, settings.coverage, settings.priced_from)
    unit_left, site_left = places_left(candidates, candidates.settled)
    places = site_left[organisations.head_offices]
    centrals = central_pairs(scorer, companies, organisations, constraints.vetoes, places)
    partner = _choose_partners(centrals, unit_left[companies.head_offices], places)
    best = _best_of_each_company(centrals, settings.alternatives, partner)
    advice = {
        id(pair): advise_kind(scorer, companies, organisations, pair, candidates)
        for pairs in best.values()
        for pair in pairs
    }
    local_by_company = _by_company(companies, local.pairs())
    kinds = {
        company: _kind_of_company(
            partner.get(company), advice, bool(local_by_company[company]), settings.large_employees
        )
        for company in range(len(companies.names))
    }
    combined = _combined_plan(scorer, candidates, companies, organisations, partner, list(partner))
    recommended, heads = _settle_kinds(scorer, candidates, companies, organisations, partner, kinds, local_by_company)
    builder = ProposalBuilder(scorer, companies, organisations, advice)
    programmes: list[Programme] = []
    chosen_local = _by_company(companies, recommended.pairs())
    for company in range(len(companies.names)):
        kind = kinds[company]
        own = local_by_company[company]
        if own or kind == DECENTRAL:
            pairs = chosen_local[company] if kind == DECENTRAL else own
            programmes += builder.decentral(company, pairs, recommended=kind == DECENTRAL)
        for pair in best.get(company, []):
            is_partner = pair is partner.get(company)
            programmes.append(builder.central(pair, recommended=is_partner and kind == CENTRAL))
            if is_partner:
                under = chosen_local[company] if kind == COMBINED else _by_company(companies, combined.pairs())[company]
                sites = set(organisations.sites_of(pair.organisation).tolist())
                under = [item for item in under if item[1] in sites]
                programmes += builder.combined(pair, under, recommended=kind == COMBINED)
    return ProgrammePlan(
        programmes=builder.prepared(programmes),
        advice=list(advice.values()),
        local=local,
        recommended=recommended,
        central_pairs=heads,
        candidates=candidates,
        left=left_out(scorer, candidates, local.pairs()),
        more_places=one_more_place(local, settings.more_places),
        notes=[*candidates.notes, *builder.notes()],
    )


def _choose_partners(
    centrals: Sequence[CentralPair], company_places: Ints, organisation_places: Ints
) -> dict[int, CentralPair]:
    """Return one central partner a company at most, chosen together under the places left at the head offices."""
    if not centrals:
        return {}
    company = np.array([pair.company for pair in centrals], dtype=np.int64)
    organisation = np.array([pair.organisation for pair in centrals], dtype=np.int64)
    scores = np.array([pair.score for pair in centrals])
    order = np.lexsort((organisation, company))
    problem = FlowProblem(
        company[order],
        organisation[order],
        scores[order],
        np.minimum(company_places, 1),
        organisation_places,
        np.zeros(len(company_places), dtype=bool),
        0.5,
    )
    chosen = order[solve_flow(problem)]
    return {centrals[row].company: centrals[row] for row in chosen}


def _best_of_each_company(
    centrals: Sequence[CentralPair], most: int, partner: dict[int, CentralPair]
) -> dict[int, list[CentralPair]]:
    """Return the best central pairings of each company, its partner first."""
    best: dict[int, list[CentralPair]] = {company: [pair] for company, pair in partner.items()}
    for pair in centrals:
        mine = best.setdefault(pair.company, [])
        if len(mine) < most and pair is not partner.get(pair.company):
            mine.append(pair)
    return best


def _by_company(companies: Companies, pairs: Sequence[Pair]) -> list[list[Pair]]:
    company_of = {int(unit): company for company, units in enumerate(companies.units) for unit in units}
    grouped: list[list[Pair]] = [[] for _ in companies.names]
    for pair in pairs:
        grouped[company_of[pair[0]]].append(pair)
    return grouped


def _kind_of_company(
    pair: CentralPair | None, advice: dict[int, KindAdvice], has_local: bool, large: int
) -> str | None:
    """Return the kind to recommend: what fits the central partner, unless there is nothing to do it with."""
    if pair is None:
        return DECENTRAL if has_local else None
    kind = advice[id(pair)].kind
    if kind == DECENTRAL:
        return DECENTRAL if has_local else CENTRAL
    return DECENTRAL if kind == CENTRAL and has_local and _small(advice[id(pair)], large) else kind


def _small(advice: KindAdvice, large: int) -> bool:
    """Return whether a company's neighbours are nearer to it than a far partner: one region, or not large."""
    return not advice.spread or not advice.facts.employees >= large


def _combined_plan(
    scorer: Scorer,
    candidates: Candidates,
    companies: Companies,
    organisations: Organisations,
    partner: dict[int, CentralPair],
    chosen: Sequence[int],
) -> LocalPlan:
    """Return the scenario in which each company works locally with the sites of its central partner only."""
    settings = scorer.run.settings.programmes
    allowed = _partner_sites(scorer, candidates, companies, {key: partner[key] for key in chosen})
    heads = [heads_of(companies, organisations, partner[key]) for key in chosen]
    return plan_local(candidates, settings.coverage, settings.priced_from, allowed, heads)


def _recommended_plan(
    scorer: Scorer,
    candidates: Candidates,
    companies: Companies,
    organisations: Organisations,
    partner: dict[int, CentralPair],
    kinds: dict[int, str | None],
) -> tuple[LocalPlan, list[Pair]]:
    """Return the local pairs of all recommended programmes, solved together, and the pairings of head offices."""
    settings = scorer.run.settings.programmes
    combined = {company: pair for company, pair in partner.items() if kinds[company] == COMBINED}
    is_free = np.zeros(len(scorer.run.units), dtype=bool)
    for company, kind in kinds.items():
        is_free[companies.units[company]] = kind == DECENTRAL
    allowed = _partner_sites(scorer, candidates, companies, combined) | is_free[candidates.units]
    heads = [
        heads_of(companies, organisations, pair)
        for company, pair in partner.items()
        if kinds[company] in (CENTRAL, COMBINED)
    ]
    return plan_local(candidates, settings.coverage, settings.priced_from, allowed, heads), heads


def _settle_kinds(
    scorer: Scorer,
    candidates: Candidates,
    companies: Companies,
    organisations: Organisations,
    partner: dict[int, CentralPair],
    kinds: dict[int, str | None],
    local_by_company: list[list[Pair]],
) -> tuple[LocalPlan, list[Pair]]:
    """Return the recommended plan; a company that ends with too few local pairs to combine gets another kind.

    Several companies may want the same sites, so how many pairs each gets shows only when all are solved together.
    ``kinds`` is changed. It ends: a company never goes back to combined.
    """
    while True:
        plan, heads = _recommended_plan(scorer, candidates, companies, organisations, partner, kinds)
        pairs = _by_company(companies, plan.pairs())
        weak = []
        for company, kind in kinds.items():
            if kind == COMBINED:
                sites = set(organisations.sites_of(partner[company].organisation).tolist())
                served = {unit for unit, site in pairs[company] if site in sites}
                if len(served) < scorer.run.settings.programmes.combined_units:
                    weak.append(company)
        if not weak:
            return plan, heads
        for company in weak:
            kinds[company] = DECENTRAL if local_by_company[company] else CENTRAL


def _partner_sites(
    scorer: Scorer,
    candidates: Candidates,
    companies: Companies,
    partner: dict[int, CentralPair],
) -> Bools:
    """Return which candidates are pairs of a company's unit with a site of the company's partner."""
    of_unit = np.full(len(scorer.run.units), -1, dtype=np.int64)
    for company, pair in partner.items():
        of_unit[companies.units[company]] = pair.organisation
    codes: Ints = scorer.run.nonprofits.organisation_codes
    matches: Bools = of_unit[candidates.units] == codes[candidates.sites]
    return matches
