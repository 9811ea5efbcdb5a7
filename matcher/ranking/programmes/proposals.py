"""One proposal, made out of its pairs: score, facilitator, agenda, indicators, and its grounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from matcher.ranking.programmes.agenda import AgendaItem, agenda, indicators, ratings_between
from matcher.ranking.programmes.central import CentralPair
from matcher.ranking.programmes.companies import Companies, Organisations
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL, KindAdvice
from matcher.ranking.programmes.local import Pair
from matcher.ranking.programmes.notices import NO_HEAD_OFFICE, PlanNotice
from matcher.scoring.data import Ints
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class Rationale:
    """What a proposal rests on.

    Attributes
    ----------
    units, units_served, local_pairs : int
        Of the company.
    advice : KindAdvice or None
        On the central partner; None for a decentral programme.
    local_adds, central_adds : float or None
        What the local pairs add to the score of the central pairing, and the pairing to that of the local pairs; None
        unless both are there.
    """

    units: int
    units_served: int
    local_pairs: int
    advice: KindAdvice | None = None
    local_adds: float | None = None
    central_adds: float | None = None


@dataclass(frozen=True)
class Facilitator:
    """Who keeps a programme going.

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
    kind : {"central", "decentral", "combined"}
    recommended : bool
    company : str
    organisation : str
        Empty for a decentral programme, which has several.
    facilitator : Facilitator
    score : float
        In [0, 1]. Central: that of the pairing. Decentral: the mean pair score times the share of units served.
        Combined: ``1 - (1 - central) * (1 - decentral)``.
    central : CentralPair or None
    head_offices : (int, int) or None
        Of the central pairing, as positions.
    pairs : list of (int, int)
        Local pairs, as positions.
    rationale : Rationale
    agenda : list of AgendaItem
    indicators : list of str
        Codes of what to measure.
    """

    id: str
    kind: str
    recommended: bool
    company: str
    organisation: str
    facilitator: Facilitator
    score: float
    central: CentralPair | None
    head_offices: Pair | None
    pairs: list[Pair]
    rationale: Rationale
    agenda: list[AgendaItem] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)

    @property
    def all_pairs(self) -> list[Pair]:
        """Return the local pairs, and that of the head offices."""
        return [*self.pairs, *([] if self.head_offices is None else [self.head_offices])]


def heads_of(companies: Companies, organisations: Organisations, pair: CentralPair) -> Pair:
    """Return the two head offices of a central pairing, as positions."""
    return int(companies.head_offices[pair.company]), int(organisations.head_offices[pair.organisation])


class ProposalBuilder:
    """Makes proposals out of pairs: score, facilitator, agenda, indicators, grounds."""

    def __init__(
        self, scorer: Scorer, companies: Companies, organisations: Organisations, advice: dict[int, KindAdvice]
    ) -> None:
        self.scorer, self.companies, self.organisations, self.advice = scorer, companies, organisations, advice

    def notes(self) -> list[PlanNotice]:
        """Return what a reader has to know about head offices that are not stated."""
        units = self.scorer.run.units
        return [
            PlanNotice.of(NO_HEAD_OFFICE, company=name, unit=str(units.ids[self.companies.head_offices[company]]))
            for company, name in enumerate(self.companies.names)
            if not self.companies.stated[company]
        ]

    def decentral(self, company: int, pairs: list[Pair], *, recommended: bool) -> list[Programme]:
        """Return the decentral programme of a company; none without pairs."""
        if not pairs:
            return []
        score, served = self._local_score(company, pairs)
        rationale = Rationale(len(self.companies.units[company]), served, len(pairs))
        return [self._programme(company, DECENTRAL, recommended, "", score, None, pairs, rationale)]

    def central(self, pair: CentralPair, *, recommended: bool) -> Programme:
        """Return the central programme of a company with an organisation."""
        name = self.organisations.names[pair.organisation]
        rationale = Rationale(len(self.companies.units[pair.company]), 0, 0, self.advice[id(pair)])
        return self._programme(pair.company, CENTRAL, recommended, name, pair.score, pair, [], rationale)

    def combined(self, pair: CentralPair, pairs: list[Pair], *, recommended: bool) -> list[Programme]:
        """Return the combined programme of a company with its central partner; none without local pairs."""
        if not pairs:
            return []
        local, served = self._local_score(pair.company, pairs)
        score = 1 - (1 - pair.score) * (1 - local)
        rationale = Rationale(
            len(self.companies.units[pair.company]),
            served,
            len(pairs),
            self.advice[id(pair)],
            local_adds=score - pair.score,
            central_adds=score - local,
        )
        name = self.organisations.names[pair.organisation]
        return [self._programme(pair.company, COMBINED, recommended, name, score, pair, pairs, rationale)]

    def _local_score(self, company: int, pairs: Sequence[Pair]) -> tuple[float, int]:
        units, sites = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        served = len(np.unique(units))
        mean = float(self.scorer.scores(units, sites).mean())
        return mean * served / len(self.companies.units[company]), served

    def _programme(
        self,
        company: int,
        kind: str,
        recommended: bool,
        organisation: str,
        score: float,
        central: CentralPair | None,
        pairs: list[Pair],
        rationale: Rationale,
    ) -> Programme:
        name = self.companies.names[company]
        heads = None if central is None else heads_of(self.companies, self.organisations, central)
        key = f"{kind}:{name}" + (f":{organisation}" if organisation else "")
        return Programme(
            key,
            kind,
            recommended,
            name,
            organisation,
            self._facilitator(company),
            round(score, 6),
            central,
            heads,
            pairs,
            rationale,
        )

    def prepared(self, programmes: Sequence[Programme]) -> list[Programme]:
        """Return programmes with what to agree on and what to measure; the pairs of all are judged in one go."""
        together = [pair for programme in programmes for pair in programme.all_pairs]
        units, sites = np.array(together, dtype=np.int64).reshape(-1, 2).T
        records = iter(self.scorer.records(units, sites))
        return [self._prepared(programme, list(islice(records, len(programme.all_pairs)))) for programme in programmes]

    def _prepared(self, programme: Programme, records: list[PairRecord]) -> Programme:
        sites = np.array([site for _, site in programme.all_pairs], dtype=np.int64)
        ratings = self._ratings(self.companies.names.index(programme.company), programme.central, sites)
        return replace(programme, agenda=agenda(records, ratings), indicators=indicators(records))

    def _facilitator(self, company: int) -> Facilitator:
        units = self.scorer.run.units
        foundations = [str(name) for name in units.foundations[self.companies.units[company]] if name]
        if foundations:
            return Facilitator(foundations[0], is_foundation=True)
        return Facilitator(str(units.names[self.companies.head_offices[company]]), is_foundation=False)

    def _ratings(self, company: int, central: CentralPair | None, sites: Ints) -> dict[str, float]:
        """Return mean ratings of earlier partnerships between the company's units and the sites in the programme."""
        history = self.scorer.run.history
        if central is not None:
            sites = np.union1d(sites, self.organisations.sites_of(central.organisation))
        rows = np.isin(history.unit, self.companies.units[company]) & np.isin(history.nonprofit, sites)
        return ratings_between(history, rows)
