"""Proximity: a nonprofit in the direct surroundings of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from matcher.arrays import codes_of_columns
from matcher.places.distance import aligned_km, pairwise_km
from matcher.scoring.criteria.base import ALL, Criterion, Part, known_anywhere
from matcher.scoring.data import Columns, Floats, Ints, Run


class ProximityPart(Part):
    """Half as much with every ``half_distance_km``: ``2 ** (-distance / half_distance_km)``."""

    name = "proximity"

    def __init__(self, run: Run) -> None:
        self._units, self._nonprofits = run.units, run.nonprofits
        self._rate = -np.log(2) / run.settings.proximity.half_distance_km

    def in_play(self) -> bool:
        return known_anywhere(~np.isnan(self._units.points[:, 0]), ~np.isnan(self._nonprofits.points[:, 0]))

    def _score(self, km: Floats) -> Floats:
        km *= self._rate
        return np.exp(km, out=km)

    @cached_property
    def _kinds(self) -> Ints:
        return codes_of_columns(self._nonprofits.points.T)

    def kinds(self) -> Ints:
        return self._kinds

    def block(self, rows: slice, columns: Columns = ALL) -> Floats:
        return self._score(pairwise_km(self._units.points[rows], self._nonprofits.points[columns]))

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        return self._score(self.distance_km(units, nonprofits))

    def distance_km(self, units: Ints, nonprofits: Ints) -> Floats:
        """Return the distance of pairs, shape (k,), in km; NaN where a place is unknown."""
        return aligned_km(self._units.points[units], self._nonprofits.points[nonprofits])

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        return [
            {
                "distance_km": None if np.isnan(km) else round(km, 1),
                "unit_placed_by": str(unit_placed),
                "nonprofit_placed_by": str(nonprofit_placed),
            }
            for km, unit_placed, nonprofit_placed in zip(
                self.distance_km(units, nonprofits).tolist(),
                self._units.placed_by[units],
                self._nonprofits.placed_by[nonprofits],
                strict=True,
            )
        ]


class Proximity(Criterion):
    """How near the two are."""

    name: ClassVar[str] = "proximity"

    def parts(self, run: Run) -> Sequence[Part]:
        return (ProximityPart(run),)
