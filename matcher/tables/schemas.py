"""pandera schemas, made from the column specs, and their failures as problems."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pandera.pandas as pa

from matcher.errors import nearest
from matcher.tables.parsing import SEPARATOR
from matcher.tables.specs import TABLES, ColumnSpec, Kind, TableSpec

Finding = tuple[str, int, str, str, str]
"""Column, position of the row, message, remedy, code."""

DTYPES: dict[Kind, str] = {
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "datetime64[s]",
}


def dtype_of(column: ColumnSpec) -> str:
    """Return the pandas dtype in which a column is held; text where none is named."""
    return DTYPES.get(column.kind, "str")


def _words_known(choices: tuple[str, ...]) -> Callable[[str], bool]:
    allowed = frozenset(choices)
    return lambda cell: all(word in allowed for word in cell.split(SEPARATOR))


@cache
def schema_of(name: str) -> pa.DataFrameSchema:
    """Return the schema of a table: ``units``, ``nonprofits`` or ``partnerships``.

    Its checks hold for tables that :mod:`matcher.tables.reading` made; columns that are not known are allowed.
    """
    return pa.DataFrameSchema(
        {column.name: _column(column) for column in TABLES[name].columns}, strict=False, name=name
    )


def _column(column: ColumnSpec) -> pa.Column:
    checks = []
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, name="low"))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, name="high"))
    if column.kind in (Kind.WORD, Kind.WORDS):
        checks.append(pa.Check(_words_known(column.choices), element_wise=True, name="words"))
    return pa.Column(
        dtype_of(column),
        checks,
        nullable=column.blank != "error",
        unique=column.unique,
        required=column.required,
        name=column.name,
    )


def findings(frame: pd.DataFrame, spec: TableSpec, name: str) -> list[Finding]:
    """Return every breach of a table's schema.

    Parameters
    ----------
    frame : DataFrame
        With a range index: positions are reported.
    spec : TableSpec
    name : str
        Key of the table in ``TABLES``.
    """
    try:
        schema_of(name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        cases = cases[cases["index"].notna()]
        return [
            _finding(spec.by_name[str(case.column)], str(case.check), case.failure_case, int(case.index))
            for case in cases.itertuples(index=False)
        ]
    return []


def _finding(column: ColumnSpec, check: str, value: object, position: int) -> Finding:
    optional = "" if column.required else ", or leave the cell empty"
    if check.startswith("not_nullable"):
        return column.name, position, "the cell is empty", f"Fill in: {column.meaning}", "blank"
    if "uniqueness" in check or "unique" in check:
        return (
            column.name,
            position,
            "this stands in more than one row",
            "Give every row a code of its own, or delete the double row",
            "duplicate",
        )
    if column.kind in (Kind.WORD, Kind.WORDS):
        unknown = [word for word in str(value).split(SEPARATOR) if word not in column.choices]
        if column.kind is Kind.WORD and not unknown:
            unknown = [str(value)]
        hint = nearest(unknown[0], list(column.words or {})) if unknown else ""
        return (
            column.name,
            position,
            f"'{unknown[0]}' is not one of the words of this column{hint}",
            f"Use {', '.join(column.choices[:-1])} or {column.choices[-1]}{optional}",
            "unknown_word",
        )
    if column.low == 0 and column.high is None:
        return column.name, position, "this is below zero", f"Write 0 or more{optional}", "out_of_range"
    return (
        column.name,
        position,
        f"this is outside {column.low:g} to {column.high:g}"
        if column.high is not None
        else f"this is below {column.low:g}",
        f"{column.meaning}{optional}",
        "out_of_range",
    )
