"""Addresses, places, and locators that find the one for the other; the locator of the shipped gazetteer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from matcher.places.areas import STATE, Area, area_of, full_name, is_state, overseas, state_key
from matcher.places.cells import digit_postcodes, lettered_postcodes, place_readings
from matcher.places.distance import FloatArray, aligned_km, degrees, unit_sphere
from matcher.places.gazetteer import Entries, Gazetteer, gazetteer_of
from matcher.places.names import fold_place_name, normalise_postcode, postcode_areas

UNPLACED = "unplaced"
_NEAR_QUALIFIER_KM = 30.0
"""A place behind a name, as in Hoorn (Terschelling), lies no further than this from the place that is meant."""
_KEPT = 65_536
"""Postcodes and names whose places are kept: the rows of a list are checked, and then placed."""
_ONE_PLACE_KM = 5.0
"""Two names in a cell are two places where they lie further apart than this."""
ANSWERS_FILE = "geocoding.sqlite"
"""Name of the file in the cache folder that holds the answers of online geocoders."""


class Address(NamedTuple):
    """Address of a row; unknown parts are None."""

    country: str
    postcode: str | None = None
    city: str | None = None
    address: str | None = None
    state: str | None = None


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
    state : str
        Folded name of the state or province of a town, where it is known.
    area : {"", "municipality", "region", "state"}
        Kind of area of which this is the middle; empty for a place of its own.
    misfit : str
        What the cell says beside the name that does not fit the place, or is not understood and might mean another one.
    second : str
        Another town that the cell lists, elsewhere.
    """

    latitude: float
    longitude: float
    placed_by: str
    ambiguous: bool = False
    state: str = ""
    area: str = ""
    misfit: str = ""
    second: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether there is something to say about it: it may be another place, one of two, or only the middle of an area."""
        return self.ambiguous or bool(self.area or self.misfit or self.second)


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
        """Place of each address: by postcode, by the area of the postcode, or by city; each cell may hold a whole address."""
        gazetteer = gazetteer_of(frozenset(address.country for address in addresses))
        # A list names the same places many times.
        places = {address: _first_place(gazetteer, address) for address in dict.fromkeys(addresses)}
        return [places[address] for address in addresses]

    def by_postcode(self, countries: list[str], postcodes: list[str | None]) -> list[Place | None]:
        """Place of each address that its postcode decides, whatever else it says.

        Parameters
        ----------
        countries : list of str
            ISO 3166 alpha-2.
        postcodes : list of str or None
            Of these countries.
        """
        entries = gazetteer_of(frozenset(countries)).postcodes
        found: dict[tuple[int, str] | None, Place | None] = {None: None}
        rows = [
            _entry_of_postcode(entries, country, postcode) if postcode else None
            for country, postcode in zip(countries, postcodes, strict=True)
        ]
        found |= {row: _place_of_entry(entries, *row) for row in set(rows) if row}
        return [found[row] for row in rows]


def _first_place(gazetteer: Gazetteer, address: Address) -> Place | None:
    """Place by the postcode, else by an address in the cell of the postcode, of the city or of the street."""
    country, state = address.country, address.state
    if address.postcode and (place := postcode_place(gazetteer, country, address.postcode)):
        return place
    for cell in (address.postcode, address.city, address.address):
        if cell and (place := postcode_in(gazetteer, country, cell)):
            return place
    # In a street, only what stands behind a comma may be a town: streets are called after towns.
    behind_street = (address.address or "").partition(",")[2].strip()
    for cell in (address.city, address.postcode, behind_street, state):
        if cell and (found := city_places(gazetteer, country, cell, state)):
            return found[0]
    return None


@lru_cache(maxsize=_KEPT)
def postcode_place(gazetteer: Gazetteer, country: str, postcode: str) -> Place | None:
    """Place of a postcode, or of the area of its first part.

    Parameters
    ----------
    gazetteer : Gazetteer
    country : str
        ISO 3166 alpha-2.
    postcode : str
    """
    found = _entry_of_postcode(gazetteer.postcodes, country, postcode)
    return found and _place_of_entry(gazetteer.postcodes, *found)


def _entry_of_postcode(entries: Entries, country: str, postcode: str) -> tuple[int, str] | None:
    """Position of a postcode in the gazetteer, or of the area of its first part, and which of the two it is."""
    full = normalise_postcode(postcode, country)
    of_country = entries.position.get(country, {})
    for key in postcode_areas(full, country):
        index = of_country.get(key)
        if index is not None:
            return index, "postcode" if key == full else "postcode area"
    return None


def _place_of_entry(entries: Entries, index: int, placed_by: str) -> Place:
    return Place(float(entries.latitude[index]), float(entries.longitude[index]), placed_by)


def postcode_in(gazetteer: Gazetteer, country: str, cell: str) -> Place | None:
    """Place of the postcode in a cell that holds more, such as ``3512 AA Utrecht`` or ``Portland, ME 04101``.

    Digits count as a postcode only beside a town or a state, or alone between commas: ``Dorpsstraat 1234`` has none.

    Parameters
    ----------
    gazetteer : Gazetteer
    country : str
        ISO 3166 alpha-2.
    cell : str
    """
    for postcode in lettered_postcodes(cell, country):
        if place := postcode_place(gazetteer, country, postcode):
            return place
    for postcode, beside in digit_postcodes(cell):
        place = postcode_place(gazetteer, country, postcode)
        if place and (not beside or _is_place(gazetteer, country, beside)):
            return place
    return None


def _is_place(gazetteer: Gazetteer, country: str, text: str) -> bool:
    return is_state(text, country) or bool(city_places(gazetteer, country, text))


@lru_cache(maxsize=_KEPT)
def city_places(gazetteer: Gazetteer, country: str, city: str, state: str | None = None) -> list[Place]:
    """All places that a cell may mean, the likeliest first.

    Parameters
    ----------
    gazetteer : Gazetteer
    country : str
        ISO 3166 alpha-2.
    city : str
        A town with or without qualifiers, an address, a municipality, a region, a state or an island.
    state : str or None
        State or province of the row, where the list has a column of it.
    """
    for code in (country, *overseas(country)):
        for reading in place_readings(city, code):
            rows = gazetteer.places.rows(code, full_name(reading.name, code))
            towns = [name for name in reading.beside if not is_state(name, code) and gazetteer.places.rows(code, name)]
            beside = (name for name in reading.beside if name not in towns)
            qualifiers = (*filter(None, [state]), *reading.qualifiers, *beside)
            area = area_of(reading.name, code)
            # Areas are listed by name, so that one goes before a hamlet of its name; a state is known by its name only.
            if area and not (rows and (qualifiers or area.kind == STATE)):
                middle = _middle(gazetteer, code, reading.name, area)
                return [*middle, *_qualified(gazetteer, code, rows, reading.name, ())] if rows else middle
            if rows:
                return _with_second(gazetteer, code, _qualified(gazetteer, code, rows, reading.name, qualifiers), towns)
    return []


def _with_second(gazetteer: Gazetteer, country: str, places: list[Place], towns: list[str]) -> list[Place]:
    """Places with the first of some towns that does not lie at the likeliest of them."""
    for town in towns:
        here = unit_sphere([places[0].latitude], [places[0].longitude])
        rows = gazetteer.places.rows(country, town)
        km = aligned_km(
            unit_sphere(gazetteer.places.latitude[rows], gazetteer.places.longitude[rows]), here.repeat(len(rows), 0)
        )
        if km.min() > _ONE_PLACE_KM:
            return [replace(place, second=town) for place in places]
    return places


def _qualified(
    gazetteer: Gazetteer, country: str, rows: list[int], name: str, qualifiers: tuple[str, ...]
) -> list[Place]:
    """Places of a name, those that its qualifiers mean first.

    A qualifier is a state, or a place near the one that is meant. One that fits none of them is kept with the place, and
    one that is not understood leaves the name as ambiguous as it was.
    """
    entries = gazetteer.places
    misfit = ""
    is_chosen = False
    for qualifier in qualifiers:
        if fold_place_name(qualifier) == fold_place_name(name):
            continue
        fitting = [row for row in rows if state_key(entries.state[row], country) == state_key(qualifier, country)]
        is_known = bool(fitting) or is_state(qualifier, country)
        if not is_known and (near := _centre(gazetteer, country, qualifier)) is not None:
            is_known = True
            points = unit_sphere(entries.latitude[rows], entries.longitude[rows])
            km = aligned_km(points, np.repeat(near[None], len(rows), axis=0))
            fitting = [rows[at] for at in np.argsort(km, kind="stable") if km[at] <= _NEAR_QUALIFIER_KM]
        if fitting:
            is_chosen = True
            rows = [*fitting, *(row for row in rows if row not in fitting)]
        elif is_known or (len(rows) > 1 and not is_chosen):
            misfit = misfit or qualifier
    # A village may bear the name of another state.
    is_other_state = is_state(name, country) and state_key(name, country) != state_key(entries.state[rows[0]], country)
    ambiguous = not is_chosen and (bool(entries.ambiguous[rows[0]]) or is_other_state)
    return [
        Place(
            float(entries.latitude[row]),
            float(entries.longitude[row]),
            "city",
            ambiguous,
            state=str(entries.state[row]),
            misfit=misfit,
        )
        for row in rows
    ]


def _middle(gazetteer: Gazetteer, country: str, name: str, area: Area) -> list[Place]:
    """Middle of an area, in a list; empty where the gazetteer has none of its towns."""
    entries = gazetteer.places
    if area.kind == STATE:
        state = state_key(name, country)
        rows = entries.of_state(country, state)
    else:
        position = entries.position.get(country, {})
        rows = [position[town] for town in area.towns if town in position]
    if not len(rows):
        return []
    middle = degrees(unit_sphere(entries.latitude[rows], entries.longitude[rows]).mean(axis=0, keepdims=True))[0]
    has_namesake = bool(area.towns) and bool(entries.rows(country, name))
    return [Place(float(middle[0]), float(middle[1]), "city", has_namesake, area=area.kind)]


def _centre(gazetteer: Gazetteer, country: str, name: str) -> FloatArray | None:
    """Point of a town or an area on the unit sphere, shape (3,); None where there is none of that name."""
    rows = gazetteer.places.rows(country, name)
    area = area_of(name, country)
    if area is not None and area.kind != STATE:
        places = _middle(gazetteer, country, name, area)
    else:
        places = [
            Place(float(gazetteer.places.latitude[row]), float(gazetteer.places.longitude[row]), "city") for row in rows
        ]
    return unit_sphere([places[0].latitude], [places[0].longitude])[0] if places else None


def coordinates(places: list[Place | None]) -> npt.NDArray[np.float64]:
    """Latitude and longitude of places in degrees, shape (n, 2), NaN where unknown."""
    return np.array(
        [(np.nan, np.nan) if place is None else (place.latitude, place.longitude) for place in places]
    ).reshape(-1, 2)
