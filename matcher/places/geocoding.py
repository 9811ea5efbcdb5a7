"""Geocoders: the shipped gazetteer as a geopy geocoder, and any other geopy geocoder in its place."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from geopy.exc import ConfigurationError, GeocoderNotFound, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import get_geocoder_for_service
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from matcher.errors import GeocoderError, nearest
from matcher.places.gazetteer import Gazetteer, gazetteer_of
from matcher.places.names import fold_place_name, normalise_postcode, postcode_areas, strip_qualifier

logger = logging.getLogger("matcher")

UNPLACED = "unplaced"
ANSWERS_FILE = "geocoding.sqlite"
"""Name of the file, in the folder of what is kept, that holds the answers of online geocoders."""
USER_AGENT = "matcher (partner matching for foundations)"


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


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]
    """A geopy geocoder over the shipped gazetteer: no network, no key, no limit.

    Parameters
    ----------
    default_country : str, default "NL"
        Country of queries that name none.

    Examples
    --------
    >>> place = GazetteerGeocoder().geocode("1011 AB Amsterdam")
    >>> round(place.latitude, 1), round(place.longitude, 1)
    (52.4, 4.9)
    """

    def __init__(self, default_country: str = "NL") -> None:
        super().__init__(scheme="https", timeout=1)
        self.default_country = default_country

    def geocode(self, query: str | Mapping[str, str], *, exactly_one: bool = True, timeout: Any = None) -> Any:
        """Return the location of a query, or None.

        Parameters
        ----------
        query : str or mapping
            Such as ``"1011 AB Amsterdam"``, or a mapping with ``postcode``, ``city`` and ``country`` (alpha-2).
        exactly_one : bool
            Return one location, or a list of one.
        timeout : ignored
            There is nothing to wait for.
        """
        addresses = self._addresses(query)
        found = next((place for place in self.locate(addresses) if place is not None), None)
        if found is None:
            return None
        shown = query if isinstance(query, str) else ", ".join(str(part) for part in query.values() if part)
        location = Location(
            shown, (found.latitude, found.longitude, 0.0), {"placed_by": found.placed_by, "ambiguous": found.ambiguous}
        )
        return location if exactly_one else [location]

    def _addresses(self, query: str | Mapping[str, str]) -> list[Address]:
        """Return the readings of a query to try in turn: a free text may start or end with a postcode, whole first."""
        if not isinstance(query, str):
            return [Address(query.get("country") or self.default_country, query.get("postcode"), query.get("city"))]
        parts = query.replace(",", " ").split()
        readings = [Address(self.default_country, None, query)]
        for size in (2, 1):
            for postcode, rest in ((parts[:size], parts[size:]), (parts[-size:], parts[:-size])):
                if len(postcode) == size and _may_be_postcode(postcode):
                    readings.append(Address(self.default_country, " ".join(postcode), " ".join(rest) or None))
        readings.sort(key=lambda reading: reading.postcode is None)
        return readings

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


def _may_be_postcode(parts: list[str]) -> bool:
    """Return whether words may be a postcode: a digit, and behind the first word short groups (1011 AB, BS3 2BN)."""
    return any(char.isdigit() for char in "".join(parts)) and all(len(part) <= 4 for part in parts[1:])


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


class GeopyLocator:
    """Any geopy geocoder as a locator: asked politely, each question once, answers kept on disk.

    Parameters
    ----------
    geocoder : geopy geocoder
    name : str
        Key of its answers in the cache.
    cache : Path or None
        SQLite file of answers; None keeps them for this run only.
    seconds_between : float
        Least time between two questions, as Nominatim's terms ask (1 s).
    """

    def __init__(self, geocoder: Geocoder, name: str, cache: Path | None = None, seconds_between: float = 1.0) -> None:
        self.name = name
        self._ask = RateLimiter(
            geocoder.geocode,
            min_delay_seconds=seconds_between,
            max_retries=2,
            error_wait_seconds=max(seconds_between, 0.01),
            swallow_exceptions=False,
        )
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
        self._answers = sqlite3.connect(cache or ":memory:", timeout=30)
        self._answers.execute(
            "CREATE TABLE IF NOT EXISTS answers (geocoder TEXT, query TEXT, answer TEXT, PRIMARY KEY (geocoder, query))"
        )

    def locate(self, addresses: list[Address]) -> list[Place | None]:
        """Return the place of each address.

        Raises
        ------
        GeocoderError
            When the service does not answer.
        """
        places: dict[Address, Place | None] = {}
        for address in dict.fromkeys(addresses):
            places[address] = self._place(address)
        return [places[address] for address in addresses]

    def _place(self, address: Address) -> Place | None:
        parts = [address.address, address.postcode, address.city]
        if not any(parts):
            return None
        query = ", ".join([part for part in parts if part] + [address.country])
        row = self._answers.execute(
            "SELECT answer FROM answers WHERE geocoder = ? AND query = ?", (self.name, query)
        ).fetchone()
        if row is None:
            try:
                location = self._ask(query)
            except (GeopyError, ValueError) as error:
                raise GeocoderError(
                    f"geocoder '{self.name}' does not answer ({type(error).__name__}). Check the network, or leave out --geocoder to use the shipped gazetteer"
                ) from None
            answer = None if location is None else [location.latitude, location.longitude]
            self._answers.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (self.name, query, json.dumps(answer))
            )
            self._answers.commit()
        else:
            answer = json.loads(row[0])
        if answer is None:
            return None
        by = "address" if address.address else "postcode" if address.postcode else "city"
        return Place(float(answer[0]), float(answer[1]), by)


def make_locator(name: str, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Return the locator of a name: ``gazetteer``, or a geopy geocoder such as ``nominatim``.

    Raises
    ------
    GeocoderError
        When geopy knows no such geocoder, or it wants a key.
    """
    if name == "gazetteer":
        return GazetteerGeocoder(default_country)
    try:
        service = get_geocoder_for_service(name)
        geocoder = service(user_agent=USER_AGENT)
    except GeocoderNotFound:
        from geopy.geocoders import SERVICE_TO_GEOCODER

        names = ["gazetteer", *sorted(SERVICE_TO_GEOCODER)]
        raise GeocoderError(
            f"there is no geocoder '{name}'{nearest(name, names)} (known: {', '.join(names)})"
        ) from None
    except (TypeError, ConfigurationError) as error:
        raise GeocoderError(
            f"geocoder '{name}' cannot be started by its name alone ({error}). Make it in Python and pass it to PartnerMatcher(geocoder=...)"
        ) from None
    logger.warning("geocoder '%s' goes online: addresses are sent to it", name)
    return GeopyLocator(geocoder, name, None if cache_folder is None else cache_folder / ANSWERS_FILE)


def as_locator(geocoder: str | Geocoder | Locator, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Return a locator for a name, a geopy geocoder or a locator."""
    if isinstance(geocoder, str):
        return make_locator(geocoder, default_country, cache_folder)
    if hasattr(geocoder, "locate"):
        return geocoder
    return GeopyLocator(geocoder, type(geocoder).__name__)


def coordinates(places: list[Place | None]) -> npt.NDArray[np.float64]:
    """Return places as an array of shape (n, 2), degrees, NaN where unknown."""
    return np.array(
        [(np.nan, np.nan) if place is None else (place.latitude, place.longitude) for place in places]
    ).reshape(-1, 2)
