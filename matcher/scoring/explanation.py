"""The explanation record: everything about one pair, as plain values.

Sentence, chart, table, workbook and page are all made from it, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

SCORE_DECIMALS = 6


@dataclass(frozen=True)
class CriterionRecord:
    """What one criterion says of a pair.

    Attributes
    ----------
    name : str
    score : float or None
        In [0, 1]; None where unknown.
    weight : float
        Share of the whole, so that the weights of a pair sum to 1.
    average : float
        Score of this unit's average candidate, over the candidates where it is known.
    contribution : float
        What it adds to the score against the average candidate: 0 where unknown.
    known : float
        Share of its weight that rests on known facts.
    facts : dict
    """

    name: str
    score: float | None
    weight: float
    average: float
    contribution: float
    known: float
    facts: dict[str, Any]


@dataclass(frozen=True)
class PairRecord:
    """One pair of a business unit and a nonprofit.

    ``baseline`` plus the contributions of all criteria is ``score``, to the last of its six decimals.

    Attributes
    ----------
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation : str
    gates : tuple of str
        Names of the closed gates; a pair with any is on no list.
    score : float or None
        In [0, 1]; None where a gate is closed.
    baseline : float
        Score of this unit's average candidate.
    confidence : float
        Share of the weight that rests on known facts.
    distance_km : float or None
    statuses : tuple of str
        Of earlier partnerships of this pair.
    criteria : tuple of CriterionRecord
        Those in play, in the order of the registry.
    more_sites : int
        Further sites of the organisation that are candidates of this unit too.
    """

    unit_id: str
    unit_name: str
    company: str
    nonprofit_id: str
    nonprofit_name: str
    organisation: str
    gates: tuple[str, ...]
    score: float | None
    baseline: float
    confidence: float
    distance_km: float | None
    statuses: tuple[str, ...]
    criteria: tuple[CriterionRecord, ...]
    more_sites: int = 0

    def criterion(self, name: str) -> CriterionRecord | None:
        """Return what a criterion says, or None where it is not in play."""
        return next((criterion for criterion in self.criteria if criterion.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the record as nested plain values, for JSON."""
        return asdict(self)
