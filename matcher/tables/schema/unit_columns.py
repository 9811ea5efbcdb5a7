"""The columns of the table of business units."""

from __future__ import annotations

from matcher.tables.schema.cause_words import CAUSE_WORDS
from matcher.tables.schema.columns import Unit
from matcher.tables.schema.shared_columns import CAUSE_HEADINGS, location_columns, text_columns
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.vocabulary import BENEFIT_WORDS, RESOURCE_WORDS

UNITS = TableSpec(
    "business_units",
    Unit.ID,
    (
        ColumnSpec(
            Unit.ID,
            CellType.ID,
            "Your own code of the unit, unique",
            (
                "unit",
                "vestiging id",
                "vestigingsnummer",
                "unit nummer",
                "unitnummer",
                "id",
                "business unit id",
                "eenheid id",
                "vestigingid",
            ),
            required=True,
            blank="error",
            unique=True,
        ),
        ColumnSpec(
            Unit.COMPANY,
            CellType.NAME,
            "The company that the unit belongs to",
            ("bedrijf", "onderneming", "firma", "bedrijfsnaam", "concern"),
            required=True,
            blank="error",
        ),
        ColumnSpec(
            Unit.NAME,
            CellType.NAME,
            "Name of the unit",
            ("naam", "vestiging", "unit name", "unitnaam", "naam vestiging", "vestigingsnaam"),
            required=True,
            blank="error",
        ),
        *text_columns("the unit"),
        ColumnSpec(
            Unit.IS_HQ,
            CellType.BOOLEAN,
            "Head office: yes or no",
            ("hoofdkantoor", "hq", "is hoofdkantoor", "head office"),
        ),
        ColumnSpec(
            Unit.FOUNDATION,
            CellType.CODE,
            "Name of the company's foundation",
            ("stichting", "corporate foundation", "bedrijfsstichting"),
        ),
        *location_columns(),
        ColumnSpec(
            Unit.EMPLOYEES,
            CellType.COUNT,
            "Number of employees",
            ("medewerkers", "werknemers", "fte", "aantal medewerkers", "aantal werknemers"),
            low=0,
        ),
        ColumnSpec(
            Unit.OFFERS,
            CellType.WORDS,
            "What the unit can give: people; money; means; mass; media",
            ("biedt", "aanbod", "bied", "wij bieden", "te bieden", "offer"),
            words=RESOURCE_WORDS,
        ),
        ColumnSpec(
            Unit.SEEKS,
            CellType.WORDS,
            "What it hopes to gain: expertise; network; visibility; engagement; talent; innovation",
            ("zoekt", "wij zoeken", "wil", "wensen", "seek"),
            words=BENEFIT_WORDS,
        ),
        ColumnSpec(
            Unit.CAUSES,
            CellType.OPEN_WORDS,
            "Causes wanted, with ; between",
            CAUSE_HEADINGS,
            words=CAUSE_WORDS,
        ),
        ColumnSpec(
            Unit.EXCLUDES,
            CellType.OPEN_WORDS,
            "Causes not wanted, with ; between",
            ("sluit uit", "uitsluiten", "uitgesloten", "uitsluitingen", "exclude"),
            words=CAUSE_WORDS,
            excludes=True,
        ),
        ColumnSpec(
            Unit.REACH_KM,
            CellType.NUMBER,
            "How far its staff will travel, km",
            ("reikwijdte", "bereik", "bereik km", "reikwijdte km", "reach", "straal km"),
            low=0,
            high=20_100,
        ),
        ColumnSpec(
            Unit.CAPACITY,
            CellType.COUNT,
            "Partnerships it can carry at once",
            ("capaciteit", "aantal partners", "max partners"),
            low=0,
        ),
    ),
    "Business units",
    is_required=True,
)
