"""The most that pairs can score, told quickly, and their scores to within a known margin.

What is cheap to judge is judged for every pair, each kind of nonprofit once; what is costly counts as 1 until a pair
may be among the best.
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
"""What single precision may be off by over the weighted sum of the parts, their sum at most 1."""
MOST_KINDS = 4_096
"""Parts are told together while they make no more kinds than this: a table of them for a unit stays in the cache."""


class _Told(Protocol):
    """What some units can score at most with some nonprofits by one part or gate: a fresh array."""

    def __call__(self, rows: slice, columns: Columns, /) -> Floats: ...


@dataclass(frozen=True)
class _Group:
    """Parts and gates that are told together: the kind of each nonprofit, and one of each kind."""

    told: list[_Told]
    kind: Ints
    count: int

    @cached_property
    def representatives(self) -> Ints:
        """Return the first nonprofit of each kind."""
        return np.unique(self.kind, return_index=True)[1]


class UpperBounds:
    """The pairs of a judge's units with the nonprofits of one chunk.

    Parameters
    ----------
    scorer : Scorer
    chunk : Chunk
    """

    def __init__(self, scorer: Scorer, chunk: Chunk) -> None:
        self.scorer = scorer
        self.columns = chunk.rows
        self._costly: list[tuple[Floats, Bools, Bools, FastPartScorer]] = []
        self._each: list[_Told] = []
        self._gates: list[Gate] = []
        groups: list[_Group] = []

        def tell(told: _Told, kinds: Ints | None) -> None:
            if kinds is None:
                self._each.append(told)
                return
            kind = codes_of_columns([kinds[self.columns]])
            groups.append(_Group([told], kind, int(kind.max(initial=0)) + 1))

        for index, item in enumerate(scorer.parts):
            part = item.part
            block: _Told = part.block
            kinds = part.kinds()
            if isinstance(part, CostlyPart):
                units, nonprofits = part.known()
                self._costly.append((item.weight, units, nonprofits[self.columns], part.quick(chunk)))
                block, kinds = _most_of(units, nonprofits), nonprofits.astype(np.int64)
            tell(partial(_weighted, block, item.weight, scorer.candidate_means[:, index]), kinds)
        for gate in scorer.gates:
            kinds = gate.kinds()
            if kinds is None:
                self._gates.append(gate)
            else:
                tell(partial(_out_where_closed, gate), kinds)
        self._groups = _merged(groups)

    @cached_property
    def margin(self) -> Singles:
        """How far the scores of :meth:`pairs` and :meth:`tiles` may be off for each unit, shape (m,)."""
        off = np.full(len(self.scorer.run.units), SINGLE_MARGIN)
        for weight, _, _, quick in self._costly:
            off += weight * quick.error
        return off.astype(np.float32)

    def most(self, rows: slice) -> Singles:
        """Return the most that some units can score with the nonprofits, shape (b, c); -inf where a gate is closed."""
        start, stop, _ = rows.indices(len(self.scorer.run.units))
        most = np.zeros((stop - start, self.columns.stop - self.columns.start), dtype=np.float32)
        for group in self._groups:
            table = np.zeros((stop - start, group.count))
            for told in group.told:
                table += told(rows, self.columns.start + group.representatives)
            most += np.take(table.astype(np.float32), group.kind, axis=1)
        for told in self._each:
            most += told(rows, self.columns)
        for gate in self._gates:
            closed = gate.closed(rows, self.columns)
            if closed.any():
                np.copyto(most, -np.inf, where=closed)
        return most

    def pairs(self, units: Ints, columns: Ints, most: Singles, asked: Singles) -> Singles:
        """Return the scores of pairs, or something less than is asked for where they are less.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Ascending.
        columns : ndarray of shape (k,), int64
            Counted from the start of the chunk.
        most : ndarray of shape (k,), float32
            Of these pairs, as :meth:`most` gave it.
        asked : ndarray of shape (k,), float32
            Below which their scores do not matter.
        """
        scores = most.copy()
        for weight, units_known, nonprofits_known, quick in self._costly:
            known = units_known[units] & nonprofits_known[columns] & (weight[units] > 0)
            told = np.flatnonzero(known & (scores >= asked))
            counted = weight[units[told]]
            least = 1 - (scores[told] - asked[told]) / counted
            found = quick.pairs(units[told], columns[told], least)
            found -= 1
            found *= counted.astype(np.float32)
            scores[told] += found
        return scores

    def tiles(self, units: Ints, most: Singles) -> Callable[[slice], None]:
        """Return what writes the scores of some units over the most that they can be.

        Parameters
        ----------
        units : ndarray of shape (b,), int64
        most : ndarray of shape (b, c), float32
            Of these units with all nonprofits of the chunk, as :meth:`most` gave it.

        Returns
        -------
        callable
            Given a slice of the nonprofits, writes their columns; several may be written at once.
        """
        counted = [
            (known_weight[:, None], ~nonprofits, quick.tiles(units))
            for weight, known, nonprofits, quick in self._costly
            if (known_weight := np.where(known[units], weight[units], 0.0).astype(np.float32)).any()
        ]

        def write(columns: slice) -> None:
            for weight, unknown, tile in counted:
                found = tile(columns)
                found -= 1
                found *= weight
                found[:, unknown[columns]] = 0
                most[:, columns] += found

        return write


def _weighted(tell: _Told, weight: Floats, average: Floats, rows: slice, columns: Columns) -> Floats:
    values = tell(rows, columns)
    np.copyto(values, average[rows, None], where=np.isnan(values))
    values *= weight[rows, None]
    return values


def _out_where_closed(gate: Gate, rows: slice, columns: Columns) -> Floats:
    return np.where(gate.closed(rows, columns), -np.inf, 0.0)


def _most_of(units: Bools, nonprofits: Bools) -> _Told:
    def tell(rows: slice, columns: Columns) -> Floats:
        return np.where(units[rows, None] & nonprofits[None, columns], 1.0, np.nan)

    return tell


def _merged(groups: list[_Group]) -> list[_Group]:
    """Return groups joined as far as the kinds that they make together stay few."""
    merged: list[_Group] = []
    for group in sorted(groups, key=lambda group: group.count):
        if merged:
            both = codes_of_columns([merged[-1].kind, group.kind])
            count = int(both.max(initial=0)) + 1
            if count <= max(MOST_KINDS, group.count):
                merged[-1] = _Group([*merged[-1].told, *group.told], both, count)
                continue
        merged.append(group)
    return merged
