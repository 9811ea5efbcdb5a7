#!/bin/sh
# DuckDB 1.5.5 with its extension spatial 1.5.5, on Python 3.11.
#
# ST_Distance_Sphere and ST_Distance_Spheroid take the first coordinate of a point as its latitude. A point that
# ST_GeomFromGeoJSON has read holds the longitude first, as GeoJSON lays down, so the two together give a wrong distance
# and no warning: 120 km instead of 75 from Amsterdam to Apeldoorn. Swapped by ST_FlipCoordinates it is right.
#
# One would guess that functions of one extension agree on the order of coordinates, and that of PostGIS, whose
# functions of these names take longitude first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.5 duckdb-extension-spatial==1.5.5
"$folder/venv/bin/python" - <<'PYTHON'
import math
from pathlib import Path

import duckdb
import duckdb_extension_spatial

AMSTERDAM, APELDOORN = (4.9041, 52.3676), (5.9699, 52.2112)


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (east, north), (east_2, north_2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((north_2 - north) / 2) ** 2
    half += math.cos(north) * math.cos(north_2) * math.sin((east_2 - east) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


connection = duckdb.connect()
extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
connection.execute(f"LOAD '{extension}'")
points = ['{"type": "Point", "coordinates": [%s, %s]}' % point for point in (AMSTERDAM, APELDOORN)]
true = great_circle_km(AMSTERDAM, APELDOORN)
print(f"great circle, worked out here: {true:.1f} km")
for function in ("ST_Distance_Sphere", "ST_Distance_Spheroid"):
    as_read, flipped = (
        connection.execute(
            f"SELECT {function}({change}(ST_GeomFromGeoJSON(?)), {change}(ST_GeomFromGeoJSON(?))) / 1000", points
        ).fetchone()[0]
        for change in ("", "ST_FlipCoordinates")
    )
    print(f"{function}: {as_read:.1f} km as read, {flipped:.1f} km with coordinates flipped")
    assert abs(flipped - true) < 1
    assert as_read > 1.5 * true, "longitude first gives the right distance now"
PYTHON
