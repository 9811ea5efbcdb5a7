"""Postcodes of other countries: a handful of known places, and every British district against its post town."""

from __future__ import annotations

import re

import numpy as np
import pytest

from matcher.places.distance import aligned_km, pairwise_km, unit_sphere
from matcher.places.gazetteer import Gazetteer
from matcher.places.geocoders.base import Address, GazetteerLocator, city_places, coordinates

# Country, postcode, latitude, longitude, place: general knowledge, good to some kilometres. Islands, headlands and
# codes of small places far from the codes around them are where a rule for slips in the source may do harm.
KNOWN = [
    ("AT", "1010", 48.21, 16.37, "Vienna"),
    ("BE", "1000", 50.85, 4.35, "Brussels"),
    ("BE", "9000", 51.05, 3.72, "Ghent"),
    ("CA", "K1A 0B1", 45.42, -75.70, "Ottawa"),
    ("CA", "V4T 1A1", 49.86, -119.60, "West Kelowna"),
    ("CA", "V4V 1A1", 50.03, -119.41, "Lake Country"),
    ("CH", "8001", 47.37, 8.54, "Zurich"),
    ("DE", "10115", 52.53, 13.38, "Berlin"),
    ("DE", "80331", 48.14, 11.57, "Munich"),
    ("DK", "1050", 55.68, 12.59, "Copenhagen"),
    ("ES", "28001", 40.42, -3.69, "Madrid"),
    ("ES", "07872", 38.67, 1.57, "Formentera"),
    ("ES", "38915", 27.77, -17.96, "El Hierro"),
    ("FI", "00100", 60.17, 24.93, "Helsinki"),
    ("FR", "75008", 48.87, 2.31, "Paris"),
    ("FR", "09800", 42.93, 0.99, "Castillon-en-Couserans"),
    ("FR", "31110", 42.79, 0.59, "Bagnères-de-Luchon"),
    ("FR", "59740", 50.18, 4.09, "Solre-le-Château"),
    ("GB", "BS3 2BN", 51.44, -2.60, "Bristol"),
    ("GB", "M1 1AE", 53.48, -2.24, "Manchester"),
    ("GB", "DT5 1AA", 50.55, -2.44, "Isle of Portland"),
    ("GB", "FY5 1AA", 53.87, -3.02, "Thornton-Cleveleys"),
    ("GB", "HS8 5AA", 57.20, -7.35, "South Uist"),
    ("GB", "IM8 1AA", 54.32, -4.38, "Ramsey"),
    ("GB", "JE2 3AB", 49.19, -2.10, "Saint Helier"),
    ("GB", "LU1 1AA", 51.88, -0.42, "Luton"),
    ("GB", "ML6 6AA", 55.87, -3.98, "Airdrie"),
    ("GB", "SR2 7AA", 54.89, -1.37, "Sunderland"),
    ("GB", "SR7 7AA", 54.84, -1.35, "Seaham"),
    ("GB", "TR22 0PL", 49.89, -6.34, "St Agnes, Scilly"),
    ("GB", "ZE2 9AA", 60.30, -1.30, "Shetland"),
    ("IE", "D02 X285", 53.34, -6.25, "Dublin"),
    ("IT", "00118", 41.89, 12.51, "Rome"),
    ("LU", "L-1234", 49.60, 6.14, "Luxembourg"),
    ("NO", "8063", 67.66, 12.68, "Værøy"),
    ("PT", "1000-001", 38.72, -9.14, "Lisbon"),
    ("SE", "111 22", 59.33, 18.06, "Stockholm"),
    ("SI", "1000", 46.05, 14.51, "Ljubljana"),
    ("US", "2138", 42.38, -71.12, "Cambridge, Massachusetts"),
    ("US", "10001", 40.75, -74.00, "New York"),
    ("US", "23488", 37.95, -75.60, "Withams, Virginia"),
    ("US", "85086", 33.82, -112.10, "Phoenix, far north"),
    ("US", "99501", 61.22, -149.86, "Anchorage"),
]
KNOWN_KM = 30.0

# The post town that each British postcode area is named after: a royal mail matter, not one of this gazetteer.
POST_TOWNS = dict(
    pair.split("=")
    for pair in [
        "AB=Aberdeen",
        "AL=St_Albans",
        "B=Birmingham",
        "BA=Bath",
        "BB=Blackburn",
        "BD=Bradford",
        "BH=Bournemouth",
        "BL=Bolton",
        "BN=Brighton",
        "BR=Bromley",
        "BS=Bristol",
        "BT=Belfast",
        "CA=Carlisle",
        "CB=Cambridge",
        "CF=Cardiff",
        "CH=Chester",
        "CM=Chelmsford",
        "CO=Colchester",
        "CR=Croydon",
        "CT=Canterbury",
        "CV=Coventry",
        "CW=Crewe",
        "DA=Dartford",
        "DD=Dundee",
        "DE=Derby",
        "DG=Dumfries",
        "DH=Durham",
        "DL=Darlington",
        "DN=Doncaster",
        "DT=Dorchester",
        "DY=Dudley",
        "E=London",
        "EC=London",
        "EH=Edinburgh",
        "EN=Enfield",
        "EX=Exeter",
        "FK=Falkirk",
        "FY=Blackpool",
        "G=Glasgow",
        "GL=Gloucester",
        "GU=Guildford",
        "HA=Harrow",
        "HD=Huddersfield",
        "HG=Harrogate",
        "HP=Hemel_Hempstead",
        "HR=Hereford",
        "HS=Stornoway",
        "HU=Hull",
        "HX=Halifax",
        "IG=Ilford",
        "IP=Ipswich",
        "IV=Inverness",
        "KA=Kilmarnock",
        "KT=Kingston_upon_Thames",
        "KW=Kirkwall",
        "KY=Kirkcaldy",
        "L=Liverpool",
        "LA=Lancaster",
        "LD=Llandrindod_Wells",
        "LE=Leicester",
        "LL=Llandudno",
        "LN=Lincoln",
        "LS=Leeds",
        "LU=Luton",
        "M=Manchester",
        "ME=Rochester",
        "MK=Milton_Keynes",
        "ML=Motherwell",
        "N=London",
        "NE=Newcastle_upon_Tyne",
        "NG=Nottingham",
        "NN=Northampton",
        "NP=Newport",
        "NR=Norwich",
        "NW=London",
        "OL=Oldham",
        "OX=Oxford",
        "PA=Paisley",
        "PE=Peterborough",
        "PH=Perth",
        "PL=Plymouth",
        "PO=Portsmouth",
        "PR=Preston",
        "RG=Reading",
        "RH=Redhill",
        "RM=Romford",
        "S=Sheffield",
        "SA=Swansea",
        "SE=London",
        "SG=Stevenage",
        "SK=Stockport",
        "SL=Slough",
        "SM=Sutton",
        "SN=Swindon",
        "SO=Southampton",
        "SP=Salisbury",
        "SR=Sunderland",
        "SS=Southend-on-Sea",
        "ST=Stoke-on-Trent",
        "SW=London",
        "SY=Shrewsbury",
        "TA=Taunton",
        "TD=Galashiels",
        "TF=Telford",
        "TN=Tonbridge",
        "TQ=Torquay",
        "TR=Truro",
        "TS=Middlesbrough",
        "TW=Twickenham",
        "UB=Southall",
        "W=London",
        "WA=Warrington",
        "WC=London",
        "WD=Watford",
        "WF=Wakefield",
        "WN=Wigan",
        "WR=Worcester",
        "WS=Walsall",
        "WV=Wolverhampton",
        "YO=York",
        "ZE=Lerwick",
    ]
)
AREA_KM = 105.0
WIDE_AREAS = {"BT": 130.0, "HS": 160.0, "IV": 150.0, "KW": 135.0, "PA": 175.0, "PH": 210.0}  # Ulster, the Highlands


@pytest.fixture(scope="module")
def geocoder() -> GazetteerLocator:
    return GazetteerLocator()


@pytest.mark.parametrize("country", sorted({country for country, *_ in KNOWN}))
def test_known_places_are_where_they_are(geocoder: GazetteerLocator, country: str) -> None:
    rows = [row for row in KNOWN if row[0] == country]
    found = coordinates(geocoder.locate([Address(country, postcode) for _, postcode, *_ in rows]))
    km = aligned_km(
        unit_sphere([row[2] for row in rows], [row[3] for row in rows]), unit_sphere(found[:, 0], found[:, 1])
    )
    wrong = {f"{row[1]} {row[4]}": round(float(off)) for row, off in zip(rows, km, strict=True) if not off <= KNOWN_KM}
    assert not wrong, f"km off (nan: not found): {wrong}"


def test_every_british_district_lies_around_its_post_town(geocoder: GazetteerLocator) -> None:
    gazetteer = Gazetteer({"GB"})
    districts: dict[str, list[str]] = {}
    for key in gazetteer.postcodes.position["GB"]:
        letters = re.match(r"[A-Z]+", key)
        assert letters is not None, key
        districts.setdefault(letters[0], []).append(key)
    assert set(POST_TOWNS) <= set(districts)
    wrong: dict[str, int] = {}
    for area, town in POST_TOWNS.items():
        towns = coordinates(list(city_places(gazetteer, "GB", town.replace("_", " "))))
        assert len(towns), town
        points = coordinates(geocoder.locate([Address("GB", key) for key in districts[area]]))
        km = pairwise_km(unit_sphere(points[:, 0], points[:, 1]), unit_sphere(towns[:, 0], towns[:, 1])).min(axis=1)
        far = km > WIDE_AREAS.get(area, AREA_KM)
        wrong |= {key: round(float(off)) for key, off in zip(np.array(districts[area])[far], km[far], strict=True)}
    assert not wrong, f"km from the post town: {wrong}"
