"""What each table holds: its columns, their kinds and bounds, and the headings people give them."""

from __future__ import annotations

from matcher.tables.column_specs import ColumnSpec, Kind, TableSpec, fold_heading
from matcher.tables.nonprofit_columns import NONPROFITS
from matcher.tables.partnership_columns import PARTNERSHIPS
from matcher.tables.unit_columns import UNITS

__all__ = ["TABLES", "ColumnSpec", "Kind", "TableSpec", "fold_heading"]

TABLES = {"units": UNITS, "nonprofits": NONPROFITS, "partnerships": PARTNERSHIPS}
