"""What each table holds: its columns, their kinds and bounds, and the headings people give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from matcher.tables.columns import Nonprofit, Partnership, Unit
from matcher.tables.vocabulary import BENEFIT_WORDS, CAUSE_WORDS, RESOURCE_WORDS, STATUS_WORDS, fold


class Kind(Enum):
    """How a column's cells are read."""

    ID = "id"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    COUNT = "count"
    BOOLEAN = "boolean"
    DATE = "date"
    COUNTRY = "country"
    WORD = "word"
    WORDS = "words"
    OPEN_WORDS = "open words"


@dataclass(frozen=True)
class ColumnSpec:
    """One column.

    Attributes
    ----------
    name : str
        Its name in the table.
    kind : Kind
    meaning : str
        For templates and messages.
    headings : tuple of str
        Other headings under which people send it.
    required : bool
        The column has to be there.
    low, high : float or None
        Bounds, both allowed.
    words : mapping of str to str or None
        Spellings (folded) and the word each stands for.
    blank : {"ok", "warning", "error"}
        What an empty cell is.
    unique : bool
    """

    name: str
    kind: Kind
    meaning: str
    headings: tuple[str, ...] = ()
    required: bool = False
    low: float | None = None
    high: float | None = None
    words: Mapping[str, str] | None = None
    blank: str = "ok"
    unique: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the words that a cell may hold."""
        return tuple(dict.fromkeys((self.words or {}).values()))


@dataclass(frozen=True)
class TableSpec:
    """One table: its name and its columns in order."""

    name: str
    id_column: str
    columns: tuple[ColumnSpec, ...]
    by_name: dict[str, ColumnSpec] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @cached_property
    def by_heading(self) -> dict[str, str]:
        """Column name for every known heading, folded."""
        return {
            fold_heading(heading): column.name for column in self.columns for heading in (column.name, *column.headings)
        }


def fold_heading(heading: str) -> str:
    """Return a heading's key: lower case, no accents, words joined by ``_``."""
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")


def _places() -> tuple[ColumnSpec, ...]:
    return (
        ColumnSpec(
            "address",
            Kind.CODE,
            "Street and number",
            ("adres", "straat", "street", "bezoekadres", "straat en huisnummer"),
        ),
        ColumnSpec(
            "postcode",
            Kind.CODE,
            "Postcode, as text: 1011 AB",
            ("postal code", "zip", "zip code", "zipcode", "pc", "post code"),
        ),
        ColumnSpec(
            "city",
            Kind.CODE,
            "Town or village",
            ("plaats", "woonplaats", "stad", "town", "plaatsnaam", "vestigingsplaats", "place"),
        ),
        ColumnSpec("country", Kind.COUNTRY, "Country, two letters (default NL)", ("land", "country code", "landcode")),
        ColumnSpec(
            "latitude",
            Kind.NUMBER,
            "Degrees north, such as 52.3702",
            ("breedtegraad", "lat", "breedte", "noorderbreedte"),
            low=-90,
            high=90,
        ),
        ColumnSpec(
            "longitude",
            Kind.NUMBER,
            "Degrees east, such as 4.8952",
            ("lengtegraad", "lon", "lng", "long", "lengte", "oosterlengte"),
            low=-180,
            high=180,
        ),
    )


def _texts(whose: str) -> tuple[ColumnSpec, ...]:
    return (
        ColumnSpec(
            "mission",
            Kind.TEXT,
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
            "values", Kind.TEXT, f"What {whose} stands for", ("waarden", "kernwaarden", "core values", "waarden tekst")
        ),
    )


_CAUSE_HEADINGS = (
    "thema's",
    "themas",
    "thema",
    "doelen",
    "cause",
    "goede doelen",
    "maatschappelijke thema's",
    "themes",
)

UNITS = TableSpec(
    "business_units",
    Unit.ID,
    (
        ColumnSpec(
            Unit.ID,
            Kind.ID,
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
            Kind.NAME,
            "The company that the unit belongs to",
            ("bedrijf", "onderneming", "firma", "bedrijfsnaam", "concern"),
            required=True,
            blank="error",
        ),
        ColumnSpec(
            Unit.NAME,
            Kind.NAME,
            "Name of the unit",
            ("naam", "vestiging", "unit name", "unitnaam", "naam vestiging", "vestigingsnaam"),
            required=True,
            blank="error",
        ),
        *_texts("the unit"),
        ColumnSpec(
            Unit.IS_HQ, Kind.BOOLEAN, "Head office: yes or no", ("hoofdkantoor", "hq", "is hoofdkantoor", "head office")
        ),
        ColumnSpec(
            Unit.FOUNDATION,
            Kind.CODE,
            "Name of the company's foundation",
            ("stichting", "corporate foundation", "bedrijfsstichting"),
        ),
        *_places(),
        ColumnSpec(
            Unit.EMPLOYEES,
            Kind.COUNT,
            "Number of employees",
            ("medewerkers", "werknemers", "fte", "aantal medewerkers", "aantal werknemers"),
            low=0,
        ),
        ColumnSpec(
            Unit.OFFERS,
            Kind.WORDS,
            "What the unit can give: people; money; means; mass; media",
            ("biedt", "aanbod", "bied", "wij bieden", "te bieden", "offer"),
            words=RESOURCE_WORDS,
        ),
        ColumnSpec(
            Unit.SEEKS,
            Kind.WORDS,
            "What it hopes to gain: expertise; network; visibility; engagement; talent; innovation",
            ("zoekt", "wij zoeken", "wil", "wensen", "seek"),
            words=BENEFIT_WORDS,
        ),
        ColumnSpec(Unit.CAUSES, Kind.OPEN_WORDS, "Causes wanted, with ; between", _CAUSE_HEADINGS, words=CAUSE_WORDS),
        ColumnSpec(
            Unit.EXCLUDES,
            Kind.OPEN_WORDS,
            "Causes not wanted, with ; between",
            ("sluit uit", "uitsluiten", "uitgesloten", "uitsluitingen", "exclude"),
            words=CAUSE_WORDS,
        ),
        ColumnSpec(
            Unit.REACH_KM,
            Kind.NUMBER,
            "How far its staff will travel, km",
            ("reikwijdte", "bereik", "bereik km", "reikwijdte km", "reach", "straal km"),
            low=0,
            high=20_100,
        ),
        ColumnSpec(
            Unit.CAPACITY,
            Kind.COUNT,
            "Partnerships it can carry at once",
            ("capaciteit", "aantal partners", "max partners"),
            low=0,
        ),
    ),
)

NONPROFITS = TableSpec(
    "nonprofits",
    Nonprofit.ID,
    (
        ColumnSpec(
            Nonprofit.ID,
            Kind.ID,
            "Your own code of the nonprofit's site, unique",
            (
                "nonprofit",
                "id",
                "organisatie id",
                "nonprofit nummer",
                "goed doel id",
                "charity id",
                "npo id",
                "anbi nummer",
                "organisatienummer",
            ),
            required=True,
            blank="error",
            unique=True,
        ),
        ColumnSpec(
            Nonprofit.ORGANISATION,
            Kind.NAME,
            "The organisation that the site belongs to (default: its name)",
            ("organisatie", "koepel", "koepelorganisatie", "organization", "parent", "moederorganisatie"),
        ),
        ColumnSpec(
            Nonprofit.NAME,
            Kind.NAME,
            "Name of the site or branch",
            ("naam", "nonprofit name", "afdeling", "charity name", "naam organisatie", "goed doel"),
            required=True,
            blank="error",
        ),
        *_texts("the nonprofit"),
        ColumnSpec(
            Nonprofit.IS_HQ,
            Kind.BOOLEAN,
            "Head office: yes or no",
            ("hoofdkantoor", "hq", "is hoofdkantoor", "head office", "landelijk bureau"),
        ),
        *_places(),
        ColumnSpec(
            Nonprofit.STAFF,
            Kind.COUNT,
            "Paid staff",
            ("medewerkers", "betaalde krachten", "personeel", "employees", "fte", "aantal medewerkers"),
            low=0,
        ),
        ColumnSpec(Nonprofit.VOLUNTEERS, Kind.COUNT, "Volunteers", ("vrijwilligers", "aantal vrijwilligers"), low=0),
        ColumnSpec(
            Nonprofit.NEEDS,
            Kind.WORDS,
            "What it needs: people; money; means; mass; media",
            ("behoeften", "behoefte", "nodig", "heeft nodig", "zoekt", "vraag", "need"),
            words=RESOURCE_WORDS,
        ),
        ColumnSpec(
            Nonprofit.OFFERS,
            Kind.WORDS,
            "What it can give: expertise; network; visibility; engagement; talent; innovation",
            ("biedt", "aanbod", "wij bieden", "offer"),
            words=BENEFIT_WORDS,
        ),
        ColumnSpec(Nonprofit.CAUSES, Kind.OPEN_WORDS, "Its causes, with ; between", _CAUSE_HEADINGS, words=CAUSE_WORDS),
        ColumnSpec(
            Nonprofit.CAPACITY,
            Kind.COUNT,
            "Partnerships it can carry at once",
            ("capaciteit", "aantal partners", "max partners"),
            low=0,
        ),
        ColumnSpec(
            Nonprofit.ACCREDITATION,
            Kind.OPEN_WORDS,
            "Quality marks: ANBI; CBF",
            ("keurmerk", "erkenning", "keurmerken", "accreditations"),
        ),
        ColumnSpec(Nonprofit.ACTIVE, Kind.BOOLEAN, "Still active: yes or no", ("actief", "is active")),
    ),
)

_RATING_HEADINGS = {
    "trust": ("vertrouwen",),
    "communication": ("communicatie",),
    "support_management": ("draagvlak directie", "draagvlak management", "steun management"),
    "support_staff": ("draagvlak medewerkers", "steun medewerkers"),
    "shared_mission": ("gedeelde missie", "gezamenlijke missie"),
    "clear_goals": ("heldere doelen", "duidelijke doelen"),
    "goals_met": ("doelen bereikt", "doelen gehaald"),
    "satisfaction_company": ("tevredenheid bedrijf",),
    "satisfaction_nonprofit": ("tevredenheid nonprofit", "tevredenheid organisatie"),
}

PARTNERSHIPS = TableSpec(
    "partnerships",
    Partnership.UNIT_ID,
    (
        ColumnSpec(
            Partnership.UNIT_ID,
            Kind.ID,
            "Code of the unit",
            ("unit", "vestiging id", "vestigingsnummer", "unitnummer"),
            required=True,
            blank="error",
        ),
        ColumnSpec(
            Partnership.NONPROFIT_ID,
            Kind.ID,
            "Code of the nonprofit's site",
            ("nonprofit", "organisatie id", "goed doel id", "charity id", "organisatienummer"),
            required=True,
            blank="error",
        ),
        ColumnSpec(
            Partnership.STATUS,
            Kind.WORD,
            "proposed, contacted, agreed, active, completed, declined or vetoed",
            ("stand",),
            required=True,
            blank="error",
            words=STATUS_WORDS,
        ),
        ColumnSpec(
            Partnership.REASON, Kind.TEXT, "Why it was declined or vetoed", ("reden", "toelichting", "opmerking")
        ),
        ColumnSpec(
            Partnership.STARTED_ON,
            Kind.DATE,
            "First day, such as 2025-03-31",
            ("begonnen op", "startdatum", "start", "begindatum", "start date"),
        ),
        ColumnSpec(
            Partnership.ENDED_ON,
            Kind.DATE,
            "Last day, such as 2026-03-31",
            ("geëindigd op", "einddatum", "eind", "end date", "einde"),
        ),
        *(
            ColumnSpec(name, Kind.NUMBER, "Rating 1 (poor) to 5 (good)", headings, low=1, high=5)
            for name, headings in _RATING_HEADINGS.items()
        ),
    ),
)

TABLES = {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": PARTNERSHIPS}
