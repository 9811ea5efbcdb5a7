"""The status of a partnership, and what each one means for lists, programmes, outcomes and learning.

========== ============================= ======================== ========== =========
status     on the unit's shortlist       in programmes            stage      learning
========== ============================= ======================== ========== =========
proposed   kept, marked                  locked where feasible    proposed   silent
contacted  kept, marked                  free                     contacted  silent
agreed     left out                      fixed, takes capacity    agreed     positive
active     left out                      fixed, takes capacity    active     positive
completed  left out, unless ``renew``    left out                 completed  positive
declined   out for ``declined_months``   out for as long          (exit)     negative
vetoed     left out                      left out                 (exit)     silent
maybe      kept, marked                  free                     proposed   silent
========== ============================= ======================== ========== =========
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Property = Literal[
    "is_evidence",
    "is_ended",
    "is_exit",
    "is_locked",
    "is_negative",
    "is_positive",
    "is_running",
    "is_silent",
    "is_under_way",
    "has_started",
    "leaves_lists",
]


class Status(StrEnum):
    """How far a partnership has come; the members are the words of the column ``status``."""

    PROPOSED = "proposed"
    CONTACTED = "contacted"
    AGREED = "agreed"
    ACTIVE = "active"
    COMPLETED = "completed"
    DECLINED = "declined"
    VETOED = "vetoed"
    MAYBE = "maybe"

    @property
    def is_running(self) -> bool:
        """Agreed or active: fixed in every programme, and it takes capacity on both sides."""
        return self in (Status.AGREED, Status.ACTIVE)

    @property
    def is_ended(self) -> bool:
        """The two worked together and it is over; the setting ``renew`` makes the pair available again."""
        return self is Status.COMPLETED

    @property
    def has_started(self) -> bool:
        """The two work together or did: there is something to rate."""
        return self in (Status.ACTIVE, Status.COMPLETED)

    @property
    def is_exit(self) -> bool:
        """One of the two sides, or the foundation between them, ruled the partnership out."""
        return self in (Status.DECLINED, Status.VETOED)

    @property
    def is_under_way(self) -> bool:
        """Neither over nor ruled out: it may still get further."""
        return not (self.is_ended or self.is_exit)

    @property
    def leaves_lists(self) -> bool:
        """The pair is off the unit's shortlist, at least for some time."""
        return self.is_running or self.is_ended or self.is_exit

    @property
    def is_locked(self) -> bool:
        """Programmes keep the pair wherever capacity allows."""
        return self is Status.PROPOSED

    @property
    def is_positive(self) -> bool:
        """The partnership was made: an example to learn from, and a pair to find in evaluations."""
        return self.is_running or self.is_ended

    @property
    def is_negative(self) -> bool:
        """The two sides considered the partnership and declined it: an example of a poor match."""
        return self is Status.DECLINED

    @property
    def is_silent(self) -> bool:
        """No evidence of fit: undecided, or vetoed for reasons that the tables do not hold."""
        return not (self.is_positive or self.is_negative)

    @property
    def is_evidence(self) -> bool:
        """It counts in the track record of the nonprofit."""
        return self.is_positive

    @property
    def stage(self) -> Status | None:
        """Stage of the funnel that it has reached; None for an exit, whose row may name the stage it left."""
        if self.is_exit:
            return None
        return Status.PROPOSED if self is Status.MAYBE else self

    @classmethod
    @cache
    def having(cls, name: Property) -> tuple[Status, ...]:
        """Statuses of which a property is true, in the order of the class.

        Parameters
        ----------
        name : str
            Name of one of the boolean properties above, such as ``"is_running"``.

        Examples
        --------
        >>> [status.value for status in Status.having("is_running")]
        ['agreed', 'active']
        """
        return tuple(status for status in cls if getattr(status, name))

    @classmethod
    def mask(cls, statuses: npt.ArrayLike, name: Property) -> npt.NDArray[np.bool_]:
        """Whether a property is true of each of many statuses, shape (n,); False where the status is unknown.

        Parameters
        ----------
        statuses : array-like of str, shape (n,)
        name : str
            As in :meth:`having`.

        Examples
        --------
        >>> Status.mask(["maybe", "active", ""], "is_running").tolist()
        [False, True, False]
        """
        import numpy as np  # the command line reads the words of statuses without it

        return np.isin(np.asarray(statuses, dtype=object), [status.value for status in cls.having(name)])
