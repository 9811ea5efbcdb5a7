"""The shipped gazetteer: postcodes and place names of GeoNames (CC BY 4.0) with coordinates."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.places.areas import overseas
from matcher.places.names import fold_place_name

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

GAZETTEER_FILE = Path(__file__).with_name("gazetteer.parquet")
_COLUMNS = ("key", "latitude", "longitude", "ambiguous", "state")
_SCALE = 1e-4  # the file holds whole ten-thousandths of a degree


@dataclass(frozen=True)
class Entries:
    """Entries of one kind in some countries: a position by key, coordinates by position.

    Attributes
    ----------
    position : dict of str to dict of str to int
        By country, then by key; the likeliest where several places have one name.
    others : dict of (str, str) to list of int
        The further places of that name.
    latitude, longitude : ndarray of shape (n,), float64
        Degrees.
    ambiguous : ndarray of shape (n,), bool
        Another place of that name, not much smaller, lies elsewhere in the country.
    state : ndarray of shape (n,), str
        Folded name of the state or province; empty where it is not known.
    """

    position: dict[str, dict[str, int]]
    others: dict[tuple[str, str], list[int]]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    ambiguous: npt.NDArray[np.bool_]
    state: npt.NDArray[np.object_]

    def rows(self, country: str, name: str) -> list[int]:
        """Positions of all places of a name, the likeliest first.

        Parameters
        ----------
        country : str
            ISO 3166 alpha-2.
        name : str
            In any spelling.
        """
        key = fold_place_name(name)
        index = self.position.get(country, {}).get(key)
        return [] if index is None else [index, *self.others.get((country, key), [])]

    def of_state(self, country: str, state: str) -> list[int]:
        """Positions of the places in a state.

        Parameters
        ----------
        country : str
            ISO 3166 alpha-2.
        state : str
            Its folded name.
        """
        return [index for index in self.position.get(country, {}).values() if self.state[index] == state]


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
        self.countries = frozenset(countries)
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
        table = self._rows(kind)
        countries, keys = (table[name].to_numpy(zero_copy_only=False).astype(object) for name in ("country", "key"))
        position: dict[str, dict[str, int]] = {}
        others: dict[tuple[str, str], list[int]] = {}
        for country in self.countries:
            rows = np.flatnonzero(countries == country).tolist()
            found = position[country] = dict[str, int]()
            for name, row in zip(keys[rows].tolist(), rows, strict=True):
                if found.setdefault(name, row) != row:
                    others.setdefault((country, name), []).append(row)
        return Entries(
            position,
            others,
            table["latitude"].to_numpy() * _SCALE,
            table["longitude"].to_numpy() * _SCALE,
            table["ambiguous"].to_numpy(zero_copy_only=False),
            table["state"].to_numpy(zero_copy_only=False),
        )

    def _rows(self, kind: str) -> pa.Table:
        """Return the rows of one kind, in the order of the file.

        Row groups are picked by their bounds: a scan of a data set of one file takes ten times longer to set up.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.path) as file:
            groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
            wanted = [
                number
                for number, group in enumerate(groups)
                if any(_may_hold(group, "country", country) for country in self.countries)
                and _may_hold(group, "kind", kind)
            ]
            table = file.read_row_groups(wanted, columns=["country", "kind", *_COLUMNS])
        is_wanted = pc.is_in(table["country"], value_set=pa.array(sorted(self.countries), pa.string()))
        return table.filter(pc.and_(is_wanted, pc.equal(table["kind"], kind)))

    @cached_property
    def boxes(self) -> dict[str, tuple[float, float, float, float]]:
        """South, north, west and east of each country's entries, in degrees."""
        entries = self.places
        rows = {country: list(of.values()) for country, of in entries.position.items() if of}
        return {
            country: (
                float(entries.latitude[index].min()),
                float(entries.latitude[index].max()),
                float(entries.longitude[index].min()),
                float(entries.longitude[index].max()),
            )
            for country, index in rows.items()
        }


def _may_hold(group: pq.RowGroupMetaData, column: str, value: str) -> bool:
    """Return whether a value lies within the bounds of a column of a row group; without bounds it may."""
    chunk = next(
        group.column(place) for place in range(group.num_columns) if group.column(place).path_in_schema == column
    )
    bounds = chunk.statistics
    return bounds is None or not bounds.has_min_max or bounds.min <= value <= bounds.max


_loaded = [Gazetteer(())]
_lock = threading.Lock()


def gazetteer_of(countries: frozenset[str]) -> Gazetteer:
    """Gazetteer with some countries, the islands overseas of each, and all that were asked for before in this process."""
    with _lock:
        if not countries <= _loaded[0].countries:
            _loaded[0] = Gazetteer(_loaded[0].countries.union(countries, *map(overseas, countries)))
        return _loaded[0]
