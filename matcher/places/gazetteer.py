"""The shipped gazetteer: postcodes and place names of GeoNames (CC BY 4.0) with coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

GAZETTEER_FILE = Path(__file__).with_name("gazetteer.parquet")
_SCALE = 1e-4  # the file holds whole ten-thousandths of a degree


@dataclass(frozen=True)
class Entries:
    """Entries of one kind in some countries: a position by key, coordinates by position.

    Attributes
    ----------
    position : dict of (str, str) to int
        By country and key; the likeliest where several places have one name.
    others : dict of (str, str) to list of int
        The further places of that name.
    latitude, longitude : ndarray of shape (n,), float64
        Degrees.
    ambiguous : ndarray of shape (n,), bool
        Another place of that name, not much smaller, lies elsewhere in the country.
    """

    position: dict[tuple[str, str], int]
    others: dict[tuple[str, str], list[int]]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    ambiguous: npt.NDArray[np.bool_]


class Gazetteer:
    """Postcodes and place names, read country by country when they are asked for.

    Parameters
    ----------
    countries : iterable of str
        ISO 3166 alpha-2 of the countries to load; those that the file does not have are no error, nothing is
        found there.
    path : Path
        The Parquet file.
    """

    def __init__(self, countries: Iterable[str], path: Path = GAZETTEER_FILE) -> None:
        self.countries = tuple(sorted(set(countries)))
        self.path = path

    @cached_property
    def postcodes(self) -> Entries:
        """Entries by normalised postcode."""
        return self._load("postcode")

    @cached_property
    def places(self) -> Entries:
        """Entries by folded place name."""
        return self._load("place")

    def _load(self, kind: str) -> Entries:
        import pyarrow.parquet as pq

        table = pq.read_table(
            self.path,
            columns=["country", "key", "latitude", "longitude", "ambiguous"],
            filters=[("country", "in", list(self.countries) or ["-"]), ("kind", "=", kind)],
        )
        countries, keys = table["country"].to_pylist(), table["key"].to_pylist()
        position: dict[tuple[str, str], int] = {}
        others: dict[tuple[str, str], list[int]] = {}
        for index, pair in enumerate(zip(countries, keys, strict=True)):
            if position.setdefault(pair, index) != index:
                others.setdefault(pair, []).append(index)
        return Entries(
            position,
            others,
            table["latitude"].to_numpy() * _SCALE,
            table["longitude"].to_numpy() * _SCALE,
            table["ambiguous"].to_numpy(zero_copy_only=False),
        )

    @cached_property
    def boxes(self) -> dict[str, tuple[float, float, float, float]]:
        """South, north, west and east of each country's entries, in degrees."""
        entries = self.places
        rows: dict[str, list[int]] = {}
        for (country, _), index in entries.position.items():
            rows.setdefault(country, []).append(index)
        return {
            country: (
                float(entries.latitude[index].min()),
                float(entries.latitude[index].max()),
                float(entries.longitude[index].min()),
                float(entries.longitude[index].max()),
            )
            for country, index in rows.items()
        }


@lru_cache(maxsize=8)
def gazetteer_of(countries: frozenset[str]) -> Gazetteer:
    """Return the gazetteer of some countries, read once a process."""
    return Gazetteer(countries)
