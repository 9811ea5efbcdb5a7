"""Proximity: a nonprofit in the direct surroundings of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from matcher.arrays import codes_of_columns, evenly_spaced
from matcher.i18n.language import Language, message
from matcher.places.distance import aligned_km, pairwise_km
from matcher.places.names import fold_place_name
from matcher.scoring.criteria.base import ALL, Criterion, Part, SearchedSetting, known_anywhere
from matcher.scoring.data import Columns, Floats, Ints, Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.tables.schema.vocabulary import AREAS

REGION_RADIUS_KM = 25.0
"""Radius around the place of a nonprofit that works in a region, within which it is at hand."""
_SHORTEST_REACH_KM = 0.5
_FAR = 2.5
"""Multiple of a reach beyond which readers of the graded pairs found hardly anything worth a call."""
_SAMPLED_ROWS = 8_192

_WORKS_IN: Mapping[str, str] = {
    "national": message("{nonprofit} works across the country"),
    "abroad": message("{nonprofit} works abroad"),
}
_IS_FAR = message("{nonprofit} lies at {km} km, which is far for {unit}")
_BEYOND_REACH = message("{nonprofit} lies at {km} km, and {unit} goes no further than {reach} km")


class ProximityPart(Part):
    """``1 / (1 + (distance / reach)²)``: flat nearby, a half at the unit's reach, little far beyond it.

    Distance counts from the edge of its region for a nonprofit that works in a region. One that works in the whole
    country or abroad is no neighbour because its office is next door: it scores the mean of the unit's local candidates.
    """

    name = "proximity"

    def __init__(self, run: Run) -> None:
        self._units, self._nonprofits = run.units, run.nonprofits
        reach = run.units.reach_km
        reach = np.where(np.isnan(reach), run.settings.proximity.half_distance_km, reach)
        self._reach = np.maximum(reach, _SHORTEST_REACH_KM)
        self._radius = np.where(run.nonprofits.area_codes == AREAS.index("region"), REGION_RADIUS_KM, 0.0)
        self._is_local = run.nonprofits.area_codes <= AREAS.index("region")
        self._means, self._has_mean = np.empty(len(run.units)), np.zeros(len(run.units), dtype=bool)

    def in_play(self) -> bool:
        return known_anywhere(
            ~np.isnan(self._units.points[:, 0]), self._is_local & ~np.isnan(self._nonprofits.points[:, 0])
        )

    def _score(self, km: Floats, reach: Floats, radius: Floats) -> Floats:
        km = np.maximum(km - radius, 0.0)
        km /= reach
        np.square(km, out=km)
        km += 1
        return np.reciprocal(km, out=km)

    def _mean_of_local(self, rows: Columns) -> Floats:
        """Mean score of local nonprofits for some units, shape (b,); of large lists an even sample."""
        units = np.arange(len(self._units))[rows]
        missing = np.unique(units[~self._has_mean[units]])
        for start in range(0, len(missing), 512):
            some = missing[start : start + 512]
            self._means[some] = self._of_places(some, self._local_sample).mean(axis=1)
        self._has_mean[missing] = True
        return self._means[units]

    @cached_property
    def _local_sample(self) -> Ints:
        usable = self._nonprofits.active & self._is_local & ~np.isnan(self._nonprofits.points[:, 0])
        return evenly_spaced(usable if usable.any() else self._is_local, _SAMPLED_ROWS)

    @cached_property
    def _classes(self) -> Ints:
        return codes_of_columns([*self._nonprofits.points.T, self._nonprofits.area_codes])

    def equivalence_classes(self) -> Ints:
        return self._classes

    def _of_places(self, rows: Columns, columns: Columns) -> Floats:
        km = pairwise_km(self._units.points[rows], self._nonprofits.points[columns])
        return self._score(km, self._reach[rows, None], self._radius[columns])

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        return np.where(self._is_local[columns], self._of_places(rows, columns), self._mean_of_local(rows)[:, None])

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        of_places = self._score(self.distance_km(units, nonprofits), self._reach[units], self._radius[nonprofits])
        return np.where(self._is_local[nonprofits], of_places, self._mean_of_local(units))

    def distance_km(self, units: Ints, nonprofits: Ints) -> Floats:
        """Distances of pairs in km, shape (k,); NaN where a location is unknown.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return aligned_km(self._units.points[units], self._nonprofits.points[nonprofits])

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        km = self.distance_km(units, nonprofits)
        reach = self._units.reach_km[units]
        # A comparison with NaN is False: nothing is beyond an unknown reach.
        is_beyond = (km - self._radius[nonprofits] > reach) & self._is_local[nonprofits]
        is_far = (km - self._radius[nonprofits] > _FAR * self._reach[units]) & self._is_local[nonprofits]
        return [
            {
                "distance_km": None if np.isnan(km) else round(km, 1),
                "unit_placed_by": str(unit_placed),
                "nonprofit_placed_by": str(nonprofit_placed),
                "works_in": AREAS[area],
                **({"beyond_reach_km": reach} if beyond else {"far_km": round(km, 1)} if far else {}),
            }
            for km, unit_placed, nonprofit_placed, area, reach, beyond, far in zip(
                km.tolist(),
                self._units.placed_by[units],
                self._nonprofits.placed_by[nonprofits],
                self._nonprofits.area_codes[nonprofits].tolist(),
                reach.tolist(),
                is_beyond.tolist(),
                is_far.tolist(),
                strict=True,
            )
        ]


class Proximity(Criterion):
    """Distance between the two."""

    name = "proximity"
    reads_settings = ("proximity", "reach_km")
    reads_history = False
    order_in_reason = 3
    unit_columns = (
        Unit.ADDRESS,
        Unit.POSTCODE,
        Unit.CITY,
        Unit.COUNTRY,
        Unit.LATITUDE,
        Unit.LONGITUDE,
        Unit.REACH_KM,
    )
    nonprofit_columns = (
        Nonprofit.ADDRESS,
        Nonprofit.POSTCODE,
        Nonprofit.CITY,
        Nonprofit.COUNTRY,
        Nonprofit.LATITUDE,
        Nonprofit.LONGITUDE,
        Nonprofit.WORKS_IN,
    )
    searched = (
        SearchedSetting(
            "proximity.half_distance_km",
            ("proximity",),
            (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 25.0, 40.0, 70.0, 120.0, 200.0),
            least_known_score=0.2,
        ),
    )
    fact_labels: ClassVar[Mapping[str, str]] = {
        "distance_km": message("distance in km"),
        "unit_placed_by": message("unit placed by"),
        "nonprofit_placed_by": message("nonprofit placed by"),
        "works_in": message("where the nonprofit works"),
        "beyond_reach_km": message("further than the reach in km"),
        "far_km": message("far away, in km"),
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

    def cautions(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        names = {"unit": pair.unit_name, "nonprofit": pair.nonprofit_name}
        if "far_km" in item.facts:
            return [language.phrase(_IS_FAR, km=_km_in_words(item.facts["far_km"], language), **names)]
        reach = item.facts.get("beyond_reach_km")
        if reach is None or round(item.facts["distance_km"]) <= reach:  # 15.2 km reads as 15
            return []
        km = _km_in_words(item.facts["distance_km"], language)
        return [language.phrase(_BEYOND_REACH, km=km, reach=_km_in_words(reach, language), **names)]


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
    shown = language.number(km) if is_rough else _km_in_words(km, language)
    unit, nonprofit = towns
    if unit and nonprofit and fold_place_name(unit) == fold_place_name(nonprofit):
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


def _km_in_words(km: float, language: Language) -> str:
    return language.number(km) if km >= 10 else language.rounded(km)


def is_rough(item: CriterionRecord | None) -> bool:
    """Whether a distance rests on the town of one of the two, by the facts of proximity."""
    return item is not None and "city" in (item.facts.get("unit_placed_by"), item.facts.get("nonprofit_placed_by"))
