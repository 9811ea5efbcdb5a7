"""The day of a run: how far back a declined pair counts, and until when a run on a later day is the same."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np

from matcher.scoring.data import Run
from matcher.tables.status import Status

_MOST_DAYS = 366


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier, or the last day of a shorter month.

    Parameters
    ----------
    day : date
    months : int
        At least 0.
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    if year < 1:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def unchanged_until(run: Run) -> dt.date:
    """Last day, at most a year later, on which the same pairs count as declined as on the day of the run.

    Nothing else in a run depends on its day, but for the day itself where it is shown.
    """
    months, until = run.settings.gates.declined_months, run.history.until[run.history.status == Status.DECLINED]
    since = np.datetime64(months_before(run.today, months))
    next_to_open = min(until[until > since].tolist(), default=dt.date.max)
    day = run.today
    for _ in range(_MOST_DAYS):
        following = day + dt.timedelta(days=1)
        if months_before(following, months) >= next_to_open:
            break
        day = following
    return day
