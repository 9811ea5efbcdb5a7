"""Statuses: what each one means, against the table in the module's docstring."""

import numpy as np
import pandas as pd
import pytest

import matcher.tables.status
from matcher.tables.schema.tables import TABLES
from matcher.tables.status import Status


def test_the_documented_table_is_what_the_properties_say() -> None:
    lines = matcher.tables.status.__doc__.split("\n")
    rows = [[cell for cell in line.split("  ") if cell] for line in lines if line.split(" ")[0] in list(Status)]
    assert [row[0] for row in rows] == list(Status)
    for word, lists, programmes, stage, learning in ([cell.strip() for cell in row] for row in rows):
        status = Status(word)
        assert status.leaves_lists == ("out" in lists)
        assert status.is_running == programmes.startswith("fixed")
        assert status.is_locked == programmes.startswith("locked")
        assert stage == ("(exit)" if status.stage is None else status.stage)
        assert learning == next(name for name in ("positive", "negative", "silent") if getattr(status, f"is_{name}"))


@pytest.mark.parametrize("status", Status)
def test_each_status_is_consistent(status: Status) -> None:
    assert status.is_positive + status.is_negative + status.is_silent == 1
    assert status.is_under_way + status.is_ended + status.is_exit == 1
    assert status.is_exit == (status.stage is None)
    assert not status.is_running or status.leaves_lists
    assert not status.has_started or status.is_evidence


def test_the_words_of_the_table_are_the_statuses() -> None:
    assert TABLES["partnerships"].by_name["status"].choices == tuple(Status)


@pytest.mark.parametrize("make", [list, np.array, pd.Series])
def test_masks_of_many_statuses(make) -> None:
    statuses = [*Status, "", "other"]
    assert Status.mask(make(statuses), "is_silent").tolist() == [
        *(status in Status.having("is_silent") for status in Status),
        False,
        False,
    ]
    assert not Status.mask(np.empty(0), "is_running").any()
