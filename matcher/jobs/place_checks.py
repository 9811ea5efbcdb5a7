"""Checks of the places of a table: coordinates, postcodes and cities that contradict each other or are unknown."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

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
_EVERYWHERE = (-np.inf, np.inf, -np.inf, np.inf)


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
    both = np.flatnonzero([bool(address.postcode and address.city) for address in addresses]).tolist()
    by_postcode = geocoder.locate([addresses[row]._replace(city=None, address=None, state=None) for row in both])
    by_city = geocoder.locate([addresses[row]._replace(postcode=None, address=None) for row in both])
    # Of an area only the middle is known: its postcodes lie all over it.
    apart = _km_apart(by_postcode, [None if place is None or place.area else place for place in by_city])
    gazetteer = gazetteer_of(frozenset(address.country for address in addresses))
    for found in np.flatnonzero(apart > mismatch_km):
        # Several places may have the name: the nearest one counts.
        address = addresses[both[found]]
        namesakes = city_places(gazetteer, address.country, address.city or "")
        apart[found] = _km_apart([by_postcode[found]] * len(namesakes), [*namesakes]).min()
    for found in np.flatnonzero(apart > mismatch_km):
        address = addresses[both[found]]
        problems.append(
            table.problem(
                both[found],
                "postcode",
                Message(
                    "this postcode lies {apart} km from {city}; the postcode is used",
                    apart=f"{apart[found]:.0f}",
                    city=address.city,
                ),
                Message("Correct the postcode or the city"),
                "warning",
                "place_mismatch",
            )
        )
    names = frame["name"].astype("object").where(frame["name"].notna(), "")
    unplaced = np.flatnonzero(~known).tolist()
    for position, place in zip(unplaced, geocoder.locate([addresses[row] for row in unplaced]), strict=True):
        if place is not None and not place.is_doubtful:
            continue
        address = addresses[position]
        problem = location_problem(table, position, address, place)
        if problem and problem.code == "place_unknown" and address.city:
            name = names.iloc[position]
            if gazetteer.places.rows(address.country, name) and not _ARTICLE.match(name):
                problem = _exchanged(table, position, name)
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
    rows = np.flatnonzero(known)
    degrees = frame[["latitude", "longitude"]].to_numpy()[rows]
    codes, countries = pd.factorize(np.array([addresses[row].country for row in rows.tolist()], dtype=object))
    box_of = np.array([boxes.get(country, _EVERYWHERE) for country in countries])[codes]
    for row in np.flatnonzero(~_inside(box_of, degrees)):
        position, country, (lat, lon) = int(rows[row]), countries[codes[row]], degrees[row].tolist()
        if _inside(box_of[row], degrees[row, ::-1]):
            problems.append(
                table.problem(
                    position,
                    "latitude",
                    Message(
                        "latitude and longitude are swapped: {lat}, {lon} is not in {country}",
                        lat=f"{lat:g}",
                        lon=f"{lon:g}",
                        country=country,
                    ),
                    Message(
                        "Swap them ({country}: latitude {south} to {north}, longitude {west} to {east})",
                        country=country,
                        **dict(
                            zip(
                                ("south", "north", "west", "east"), (f"{edge:.0f}" for edge in box_of[row]), strict=True
                            )
                        ),
                    ),
                    "error",
                    "coordinates_swapped",
                )
            )
        else:
            problems.append(
                table.problem(
                    position,
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


def _inside(boxes: Floats, degrees: Floats) -> Bools:
    """Whether points of shape (..., 2) lie within boxes of south, north, west and east, shape (..., 4), or near them."""
    low, high = boxes[..., [0, 2]] - _BOX_MARGIN, boxes[..., [1, 3]] + _BOX_MARGIN
    return np.asarray(((low <= degrees) & (degrees <= high)).all(axis=-1))


def _km_apart(places_a: list[Place | None], places_b: list[Place | None]) -> Floats:
    a, b = coordinates(places_a), coordinates(places_b)
    km = aligned_km(unit_sphere(a[:, 0], a[:, 1]), unit_sphere(b[:, 0], b[:, 1]))
    return np.nan_to_num(km, nan=0.0)
