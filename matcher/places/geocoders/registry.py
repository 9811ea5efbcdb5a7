"""Locators by name, and from geocoders that users pass."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.messages import Message
from matcher.places.geocoders.base import ANSWERS_FILE, GazetteerLocator, Locator
from matcher.plugins import GEOCODERS, load_plugins

if TYPE_CHECKING:
    from geopy.geocoders.base import Geocoder

logger = logging.getLogger("matcher")

GAZETTEER = "gazetteer"


def make_locator(name: str, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Locator by name.

    Parameters
    ----------
    name : str
        ``gazetteer``, a geocoder of another package (entry point ``matcher.geocoders``: a locator or a geopy geocoder,
        or a class or function that makes one without arguments), or one of geopy, such as ``nominatim``.
    default_country : str
        ISO 3166 alpha-2, for addresses without a country.
    cache_folder : Path or None
        Folder in which the answers of online geocoders are kept.

    Raises
    ------
    GeocoderError
        When geopy has no such geocoder, or it needs a key.
    PluginError
        When the geocoder of another package cannot be loaded.
    """
    if name == GAZETTEER:
        return GazetteerLocator(default_country)
    plugin = load_plugins(GEOCODERS, (GAZETTEER,)).get(name)
    if plugin is not None:
        is_ready = not isinstance(plugin, type) and (hasattr(plugin, "locate") or hasattr(plugin, "geocode"))
        return as_locator(plugin if is_ready else plugin(), default_country)
    # geopy imports its network clients, which runs without an online geocoder do not need.
    from matcher.places.geocoders.geopy import GeopyLocator, geopy_geocoder

    geocoder = geopy_geocoder(name)
    logger.warning(Message("geocoder '{name}' goes online: addresses are sent to it", name=name))
    return GeopyLocator(geocoder, name, None if cache_folder is None else cache_folder / ANSWERS_FILE)


def as_locator(geocoder: str | Geocoder | Locator, default_country: str, cache_folder: Path | None = None) -> Locator:
    """Locator from a name, a geopy geocoder or a locator.

    Parameters
    ----------
    geocoder : str, geopy Geocoder or Locator
    default_country : str
        ISO 3166 alpha-2, for addresses without a country.
    cache_folder : Path or None
        Folder in which the answers of online geocoders are kept.
    """
    if isinstance(geocoder, str):
        return make_locator(geocoder, default_country, cache_folder)
    if hasattr(geocoder, "locate"):
        return geocoder
    from matcher.places.geocoders.geopy import GeopyLocator

    return GeopyLocator(geocoder, type(geocoder).__name__)
