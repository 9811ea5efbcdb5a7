"""What a reader has to know about a plan: codes with facts, said in words by the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

VETOED_PROPOSAL = "vetoed_proposal"
LOCK_GATED = "lock_gated"
LOCK_WITHOUT_PLACE = "lock_without_place"
OVERFULL_UNIT = "overfull_unit"
OVERFULL_NONPROFIT = "overfull_nonprofit"
NO_HEAD_OFFICE = "no_head_office"

NOTICES = (
    VETOED_PROPOSAL,
    LOCK_GATED,
    LOCK_WITHOUT_PLACE,
    OVERFULL_UNIT,
    OVERFULL_NONPROFIT,
    NO_HEAD_OFFICE,
)
"""Every code, the same in every release."""

Fact = str | int | tuple[str, ...]


@dataclass(frozen=True)
class PlanNotice:
    """Something that could not be honoured, or that was assumed.

    Attributes
    ----------
    code : str
        One of ``NOTICES``.
    facts : mapping of str to str, int or tuple of str
        Who and what it is about: ``unit``, ``nonprofit``, ``company``, ``gates``, ``taken``, ``places``.
    """

    code: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, code: str, **facts: Fact) -> PlanNotice:
        """Return a note with its facts."""
        return cls(code, MappingProxyType(facts))
