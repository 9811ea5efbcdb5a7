"""Areas that people name as a place, and spellings of states and provinces: the data of ``areas.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matcher.places.names import fold_place_name

AREAS_FILE = Path(__file__).with_name("areas.toml")
MUNICIPALITY, REGION, STATE = "municipality", "region", "state"


@dataclass(frozen=True)
class Area:
    """Area without a place of its own in the gazetteer.

    Attributes
    ----------
    kind : {"municipality", "region", "state"}
    towns : tuple of str
        Keys of towns in the area; those of a state are all that the gazetteer has there.
    """

    kind: str
    towns: tuple[str, ...]


@cache
def _areas_file() -> dict[str, Any]:
    return tomllib.loads(AREAS_FILE.read_text(encoding="utf-8"))


@cache
def _states(country: str) -> dict[str, str]:
    states = _areas_file()["states"].get(country, {})
    return {fold_place_name(spelling): state for state, others in states.items() for spelling in (state, *others)}


@cache
def _areas(country: str) -> dict[str, Area]:
    sections = ((REGION, "regions"), (MUNICIPALITY, "municipalities"))
    return {
        fold_place_name(name): Area(kind, tuple(map(fold_place_name, towns)))
        for kind, section in sections
        for name, towns in _areas_file()[section].get(country, {}).items()
    }


@cache
def _short_names(country: str) -> dict[str, str]:
    towns = _areas_file()["towns"].get(country, {})
    return {fold_place_name(short): town for town, others in towns.items() for short in others}


def full_name(name: str, country: str) -> str:
    """Name of a town that people write for short, as in ``A'dam``; any other name as it is.

    Parameters
    ----------
    name : str
    country : str
        ISO 3166 alpha-2.
    """
    return _short_names(country).get(fold_place_name(name), name)


def overseas(country: str) -> tuple[str, ...]:
    """Countries in which a place is looked for too: the Caribbean Netherlands for ``NL``."""
    return tuple(_areas_file()["overseas"].get(country, ()))


def state_key(text: str, country: str) -> str:
    """Folded name of a state or province: one form for all its spellings.

    Parameters
    ----------
    text : str
        Such as ``ME``, ``Maine`` or ``Gld.``; what is no known spelling is only folded.
    country : str
        ISO 3166 alpha-2.
    """
    folded = fold_place_name(text).removeprefix("provincie ").removeprefix("prov ")
    return _states(country).get(folded, folded)


def is_state(text: str, country: str) -> bool:
    """Whether a text is a known name or code of a state or province.

    Parameters
    ----------
    text : str
    country : str
        ISO 3166 alpha-2.
    """
    return fold_place_name(text) in _states(country)


def state_label(state: str, country: str) -> str:
    """Name of a state to show: the first spelling of its line that is no code, else its folded name with capitals.

    Parameters
    ----------
    state : str
        Folded name, as in the gazetteer.
    country : str
        ISO 3166 alpha-2.
    """
    key = state_key(state, country)
    spellings = _areas_file()["states"].get(country, {}).get(key, [])
    return next((text for text in spellings if len(text) > 4), key.title())


def area_of(name: str, country: str) -> Area | None:
    """Municipality, region or state of a name; None where it is none of them.

    Parameters
    ----------
    name : str
    country : str
        ISO 3166 alpha-2.

    Examples
    --------
    >>> area_of("Haarlemmermeer", "NL").kind, area_of("Gelderland", "NL").kind, area_of("Delft", "NL")
    ('municipality', 'state', None)
    """
    folded = fold_place_name(name)
    if folded in _areas(country):
        return _areas(country)[folded]
    # A code of one or two letters is a state behind a town only, not a place by itself.
    if len(folded) > 3 and state_key(name, country) in _states(country):
        return Area(STATE, ())
    return None
