"""The columns of the table of nonprofits."""

from __future__ import annotations

from matcher.tables.schema.cause_words import CAUSE_WORDS
from matcher.tables.schema.columns import Nonprofit
from matcher.tables.schema.shared_columns import CAUSE_HEADINGS, location_columns, text_columns
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.vocabulary import ACCREDITATION_WORDS, AREA_WORDS, BENEFIT_WORDS, RESOURCE_WORDS

NONPROFITS = TableSpec(
    "nonprofits",
    Nonprofit.ID,
    (
        ColumnSpec(
            Nonprofit.ID,
            CellType.ID,
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
            CellType.NAME,
            "The organisation that the site belongs to (default: its name)",
            ("organisatie", "koepel", "koepelorganisatie", "organization", "parent", "moederorganisatie"),
        ),
        ColumnSpec(
            Nonprofit.NAME,
            CellType.NAME,
            "Name of the site or branch",
            ("naam", "nonprofit name", "afdeling", "charity name", "naam organisatie", "goed doel"),
            required=True,
            blank="error",
        ),
        *text_columns("the nonprofit"),
        ColumnSpec(
            Nonprofit.IS_HQ,
            CellType.BOOLEAN,
            "Head office: yes or no",
            ("hoofdkantoor", "hq", "is hoofdkantoor", "head office", "landelijk bureau"),
        ),
        *location_columns(),
        ColumnSpec(
            Nonprofit.WORKS_IN,
            CellType.WORDS,
            "Where it works: local; region; national; abroad",
            ("werkgebied", "werkt in", "actief in", "area of work", "works in", "working area"),
            words=AREA_WORDS,
        ),
        ColumnSpec(
            Nonprofit.STAFF,
            CellType.COUNT,
            "Paid staff",
            ("medewerkers", "betaalde krachten", "personeel", "employees", "fte", "aantal medewerkers"),
            low=0,
        ),
        ColumnSpec(
            Nonprofit.VOLUNTEERS,
            CellType.COUNT,
            "Volunteers",
            ("vrijwilligers", "aantal vrijwilligers"),
            low=0,
            passes_through=True,
        ),
        ColumnSpec(
            Nonprofit.NEEDS,
            CellType.WORDS,
            "What it needs: people; money; means; mass; media",
            ("behoeften", "behoefte", "nodig", "heeft nodig", "zoekt", "vraag", "need"),
            words=RESOURCE_WORDS,
        ),
        ColumnSpec(
            Nonprofit.OFFERS,
            CellType.WORDS,
            "What it can give: expertise; network; visibility; engagement; talent; innovation",
            ("biedt", "aanbod", "wij bieden", "offer"),
            words=BENEFIT_WORDS,
        ),
        ColumnSpec(
            Nonprofit.CAUSES,
            CellType.OPEN_WORDS,
            "Its causes, with ; between",
            CAUSE_HEADINGS,
            words=CAUSE_WORDS,
        ),
        ColumnSpec(
            Nonprofit.CAPACITY,
            CellType.COUNT,
            "Partnerships it can carry at once",
            ("capaciteit", "aantal partners", "max partners"),
            low=0,
        ),
        ColumnSpec(
            Nonprofit.ORGANISATION_CAPACITY,
            CellType.COUNT,
            "Partnerships its whole organisation can carry at once, over all sites",
            (
                "capaciteit organisatie",
                "organisatiecapaciteit",
                "capaciteit koepel",
                "capaciteit van de organisatie",
                "max partners organisatie",
            ),
            low=0,
        ),
        ColumnSpec(
            Nonprofit.ACCREDITATION,
            CellType.OPEN_WORDS,
            "Quality marks: ANBI; CBF",
            ("keurmerk", "erkenning", "keurmerken", "accreditations"),
            words=ACCREDITATION_WORDS,
        ),
        ColumnSpec(
            Nonprofit.ACTIVE,
            CellType.BOOLEAN,
            "Still active: yes or no",
            ("actief", "is active"),
        ),
    ),
    "Nonprofits",
    is_required=True,
)
