"""Records of the changes since a previous run, from which the table, the sheet and the page are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from matcher.scoring.explanation import CriterionWords

NEW, GONE, UP, DOWN = "new", "gone", "up", "down"
CHANGE_TYPES = (NEW, GONE, UP, DOWN)

UNIT_ADDED = "unit_added"
NONPROFIT_ADDED = "nonprofit_added"
UNIT_REMOVED = "unit_removed"
NONPROFIT_REMOVED = "nonprofit_removed"
UNIT_DATA = "unit_data"
NONPROFIT_DATA = "nonprofit_data"
GATE_CLOSED = "gate_closed"
STATUS_ENDED = "status_ended"
BELOW_MIN_SCORE = "below_least"
OTHER_SITE = "other_site"
OUTRANKED = "outranked"
OTHERS_LEFT = "others_left"
OTHERS_CAME = "others_came"
OTHERS_ROSE = "others_rose"
OTHERS_FELL = "others_fell"
SETTINGS = "settings"
PARTNERSHIPS = "partnerships"
POOL = "pool"

Fact = str | int | float | tuple[str | CriterionWords, ...]


@dataclass(frozen=True)
class Cause:
    """One cause of a change.

    Attributes
    ----------
    code : str
        One of the codes of this module, such as ``nonprofit_data``; stable across releases.
    facts : mapping of str to Fact
        Details of the cause, such as ``fields``, ``gates`` or ``count``.
    """

    code: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, code: str, **facts: Fact) -> Cause:
        """Return a cause.

        Parameters
        ----------
        code : str
            One of the codes of this module.
        **facts : Fact
            Details of the cause.
        """
        return cls(code, MappingProxyType(facts))


@dataclass(frozen=True)
class CriterionChange:
    """Change of one criterion of a pair.

    Attributes
    ----------
    criterion : CriterionWords
        Name and words of the criterion.
    before, now : float or None
        Its score in the previous run and now, in [0, 1]; None where unknown.
    points : float
        The resulting change of the pair's score.
    """

    criterion: CriterionWords
    before: float | None
    now: float | None
    points: float

    @property
    def name(self) -> str:
        """Name of the criterion."""
        return self.criterion.name


@dataclass(frozen=True)
class PairChange:
    """One pair that is new, gone, up or down on its list.

    Attributes
    ----------
    change_type : {"new", "gone", "up", "down"}
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation : str
    rank_before, rank : int or None
        Rank in the previous run and now; None where the pair was, or is, on no list.
    score_before, score : float or None
        Score in the previous run and now; None where unknown.
    criteria : tuple of CriterionChange
        The criteria that changed the score, largest change first; empty unless both scores are known.
    causes : tuple of Cause
        In the order of the sentence.
    """

    change_type: str
    unit_id: str
    unit_name: str
    company: str
    nonprofit_id: str
    nonprofit_name: str
    organisation: str
    rank_before: int | None
    rank: int | None
    score_before: float | None
    score: float | None
    criteria: tuple[CriterionChange, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Changes:
    """All changes between two runs.

    Attributes
    ----------
    since : str
        Day of the previous run, in ISO format.
    side : {"units", "nonprofits"}
        The side that has the lists.
    pairs : tuple of PairChange
        List by list; within a list by the rank now, then the pairs that are gone by their previous rank.
    settings : tuple of str
        Dotted keys of the settings that changed.
    criteria : tuple of str
        Names of the criteria of this run, then those of the previous run alone.
    """

    since: str
    side: str
    pairs: tuple[PairChange, ...]
    settings: tuple[str, ...]
    criteria: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by type of change."""
        return {
            change_type: sum(pair.change_type == change_type for pair in self.pairs) for change_type in CHANGE_TYPES
        }

    def of_pair(self, unit_id: str, nonprofit_id: str) -> PairChange | None:
        """Return the change of one pair, or None if its rank is unchanged.

        Parameters
        ----------
        unit_id, nonprofit_id : str
        """
        return self._by_pair.get((unit_id, nonprofit_id))

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], PairChange]:
        return {(pair.unit_id, pair.nonprofit_id): pair for pair in self.pairs}
