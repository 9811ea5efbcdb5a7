"""Check the tables against each other: partnerships name units and nonprofits that are there."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from matcher.errors import nearest
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit

# A hint compares a code with every other one: for long lists and many codes that takes minutes.
_MOST_CANDIDATES = 5000
_MOST_HINTS = 20
_SAME = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID, Partnership.STATUS, Partnership.STARTED_ON]


def partnership_problems(
    partnerships: Table,
    units: Table | None,
    nonprofits: Table | None,
    *,
    unknown_is: Literal["error", "warning"] = "error",
) -> list[Problem]:
    """Problems of a table of partnerships in relation to the two lists.

    The same partnership twice is a warning.

    Parameters
    ----------
    partnerships : Table
    units, nonprofits : Table or None
        Not checked where None.
    unknown_is : {"error", "warning"}
        Severity of an unknown unit or nonprofit.
    """
    remedy = "Correct the code, or add the row there" + ("" if unknown_is == "error" else "; the row stays in")
    problems = []
    for column, table, id_column in (
        (Partnership.UNIT_ID, units, Unit.ID),
        (Partnership.NONPROFIT_ID, nonprofits, Nonprofit.ID),
    ):
        if table is None:
            continue
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
                    remedy,
                    unknown_is,
                    f"unknown_{id_column}",
                )
            )
    for position in np.flatnonzero(partnerships.frame.duplicated(_SAME)):
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


def counted_once(partnerships: pd.DataFrame) -> pd.DataFrame:
    """Return each partnership once, by its ids, status and first day, in their order.

    Of one that stands there twice, the row with the most known counts, whatever the order of the file.
    """
    remarks = (Partnership.REASON, Partnership.PROGRAMME, Partnership.LEFT_AT)
    rest = [Partnership.ENDED_ON, *Partnership.RATINGS, *remarks]
    rows = partnerships.assign(_known=partnerships[[*_SAME, *rest]].notna().sum(axis=1))
    rows = rows.sort_values(
        [*_SAME, "_known", *rest], ascending=[True] * len(_SAME) + [False] + [True] * len(rest), kind="stable"
    )
    return rows.drop_duplicates(_SAME, ignore_index=True).drop(columns="_known")


def _hints(codes: list[str], candidates: list[str]) -> dict[str, str]:
    """Hint at the nearest known code for each of the first unknown codes."""
    if len(candidates) >= _MOST_CANDIDATES:
        return {}
    return {code: nearest(code, candidates) for code in codes[:_MOST_HINTS]}
