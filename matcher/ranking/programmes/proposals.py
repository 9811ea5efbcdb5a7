"""Programmes as proposed: pairs of one kind with their score, facilitator, agenda, indicators and rationale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.ranking.programmes.agenda import AgendaItem, agenda, indicators, ratings_between
from matcher.ranking.programmes.candidates import Candidates, Pair
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations, head_office_notices
from matcher.ranking.programmes.comparison import PlanWorth, Verdict, worth_of_plan
from matcher.ranking.programmes.facts import KindFacts
from matcher.ranking.programmes.kinds import ProgrammeKind
from matcher.ranking.programmes.notices import PlanNotice
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class Rationale:
    """Facts that a proposal rests on.

    Attributes
    ----------
    worth : PlanWorth
        What it brings the company's people.
    kept : int
        Partnerships in it that run, were proposed or are locked.
    own_sites : int
        Local pairs with sites of the central partner.
    facts : KindFacts
        On the company and its best central partner.
    has_partner : bool
        Whether that partner is in it.
    verdicts : tuple of Verdict
        Why its kind is recommended rather than others; empty where it is not recommended.
    """

    worth: PlanWorth
    kept: int
    own_sites: int
    facts: KindFacts
    has_partner: bool
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Facilitator:
    """The organisation that keeps a programme going.

    Attributes
    ----------
    name : str
        Of the company's foundation, else of its head office.
    is_foundation : bool
        Without a foundation an intermediary is advised.
    """

    name: str
    is_foundation: bool


@dataclass(frozen=True)
class Programme:
    """One proposal.

    Attributes
    ----------
    id : str
    kind : ProgrammeKind
    recommended : bool
    company : str
    organisation : str
        The central partner; empty without one.
    facilitator : Facilitator
    score : float
        What it brings the company's people, in [0, 1]; see :class:`matcher.ranking.programmes.comparison.PlanWorth`.
    is_alternative : bool
        Whether its central partner is another than the one that all kinds of the company are planned with.
    central : CentralPair or None
    head_offices : (int, int) or None
        Positions of the head offices of the central pairing.
    pairs : tuple of (int, int)
        Positions of the local pairs, and of kept ones in a programme of any kind; without that of the head offices.
    kept_pairs : frozenset of (int, int)
        Pairs in it that run, were proposed or are locked.
    rationale : Rationale
    agenda : tuple of AgendaItem
    indicators : tuple of str
        Codes of the figures to measure.
    """

    id: str
    kind: ProgrammeKind
    recommended: bool
    company: str
    organisation: str
    facilitator: Facilitator
    score: float
    is_alternative: bool
    central: CentralPair | None
    head_offices: Pair | None
    pairs: tuple[Pair, ...]
    kept_pairs: frozenset[Pair]
    rationale: Rationale
    agenda: tuple[AgendaItem, ...] = ()
    indicators: tuple[str, ...] = ()

    @property
    def all_pairs(self) -> tuple[Pair, ...]:
        """The local pairs, then that of the head offices."""
        return self.pairs if self.head_offices is None else (*self.pairs, self.head_offices)

    @property
    def new_pairs(self) -> tuple[Pair, ...]:
        """Pairs that neither run nor were proposed or locked."""
        return tuple(pair for pair in self.all_pairs if pair not in self.kept_pairs)

    @property
    def units_served(self) -> set[int]:
        """Positions of the units with a local pair, or with a site of the central partner in reach that suits them."""
        return {unit for unit, _ in self.pairs} | (set() if self.central is None else set(self.central.served))


class ProposalBuilder:
    """Makes programmes of pairs.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    candidates : Candidates
    """

    def __init__(
        self, scorer: Scorer, companies: Companies, organisations: Organisations, candidates: Candidates
    ) -> None:
        self._scorer, self._companies, self._organisations = scorer, companies, organisations
        self._candidates = candidates

    def notices(self) -> list[PlanNotice]:
        """Companies for which no head office is stated."""
        return head_office_notices(self._scorer, self._companies)

    def heads_of(self, pair: CentralPair) -> Pair:
        """Positions of the two head offices of a central pairing."""
        return (
            int(self._companies.head_offices[pair.company]),
            int(self._organisations.head_offices[pair.organisation]),
        )

    def worth(self, company: int, scores: Mapping[Pair, float], central: CentralPair | None) -> PlanWorth:
        """What a plan brings a company's people.

        Parameters
        ----------
        company : int
            Position of the company.
        scores : mapping of (int, int) to float
            Score of each of its pairs.
        central : CentralPair or None
            Its central partner.
        """
        return worth_of_plan(
            self._companies.people[company],
            scores,
            self._candidates.fixed_scores,
            self._scorer.run.nonprofits.organisation_codes,
            None if central is None else central.served,
            -1 if central is None else central.organisation,
        )

    def programme(
        self,
        kind: ProgrammeKind,
        company: int,
        scores: Mapping[Pair, float],
        central: CentralPair | None,
        facts: KindFacts,
        verdicts: Sequence[Verdict] | None = None,
        *,
        is_alternative: bool = False,
    ) -> Programme:
        """A programme of one kind; agenda and indicators are added by :meth:`prepared`.

        Parameters
        ----------
        kind : ProgrammeKind
        company : int
            Position of the company.
        scores : mapping of (int, int) to float
            Score of each of its pairs, kept ones included.
        central : CentralPair or None
            Its central partner.
        facts : KindFacts
        verdicts : sequence of Verdict, optional
            Why it is recommended. Default: it is not.
        is_alternative : bool
            Whether its central partner is another than the one that was chosen for the company.
        """
        name = self._companies.names[company]
        organisation = "" if central is None else self._organisations.names[central.organisation]
        heads = None if central is None else self.heads_of(central)
        pairs = tuple(sorted(pair for pair in scores if pair != heads))
        kept = frozenset(pair for pair in scores if pair in self._candidates.fixed_scores)
        worth = self.worth(company, scores, central)
        codes = self._scorer.run.nonprofits.organisation_codes
        own_sites = 0 if central is None else sum(codes[site] == central.organisation for _, site in pairs)
        return Programme(
            id=f"{kind}:{name}" + (f":{organisation}" if organisation else ""),
            kind=kind,
            recommended=verdicts is not None,
            company=name,
            organisation=organisation,
            facilitator=self._facilitator(company),
            score=worth.worth,
            is_alternative=is_alternative,
            central=central,
            head_offices=heads,
            pairs=pairs,
            kept_pairs=kept,
            rationale=Rationale(worth, len(kept), int(own_sites), facts, central is not None, tuple(verdicts or ())),
        )

    def records(self, programmes: Sequence[Programme]) -> dict[Pair, PairRecord]:
        """Explanation record of each pair in some programmes, in order of unit and site."""
        pairs = sorted({pair for programme in programmes for pair in programme.all_pairs})
        units, sites = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return dict(zip(pairs, self._scorer.records(units, sites), strict=True)) if pairs else {}

    def prepared(self, programme: Programme, records: Mapping[Pair, PairRecord]) -> Programme:
        """A programme with its preparation agenda and its indicators.

        Parameters
        ----------
        programme : Programme
        records : mapping of (int, int) to PairRecord
            As :meth:`records` gives them.
        """
        found = [records[pair] for pair in programme.all_pairs]
        points = agenda(found, self._ratings(programme))
        return replace(programme, agenda=tuple(points), indicators=tuple(indicators(found)))

    def _facilitator(self, company: int) -> Facilitator:
        units = self._scorer.run.units
        foundations = [str(name) for name in units.foundations[self._companies.units[company]] if name]
        if foundations:
            return Facilitator(foundations[0], is_foundation=True)
        return Facilitator(str(units.names[self._companies.head_offices[company]]), is_foundation=False)

    def _ratings(self, programme: Programme) -> dict[str, float]:
        """Mean ratings of earlier partnerships between the company's units and the sites in the programme."""
        history = self._scorer.run.history
        units = self._companies.units[self._companies.names.index(programme.company)]
        sites = np.array([site for _, site in programme.all_pairs], dtype=np.int64)
        if programme.central is not None:
            sites = np.union1d(sites, self._organisations.sites_of(programme.central.organisation))
        return ratings_between(history, np.isin(history.unit, units) & np.isin(history.nonprofit, sites))
