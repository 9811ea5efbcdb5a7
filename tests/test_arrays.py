"""Codes of rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.arrays import codes_of_columns

_WHOLE_NUMBERS = (np.int64, np.uint64, np.uint8)


@given(st.data(), st.integers(1, 30), st.sampled_from(_WHOLE_NUMBERS), st.booleans())
def test_codes_number_the_distinct_rows_in_order(
    data: st.DataObject, count: int, dtype: type[np.integer], is_narrow: bool
) -> None:
    lowest, highest = np.iinfo(dtype).min, np.iinfo(dtype).max
    values = st.integers(highest - 2, highest) if is_narrow else st.integers(int(lowest), int(highest))
    columns = [data.draw(arrays(dtype, count, elements=values)) for _ in range(2)]
    ranks = np.stack([np.unique(column, return_inverse=True)[1] for column in columns], axis=1)

    codes = codes_of_columns(columns)

    np.testing.assert_array_equal(codes, np.unique(ranks, axis=0, return_inverse=True)[1].ravel())


def test_no_rows_have_no_codes() -> None:
    assert codes_of_columns([np.empty(0, dtype=np.int64)]).shape == (0,)
