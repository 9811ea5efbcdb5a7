"""Gates: conditions that exclude pairs before any score. An excluded pair has no score, and its record names the gates.

A new gate is a class and an entry in ``GATES``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from matcher.i18n.organisation_names import organisation_key
from matcher.places.distance import pairwise_km
from matcher.scoring.criteria.base import ALL
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run
from matcher.scoring.days import months_before
from matcher.settings import Settings
from matcher.tables.schema.columns import Nonprofit
from matcher.tables.schema.tables import NONPROFITS
from matcher.tables.schema.vocabulary import AREAS
from matcher.tables.status import Status


class Gate(ABC):
    """One condition that excludes pairs.

    Parameters
    ----------
    run : Run

    Attributes
    ----------
    name : str
        The same in every release.
    meaning : str
        Reason for readers, in English, for translation.
    of_nonprofit : bool
        Whether it depends on the nonprofit alone.
    reads_settings : tuple of str
        What it depends on beside the two lists and their history: sections of the settings, ``"capacity"`` or
        ``"judged"`` (see :func:`judges_by_mission_or_place`). See :mod:`matcher.scoring.rescoring`.
    """

    name: ClassVar[str]
    meaning: ClassVar[str]
    of_nonprofit: ClassVar[bool] = False
    reads_settings: ClassVar[tuple[str, ...]] = ()

    def __init__(self, run: Run) -> None:
        self.run = run

    def equivalence_classes(self) -> Ints | None:
        """Class of each nonprofit, shape (n,): every unit is excluded from all nonprofits of one class or from none.

        None, the default: every nonprofit is checked.
        """
        return None

    @abstractmethod
    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        """Whether pairs of some units with some nonprofits are excluded; broadcasts to shape (b, c).

        Parameters
        ----------
        rows : slice
            Of the units.
        columns : slice or ndarray of int64
            Of the nonprofits.
        """


class Inactive(Gate):
    """The nonprofit is not active."""

    name = "inactive"
    meaning = "the nonprofit is no longer active"
    of_nonprofit = True

    def equivalence_classes(self) -> Ints:
        return self.run.nonprofits.active.astype(np.int64)

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        return ~self.run.nonprofits.active[None, columns]


class _StatusGate(Gate):
    """Excludes pairs by the status of their partnerships."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        chosen = self.chosen()
        self._by_unit: dict[int, np.ndarray] = {}
        units, nonprofits = run.history.unit[chosen], run.history.nonprofit[chosen]
        for unit in np.unique(units):
            self._by_unit[int(unit)] = nonprofits[units == unit]

    @abstractmethod
    def chosen(self) -> Bools:
        """Whether a partnership excludes its pair, shape (n_partnerships,)."""

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        start, stop, _ = rows.indices(len(self.run.units))
        touched = [unit for unit in range(start, stop) if unit in self._by_unit]
        if not touched:
            return np.zeros((1, 1), dtype=bool)
        positions = np.arange(len(self.run.nonprofits))[columns]
        out = np.zeros((stop - start, len(positions)), dtype=bool)
        met = np.zeros(len(self.run.nonprofits), dtype=bool)
        for unit in touched:
            met[self._by_unit[unit]] = True
            out[unit - start] = met[positions]
            met[self._by_unit[unit]] = False
        return out


class ExistingPartner(_StatusGate):
    """The pair works together already."""

    name = "existing_partner"
    meaning = "the two are partners already"

    def chosen(self) -> Bools:
        return Status.mask(self.run.history.status, "is_running")


class PastPartner(_StatusGate):
    """The pair has worked together; open when the setting ``renew`` is on."""

    name = "past_partner"
    meaning = "the two have been partners before (setting renew brings them back)"
    reads_settings = ("gates",)

    def chosen(self) -> Bools:
        return Status.mask(self.run.history.status, "is_ended") & (not self.run.settings.gates.renew)


class Declined(_StatusGate):
    """The pair was declined less than ``declined_months`` ago."""

    name = "declined"
    meaning = "it was declined not long ago"
    reads_settings = ("gates",)

    def chosen(self) -> Bools:
        since = np.datetime64(months_before(self.run.today, self.run.settings.gates.declined_months))
        recent: Bools = (self.run.history.status == Status.DECLINED) & (self.run.history.until > since)
        return recent


class DeclinedUndated(_StatusGate):
    """The pair was declined on an unknown date."""

    name = "declined_undated"
    meaning = "it was declined; no date is given"

    def chosen(self) -> Bools:
        undated: Bools = (self.run.history.status == Status.DECLINED) & np.isnat(self.run.history.until)
        return undated


class Vetoed(_StatusGate):
    """Somebody has ruled the pair out."""

    name = "vetoed"
    meaning = "the pair was vetoed"

    def chosen(self) -> Bools:
        vetoed: Bools = self.run.history.status == Status.VETOED
        return vetoed


class ExcludedCause(Gate):
    """The nonprofit names a cause that the unit does not want."""

    name = "excluded_cause"
    meaning = "the nonprofit works for a cause that the unit excludes"

    def equivalence_classes(self) -> Ints:
        return self.run.nonprofits.cause_codes

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        excludes = self.run.units.excludes[rows]
        if not excludes.any():
            return np.zeros((1, 1), dtype=bool)
        shared: Bools = (excludes.astype(np.float32) @ self.run.nonprofits.causes[columns].T.astype(np.float32)) > 0
        return shared


class MissingAccreditation(Gate):
    """The nonprofit has none of the accreditations that the setting ``required_accreditation`` asks for."""

    name = "missing_accreditation"
    meaning = "the nonprofit lacks the accreditation that is asked for"
    of_nonprofit = True
    reads_settings = ("gates",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        column = NONPROFITS.by_name[Nonprofit.ACCREDITATION]
        asked = (column.read_words(text) for text in run.settings.gates.required_accreditation)
        required = {word for reads in asked for read in reads for word in read.words}
        self._lacking: Bools | None = None
        if required:
            self._lacking = np.array([not (marks & required) for marks in run.nonprofits.accreditation], dtype=bool)

    def equivalence_classes(self) -> Ints:
        count = len(self.run.nonprofits)
        return np.zeros(count, dtype=np.int64) if self._lacking is None else self._lacking.astype(np.int64)

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        return np.zeros((1, 1), dtype=bool) if self._lacking is None else self._lacking[None, columns]


class OwnFoundation(Gate):
    """The nonprofit, by its name or its organisation's, is the foundation that a unit of the company names."""

    name = "own_foundation"
    meaning = "it is the company's own foundation"

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        keys = [organisation_key(name) if name else "" for name in run.units.foundations.tolist()]
        codes = {key: code for code, key in enumerate(sorted(set(keys) - {""}), start=1)}
        self._is_own = np.zeros((len(run.units), len(codes) + 1), dtype=bool)
        for company, key in zip(run.units.company_codes, keys, strict=True):
            if key:
                self._is_own[run.units.company_codes == company, codes[key]] = True
        self._by_name, self._by_organisation = (
            np.array([codes.get(organisation_key(name), 0) for name in names.tolist()], dtype=np.int64)
            if codes
            else np.zeros(len(names), dtype=np.int64)
            for names in (run.nonprofits.names, run.nonprofits.organisations)
        )

    def equivalence_classes(self) -> Ints:
        return self._by_name * self._is_own.shape[1] + self._by_organisation

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        is_own = self._is_own[rows]
        own: Bools = is_own[:, self._by_name[columns]] | is_own[:, self._by_organisation[columns]]
        return own


class NoCapacity(Gate):
    """The capacity of one of the two, or of the whole organisation, is used up; a blank capacity excludes nothing.

    Attributes
    ----------
    units_full : ndarray of shape (m,), bool
        Units whose own capacity is used up.
    """

    name = "no_capacity"
    meaning = "one of the two has no place left for a partnership"
    reads_settings = ("capacity",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        history = run.whole_history
        running = Status.mask(history.status, "is_running")
        pairs = np.unique(np.stack([history.unit[running], history.nonprofit[running]]), axis=1)
        taken_units = np.bincount(pairs[0], minlength=len(run.units))[: len(run.units)]
        taken_nonprofits = np.bincount(pairs[1], minlength=len(run.nonprofits))
        # A comparison with NaN is False: an unknown capacity is not full.
        self.units_full = taken_units >= run.units.capacity
        codes, in_all = run.nonprofits.organisation_codes, run.nonprofits.organisation_capacity
        taken_organisations = np.bincount(codes, taken_nonprofits)
        # Of the rows of an organisation one may state it for all.
        organisation_full = np.unique(codes[taken_organisations[codes] >= in_all])
        self._nonprofits_full = (taken_nonprofits >= run.nonprofits.capacity) | np.isin(codes, organisation_full)

    def equivalence_classes(self) -> Ints:
        return self._nonprofits_full.astype(np.int64)

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        full: Bools = self.units_full[rows, None] | self._nonprofits_full[None, columns]
        return full


class NothingKnown(Gate):
    """Neither mission, causes nor place of one of the two are known, while the run judges by these."""

    name = "nothing_known"
    meaning = "nothing is known of its mission, its causes or its place"
    reads_settings = ("judged",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        judged = judges_by_mission_or_place(run.settings)
        self._unknown_units, self.unknown_nonprofits = (
            ~known & (known.any() and judged)
            for known in (
                run.units.texts["mission"].known | run.units.causes.any(axis=1) | is_placed(run.units.points),
                run.nonprofits.texts["mission"].known
                | run.nonprofits.causes.any(axis=1)
                | is_placed(run.nonprofits.points)
                | (run.nonprofits.area_codes > AREAS.index("region")),
            )
        )

    def equivalence_classes(self) -> Ints:
        return self.unknown_nonprofits.astype(np.int64)

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        unknown: Bools = self._unknown_units[rows, None] | self.unknown_nonprofits[None, columns]
        return unknown


def judges_by_mission_or_place(settings: Settings) -> bool:
    """Whether mission or proximity has a weight."""
    return any(settings.weights.get(name, 0) > 0 for name in ("mission", "proximity"))


def is_placed(points: Floats) -> Bools:
    """Whether each location is known, shape (n,), from points of shape (n, 3)."""
    return ~np.isnan(points[:, 0])


GATES: tuple[type[Gate], ...] = (
    Inactive,
    NothingKnown,
    ExistingPartner,
    PastPartner,
    Declined,
    DeclinedUndated,
    Vetoed,
    ExcludedCause,
    MissingAccreditation,
    OwnFoundation,
    NoCapacity,
)
"""Gates of every pair, in the order in which they are named."""


class Unplaced(Gate):
    """The location of one of the two is unknown."""

    name = "unplaced"
    meaning = "the place of one of the two is unknown"

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        unknown: Bools = np.isnan(self.run.units.points[rows, 0])[:, None] | np.isnan(
            self.run.nonprofits.points[columns, 0]
        )
        return unknown


class OutOfReach(Gate):
    """The nonprofit is further away than the unit's reach."""

    name = "out_of_reach"
    meaning = "it is further away than the unit's reach"

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        far: Bools = (
            pairwise_km(self.run.units.points[rows], self.run.nonprofits.points[columns])
            > reach_km(self.run)[rows, None]
        )
        return far


class NotLocal(Gate):
    """The nonprofit works in the whole country or abroad."""

    name = "not_local"
    meaning = "it works in the whole country or abroad, and has no local work here"
    of_nonprofit = True

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        return self.run.nonprofits.area_codes[None, columns] > AREAS.index("region")


LOCAL_GATES: tuple[type[Gate], ...] = (NotLocal, Unplaced, OutOfReach)
"""Gates of local pairs in programmes, after those of every pair."""


def reach_km(run: Run) -> Floats:
    """Reach of each unit in km, shape (m,): its own, or that of the settings where it is blank."""
    own = run.units.reach_km
    return np.where(np.isnan(own), run.settings.programmes.reach_km, own)
