"""The two lists and their history as arrays in id order: the input of criteria and gates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from matcher.arrays import Bools as Bools
from matcher.arrays import Floats as Floats
from matcher.arrays import Ints as Ints
from matcher.arrays import Labels as Labels
from matcher.arrays import Singles as Singles
from matcher.arrays import codes_of_columns
from matcher.scoring.causes import CauseVocabulary
from matcher.settings import Settings
from matcher.texts.chunks import Chunks
from matcher.texts.corpus import Texts

Codes = npt.NDArray[np.uint8]
Columns: TypeAlias = "slice | Ints"

TEXT_FIELDS = ("mission", "values")
COLUMNS_WITH_ARRAYS = frozenset(
    {*TEXT_FIELDS, "causes", "excludes", "offers", "seeks", "needs", "address", "postcode", "city", "state", "country"}
    | {"latitude", "longitude", "works_in", "reach_km"}
)
"""Columns that criteria read as arrays of :class:`Units` and :class:`Nonprofits`, words as bits and locations as points."""


@dataclass(frozen=True)
class Units:
    """Business units in id order; every array has one row a unit.

    Attributes
    ----------
    ids, names, companies : ndarray of str
    company_codes : ndarray of int64
        The companies as numbers.
    points : ndarray of shape (m, 3), float64
        On the unit sphere; NaN where unplaced.
    placed_by : ndarray of str
    texts : dict of str to Texts
        By field: mission, values, wanted.
    offers, seeks : ndarray of uint8
        Sets of resources and of benefits as bits; 0 is unknown.
    causes : ndarray of shape (m, n_causes), bool
    excludes : ndarray of shape (m, n_causes), bool
        Words that rule a nonprofit out: those that the unit excludes, and others that may mean the same.
    reach_km, capacity, employees : ndarray of float64
        NaN where unknown.
    is_hq, is_branch : ndarray of bool
        Stated to be the head office, or not to be.
    foundations : ndarray of str
        Name of the company's foundation; empty where it has none.
    columns : mapping of str to ndarray of shape (m,)
        Further columns that criteria read: numbers (NaN where unknown), or text (None where unknown).
    """

    ids: Labels
    names: Labels
    companies: Labels
    company_codes: Ints
    points: Floats
    placed_by: Labels
    texts: dict[str, Texts]
    offers: Codes
    seeks: Codes
    causes: Bools
    excludes: Bools
    reach_km: Floats
    capacity: Floats
    employees: Floats
    is_hq: Bools
    is_branch: Bools
    foundations: Labels
    columns: Mapping[str, Labels] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> Labels:
        """Cells of a column that a criterion reads beyond the built-in ones, shape (m,)."""
        return self.columns[name]


@dataclass(frozen=True)
class Nonprofits:
    """Nonprofits in id order; every array has one row a site. For attributes not described here see :class:`Units`.

    Attributes
    ----------
    organisations : ndarray of str
    organisation_codes : ndarray of int64
        The same as numbers.
    needs, offers : ndarray of uint8
        Sets of resources and of benefits as bits; 0 is unknown.
    area_codes : ndarray of int64
        Area of work, as a position in ``AREAS``.
    organisation_capacity : ndarray of float64
        Partnerships of the whole organisation; NaN where unknown.
    accreditation : list of frozenset of str
    active : ndarray of bool
        Unknown counts as active.
    text_lengths : ndarray of int64
        Characters of the mission, for a baseline ranking in evaluations; never part of a score.
    """

    ids: Labels
    names: Labels
    organisations: Labels
    organisation_codes: Ints
    points: Floats
    placed_by: Labels
    texts: dict[str, Texts]
    needs: Codes
    offers: Codes
    causes: Bools
    area_codes: Ints
    capacity: Floats
    organisation_capacity: Floats
    accreditation: list[frozenset[str]]
    active: Bools
    is_hq: Bools
    is_branch: Bools
    staff: Floats
    text_lengths: Ints
    columns: Mapping[str, Labels] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> Labels:
        """Cells of a column that a criterion reads beyond the built-in ones, shape (n,)."""
        return self.columns[name]

    @cached_property
    def cause_codes(self) -> Ints:
        """A number a row, shape (n,): equal for those that name the same causes."""
        bytes_of_words = np.packbits(self.causes, axis=1).T
        return codes_of_columns(bytes_of_words) if len(bytes_of_words) else np.zeros(len(self), dtype=np.int64)

    @property
    def chunks(self) -> Chunks:
        """The chunks in which the nonprofits' texts lie."""
        return next(iter(self.texts.values())).chunks


@dataclass(frozen=True)
class History:
    """Partnerships between rows of the two lists; every array has one row a partnership.

    Attributes
    ----------
    unit, nonprofit : ndarray of int64
        Positions in the two lists.
    status : ndarray of str
    quality : ndarray of float64
        Mean rating brought to [0, 1]; NaN where nothing was rated.
    started, ended : ndarray of datetime64[D]
        First and last day; NaT where unknown.
    reason : ndarray of str
        Why it ended or was ruled out, as written; empty where nothing is.
    ratings : ndarray of shape (n_partnerships, n_ratings), float64
        1 to 5; NaN where not rated.
    rating_names : tuple of str
    """

    unit: Ints
    nonprofit: Ints
    status: Labels
    quality: Floats
    started: npt.NDArray[np.datetime64]
    ended: npt.NDArray[np.datetime64]
    reason: Labels
    ratings: Floats
    rating_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def until(self) -> npt.NDArray[np.datetime64]:
        """Last day that is known of each partnership, else the first, shape (n_partnerships,); NaT where neither is."""
        return np.where(np.isnat(self.ended), self.started, self.ended)

    def of_rows(self, rows: Bools | Ints) -> History:
        """Some of the partnerships, by a mask or by positions in this history."""
        return replace(self, **{name: array[rows] for name, array in self._arrays.items()})

    def followed_by(self, other: History) -> History:
        """The partnerships of this history, then those of another with the same ratings."""
        arrays: dict[str, Any] = {
            name: np.concatenate([array, other._arrays[name]]) for name, array in self._arrays.items()
        }
        return replace(self, **arrays)

    @property
    def _arrays(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "rating_names"}


@dataclass(frozen=True)
class Run:
    """One run: both lists, their history, the settings and the words behind the codes.

    Attributes
    ----------
    units : Units
    nonprofits : Nonprofits
    history : History
    other_history : History
        Partnerships of units that are not in this run; their unit numbers follow those of the run.
    settings : Settings
    encoder : str
        Name of the encoder, for its reference values.
    today : date
        The day that ``declined_months`` counts back from.
    causes : CauseVocabulary
        Columns of the cause matrices, and how their words relate.
    criteria : mapping of str to Criterion
        Criteria that the run may use, by name, in the order in which they are shown; the weights say which count.
    """

    units: Units
    nonprofits: Nonprofits
    history: History
    other_history: History
    settings: Settings
    encoder: str
    today: dt.date
    causes: CauseVocabulary
    criteria: Mapping[str, Any]  # of Criterion, whose module imports this one

    @cached_property
    def whole_history(self) -> History:
        """Partnerships of units in this run, then those of other units."""
        return self.history.followed_by(self.other_history)
