"""The columns of the table of partnerships."""

from __future__ import annotations

from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.vocabulary import LEFT_AT_WORDS, PROGRAMME_WORDS, STATUS_WORDS

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
            CellType.ID,
            "Code of the unit",
            ("unit", "vestiging id", "vestigingsnummer", "unitnummer"),
            required=True,
            blank="error",
            refers_to="units",
        ),
        ColumnSpec(
            Partnership.NONPROFIT_ID,
            CellType.ID,
            "Code of the nonprofit's site",
            ("nonprofit", "organisatie id", "goed doel id", "charity id", "organisatienummer"),
            required=True,
            blank="error",
            refers_to="nonprofits",
        ),
        ColumnSpec(
            Partnership.STATUS,
            CellType.WORD,
            "proposed, contacted, agreed, active, completed, declined, vetoed or maybe",
            ("stand",),
            required=True,
            blank="error",
            words=STATUS_WORDS,
        ),
        ColumnSpec(
            Partnership.REASON,
            CellType.TEXT,
            "Why it was declined or vetoed",
            ("reden", "toelichting", "opmerking"),
        ),
        ColumnSpec(
            Partnership.NOTE,
            CellType.TEXT,
            "What to keep in mind",
            ("notitie", "notities", "notes"),
        ),
        ColumnSpec(
            Partnership.STARTED_ON,
            CellType.DATE,
            "First day, such as 2025-03-31",
            ("begonnen op", "startdatum", "start", "begindatum", "start date"),
        ),
        ColumnSpec(
            Partnership.ENDED_ON,
            CellType.DATE,
            "Last day, such as 2026-03-31",
            ("geëindigd op", "einddatum", "eind", "end date", "einde"),
        ),
        *(
            ColumnSpec(
                name,
                CellType.NUMBER,
                "Rating 1 (poor) to 5 (good)",
                headings,
                low=1,
                high=5,
            )
            for name, headings in _RATING_HEADINGS.items()
        ),
        ColumnSpec(
            Partnership.PROGRAMME,
            CellType.WORD,
            "Kind of programme that it belongs to",
            ("soort programma", "programma", "kind of programme", "programme kind"),
            words=PROGRAMME_WORDS,
        ),
        ColumnSpec(
            Partnership.LEFT_AT,
            CellType.WORD,
            "If declined or vetoed: how far it had come",
            ("gestopt bij", "afgevallen bij", "declined at", "stopped at"),
            words=LEFT_AT_WORDS,
        ),
    ),
    "Earlier partnerships",
)
