"""Criteria and parts in play: those with a weight, and with data on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.errors import MatcherError
from matcher.messages import Message
from matcher.scoring.criteria.base import Part
from matcher.scoring.data import Floats, Run


@dataclass(frozen=True)
class PartInPlay:
    """A part of a criterion in play, with its share of the criterion for each unit.

    Attributes
    ----------
    criterion : str
    part : Part
    share : ndarray of shape (m,), float64
        The shares of the parts of a criterion sum to 1.
    """

    criterion: str
    part: Part
    share: Floats


@dataclass(frozen=True)
class CriterionInPlay:
    """A criterion with weight and data.

    Attributes
    ----------
    name : str
    weight : float
        The weights of all criteria in play sum to 1.
    parts : tuple of int
        Positions of its parts in the list of all parts.
    """

    name: str
    weight: float
    parts: tuple[int, ...]


def in_play(run: Run) -> tuple[list[PartInPlay], list[CriterionInPlay]]:
    """Parts and criteria in play, in the order of the registry.

    Raises
    ------
    MatcherError
        When no criterion with weight has data on both sides.
    """
    weights = run.settings.weights
    return criteria_in_play(
        run,
        {
            name: parts_in_play(name, criterion.parts(run), len(run.units))
            for name, criterion in run.criteria.items()
            if weights.get(name, 0.0) > 0
        },
    )


def criteria_in_play(
    run: Run, parts_of: Mapping[str, Sequence[PartInPlay]]
) -> tuple[list[PartInPlay], list[CriterionInPlay]]:
    """Criteria with weight among those whose parts are given, and their parts.

    Parameters
    ----------
    run : Run
    parts_of : mapping of str to sequence of PartInPlay
        Parts with data of criteria, by name, in the order of the registry.

    Raises
    ------
    MatcherError
        When no criterion with weight has data on both sides.
    """
    weights = {
        name: weight
        for name, parts in parts_of.items()
        if parts and (weight := run.settings.weights.get(name, 0.0)) > 0
    }
    if not weights:
        raise MatcherError(
            Message(
                "there is nothing to judge by: no criterion with a weight has data on both sides. Fill in missions or places, or give weight to a criterion that has data"
            )
        )
    parts = [item for name in weights for item in parts_of[name]]
    total = sum(weights.values())
    return parts, [
        CriterionInPlay(
            name, weight / total, tuple(index for index, item in enumerate(parts) if item.criterion == name)
        )
        for name, weight in weights.items()
    ]


def parts_in_play(criterion: str, parts: Sequence[Part], units: int) -> list[PartInPlay]:
    """Parts with data; those without leave their share of the criterion to the others.

    Parameters
    ----------
    criterion : str
        Name of the criterion.
    parts : sequence of Part
    units : int
        Number of units.
    """
    parts = [part for part in parts if part.in_play()]
    shares = [np.broadcast_to(part.share(), (units,)) for part in parts]
    whole = np.sum(shares, axis=0) if shares else np.zeros(units)
    found = [
        PartInPlay(criterion, part, np.divide(share, whole, out=np.full(units, 1 / len(parts)), where=whole > 0))
        for part, share in zip(parts, shares, strict=True)
    ]
    return [item for item in found if item.share.any()]
