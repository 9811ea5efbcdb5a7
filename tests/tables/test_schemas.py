"""A table is seen to keep to its schema without pandera exactly where pandera finds nothing."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from helpers.paths import ROOT
from hypothesis import given
from hypothesis import strategies as st

from matcher.tables.read.parsing import SEPARATOR
from matcher.tables.schema.checks import dtype_of, findings, keeps_to, schema_of
from matcher.tables.schema.tables import READABLE, ColumnSpec, Kind
from matcher.tables.schema.vocabulary import COUNTRY_WORDS, country_code

# Few texts, so that codes come twice; and often nothing.
TEXTS = st.sampled_from(["a", "b", "c", "d", "e"])
NUMBERS = st.sampled_from([-181.0, -91.0, -1.0, 0.0, 0.5, 1.0, 5.0, 6.0, 90.0, 91.0, 181.0])


def cells_of(column: ColumnSpec, count: int) -> st.SearchStrategy[pd.Series[Any]]:
    """Return cells of the column's type, most of them allowed."""
    words = st.sampled_from([*column.choices, *column.choices, "no such word"])
    by_kind: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.NUMBER: NUMBERS,
        Kind.COUNT: NUMBERS,
        Kind.BOOLEAN: st.booleans(),
        Kind.DATE: st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
        Kind.WORD: words,
        Kind.WORDS: st.lists(words, min_size=1, max_size=3, unique=True).map(SEPARATOR.join),
    }
    cell = by_kind.get(column.kind, TEXTS)
    if column.unique and count <= 5:
        codes = st.permutations(["a", "b", "c", "d", "e"]).map(lambda names: names[:count])
        lists = st.one_of(codes, codes, st.lists(st.none() | cell, min_size=count, max_size=count))
    else:
        maybe = cell if column.blank == "error" else st.none() | cell
        lists = st.lists(maybe, min_size=count, max_size=count)
        if column.blank == "error":
            lists = st.one_of(lists, lists, st.lists(st.none() | cell, min_size=count, max_size=count))
    return lists.map(lambda cells: pd.Series(cells, dtype=dtype_of(column)))


def found_by_pandera(frame: pd.DataFrame, name: str) -> bool:
    """Return whether pandera finds a breach."""
    try:
        schema_of(name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors:
        return True
    return False


@pytest.mark.parametrize("name", READABLE)
@given(data=st.data())
def test_column_by_column_a_breach_is_seen_exactly_where_pandera_sees_it(name: str, data: st.DataObject) -> None:
    spec = READABLE[name]
    fine = pd.DataFrame(
        {
            column.name: pd.Series(
                [column.choices[0] if column.choices else "a"]
                if dtype_of(column) == "str"
                else [dt.date(2026, 1, 1)]
                if column.kind is Kind.DATE
                else [1],
                dtype=dtype_of(column),
            )
            for column in spec.columns
        }
    )
    assert keeps_to(fine, spec)
    assert not found_by_pandera(fine, name)
    column = data.draw(st.sampled_from(spec.columns))
    count = data.draw(st.integers(0, 4))
    cells = data.draw(cells_of(column, count))
    # The other columns stay fine, whatever their length is cut or repeated to; codes stay distinct.
    frame = fine.iloc[[0] * count].reset_index(drop=True)
    for other in spec.columns:
        if other.unique:
            frame[other.name] = pd.Series([f"code {row}" for row in range(count)], dtype="str")
    frame[column.name] = cells
    assert keeps_to(frame, spec) is not found_by_pandera(frame, name)
    assert bool(findings(frame, spec, name)) is not keeps_to(frame, spec)


@pytest.mark.parametrize("name", READABLE)
def test_a_column_of_another_type_or_none_at_all_is_a_breach(name: str) -> None:
    spec = READABLE[name]
    whole = pd.DataFrame({column.name: pd.Series([], dtype=dtype_of(column)) for column in spec.columns})
    for column in spec.columns:
        other = whole.assign(**{column.name: pd.Series([], dtype="int8")})
        assert not keeps_to(other, spec)
        assert found_by_pandera(other, name)
        without = whole.drop(columns=column.name)
        assert keeps_to(without, spec) is not found_by_pandera(without, name)


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
        "from matcher.tables.schema import vocabulary\n"
        "assert [vocabulary.country_code(name) for name in ('nl', 'gb', 'spain', 'uk')] == ['NL', 'GB', 'ES', 'GB']\n"
        "assert vocabulary._country_codes.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
