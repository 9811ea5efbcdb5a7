"""A run with its gates: what can be said of pairs before their texts are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Run
from matcher.scoring.eligibility import GATES, Gate


@dataclass(frozen=True)
class GatedRun:
    """A run with its gates, which need no texts and give no scores.

    Attributes
    ----------
    run : Run
    gates : tuple of Gate
    """

    run: Run
    gates: Sequence[Gate]

    @classmethod
    def of(cls, run: Run) -> GatedRun:
        """A run with all gates."""
        return cls(run, tuple(gate(run) for gate in GATES))

    def closed_gates(self, unit: int, nonprofit: int) -> tuple[str, ...]:
        """Names of the gates that exclude a pair.

        Parameters
        ----------
        unit, nonprofit : int
            Positions.
        """
        pair = slice(unit, unit + 1), np.array([nonprofit])
        return tuple(gate.name for gate in self.gates if gate.is_excluded(*pair).any())
