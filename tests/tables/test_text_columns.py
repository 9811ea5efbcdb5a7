"""A column of text in Arrow is read as its cells one by one are."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.folding import tidy
from matcher.tables.formula_guard import from_safe_cell
from matcher.tables.read.cells import read_column, text_column
from matcher.tables.read.text_columns import is_filled, is_text_column, texts_in, tidy_texts
from matcher.tables.schema.specs import ColumnSpec
from matcher.tables.schema.tables import READABLE

COLUMNS = {column.cell_type.value: column for table in READABLE.values() for column in table.columns}
"""One of each type."""
ODD = [
    "n.v.t.",
    "N.V.T",
    "#N/A",
    "#REF!",
    "-",
    "?",
    "1.200",
    "1,5",
    "01-02-2026",
    "13/1/2026",
    "ja",
    "NL",
    "geld; media",
]
CELLS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.sampled_from("aÉß ſ'=;\n\t\u200b\u2060\ufeff\u200c\xa0\u3000\x1c1-"), max_size=6),
    st.builds("{}{}{}".format, st.sampled_from([" ", "\xa0", "\u200b", "'"]), st.sampled_from(ODD), st.just(" ")),
    # Longer than every word without a value, the signs around it left out or not.
    st.builds(
        "{}{}{}".format,
        st.text(st.sampled_from("(? .!*"), max_size=120),
        st.sampled_from([*ODD, "a" * 90]),
        st.text(st.sampled_from(")?. !*"), max_size=120),
    ),
)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@given(st.lists(CELLS, max_size=8), st.booleans())
def test_as_its_cells_are(column: ColumnSpec, cells: list[str], remove_guards: bool) -> None:
    texts = pd.Series([cell or None for cell in cells], dtype="str")
    assert is_text_column(texts)
    series, findings = read_column(texts, column, remove_guards=remove_guards)
    expected, expected_findings = read_column(cells, column, remove_guards=remove_guards)
    pd.testing.assert_series_equal(series, expected)
    assert findings == expected_findings
    pd.testing.assert_series_equal(
        text_column(texts, remove_guards=remove_guards), text_column(cells, remove_guards=remove_guards)
    )
    assert is_filled(texts).tolist() == [bool(cell.strip()) for cell in cells]


@given(st.lists(st.one_of(st.none(), CELLS), min_size=1, max_size=8), st.integers(0, 8))
def test_a_part_of_an_array_is_as_its_cells_are(cells: list[str | None], first: int) -> None:
    array = pa.array(cells, pa.large_string()).slice(first)
    assert tidy_texts(array).to_pylist() == [None if cell is None else tidy(cell) for cell in cells[first:]]
    plain = texts_in(pd.Series(array.to_pylist(), dtype="str"), remove_guards=True)
    assert plain.to_pylist() == [None if cell is None else from_safe_cell(cell) for cell in cells[first:]]
