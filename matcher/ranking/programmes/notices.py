"""Notices about a plan as codes with facts; the reports word them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

VETOED_PROPOSAL = "vetoed_proposal"
VETOED_RUNNING = "vetoed_running"
LOCK_GATED = "lock_gated"
LOCK_WITHOUT_CAPACITY = "lock_without_capacity"
OVERFULL_UNIT = "overfull_unit"
OVERFULL_NONPROFIT = "overfull_nonprofit"
OVERFULL_ORGANISATION = "overfull_organisation"
OVERBOOKED_UNIT = "overbooked_unit"
OVERBOOKED_NONPROFIT = "overbooked_nonprofit"
OVERBOOKED_ORGANISATION = "overbooked_organisation"
NO_HEAD_OFFICE = "no_head_office"

NOTICES = (
    VETOED_PROPOSAL,
    VETOED_RUNNING,
    LOCK_GATED,
    LOCK_WITHOUT_CAPACITY,
    OVERFULL_UNIT,
    OVERFULL_NONPROFIT,
    OVERFULL_ORGANISATION,
    OVERBOOKED_UNIT,
    OVERBOOKED_NONPROFIT,
    OVERBOOKED_ORGANISATION,
    NO_HEAD_OFFICE,
)
"""All codes of notices."""

Fact = str | int | tuple[str, ...]


@dataclass(frozen=True)
class PlanNotice:
    """Something that could not be honoured, or that was assumed.

    Attributes
    ----------
    code : str
        One of ``NOTICES``.
    facts : mapping of str to str, int or tuple of str
        Those that apply of ``unit`` and ``nonprofit`` (ids), ``company`` and ``organisation`` (names), ``gates`` (codes), ``running``
        and ``capacity`` (numbers of partnerships).
    """

    code: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, code: str, **facts: Fact) -> PlanNotice:
        """A notice with its facts.

        Parameters
        ----------
        code : str
            One of ``NOTICES``.
        **facts : str, int or tuple of str
        """
        return cls(code, MappingProxyType(facts))
