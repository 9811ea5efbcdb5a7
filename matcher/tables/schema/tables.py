"""What each table holds: its columns, their types and bounds, and the headings people give them."""

from __future__ import annotations

from dataclasses import replace

from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.nonprofit_columns import NONPROFITS
from matcher.tables.schema.partnership_columns import PARTNERSHIPS
from matcher.tables.schema.specs import TableSpec
from matcher.tables.schema.unit_columns import UNITS

PAIRS = TableSpec(
    "pairs",
    PARTNERSHIPS.id_column,
    tuple(
        replace(column, required=False, blank="ok") if column.name == Partnership.STATUS else column
        for column in PARTNERSHIPS.columns
    ),
)
"""Partnerships of which only the two ids need be known, as in evaluations."""

TABLES = {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": PARTNERSHIPS}
"""The tables that people fill in."""

READABLE = {**TABLES, "pairs": PAIRS}
SETTINGS_KEY = {"pairs": "partnerships"}
"""Where the settings map the headings of a table, if not under its own name."""
