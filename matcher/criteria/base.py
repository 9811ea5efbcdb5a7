"""What a criterion is: one small class that judges pairs in [0, 1] or says that it does not know.

A criterion has one or more parts; each part judges every pair. A new criterion is a class here and a line in
:mod:`matcher.criteria.registry`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from matcher.criteria.run import Floats, Ints, Run


class Part(ABC):
    """One judgement of pairs.

    Attributes
    ----------
    name : str
    """

    name: ClassVar[str]

    @abstractmethod
    def in_play(self) -> bool:
        """Return whether any pair of the run can be known."""

    def share(self) -> Floats:
        """Return which share of its criterion this part takes for each unit, shape (m,); parts add up to 1."""
        return np.ones(1)

    @abstractmethod
    def block(self, rows: slice) -> Floats:
        """Return the judgements of some units with all nonprofits.

        Parameters
        ----------
        rows : slice of units

        Returns
        -------
        ndarray of shape (b, n), float64
            In [0, 1]; NaN where unknown. A fresh array: the caller may write in it.
        """

    @abstractmethod
    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Return the judgements of pairs, shape (k,).

        Those of :meth:`block`, but each computed in an order of its own that nothing else changes.
        """

    @abstractmethod
    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        """Return the plain facts behind the judgements of pairs, one mapping a pair."""


class Criterion(ABC):
    """A criterion: a name, and the parts that it has in a run.

    Attributes
    ----------
    name : str
        As in the settings' weights.
    """

    name: ClassVar[str]

    @abstractmethod
    def parts(self, run: Run) -> Sequence[Part]:
        """Return the criterion's parts for a run."""


def known_anywhere(units_known: Sequence[bool] | np.ndarray, nonprofits_known: Sequence[bool] | np.ndarray) -> bool:
    """Return whether some pair has data on both sides."""
    return bool(np.any(units_known) and np.any(nonprofits_known))
