"""Scores of pairs by the parts of the criteria in play, and by the criteria that they make up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.scoring.criteria.base import CostlyPart
from matcher.scoring.data import Columns, Floats, Ints
from matcher.scoring.in_play import CriterionInPlay, PartInPlay
from matcher.scoring.joining import joined


class PartScores(ABC):
    """Scores of the pairs of a run, part by part; what is unknown counts as :attr:`unknown_values`.

    Attributes
    ----------
    parts : list of PartInPlay
    in_play : list of CriterionInPlay
    """

    parts: list[PartInPlay]
    in_play: list[CriterionInPlay]

    @property
    @abstractmethod
    def unknown_values(self) -> Floats:
        """What every part counts as where it is unknown, shape (m, n_parts)."""

    def criterion_block(
        self, criterion: CriterionInPlay, rows: Columns, columns: Columns, *, at_most: bool = False
    ) -> Floats:
        """Scores of some units with some nonprofits by one criterion, shape (b, c); unknown parts are filled.

        Parameters
        ----------
        criterion : CriterionInPlay
        rows, columns : slice or ndarray of int64
            Of the units and of the nonprofits.
        at_most : bool
            Give upper bounds: costly parts count as 1 where they are known.
        """
        blocks = self.part_blocks(criterion, rows, columns, at_most=at_most)
        return np.asarray(self.joined(criterion, blocks, [share[:, None] for share in self.shares(criterion, rows)]))

    def part_blocks(
        self, criterion: CriterionInPlay, rows: Columns, columns: Columns, *, at_most: bool = False
    ) -> list[Floats]:
        """Scores of some units with some nonprofits by each part of a criterion, each of shape (b, c), the unknown filled.

        Parameters
        ----------
        criterion : CriterionInPlay
        rows, columns : slice or ndarray of int64
            Of the units and of the nonprofits.
        at_most : bool
            Give upper bounds: costly parts count as 1 where they are known.
        """
        blocks = []
        for index in criterion.parts:
            part = self.parts[index].part
            if at_most and isinstance(part, CostlyPart):
                units, nonprofits = part.known()
                values = np.where(units[rows, None] & nonprofits[None, columns], 1.0, np.nan)
            else:
                values = part.block(rows, columns)
            np.copyto(values, self.unknown_values[rows, index, None], where=np.isnan(values))
            blocks.append(values)
        return blocks

    def part_scores(
        self, criterion: CriterionInPlay, units: Ints, nonprofits: Ints, *, at_most: bool = False
    ) -> list[Floats]:
        """Scores of pairs by each part of a criterion, each of shape (k,), the unknown filled.

        Parameters
        ----------
        criterion : CriterionInPlay
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        at_most : bool
            Give upper bounds: costly parts count as 1 where they are known.
        """
        return self._filled(criterion, units, self.values(units, nonprofits, criterion.name, at_most=at_most))

    def shares(self, criterion: CriterionInPlay, units: Columns) -> list[Floats]:
        """Shares of the parts of a criterion for some units, each of shape (b,).

        Parameters
        ----------
        criterion : CriterionInPlay
        units : slice or ndarray of int64
        """
        return [self.parts[index].share[units] for index in criterion.parts]

    def joined(self, criterion: CriterionInPlay, values: Sequence[Any], shares: Sequence[Any]) -> Any:
        """Score of a criterion from those of its parts; see :func:`matcher.scoring.joining.joined`.

        Parameters
        ----------
        criterion : CriterionInPlay
        values, shares : sequence of ndarray
        """
        return joined([self.parts[index].part for index in criterion.parts], values, shares)

    def values(self, units: Ints, nonprofits: Ints, criterion: str | None = None, *, at_most: bool = False) -> Floats:
        """Values of every part for pairs, shape (k, n_parts); NaN where unknown.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        criterion : str, optional
            Leave the parts of other criteria NaN.
        at_most : bool
            Give costly parts their upper bound 1 where they are known, instead of computing them.
        """
        values = np.full((len(units), len(self.parts)), np.nan)
        for index, item in enumerate(self.parts):
            if criterion is not None and item.criterion != criterion:
                continue
            if at_most and isinstance(item.part, CostlyPart):
                of_units, of_nonprofits = item.part.known()
                values[of_units[units] & of_nonprofits[nonprofits], index] = 1.0
            else:
                values[:, index] = item.part.pairs(units, nonprofits)
        return values

    def _criterion_scores(self, criterion: CriterionInPlay, units: Ints, values: Floats) -> Floats:
        """Scores by one criterion from the values of all parts, shape (k,); unknown parts are filled."""
        filled = self._filled(criterion, units, values)
        return np.asarray(self.joined(criterion, filled, self.shares(criterion, units)))

    def _filled(self, criterion: CriterionInPlay, units: Ints, values: Floats) -> list[Floats]:
        """Scores by the parts of one criterion, each of shape (k,), from the values of all parts."""
        columns = [(index, values[:, index]) for index in criterion.parts]
        return [np.where(np.isnan(column), self.unknown_values[units, index], column) for index, column in columns]

    def _known_share(self, criterion: CriterionInPlay, units: Ints, values: Floats) -> Floats:
        """Share of one criterion that rests on known facts, shape (k,)."""
        known = [self.parts[index].share[units] * ~np.isnan(values[:, index]) for index in criterion.parts]
        return np.asarray(np.sum(known, axis=0))

    def is_costly(self, name: str) -> bool:
        """Whether a criterion in play has a costly part."""
        return any(item.criterion == name and isinstance(item.part, CostlyPart) for item in self.parts)

    def criterion_scores(self, name: str, units: Ints, nonprofits: Ints, *, at_most: bool = False) -> Floats:
        """Scores of pairs by one criterion in play, shape (k,); NaN where unknown.

        Parameters
        ----------
        name : str
            Name of the criterion.
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        at_most : bool
            Give upper bounds: costly parts count as 1 where they are known.
        """
        criterion = self._named(name)
        values = self.values(units, nonprofits, name, at_most=at_most)
        is_known = self._known_share(criterion, units, values) > 0
        return np.where(is_known, self._criterion_scores(criterion, units, values), np.nan)

    def unknown_scores(self, name: str, units: Ints) -> Floats:
        """What a criterion in play counts as where all of it is unknown, shape (k,).

        Parameters
        ----------
        name : str
            Name of the criterion.
        units : ndarray of shape (k,), int64
            Positions.
        """
        return self._criterion_scores(self._named(name), units, np.full((len(units), len(self.parts)), np.nan))

    def filled_scores(self, name: str, units: Ints, nonprofits: Ints) -> Floats:
        """Scores of pairs by one criterion in play, shape (k,), with unknown parts filled.

        Parameters
        ----------
        name : str
            Name of the criterion.
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return self._criterion_scores(self._named(name), units, self.values(units, nonprofits, name))

    def _named(self, name: str) -> CriterionInPlay:
        return next(item for item in self.in_play if item.name == name)
