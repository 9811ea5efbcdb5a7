"""Spelling of places and postcodes: one normal form for the gazetteer's keys and for what people type."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ĳ": "ij"}
)
_APOSTROPHES = "'’`´‘"
_ASCII = str.maketrans(
    {chr(code): None if chr(code) in _APOSTROPHES else " " for code in range(128) if not chr(code).isalnum()}
)
_SAINT = frozenset(["saint", "sint", "sankt"])
_NO_SIGN = re.compile(r"[^0-9A-Z]")
_CEDEX = re.compile(r"CEDEX\d*$")

# Where a full postcode is finer than the gazetteer (or where people leave the last part off), the leading
# part that still names an area: characters of the normalised code.
_AREA_LENGTHS: dict[str, tuple[int, ...]] = {
    "NL": (4,),
    "CA": (3,),
    "IE": (3,),
    "US": (5,),
    "PT": (4,),
    "MT": (3,),
    "PR": (5,),
}
# What people put before a postcode where it is not the country's two letters: the sign on its cars.
_CAR_SIGNS = {"AT": "A", "BE": "B", "DE": "D", "ES": "E", "FI": "FIN", "FR": "F", "HU": "H", "IT": "I", "LI": "FL"}
_CAR_SIGNS |= {"LU": "L", "NO": "N", "PT": "P", "SE": "S", "SI": "SLO"}
COUNTRIES_OF_SIGNS = {sign: country for country, sign in _CAR_SIGNS.items()}
_OUTWARD_CODE_COUNTRIES = frozenset({"GB", "GG", "JE", "IM"})
_DIGITS: dict[str, int] = {
    "US": 5,
    "PR": 5,
    "DE": 5,
    "FR": 5,
    "IT": 5,
    "ES": 5,
    "EE": 5,
    "FI": 5,
    "HR": 5,
    "SE": 5,
    "CZ": 5,
    "SK": 5,
    "LT": 5,
    "PL": 5,
    "RO": 6,
    "BG": 4,
    "NO": 4,
}


@lru_cache(maxsize=65_536)  # one name is looked up as a town, as an area and as a state
def fold_place_name(name: str) -> str:
    """Return the key of a place name: lower case, no accents, apostrophes or doubled spaces.

    Parameters
    ----------
    name : str
        A place name in any spelling, such as ``'s-Gravenhage`` or ``Den  HAAG``.

    Returns
    -------
    str
        The key, such as ``s gravenhage`` or ``den haag``; empty when nothing is left.
    """
    if name.isascii():
        words = name.lower().translate(_ASCII).split()
    else:
        folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
        kept = (
            char if char.isalnum() else " "
            for char in folded
            if char not in _APOSTROPHES and not unicodedata.combining(char)
        )
        words = "".join(kept).split()
    return " ".join("st" if word in _SAINT else word for word in words)


def normalise_postcode(postcode: str, country: str) -> str:
    """Return the key of a postcode: capitals and digits only, leading zeros restored, country prefix dropped.

    Parameters
    ----------
    postcode : str
        As people write it: ``1011 ab``, ``L-1234``, ``2138`` for a ZIP code of Massachusetts.
    country : str
        ISO 3166 alpha-2.

    Returns
    -------
    str
        Such as ``1011AB``, ``1234`` or ``02138``.
    """
    key = _CEDEX.sub("", _NO_SIGN.sub("", postcode.upper()))
    if country not in _OUTWARD_CODE_COUNTRIES:
        for prefix in (country, _CAR_SIGNS.get(country, country)):
            if key.startswith(prefix) and key[len(prefix) :][:1].isdigit():
                key = key[len(prefix) :]
    if country in ("US", "PR") and len(key) > 5 and key.isdigit():
        key = key.zfill(9)[:5]  # ZIP+4
    width = _DIGITS.get(country)
    if width and key.isdigit() and width - 2 <= len(key) < width:
        key = key.zfill(width)  # a spreadsheet took the zeros
    return key


def postcode_areas(key: str, country: str) -> tuple[str, ...]:
    """Keys to try for a normalised postcode, finest first.

    ``1011AB`` gives ``1011AB`` and ``1011`` in the Netherlands, ``BS32BN`` gives ``BS32BN`` and ``BS3`` in
    Great Britain.

    Parameters
    ----------
    key : str
        Normalised postcode.
    country : str
        ISO 3166 alpha-2.
    """
    if country in _OUTWARD_CODE_COUNTRIES and len(key) >= 5:
        return key, key[:-3]
    shorter = tuple(key[:length] for length in _AREA_LENGTHS.get(country, ()) if len(key) > length)
    return (key, *shorter)
