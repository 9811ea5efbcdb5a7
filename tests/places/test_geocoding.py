"""Names and postcodes in many spellings, the geopy interface, and any other geopy geocoder behind a locator."""

from __future__ import annotations

import logging
import sqlite3
import time
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import pytest
from geopy.exc import GeocoderQuotaExceeded, GeocoderServiceError, GeocoderTimedOut, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from matcher.errors import GeocoderError, MatcherError
from matcher.places.areas import AREAS_FILE
from matcher.places.distance import aligned_km, unit_sphere
from matcher.places.gazetteer import gazetteer_of
from matcher.places.geocoders.base import Address, GazetteerLocator, Place, coordinates
from matcher.places.geocoders.geopy import GazetteerGeocoder, GeopyLocator
from matcher.places.geocoders.registry import as_locator, make_locator
from matcher.places.names import fold_place_name, normalise_postcode, postcode_areas


@pytest.fixture(scope="module")
def gazetteer_geocoder() -> GazetteerGeocoder:
    return GazetteerGeocoder()


def km_off(place: Place | None, latitude: float, longitude: float) -> float:
    assert place is not None
    return float(aligned_km(unit_sphere([place.latitude], [place.longitude]), unit_sphere([latitude], [longitude]))[0])


# --- names of places ---------------------------------------------------------------------------------------------

THE_HAGUE, LEEUWARDEN, SNEEK = (52.08, 4.31), (53.20, 5.80), (53.03, 5.66)
DEN_BOSCH, CAPELLE, IJMUIDEN = (51.69, 5.30), (51.93, 4.58), (52.46, 4.62)
SPELLINGS = [
    *((name, THE_HAGUE) for name in ("Den Haag", "'s-Gravenhage", "The Hague", "DEN HAAG", "den  haag ", "Den-Haag")),
    *((name, THE_HAGUE) for name in ("’s-Gravenhage", "`s Gravenhage", "s-gravenhage", "Den Haag (ZH)")),
    *((name, LEEUWARDEN) for name in ("Leeuwarden", "Ljouwert", "LJOUWERT", "leeuwarden, Friesland")),
    *((name, SNEEK) for name in ("Sneek", "Snits", "snits")),
    *((name, DEN_BOSCH) for name in ("Den Bosch", "'s-Hertogenbosch", "’S-HERTOGENBOSCH", "Bois-le-Duc")),
    *((name, CAPELLE) for name in ("Capelle aan den IJssel", "Capelle a/d IJssel", "CAPELLE AAN DEN IJSSEL")),
    *((name, IJMUIDEN) for name in ("IJmuiden", "Ijmuiden", "Ĳmuiden")),
]


@pytest.mark.parametrize("name, where", SPELLINGS, ids=[name for name, _ in SPELLINGS])
def test_dutch_places_are_found_in_every_spelling(
    gazetteer_geocoder: GazetteerGeocoder, name: str, where: tuple[float, float]
) -> None:
    [place] = gazetteer_geocoder.locate([Address("NL", city=name)])
    assert km_off(place, *where) < 4
    assert place is not None
    assert place.placed_by == "city"


@pytest.mark.parametrize(
    "country, names, latitude, longitude",
    [
        ("BE", ("Liège", "Liege", "LIÈGE", "Luik", "Lie\u0300ge"), 50.63, 5.57),
        ("DE", ("München", "Munchen", "Muenchen", "MÜNCHEN", "Munich"), 48.14, 11.58),
        ("PL", ("Łódź", "Lodz", "łódź"), 51.77, 19.46),
        ("DK", ("København", "Kobenhavn", "Copenhagen"), 55.68, 12.57),
        ("CH", ("Genève", "Geneve", "Genf", "Geneva"), 46.20, 6.14),
        ("CA", ("Montréal", "montreal"), 45.51, -73.57),
        ("US", ("St. Louis", "Saint Louis", "St Louis", "Saint Louis, MO"), 38.63, -90.20),
    ],
)
def test_accents_and_exonyms_make_no_difference(
    gazetteer_geocoder: GazetteerGeocoder, country: str, names: tuple[str, ...], latitude: float, longitude: float
) -> None:
    places = gazetteer_geocoder.locate([Address(country, city=name) for name in names])
    assert [name for name, place in zip(names, places, strict=True) if place is None] == []
    assert all(km_off(place, latitude, longitude) < 10 for place in places)
    assert len({(place.latitude, place.longitude) for place in places if place}) == 1


def test_a_name_is_looked_for_in_its_own_country(gazetteer_geocoder: GazetteerGeocoder) -> None:
    dutch, canadian, nowhere = gazetteer_geocoder.locate(
        [Address("NL", city="Delft"), Address("CA", city="London"), Address("ZZ", city="London")]
    )
    assert km_off(dutch, 52.01, 4.36) < 5
    assert km_off(canadian, 42.98, -81.25) < 15
    assert nowhere is None


def test_names_have_one_key_in_every_spelling() -> None:
    assert fold_place_name("'s-Gravenhage") == fold_place_name("’S  GRAVENHAGE") == "s gravenhage"
    assert fold_place_name("Sint-Niklaas") == fold_place_name("St. Niklaas") == fold_place_name("saint niklaas")
    assert fold_place_name(" - ") == ""


DEN_HAM_GN, DEN_HAM_OV, BERGEN_L, HOORN_T = (53.27, 6.44), (52.46, 6.50), (51.60, 6.05), (53.40, 5.34)
PORTLAND_ME, UTRECHT, HOOFDDORP, CAMBRIDGE = (43.66, -70.26), (52.09, 5.12), (52.30, 4.69), (42.36, -71.10)


@pytest.mark.parametrize(
    "address, where",
    [
        (Address("NL", city="Den Ham (Gn)"), DEN_HAM_GN),
        (Address("NL", city="Den Ham, Groningen"), DEN_HAM_GN),
        (Address("NL", city="Den Ham Gn"), DEN_HAM_GN),
        (Address("NL", city="Den Ham", state="Groningen"), DEN_HAM_GN),
        (Address("NL", city="Den Ham gem. Twenterand"), DEN_HAM_OV),
        (Address("NL", city="Hoorn (Terschelling)"), HOORN_T),
        (Address("NL", city="Bergen, Limburg"), BERGEN_L),
        (Address("NL", city="Bergen (L)"), BERGEN_L),
        (Address("US", city="Portland, ME"), PORTLAND_ME),
        (Address("US", city="Portland Maine"), PORTLAND_ME),
        (Address("US", city="Portland", state="me"), PORTLAND_ME),
        (Address("US", city="Portland, ME 04101"), PORTLAND_ME),
        (Address("US", city="77 Massachusetts Ave, Cambridge, MA 02139-4307"), CAMBRIDGE),
        (Address("US", postcode="MA 02139"), CAMBRIDGE),
        (Address("NL", city="3512 AA Utrecht"), UTRECHT),
        (Address("NL", postcode="Domstraat 1, 3512 JB Utrecht"), UTRECHT),
        (Address("NL", postcode="Utrecht (Overvecht)"), UTRECHT),
        (Address("NL", address="Domstraat 1, 3512 JB Utrecht"), UTRECHT),
        (Address("NL", address="Domstraat 1, Utrecht"), UTRECHT),
        (Address("NL", city="Utrecht e.o."), UTRECHT),
        (Address("NL", city="gemeente Utrecht"), UTRECHT),
        (Address("BE", city="Hoogstraat 12, 1000 Brussel"), (50.85, 4.35)),
        (Address("BE", city="Hoogstraat 12 1000 Brussel"), (50.85, 4.35)),
        (Address("DE", postcode="10115 Berlin"), (52.53, 13.38)),
        (Address("NL", city="Amsterdam-Noord"), (52.37, 4.89)),
        (Address("NL", city="Haarlemmermeer"), HOOFDDORP),
        (Address("NL", city="Texel"), (53.07, 4.78)),
        (Address("NL", city="Bonaire"), (12.15, -68.27)),
        (Address("NL", city="Kralendijk"), (12.15, -68.27)),
        (Address("IN", city="Mumbai"), (19.07, 72.88)),
        (Address("KE", city="Nairobi"), (-1.28, 36.82)),
    ],
    ids=str,
)
def test_what_people_write_in_a_cell_is_read_as_a_place(
    gazetteer_geocoder: GazetteerGeocoder, address: Address, where: tuple[float, float]
) -> None:
    [place] = gazetteer_geocoder.locate([address])
    assert place is not None
    assert km_off(place, *where) < 6
    assert not place.ambiguous
    assert not place.misfit


def test_a_number_without_a_place_beside_it_is_no_postcode(gazetteer_geocoder: GazetteerGeocoder) -> None:
    assert gazetteer_geocoder.locate([Address("BE", city="Stationsstraat 1000"), Address("NL", city="Nergens 1")]) == [
        None,
        None,
    ]


def test_a_qualifier_that_does_not_fit_is_kept_with_the_place(gazetteer_geocoder: GazetteerGeocoder) -> None:
    other_town, other_state, unknown = gazetteer_geocoder.locate(
        [Address("NL", city=city) for city in ("Utrecht, Amsterdam", "Den Haag (Gn)", "Hengelo (bij de kerk)")]
    )
    assert [place.misfit for place in (other_town, other_state, unknown) if place] == [
        "Amsterdam",
        "Gn",
        "bij de kerk",
    ]


def test_an_area_is_placed_in_its_middle(gazetteer_geocoder: GazetteerGeocoder) -> None:
    places = gazetteer_geocoder.locate(
        [
            Address("NL", city=city)
            for city in ("Súdwest-Fryslân", "Gelderland", "Twente", "Provincie Zeeland", "Zeeland")
        ]
    )
    assert [place.area for place in places if place] == ["municipality", "state", "region", "state", ""]
    assert km_off(places[1], 52.0, 5.9) < 20
    village = places[-1]
    assert village is not None
    assert village.ambiguous  # the province may be meant


def test_an_area_goes_before_a_hamlet_of_its_name_and_says_that_there_are_two(
    gazetteer_geocoder: GazetteerGeocoder,
) -> None:
    dunes, province, village = gazetteer_geocoder.locate(
        [Address("NL", city="Bloemendaal"), Address("BE", city="Limburg"), Address("NL", city="Heusden (Asten)")]
    )
    assert km_off(dunes, 52.36, 4.6) < 5
    assert km_off(province, 50.95, 5.45) < 15
    assert [place.ambiguous for place in (dunes, province, village) if place] == [True, True, False]
    assert village is not None
    assert village.area == ""


@pytest.mark.parametrize("section, most_km", [("municipalities", 30), ("regions", 75)])
def test_towns_of_an_area_are_found_and_lie_together(section: str, most_km: float) -> None:
    areas = tomllib.loads(AREAS_FILE.read_text(encoding="utf-8"))[section]
    apart = {}
    for country, towns_of in areas.items():
        entries = gazetteer_of(frozenset({country})).places
        for name, towns in towns_of.items():
            rows = [entries.rows(country, town)[0] for town in towns]
            points = unit_sphere(entries.latitude[rows], entries.longitude[rows])
            apart[country, name] = max(aligned_km(points, points[[0] * len(rows)]))
    # Regions of large countries are large themselves.
    limits = {country: 2.5 * most_km if country in ("DE", "FR", "GB") else most_km for country in areas}
    assert {area: km for area, km in apart.items() if km > limits[area[0]]} == {}


def test_a_name_that_two_places_have_says_so(gazetteer_geocoder: GazetteerGeocoder) -> None:
    two, one = gazetteer_geocoder.locate([Address("NL", city="Valkenburg"), Address("NL", city="Utrecht")])
    assert two is not None
    assert one is not None
    assert two.ambiguous
    assert not one.ambiguous


# --- postcodes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "country, postcode, key",
    [
        ("NL", "1011 AB", "1011AB"),
        ("NL", "1011ab", "1011AB"),
        ("NL", " 1011-ab ", "1011AB"),
        ("NL", "NL-1011 AB", "1011AB"),
        ("NL", "1011", "1011"),
        ("GB", "bs3 2bn", "BS32BN"),
        ("US", "2138", "02138"),
        ("US", "02138-1234", "02138"),
        ("US", "2138-1234", "02138"),
        ("CA", "k1a 0b1", "K1A0B1"),
        ("LU", "L-1234", "1234"),
        ("LU", "LU-1234", "1234"),
        ("FR", "75008 CEDEX 08", "75008"),
        ("FR", "75008 Cedex", "75008"),
        ("FR", "1000", "01000"),
        ("FR", "F-75008", "75008"),
        ("DE", "D-10115", "10115"),
        ("DE", "1067", "01067"),
        ("BE", "B-1000", "1000"),
        ("BE", "BE-1000", "1000"),
        ("AT", "A-1010", "1010"),
        ("CH", "CH-8001", "8001"),
        ("SE", "SE-111 22", "11122"),
    ],
)
def test_postcodes_have_one_normal_form(country: str, postcode: str, key: str) -> None:
    assert normalise_postcode(postcode, country) == key


def test_areas_go_from_fine_to_coarse() -> None:
    assert postcode_areas("1011AB", "NL") == ("1011AB", "1011")
    assert postcode_areas("1011", "NL") == ("1011",)
    assert postcode_areas("BS32BN", "GB") == ("BS32BN", "BS3")
    assert postcode_areas("BS3", "GB") == ("BS3",)
    assert postcode_areas("K1A0B1", "CA") == ("K1A0B1", "K1A")
    assert postcode_areas("10115", "DE") == ("10115",)


@pytest.mark.parametrize(
    "country, postcodes, placed_by",
    [
        ("NL", ("1011 AB", "1011ab", "1011AB ", "1011-ab", "NL-1011 AB"), "postcode area"),
        ("NL", ("1011", " 1011 ", "NL-1011"), "postcode"),
        ("GB", ("BS3 2BN", "bs32bn", "BS3  2BN"), "postcode area"),
        ("GB", ("BS3", "bs3"), "postcode"),
        ("US", ("2138", "02138", "02138-1234", "2138-1234"), "postcode"),
        ("CA", ("K1A 0B1", "k1a0b1"), "postcode area"),
        ("CA", ("K1A",), "postcode"),
        ("LU", ("L-1234", "1234", "LU-1234"), "postcode"),
        ("FR", ("75008", "75008 CEDEX 08", "75008 Cedex", "F-75008"), "postcode"),
        ("DE", ("10115", "D-10115", "DE-10115"), "postcode"),
        ("BE", ("1000", "B-1000", "BE-1000"), "postcode"),
        ("AT", ("1010", "A-1010"), "postcode"),
        ("JE", ("JE2 3AB", "je23ab"), "postcode area"),
        ("IM", ("IM1 1AE",), "postcode area"),
        ("GG", ("GY1 1AA",), "postcode area"),
    ],
)
def test_one_postcode_in_every_spelling_is_one_place(
    gazetteer_geocoder: GazetteerGeocoder, country: str, postcodes: tuple[str, ...], placed_by: str
) -> None:
    places = gazetteer_geocoder.locate([Address(country, postcode) for postcode in postcodes])
    by = {postcode: place and place.placed_by for postcode, place in zip(postcodes, places, strict=True)}
    assert by == dict.fromkeys(postcodes, placed_by)
    assert len({(place.latitude, place.longitude) for place in places if place}) == 1


@pytest.mark.parametrize("country, postcode", [("NL", "0011 AA"), ("NL", "onbekend"), ("NL", "-"), ("GB", "1011 AB")])
def test_a_postcode_that_is_none_is_not_found(
    gazetteer_geocoder: GazetteerGeocoder, country: str, postcode: str
) -> None:
    assert gazetteer_geocoder.locate([Address(country, postcode)]) == [None]


def test_postcode_goes_before_city_and_city_catches_what_is_not_found(gazetteer_geocoder: GazetteerGeocoder) -> None:
    both, fallback, city, none, empty = gazetteer_geocoder.locate(
        [
            Address("NL", "9711 AA", "Amsterdam"),
            Address("NL", "0000 AA", "Amsterdam"),
            Address("NL", None, "Amsterdam"),
            Address("NL", "0000 AA", "Nergenshuizen"),
            Address("NL"),
        ]
    )
    assert km_off(both, 53.22, 6.57) < 5  # Groningen
    assert both is not None
    assert both.placed_by == "postcode area"
    assert fallback == city
    assert km_off(city, 52.37, 4.89) < 5
    assert none is None
    assert empty is None


def test_no_addresses_is_no_error(gazetteer_geocoder: GazetteerGeocoder) -> None:
    assert gazetteer_geocoder.locate([]) == []
    assert coordinates([]).shape == (0, 2)


# --- the geopy interface -----------------------------------------------------------------------------------------


def test_it_is_a_geopy_geocoder(gazetteer_geocoder: GazetteerGeocoder) -> None:
    assert isinstance(gazetteer_geocoder, Geocoder)
    location = gazetteer_geocoder.geocode("1011 AB Amsterdam")
    assert isinstance(location, Location)
    assert location.address == "1011 AB Amsterdam"
    assert location.point.latitude == pytest.approx(52.37, abs=0.02)
    assert location.point.longitude == pytest.approx(4.90, abs=0.02)
    # Whatever is built on geopy works with it too.
    limited = RateLimiter(gazetteer_geocoder.geocode, min_delay_seconds=0)
    assert limited("Den Haag", timeout=3).latitude == pytest.approx(52.08, abs=0.05)


@pytest.mark.parametrize(
    "query",
    [
        "1011 AB",
        "1011ab",
        "1011 AB Amsterdam",
        "1011AB, Amsterdam",
        "Amsterdam 1011 AB",
        "Amsterdam, 1011AB",
        {"postcode": "1011 AB"},
        {"postcode": "1011 AB", "city": "Amsterdam", "country": "NL"},
        {"postcode": "1011ab", "city": "Amsterdam"},
    ],
    ids=str,
)
def test_a_query_is_read_in_whatever_form_it_comes(gazetteer_geocoder: GazetteerGeocoder, query: Any) -> None:
    location = gazetteer_geocoder.geocode(query)
    assert (location.latitude, location.longitude) == pytest.approx((52.371, 4.9042), abs=1e-3)
    assert location.raw == {"placed_by": "postcode area", "ambiguous": False}


def test_a_mapping_names_its_country(gazetteer_geocoder: GazetteerGeocoder) -> None:
    location = gazetteer_geocoder.geocode({"city": "Brussel", "country": "BE"})
    assert (location.latitude, location.longitude) == pytest.approx((50.85, 4.35), abs=0.05)
    assert location.raw["placed_by"] == "city"
    assert gazetteer_geocoder.geocode({"city": "Sneek", "country": "BE"}) is None
    assert GazetteerGeocoder("GB").geocode("BS3 2BN Bristol").latitude == pytest.approx(51.45, abs=0.05)


def test_several_are_a_list_and_unknown_is_none(gazetteer_geocoder: GazetteerGeocoder) -> None:
    [location] = gazetteer_geocoder.geocode("Den Haag", exactly_one=False)
    assert location.latitude == pytest.approx(52.08, abs=0.05)
    assert gazetteer_geocoder.geocode("Den Haag").point == location.point
    for unknown in ("Nergenshuizen", "", "  ", {}, {"country": "NL"}, {"postcode": "", "city": ""}):
        assert gazetteer_geocoder.geocode(unknown) is None
        assert gazetteer_geocoder.geocode(unknown, exactly_one=False) is None


# --- any other geopy geocoder ------------------------------------------------------------------------------------


class AtlasGeocoder(Geocoder):
    """A geopy geocoder over a small atlas that writes down when it was asked what."""

    ATLAS: ClassVar = {"Utrecht": (52.09, 5.12), "Zwolle": (52.51, 6.09), "Damrak 1": (52.38, 4.90)}

    def __init__(self, failure: Exception | None = None, fails: int = 10**9) -> None:
        super().__init__(timeout=1)
        self.asked: list[str] = []
        self.times: list[float] = []
        self.failure, self.fails = failure, fails

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = None) -> Location | None:
        self.asked.append(query)
        self.times.append(time.monotonic())
        if self.failure is not None and len(self.asked) <= self.fails:
            raise self.failure
        for name, point in self.ATLAS.items():
            if name in query:
                return Location(query, point, {})
        return None


def test_each_question_is_asked_once() -> None:
    geocoder = AtlasGeocoder()
    locator = GeopyLocator(geocoder, "atlas", seconds_between=0)
    utrecht, zwolle = Address("NL", city="Utrecht"), Address("NL", city="Zwolle")
    first = locator.locate([utrecht, zwolle, utrecht, Address("NL"), utrecht])
    assert len(geocoder.asked) == 2
    assert [place and place.latitude for place in first] == [52.09, 52.51, 52.09, None, 52.09]
    again = locator.locate([zwolle, utrecht, zwolle])
    assert len(geocoder.asked) == 2
    assert [place and place.latitude for place in again] == [52.51, 52.09, 52.51]
    # A row that names no place at all is no question.
    assert all(question.strip(", ") not in ("", "NL") for question in geocoder.asked)


def test_a_hundred_thousand_rows_are_as_many_questions_as_there_are_places() -> None:
    geocoder = AtlasGeocoder()
    locator = GeopyLocator(geocoder, "atlas", seconds_between=0)
    places = locator.locate(
        [Address("NL", city=("Utrecht", "Zwolle", "Nergenshuizen")[row % 3]) for row in range(10**5)]
    )
    assert len(places) == 10**5
    assert len(geocoder.asked) == 3
    assert sum(place is None for place in places) == 33_333


def test_it_says_by_what_a_row_was_placed() -> None:
    locator = GeopyLocator(AtlasGeocoder(), "atlas", seconds_between=0)
    places = locator.locate(
        [
            Address("NL", "1012 LG", "Amsterdam", "Damrak 1"),
            Address("NL", "3511 KL", "Utrecht"),
            Address("NL", None, "Utrecht"),
            Address("NL", None, "Nergenshuizen"),
        ]
    )
    assert [place and place.placed_by for place in places] == ["address", "postcode", "city", None]


def test_questions_name_every_part_and_the_country() -> None:
    geocoder = AtlasGeocoder()
    GeopyLocator(geocoder, "atlas", seconds_between=0).locate([Address("BE", "1000", "Brussel", "Grote Markt 1")])
    assert all(part in geocoder.asked[0] for part in ("Grote Markt 1", "1000", "Brussel", "BE"))


def test_answers_are_kept_on_disk_and_so_is_no_answer(tmp_path: Path) -> None:
    cache = tmp_path / "new folder" / "geocoding.sqlite"
    addresses = [Address("NL", city="Utrecht"), Address("NL", city="Nergenshuizen")]
    first = AtlasGeocoder()
    found = GeopyLocator(first, "atlas", cache, seconds_between=0).locate(addresses)
    assert len(first.asked) == 2
    assert found[1] is None
    second = AtlasGeocoder(failure=GeocoderServiceError("gone"))
    assert GeopyLocator(second, "atlas", cache, seconds_between=0).locate(addresses) == found
    assert second.asked == []
    # A real SQLite file, and no pickle in it.
    with sqlite3.connect(cache) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        assert {type(cell) for row in connection.execute("SELECT * FROM answers") for cell in row} == {str}


def test_answers_of_two_geocoders_are_kept_apart(tmp_path: Path) -> None:
    cache, question = tmp_path / "geocoding.sqlite", [Address("NL", city="Utrecht")]
    GeopyLocator(AtlasGeocoder(), "atlas", cache, seconds_between=0).locate(question)
    other = AtlasGeocoder()
    GeopyLocator(other, "globe", cache, seconds_between=0).locate(question)
    assert len(other.asked) == 1


@pytest.mark.parametrize(
    "failure",
    [GeocoderServiceError("down"), GeocoderTimedOut("slow"), GeocoderQuotaExceeded("enough"), GeopyError("?")],
)
def test_a_service_that_fails_gives_our_own_error(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    locator = GeopyLocator(AtlasGeocoder(failure), "atlas", seconds_between=0)
    with pytest.raises(GeocoderError, match=r"'atlas'.*--geocoder") as caught:
        locator.locate([Address("NL", city="Utrecht")])
    assert isinstance(caught.value, MatcherError)
    assert type(failure).__name__ in str(caught.value)


def test_a_hiccup_is_asked_again_and_a_failure_is_not_kept(tmp_path: Path) -> None:
    cache, question = tmp_path / "geocoding.sqlite", [Address("NL", city="Utrecht")]
    hiccup = AtlasGeocoder(GeocoderTimedOut("slow"), fails=1)
    [place] = GeopyLocator(hiccup, "hiccup", cache, seconds_between=0).locate(question)
    assert place is not None
    assert len(hiccup.asked) == 2
    broken = AtlasGeocoder(GeocoderServiceError("down"), fails=50)
    with pytest.raises(GeocoderError):
        GeopyLocator(broken, "broken", cache, seconds_between=0).locate(question)
    mended = AtlasGeocoder()
    [place] = GeopyLocator(mended, "broken", cache, seconds_between=0).locate(question)
    assert place is not None
    assert len(mended.asked) == 1


def test_answers_before_a_failure_are_not_lost(tmp_path: Path) -> None:
    class Tiring(AtlasGeocoder):
        def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = None) -> Location | None:
            if "Zwolle" in query:
                raise GeocoderQuotaExceeded("enough for today")
            return super().geocode(query)

    cache = tmp_path / "geocoding.sqlite"
    addresses = [Address("NL", city="Utrecht"), Address("NL", city="Zwolle")]
    with pytest.raises(GeocoderError):
        GeopyLocator(Tiring(), "atlas", cache, seconds_between=0).locate(addresses)
    tomorrow = AtlasGeocoder()
    places = GeopyLocator(tomorrow, "atlas", cache, seconds_between=0).locate(addresses)
    assert all(place is not None for place in places)
    assert len(tomorrow.asked) == 1


def test_the_rate_limit_is_kept() -> None:
    geocoder = AtlasGeocoder()
    locator = GeopyLocator(geocoder, "atlas", seconds_between=0.05)
    addresses = [Address("NL", city=name) for name in ("Utrecht", "Zwolle", "Nergenshuizen", "Damrak 1")]
    locator.locate(addresses)
    gaps = [later - earlier for earlier, later in zip(geocoder.times, geocoder.times[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.045
    locator.locate(addresses)
    assert len(geocoder.asked) == 4


def test_our_own_geocoder_can_stand_behind_a_locator_too() -> None:
    [place] = GeopyLocator(GazetteerGeocoder(), "own", seconds_between=0).locate(
        [Address("NL", "1011 AB", "Amsterdam")]
    )
    assert km_off(place, 52.37, 4.90) < 2


# --- by name -----------------------------------------------------------------------------------------------------


def test_the_shipped_one_is_called_gazetteer() -> None:
    locator = make_locator("gazetteer", "BE")
    assert isinstance(locator, GazetteerLocator)
    assert locator.default_country == "BE"


@pytest.mark.parametrize("wrong, right", [("nominatm", "nominatim"), ("gazeteer", "gazetteer"), ("Fotonn", "photon")])
def test_an_unknown_name_comes_with_the_nearest_right_one(wrong: str, right: str) -> None:
    with pytest.raises(GeocoderError, match=f"'{wrong}'.*did you mean '{right}'"):
        make_locator(wrong, "NL")


def test_a_name_like_no_other_comes_with_the_known_ones() -> None:
    with pytest.raises(GeocoderError, match=r"known: gazetteer, .*nominatim"):
        make_locator("qqqqqq", "NL")


@pytest.mark.parametrize("name", ["bing", "opencage", "googlev3", "pelias"])
def test_one_that_wants_a_key_says_what_to_do(name: str) -> None:
    with pytest.raises(GeocoderError, match=rf"'{name}'.*PartnerMatcher\(geocoder=\.\.\.\)"):
        make_locator(name, "NL")


def test_an_online_one_is_announced_and_caches_where_it_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="matcher"):
        locator = make_locator("nominatim", "NL", tmp_path)
    assert isinstance(locator, GeopyLocator)
    assert "goes online" in caplog.text
    assert (tmp_path / "geocoding.sqlite").is_file()


def test_a_geocoder_or_locator_that_you_made_is_taken_as_it_is() -> None:
    own = GazetteerGeocoder()
    assert as_locator(own, "NL") is own
    atlas = as_locator(AtlasGeocoder(), "NL")
    assert isinstance(atlas, GeopyLocator)
    [place] = atlas.locate([Address("NL", city="Zwolle")])
    assert km_off(place, 52.51, 6.09) < 0.001
    assert isinstance(as_locator("gazetteer", "NL"), GazetteerLocator)


class EverywhereLocator:
    def locate(self, addresses: list[Address]) -> list[Place | None]:
        return [Place(52.0, 5.0, "address") for _ in addresses]


@pytest.mark.parametrize("registered", [EverywhereLocator, EverywhereLocator(), lambda: EverywhereLocator()])
def test_a_geocoder_of_another_package_is_known_by_its_name(
    registered: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.places.geocoders.registry.load_plugins", lambda *_: {"everywhere": registered})
    place = make_locator("everywhere", "NL").locate([Address("NL", "1011AB")])[0]
    assert place is not None
    assert place.placed_by == "address"


@pytest.mark.parametrize(
    ("country", "name", "town", "km"),
    [
        ("FR", "Bretagne", "Rennes", 120),
        ("FR", "Île-de-France", "Paris", 40),
        ("FR", "Gironde", "Bordeaux", 40),
        ("DE", "Sachsen", "Dresden", 80),
        ("DE", "NRW", "Dortmund", 60),
        ("GB", "Kent", "Maidstone", 30),
        ("GB", "Wales", "Aberystwyth", 60),
    ],
)
def test_regions_abroad_are_placed(country: str, name: str, town: str, km: float) -> None:
    cells = [Address(country, None, city, None, None) for city in (name, town)]
    region, place = GazetteerLocator().locate(cells)
    assert region is not None
    assert region.area
    points = coordinates([region, place])
    assert aligned_km(*(unit_sphere(points[[row], 0], points[[row], 1]) for row in (0, 1)))[0] < km
