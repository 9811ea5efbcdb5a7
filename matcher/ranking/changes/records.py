"""What changed on shortlists since an earlier run: plain records, of which table, sheet and page are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

NEW, GONE, UP, DOWN = "new", "gone", "up", "down"
KINDS = (NEW, GONE, UP, DOWN)

UNIT_ADDED = "unit_added"
NONPROFIT_ADDED = "nonprofit_added"
UNIT_REMOVED = "unit_removed"
NONPROFIT_REMOVED = "nonprofit_removed"
UNIT_DATA = "unit_data"
NONPROFIT_DATA = "nonprofit_data"
GATE_CLOSED = "gate_closed"
STATUS_ENDED = "status_ended"
BELOW_LEAST = "below_least"
OTHER_SITE = "other_site"
OUTRANKED = "outranked"
OTHERS_LEFT = "others_left"
OTHERS_CAME = "others_came"
OTHERS_ROSE = "others_rose"
OTHERS_FELL = "others_fell"
SETTINGS = "settings"
PARTNERSHIPS = "partnerships"
POOL = "pool"

Fact = str | int | float | tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """One reason why a pair moved.

    Attributes
    ----------
    code : str
        Such as ``nonprofit_data``; the same in every release.
    facts : mapping
        Such as ``fields``, ``gates``, ``count``.
    """

    code: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, code: str, **facts: Fact) -> Cause:
        """Return a cause with its facts."""
        return cls(code, MappingProxyType(facts))


@dataclass(frozen=True)
class CriterionChange:
    """How one criterion moved.

    Attributes
    ----------
    name : str
    before, now : float or None
        Its score then and now; None where unknown.
    points : float
        What that adds to the pair's score.
    """

    name: str
    before: float | None
    now: float | None
    points: float


@dataclass(frozen=True)
class PairChange:
    """One pair that is new, gone, up or down on its list.

    Attributes
    ----------
    kind : {"new", "gone", "up", "down"}
    unit_id, unit_name, company, nonprofit_id, nonprofit_name, organisation : str
    rank_before, rank : int or None
        None where it is on no list.
    score_before, score : float or None
        None where it is not known.
    criteria : tuple of CriterionChange
        Those that moved the score, most first; only where both scores are known.
    causes : tuple of Cause
        In the order in which they are told.
    """

    kind: str
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
    """All that changed.

    Attributes
    ----------
    since : str
        Day of the earlier run, in ISO form.
    side : {"units", "nonprofits"}
        Whose lists they are.
    pairs : tuple of PairChange
        List by list; on each by rank now, then those that are gone by rank then.
    settings : tuple of str
        Keys of the settings that changed.
    """

    since: str
    side: str
    pairs: tuple[PairChange, ...]
    settings: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs changed in each way."""
        return {kind: sum(pair.kind == kind for pair in self.pairs) for kind in KINDS}

    def of_pair(self, unit_id: str, nonprofit_id: str) -> PairChange | None:
        """Return what changed for a pair, or None where nothing did."""
        return self._by_pair.get((unit_id, nonprofit_id))

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], PairChange]:
        return {(pair.unit_id, pair.nonprofit_id): pair for pair in self.pairs}
