"""Base classes of criteria, and how to write one.

A criterion is a subclass of :class:`Criterion`. Its :meth:`Criterion.parts` returns one or more parts; each part scores
pairs in [0, 1], or NaN where the score is unknown. A part that is cheap to compute is a :class:`Part`; one that compares
texts is a :class:`CostlyPart`, which the search evaluates only for pairs that can reach a list. The criterion also holds
its words (see :class:`matcher.scoring.explanation.CriterionWords`), so that reasons, tables, the page and the workbook
need no change for a new one.

Register a built-in criterion in :mod:`matcher.scoring.criteria.registry` and give it a weight in ``DEFAULT_WEIGHTS`` of
:mod:`matcher.settings.sections`, one of your own package under the entry point
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
from matcher.scoring.joining import Evidence
from matcher.tables.schema.specs import ColumnSpec
from matcher.texts.chunks import Chunk
from matcher.texts.features.base import TileScorer

ALL = slice(None)


class Part(ABC):
    """One score of every pair in a run.

    A part is made from a :class:`~matcher.scoring.data.Run`, whose lists are in id order: m units and n nonprofits.

    Attributes
    ----------
    name : str
    evidence_of_others : Evidence or None
        What its score shows of the other parts of its criterion.
    """

    name: ClassVar[str]
    evidence_of_others: Evidence | None = None

    @abstractmethod
    def in_play(self) -> bool:
        """Whether the score of any pair can be known."""

    def share(self) -> Floats:
        """Share of the criterion's weight for each unit, shape (m,) or (1,); the shares of its parts sum to 1."""
        return np.ones(1)

    def equivalence_classes(self) -> Ints | None:
        """Class of each nonprofit, shape (n,): every unit scores nonprofits of one class alike, so one is evaluated.

        None, the default: every nonprofit is evaluated.
        """
        return None

    @abstractmethod
    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        """Scores of some units with some nonprofits.

        Parameters
        ----------
        rows : slice or ndarray of int64
            Of the units.
        columns : slice or ndarray of int64
            Of the nonprofits.

        Returns
        -------
        ndarray of shape (b, c), float64
            In [0, 1]; NaN where unknown. A new array, in which the caller may write.
        """

    @abstractmethod
    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        """Scores of pairs, shape (k,): those of :meth:`block`, each independent of the other pairs to the last bit.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """

    @abstractmethod
    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        """Facts behind the scores of pairs, k mappings of a name to a number, text or list of words.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """

    def common_ground(self, units: Ints, nonprofits: Ints, scores: Floats, averages: Floats) -> Floats:
        """1 where this part of pairs finds something in common that a reason can say, shape (k,), 0 where it rules that out.

        NaN, the default, where it says neither.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        scores, averages : ndarray of shape (k,), float64
            Scores of the whole criterion, and what it counts as where it is unknown.
        """
        return np.full(len(units), np.nan)


class CostlyPart(Part):
    """A part that is evaluated only for pairs that can reach a list; until then it counts as 1, its upper bound."""

    @abstractmethod
    def known(self) -> tuple[Bools, Bools]:
        """Units and nonprofits with data, shapes (m,) and (n,); the score of a pair is known where both have it."""

    @abstractmethod
    def fast_scorer(self, chunk: Chunk) -> FastPartScorer:
        """Scorer of the nonprofits of a chunk in single precision."""


class FastPartScorer(ABC):
    """Scores of known pairs in single precision.

    Attributes
    ----------
    relative_error : float
        Largest difference of the logarithms of a score and of the exact score.
    """

    relative_error: float

    @abstractmethod
    def pairs(self, units: Ints, columns: Ints, min_score: Floats) -> Singles:
        """Scores of pairs, shape (k,), float32.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions, ascending.
        columns : ndarray of shape (k,), int64
            Positions of nonprofits, from the start of the chunk.
        min_score : ndarray of shape (k,), float64
            A pair that cannot reach this score may be given 0.
        """

    @abstractmethod
    def tiles(self, units: Ints) -> TileScorer:
        """Function of a slice of the chunk's nonprofits that returns scores of the units with them, shape (b, c)."""


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
    least_known_score : float
        A value is tried only if the median past partnership scores at least this by the criteria: where hardly any does,
        the value would switch the criterion off, which is for its weight to do.
    """

    path: str
    criteria: tuple[str, ...]
    values: tuple[Any, ...]
    least_known_score: float = 0.0


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
    reads_history : bool
        Whether its scores depend on past partnerships: learning then computes them anew without those it holds out.
    unit_columns, nonprofit_columns : tuple of str or ColumnSpec
        Columns that it reads: names of the schema, or specs of columns of its own.
    searched : tuple of SearchedSetting
        Settings that are tuned with its weight.
    reads_settings : tuple of str or None
        Sections of the settings that its parts depend on, and ``"reach_km"`` where they depend on the units' reach: while
        none of these changes, its parts are used again for other settings. None, the default: any but the weights.
    """

    default_weight: float = 1.0
    is_central: bool = False
    is_pairwise: bool = True
    reads_history: bool = True
    unit_columns: tuple[str | ColumnSpec, ...] = ()
    nonprofit_columns: tuple[str | ColumnSpec, ...] = ()
    searched: ClassVar[tuple[SearchedSetting, ...]] = ()
    reads_settings: ClassVar[tuple[str, ...] | None] = None

    @abstractmethod
    def parts(self, run: Run) -> Sequence[Part]:
        """Parts of the criterion in a run, one or more."""


def column_name(column: str | ColumnSpec) -> str:
    """Name of a column that a criterion needs."""
    return column if isinstance(column, str) else column.name


def known_anywhere(units_known: Sequence[bool] | np.ndarray, nonprofits_known: Sequence[bool] | np.ndarray) -> bool:
    """Whether some pair has data on both sides.

    Parameters
    ----------
    units_known : sequence of bool, length m
    nonprofits_known : sequence of bool, length n
    """
    return bool(np.any(units_known) and np.any(nonprofits_known))
