"""What a plan brings a company's people, and which of the kinds that a company can have is recommended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.companies import People
from matcher.ranking.programmes.facts import FOR_CENTRAL, LOCAL_FIT_BETTER, SPREAD_AND_LOCAL, KindFacts
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, PROGRAMME_KINDS, ProgrammeKind
from matcher.scoring.data import Ints
from matcher.scoring.explanation import SCORE_DECIMALS
from matcher.settings.sections import ProgrammeSettings

BRINGS_MORE, ADDS_ENOUGH, ADDS_LITTLE, FEWER, NEAR_TIE = (
    "brings_more",
    "adds_enough",
    "adds_little",
    "fewer",
    "near_tie",
)
VERDICTS = (BRINGS_MORE, ADDS_ENOUGH, ADDS_LITTLE, FEWER, NEAR_TIE)
"""How one plan may win over another."""


@dataclass(frozen=True)
class PlanWorth:
    """What a plan brings a company's people.

    Attributes
    ----------
    worth : float
        In [0, 1]: the sum over the units of their share of the people times the score of the best partner that the
        plan gives them.
    units, units_served : int
        Units of the company, and those with a partner.
    new_partners : int
        Organisations that the company has no partnership with, and needs for this: the central partner, and those that
        serve a unit best.
    by_employees : bool
        Whether the shares are of employees, known for all units; else every unit counts the same.
    share_served : float
        Share of the people whose unit has a partner, in [0, 1].
    """

    worth: float
    units: int
    units_served: int
    new_partners: int
    by_employees: bool
    share_served: float

    @property
    def fit(self) -> float:
        """Mean score of the best partners with those whom they serve, in [0, 1]; 0 where nobody is served."""
        return self.worth / self.share_served if self.share_served else 0.0


def worth_of_plan(
    people: People,
    scores: Mapping[Pair, float],
    kept: Collection[Pair],
    organisation_of_site: Ints,
    central: Mapping[int, float] | None = None,
    partner: int = -1,
) -> PlanWorth:
    """What a plan brings a company's people.

    Parameters
    ----------
    people : People
    scores : mapping of (int, int) to float
        Score of each pair of the company's units in the plan.
    kept : collection of (int, int)
        Those of them that run, were proposed or are locked, and others.
    organisation_of_site : ndarray of shape (n_nonprofits,), int64
    central : mapping of int to float, optional
        Score of the central partner for each unit that it serves. Default: the plan has no central partner.
    partner : int
        Organisation that is the central partner; -1 without one.
    """
    known = {int(organisation_of_site[pair[1]]) for pair in scores if pair in kept}
    # Of equal scores the one that asks no new partner.
    best: dict[int, tuple[float, bool, int]] = {unit: (score, True, partner) for unit, score in (central or {}).items()}
    for pair, score in scores.items():
        organisation = int(organisation_of_site[pair[1]])
        offered = score, organisation in known or organisation == partner, organisation
        best[pair[0]] = max(offered, best.get(pair[0], offered))
    shares = {
        unit: share for unit, share in zip(people.units.tolist(), people.shares.tolist(), strict=True) if unit in best
    }
    needed = {organisation for _, _, organisation in best.values()} | ({partner} - {-1})
    return PlanWorth(
        round(sum(share * best[unit][0] for unit, share in shares.items()), SCORE_DECIMALS),
        len(people.units),
        len(best),
        len(needed - known),
        people.by_employees,
        sum(shares.values()),
    )


@dataclass(frozen=True)
class Verdict:
    """Why a plan was chosen rather than another.

    Attributes
    ----------
    code : str
        One of ``VERDICTS``.
    other : ProgrammeKind
    difference : float
        Worth of the chosen plan less that of the other.
    fact : str
        What decided a near-tie, one of :data:`matcher.ranking.programmes.facts.FACT_REASONS`; else empty.
    """

    code: str
    other: ProgrammeKind
    difference: float
    fact: str = ""


@dataclass(frozen=True)
class KindComparison:
    """The plans of a company by kind, and the kind that is recommended.

    Attributes
    ----------
    company : str
    plans : mapping of ProgrammeKind to PlanWorth
        Kinds that the company can have, in the order of ``PROGRAMME_KINDS``.
    chosen : ProgrammeKind or None
        None where there is no plan.
    verdicts : tuple of Verdict
        Why it was chosen, over each other kind that it was set against.
    facts : KindFacts
    """

    company: str
    plans: Mapping[ProgrammeKind, PlanWorth]
    chosen: ProgrammeKind | None
    verdicts: tuple[Verdict, ...]
    facts: KindFacts


def compare_kinds(
    plans: Mapping[ProgrammeKind, PlanWorth], facts: KindFacts, settings: ProgrammeSettings
) -> KindComparison:
    """Choose the plan that brings the most.

    First local partners alone are set against a central partner alone: the one that brings more wins; where the
    difference is smaller than ``near_tie``, the facts decide. Then the winner is set against both together, which is
    chosen if it adds more than its further partners cost, or brings about as much with fewer new partners where
    the sites of both meet at several units, or brings about as much and the facts favour it. A central partner beside
    partners that a company has already has to add more than it costs as well. The cost of a new partner is
    ``partner_price`` for a unit of average size.

    Where plans bring about as much, neither facts nor a smaller number of partners speak for a central partner that fits
    the company less well than the local partners fit their units.

    Parameters
    ----------
    plans : mapping of ProgrammeKind to PlanWorth
    facts : KindFacts
    settings : ProgrammeSettings
    """
    ordered = {kind: plans[kind] for kind in PROGRAMME_KINDS if kind in plans}
    alone = [kind for kind in ordered if kind != COMBINED]
    verdicts: list[Verdict] = []
    chosen = alone[0] if alone else None
    if len(alone) == 2:
        chosen, verdict = _local_or_central(ordered, facts, settings)
        verdicts.append(verdict)
    if COMBINED in ordered and chosen is not None:
        fuller, verdict = _alone_or_both(ordered, chosen, facts, settings)
        verdicts = [verdict] if fuller != chosen else [*verdicts, verdict]
        chosen = fuller
    return KindComparison(facts.company, ordered, chosen, tuple(verdicts), facts)


def _local_or_central(
    plans: Mapping[ProgrammeKind, PlanWorth], facts: KindFacts, settings: ProgrammeSettings
) -> tuple[ProgrammeKind, Verdict]:
    gain = plans[CENTRAL].worth - plans[DECENTRAL].worth
    if plans[DECENTRAL].new_partners == 0:  # then the central plan contains it
        net = gain - _extra_cost(plans[CENTRAL], plans[DECENTRAL], settings)
        if net > 0:
            return CENTRAL, Verdict(ADDS_ENOUGH, DECENTRAL, gain)
        return DECENTRAL, Verdict(ADDS_LITTLE, CENTRAL, -gain)
    if abs(gain) < settings.near_tie:
        fact = facts.local_or_central(settings, plans[DECENTRAL].fit)
        if fact in FOR_CENTRAL:
            return CENTRAL, Verdict(NEAR_TIE, DECENTRAL, gain, fact)
        return DECENTRAL, Verdict(NEAR_TIE, CENTRAL, -gain, fact)
    if gain > 0:
        return CENTRAL, Verdict(BRINGS_MORE, DECENTRAL, gain)
    return DECENTRAL, Verdict(BRINGS_MORE, CENTRAL, -gain)


def _alone_or_both(
    plans: Mapping[ProgrammeKind, PlanWorth], alone: ProgrammeKind, facts: KindFacts, settings: ProgrammeSettings
) -> tuple[ProgrammeKind, Verdict]:
    both, one = plans[COMBINED], plans[alone]
    gain = both.worth - one.worth
    net = gain - _extra_cost(both, one, settings)
    if gain > 0 and net > 0:
        return COMBINED, Verdict(ADDS_ENOUGH if both.new_partners > one.new_partners else BRINGS_MORE, alone, gain)
    is_fewer = gain > -settings.near_tie and both.new_partners < one.new_partners and facts.meet_at_several
    is_near_tie = min(gain, net) > -settings.near_tie and facts.favours_both(settings)
    if alone == DECENTRAL and (is_fewer or is_near_tie) and not facts.partner_score >= one.fit:
        return alone, Verdict(NEAR_TIE, COMBINED, -gain, LOCAL_FIT_BETTER)
    if is_fewer:
        return COMBINED, Verdict(FEWER, alone, gain)
    if is_near_tie:
        return COMBINED, Verdict(NEAR_TIE, alone, gain, SPREAD_AND_LOCAL)
    return alone, Verdict(ADDS_LITTLE if gain >= 0 else BRINGS_MORE, COMBINED, -gain)


def _extra_cost(fuller: PlanWorth, smaller: PlanWorth, settings: ProgrammeSettings) -> float:
    """Worth that the further partners of the fuller plan have to bring."""
    return settings.partner_price * (fuller.new_partners - smaller.new_partners) / fuller.units
