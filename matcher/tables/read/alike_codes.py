"""Codes that a reader takes for the same: they differ in capitals, spaces, dashes, or letters of another alphabet."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.table import Table
from matcher.tables.schema.tables import READABLE

_LOOK_ALIKE = str.maketrans(
    # Letters of the Cyrillic and the Greek alphabet that look like Latin ones, and kinds of dashes.
    "АВЕКМНОРСТУХІЈЅаеорсухіјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρχ‐‑‒–—−_",
    "ABEKMHOPCTYXIJSaeopcyxijsdqwhABEZHIKMNOPTYXaovpx-------",
)
_ZERO = re.compile(r"(?<=\d)o|o(?=\d)")


def code_key(code: str) -> str:
    """Code without what is hard to see: the same for codes that look alike.

    Examples
    --------
    >>> code_key("N 01") == code_key("n01") == code_key("N01".replace("N", "Ν")) == code_key("NO1")
    True
    """
    plain = code.casefold() if code.isascii() else fold(code.translate(_LOOK_ALIKE))
    plain = "".join(plain.split()).replace("_", "-")
    return _ZERO.sub("0", plain) if "o" in plain else plain


def alike_codes(table: Table) -> list[Problem]:
    """Warnings of rows whose code differs from that of an earlier row in a way that is hard to see."""
    column = READABLE[table.name].id_column
    if any(problem.code == "codes_made" for problem in table.problems):
        return []
    codes = table.frame[column]
    distinct = codes.drop_duplicates().dropna()
    keys = pd.Series([code_key(code) for code in distinct.tolist()], index=distinct.index, dtype=object)
    alike = keys[keys.duplicated(keep=False)]
    first: dict[str, int] = {}
    problems = []
    for position, key in alike.items():
        earlier = first.setdefault(key, int(str(position)))
        if earlier == position:
            continue
        row = int(table.rows[earlier])
        problem = table.problem(
            int(str(position)),
            column,
            Message(
                "this code differs from '{code}' in row {row} in capitals, spaces or letters that look alike only",
                code=codes.iloc[earlier],
                row=row,
            ),
            Message("Write one code in one way; give rows that are not the same site codes that differ more"),
            "warning",
            "codes_alike",
        )
        problems.append(replace(problem, other_row=row))
    return problems
