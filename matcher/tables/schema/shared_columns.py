"""The columns that units and nonprofits share: places, texts, and the headings of causes."""

from __future__ import annotations

from matcher.tables.schema.specs import ColumnSpec, Kind


def places() -> tuple[ColumnSpec, ...]:
    """Return the columns that say where a site is."""
    return (
        ColumnSpec(
            "address",
            Kind.CODE,
            "Street and number",
            "Straat en huisnummer",
            ("adres", "straat", "street", "bezoekadres", "straat en huisnummer"),
        ),
        ColumnSpec(
            "postcode",
            Kind.CODE,
            "Postcode, as text: 1011 AB",
            "Postcode, als tekst: 1011 AB",
            ("postcode", "postal code", "zip", "zip code", "zipcode", "pc", "post code"),
        ),
        ColumnSpec(
            "city",
            Kind.CODE,
            "Town or village",
            "Stad of dorp",
            ("plaats", "woonplaats", "stad", "town", "plaatsnaam", "vestigingsplaats", "place"),
        ),
        ColumnSpec(
            "country",
            Kind.COUNTRY,
            "Country, two letters (default NL)",
            "Land, in twee letters (leeg: NL)",
            ("land", "country code", "landcode"),
        ),
        ColumnSpec(
            "latitude",
            Kind.NUMBER,
            "Degrees north, such as 52.3702",
            "Noorderbreedte in graden, zoals 52,3702",
            ("breedtegraad", "lat", "breedte", "noorderbreedte"),
            low=-90,
            high=90,
        ),
        ColumnSpec(
            "longitude",
            Kind.NUMBER,
            "Degrees east, such as 4.8952",
            "Oosterlengte in graden, zoals 4,8952",
            ("lengtegraad", "lon", "lng", "long", "lengte", "oosterlengte"),
            low=-180,
            high=180,
        ),
    )


def texts(whose: str, whose_nl: str) -> tuple[ColumnSpec, ...]:
    """Return the columns of mission and values; ``whose`` and ``whose_nl`` are "the unit" and "de vestiging"."""
    return (
        ColumnSpec(
            "mission",
            Kind.TEXT,
            f"What {whose} wants to achieve, in a few sentences",
            f"Wat {whose_nl} wil bereiken, in een paar zinnen",
            (
                "missie",
                "doel",
                "doelstelling",
                "mission statement",
                "missie tekst",
                "missietekst",
                "purpose",
                "missie en visie",
            ),
            required=True,
            blank="warning",
        ),
        ColumnSpec(
            "values",
            Kind.TEXT,
            f"What {whose} stands for",
            f"Waar {whose_nl} voor staat",
            ("waarden", "kernwaarden", "core values", "waarden tekst"),
        ),
    )


CAUSE_HEADINGS = (
    "thema's",
    "themas",
    "thema",
    "doelen",
    "cause",
    "goede doelen",
    "maatschappelijke thema's",
    "themes",
)
