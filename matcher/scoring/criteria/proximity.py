"""Proximity: a nonprofit in the direct surroundings of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from matcher.arrays import codes_of_columns
from matcher.i18n.folding import fold
from matcher.i18n.language import Language, message
from matcher.places.distance import aligned_km, pairwise_km
from matcher.scoring.criteria.base import ALL, Criterion, Part, SearchedSetting, known_anywhere
from matcher.scoring.data import Columns, Floats, Ints, Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.schema.columns import Nonprofit, Unit

_WORKS_IN: Mapping[str, str] = {
    "national": message("{nonprofit} works across the country"),
    "abroad": message("{nonprofit} works abroad"),
}


class ProximityPart(Part):
    """Exponential decay with distance: ``2 ** (-distance_km / half_distance_km)``."""

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
    def _classes(self) -> Ints:
        return codes_of_columns(self._nonprofits.points.T)

    def equivalence_classes(self) -> Ints:
        return self._classes

    def block(self, rows: slice, columns: Columns = ALL) -> Floats:
        return self._score(pairwise_km(self._units.points[rows], self._nonprofits.points[columns]))

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        return self._score(self.distance_km(units, nonprofits))

    def distance_km(self, units: Ints, nonprofits: Ints) -> Floats:
        """Distances of pairs in km, shape (k,); NaN where a location is unknown.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
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
    """Distance between the two."""

    name = "proximity"
    order_in_reason = 3
    unit_columns = (Unit.ADDRESS, Unit.POSTCODE, Unit.CITY, Unit.COUNTRY, Unit.LATITUDE, Unit.LONGITUDE)
    nonprofit_columns = (
        Nonprofit.ADDRESS,
        Nonprofit.POSTCODE,
        Nonprofit.CITY,
        Nonprofit.COUNTRY,
        Nonprofit.LATITUDE,
        Nonprofit.LONGITUDE,
    )
    searched = (
        SearchedSetting(
            "proximity.half_distance_km",
            ("proximity",),
            (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 25.0, 40.0, 70.0, 120.0, 200.0),
        ),
    )
    fact_labels: ClassVar[Mapping[str, str]] = {
        "distance_km": message("distance in km"),
        "unit_placed_by": message("unit placed by"),
        "nonprofit_placed_by": message("nonprofit placed by"),
    }

    def parts(self, run: Run) -> Sequence[Part]:
        return (ProximityPart(run),)

    def unknown_label(self, language: Language) -> str:
        return language.phrase(message("distance"))

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        towns = pair.unit_town, pair.nonprofit_town
        works = _WORKS_IN.get(item.facts.get("works_in", ""))
        said = [] if works is None else [language.phrase(works, nonprofit=pair.nonprofit_name)]
        if pair.distance_km is not None:
            said.append(distance_phrase(pair.distance_km, language, is_rough=is_rough(item), towns=towns))
        return said


def distance_phrase(
    km: float | None, language: Language, *, is_rough: bool = False, towns: tuple[str, str] = ("", "")
) -> str:
    """Distance between two locations in words.

    Parameters
    ----------
    km : float or None
        None where a location is unknown.
    language : Language
    is_rough : bool
        Whether one of the two is known by its town only.
    towns : (str, str)
        Towns of the two, to be named where both are known.
    """
    if km is None:
        return language.phrase("distance unknown")
    shown = language.number(km) if is_rough or km >= 10 else language.rounded(km)
    unit, nonprofit = towns
    if unit and nonprofit and fold(unit) == fold(nonprofit):
        if is_rough or km < 1:
            return language.phrase("both in {town}", town=unit)
        return language.phrase("both in {town}, {km} km apart", town=unit, km=shown)
    if km < 1:
        return language.phrase("in or near the same town") if is_rough else language.phrase("less than 1 km apart")
    if unit and nonprofit:
        between = {"km": shown, "unit": unit, "nonprofit": nonprofit}
        if is_rough:
            return language.phrase("about {km} km between {unit} and {nonprofit}", **between)
        return language.phrase("{km} km between {unit} and {nonprofit}", **between)
    return language.phrase("about {km} km apart", km=shown) if is_rough else language.phrase("{km} km apart", km=shown)


def is_rough(item: CriterionRecord | None) -> bool:
    """Whether a distance rests on the town of one of the two, by the facts of proximity."""
    return item is not None and "city" in (item.facts.get("unit_placed_by"), item.facts.get("nonprofit_placed_by"))
