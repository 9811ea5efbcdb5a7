"""Addresses, places, and locators that find the one for the other; the locator of the shipped gazetteer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.places.gazetteer import Gazetteer, gazetteer_of
from matcher.places.names import fold_place_name, normalise_postcode, postcode_areas, strip_qualifier

UNPLACED = "unplaced"
ANSWERS_FILE = "geocoding.sqlite"
"""Name of the file in the cache folder that holds the answers of online geocoders."""


@dataclass(frozen=True)
class Address:
    """Address of a row; unknown parts are None."""

    country: str
    postcode: str | None = None
    city: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Place:
    """Location of an address.

    Attributes
    ----------
    latitude, longitude : float
        Degrees.
    placed_by : str
        Precision: ``address``, ``postcode``, ``postcode area`` or ``city``.
    ambiguous : bool
        Another place of that name lies elsewhere in the country; the larger one was taken.
    """

    latitude: float
    longitude: float
    placed_by: str
    ambiguous: bool = False


class Locator(Protocol):
    """Finds places for addresses: the interface of a geocoder in this package."""

    def locate(self, addresses: list[Address]) -> list[Place | None]:
        """Place of each address, None where it is not found."""
        ...


class GazetteerLocator:
    """Finds places in the shipped gazetteer: no network, no key, no limit.

    :class:`matcher.places.geocoders.geopy.GazetteerGeocoder` is the same as a geopy geocoder.

    Parameters
    ----------
    default_country : str, default "NL"
        Country of addresses that name none.
    """

    def __init__(self, default_country: str = "NL") -> None:
        self.default_country = default_country

    def locate(self, addresses: list[Address]) -> list[Place | None]:
        """Place of each address: by postcode, by the area of the postcode, or by city."""
        gazetteer = gazetteer_of(frozenset(address.country for address in addresses))
        # A list names the same places many times.
        by_postcode, by_city = cache(partial(postcode_place, gazetteer)), cache(partial(city_places, gazetteer))
        places: list[Place | None] = []
        for address in addresses:
            place = None
            if address.postcode:
                place = by_postcode(address.country, address.postcode)
            if place is None and address.city:
                place = next(iter(by_city(address.country, address.city)), None)
            places.append(place)
        return places


def postcode_place(gazetteer: Gazetteer, country: str, postcode: str) -> Place | None:
    """Place of a postcode, or of the area of its first part.

    Parameters
    ----------
    gazetteer : Gazetteer
    country : str
        ISO 3166 alpha-2.
    postcode : str
    """
    entries = gazetteer.postcodes
    full = normalise_postcode(postcode, country)
    for key in postcode_areas(full, country):
        index = entries.position.get((country, key))
        if index is not None:
            by = "postcode" if key == full else "postcode area"
            return Place(float(entries.latitude[index]), float(entries.longitude[index]), by)
    return None


def city_places(gazetteer: Gazetteer, country: str, city: str) -> list[Place]:
    """All places of a city's name, the likeliest first.

    Parameters
    ----------
    gazetteer : Gazetteer
    country : str
        ISO 3166 alpha-2.
    city : str
    """
    entries = gazetteer.places
    for name in (city, strip_qualifier(city)):
        key = (country, fold_place_name(name))
        if key in entries.position:
            first = entries.position[key]
            ambiguous = bool(entries.ambiguous[first])
            rows = [first, *entries.others.get(key, [])]
            return [
                Place(float(entries.latitude[row]), float(entries.longitude[row]), "city", ambiguous) for row in rows
            ]
    return []


def coordinates(places: list[Place | None]) -> npt.NDArray[np.float64]:
    """Latitude and longitude of places in degrees, shape (n, 2), NaN where unknown."""
    return np.array(
        [(np.nan, np.nan) if place is None else (place.latitude, place.longitude) for place in places]
    ).reshape(-1, 2)
