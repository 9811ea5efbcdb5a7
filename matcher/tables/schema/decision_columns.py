"""The columns of a workbook in which decisions are taken, and the words that may stand in them."""

from __future__ import annotations

from matcher.i18n.folding import lookup
from matcher.tables.schema.columns import Decision
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.status import Status

YES, NO, MAYBE = "yes", "no", "maybe"
DECISION_WORDS = lookup(
    {
        YES: ("ja", "j", "y", "ok", "oké", "okay", "akkoord", "true", "waar"),
        NO: ("nee", "neen", "n", "false", "onwaar"),
        MAYBE: ("misschien", "wellicht", "later", "perhaps"),
    }
)
STATUS_OF = {YES: Status.PROPOSED, NO: Status.VETOED, MAYBE: Status.MAYBE}
"""What a decision makes of a partnership."""
DECISION_OF = {status: decision for decision, status in STATUS_OF.items() if decision != NO}
"""The decision that stands already for a pair that may be on a shortlist."""

DECISIONS = TableSpec(
    "decisions",
    Decision.UNIT_ID,
    (
        ColumnSpec(
            Decision.UNIT_ID,
            CellType.ID,
            "Code of the unit",
            ("unit code", "vestigingscode", "code vestiging"),
            required=True,
        ),
        ColumnSpec(
            Decision.NONPROFIT_ID,
            CellType.ID,
            "Code of the nonprofit's site",
            ("nonprofit code", "organisatiecode", "code organisatie"),
            required=True,
        ),
        ColumnSpec(
            Decision.DECISION,
            CellType.WORD,
            "yes, no or maybe",
            ("besluit",),
            required=True,
            words=DECISION_WORDS,
        ),
        ColumnSpec(Decision.NOTE, CellType.TEXT, "Why, or what to do first", ("notitie",)),
    ),
)
"""One row a pair; what is not decided stays blank."""

PAIRS_SHEET = "matcher"
"""Hidden sheet with the pairs that a workbook was made with."""
