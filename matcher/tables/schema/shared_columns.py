"""The columns that units and nonprofits share: places, texts, and the headings of causes."""

from __future__ import annotations

from matcher.tables.schema.specs import CellType, ColumnSpec


def location_columns() -> tuple[ColumnSpec, ...]:
    """Return the columns that say where a site is."""
    return (
        ColumnSpec(
            "address",
            CellType.CODE,
            "Street and number",
            ("adres", "straat", "street", "bezoekadres", "straat en huisnummer"),
        ),
        ColumnSpec(
            "postcode",
            CellType.CODE,
            "Postcode, as text: 1011 AB",
            ("postcode", "postal code", "zip", "zip code", "zipcode", "pc", "post code"),
        ),
        ColumnSpec(
            "city",
            CellType.CODE,
            "Town or village",
            ("plaats", "woonplaats", "stad", "town", "plaatsnaam", "vestigingsplaats", "place"),
        ),
        ColumnSpec(
            "country",
            CellType.COUNTRY,
            "Country, two letters (default NL)",
            ("land", "country code", "landcode"),
        ),
        ColumnSpec(
            "latitude",
            CellType.NUMBER,
            "Degrees north, such as 52.3702",
            ("breedtegraad", "lat", "breedte", "noorderbreedte"),
            low=-90,
            high=90,
        ),
        ColumnSpec(
            "longitude",
            CellType.NUMBER,
            "Degrees east, such as 4.8952",
            ("lengtegraad", "lon", "lng", "long", "lengte", "oosterlengte"),
            low=-180,
            high=180,
        ),
    )


def text_columns(whose: str) -> tuple[ColumnSpec, ...]:
    """Columns of mission and values; ``whose`` is "the unit" or "the nonprofit"."""
    return (
        ColumnSpec(
            "mission",
            CellType.TEXT,
            f"What {whose} wants to achieve, in a few sentences",
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
            CellType.TEXT,
            f"What {whose} stands for",
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
