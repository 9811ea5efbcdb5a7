"""The check of tables against their schema."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
from helpers.paths import ROOT
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.countries import COUNTRY_WORDS, country_code
from matcher.tables.schema.checks import dtype_of, findings
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.tables import READABLE, TABLES
from matcher.tables.schema.vocabulary import SEPARATOR


def one_column(column: ColumnSpec, cells: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(cells, dtype=dtype_of(column))})


def allowed(column: ColumnSpec) -> Any:
    """A cell that the schema allows."""
    if column.choices:
        return column.choices[0]
    return {"str": "a", "datetime64[s]": dt.date(2026, 1, 1)}.get(dtype_of(column), 1)


COLUMNS = [(spec, column) for spec in READABLE.values() for column in spec.columns]
NAMES = [f"{spec.name}.{column.name}" for spec, column in COLUMNS]


@pytest.mark.parametrize(("spec", "column"), COLUMNS, ids=NAMES)
def test_allowed_cells_have_no_finding(spec: TableSpec, column: ColumnSpec) -> None:
    cells = [allowed(column)] if column.blank == "error" else [allowed(column), None]
    assert findings(one_column(column, cells), spec) == []


@pytest.mark.parametrize(("spec", "column"), COLUMNS, ids=NAMES)
def test_every_breach_is_found_in_its_row(spec: TableSpec, column: ColumnSpec) -> None:
    bad: dict[str, Any] = {}
    if column.blank == "error":
        bad["blank"] = None
    if column.cell_type in (CellType.WORD, CellType.WORDS):
        bad["unknown_word"] = "no such word"
    if column.low is not None:
        bad["out_of_range"] = column.low - 1
    for code, cell in bad.items():
        found = findings(one_column(column, [allowed(column), cell]), spec)
        assert [(item.column, item.position, item.code) for item in found] == [(column.name, 1, code)]
        assert found[0].message
        assert found[0].remedy
    if column.high is not None:
        found = findings(one_column(column, [column.high + 1, column.high]), spec)
        assert [(item.position, item.code) for item in found] == [(0, "out_of_range")]
    if column.unique:
        found = findings(one_column(column, ["a", "b", "a"]), spec)
        assert [(item.position, item.code) for item in found] == [(0, "duplicate"), (2, "duplicate")]


@given(
    cells=st.lists(
        st.none() | st.sampled_from(["people", "money", "zzz", f"people{SEPARATOR}money", f"money{SEPARATOR}zzz"]),
        max_size=6,
    )
)
def test_a_list_of_words_is_a_breach_where_one_is_unknown(cells: list[str | None]) -> None:
    spec = READABLE["units"]
    found = findings(one_column(spec.by_name["offers"], cells), spec)
    expected = [row for row, cell in enumerate(cells) if cell is not None and "zzz" in cell.split(SEPARATOR)]
    assert [item.position for item in found] == expected


def test_tables_come_after_those_that_they_refer_to() -> None:
    names = list(TABLES)
    referring = [(name, column.refers_to) for name, spec in TABLES.items() for column in spec.columns]
    assert ("partnerships", "units") in referring
    for name, other in referring:
        assert other is None or names.index(other) < names.index(name)


def test_columns_can_be_added_for_a_run() -> None:
    wider = READABLE["units"].with_columns([ColumnSpec("desks", CellType.NUMBER, "Desks", "Bureaus", low=0)])
    assert wider.by_heading["desks"] == "desks"
    assert [item.code for item in findings(pd.DataFrame({"desks": [1.0, -1.0]}), wider)] == ["out_of_range"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *COUNTRY_WORDS.items(),
        ("nl", "NL"),
        ("belgie", "BE"),
        ("allemagne", "DE"),
        ("osterreich", "AT"),
        ("frankrijk", "FR"),
        ("narnia", None),
        ("eu", None),
    ],
)
def test_countries_in_four_languages(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_country_codes_need_the_english_list_alone() -> None:
    script = (
        "from matcher.i18n import countries\n"
        "assert [countries.country_code(name) for name in ('nl', 'gb', 'spain', 'uk')] == ['NL', 'GB', 'ES', 'GB']\n"
        "assert countries._country_codes.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
