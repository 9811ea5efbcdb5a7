"""Check the tables against each other: partnerships name units and nonprofits that are there."""

from __future__ import annotations

import numpy as np

from matcher.errors import nearest
from matcher.tables.columns import Nonprofit, Partnership, Unit
from matcher.tables.problems import Problem
from matcher.tables.reading import Table


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
        candidates = known.astype("str").tolist()
        for position in np.flatnonzero(named.notna() & ~named.isin(known)):
            hint = nearest(str(named.iloc[position]), candidates) if len(candidates) < 5000 else ""
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
