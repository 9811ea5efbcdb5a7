"""Facts of each partnership, from its own row and from the lists of units and nonprofits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.i18n.organisation_names import one_spelling
from matcher.places.distance import aligned_km, unit_sphere
from matcher.places.geocoders.base import Locator
from matcher.places.placing import place_rows
from matcher.ranking.programmes.kinds import CENTRAL, COMBINED, DECENTRAL
from matcher.scoring.data import Bools, Floats, Ints, Labels
from matcher.tables.read.linking import counted_once
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.schema.vocabulary import SEPARATOR
from matcher.tables.status import Status

UNKNOWN = ""


@dataclass(frozen=True)
class PartnershipFacts:
    """Facts of n partnerships, each counted once, in the order of their ids; arrays have shape (n,) unless given.

    Attributes
    ----------
    repeated : int
        Number of rows that repeat another; they are not among the n.
    has_units, has_nonprofits : bool
        Whether the lists were given.
    unit_ids, nonprofit_ids, status, reasons, left_at : ndarray of str
        As in the table; empty where unknown.
    started_on, ended_on : ndarray of datetime64[D]
        NaT where unknown.
    ratings : ndarray of shape (n, 9), float64
        1 to 5, in the order of ``Partnership.RATINGS``; NaN where unknown.
    unit_known, nonprofit_known : ndarray of bool
        Whether the unit, or the nonprofit, is in its list; all False without a list.
    unit_names, nonprofit_names : ndarray of str
        Names; the id where the list lacks it.
    companies, organisations : ndarray of str
        Company of the unit and organisation of the nonprofit; empty where unknown.
    distance_km : ndarray of float64
        Distance in km; NaN where unknown.
    causes : list of tuple of str
        Causes of the nonprofit.
    programmes : ndarray of str
        Programme kind: ``central``, ``decentral``, ``combined``, or empty for unknown.
    is_programme_given : ndarray of bool
        Whether the table gives the programme kind; otherwise it is derived from the sites.
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
    is_programme_given: Bools

    def __len__(self) -> int:
        return len(self.status)

    @property
    def positives(self) -> Bools:
        """Whether each partnership is agreed, active or completed, so that its ratings count, shape (n,)."""
        return Status.mask(self.status, "is_positive")

    @property
    def rating_counts(self) -> Ints:
        """Number of ratings of each partnership, 0 to 9, shape (n,)."""
        counts: Ints = (~np.isnan(self.ratings)).sum(axis=1).astype(np.int64)
        return counts

    @property
    def mean_ratings(self) -> Floats:
        """Mean of the ratings of each partnership, NaN without ratings, shape (n,)."""
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
    """Collect the facts of partnerships.

    Parameters
    ----------
    partnerships : DataFrame
        As :func:`matcher.read_partnerships` returns it.
    units, nonprofits : DataFrame or None
        As :func:`matcher.read_units` and :func:`matcher.read_nonprofits` return them.
    locator : Locator
        Finds the places of the units and nonprofits that take part.
    default_country : str
        Country of rows without one, ISO 3166 alpha-2.

    Returns
    -------
    PartnershipFacts
    """
    rows = counted_once(partnerships)
    if nonprofits is not None:
        nonprofits = nonprofits.sort_values(Nonprofit.ID, kind="stable").reset_index(drop=True)
        nonprofits[Nonprofit.ORGANISATION] = one_spelling(_labels(nonprofits[Nonprofit.ORGANISATION]))
    where = (locator, default_country)
    unit = _side(rows[Partnership.UNIT_ID], units, (Unit.ID, Unit.NAME, Unit.COMPANY, Unit.IS_HQ), where)
    nonprofit_columns = (Nonprofit.ID, Nonprofit.NAME, Nonprofit.ORGANISATION, Nonprofit.IS_HQ)
    nonprofit = _side(rows[Partnership.NONPROFIT_ID], nonprofits, nonprofit_columns, where)
    status = _labels(rows[Partnership.STATUS])
    given = _labels(rows[Partnership.PROGRAMME])
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
        programmes=np.where(given != UNKNOWN, given, derived).astype(object),
        is_programme_given=given != UNKNOWN,
    )


@dataclass(frozen=True)
class Side:
    """One side of n partnerships; arrays have shape (n,) unless given.

    Attributes
    ----------
    ids, names, groups : ndarray of str
        Ids, names, and companies or organisations.
    positions : ndarray of int
        Positions in the list; -1 where the list lacks the id.
    points : ndarray of shape (n, 3)
        Places on the unit sphere; NaN where unknown.
    head_office : ndarray of int
        1 for a head office, 0 for another site, -1 for unknown.
    group_sites : ndarray of int
        Number of sites of the company or organisation in the list.
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
        """Whether each is in the list, shape (n,)."""
        return self.positions >= 0


def _side(
    ids: pd.Series, frame: pd.DataFrame | None, columns: tuple[str, str, str, str], where: tuple[Locator, str]
) -> Side:
    id_column, name_column, group_column, hq_column = columns
    labels = _labels(ids)
    count = len(labels)
    names, groups = labels.copy(), np.full(count, UNKNOWN, dtype=object)
    points = np.full((count, 3), np.nan)
    head_office, group_sites = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    positions = np.full(count, -1, dtype=np.int64)
    if frame is not None and len(frame):
        positions = pd.Index(frame[id_column]).get_indexer(pd.Index(labels)).astype(np.int64)
        known = positions >= 0
        # Only the rows that take part are located: the list may be long, and a geocoder slow.
        taking_part, back = np.unique(positions[known], return_inverse=True)
        rows = frame.iloc[taking_part].reset_index(drop=True)
        placed = place_rows(rows, *where)
        points[known] = unit_sphere(placed.latitude, placed.longitude)[back]
        names[known] = _labels(rows[name_column])[back]
        groups[known] = _labels(rows[group_column])[back]
        head_office[known] = rows[hq_column].astype("Int64").fillna(-1).to_numpy(dtype=np.int64)[back]
        sites = frame[group_column].value_counts()
        group_sites[known] = [int(sites.get(group, 0)) for group in groups[known]]
    return Side(labels, names, groups, positions, points, head_office, group_sites)


def derived_programmes(positives: Bools, unit: Side, nonprofit: Side) -> Labels:
    """Derive the programme kind of each partnership from its sites.

    A partnership between two head offices, both of groups with several sites, is central, and any other is decentral.
    Where a company and an organisation have positives of both kinds, these are combined. The kind is unknown where a
    site is not in its list, or where it is unknown whether it is a head office.

    Parameters
    ----------
    positives : ndarray of shape (n,), bool
        Agreed, active and completed partnerships.
    unit, nonprofit : Side
        The two sides of the partnerships.

    Returns
    -------
    ndarray of shape (n,), str
        ``central``, ``decentral``, ``combined``, or empty for unknown.
    """
    both_known = unit.known & nonprofit.known
    several = (unit.group_sites > 1) & (nonprofit.group_sites > 1)
    is_central = both_known & several & (unit.head_office == 1) & (nonprofit.head_office == 1)
    is_local = both_known & (~several | (unit.head_office == 0) | (nonprofit.head_office == 0))
    kinds = np.full(len(both_known), UNKNOWN, dtype=object)
    kinds[is_central], kinds[is_local] = CENTRAL.name, DECENTRAL.name
    pairs = list(zip(unit.groups, nonprofit.groups, strict=True))
    central_pairs = {pairs[row] for row in np.flatnonzero(positives & is_central)}
    local_pairs = {pairs[row] for row in np.flatnonzero(positives & is_local)}
    for row in np.flatnonzero(positives & (is_central | is_local)):
        if pairs[row] in central_pairs & local_pairs:
            kinds[row] = COMBINED.name
    return kinds


def _causes(nonprofits: pd.DataFrame | None, side: Side) -> list[tuple[str, ...]]:
    if nonprofits is None:
        return [()] * len(side.ids)
    cells: Sequence[object] = nonprofits[Nonprofit.CAUSES].tolist()
    found = (cells[position] if position >= 0 else None for position in side.positions)
    return [tuple(cell.split(SEPARATOR)) if isinstance(cell, str) else () for cell in found]


def _labels(series: pd.Series) -> Labels:
    return series.fillna(UNKNOWN).to_numpy(dtype=object)
