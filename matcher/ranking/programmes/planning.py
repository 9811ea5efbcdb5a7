"""Programmes of every kind, for each company the one that fits best marked as recommended.

The kinds are alternatives, each solved by itself; the recommended programmes of a run are solved together, so that
no capacity is given away twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ranking.programmes.advice import KindAdvice, advise_kind
from matcher.ranking.programmes.candidates import Candidates, Pair, PairConstraints, gather_candidates
from matcher.ranking.programmes.central import CentralPair, central_pairs
from matcher.ranking.programmes.companies import (
    Companies,
    Directory,
    companies_of,
    directories_of,
    organisations_of,
)
from matcher.ranking.programmes.flow import FlowProblem, single_swaps, solve_flow
from matcher.ranking.programmes.kinds import DECENTRAL, PROGRAMME_KINDS, ProgrammeKind
from matcher.ranking.programmes.local import (
    CapacityGain,
    LocalPlan,
    UnservedUnit,
    capacity_gains,
    plan_local,
    unserved_units,
)
from matcher.ranking.programmes.notices import PlanNotice
from matcher.ranking.programmes.proposals import Programme, ProposalBuilder
from matcher.scoring.data import Bools, Ints
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer

_KINDS_BY_SIZE = sorted(PROGRAMME_KINDS, key=lambda kind: (kind.has_partner, kind.has_local_pairs))


@dataclass(frozen=True)
class ProgrammePlan:
    """The programmes of a run, with everything that tables and words about them are made from.

    Attributes
    ----------
    programmes : tuple of Programme
    records : mapping of (int, int) to PairRecord
        Explanation record of each pair in the programmes, by positions of unit and nonprofit.
    advice : tuple of KindAdvice
        On the best organisations for every company.
    local : LocalPlan
        The decentral scenario: all companies, all sites.
    recommended : LocalPlan
        The local pairs of the recommended programmes.
    central_pairs : tuple of (int, int)
        Positions of the head offices that recommended programmes pair.
    candidates : Candidates
    unserved_units : tuple of UnservedUnit
        Units without a local pair in the decentral scenario.
    capacity_gains : tuple of CapacityGain
    notices : tuple of PlanNotice
    units, nonprofits : Directory
        Names and coordinates by position.
    priced_from : int
        See :func:`matcher.ranking.programmes.flow.solve_flow`.
    """

    programmes: tuple[Programme, ...]
    records: Mapping[Pair, PairRecord]
    advice: tuple[KindAdvice, ...]
    local: LocalPlan
    recommended: LocalPlan
    central_pairs: tuple[Pair, ...]
    candidates: Candidates
    unserved_units: tuple[UnservedUnit, ...]
    capacity_gains: tuple[CapacityGain, ...]
    notices: tuple[PlanNotice, ...]
    units: Directory
    nonprofits: Directory
    priced_from: int

    def at_coverage(self, coverage: float) -> LocalPlan:
        """The decentral scenario at another position, in [0, 1], of the dial between fit and coverage."""
        return self.local.at_coverage(coverage, self.priced_from)

    def check(self) -> list[str]:
        """Faults of the plan: none where it is feasible and no swap of one pair for another improves it."""
        faults = []
        for name, plan, taken in (
            ("decentral", self.local, ()),
            ("recommended", self.recommended, self.central_pairs),
        ):
            problem, chosen = plan.problem, plan.chosen
            for side, groups, capacity in (
                ("unit", problem.units, problem.unit_capacity),
                ("site", problem.sites, problem.site_capacity),
            ):
                over = np.flatnonzero(np.bincount(groups[chosen], minlength=len(capacity)) > capacity)
                faults += [f"{name}: {side} {position} has more pairs than its capacity" for position in over]
            faults += [
                f"{name}: swapping {removed} for {added} would be better"
                for removed, added in single_swaps(problem, chosen)
            ]
            pairs = plan.pairs()
            if len(pairs) != len(plan.fixed_scores) + int(chosen.sum()) or (
                set(taken) & (set(pairs) - set(self.candidates.fixed_pairs))
            ):
                faults.append(f"{name}: a pair is in the plan twice")
        return faults


def propose(scorer: Scorer, constraints: PairConstraints | None = None) -> ProgrammePlan:
    """The programmes of a run.

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
    unit_left, site_left = candidates.capacity_left(candidates.fixed_pairs)
    capacity = site_left[organisations.head_offices]
    centrals = central_pairs(scorer, companies, organisations, constraints.vetoes, capacity)
    partners = _choose_partners(centrals, unit_left[companies.head_offices], capacity)
    shown = _best_of_each_company(centrals, settings.alternatives, partners)
    advice = {
        (pair.company, pair.organisation): advise_kind(scorer, companies, organisations, pair, candidates)
        for pairs in shown.values()
        for pair in pairs
    }
    builder = ProposalBuilder(scorer, companies, organisations)
    planner = _LocalPlanner(scorer, companies, candidates, partners, builder)
    scenarios = {kind: planner.scenario(kind) for kind in PROGRAMME_KINDS if kind.has_local_pairs}
    local = scenarios[DECENTRAL]
    local_pairs = planner.by_company(local.pairs())
    kinds = {
        company: kind
        for company in range(len(companies.names))
        if (kind := _recommended_kind(company, partners, advice, local_pairs))
    }
    recommended = _settle_kinds(planner, kinds, local_pairs)
    scenario_pairs = {kind: planner.by_company(plan.pairs()) for kind, plan in scenarios.items()}
    recommended_pairs = planner.by_company(recommended.pairs())
    programmes: list[Programme] = []
    for company in range(len(companies.names)):
        for kind, pair in _proposed(company, partners, shown):
            is_partner = pair is None or pair is partners.get(company)
            is_recommended = is_partner and kind is kinds.get(company)
            pairs: list[Pair] = []
            if kind.has_local_pairs:
                planned = recommended_pairs if is_recommended else scenario_pairs[kind]
                pairs = planner.pairs_of_kind(company, kind, planned[company])
                if not pairs:
                    continue
            found = None if pair is None else advice[pair.company, pair.organisation]
            programmes.append(builder.programme(kind, company, pairs, pair, found, recommended=is_recommended))
    records = builder.records(programmes)
    units, nonprofits = directories_of(scorer)
    return ProgrammePlan(
        programmes=tuple(builder.prepared(programme, records) for programme in programmes),
        records=records,
        advice=tuple(advice.values()),
        local=local,
        recommended=recommended,
        central_pairs=tuple(planner.heads(kinds)),
        candidates=candidates,
        unserved_units=tuple(unserved_units(scorer, candidates, local.pairs())),
        capacity_gains=tuple(capacity_gains(local, settings.more_places)),
        notices=(*candidates.notices, *builder.notices()),
        units=units,
        nonprofits=nonprofits,
        priced_from=settings.priced_from,
    )


def _choose_partners(
    centrals: Sequence[CentralPair], company_capacity: Ints, organisation_capacity: Ints
) -> dict[int, CentralPair]:
    """At most one central partner for each company, chosen together under the capacity left at the head offices."""
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
        np.minimum(company_capacity, 1),
        organisation_capacity,
        np.zeros(len(company_capacity), dtype=bool),
        0.5,
    )
    chosen = order[solve_flow(problem)]
    return {centrals[row].company: centrals[row] for row in chosen}


def _best_of_each_company(
    centrals: Sequence[CentralPair], count: int, partners: Mapping[int, CentralPair]
) -> dict[int, list[CentralPair]]:
    """The best central pairings of each company, its partner first."""
    best: dict[int, list[CentralPair]] = {company: [pair] for company, pair in partners.items()}
    for pair in centrals:
        of_company = best.setdefault(pair.company, [])
        if len(of_company) < count and pair is not partners.get(pair.company):
            of_company.append(pair)
    return best


def _proposed(
    company: int, partners: Mapping[int, CentralPair], shown: Mapping[int, list[CentralPair]]
) -> list[tuple[ProgrammeKind, CentralPair | None]]:
    """Kinds proposed to a company, with their central pairing: local pairs under its partner only."""
    proposed: list[tuple[ProgrammeKind, CentralPair | None]]
    proposed = [(kind, None) for kind in _KINDS_BY_SIZE if not kind.has_partner]
    return proposed + [
        (kind, pair)
        for pair in shown.get(company, [])
        for kind in _KINDS_BY_SIZE
        if kind.has_partner and (not kind.has_local_pairs or pair is partners.get(company))
    ]


def _recommended_kind(
    company: int,
    partners: Mapping[int, CentralPair],
    advice: Mapping[tuple[int, int], KindAdvice],
    local_pairs: Sequence[Sequence[Pair]],
) -> ProgrammeKind | None:
    """The kind that fits a company and its partner, or the next one for which it has the pairs."""
    kinds = PROGRAMME_KINDS
    if company in partners:
        found = advice[company, partners[company].organisation]
        kinds = kinds[kinds.index(found.kind) :]
        if not found.kind.has_local_pairs and not (found.company_is_spread and found.company_is_large):
            # Neighbours are nearer to such a company than a partner far away.
            kinds = (DECENTRAL, *kinds)
    return _first_possible(kinds, is_partnered=company in partners, has_local=bool(local_pairs[company]))


def _first_possible(kinds: Sequence[ProgrammeKind], *, is_partnered: bool, has_local: bool) -> ProgrammeKind | None:
    return next((kind for kind in kinds if (is_partnered if kind.has_partner else has_local)), None)


def _settle_kinds(
    planner: _LocalPlanner, kinds: dict[int, ProgrammeKind], local_pairs: Sequence[Sequence[Pair]]
) -> LocalPlan:
    """The local plan of all recommended programmes; a company that it serves too little gets the next kind.

    Several companies may want the same sites, so the number of pairs of each shows only when all are solved together.
    ``kinds`` is changed. This ends, since a company never goes back to an earlier kind.
    """
    settings = planner.scorer.run.settings.programmes
    while True:
        plan = planner.plan(kinds)
        pairs = planner.by_company(plan.pairs())
        is_final = True
        for company, kind in list(kinds.items()):
            served = {unit for unit, _ in planner.pairs_of_kind(company, kind, pairs[company])}
            if len(served) < kind.min_units_served(settings):
                later = PROGRAMME_KINDS[PROGRAMME_KINDS.index(kind) + 1 :]
                following = _first_possible(
                    later, is_partnered=company in planner.partners, has_local=bool(local_pairs[company])
                )
                del kinds[company]
                if following is not None:
                    kinds[company] = following
                is_final = False
        if is_final:
            return plan


@dataclass(frozen=True)
class _LocalPlanner:
    """Chooses the local pairs of all companies together, for any kind of programme that each is given."""

    scorer: Scorer
    companies: Companies
    candidates: Candidates
    partners: Mapping[int, CentralPair]
    builder: ProposalBuilder

    def scenario(self, kind: ProgrammeKind) -> LocalPlan:
        """The plan in which every company that can have programmes of one kind has one."""
        companies = list(self.partners) if kind.has_partner else range(len(self.companies.names))
        return self.plan(dict.fromkeys(companies, kind))

    def plan(self, kinds: Mapping[int, ProgrammeKind]) -> LocalPlan:
        """The local pairs of programmes of the given kinds, by position of the company."""
        settings = self.scorer.run.settings.programmes
        heads = self.heads(kinds)
        return plan_local(self.candidates, settings.coverage, settings.priced_from, self._allowed(kinds), heads)

    def heads(self, kinds: Mapping[int, ProgrammeKind]) -> list[Pair]:
        """Head offices that programmes of the given kinds pair."""
        return [
            self.builder.heads_of(pair)
            for company, pair in self.partners.items()
            if company in kinds and kinds[company].has_partner
        ]

    def by_company(self, pairs: Sequence[Pair]) -> list[list[Pair]]:
        """Pairs of each company's units."""
        grouped: list[list[Pair]] = [[] for _ in self.companies.names]
        company_of = self.scorer.run.units.company_codes
        for pair in pairs:
            grouped[company_of[pair[0]]].append(pair)
        return grouped

    def pairs_of_kind(self, company: int, kind: ProgrammeKind, pairs: Sequence[Pair]) -> list[Pair]:
        """Those of a company's pairs that a programme of a kind may hold."""
        sites = np.array([site for _, site in pairs], dtype=np.int64)
        partner = np.full(len(pairs), self.partners[company].organisation if company in self.partners else -1)
        may_pair = kind.may_pair(self._organisations(sites), partner)
        return [pair for pair, may in zip(pairs, may_pair, strict=True) if may]

    def _allowed(self, kinds: Mapping[int, ProgrammeKind]) -> Bools:
        """Candidates that programmes of the given kinds may hold, shape (n_candidates,)."""
        candidates, units = self.candidates, self.scorer.run.units
        partner = np.full(len(units), -1, dtype=np.int64)
        for company, pair in self.partners.items():
            partner[self.companies.units[company]] = pair.organisation
        allowed = np.zeros(len(candidates.units), dtype=bool)
        for kind in set(kinds.values()):
            is_of_kind = np.zeros(len(units), dtype=bool)
            for company, of_company in kinds.items():
                is_of_kind[self.companies.units[company]] = of_company is kind
            may_pair = kind.may_pair(self._organisations(candidates.sites), partner[candidates.units])
            allowed |= is_of_kind[candidates.units] & may_pair
        return allowed

    def _organisations(self, sites: Ints) -> Ints:
        """Organisation of each site, -2 for one that is not active."""
        nonprofits = self.scorer.run.nonprofits
        return np.where(nonprofits.active[sites], nonprofits.organisation_codes[sites], -2)
