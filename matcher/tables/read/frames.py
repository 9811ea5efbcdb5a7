"""Tables in memory, of whatever library, as a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from matcher.errors import MatcherError
from matcher.messages import Message


def as_frame(source: Any) -> pd.DataFrame:
    """Take a table in memory as a DataFrame.

    Parameters
    ----------
    source : DataFrame, polars or pyarrow table, list of dict, or dict of lists
        Any object with ``__arrow_c_stream__`` is taken through Arrow.

    Raises
    ------
    MatcherError
        When it is no table.
    """
    if isinstance(source, pd.DataFrame):
        return source
    if hasattr(source, "__arrow_c_stream__"):
        import pyarrow as pa

        frame: pd.DataFrame = pa.table(source).to_pandas(integer_object_nulls=True)
        return frame
    is_rows = isinstance(source, list | tuple) and all(isinstance(row, Mapping) for row in source)
    if is_rows or isinstance(source, Mapping):
        try:
            return pd.DataFrame(source)
        except (ValueError, TypeError) as error:
            raise MatcherError(
                Message("these columns make no table ({error}): give each the same number of cells", error=error)
            ) from None
    raise MatcherError(
        Message(
            "{kind} is no table: pass a file, a DataFrame of pandas or polars, a pyarrow table, or a list of dicts",
            kind=type(source).__name__,
        )
    )
