"""Outcomes that were recorded, taken into the table of partnerships."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Partnership
from matcher.workspace.models import Outcome

_PAIR = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]


def with_outcomes(partnerships: pd.DataFrame, last: int | None = None) -> tuple[pd.DataFrame, bool]:
    """Return the table of partnerships with what was recorded later in the last row of each pair, and whether any was.

    Parameters
    ----------
    partnerships : DataFrame
        It is not changed.
    last : int, optional
        Number of the last outcome to take up; all by default.
    """
    recorded = Outcome.objects.order_by("id")
    if last is not None:
        recorded = recorded.filter(id__lte=last)
    rows: list[dict[Any, Any]] = partnerships.astype(object).where(partnerships.notna(), None).to_dict("records")
    position = {(row[Partnership.UNIT_ID], row[Partnership.NONPROFIT_ID]): number for number, row in enumerate(rows)}
    found = False
    for outcome in recorded:
        found = True
        pair = (outcome.unit_id, outcome.nonprofit_id)
        if pair not in position:
            position[pair] = len(rows)
            rows.append(dict(zip(_PAIR, pair, strict=True)))
        rows[position[pair]] |= outcome.cells
    if not found:
        return partnerships, False
    frame = pd.DataFrame(rows, columns=list(partnerships.columns))
    return read_table("partnerships", frame).frame, True
