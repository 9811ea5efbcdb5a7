"""Programmes of every kind, for each company the one that brings its people the most marked as recommended.

The kinds are alternatives, each solved by itself; the recommended programmes of a run are solved together, so that
no capacity is given away twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ranking.programmes.candidates import Candidates, Pair, PairConstraints
from matcher.ranking.programmes.central import CentralPair, central_pairs
from matcher.ranking.programmes.companies import (
    Companies,
    Directory,
    Organisations,
    companies_of,
    directories_of,
    organisations_of,
)
from matcher.ranking.programmes.comparison import KindComparison, PlanWorth, compare_kinds
from matcher.ranking.programmes.facts import kind_facts
from matcher.ranking.programmes.flow import FlowProblem, single_swaps, solve_flow
from matcher.ranking.programmes.gathering import gather_candidates
from matcher.ranking.programmes.kinds import CENTRAL, DECENTRAL, PROGRAMME_KINDS, ProgrammeKind
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
from matcher.scoring.data import Ints
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class ProgrammePlan:
    """The programmes of a run, with everything that tables and words about them are made from.

    Attributes
    ----------
    programmes : tuple of Programme
    records : mapping of (int, int) to PairRecord
        Explanation record of each pair in the programmes, by positions of unit and nonprofit.
    comparisons : tuple of KindComparison
        The kinds of every company set against each other.
    local : LocalPlan
        The decentral scenario: all companies, all sites.
    recommended : LocalPlan
        The local pairs of the recommended programmes.
    central_pairs : tuple of (int, int)
        Positions of the head offices that recommended programmes pair.
    candidates : Candidates
    unserved_units : tuple of UnservedUnit
        Units without a partner in the recommended programmes.
    capacity_gains : tuple of CapacityGain
    notices : tuple of PlanNotice
    units, nonprofits : Directory
        Names and coordinates by position.
    priced_from : int
        See :func:`matcher.ranking.programmes.flow.solve_flow`.
    """

    programmes: tuple[Programme, ...]
    records: Mapping[Pair, PairRecord]
    comparisons: tuple[KindComparison, ...]
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
        """Local pairs of the recommended programmes at another position, in [0, 1], of the dial between fit and coverage."""
        return self.recommended.at_coverage(coverage, self.priced_from)

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
                ("organisation", problem.organisations, problem.organisation_limits),
                ("unit with organisation", *problem.grouped),
            ):
                taken_of = np.bincount(groups[chosen & (groups >= 0)], minlength=len(capacity))
                over = np.flatnonzero(taken_of > capacity)
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
        for programme in self.programmes:
            fixed = {pair for pair in self.candidates.fixed_pairs if self.units.owners[pair[0]] == programme.company}
            faults += [f"{programme.id}: {pair} is kept, and not in it" for pair in fixed - set(programme.all_pairs)]
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
    unit_left, site_left, organisation_left = candidates.capacity_left(candidates.fixed_pairs)
    capacity = _capacity_of_partners(candidates, organisations, site_left, organisation_left)
    centrals = central_pairs(scorer, companies, organisations, candidates, constraints.vetoes, capacity)
    unit_counts = np.array([len(units) for units in companies.units])
    partners = _choose_partners(
        centrals, unit_left[companies.head_offices], capacity, unit_counts, settings.partner_price
    )
    builder = ProposalBuilder(scorer, companies, organisations, candidates)
    planner = _Planner(scorer, companies, organisations, candidates, partners, builder)
    scenarios = {kind: planner.scenario(kind) for kind in PROGRAMME_KINDS}
    comparisons, recommended = _recommend(planner, scenarios)
    shown = _best_of_each_company(centrals, settings.alternatives, partners)
    of_scenario = {kind: planner.by_company(plan.scores()) for kind, plan in scenarios.items()}
    of_recommended = planner.by_company(recommended.scores())
    programmes: list[Programme] = []
    for company, comparison in enumerate(comparisons):
        for kind in comparison.plans:
            is_chosen = kind == comparison.chosen
            pairs = planner.pairs_of_kind(company, kind, (of_recommended if is_chosen else of_scenario[kind])[company])
            central = partners[company] if kind.has_partner else None
            verdicts = comparison.verdicts if is_chosen else None
            programmes.append(builder.programme(kind, company, pairs, central, comparison.facts, verdicts))
        for pair in shown.get(company, []):
            if pair is not partners.get(company):
                pairs = planner.pairs_of_kind(company, CENTRAL, of_scenario[CENTRAL][company])
                facts = kind_facts(scorer, companies, organisations, company, pair)
                programmes.append(builder.programme(CENTRAL, company, pairs, pair, facts, is_alternative=True))
    records = builder.records(programmes)
    kinds = {company: item.chosen for company, item in enumerate(comparisons) if item.chosen is not None}
    central_only = np.array([kind == CENTRAL for kind in (kinds.get(company) for company in range(len(comparisons)))])
    served = {unit for programme in programmes if programme.recommended for unit in programme.units_served}
    units, nonprofits = directories_of(scorer)
    return ProgrammePlan(
        programmes=tuple(builder.prepared(programme, records) for programme in programmes),
        records=records,
        comparisons=tuple(comparisons),
        local=scenarios[DECENTRAL],
        recommended=recommended,
        central_pairs=tuple(planner.heads(kinds)),
        candidates=candidates,
        unserved_units=tuple(unserved_units(scorer, candidates, served, central_only[scorer.run.units.company_codes])),
        capacity_gains=tuple(capacity_gains(recommended, settings.more_places)),
        notices=(*candidates.notices, *builder.notices()),
        units=units,
        nonprofits=nonprofits,
        priced_from=settings.priced_from,
    )


def _capacity_of_partners(
    candidates: Candidates, organisations: Organisations, site_left: Ints, organisation_left: Ints
) -> Ints:
    """Partnerships that the head office of each organisation can still take, shape (n_organisations,)."""
    heads = organisations.head_offices
    of_site = np.where(heads >= 0, site_left[heads], 0)
    is_limited = np.isin(np.arange(len(heads)), candidates.organisation_of_site)
    return np.where(is_limited, np.minimum(of_site, organisation_left), of_site)


def _choose_partners(
    centrals: Sequence[CentralPair],
    company_capacity: Ints,
    organisation_capacity: Ints,
    unit_counts: Ints,
    price: float,
) -> dict[int, CentralPair]:
    """At most one central partner for each company, chosen together under the capacity left at the head offices.

    A partnership that is kept in any case takes no further capacity, and a new one has to add ``price`` more to a unit.
    """
    usable = [pair for pair in centrals if pair.is_kept or company_capacity[pair.company] > 0]
    if not usable:
        return {}
    company = np.array([pair.company for pair in usable], dtype=np.int64)
    organisation = np.array([pair.organisation for pair in usable], dtype=np.int64)
    is_kept = np.array([pair.is_kept for pair in usable])
    appeal = np.array([pair.appeal for pair in usable]) + np.where(is_kept, price / unit_counts[company], 0.0)
    kept = np.flatnonzero(is_kept)
    organisation[kept] = len(organisation_capacity) + np.arange(len(kept))  # each with a capacity of its own
    order = np.lexsort((organisation, company))
    problem = FlowProblem(
        company[order],
        organisation[order],
        appeal[order],
        np.ones(len(company_capacity), dtype=np.int64),
        np.append(organisation_capacity, np.ones(len(kept), dtype=np.int64)),
        np.zeros(len(company_capacity), dtype=bool),
        0.5,
    )
    return {usable[row].company: usable[row] for row in order[solve_flow(problem)].tolist()}


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


def _recommend(
    planner: _Planner, scenarios: Mapping[ProgrammeKind, LocalPlan]
) -> tuple[list[KindComparison], LocalPlan]:
    """The kinds of every company compared, and the local plan of all recommended programmes together.

    Several companies may want the same sites, so what each gets shows only when all recommended programmes are solved
    together. A company for which its kind then brings less than another takes that one. This ends, since a company
    never goes back to a kind that it has left.
    """
    of_scenario = {kind: planner.by_company(plan.scores()) for kind, plan in scenarios.items()}
    worths = [
        {kind: worth for kind in scenarios if (worth := planner.worth(company, kind, of_scenario[kind][company]))}
        for company in range(len(planner.companies.names))
    ]
    comparisons = [planner.compare(company, plans) for company, plans in enumerate(worths)]
    while True:
        kinds = {company: item.chosen for company, item in enumerate(comparisons) if item.chosen is not None}
        plan = planner.plan(kinds)
        pairs = planner.by_company(plan.scores())
        is_final = True
        for company, kind in kinds.items():
            realised = planner.worth(company, kind, pairs[company])
            if realised == worths[company].get(kind):
                continue
            if realised is not None:
                worths[company][kind] = realised
            again = planner.compare(company, worths[company])
            if realised is None or again.chosen != kind:
                del worths[company][kind]
                again = planner.compare(company, worths[company])
                is_final = False
            comparisons[company] = again
        if is_final:
            return comparisons, plan


@dataclass(frozen=True)
class _Planner:
    """Chooses the local pairs of all companies together, for any kind of programme that each is given."""

    scorer: Scorer
    companies: Companies
    organisations: Organisations
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
        run = self.scorer.run
        is_local = np.zeros(len(run.units), dtype=bool)
        partner = np.full(len(run.units), -1)
        for company, kind in kinds.items():
            units = self.companies.units[company]
            is_local[units] = kind.has_local_pairs
            partner[units] = self.partners[company].organisation if kind.has_partner else -1
        of_site = run.nonprofits.organisation_codes
        return plan_local(
            self.candidates,
            settings.coverage,
            settings.priced_from,
            is_local[self.candidates.units],
            self.heads(kinds),
            of_site[self.candidates.sites] == partner[self.candidates.units],
            settings.setback_discount,
            settings.further_share,
        )

    def heads(self, kinds: Mapping[int, ProgrammeKind]) -> list[Pair]:
        """Head offices that programmes of the given kinds pair."""
        return [
            self.builder.heads_of(pair)
            for company, pair in self.partners.items()
            if company in kinds and kinds[company].has_partner
        ]

    def by_company(self, scores: Mapping[Pair, float]) -> list[dict[Pair, float]]:
        """Pairs of each company's units with their scores."""
        grouped: list[dict[Pair, float]] = [{} for _ in self.companies.names]
        company_of = self.scorer.run.units.company_codes
        for pair, score in scores.items():
            grouped[company_of[pair[0]]][pair] = score
        return grouped

    def pairs_of_kind(self, company: int, kind: ProgrammeKind, scores: Mapping[Pair, float]) -> dict[Pair, float]:
        """Those of a company's pairs that a programme of a kind holds: kept ones, and local pairs if it has any."""
        return {
            pair: score
            for pair, score in scores.items()
            if kind.has_local_pairs or pair in self.candidates.fixed_scores
        }

    def worth(self, company: int, kind: ProgrammeKind, scores: Mapping[Pair, float]) -> PlanWorth | None:
        """What a company's plan of a kind brings it; None where it has no such plan.

        Parameters
        ----------
        company : int
        kind : ProgrammeKind
        scores : mapping of (int, int) to float
            Pairs of the company in the plan of all companies.
        """
        central = self.partners.get(company) if kind.has_partner else None
        pairs = self.pairs_of_kind(company, kind, scores)
        has_new_pairs = any(pair not in self.candidates.fixed_scores for pair in pairs)
        if kind.has_partner:
            possible = central is not None and (has_new_pairs or not kind.has_local_pairs)
        else:
            possible = bool(pairs)
        return self.builder.worth(company, pairs, central) if possible else None

    def compare(self, company: int, plans: Mapping[ProgrammeKind, PlanWorth]) -> KindComparison:
        """The kinds that a company can have, set against each other."""
        partner = self.partners.get(company)
        facts = kind_facts(self.scorer, self.companies, self.organisations, company, partner)
        return compare_kinds(plans, facts, self.scorer.run.settings.programmes)
