"""Places of rows: their own coordinates, or else those of a locator, and how exact they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matcher.places.areas import overseas
from matcher.places.cells import country_within
from matcher.places.geocoders.base import UNPLACED, Address, GazetteerLocator, Locator, coordinates

COORDINATES = "coordinates"
_JOINED = re.compile(r"['’`]s-")
"""Start of a Dutch name as it is spelled: 's-Hertogenbosch."""
_GENITIVE = re.compile(r"^['’`‘]?s[- ]+(?=[A-Z])")
"""The same, however it is typed."""
_ADDRESS_COLUMNS = ["country", "postcode", "city", "address", "state"]


@dataclass(frozen=True)
class Placed:
    """Coordinates of rows.

    Attributes
    ----------
    latitude, longitude : ndarray of shape (n,), float64
        Degrees; NaN where unknown.
    placed_by : ndarray of shape (n,), str
        ``coordinates``, ``address``, ``postcode``, ``postcode area``, ``city`` or ``unplaced``.
    area : ndarray of shape (n,), str
        Kind of area whose middle the point is, as in :class:`~matcher.places.geocoders.base.Place`; else empty.
    """

    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    placed_by: npt.NDArray[Any]
    area: npt.NDArray[Any]

    def counts(self) -> dict[str, int]:
        """Number of rows for each value of ``placed_by``."""
        names, counts = np.unique(self.placed_by, return_counts=True)
        return {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def usable_coordinates(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each row has both coordinates, and not 0, 0; shape (n,), bool."""
    latitude, longitude = frame["latitude"].to_numpy(), frame["longitude"].to_numpy()
    usable: npt.NDArray[np.bool_] = ~np.isnan(latitude) & ~np.isnan(longitude) & ~((latitude == 0) & (longitude == 0))
    return usable


def addresses_of(frame: pd.DataFrame, default_country: str) -> list[Address]:
    """Address of each row.

    Parameters
    ----------
    frame : DataFrame
        With the columns country, postcode, city, address and state.
    default_country : str
        ISO 3166 alpha-2, for rows without a country, in its own column and behind the town: ``Gent (BE)``.
    """
    parts = [frame[column].astype("object").where(frame[column].notna(), None) for column in _ADDRESS_COLUMNS[1:]]
    countries = frame[_ADDRESS_COLUMNS[0]].astype("object").where(frame[_ADDRESS_COLUMNS[0]].notna(), None)
    return [_address(default_country, *row) for row in zip(countries, *parts, strict=True)]


def _address(default_country: str, country: str | None, postcode: str | None, city: str | None, *rest: Any) -> Address:
    """Address of a row, whose country may stand in the cell of its town."""
    found = None if city is None else country_within(city, country or default_country)
    # A part of a country overseas has a code of its own: Saint-Denis, La Réunion.
    if found is not None and (country is None or found[1] in overseas(country)):
        city, country = found
    return Address(country or default_country, postcode, city, *rest)


def place_rows(frame: pd.DataFrame, locator: Locator, default_country: str) -> Placed:
    """Place every row of a table.

    Parameters
    ----------
    frame : DataFrame
        With the columns latitude, longitude, country, postcode, city, address and state.
    locator : Locator
        Locates the rows without usable coordinates.
    default_country : str
        ISO 3166 alpha-2, for rows without a country.
    """
    known = usable_coordinates(frame)
    latitude, longitude = (
        frame["latitude"].to_numpy(dtype=np.float64).copy(),
        frame["longitude"].to_numpy(dtype=np.float64).copy(),
    )
    placed_by, area = np.full(len(frame), COORDINATES, dtype=object), np.full(len(frame), "", dtype=object)
    if not known.all():
        missing = np.flatnonzero(~known)
        places = locator.locate(addresses_of(frame[_ADDRESS_COLUMNS].iloc[missing], default_country))
        found = coordinates(places)
        latitude[missing], longitude[missing] = found[:, 0], found[:, 1]
        placed_by[missing] = [UNPLACED if place is None else place.placed_by for place in places]
        area[missing] = ["" if place is None else place.area for place in places]
    return Placed(latitude, longitude, placed_by, area)


def town_spellings(towns: Iterable[tuple[str, str]], default_country: str) -> dict[tuple[str, str], str]:
    """One spelling for each town, whatever names it has: A'dam and Amsterdam, Ljouwert and Leeuwarden.

    Of the names of one place the one that is used most, then the longest: it is not the abbreviation.

    Parameters
    ----------
    towns : iterable of (str, str)
        Country and town of rows; empty where unknown.
    default_country : str
        ISO 3166 alpha-2, for rows without a country.

    Returns
    -------
    dict of (str, str) to str
        Spelling by country and town.
    """
    used = Counter((country, town) for country, town in towns if town)
    addresses = [Address(country or default_country, city=town) for country, town in used]
    names: dict[tuple[float, ...], Counter[str]] = {}
    points = dict(
        zip(used, map(tuple, coordinates(GazetteerLocator(default_country).locate(addresses)).tolist()), strict=True)
    )
    for (country, town), count in used.items():
        names.setdefault(points[country, town], Counter())[town] += count
    best = {
        point: max(found, key=lambda town: (found[town], len(town), bool(_JOINED.match(town)), town.count(" "), town))
        for point, found in names.items()
    }
    # NaN, where a name is unknown, equals nothing: such a town keeps its name.
    return {pair: _GENITIVE.sub("'s-", best[point]) for pair, point in points.items()}
