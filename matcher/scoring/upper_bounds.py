"""Upper bounds on the logarithms of scores, and these logarithms in single precision with a known error margin.

In logarithms the criteria add up, see :mod:`matcher.scoring.geometric`. Parts that are cheap to compute are evaluated for
every pair, once for each equivalence class of nonprofits. A costly part counts as 1 until its pair can reach a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Protocol

import numpy as np

from matcher.arrays import codes_of_columns
from matcher.scoring.criteria.base import CostlyPart, FastPartScorer
from matcher.scoring.data import Bools, Columns, Floats, Ints, Singles
from matcher.scoring.eligibility import Gate
from matcher.scoring.geometric import log_value, score_of
from matcher.scoring.in_play import CriterionInPlay
from matcher.scoring.joining import amplification, joined, least_score
from matcher.scoring.scorer import Scorer
from matcher.texts.chunks import Chunk

SINGLE_MARGIN = 2e-5
"""Error of single precision in the weighted sum of the criteria's logarithms, which are above -3.1 with weights of sum 1."""
MAX_CLASSES = 4_096
"""Criteria are evaluated together while they have at most this many classes: their table for a unit stays in the cache."""


class _Bound(Protocol):
    """Upper bounds of one criterion or gate for some units and nonprofits, shape (b, c): a fresh array."""

    def __call__(self, rows: slice, columns: Columns, /) -> Floats: ...


@dataclass(frozen=True)
class _Group:
    """Criteria and gates evaluated together.

    Attributes
    ----------
    bounds : list of callable
    classes : ndarray of shape (c,), int64
        Equivalence class of each nonprofit.
    count : int
        Number of classes.
    """

    bounds: list[_Bound]
    classes: Ints
    count: int

    @cached_property
    def representatives(self) -> Ints:
        """Position of the first nonprofit of each class, shape (count,)."""
        return np.unique(self.classes, return_index=True)[1]


class UpperBounds:
    """Bounds and scores for the pairs of all units with the nonprofits of one chunk.

    Parameters
    ----------
    scorer : Scorer
    chunk : Chunk
    """

    def __init__(self, scorer: Scorer, chunk: Chunk) -> None:
        self.scorer = scorer
        self.columns = chunk.rows
        self._costly: list[_CostlyCriterion] = []
        self._ungrouped: list[_Bound] = []
        self._gates: list[Gate] = []
        groups: list[_Group] = []

        def add(bound: _Bound, classes: Ints | None) -> None:
            if classes is None:
                self._ungrouped.append(bound)
                return
            codes = codes_of_columns([classes[self.columns]])
            groups.append(_Group([bound], codes, int(codes.max(initial=0)) + 1))

        for criterion in scorer.in_play:
            add(partial(_log_bound, scorer, criterion), _classes(scorer, criterion))
            parts = [
                _CostlyPart.of(part, position, scorer.parts[index].share, chunk)
                for position, index in enumerate(criterion.parts)
                if isinstance(part := scorer.parts[index].part, CostlyPart)
            ]
            if parts:
                self._costly.append(_CostlyCriterion(scorer, criterion, parts))
        self._costly.sort(key=lambda item: -item.criterion.weight)
        for gate in scorer.gates:
            classes = gate.equivalence_classes()
            if classes is None:
                self._gates.append(gate)
            else:
                add(partial(_minus_infinity_where_excluded, gate), classes)
        self._groups = _merged(groups)

    @cached_property
    def margin(self) -> Singles:
        """Largest error of the values of :meth:`pairs` and :meth:`tiles` for each unit, shape (m,)."""
        error = SINGLE_MARGIN + sum(
            item.criterion.weight * part.amplification * part.fast_scorer.relative_error
            for item in self._costly
            for part in item.parts
        )
        return np.full(len(self.scorer.run.units), error, dtype=np.float32)

    def upper_bound(self, rows: slice) -> Singles:
        """Upper bounds on the logarithms of some units' scores, shape (b, c); -inf where a gate excludes."""
        start, stop, _ = rows.indices(len(self.scorer.run.units))
        bounds = np.zeros((stop - start, self.columns.stop - self.columns.start), dtype=np.float32)
        for group in self._groups:
            table = np.zeros((stop - start, group.count))
            for bound in group.bounds:
                table += bound(rows, self.columns.start + group.representatives)
            for row, values in zip(bounds, table.astype(np.float32), strict=True):
                row += np.take(values, group.classes)  # one row at a time stays in the cache of a processor
        for bound in self._ungrouped:
            bounds += bound(rows, self.columns)
        for gate in self._gates:
            excluded = gate.is_excluded(rows, self.columns)
            if excluded.any():
                np.copyto(bounds, -np.inf, where=excluded)
        return bounds

    @property
    def n_levels(self) -> int:
        """Number of costly criteria, which :meth:`tiles` lowers one after the other, those of most weight first."""
        return len(self._costly)

    def pairs(self, units: Ints, columns: Ints, upper_bound: Singles, threshold: Singles, level: int) -> Singles:
        """Logarithms of the scores of pairs, shape (k,); below its threshold one may be replaced by any lower value.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions, ascending.
        columns : ndarray of shape (k,), int64
            Positions of nonprofits, from the start of the chunk.
        upper_bound : ndarray of shape (k,), float32
            Values of :meth:`upper_bound` for these pairs.
        threshold : ndarray of shape (k,), float32
            Logarithm of the score below which a pair does not matter.
        level : int
            Number of costly criteria to which the bounds are lowered already.
        """
        logs = upper_bound.copy()
        for item in self._costly[level:]:
            item.lower_pairs(logs, units, columns, self.columns.start, threshold)
        return logs

    def tiles(self, units: Ints, upper_bound: Singles, level: int) -> Callable[[slice], None]:
        """Function that lowers upper bounds to the scores by one more costly criterion, one slice of nonprofits at a time.

        Parameters
        ----------
        units : ndarray of shape (b,), int64
            Positions.
        upper_bound : ndarray of shape (b, c), float32
            Upper bounds for these units and all nonprofits of the chunk, lowered to ``level`` costly criteria; overwritten.
        level : int

        Returns
        -------
        callable
            Takes a slice of the chunk's nonprofits and writes their columns; calls may run in parallel.
        """
        lower = self._costly[level].lower_tiles(units, self.columns.start)

        def write(columns: slice) -> None:
            upper_bound[:, columns] += lower(columns)

        return write


@dataclass(frozen=True)
class _CostlyPart:
    """A costly part with the nonprofits of one chunk.

    Attributes
    ----------
    position : int
        Among the parts of its criterion.
    of_units, of_columns : ndarray of shapes (m,) and (c,), bool
        Units and nonprofits of the chunk for which it is known.
    amplification : float
        Of its relative error, in the criterion.
    fast_scorer : FastPartScorer
    """

    position: int
    of_units: Bools
    of_columns: Bools
    amplification: float
    fast_scorer: FastPartScorer

    @classmethod
    def of(cls, part: CostlyPart, position: int, share: Floats, chunk: Chunk) -> _CostlyPart:
        units, nonprofits = part.known()
        error = amplification(part.evidence_of_others, share)
        return cls(position, units, nonprofits[chunk.rows], error, part.fast_scorer(chunk))


@dataclass(frozen=True)
class _CostlyCriterion:
    """A criterion with costly parts: lowers its upper bound to its score."""

    scorer: Scorer
    criterion: CriterionInPlay
    parts: list[_CostlyPart]

    def lower_pairs(self, logs: Singles, units: Ints, columns: Ints, start: int, threshold: Singles) -> None:
        """Lower the logarithms of pairs, in place; arguments as in :meth:`UpperBounds.pairs`."""
        weight, criterion = self.criterion.weight, self.criterion
        scored = np.flatnonzero(logs >= threshold)
        all_values = self.scorer.part_scores(criterion, units[scored], start + columns[scored], at_most=True)
        parts = [self.scorer.parts[index].part for index in criterion.parts]
        for part in self.parts:
            is_known = part.of_units[units[scored]] & part.of_columns[columns[scored]]
            matters = np.flatnonzero(is_known & (logs[scored] >= threshold[scored]))
            rows = scored[matters]
            values = [column[matters] for column in all_values]
            shares = self.scorer.shares(criterion, units[rows])
            before = joined(parts, values, shares)
            lowest = score_of(log_value(before) - (logs[rows] - threshold[rows]) / weight)
            least = least_score(parts, part.position, lowest, values, shares)
            values[part.position] = part.fast_scorer.pairs(units[rows], columns[rows], least).astype(np.float64)
            after = joined(parts, values, shares)
            logs[rows] += (weight * (log_value(after) - log_value(before))).astype(np.float32)
            all_values[part.position][matters] = values[part.position]

    def lower_tiles(self, units: Ints, start: int) -> Callable[[slice], Singles]:
        """Function of a slice of the chunk's nonprofits that returns what to add to the bounds of units, shape (b, c)."""
        weight, scorer = np.float32(self.criterion.weight), self.scorer
        shares = [share.astype(np.float32)[:, None] for share in scorer.shares(self.criterion, units)]
        tiles = [(part, part.fast_scorer.tiles(units)) for part in self.parts if part.of_units[units].any()]

        def lower(columns: slice) -> Singles:
            at = slice(start + columns.start, start + columns.stop)
            blocks = scorer.part_blocks(self.criterion, units, at, at_most=True)
            values = [block.astype(np.float32) for block in blocks]
            before = scorer.joined(self.criterion, values, shares)
            for part, tile in tiles:
                is_known = part.of_units[units][:, None] & part.of_columns[columns]
                np.copyto(values[part.position], tile(columns), where=is_known)
            after = scorer.joined(self.criterion, values, shares)
            changed: Singles = weight * (log_value(after) - log_value(before))
            return changed

        return lower


def _log_bound(scorer: Scorer, criterion: CriterionInPlay, rows: slice, columns: Columns) -> Floats:
    bound: Floats = criterion.weight * log_value(scorer.criterion_block(criterion, rows, columns, at_most=True))
    return bound


def _classes(scorer: Scorer, criterion: CriterionInPlay) -> Ints | None:
    """Class of each nonprofit, shape (n,): every unit has one bound for all of a class; None where that is unknown."""
    classes = []
    for index in criterion.parts:
        part = scorer.parts[index].part
        of_part = part.known()[1].astype(np.int64) if isinstance(part, CostlyPart) else part.equivalence_classes()
        if of_part is None:
            return None
        classes.append(of_part)
    return codes_of_columns(classes)


def _minus_infinity_where_excluded(gate: Gate, rows: slice, columns: Columns) -> Floats:
    return np.where(gate.is_excluded(rows, columns), -np.inf, 0.0)


def _merged(groups: list[_Group]) -> list[_Group]:
    """Groups joined as long as their combined classes stay few."""
    merged: list[_Group] = []
    for group in sorted(groups, key=lambda group: group.count):
        if merged:
            classes = codes_of_columns([merged[-1].classes, group.classes])
            count = int(classes.max(initial=0)) + 1
            if count <= max(MAX_CLASSES, group.count):
                merged[-1] = _Group([*merged[-1].bounds, *group.bounds], classes, count)
                continue
        merged.append(group)
    return merged
