"""geopy on both sides: the shipped gazetteer as one of its geocoders, and any of its geocoders as a locator."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geopy.exc import ConfigurationError, GeocoderNotFound, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from matcher.errors import GeocoderError, nearest
from matcher.messages import Message
from matcher.places.geocoders.base import Address, GazetteerLocator, Place

USER_AGENT = "matcher (partner matching for foundations)"


class GazetteerGeocoder(GazetteerLocator, Geocoder):  # type: ignore[misc]
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
        Geocoder.__init__(self, scheme="https", timeout=1)
        GazetteerLocator.__init__(self, default_country)

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
        if isinstance(query, str):
            address = Address(self.default_country, None, query)
        else:
            address = Address(query.get("country") or self.default_country, query.get("postcode"), query.get("city"))
        [found] = self.locate([address])
        if found is None:
            return None
        shown = query if isinstance(query, str) else ", ".join(str(part) for part in query.values() if part)
        location = Location(
            shown, (found.latitude, found.longitude, 0.0), {"placed_by": found.placed_by, "ambiguous": found.ambiguous}
        )
        return location if exactly_one else [location]


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
                    Message(
                        "geocoder '{name}' does not answer ({error_type}). Check the network, or leave out --geocoder to use the shipped gazetteer",
                        name=self.name,
                        error_type=type(error).__name__,
                    )
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


def geopy_geocoder(name: str) -> Geocoder:
    """Return the geopy geocoder of a name, such as ``nominatim``.

    Raises
    ------
    GeocoderError
        When geopy knows no such geocoder, or it wants a key.
    """
    try:
        return get_geocoder_for_service(name)(user_agent=USER_AGENT)
    except GeocoderNotFound:
        names = ["gazetteer", *sorted(SERVICE_TO_GEOCODER)]
        raise GeocoderError(
            Message(
                "there is no geocoder '{name}'{hint} (known: {names})",
                name=name,
                hint=nearest(name, names),
                names=", ".join(names),
            )
        ) from None
    except (TypeError, ConfigurationError) as error:
        raise GeocoderError(
            Message(
                "geocoder '{name}' cannot be started by its name alone ({error}). Make it in Python and pass it to PartnerMatcher(geocoder=...)",
                name=name,
                error=error,
            )
        ) from None
