"""Outcomes that were recorded, taken into the table of partnerships."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Partnership
from matcher.workspace.models import Outcome

TAKEN_BACK = "taken_back"
"""In place of a moment: an outcome that takes another one back, whose number its cells hold."""
_PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


def standing_outcomes(last: int | None = None) -> list[Outcome]:
    """Outcomes that were not taken back, in the order in which they were recorded.

    Parameters
    ----------
    last : int, optional
        Number of the last record to take up; all by default.
    """
    recorded = Outcome.objects.select_related("by").order_by("id")
    found = list(recorded if last is None else recorded.filter(id__lte=last))
    taken_back = {item.cells["outcome"] for item in found if item.moment == TAKEN_BACK}
    return [item for item in found if item.moment != TAKEN_BACK and item.pk not in taken_back]


def with_outcomes(partnerships: pd.DataFrame, last: int | None = None) -> tuple[pd.DataFrame, bool]:
    """Return the table of partnerships with what was recorded later in the last row of each pair, and whether any was.

    Parameters
    ----------
    partnerships : DataFrame
        It is not changed.
    last : int, optional
        Number of the last outcome to take up; all by default.
    """
    recorded = standing_outcomes(last)
    rows: list[dict[Any, Any]] = partnerships.astype(object).where(partnerships.notna(), None).to_dict("records")
    position = {(row[Partnership.UNIT_ID], row[Partnership.NONPROFIT_ID]): number for number, row in enumerate(rows)}
    for outcome in recorded:
        pair = (outcome.unit_id, outcome.nonprofit_id)
        if pair not in position:
            position[pair] = len(rows)
            rows.append(dict(zip(_PAIR, pair, strict=True)))
        rows[position[pair]] |= outcome.cells
    if not recorded:
        return partnerships, False
    frame = pd.DataFrame(rows, columns=list(partnerships.columns))
    return read_table("partnerships", frame).frame, True
