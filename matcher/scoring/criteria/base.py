"""Base classes of criteria.

A criterion is a subclass of :class:`Criterion`. Its :meth:`Criterion.parts` returns one or more parts; each part scores
pairs in [0, 1], or NaN where the score is unknown. A part that is cheap to compute is a :class:`Part`; one that compares
texts is a :class:`CostlyPart`, which the search evaluates only for pairs that can reach a list. The criterion also holds
its words (see :class:`matcher.scoring.explanation.CriterionWords`), so that reasons, tables, the page and the workbook
need no change for a new one.

Register a built-in criterion in :mod:`matcher.scoring.criteria.registry`, one of your own package under the entry point
``matcher.criteria``, or pass it as ``PartnerMatcher(criteria=[...])``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from matcher.scoring.data import Bools, Columns, Floats, Ints, Run, Singles
from matcher.scoring.explanation import CriterionWords
from matcher.tables.schema.specs import ColumnSpec
from matcher.texts.chunks import Chunk
from matcher.texts.features.base import TileScorer

ALL = slice(None)


class Part(ABC):
    """One judgement of pairs.

    Attributes
    ----------
    name : str
    """

    name: ClassVar[str]

    @abstractmethod
    def in_play(self) -> bool:
        """Return whether any pair of the run can be known."""

    def share(self) -> Floats:
        """Return which share of its criterion this part takes for each unit, shape (m,); parts add up to 1."""
        return np.ones(1)

    def kinds(self) -> Ints | None:
        """Return a number a nonprofit, shape (n,): equal ones are judged alike by every unit, and so judged once.

        None, the default, is each its own kind.
        """
        return None

    @abstractmethod
    def block(self, rows: slice, columns: Columns = ALL) -> Floats:
        """Return the judgements of some units with some nonprofits.

        Parameters
        ----------
        rows : slice of units
        columns : slice of nonprofits, or ndarray of int64

        Returns
        -------
        ndarray of shape (b, c), float64
            In [0, 1]; NaN where unknown. A fresh array: the caller may write in it.
        """

    @abstractmethod
    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Return the judgements of pairs, shape (k,).

        Those of :meth:`block`, but each computed in an order of its own that nothing else changes.
        """

    @abstractmethod
    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        """Return the plain facts behind the judgements of pairs, one mapping a pair."""


class CostlyPart(Part):
    """A part that is judged only for pairs that may be among the best: until then it counts as 1, the most it can be."""

    @abstractmethod
    def known(self) -> tuple[Bools, Bools]:
        """Return which units and which nonprofits have what it takes, shapes (m,) and (n,); a pair needs both."""

    @abstractmethod
    def quick(self, chunk: Chunk) -> FastPartScorer:
        """Return what judges the nonprofits of a chunk quickly."""


class FastPartScorer(ABC):
    """Judgements of known pairs in single precision, off by no more than ``error``.

    Attributes
    ----------
    error : float
    """

    error: float

    @abstractmethod
    def pairs(self, units: Ints, columns: Ints, least: Floats) -> Singles:
        """Return the judgements of pairs, shape (k,).

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Ascending.
        columns : ndarray of shape (k,), int64
            From the start of the chunk.
        least : ndarray of shape (k,), float64
            What matters: a pair that cannot be judged so well may be judged as 0.
        """

    @abstractmethod
    def tiles(self, units: Ints) -> TileScorer:
        """Return what gives the judgements of some units with a slice of the chunk's nonprofits, shape (b, c)."""


@dataclass(frozen=True)
class SearchedSetting:
    """A setting that :mod:`matcher.learning` tunes by trying values.

    Attributes
    ----------
    path : str
        Dotted key, such as ``"proximity.half_distance_km"``.
    criteria : tuple of str
        Names of the criteria that it affects.
    values : tuple
        Values to try besides the current one.
    """

    path: str
    criteria: tuple[str, ...]
    values: tuple[Any, ...]


class Criterion(CriterionWords, ABC):
    """A criterion: what it needs, how it scores and how it is put into words.

    Attributes
    ----------
    name : str
        As in the weights of the settings.
    default_weight : float
        Weight of a criterion that comes from the settings or from another package, unless the weights name it.
    is_central : bool
        Whether it counts between head offices in central programmes.
    is_pairwise : bool
        Whether it depends on the unit; a track record depends on the nonprofit alone.
    unit_columns, nonprofit_columns : tuple of str or ColumnSpec
        Columns that it reads: names of the schema, or specs of columns of its own.
    searched : tuple of SearchedSetting
        Settings that are tuned with its weight.
    """

    default_weight: float = 1.0
    is_central: bool = False
    is_pairwise: bool = True
    unit_columns: tuple[str | ColumnSpec, ...] = ()
    nonprofit_columns: tuple[str | ColumnSpec, ...] = ()
    searched: ClassVar[tuple[SearchedSetting, ...]] = ()

    @abstractmethod
    def parts(self, run: Run) -> Sequence[Part]:
        """Parts of the criterion in a run, one or more."""


def column_name(column: str | ColumnSpec) -> str:
    """Name of a column that a criterion needs."""
    return column if isinstance(column, str) else column.name


def known_anywhere(units_known: Sequence[bool] | np.ndarray, nonprofits_known: Sequence[bool] | np.ndarray) -> bool:
    """Return whether some pair has data on both sides."""
    return bool(np.any(units_known) and np.any(nonprofits_known))
