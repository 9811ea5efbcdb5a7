"""One proposal, made out of its pairs: score, facilitator, agenda, indicators, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.criteria.judge import Judge
from matcher.criteria.record import PairRecord
from matcher.criteria.run import Ints
from matcher.ranking.agenda import AgendaItem, agenda, indicators
from matcher.ranking.central import CentralPair, Companies, Organisations
from matcher.ranking.kinds import CENTRAL, COMBINED, DECENTRAL, KindAdvice
from matcher.ranking.local import Pair


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
    facilitator : str
    score : float
        In [0, 1]. Central: that of the pairing. Decentral: the mean pair score times the share of units served.
        Combined: ``1 - (1 - central) * (1 - decentral)``.
    central : CentralPair or None
    head_offices : (int, int) or None
        Of the central pairing, as positions.
    pairs : list of (int, int)
        Local pairs, as positions.
    why : str
    agenda : list of AgendaItem
    indicators : list of str
    """

    id: str
    kind: str
    recommended: bool
    company: str
    organisation: str
    facilitator: str
    score: float
    central: CentralPair | None
    head_offices: Pair | None
    pairs: list[Pair]
    why: str
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
    """Makes proposals out of pairs: score, facilitator, agenda, indicators, why."""

    def __init__(
        self, judge: Judge, companies: Companies, organisations: Organisations, advice: dict[int, KindAdvice]
    ) -> None:
        self.judge, self.companies, self.organisations, self.advice = judge, companies, organisations, advice

    def notes(self) -> list[str]:
        """Return what a reader has to know about head offices that are not stated."""
        units = self.judge.run.units
        return [
            f"{name} names no head office: {units.ids[self.companies.head_offices[company]]} stands for it"
            for company, name in enumerate(self.companies.names)
            if not self.companies.stated[company]
        ]

    def decentral(self, company: int, pairs: list[Pair], *, recommended: bool) -> list[Programme]:
        """Return the decentral programme of a company; none without pairs."""
        if not pairs:
            return []
        score, served = self._local_score(company, pairs)
        units = len(self.companies.units[company])
        why = f"{served} of {units} {_plural(units, 'unit')} with {len(pairs)} local {_plural(len(pairs), 'partner')}"
        return [self._programme(company, DECENTRAL, recommended, "", score, None, pairs, why)]

    def central(self, pair: CentralPair, *, recommended: bool) -> Programme:
        """Return the central programme of a company with an organisation."""
        name = self.organisations.names[pair.organisation]
        return self._programme(
            pair.company, CENTRAL, recommended, name, pair.score, pair, [], self.advice[id(pair)].why
        )

    def combined(self, pair: CentralPair, pairs: list[Pair], *, recommended: bool) -> list[Programme]:
        """Return the combined programme of a company with its central partner; none without local pairs."""
        if not pairs:
            return []
        local, served = self._local_score(pair.company, pairs)
        score = 1 - (1 - pair.score) * (1 - local)
        why = (
            f"{self.advice[id(pair)].why}; the local pairs of {served} {_plural(served, 'unit')} add {score - pair.score:.2f} to "
            f"the agreement at the top, and the agreement adds {score - local:.2f} to them"
        )
        name = self.organisations.names[pair.organisation]
        return [self._programme(pair.company, COMBINED, recommended, name, score, pair, pairs, why)]

    def _local_score(self, company: int, pairs: Sequence[Pair]) -> tuple[float, int]:
        units, sites = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        served = len(np.unique(units))
        mean = float(self.judge.scores(units, sites).mean())
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
        why: str,
    ) -> Programme:
        name = self.companies.names[company]
        heads = None if central is None else heads_of(self.companies, self.organisations, central)
        everything = [*pairs, *([] if heads is None else [heads])]
        units, sites = (np.array(column, dtype=np.int64) for column in zip(*everything, strict=True))
        records: list[PairRecord] = self.judge.records(units, sites)
        key = f"{kind}:{name}" + (f":{organisation}" if organisation else "")
        return Programme(
            key,
            kind,
            recommended,
            name,
            organisation,
            self._facilitator(company, central),
            round(score, 6),
            central,
            heads,
            pairs,
            f"{why[0].upper()}{why[1:]}.",
            agenda(records, self._ratings(company, central, sites)),
            indicators(records),
        )

    def _facilitator(self, company: int, central: CentralPair | None) -> str:
        units = self.judge.run.units
        foundations = [str(name) for name in units.foundations[self.companies.units[company]] if name]
        if foundations:
            return foundations[0]
        head = f"{units.names[self.companies.head_offices[company]]} (head office)"
        return f"{head}; an intermediary is advised"

    def _ratings(self, company: int, central: CentralPair | None, sites: Ints) -> dict[str, float]:
        """Return mean ratings of earlier partnerships between the company's units and the sites in the programme."""
        history = self.judge.run.history
        if central is not None:
            sites = np.union1d(sites, self.organisations.sites[central.organisation])
        rows = np.isin(history.unit, self.companies.units[company]) & np.isin(history.nonprofit, sites)
        ratings = history.ratings[rows]
        return {
            name: float(np.nanmean(column))
            for name, column in zip(history.rating_names, ratings.T, strict=True)
            if len(column) and not np.isnan(column).all()
        }


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
