"""Shortlists as a table: one row a pair, made from the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.sentences.history import told_once
from matcher.reports.sentences.lists import ListRemarks
from matcher.reports.sentences.reasons import reason
from matcher.scoring.explanation import SCORE_DECIMALS, PairRecord
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit, Shortlist, Unit

_UNIT_SIDE = (Shortlist.UNIT_ID, Shortlist.UNIT_NAME, Shortlist.COMPANY)
_NONPROFIT_SIDE = (Shortlist.NONPROFIT_ID, Shortlist.NONPROFIT_NAME, Shortlist.ORGANISATION)


def shortlist_columns(criteria: Sequence[str], side: str = "units") -> list[str]:
    """Columns of a shortlist in order, before those that pass through.

    Parameters
    ----------
    criteria : sequence of str
        Names of the criteria.
    side : {"units", "nonprofits"}
        Side that stands first.
    """
    first, second = (_UNIT_SIDE, _NONPROFIT_SIDE) if side == "units" else (_NONPROFIT_SIDE, _UNIT_SIDE)
    return [
        *first,
        Shortlist.RANK,
        *second,
        Shortlist.SCORE,
        Shortlist.CONFIDENCE,
        Shortlist.DISTANCE_KM,
        Shortlist.STABILITY,
        *criteria,
        Shortlist.WHY,
    ]


def shortlist_table(
    records: Sequence[PairRecord],
    ranks: Sequence[int],
    language: Language,
    criteria: Sequence[str],
    remarks: Mapping[str, ListRemarks],
    *,
    side: str = "units",
    passed_through: tuple[Table, Table] | None = None,
) -> pd.DataFrame:
    """Return records as a table.

    Parameters
    ----------
    records : sequence of PairRecord
    ranks : sequence of int
    language : Language
        Of the reasons; headings stay English, for other programs.
    criteria : sequence of str
        Names of the criteria, each with a column.
    remarks : mapping of str to ListRemarks
        Remarks on each list as a whole, which its rows leave out.
    side : {"units", "nonprofits"}
        Which side stands first.
    passed_through : (Table, Table), optional
        Units and nonprofits, for their columns that are not known.
    """
    owners = [record.unit_id if side == "units" else record.nonprofit_id for record in records]
    positions: dict[str, list[int]] = {}
    for position, owner in enumerate(owners):
        positions.setdefault(owner, []).append(position)
    shown = {
        position: record
        for mine in positions.values()
        for position, record in zip(mine, told_once(records[each] for each in mine), strict=True)
    }
    rows = [
        (
            record.unit_id,
            record.unit_name,
            record.company,
            rank,
            record.nonprofit_id,
            record.nonprofit_name,
            record.organisation,
            record.score,
            record.confidence,
            record.distance_km,
            record.stability,
            *(_score_of(record, name) for name in criteria),
            reason(shown[position], language, remarks[owner].unknown),
        )
        for position, (record, rank, owner) in enumerate(zip(records, ranks, owners, strict=True))
    ]
    frame = pd.DataFrame(rows, columns=shortlist_columns(criteria))
    numbers = [Shortlist.SCORE, Shortlist.CONFIDENCE, Shortlist.DISTANCE_KM, *criteria]
    frame[numbers] = frame[numbers].astype("float64")
    frame[Shortlist.RANK] = frame[Shortlist.RANK].astype("int64")
    frame[Shortlist.STABILITY] = frame[Shortlist.STABILITY].astype("Int64")
    frame = frame[shortlist_columns(criteria, side)]
    if passed_through is not None:
        units, nonprofits = passed_through
        frame = _pass_through(frame, units, Unit.ID, Shortlist.UNIT_ID, "unit")
        frame = _pass_through(frame, nonprofits, Nonprofit.ID, Shortlist.NONPROFIT_ID, "nonprofit")
    return frame


def _score_of(record: PairRecord, name: str) -> float | None:
    criterion = record.criterion(name)
    return None if criterion is None or criterion.score is None else round(criterion.score, SCORE_DECIMALS)


def _pass_through(frame: pd.DataFrame, table: Table, id_column: str, key: str, prefix: str) -> pd.DataFrame:
    """Add a table's unknown columns; one whose heading is taken gets the side's name before it."""
    if not table.passed_through:
        return frame
    found = table.frame.set_index(id_column)[list(table.passed_through)].reindex(frame[key]).reset_index(drop=True)
    for column in found.select_dtypes("float"):
        # Counts are held as float64, for NaN.
        if (found[column].dropna() % 1 == 0).all():
            found[column] = found[column].astype("Int64")
    names: dict[str, str] = {}
    for column in table.passed_through:
        name = column
        while name in frame.columns or name in names.values():
            name = f"{prefix}_{name}"
        names[column] = name
    return pd.concat([frame, found.rename(columns=names)], axis=1)
