"""Moments at which a partnership is asked how it goes: agreed, half way, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matcher.scoring.days import months_before
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status

AGREED, HALF_WAY, ENDED = "agreed", "half_way", "ended"
MOMENTS = (AGREED, HALF_WAY, ENDED)
RATINGS_OF: Mapping[str, tuple[str, ...]] = {
    AGREED: ("shared_mission", "clear_goals", "trust", "support_management"),
    HALF_WAY: ("communication", "support_staff"),
    ENDED: ("goals_met", "satisfaction_company", "satisfaction_nonprofit"),
}
"""Ratings asked at each moment: the success factors of the preparation, those of the operation, and the results."""
MONTHS_TO_HALF_WAY = 6
"""Months after the start at which a partnership without an end is half way."""
SOON_DAYS = 30
"""Days ahead that moments are shown for."""


@dataclass(frozen=True)
class DueMoment:
    """A moment at which nothing was recorded yet.

    Attributes
    ----------
    unit_id, nonprofit_id : str
    moment : {"agreed", "half_way", "ended"}
    due_on : date or None
        None where the table holds no date to go by: it is due now.
    is_due : bool
        Whether that day has come.
    days_late : int
        Days since then; negative for one that lies ahead, 0 without a date.
    ratings : tuple of str
        Columns to ask for.
    """

    unit_id: str
    nonprofit_id: str
    moment: str
    due_on: dt.date | None
    is_due: bool
    days_late: int
    ratings: tuple[str, ...]


def due_moments(
    partnerships: pd.DataFrame,
    as_of: dt.date,
    recorded: Collection[tuple[str, str, str]] = (),
    *,
    soon_days: int = SOON_DAYS,
) -> list[DueMoment]:
    """Moments that are due, or will be soon, of partnerships that run or have ended; those longest due first.

    A moment counts as recorded where any of its ratings is filled in. The start and half way are due for partnerships
    that still run. Half way is in the middle of start and end, or ``MONTHS_TO_HALF_WAY`` months after the start where no
    end is known; the end is due for partnerships that are completed, or that have an end.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` returns it. Of several rows of a pair the last counts.
    as_of : date
        Today.
    recorded : collection of (str, str, str)
        Unit, nonprofit and moment of what was recorded elsewhere.
    soon_days : int
        Days ahead.
    """
    found: list[DueMoment] = []
    last = partnerships.drop_duplicates([Partnership.UNIT_ID, Partnership.NONPROFIT_ID], keep="last")
    for row in last.to_dict("records"):
        unit, nonprofit = str(row[Partnership.UNIT_ID]), str(row[Partnership.NONPROFIT_ID])
        for moment, due_on in _days(row).items():
            names = RATINGS_OF[moment]
            if (unit, nonprofit, moment) in recorded or any(not pd.isna(row[name]) for name in names):
                continue
            late = 0 if due_on is None else (as_of - due_on).days
            if late >= -soon_days:
                found.append(DueMoment(unit, nonprofit, moment, due_on, late >= 0, late, names))
    order = {moment: number for number, moment in enumerate(MOMENTS)}
    return sorted(found, key=lambda item: (-item.days_late, item.unit_id, item.nonprofit_id, order[item.moment]))


def _days(row: Mapping[Any, Any]) -> dict[str, dt.date | None]:
    """Day of each moment that a partnership comes to; none for one that neither runs nor has ended."""
    status = str(row[Partnership.STATUS])
    is_running = status in Status.having("is_running")
    if not (is_running or status in Status.having("is_ended")):
        return {}
    started, ended = _day(row[Partnership.STARTED_ON]), _day(row[Partnership.ENDED_ON])
    found: dict[str, dt.date | None] = {AGREED: started} if is_running else {}
    if is_running and started is not None:
        found[HALF_WAY] = (
            started + (ended - started) / 2
            if ended is not None and ended > started
            else months_before(started, -MONTHS_TO_HALF_WAY)
        )
    if not is_running or ended is not None:
        found[ENDED] = ended
    return found


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
