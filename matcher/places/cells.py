"""What people write where a place is asked for: an address in one cell, qualifiers, states, surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matcher.i18n.countries import country_code
from matcher.i18n.folding import fold
from matcher.places.areas import area_of, is_state
from matcher.places.names import COUNTRIES_OF_SIGNS

_PARENTHESES = re.compile(r"[(\[]([^)\]]*)[)\]]")
_PARTS = re.compile(r"\s*,\s*|\s+[-–—]\s+")
_LISTED = re.compile(
    # Capelle a/d IJssel, and Utrecht en omgeving, are one place.
    r"\s*[;|\n]\s*|(?<!\ba)\s*/(?!d\b)\s*"
    r"|\s+(?:en|and|und|et|&|\+)\s+(?!(?:wijde\s+)?(?:omgeving|omstreken|omg\b|surroundings|area|environs|umgebung))",
    re.IGNORECASE,
)
"""Between places of which each may be meant."""
_MUNICIPALITY = re.compile(r"\s+gem(?:\.|eente)\s+(.*)$", re.IGNORECASE)
_SIGNS = {"B": "BE", "D": "DE"}
_SIGN_BEFORE_POSTCODE = re.compile(r"(?<![\w-])([A-Z]{1,3})-\d{4,5}(?![\w-])")
"""Sign of a country as people write it before its postcodes: B-2000 Antwerpen."""
_HOUSE_NUMBER = re.compile(r"^\D+\s\d+(?:\s?[-/]?[a-zA-Z\d]{1,3})?\s+(?=[^\W\d]{3})")
"""Street and number before a town, without a comma."""
"""Signs of neighbouring countries behind a town."""
_COUNTRY = re.compile(r"^(?P<town>.*[^\s,(\[])\s*(?:[(\[](?P<inside>[^()\[\]]+)[)\]]|,\s*(?P<behind>[^,()\d]+))$")
_AROUND_BEFORE = re.compile(
    r"^(?:gemeente|gem\.?|regio|regio's|omgeving|omg\.?|provincie|prov\.?|eiland|region|city of|greater|near|te)\s+",
    re.IGNORECASE,
)
_AROUND_BEHIND = re.compile(
    r"[\s,]+(?:e\.?\s?o\.?|en\s+(?:wijde\s+)?(?:omgeving|omstreken|omg\.?)|and\s+(?:surroundings|area)|area|region)$",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"[\s-]+(?:noord|zuid|oost|west|centrum|stad|binnenstad|noordoost|noordwest|zuidoost|zuidwest|nieuw-west"
    r"|north|south|east|central|city|nord|süd|ost|mitte|centre)$",
    re.IGNORECASE,
)
# Postcodes that no house number looks like; digits alone need a place beside them to be one.
_LETTERED_POSTCODES = {
    "NL": re.compile(r"\b[1-9]\d{3}\s?[A-Za-z]{2}\b"),
    "GB": re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}\b"),
    "CA": re.compile(r"\b[A-Za-z]\d[A-Za-z]\s?\d[A-Za-z]\d\b"),
    "IE": re.compile(r"\b[A-Za-z]\d[\dWw]\s?[A-Za-z\d]{4}\b"),
}
_DIGITS = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}-)?(?:\d{3} \d{2}|\d{3,}(?:-\d+)?)(?![\w-])")


@dataclass(frozen=True)
class Reading:
    """One way to read a cell as a place.

    Attributes
    ----------
    name : str
    qualifiers : tuple of str
        What else the cell says: a state, a municipality, an island, a quarter, a street.
    beside : tuple of str
        What the cell lists beside it, as in ``Hengelo / Enschede``: other places, or qualifiers.
    """

    name: str
    qualifiers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def place_readings(cell: str, country: str) -> Iterator[Reading]:
    """Yield the ways to read a cell as a place, the likeliest first.

    Parameters
    ----------
    cell : str
        Such as ``Den Ham (Gn)``, ``Portland, ME`` or ``Domstraat 1, Utrecht``.
    country : str
        ISO 3166 alpha-2, whose states are known.

    Examples
    --------
    >>> [(reading.name, reading.qualifiers) for reading in place_readings("Den Ham (Gn)", "NL")][:2]
    [('Den Ham (Gn)', ()), ('Den Ham', ('Gn',))]
    """
    yield Reading(cell)
    inside = tuple(part.strip() for part in _PARENTHESES.findall(cell) if part.strip())
    rest = _PARENTHESES.sub(" ", cell)
    if municipality := _MUNICIPALITY.search(rest):
        inside = (*inside, municipality[1])
        rest = rest[: municipality.start()]
    listed = [" ".join(text.split()) for text in _LISTED.split(rest) if text.strip()]
    for place, text in enumerate(listed):
        beside = (*listed[place + 1 :], *listed[:place])
        parts = [part for part in _PARTS.split(text) if part]
        for number, part in enumerate(parts):
            others = (*parts[number + 1 :], *parts[:number], *inside)
            for name, behind in _names(part, country):
                yield Reading(name, (*behind, *others), beside)


def _names(part: str, country: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a part of a cell as a name, and without what stands before and behind it."""
    yield part, ()
    plain = _AROUND_BEHIND.sub("", _AROUND_BEFORE.sub("", part)).strip()
    if plain != part:
        yield plain, ()
    words = plain.split()
    for size in (1, 2):
        behind = " ".join(words[-size:])
        if len(words) > size and is_state(behind, country):
            yield " ".join(words[:-size]), (behind,)
    quarter = _QUARTER.sub("", plain)
    if quarter != plain:
        yield quarter, ()
    for pattern in (_LETTERED_POSTCODES.get(country), _HOUSE_NUMBER):
        town = plain if pattern is None else pattern.sub("", plain).strip()
        if town and town != plain:
            yield town, ()


def lettered_postcodes(cell: str, country: str) -> list[str]:
    """Postcodes with letters in a cell, the last first.

    Parameters
    ----------
    cell : str
    country : str
        ISO 3166 alpha-2.
    """
    pattern = _LETTERED_POSTCODES.get(country)
    return [] if pattern is None else pattern.findall(cell)[::-1]


def digit_postcodes(cell: str) -> list[tuple[str, str]]:
    """Numbers in a cell that may be postcodes, the last first, each with the words beside it in its part of the cell.

    Parameters
    ----------
    cell : str

    Examples
    --------
    >>> digit_postcodes("Rue Haute 12, 1000 Brussel")
    [('1000', 'Brussel')]
    """
    found = []
    parts = [part for text in _LISTED.split(_PARENTHESES.sub(" ", cell)) for part in _PARTS.split(text)]
    for part in reversed(parts):
        for match in reversed(list(_DIGITS.finditer(part))):
            before, behind = part[: match.start()].strip(), part[match.end() :].strip()
            found.append((match[0], behind or before))
    return found


@lru_cache(maxsize=65_536)  # a list names the same places many times
def country_within(cell: str, default_country: str) -> tuple[str, str] | None:
    """Town and country of a cell that names both; None where it names no country, or a state of the default one.

    Parameters
    ----------
    cell : str
    default_country : str
        ISO 3166 alpha-2.

    Examples
    --------
    >>> country_within("Gent (B)", "NL"), country_within("Luik, België", "NL"), country_within("Den Ham (Gn)", "NL")
    (('Gent', 'BE'), ('Luik', 'BE'), None)
    """
    if sign := _SIGN_BEFORE_POSTCODE.search(cell):
        country = COUNTRIES_OF_SIGNS.get(sign[1]) or country_code(fold(sign[1]))
        return None if country is None else (cell, country)
    match = _COUNTRY.match(cell.strip())
    if match is None:
        return None
    text = (match["inside"] or match["behind"]).strip()
    if is_state(text, default_country) or area_of(text, default_country) or (len(text) < 4 and not text.isupper()):
        return None
    if len(text) == 2 and text != "DE" and is_state(text, "US"):
        return None  # Portland, ME is in Maine rather than in Montenegro
    country = _SIGNS.get(text) or country_code(fold(text))
    return None if country is None else (match["town"].strip(), country)
