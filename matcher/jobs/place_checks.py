"""Checks of the places of a table: coordinates, postcodes and cities that contradict each other or are unknown."""

from __future__ import annotations

import re

import numpy as np

from matcher.arrays import Bools, Floats
from matcher.jobs.location_problems import location_problem
from matcher.messages import Message
from matcher.places.distance import aligned_km, unit_sphere
from matcher.places.gazetteer import gazetteer_of
from matcher.places.geocoders.base import Address, GazetteerLocator, Place, city_places, coordinates
from matcher.places.placing import addresses_of, usable_coordinates
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table

_ARTICLE = re.compile(r"(?:de|het|'t|den|the|le|la)\s", re.IGNORECASE)
"""Hamlets are called De Brug, as are nonprofits."""
_BOX_MARGIN = 1.0
"""Degrees around a country's outermost places; of countries far away only the cities are known."""


def place_problems(table: Table, geocoder: GazetteerLocator, mismatch_km: float) -> list[Problem]:
    """Problems of a table's places, by comparison with the gazetteer.

    Swapped coordinates are an error. A place that cannot be found, coordinates outside the country, half a pair of
    coordinates, a name that two places have, and a postcode and a city far apart are warnings: the row is used.

    Parameters
    ----------
    table : Table
        Units or nonprofits.
    geocoder : GazetteerLocator
    mismatch_km : float
        Distance between the postcode and the city above which they contradict each other.
    """
    frame = table.frame
    if not len(frame):
        return []
    problems: list[Problem] = []
    addresses = addresses_of(frame, geocoder.default_country)
    known = usable_coordinates(frame)
    problems += _coordinate_problems(table, geocoder, addresses, known)
    by_postcode = geocoder.locate([Address(address.country, address.postcode) for address in addresses])
    by_city = geocoder.locate(
        [Address(address.country, None, address.city, None, address.state) for address in addresses]
    )
    # Of an area only the middle is known: its postcodes lie all over it.
    apart = _km_apart(by_postcode, [None if place is None or place.area else place for place in by_city])
    gazetteer = gazetteer_of(frozenset(address.country for address in addresses))
    for position in np.flatnonzero(apart > mismatch_km):
        # Several places may have the name: the nearest one counts.
        namesakes = city_places(gazetteer, addresses[position].country, addresses[position].city or "")
        apart[position] = _km_apart([by_postcode[position]] * len(namesakes), [*namesakes]).min()
    for position in np.flatnonzero(apart > mismatch_km):
        address = addresses[position]
        problems.append(
            table.problem(
                int(position),
                "postcode",
                Message(
                    "this postcode lies {apart} km from {city}; the postcode is used",
                    apart=f"{apart[position]:.0f}",
                    city=address.city,
                ),
                Message("Correct the postcode or the city"),
                "warning",
                "place_mismatch",
            )
        )
    located = geocoder.locate(addresses)
    names = frame["name"].astype("object").where(frame["name"].notna(), "")
    for position in np.flatnonzero(~known):
        address = addresses[position]
        problem = location_problem(table, int(position), address, located[position])
        if problem and problem.code == "place_unknown" and address.city:
            name = names.iloc[position]
            if gazetteer.places.rows(address.country, name) and not _ARTICLE.match(name):
                problem = _exchanged(table, int(position), name)
        if problem:
            problems.append(problem)
    # Where the country could not be read nothing is known of the rest.
    unread = {problem.row for problem in table.problems if problem.column == table.headings.get("country")}
    problems = [problem for problem in problems if problem.row not in unread]
    return sorted(problems, key=lambda problem: (not problem.is_error, problem.code))


def _exchanged(table: Table, position: int, name: str) -> Problem:
    return table.problem(
        position,
        "city",
        Message("this is no place that is known, and the name '{name}' is one: the two look exchanged", name=name),
        Message("Exchange the name and the place, or the two headings"),
        "warning",
        "cells_exchanged",
    )


def _coordinate_problems(
    table: Table, geocoder: GazetteerLocator, addresses: list[Address], known: Bools
) -> list[Problem]:
    frame = table.frame
    problems = []
    half = frame["latitude"].isna().to_numpy() != frame["longitude"].isna().to_numpy()
    zero = ~frame["latitude"].isna().to_numpy() & ~frame["longitude"].isna().to_numpy() & ~known
    for rows, message in (
        (half, Message("one of the two coordinates is missing, so neither is used")),
        (zero, Message("0, 0 is no place on land, so it is not used")),
    ):
        problems += [
            table.problem(
                int(position),
                "latitude",
                message,
                Message("Fill in both, or leave both empty"),
                "warning",
                "coordinates_incomplete",
            )
            for position in np.flatnonzero(rows)
        ]
    if not known.any():
        return problems
    boxes = gazetteer_of(frozenset(address.country for address in addresses)).boxes
    for position in np.flatnonzero(known):
        country = addresses[position].country
        if country not in boxes:
            continue
        lat, lon = float(frame["latitude"].iloc[position]), float(frame["longitude"].iloc[position])
        if _inside(boxes[country], lat, lon):
            continue
        if _inside(boxes[country], lon, lat):
            problems.append(
                table.problem(
                    int(position),
                    "latitude",
                    Message(
                        "latitude and longitude are swapped: {lat}, {lon} is not in {country}",
                        lat=f"{lat:g}",
                        lon=f"{lon:g}",
                        country=country,
                    ),
                    Message("Swap them (the Netherlands: latitude 51 to 53, longitude 3 to 7)"),
                    "error",
                    "coordinates_swapped",
                )
            )
        else:
            problems.append(
                table.problem(
                    int(position),
                    "latitude",
                    Message(
                        "{lat}, {lon} is not in {country}; it is used unchanged",
                        lat=f"{lat:g}",
                        lon=f"{lon:g}",
                        country=country,
                    ),
                    Message("Check the coordinates and the country"),
                    "warning",
                    "coordinates_outside",
                )
            )
    return problems


def _inside(box: tuple[float, float, float, float], latitude: float, longitude: float) -> bool:
    south, north, west, east = box
    return (
        south - _BOX_MARGIN <= latitude <= north + _BOX_MARGIN and west - _BOX_MARGIN <= longitude <= east + _BOX_MARGIN
    )


def _km_apart(places_a: list[Place | None], places_b: list[Place | None]) -> Floats:
    a, b = coordinates(places_a), coordinates(places_b)
    km = aligned_km(unit_sphere(a[:, 0], a[:, 1]), unit_sphere(b[:, 0], b[:, 1]))
    return np.nan_to_num(km, nan=0.0)
