"""Fingerprint of a run's input: checksums of the fields of both lists, the partnerships and the settings; no texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matcher.scoring.criteria.base import column_name
from matcher.scoring.criteria.registry import CRITERIA, Criteria
from matcher.scoring.data import COLUMNS_WITH_ARRAYS, Floats, Labels
from matcher.scoring.scorer import Scorer
from matcher.settings import flat_settings
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit

PLACE = "place"
UNIT_FIELDS: dict[str, tuple[str, ...]] = {
    "mission": (Unit.MISSION,),
    "values": (Unit.VALUES,),
    PLACE: (),
    "causes": (Unit.CAUSES,),
    "excludes": (Unit.EXCLUDES,),
    "resources": (Unit.OFFERS, Unit.SEEKS),
    "capacity": (Unit.CAPACITY,),
}
NONPROFIT_FIELDS: dict[str, tuple[str, ...]] = {
    "mission": (Nonprofit.MISSION,),
    "values": (Nonprofit.VALUES,),
    PLACE: (),
    "causes": (Nonprofit.CAUSES,),
    "resources": (Nonprofit.NEEDS, Nonprofit.OFFERS),
    "capacity": (Nonprofit.CAPACITY,),
    "accreditation": (Nonprofit.ACCREDITATION,),
    "active": (Nonprofit.ACTIVE,),
    "organisation": (Nonprofit.ORGANISATION,),
}
"""The columns behind each field that may move a pair. The place is compared by its coordinates, not by its spelling."""
_SECTIONS = (
    "weights",
    "criteria",
    "mission",
    "text",
    "proximity",
    "track_record",
    "gates",
    "shortlist",
    "places",
    "side",
)
"""Sections of the settings that affect shortlists."""
_DAY = "gates.as_of"
_PLACE_STEP = 1e-6  # on the unit sphere: six metres
_ROWS_AT_ONCE = 65_536  # bounds the memory
_PARTNERSHIP = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID, Partnership.STATUS]


@dataclass(frozen=True)
class Fingerprint:
    """The input of a run, reduced to what a later run needs for a comparison.

    Attributes
    ----------
    side : {"units", "nonprofits"}
        The side that has the lists.
    as_of : str
        Day of the run, in ISO format.
    settings : dict
        The settings that affect shortlists: value by dotted key.
    units, nonprofits : DataFrame
        One row per id, one column per field: checksums, uint32.
    partnerships : DataFrame
        Columns ``unit_id``, ``nonprofit_id`` and ``status``, sorted, without repeated rows.
    """

    side: str
    as_of: str
    settings: dict[str, Any]
    units: pd.DataFrame
    nonprofits: pd.DataFrame
    partnerships: pd.DataFrame


def fingerprint_of(
    scorer: Scorer, units: pd.DataFrame, nonprofits: pd.DataFrame, partnerships: pd.DataFrame | None
) -> Fingerprint:
    """Return the fingerprint of a run.

    Parameters
    ----------
    scorer : Scorer
        Scorer of the run.
    units, nonprofits : DataFrame
        The tables from which the run was prepared.
    partnerships : DataFrame or None
        The partnerships, if there are any.

    Returns
    -------
    Fingerprint
    """
    run = scorer.run
    settings = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value, _ in flat_settings(run.settings)
        if key.split(".")[0] in _SECTIONS and key != _DAY
    }
    # The settings may name an alias; the run has the encoder that was used.
    settings["text.encoder"] = run.encoder
    known = pd.DataFrame(columns=_PARTNERSHIP) if partnerships is None else partnerships[_PARTNERSHIP]
    return Fingerprint(
        run.settings.side,
        run.today.isoformat(),
        settings,
        _checksums(units, Unit.ID, run.units.ids, run.units.points, UNIT_FIELDS | added_fields(run.criteria, "units")),
        _checksums(
            nonprofits,
            Nonprofit.ID,
            run.nonprofits.ids,
            run.nonprofits.points,
            NONPROFIT_FIELDS | added_fields(run.criteria, "nonprofits"),
        ),
        known.drop_duplicates().sort_values(_PARTNERSHIP, ignore_index=True).astype("str"),
    )


def added_fields(criteria: Criteria, side: str = "units") -> dict[str, tuple[str, ...]]:
    """Return the columns of criteria that no other field holds; they are compared as one field per criterion.

    Parameters
    ----------
    criteria : mapping of str to Criterion
        Criteria of the run by name.
    side : {"units", "nonprofits"}
        Table whose columns to return.

    Returns
    -------
    dict of str to tuple of str
        Columns by name of the criterion.
    """
    found = {}
    for name, criterion in criteria.items():
        columns = criterion.unit_columns if side == "units" else criterion.nonprofit_columns
        rest = [
            column for column in map(column_name, columns) if name not in CRITERIA or column not in COLUMNS_WITH_ARRAYS
        ]
        if rest:
            found[name] = tuple(rest)
    return found


def _checksums(
    frame: pd.DataFrame, id_column: str, ids: Labels, points: Floats, fields: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    positions = pd.Index(frame[id_column]).get_indexer(pd.Index(ids))
    parts = [slice(start, start + _ROWS_AT_ONCE) for start in range(0, len(ids), _ROWS_AT_ONCE)]
    found = {}
    for name, columns in fields.items():
        checked = [
            _checksum([frame[column].iloc[positions[part]] for column in columns] or [_written(points[part])])
            for part in parts
        ]
        found[name] = np.concatenate([np.empty(0, dtype=np.uint32), *checked])
    return pd.DataFrame(found, index=pd.Index(ids.astype(str), name="id", dtype="str"))


def _checksum(columns: Sequence[pd.Series[Any]]) -> npt.NDArray[np.uint32]:
    cells = [column.astype("str").fillna("").reset_index(drop=True) for column in columns]
    text = cells[0]
    for more in cells[1:]:
        text = text + "\x1f" + more
    return (pd.util.hash_array(text.to_numpy(dtype=object)) & 0xFFFFFFFF).astype(np.uint32)


def _written(points: Floats) -> pd.Series[Any]:
    """Points as text, rounded to steps of ``_PLACE_STEP``, so that tiny differences do not count as a move."""
    return pd.Series([",".join(f"{step:.0f}" for step in point) for point in np.round(points / _PLACE_STEP)])


def changed_fields(before: pd.DataFrame, now: pd.DataFrame, row: str) -> tuple[str, ...]:
    """Names of the fields of a row that differ between two tables of checksums.

    Parameters
    ----------
    before, now : DataFrame
        Checksums by id, as :class:`Fingerprint` holds them.
    row : str
        Id of the row.

    Returns
    -------
    tuple of str
        Empty for a row that is missing from either table.
    """
    if row not in before.index or row not in now.index:
        return ()
    old, new = before.loc[row], now.loc[row]
    return tuple(name for name in now.columns if name in before.columns and old[name] != new[name])
