"""Moments at which partnerships are asked how they go."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from matcher.i18n.language import load_language
from matcher.learning.outcomes.moments import due_moments
from matcher.reports.sentences.moments import due_phrase, moment_in_words
from matcher.tables.read.tables import read_table

TODAY = dt.date(2026, 11, 29)


def table(*rows: dict[str, object]) -> pd.DataFrame:
    base = {"unit_id": "u1", "nonprofit_id": "n1", "status": "active"}
    return read_table("partnerships", pd.DataFrame([base | row for row in rows])).frame


def due(*rows: dict[str, object], **more) -> list[tuple[str, object, bool]]:
    return [(item.moment, item.due_on, item.is_due) for item in due_moments(table(*rows), TODAY, **more)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"status": "proposed", "started_on": "2026-01-01"}, []),
        ({"status": "declined", "ended_on": "2026-01-01"}, []),
        ({"status": "agreed"}, [("agreed", None, True)]),
        (
            {"started_on": "2026-01-31"},
            [("agreed", dt.date(2026, 1, 31), True), ("half_way", dt.date(2026, 7, 31), True)],
        ),
        (
            {"started_on": "2026-11-01", "ended_on": "2026-12-21"},
            [
                ("agreed", dt.date(2026, 11, 1), True),
                ("half_way", dt.date(2026, 11, 26), True),
                ("ended", dt.date(2026, 12, 21), False),
            ],
        ),
        ({"status": "agreed", "started_on": "2027-05-01"}, []),
        ({"status": "completed", "ended_on": "2026-10-01"}, [("ended", dt.date(2026, 10, 1), True)]),
        ({"status": "completed", "ended_on": "2026-10-01", "goals_met": 4}, []),
        ({"started_on": "2026-10-01", "trust": 3}, []),
    ],
)
def test_what_is_due_when(row: dict[str, object], expected: list[tuple[str, object, bool]]) -> None:
    assert due(row) == expected


def test_what_was_recorded_elsewhere_is_due_no_more_and_the_latest_row_counts() -> None:
    rows = {"started_on": "2026-01-01"}, {"status": "completed", "ended_on": "2026-11-20"}
    assert due(*rows) == [("ended", dt.date(2026, 11, 20), True)]
    assert due(*rows, recorded={("u1", "n1", "ended")}) == []


def test_the_longest_due_comes_first_and_is_said() -> None:
    found = due_moments(
        table(
            {"nonprofit_id": "n2", "status": "agreed", "started_on": "2026-12-01"},
            {"nonprofit_id": "n3", "status": "agreed"},
            {"status": "completed", "ended_on": "2026-11-28"},
        ),
        TODAY,
    )
    english, dutch = load_language("en"), load_language("nl")
    assert [(item.nonprofit_id, due_phrase(item, english)) for item in found] == [
        ("n1", "due for 1 day, since 28 November 2026"),
        ("n3", "due; the table has no date"),
        ("n2", "due in 2 days, on 1 December 2026"),
    ]
    assert [moment_in_words(item.moment, dutch) for item in found] == ["aan het eind", "bij de start", "bij de start"]
