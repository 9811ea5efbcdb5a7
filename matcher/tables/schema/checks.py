"""pandera schemas, made from the column specs, and their failures as problems.

Most tables have no failure, and pandera takes a third of a second to load: whether there is any is seen without it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from matcher.errors import nearest
from matcher.tables.problems import Finding
from matcher.tables.read.parsing import SEPARATOR
from matcher.tables.schema.tables import READABLE, ColumnSpec, Kind, TableSpec

if TYPE_CHECKING:
    import pandera.pandas as pa

DUPLICATE_CODE = "duplicate"
DUPLICATE_MESSAGE = "this stands in more than one row"
DUPLICATE_REMEDY = "Give every row a code of its own, or delete the double row"

DTYPES: dict[Kind, str] = {
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "datetime64[s]",
}


def dtype_of(column: ColumnSpec) -> str:
    """Return the pandas dtype in which a column is held; text where none is named."""
    return DTYPES.get(column.kind, "str")


def _words_known(choices: tuple[str, ...]) -> Callable[[pd.Series], pd.Series]:
    allowed = frozenset(choices)
    return lambda cells: cells.isin([cell for cell in cells.unique() if allowed.issuperset(cell.split(SEPARATOR))])


@cache
def schema_of(name: str) -> pa.DataFrameSchema:
    """Return the schema of a table: ``units``, ``nonprofits`` or ``partnerships``.

    Its checks hold for tables that :mod:`matcher.tables.read.tables` made; columns that are not known are allowed.
    """
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {column.name: _column(column) for column in READABLE[name].columns}, strict=False, name=name
    )


def _column(column: ColumnSpec) -> pa.Column:
    import pandera.pandas as pa

    checks = []
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, name="low"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, name="high"))
    if column.kind is Kind.WORD:
        checks.append(pa.Check.isin(column.choices, name="words"))
    if column.kind is Kind.WORDS:
        checks.append(pa.Check(_words_known(column.choices), name="words"))
    return pa.Column(
        dtype_of(column),
        checks,
        nullable=column.blank != "error",
        unique=column.unique,
        required=column.required,
        name=column.name,
    )


def keeps_to(frame: pd.DataFrame, spec: TableSpec) -> bool:
    """Return whether a table keeps to its schema: whether :func:`schema_of` would find nothing.

    Parameters
    ----------
    frame : DataFrame
    spec : TableSpec
    """
    return all(
        _column_keeps_to(frame[column.name], column) if column.name in frame else not column.required
        for column in spec.columns
    )


def _column_keeps_to(cells: pd.Series[Any], column: ColumnSpec) -> bool:
    if str(cells.dtype) != dtype_of(column):
        return False
    if column.blank == "error" and cells.hasnans:
        return False
    if column.unique and not cells.is_unique:
        return False
    # Nothing is below or above a bound where it is unknown.
    if column.low is not None and (cells < column.low).any():
        return False
    if column.high is not None and (cells > column.high).any():
        return False
    if column.kind is Kind.WORD:
        return bool(cells.dropna().isin(column.choices).all())
    return column.kind is not Kind.WORDS or bool(_words_known(column.choices)(cells.dropna()).all())


def findings(frame: pd.DataFrame, spec: TableSpec, name: str) -> list[Finding]:
    """Return every breach of a table's schema.

    Parameters
    ----------
    frame : DataFrame
        With a range index: positions are reported.
    spec : TableSpec
    name : str
        Key of the table in ``READABLE``.
    """
    if keeps_to(frame, spec):
        return []
    import pandera.pandas as pa

    try:
        schema_of(name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        cases = cases[cases["index"].notna()]
        told: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        found = []
        for column, check, value, position in zip(
            cases["column"], cases["check"], cases["failure_case"], cases["index"], strict=True
        ):
            key = (str(column), str(check), str(value))
            if key not in told:
                told[key] = _breach(spec.by_name[key[0]], *key[1:])
            message, remedy, code = told[key]
            found.append(Finding(key[0], int(position), message, remedy, code))
        return found
    return []


def _breach(column: ColumnSpec, check: str, value: str) -> tuple[str, str, str]:
    """Return the message, the remedy and the code of a breach."""
    optional = "" if column.required else ", or leave the cell empty"
    if check.startswith("not_nullable"):
        return "the cell is empty", f"Fill in: {column.meaning}", "blank"
    if "unique" in check:
        return DUPLICATE_MESSAGE, DUPLICATE_REMEDY, DUPLICATE_CODE
    if column.kind in (Kind.WORD, Kind.WORDS):
        return _unknown_word(column, value, optional)
    if column.low == 0 and column.high is None:
        return "this is below zero", f"Write 0 or more{optional}", "out_of_range"
    bounds = f"outside {column.low:g} to {column.high:g}" if column.high is not None else f"below {column.low:g}"
    return f"this is {bounds}", f"{column.meaning}{optional}", "out_of_range"


def _unknown_word(column: ColumnSpec, value: str, optional: str) -> tuple[str, str, str]:
    words = value.split(SEPARATOR)
    remedy = f"Use {', '.join(column.choices[:-1])} or {column.choices[-1]}{optional}"
    if column.kind is Kind.WORD and len(words) > 1:
        return "there is room for one word only in this column", remedy, "unknown_word"
    unknown = next(word for word in words if word not in column.choices)
    hint = nearest(unknown, list(column.words or {}))
    return f"'{unknown}' is not one of the words of this column{hint}", remedy, "unknown_word"
