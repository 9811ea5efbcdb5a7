"""Find places for addresses: in the shipped gazetteer, or by a geocoder that the user names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from matcher.places.gazetteer import Gazetteer, gazetteer_of
from matcher.places.names import fold_place_name, normalise_postcode, postcode_areas, strip_qualifier

if TYPE_CHECKING:
    from geopy.geocoders.base import Geocoder

logger = logging.getLogger("matcher")

UNPLACED = "unplaced"
ANSWERS_FILE = "geocoding.sqlite"
"""Name of the file, in the folder of what is kept, that holds the answers of online geocoders."""


@dataclass(frozen=True)
class Address:
    """What a row says about its place; parts that are unknown are None."""

    country: str
    postcode: str | None = None
    city: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Place:
    """Where an address is.

    Attributes
    ----------
    latitude, longitude : float
        Degrees.
    placed_by : str
        How exactly: ``address``, ``postcode``, ``postcode area`` or ``city``.
    ambiguous : bool
        Another place of that name lies elsewhere in the country; the larger one was taken.
    """

    latitude: float
    longitude: float
    placed_by: str
    ambiguous: bool = False


class Locator(Protocol):
    """Finds places for addresses; the one thing a geocoder has to do here."""

    def locate(self, addresses: list[Address]) -> list[Place | None]:
        """Return the place of each address, None where it is not found."""
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
        """Return the place of each address: by postcode, by the area of the postcode, by city."""
        gazetteer = gazetteer_of(frozenset(address.country for address in addresses))
        postcodes: dict[tuple[str, str], Place | None] = {}
        cities: dict[tuple[str, str], Place | None] = {}
        places: list[Place | None] = []
        for address in addresses:
            place = None
            if address.postcode:
                place = _remembered(postcodes, (address.country, address.postcode), gazetteer, postcode_place)
            if place is None and address.city:
                place = _remembered(cities, (address.country, address.city), gazetteer, city_place)
            places.append(place)
        return places


def _remembered(
    memory: dict[tuple[str, str], Place | None],
    key: tuple[str, str],
    gazetteer: Gazetteer,
    find: Callable[[Gazetteer, str, str], Place | None],
) -> Place | None:
    if key not in memory:
        memory[key] = find(gazetteer, *key)
    return memory[key]


def postcode_place(gazetteer: Gazetteer, country: str, postcode: str) -> Place | None:
    """Return the place of a postcode, or of the area that its first part names."""
    entries = gazetteer.postcodes
    full = normalise_postcode(postcode, country)
    for key in postcode_areas(full, country):
        index = entries.position.get((country, key))
        if index is not None:
            by = "postcode" if key == full else "postcode area"
            return Place(float(entries.latitude[index]), float(entries.longitude[index]), by)
    return None


def city_place(gazetteer: Gazetteer, country: str, city: str) -> Place | None:
    """Return the likeliest place of a city's name, with or without what stands behind it in brackets."""
    return next(iter(city_places(gazetteer, country, city)), None)


def city_places(gazetteer: Gazetteer, country: str, city: str) -> list[Place]:
    """Return every place of a city's name, the likeliest first."""
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


def make_locator(name: str, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Return the locator of a name: ``gazetteer``, or a geopy geocoder such as ``nominatim``.

    Raises
    ------
    GeocoderError
        When geopy knows no such geocoder, or it wants a key.
    """
    if name == "gazetteer":
        return GazetteerLocator(default_country)
    # geopy loads all that goes online: a run that stays offline does without.
    from matcher.places.geocoders.geopy import GeopyLocator, geopy_geocoder

    geocoder = geopy_geocoder(name)
    logger.warning("geocoder '%s' goes online: addresses are sent to it", name)
    return GeopyLocator(geocoder, name, None if cache_folder is None else cache_folder / ANSWERS_FILE)


def as_locator(geocoder: str | Geocoder | Locator, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Return a locator for a name, a geopy geocoder or a locator."""
    if isinstance(geocoder, str):
        return make_locator(geocoder, default_country, cache_folder)
    if hasattr(geocoder, "locate"):
        return geocoder
    from matcher.places.geocoders.geopy import GeopyLocator

    return GeopyLocator(geocoder, type(geocoder).__name__)


def coordinates(places: list[Place | None]) -> npt.NDArray[np.float64]:
    """Return places as an array of shape (n, 2), degrees, NaN where unknown."""
    return np.array(
        [(np.nan, np.nan) if place is None else (place.latitude, place.longitude) for place in places]
    ).reshape(-1, 2)
