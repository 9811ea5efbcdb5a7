"""The tables that can be read. A new table is a section of ``columns.toml`` and its key in ``TABLES``.

Settings, commands, readers, templates and the record of a run go through this list.
"""

from __future__ import annotations

from dataclasses import replace

from matcher.i18n.language import message
from matcher.tables.schema.columns import Partnership
from matcher.tables.schema.columns_file import load_tables

_ALL = load_tables()
UNITS, NONPROFITS, PARTNERSHIPS = _ALL["units"], _ALL["nonprofits"], _ALL["partnerships"]

DECISIONS = _ALL["decisions"]
"""Columns of a workbook in which decisions are taken: one row a pair; what is not decided stays blank."""

PAIRS = replace(
    PARTNERSHIPS,
    name="pairs",
    columns=tuple(
        replace(column, required=False, blank="ok") if column.name == Partnership.STATUS else column
        for column in PARTNERSHIPS.columns
    ),
)
"""Partnerships of which only the two ids need be known, as in evaluations."""

TABLES = {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": PARTNERSHIPS}
"""The tables that people fill in, in the order in which they are read: a table after those that it refers to."""

TABLE_NAMES = {
    "units": message("units"),
    "nonprofits": message("nonprofits"),
    "partnerships": message("partnerships"),
}
"""What the tables hold, as files and sheets are named."""

READABLE = {**TABLES, "pairs": PAIRS}


def settings_key(table: str) -> str:
    """Name under which the settings map the headings of a table; pairs have those of partnerships.

    Examples
    --------
    >>> settings_key("units"), settings_key("pairs")
    ('units', 'partnerships')
    """
    return table if table in TABLES else "partnerships"
