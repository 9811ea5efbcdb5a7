"""Programmes as proposed: pairs of one kind with their score, facilitator, agenda, indicators and rationale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.ranking.programmes.advice import KindAdvice
from matcher.ranking.programmes.agenda import AgendaItem, agenda, indicators, ratings_between
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.ranking.programmes.kinds import ProgrammeKind
from matcher.ranking.programmes.notices import NO_HEAD_OFFICE, PlanNotice
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class Rationale:
    """Facts that a proposal rests on.

    Attributes
    ----------
    units, units_served, local_pairs : int
        Numbers of the company's units, of those with a local pair, and of local pairs.
    advice : KindAdvice or None
        On the central partner; None without one.
    local_adds, central_adds : float or None
        Rise of the score by the local pairs, and by the pairing of head offices; None unless the programme has both.
    """

    units: int
    units_served: int
    local_pairs: int
    advice: KindAdvice | None = None
    local_adds: float | None = None
    central_adds: float | None = None


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
        In [0, 1]; see :meth:`matcher.ranking.programmes.kinds.ProgrammeKind.score`.
    central : CentralPair or None
    head_offices : (int, int) or None
        Positions of the head offices of the central pairing.
    pairs : tuple of (int, int)
        Positions of the local pairs.
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
    central: CentralPair | None
    head_offices: Pair | None
    pairs: tuple[Pair, ...]
    rationale: Rationale
    agenda: tuple[AgendaItem, ...] = ()
    indicators: tuple[str, ...] = ()

    @property
    def all_pairs(self) -> tuple[Pair, ...]:
        """The local pairs, then that of the head offices."""
        return self.pairs if self.head_offices is None else (*self.pairs, self.head_offices)


class ProposalBuilder:
    """Makes programmes of pairs.

    Parameters
    ----------
    scorer : Scorer
    companies : Companies
    organisations : Organisations
    """

    def __init__(self, scorer: Scorer, companies: Companies, organisations: Organisations) -> None:
        self._scorer, self._companies, self._organisations = scorer, companies, organisations

    def notices(self) -> list[PlanNotice]:
        """Companies for which no head office is stated."""
        units, companies = self._scorer.run.units, self._companies
        return [
            PlanNotice.of(NO_HEAD_OFFICE, company=name, unit=str(units.ids[companies.head_offices[company]]))
            for company, name in enumerate(companies.names)
            if not companies.is_stated[company]
        ]

    def heads_of(self, pair: CentralPair) -> Pair:
        """Positions of the two head offices of a central pairing."""
        return (
            int(self._companies.head_offices[pair.company]),
            int(self._organisations.head_offices[pair.organisation]),
        )

    def programme(
        self,
        kind: ProgrammeKind,
        company: int,
        pairs: Sequence[Pair],
        central: CentralPair | None = None,
        advice: KindAdvice | None = None,
        *,
        recommended: bool,
    ) -> Programme:
        """A programme of one kind; agenda and indicators are added by :meth:`prepared`.

        Parameters
        ----------
        kind : ProgrammeKind
        company : int
            Position of the company.
        pairs : sequence of (int, int)
            Its local pairs.
        central : CentralPair, optional
            Its central partner.
        advice : KindAdvice, optional
            On that partner.
        recommended : bool
        """
        name, units = self._companies.names[company], len(self._companies.units[company])
        organisation = "" if central is None else self._organisations.names[central.organisation]
        central_score = 0.0 if central is None else central.score
        local_score, served = self._local_score(pairs, units)
        score = kind.score(central_score, local_score)
        has_both = central is not None and bool(pairs)
        return Programme(
            id=f"{kind}:{name}" + (f":{organisation}" if organisation else ""),
            kind=kind,
            recommended=recommended,
            company=name,
            organisation=organisation,
            facilitator=self._facilitator(company),
            score=round(score, 6),
            central=central,
            head_offices=None if central is None else self.heads_of(central),
            pairs=tuple(pairs),
            rationale=Rationale(
                units,
                served,
                len(pairs),
                advice,
                local_adds=score - central_score if has_both else None,
                central_adds=score - local_score if has_both else None,
            ),
        )

    def _local_score(self, pairs: Sequence[Pair], units: int) -> tuple[float, int]:
        """Mean score of the pairs times the share of units they serve, and the number of these units."""
        if not pairs:
            return 0.0, 0
        paired, sites = np.array(pairs, dtype=np.int64).T
        served = len(np.unique(paired))
        return float(self._scorer.scores(paired, sites).mean()) * served / units, served

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
