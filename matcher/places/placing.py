"""Places of rows: their own coordinates, or else those of a locator, and how exact they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    places, codes = _distinct_addresses(frame, default_country)
    return [places[code] for code in codes.tolist()]


def _distinct_addresses(frame: pd.DataFrame, default_country: str) -> tuple[list[Address], Ints]:
    """Distinct addresses, and the position of that of each row, shape (n,)."""
    countries, cities = _towns(frame, default_country)
    postcodes, *others = (_cells(frame[column]) for column in ("postcode", "address", "state"))
    codes, first = _distinct(cells.codes for cells in (countries, postcodes, cities, *others))
    columns = (cells.of_rows(first) for cells in (countries, postcodes, cities, *others))
    return list(map(Address, *columns)), codes


class _Cells(NamedTuple):
    """Distinct cells of a column, and the position of that of each row, shape (n,)."""

    distinct: Labels
    codes: Ints

    def of_rows(self, rows: Ints) -> list[Any]:
        """Cells of some rows, k of them."""
        cells: list[Any] = self.distinct[self.codes[rows]].tolist()
        return cells


def _cells(column: pd.Series[Any]) -> _Cells:
    """Cells of a column of text, None where missing."""
    codes, distinct = pd.factorize(column)
    return _Cells(np.array([*distinct, None], dtype=object), codes % (len(distinct) + 1))


def _distinct(columns: Iterable[Labels]) -> tuple[Ints, Ints]:
    """Code of each row, equal for rows that are equal in all columns, shape (n,), and the first row of each code."""
    codes = codes_of_columns(columns)
    return codes, np.unique(codes, return_index=True)[1]


def _towns(frame: pd.DataFrame, default_country: str) -> tuple[_Cells, _Cells]:
    """Country and city of each row, whose country may stand in the cell of its town."""
    columns = [_cells(frame[column]) for column in ("country", "city")]
    codes, first = _distinct(cells.codes for cells in columns)
    pairs = [_town(default_country, *pair) for pair in zip(*(cells.of_rows(first) for cells in columns), strict=True)]
    found = [_cells(pd.Series(column, dtype=object)) for column in zip(*pairs, strict=True)] or columns
    countries, cities = (cells._replace(codes=cells.codes[codes]) for cells in found)
    return countries, cities


def _town(default_country: str, country: str | None, city: str | None) -> tuple[str, str | None]:
    found = None if city is None else country_within(city, country or default_country)
    # A part of a country overseas has a code of its own: Saint-Denis, La Réunion.
    if found is not None and (country is None or found[1] in overseas(country)):
        city, country = found
    return country or default_country, city


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
        addresses, codes = _distinct_addresses(frame, default_country)
        return locator.locate(addresses), codes
    countries, postcodes = _towns(frame, default_country)[0], _cells(frame["postcode"])
    codes, first = _distinct((countries.codes, postcodes.codes))
    places = locator.by_postcode(countries.of_rows(first), postcodes.of_rows(first))
    rest = np.flatnonzero(np.array([place is None for place in places], dtype=bool)[codes])
    addresses, codes_of_rest = _distinct_addresses(frame.iloc[rest], default_country)
    codes[rest] = len(places) + codes_of_rest
    return [*places, *locator.locate(addresses)], codes


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
