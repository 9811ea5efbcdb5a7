"""What is said of a row whose place is looked up: not found, one of several, an area, or not what the cell says."""

from __future__ import annotations

from functools import lru_cache

from matcher.errors import nearest
from matcher.i18n.folding import fold
from matcher.places.areas import MUNICIPALITY, overseas, state_label
from matcher.places.gazetteer import gazetteer_of
from matcher.places.geocoders.base import Address, Place, city_places
from matcher.places.names import fold_place_name
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.vocabulary import AREA_WORDS

_SHOWN_NAMESAKES = 3
_LONGEST_NAME = 40
_WIDE = ("national", "abroad")


def location_problem(table: Table, position: int, address: Address, place: Place | None) -> Problem | None:
    """Warning about the place of a row without coordinates; None where there is nothing to say.

    Parameters
    ----------
    table : Table
        Units or nonprofits.
    position : int
        Of the row in its frame.
    address : Address
    place : Place or None
        As the gazetteer has it.
    """
    city = address.city or address.postcode or address.address or ""
    column = next((name for name in ("city", "postcode", "address") if getattr(address, name)), None)
    if place is None:
        if table.name == "nonprofits" and AREA_WORDS.get(fold(city)) in _WIDE:
            return None  # it works everywhere, which is no place
        return _unplaced(table, position, address)
    if place.misfit:
        return table.problem(
            position,
            column,
            f"'{place.misfit}' does not tell which place this is: {_shown(place, address.country)} is used",
            "Check it, or add a postcode",
            "warning",
            "place_qualifier",
        )
    if place.ambiguous:
        return table.problem(
            position,
            column,
            f"more than one place has this name: {_namesakes(city, address.country)}; the first is used",
            "Add a postcode, or the province or state",
            "warning",
            "place_ambiguous",
        )
    if place.area:
        what = "a municipality" if place.area == MUNICIPALITY else "a province or region"
        return table.problem(
            position,
            column,
            f"this is {what}: its middle is used as the place",
            "Add a postcode or a town for better distances",
            "warning",
            "place_area",
        )
    return None


def _unplaced(table: Table, position: int, address: Address) -> Problem:
    if not (address.postcode or address.city or address.address):
        return table.problem(
            position,
            None,
            "the row names no place, so its distance is unknown",
            "Add a postcode or a city",
            "warning",
            "place_missing",
        )
    column = "postcode" if address.postcode else "city" if address.city else "address"
    return table.problem(
        position,
        column,
        f"this place is not found in {address.country}, so its distance is unknown{_suggestion(address)}",
        "Check postcode, city and country, or add coordinates",
        "warning",
        "place_unknown",
    )


@lru_cache(maxsize=4096)  # a list has the same slip many times
def _suggestion(address: Address) -> str:
    """Hint with the place of the most similar name, or an empty text."""
    name = fold_place_name(address.city or "")
    if not 3 < len(name) <= _LONGEST_NAME:
        return ""
    names = gazetteer_of(frozenset({address.country})).places.position
    similar = [key for country, key in names if country == address.country and abs(len(key) - len(name)) < 3]
    # Slips at the first letter are rare, and a large country has 100,000 names.
    return nearest(name, [key for key in similar if key[:1] == name[:1]])


def _namesakes(city: str, country: str) -> str:
    gazetteer = gazetteer_of(frozenset({country, *overseas(country)}))
    places = city_places(gazetteer, country, city)
    shown = "; ".join(_shown(place, country) for place in places[:_SHOWN_NAMESAKES])
    return shown + (f" and {len(places) - _SHOWN_NAMESAKES} more" if len(places) > _SHOWN_NAMESAKES else "")


def _shown(place: Place, country: str) -> str:
    where = f"{place.latitude:.2f}, {place.longitude:.2f}"
    return f"{state_label(place.state, country)} ({where})" if place.state else where
