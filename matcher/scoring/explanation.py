"""Explanation records: the data from which every sentence, chart, table, workbook and page about a pair is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from matcher.i18n.language import Language, capital
from matcher.scoring.geometric import log_value
from matcher.scoring.history import PastPartnership
from matcher.tables.status import Status

SCORE_DECIMALS = 6


class CriterionWords:
    """The words of a criterion: its name, its part of a reason and the names of its facts.

    Attributes
    ----------
    name : str
        As in the weights of the settings.
    fact_labels : mapping of str to str
        English name of each fact, for translation.
    order_in_reason : int
        Criteria with lower numbers come first in a reason; those with equal ones in the order of the registry.
    finds_common_ground : bool
        Whether it can name what the two have in common: see :meth:`is_common_ground`.
    """

    name: str
    fact_labels: ClassVar[Mapping[str, str]] = {}
    order_in_reason: ClassVar[int] = 2
    finds_common_ground: ClassVar[bool] = False

    def label(self, language: Language) -> str:
        """Name of the criterion in a language."""
        return language.word(self.name)

    def heading(self, language: Language) -> str:
        """Name of the criterion with a capital."""
        return capital(self.label(language))

    def unknown_label(self, language: Language) -> str | None:
        """Name of what is missing where the score is unknown; None where that is not worth a word."""
        return self.label(language)

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        """Part of the reason for a pair whose score is known; it names both sides, for reasons are handed on.

        Parameters
        ----------
        item : CriterionRecord
            Record of this criterion.
        pair : PairRecord
            Record of the pair.
        language : Language

        Returns
        -------
        list of str
            Phrases without capital and full stop; none where there is nothing to mention.
        """
        if item.score is None:
            return []
        return [
            language.phrase("{criterion}: {score}", criterion=self.label(language), score=language.score(item.score))
        ]

    def cautions(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        """What the two have to settle before they begin, as phrases; none where nothing stands in the way.

        Parameters
        ----------
        item : CriterionRecord
            Record of this criterion, whose score is known.
        pair : PairRecord
            Record of the pair.
        language : Language
        """
        return []

    def unknown_facts(self, item: CriterionRecord, language: Language) -> dict[str, str]:
        """Names of what is missing behind a score that is known, by a code; none by default.

        Parameters
        ----------
        item : CriterionRecord
            Record of this criterion, whose score is known.
        language : Language
        """
        return {}

    def is_common_ground(self, item: CriterionRecord) -> bool:
        """Whether the facts behind a score name something that the two have in common, which a reason can say."""
        return False

    def facts(self, item: CriterionRecord, language: Language) -> list[tuple[str, str]]:
        """Facts behind a score as names and values to show.

        Parameters
        ----------
        item : CriterionRecord
        language : Language
        """
        return [
            (
                language.phrase(self.fact_labels[name]) if name in self.fact_labels else language.word(name),
                self.fact_value(name, value, language),
            )
            for name, value in item.facts.items()
        ]

    def fact_value(self, name: str, value: object, language: Language) -> str:
        """Value of a fact as text.

        Parameters
        ----------
        name : str
            Name of the fact.
        value : object
            Number, text, list of words, or None where unknown.
        language : Language
        """
        if value is None:
            return language.phrase("unknown")
        if isinstance(value, list):
            return ", ".join(language.word(str(word)) for word in value) or language.phrase("none")
        if isinstance(value, float):
            return language.rounded(value, 2)
        return language.number(value) if isinstance(value, int) else language.word(str(value))


class FormerCriterion(CriterionWords):
    """A criterion that a previous run had and this one has not: only its name is known.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(frozen=True)
class CriterionRecord:
    """Score of a pair by one criterion, with its weight, contribution and facts.

    Attributes
    ----------
    criterion : CriterionWords
        The criterion, which also puts the record into words.
    score : float or None
        In [0, 1]; None where unknown.
    weight : float
        Share of the whole, so that the weights of a pair sum to 1.
    average : float
        What it counts as where it is unknown: somewhat less than the mean of this unit's candidates.
    contribution : float
        Difference that it makes to the score of a candidate of whom nothing is known; 0 where unknown.
    known : float
        Share of its weight that rests on known facts.
    facts : dict
    """

    criterion: CriterionWords
    score: float | None
    weight: float
    average: float
    contribution: float
    known: float
    facts: dict[str, Any]

    @property
    def points(self) -> float:
        """Share of the logarithm of the pair's score: the points of a pair sum to that logarithm; at most 0."""
        return self.weight * float(log_value(self.average if self.score is None else self.score))

    @property
    def name(self) -> str:
        """Name of the criterion."""
        return self.criterion.name


@dataclass(frozen=True)
class PairRecord:
    """One pair of a business unit and a nonprofit.

    ``baseline`` plus the contributions of all criteria is ``score``, to the last of its six decimals; see
    :mod:`matcher.scoring.geometric`.

    Attributes
    ----------
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation : str
    gates : tuple of str
        Names of the closed gates; a pair with any is on no list.
    score : float or None
        In [0, 1]; None where a gate is closed.
    baseline : float
        Score of a candidate of this unit of whom nothing is known.
    confidence : float
        Share of the weight that rests on known facts.
    distance_km : float or None
    history : tuple of PastPartnership
        What the company and the organisation have been through, partnerships of this very pair first.
    criteria : tuple of CriterionRecord
        Those in play, in the order of the registry.
    stability : int or None
        In how many of 100 disturbed weightings the pair keeps its place on a list; None where it is on none.
    more_sites : int
        Further sites of the organisation that are candidates of this unit too.
    quote : str
        What the nonprofit does, in its own words; empty where it says nothing.
    unit_quote : str
        The same of the unit, where both name causes and share none; else empty.
    unit_town, nonprofit_town : str
        As in the two lists; empty where unknown.
    resembles : PastPartnership or None
        Setback of the company with another organisation whose mission is much like the nonprofit's, see
        :mod:`matcher.scoring.resemblance`.
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
    history: tuple[PastPartnership, ...]
    criteria: tuple[CriterionRecord, ...]
    more_sites: int = 0
    stability: int | None = None
    quote: str = ""
    unit_quote: str = ""
    unit_town: str = ""
    nonprofit_town: str = ""
    resembles: PastPartnership | None = None

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Statuses of the partnerships of this very pair."""
        return tuple(item.status for item in self.history if item.is_of_pair)

    @property
    def setbacks(self) -> tuple[PastPartnership, ...]:
        """Partnerships of the company with the organisation that were declined or vetoed, or that go or went badly."""
        return tuple(item for item in self.history if item.is_setback)

    def without_past(self) -> PairRecord:
        """The record without what the company went through with this organisation or one like it."""
        return replace(self, history=(), resembles=None)

    @property
    def has_common_ground(self) -> bool:
        """Whether a reason can name what the two have in common; True where no criterion in play could."""
        finding = [item for item in self.criteria if item.criterion.finds_common_ground]
        return not finding or any(item.criterion.is_common_ground(item) for item in finding)

    @property
    def shares_no_cause(self) -> bool:
        """Whether both name causes, and none is shared or near."""
        facts = {} if (mission := self.criterion("mission")) is None else mission.facts
        return facts.get("shared_causes") == [] and not facts.get("near_causes")

    def criterion(self, name: str) -> CriterionRecord | None:
        """Record of a criterion, or None where it is not in play."""
        return next((criterion for criterion in self.criteria if criterion.name == name), None)
