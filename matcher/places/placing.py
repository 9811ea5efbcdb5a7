"""Places of rows: their own coordinates, or else those of a locator, and how exact they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matcher.arrays import Ints, Labels, codes_of_columns
from matcher.places.areas import overseas
from matcher.places.cells import country_within
from matcher.places.geocoders.base import UNPLACED, Address, GazetteerLocator, Locator, Place, coordinates

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
    countries, cities = _towns(frame, default_country)
    postcodes, *others = (_cells(frame[column]) for column in ("postcode", "address", "state"))
    return list(map(Address, countries, postcodes, cities, *others))


def _towns(frame: pd.DataFrame, default_country: str) -> tuple[Labels, Labels]:
    """Country and city of each row, whose country may stand in the cell of its town, shape (n,) both."""
    countries, cities = _cells(frame["country"]), _cells(frame["city"])
    codes, first = _distinct(countries, cities)
    pairs = [_town(default_country, *pair) for pair in zip(countries[first], cities[first], strict=True)]
    found = np.array(pairs, dtype=object).reshape(-1, 2)[codes]
    return found[:, 0], found[:, 1]


def _town(default_country: str, country: str | None, city: str | None) -> tuple[str, str | None]:
    found = None if city is None else country_within(city, country or default_country)
    # A part of a country overseas has a code of its own: Saint-Denis, La Réunion.
    if found is not None and (country is None or found[1] in overseas(country)):
        city, country = found
    return country or default_country, city


def _cells(column: pd.Series[Any]) -> Labels:
    return column.astype("object").where(column.notna(), None).to_numpy()


def _distinct(*columns: Labels) -> tuple[Ints, Ints]:
    """Code of each row, equal for rows that are equal in all columns, shape (n,), and the first row of each code."""
    codes = codes_of_columns(pd.factorize(column)[0] for column in columns)
    return codes, np.unique(codes, return_index=True)[1]


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
        places, codes = _located(frame[_ADDRESS_COLUMNS].iloc[missing], locator, default_country)
        found = coordinates(places)[codes]
        latitude[missing], longitude[missing] = found[:, 0], found[:, 1]
        by = [UNPLACED if place is None else place.placed_by for place in places]
        placed_by[missing] = np.array(by, dtype=object)[codes]
        area[missing] = np.array(["" if place is None else place.area for place in places], dtype=object)[codes]
    return Placed(latitude, longitude, placed_by, area)


def _located(frame: pd.DataFrame, locator: Locator, default_country: str) -> tuple[list[Place | None], Ints]:
    """Places, and the position of that of each row, shape (n,).

    A postcode decides alone where it is known, and a list has fewer of these than of addresses.
    """
    if not isinstance(locator, GazetteerLocator):
        return locator.locate(addresses_of(frame, default_country)), np.arange(len(frame))
    countries, postcodes = _towns(frame, default_country)[0], _cells(frame["postcode"])
    codes, first = _distinct(countries, postcodes)
    places = locator.by_postcode(countries[first].tolist(), postcodes[first].tolist())
    rest = np.flatnonzero(np.array([place is None for place in places], dtype=bool)[codes])
    others = locator.locate(addresses_of(frame.iloc[rest], default_country))
    codes[rest] = len(places) + np.arange(len(rest))
    return [*places, *others], codes


def town_spellings(used: Mapping[tuple[str, str], int], default_country: str) -> dict[tuple[str, str], str]:
    """One spelling for each town, whatever names it has: A'dam and Amsterdam, Ljouwert and Leeuwarden.

    Of the names of one place the one that is used most, then the longest: it is not the abbreviation.

    Parameters
    ----------
    used : mapping of (str, str) to int
        Number of rows of each country and town; empty where unknown.
    default_country : str
        ISO 3166 alpha-2, for rows without a country.

    Returns
    -------
    dict of (str, str) to str
        Spelling by country and town.
    """
    used = {(country, town): count for (country, town), count in used.items() if town}
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
