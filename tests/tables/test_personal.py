"""Columns with data of persons are left out of what is shared, and that is said."""

from __future__ import annotations

import pandas as pd
import pytest

from matcher.tables.read.personal import without_personal, without_private_words
from matcher.tables.read.tables import Table, read_table


def table_with(**columns: list[str]) -> Table:
    rows = len(next(iter(columns.values())))
    base = {"nonprofit_id": [f"N{row}" for row in range(rows)], "name": ["Wold"] * rows, "mission": ["Samen"] * rows}
    return read_table("nonprofits", pd.DataFrame(base | columns))


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Geboortedatum", ["1971-02-03"]),
        ("BSN", ["000000000"]),
        ("nummer", ["111222333", "123456782"]),
        ("interne opmerking", ["moeilijk gesprek"]),
        ("date of birth", ["3/2/1971"]),
        ("Geburtsdatum", ["3.2.1971"]),
        ("date de naissance", ["03/02/1971"]),
        ("nr", ["71.02.03-001.56", "01.02.03-001.70"]),
    ],
)
def test_what_is_sensitive_is_in_no_results(heading: str, cells: list[str]) -> None:
    found = without_personal(table_with(**{heading: cells, "Wijkteam": ["Wold"] * len(cells)}), (), ())
    assert found.passed_through == ("Wijkteam",)
    assert heading not in found.frame
    assert [problem.code for problem in found.problems] == ["sensitive_columns"]
    assert heading in found.problems[0].message


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("E-mail", [""]), ("bereikbaar", ["a@wold.example", "nvt"]), ("Mobiel", ["x"]), ("contactpersoon", ["R. Bos, 06 12345678", "T. Vos", "K. Els"]), ("nr", ["06-12345678", "+31 6 1234 5678"])],
)  # fmt: skip
def test_contact_details_are_not_on_the_page(heading: str, cells: list[str]) -> None:
    found = without_personal(table_with(**{heading: cells}), (), ())
    assert found.passed_through == (heading,)
    assert found.not_on_page == {heading}
    assert [problem.code for problem in found.problems] == ["contact_columns"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("KvK-nummer", ["12345678"]), ("RSIN", ["111222333", "123456782"]), ("nummer", ["123456789", "111222333"]), ("leden", ["20"]), ("deel", ["0.8372648291"]), ("contact", ["R. Bos"])],
)  # fmt: skip
def test_what_is_of_organisations_is_shown(heading: str, cells: list[str]) -> None:
    found = without_personal(table_with(**{heading: cells}), (), ())
    assert (found.passed_through, found.not_on_page, found.problems) == ((heading,), frozenset(), ())


def test_the_user_decides() -> None:
    table = table_with(BSN=["111222333"], Mobiel=["0612345678"], Wijkteam=["Wold"])
    found = without_personal(table, ["wijkteam"], ["bsn", "MOBIEL"])
    assert (found.passed_through, found.not_on_page, found.problems) == (("BSN", "Mobiel"), frozenset(), ())


def test_private_words_of_partnerships_are_left_out_and_nothing_else() -> None:
    rows = {
        "unit_id": ["U1"],
        "nonprofit_id": ["N1"],
        "stand": ["afgewezen"],
        "toelichting": ["ruzie"],
        "notitie": ["bel"],
    }
    table = read_table("partnerships", pd.DataFrame(rows))
    kept = without_private_words(table, ["Toelichting"])
    assert kept.frame["reason"].isna().all()
    assert kept.frame[["unit_id", "nonprofit_id", "status", "note"]].equals(
        table.frame[["unit_id", "nonprofit_id", "status", "note"]]
    )
    assert without_private_words(table, ["stand", "unit_id"]).frame.equals(table.frame)
