"""Problems of rows whose place is looked up: not found, one of several, an area, or another than the cell names."""

from __future__ import annotations

from functools import lru_cache

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.places.areas import MUNICIPALITY, state_label
from matcher.places.gazetteer import gazetteer_of
from matcher.places.geocoders.base import Address, Place, city_places
from matcher.places.names import fold_place_name
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.vocabulary import AREA_WORDS

_SHOWN_NAMESAKES = 3
_LONGEST_NAME = 40
_LIKE_NAME = 0.7
"""Least similarity of a name that is suggested: one letter wrong of four, two of seven."""
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
        return _unplaced(table, position, address)
    if place.second:
        return table.problem(
            position,
            column,
            Message("the cell names {second} too, which lies elsewhere: the first place is used", second=place.second),
            Message("Write one place; for two sites, add a row"),
            "warning",
            "places_listed",
        )
    if place.misfit:
        return table.problem(
            position,
            column,
            Message(
                "'{misfit}' does not tell which place this is: {place} is used",
                misfit=place.misfit,
                place=_shown(place, address.country),
            ),
            Message("Check it, or add a postcode"),
            "warning",
            "place_qualifier",
        )
    if place.ambiguous:
        return table.problem(
            position,
            column,
            Message(
                "more than one place has this name: {city}; the first is used", city=_namesakes(city, address.country)
            ),
            Message("Add a postcode, or the province or state"),
            "warning",
            "place_ambiguous",
        )
    if place.area:
        what = Message("a municipality") if place.area == MUNICIPALITY else Message("a province or region")
        return table.problem(
            position,
            column,
            Message("this is {what}: its middle is used as the place", what=what),
            Message("Add a postcode or a town for better distances"),
            "warning",
            "place_area",
        )
    return None


def _unplaced(table: Table, position: int, address: Address) -> Problem | None:
    area = AREA_WORDS.get(fold(address.city or ""))
    if area is not None:
        if table.name == "nonprofits" and area in _WIDE:
            return None  # it works everywhere, which is no place
        return table.problem(
            position,
            "city",
            Message("this says how far it works, not in which place it is, so its distance is unknown"),
            Message("Write the town of its office"),
            "warning",
            "place_is_area",
        )
    if not (address.postcode or address.city or address.address):
        return table.problem(
            position,
            "city",
            Message("the row names no place, so its distance is unknown"),
            Message("Add a postcode or a city"),
            "warning",
            "place_missing",
        )
    column = "postcode" if address.postcode else "city" if address.city else "address"
    return table.problem(
        position,
        column,
        Message(
            "this place is not found in {country}, so its distance is unknown{address}",
            country=address.country,
            address=_suggestion(address),
        ),
        Message("Check postcode, city and country, or add coordinates"),
        "warning",
        "place_unknown",
    )


@lru_cache(maxsize=4096)  # a list has the same slip many times
def _suggestion(address: Address) -> str:
    """Hint with the place of the most similar name, or an empty text."""
    name = fold_place_name(address.city or "")
    if not 3 < len(name) <= _LONGEST_NAME:
        return ""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    # Slips at the first letter are rare, and a large country has 100,000 names.
    names = _names_by_start(address.country)
    near = [key for size in range(len(name) - 2, len(name) + 3) for key in names.get((name[0], size), ())]
    found = extractOne(name, near, scorer=OSA.normalized_similarity, score_cutoff=_LIKE_NAME)
    return "" if found is None else Message("; did you mean '{word}'?", word=found[0].title())


@lru_cache(maxsize=8)
def _names_by_start(country: str) -> dict[tuple[str, int], list[str]]:
    """Names of the places of a country by first letter and length."""
    names: dict[tuple[str, int], list[str]] = {}
    for key in gazetteer_of(frozenset({country})).places.position.get(country, {}):
        if key:
            names.setdefault((key[0], len(key)), []).append(key)
    return names


def _namesakes(city: str, country: str) -> str:
    gazetteer = gazetteer_of(frozenset({country}))
    places = city_places(gazetteer, country, city)
    shown = "; ".join(_shown(place, country) for place in places[:_SHOWN_NAMESAKES])
    more = len(places) - _SHOWN_NAMESAKES
    return Message("{names} and {count} more", names=shown, count=more) if more > 0 else shown


def _shown(place: Place, country: str) -> str:
    where = f"{place.latitude:.2f}, {place.longitude:.2f}"
    return f"{state_label(place.state, country)} ({where})" if place.state else where
