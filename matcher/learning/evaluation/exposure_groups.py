"""Exposure of groups of nonprofits on shortlists: by size, distance, area of work and cause."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matcher.places.distance import pairwise_km
from matcher.scoring.data import Bools, Floats, Ints, Run
from matcher.tables.schema.vocabulary import AREAS

SIZE, DISTANCE, WORKS_IN, CAUSE = "staff", "nearest_km", "works_in", "cause"
"""Names of the ways to group."""
UNKNOWN = "?"
STAFF_BANDS = (0.0, 1.0, 10.0, 50.0)
KM_BANDS = (0.0, 10.0, 25.0, 50.0)
_MOST_CAUSES = 10
_UNITS_AT_ONCE = 256


def exposure_groups(run: Run, shown: Ints) -> pd.DataFrame:
    """Share of groups in the active nonprofits, and in the places on all lists.

    Parameters
    ----------
    run : Run
    shown : ndarray of shape (n_nonprofits,), int64
        Number of lists of each nonprofit.

    Returns
    -------
    DataFrame
        One row per group: ``grouped_by``; ``group``, such as ``"10-49"`` or a cause; ``nonprofits``, their number;
        ``of_nonprofits`` and ``of_places``, shares in [0, 1]. A nonprofit counts under each of its causes; of the causes
        the ten with the most nonprofits are given.
    """
    members: list[tuple[str, str, Bools]] = []
    for name, values, edges in ((SIZE, run.nonprofits.staff, STAFF_BANDS), (DISTANCE, _nearest_km(run), KM_BANDS)):
        members += [(name, label, rows) for label, rows in _bands(values, edges)]
    members += [(WORKS_IN, area, run.nonprofits.area_codes == code) for code, area in enumerate(AREAS)]
    named = run.nonprofits.causes
    order = np.argsort(-named[run.nonprofits.active].sum(axis=0), kind="stable")[:_MOST_CAUSES]
    members += [(CAUSE, run.causes.words[column], named[:, column]) for column in order.tolist()]
    members.append((CAUSE, UNKNOWN, np.asarray(~named.any(axis=1))))
    active = run.nonprofits.active
    places = np.where(active, shown, 0)
    rows = [
        (name, label, int(mine.sum()), mine.sum() / max(active.sum(), 1), places[mine].sum() / max(places.sum(), 1))
        for name, label, group in members
        if (mine := group & active).any()
    ]
    return pd.DataFrame(rows, columns=["grouped_by", "group", "nonprofits", "of_nonprofits", "of_places"])


def _bands(values: Floats, edges: tuple[float, ...]) -> list[tuple[str, Bools]]:
    """Bands of a number: from each edge to below the next, the last one open, and the unknown."""
    found = []
    for low, high in zip(edges, (*edges[1:], np.inf), strict=True):
        whole = f"{low:.0f}-{high - 1:.0f}" if high - low > 1 else f"{low:.0f}"
        found.append((f"{low:.0f}+" if np.isinf(high) else whole, (values >= low) & (values < high)))
    return [*found, (UNKNOWN, np.isnan(values))]


def _nearest_km(run: Run) -> Floats:
    """Distance of each nonprofit to the nearest unit in km, shape (n,); NaN where its place is unknown."""
    nearest = np.full(len(run.nonprofits), np.inf)
    placed = run.units.points[~np.isnan(run.units.points[:, 0])]
    for start in range(0, len(placed), _UNITS_AT_ONCE):
        km = pairwise_km(placed[start : start + _UNITS_AT_ONCE], run.nonprofits.points)
        nearest = np.minimum(nearest, km.min(axis=0))
    return np.where(np.isinf(nearest), np.nan, nearest)
