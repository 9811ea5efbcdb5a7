"""What is known of each partnership, from its own row and from the lists of units and nonprofits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.places.distance import aligned_km, unit_sphere
from matcher.places.geocoders.base import Locator
from matcher.places.placing import place_rows
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL
from matcher.scoring.data import Bools, Floats, Ints, Labels
from matcher.tables.read.linking import counted_once
from matcher.tables.read.parsing import SEPARATOR
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.status import Status

UNKNOWN = ""


@dataclass(frozen=True)
class PartnershipFacts:
    """Partnerships, each counted once, in the order of their ids; arrays of shape (n,) unless said otherwise.

    Attributes
    ----------
    repeated : int
        Rows that said what another row said already; they are not among the n.
    has_units, has_nonprofits : bool
        Whether there is a list of them.
    unit_ids, nonprofit_ids, status, reasons, left_at : ndarray of str
        As in the table; empty where it says nothing.
    started_on, ended_on : ndarray of datetime64[D]
        NaT where unknown.
    ratings : ndarray of shape (n, 9), float64
        1 to 5, in the order of ``Partnership.RATINGS``; NaN where unknown.
    unit_known, nonprofit_known : ndarray of bool
        Whether the list has them; all False without a list.
    unit_names, nonprofit_names : ndarray of str
        Their ids where the list does not have them.
    companies, organisations : ndarray of str
    distance_km : ndarray of float64
    causes : list of tuple of str
        Of the nonprofit.
    programmes : ndarray of str
        ``central``, ``decentral``, ``combined`` or unknown.
    programme_told : ndarray of bool
        Whether the table says so; else it is derived from the sites.
    """

    repeated: int
    has_units: bool
    has_nonprofits: bool
    unit_ids: Labels
    nonprofit_ids: Labels
    status: Labels
    reasons: Labels
    left_at: Labels
    started_on: np.ndarray
    ended_on: np.ndarray
    ratings: Floats
    unit_known: Bools
    nonprofit_known: Bools
    unit_names: Labels
    nonprofit_names: Labels
    companies: Labels
    organisations: Labels
    distance_km: Floats
    causes: list[tuple[str, ...]]
    programmes: Labels
    programme_told: Bools

    def __len__(self) -> int:
        return len(self.status)

    @property
    def positives(self) -> Bools:
        """Which were agreed at least: what their ratings say counts."""
        return Status.mask(self.status, "is_positive")

    @property
    def rating_counts(self) -> Ints:
        """How many of the nine ratings each has."""
        counts: Ints = (~np.isnan(self.ratings)).sum(axis=1).astype(np.int64)
        return counts

    @property
    def mean_ratings(self) -> Floats:
        """The mean of each one's own ratings; NaN without any."""
        counts = self.rating_counts
        means: Floats = np.full(len(self), np.nan)
        np.divide(np.nansum(self.ratings, axis=1), counts, out=means, where=counts > 0)
        return means


def gather_facts(
    partnerships: pd.DataFrame,
    units: pd.DataFrame | None,
    nonprofits: pd.DataFrame | None,
    locator: Locator,
    default_country: str,
) -> PartnershipFacts:
    """Return what is known of each partnership.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` gives it.
    units, nonprofits : DataFrame or None
        As :func:`matcher.read_units` and :func:`matcher.read_nonprofits` give them.
    locator : Locator
        Places the units and nonprofits that take part.
    default_country : str
        ISO 3166 alpha-2, for rows that name none.
    """
    rows = counted_once(partnerships)
    place = (locator, default_country)
    unit = _side(rows[Partnership.UNIT_ID], units, (Unit.ID, Unit.NAME, Unit.COMPANY, Unit.IS_HQ), place)
    nonprofit_columns = (Nonprofit.ID, Nonprofit.NAME, Nonprofit.ORGANISATION, Nonprofit.IS_HQ)
    nonprofit = _side(rows[Partnership.NONPROFIT_ID], nonprofits, nonprofit_columns, place)
    status = _labels(rows[Partnership.STATUS])
    told = _labels(rows[Partnership.PROGRAMME])
    derived = derived_programmes(Status.mask(status, "is_positive"), unit, nonprofit)
    return PartnershipFacts(
        repeated=len(partnerships) - len(rows),
        has_units=units is not None,
        has_nonprofits=nonprofits is not None,
        unit_ids=unit.ids,
        nonprofit_ids=nonprofit.ids,
        status=status,
        reasons=_labels(rows[Partnership.REASON]),
        left_at=_labels(rows[Partnership.LEFT_AT]),
        started_on=rows[Partnership.STARTED_ON].to_numpy().astype("datetime64[D]"),
        ended_on=rows[Partnership.ENDED_ON].to_numpy().astype("datetime64[D]"),
        ratings=rows[list(Partnership.RATINGS)].to_numpy(dtype=np.float64),
        unit_known=unit.known,
        nonprofit_known=nonprofit.known,
        unit_names=unit.names,
        nonprofit_names=nonprofit.names,
        companies=unit.groups,
        organisations=nonprofit.groups,
        distance_km=aligned_km(unit.points, nonprofit.points),
        causes=_causes(nonprofits, nonprofit),
        programmes=np.where(told != UNKNOWN, told, derived).astype(object),
        programme_told=told != UNKNOWN,
    )


@dataclass(frozen=True)
class Side:
    """One side of each partnership: arrays of shape (n,), points (n, 3).

    Attributes
    ----------
    ids, names, groups : ndarray of str
        The group is the company or the organisation.
    positions : ndarray of int
        In the list; -1 where that does not have it.
    points : ndarray of shape (n, 3)
        On the unit sphere; NaN where unknown.
    head_office : ndarray of int
        1 is, 0 is not, -1 unknown.
    group_sites : ndarray of int
        Sites of its group in the list.
    """

    ids: Labels
    names: Labels
    groups: Labels
    positions: Ints
    points: Floats
    head_office: Ints
    group_sites: Ints

    @property
    def known(self) -> Bools:
        """Which stand in the list."""
        return self.positions >= 0


def _side(
    ids: pd.Series, frame: pd.DataFrame | None, columns: tuple[str, str, str, str], place: tuple[Locator, str]
) -> Side:
    id_column, name_column, group_column, hq_column = columns
    named = _labels(ids)
    count = len(named)
    names, groups = named.copy(), np.full(count, UNKNOWN, dtype=object)
    points = np.full((count, 3), np.nan)
    head_office, group_sites = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    positions = np.full(count, -1, dtype=np.int64)
    if frame is not None and len(frame):
        positions = pd.Index(frame[id_column]).get_indexer(pd.Index(named)).astype(np.int64)
        known = positions >= 0
        # Only those that take part are placed: the list may be long, and a geocoder slow.
        taking_part, back = np.unique(positions[known], return_inverse=True)
        mine = frame.iloc[taking_part].reset_index(drop=True)
        placed = place_rows(mine, *place)
        points[known] = unit_sphere(placed.latitude, placed.longitude)[back]
        names[known] = _labels(mine[name_column])[back]
        groups[known] = _labels(mine[group_column])[back]
        head_office[known] = mine[hq_column].astype("Int64").fillna(-1).to_numpy(dtype=np.int64)[back]
        sites = frame[group_column].value_counts()
        group_sites[known] = [int(sites.get(group, 0)) for group in groups[known]]
    return Side(named, names, groups, positions, points, head_office, group_sites)


def derived_programmes(positives: Bools, unit: Side, nonprofit: Side) -> Labels:
    """Return the kind of programme that the sites of each partnership point to.

    Head office with head office, both of more than one site: central. All others: decentral. Where a company and an
    organisation have both, what came about of it is combined. Unknown where one of the two is not in its list, or may
    be a head office or not.
    """
    both_known = unit.known & nonprofit.known
    several = (unit.group_sites > 1) & (nonprofit.group_sites > 1)
    is_central = both_known & several & (unit.head_office == 1) & (nonprofit.head_office == 1)
    is_local = both_known & (~several | (unit.head_office == 0) | (nonprofit.head_office == 0))
    kinds = np.full(len(both_known), UNKNOWN, dtype=object)
    kinds[is_central], kinds[is_local] = CENTRAL, DECENTRAL
    pairs = list(zip(unit.groups, nonprofit.groups, strict=True))
    from_the_top = {pairs[row] for row in np.flatnonzero(positives & is_central)}
    nearby = {pairs[row] for row in np.flatnonzero(positives & is_local)}
    for row in np.flatnonzero(positives & (is_central | is_local)):
        if pairs[row] in from_the_top & nearby:
            kinds[row] = COMBINED
    return kinds


def _causes(nonprofits: pd.DataFrame | None, side: Side) -> list[tuple[str, ...]]:
    if nonprofits is None:
        return [()] * len(side.ids)
    cells: Sequence[object] = nonprofits[Nonprofit.CAUSES].tolist()
    found = (cells[position] if position >= 0 else None for position in side.positions)
    return [tuple(cell.split(SEPARATOR)) if isinstance(cell, str) else () for cell in found]


def _labels(series: pd.Series) -> Labels:
    return series.fillna(UNKNOWN).to_numpy(dtype=object)
