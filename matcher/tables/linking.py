"""Check the tables against each other: partnerships name units and nonprofits that are there."""

from __future__ import annotations

import numpy as np

from matcher.errors import nearest
from matcher.tables.columns import Nonprofit, Partnership, Unit
from matcher.tables.problems import Problem
from matcher.tables.reading import Table

# A hint compares a code with every other one: for long lists and many codes that takes minutes.
_MOST_CANDIDATES = 5000
_MOST_HINTS = 20


def partnership_problems(partnerships: Table, units: Table, nonprofits: Table) -> list[Problem]:
    """Return what is wrong between a table of partnerships and the two lists.

    A partnership that names an unknown unit or nonprofit is an error; the same partnership twice a warning.
    """
    problems = []
    for column, table, id_column in (
        (Partnership.UNIT_ID, units, Unit.ID),
        (Partnership.NONPROFIT_ID, nonprofits, Nonprofit.ID),
    ):
        known = table.frame[id_column].dropna()
        named = partnerships.frame[column]
        unknown = named.notna() & ~named.isin(known)
        hints = _hints(named[unknown].unique().tolist(), known.astype("str").tolist())
        for position in np.flatnonzero(unknown):
            hint = hints.get(str(named.iloc[position]), "")
            problems.append(
                partnerships.problem(
                    int(position),
                    column,
                    f"{table.file} has no row with this code{hint}",
                    "Correct the code, or add the row there",
                    "error",
                    f"unknown_{id_column}",
                )
            )
    keys = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID, Partnership.STATUS, Partnership.STARTED_ON]
    for position in np.flatnonzero(partnerships.frame.duplicated(keys)):
        problems.append(
            partnerships.problem(
                int(position),
                Partnership.NONPROFIT_ID,
                "the same partnership stands in an earlier row",
                "Delete one of them; it is counted once",
                "warning",
                "double_partnership",
            )
        )
    return problems


def _hints(codes: list[str], candidates: list[str]) -> dict[str, str]:
    """Return what each of the first unknown codes may have been meant to be."""
    if len(candidates) >= _MOST_CANDIDATES:
        return {}
    return {code: nearest(code, candidates) for code in codes[:_MOST_HINTS]}
