"""Upper bounds on the scores of pairs, and scores in single precision with a known error margin.

Parts that are cheap to compute are evaluated for every pair, once for each equivalence class of nonprofits. A costly part
counts as 1 until its pair can reach a list.
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
from matcher.scoring.scorer import Scorer
from matcher.texts.chunks import Chunk

SINGLE_MARGIN = 4e-6
"""Error of single precision in the weighted sum of the parts, whose weights sum to 1 at most."""
MAX_CLASSES = 4_096
"""Parts are evaluated together while they have at most this many classes: their table for a unit stays in the cache."""


class _Bound(Protocol):
    """Upper bounds of one part or gate for some units and nonprofits, shape (b, c): a fresh array."""

    def __call__(self, rows: slice, columns: Columns, /) -> Floats: ...


@dataclass(frozen=True)
class _Group:
    """Parts and gates evaluated together.

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
        self._costly: list[tuple[Floats, Bools, Bools, FastPartScorer]] = []
        self._ungrouped: list[_Bound] = []
        self._gates: list[Gate] = []
        groups: list[_Group] = []

        def add(bound: _Bound, classes: Ints | None) -> None:
            if classes is None:
                self._ungrouped.append(bound)
                return
            codes = codes_of_columns([classes[self.columns]])
            groups.append(_Group([bound], codes, int(codes.max(initial=0)) + 1))

        for index, item in enumerate(scorer.parts):
            part = item.part
            block: _Bound = part.block
            classes = part.equivalence_classes()
            if isinstance(part, CostlyPart):
                units, nonprofits = part.known()
                self._costly.append((item.weight, units, nonprofits[self.columns], part.fast_scorer(chunk)))
                block, classes = _one_where_known(units, nonprofits), nonprofits.astype(np.int64)
            add(partial(_weighted, block, item.weight, scorer.candidate_means[:, index]), classes)
        for gate in scorer.gates:
            classes = gate.equivalence_classes()
            if classes is None:
                self._gates.append(gate)
            else:
                add(partial(_minus_infinity_where_excluded, gate), classes)
        self._groups = _merged(groups)

    @cached_property
    def margin(self) -> Singles:
        """Largest error of the scores of :meth:`pairs` and :meth:`tiles` for each unit, shape (m,)."""
        error = np.full(len(self.scorer.run.units), SINGLE_MARGIN)
        for weight, _, _, fast_scorer in self._costly:
            error += weight * fast_scorer.error
        return error.astype(np.float32)

    def upper_bound(self, rows: slice) -> Singles:
        """Upper bounds on the scores of some units with the nonprofits, shape (b, c); -inf where a gate excludes."""
        start, stop, _ = rows.indices(len(self.scorer.run.units))
        bounds = np.zeros((stop - start, self.columns.stop - self.columns.start), dtype=np.float32)
        for group in self._groups:
            table = np.zeros((stop - start, group.count))
            for bound in group.bounds:
                table += bound(rows, self.columns.start + group.representatives)
            bounds += np.take(table.astype(np.float32), group.classes, axis=1)
        for bound in self._ungrouped:
            bounds += bound(rows, self.columns)
        for gate in self._gates:
            excluded = gate.is_excluded(rows, self.columns)
            if excluded.any():
                np.copyto(bounds, -np.inf, where=excluded)
        return bounds

    def pairs(self, units: Ints, columns: Ints, upper_bound: Singles, threshold: Singles) -> Singles:
        """Scores of pairs, shape (k,); below its threshold a score may be replaced by any lower value.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions, ascending.
        columns : ndarray of shape (k,), int64
            Positions of nonprofits, from the start of the chunk.
        upper_bound : ndarray of shape (k,), float32
            Values of :meth:`upper_bound` for these pairs.
        threshold : ndarray of shape (k,), float32
            Score below which a pair does not matter.
        """
        scores = upper_bound.copy()
        for weight, units_known, nonprofits_known, fast_scorer in self._costly:
            known = units_known[units] & nonprofits_known[columns] & (weight[units] > 0)
            scored = np.flatnonzero(known & (scores >= threshold))
            weights = weight[units[scored]]
            min_score = 1 - (scores[scored] - threshold[scored]) / weights
            change = fast_scorer.pairs(units[scored], columns[scored], min_score)
            change -= 1
            change *= weights.astype(np.float32)
            scores[scored] += change
        return scores

    def tiles(self, units: Ints, upper_bound: Singles) -> Callable[[slice], None]:
        """Function that replaces upper bounds by scores, one slice of nonprofits at a time.

        Parameters
        ----------
        units : ndarray of shape (b,), int64
            Positions.
        upper_bound : ndarray of shape (b, c), float32
            Values of :meth:`upper_bound` for these units and all nonprofits of the chunk; overwritten.

        Returns
        -------
        callable
            Takes a slice of the chunk's nonprofits and writes their columns; calls may run in parallel.
        """
        costly = [
            (known_weight[:, None], ~nonprofits, fast_scorer.tiles(units))
            for weight, known, nonprofits, fast_scorer in self._costly
            if (known_weight := np.where(known[units], weight[units], 0.0).astype(np.float32)).any()
        ]

        def write(columns: slice) -> None:
            for weight, unknown, tile in costly:
                change = tile(columns)
                change -= 1
                change *= weight
                change[:, unknown[columns]] = 0
                upper_bound[:, columns] += change

        return write


def _weighted(bound: _Bound, weight: Floats, candidate_mean: Floats, rows: slice, columns: Columns) -> Floats:
    values = bound(rows, columns)
    np.copyto(values, candidate_mean[rows, None], where=np.isnan(values))
    values *= weight[rows, None]
    return values


def _minus_infinity_where_excluded(gate: Gate, rows: slice, columns: Columns) -> Floats:
    return np.where(gate.is_excluded(rows, columns), -np.inf, 0.0)


def _one_where_known(units: Bools, nonprofits: Bools) -> _Bound:
    def bound(rows: slice, columns: Columns) -> Floats:
        return np.where(units[rows, None] & nonprofits[None, columns], 1.0, np.nan)

    return bound


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
