"""The most that pairs can score, told quickly, and their scores to within a known margin.

What is cheap to judge is judged for every pair, each kind of nonprofit once; what is costly counts as 1 until a pair
may be among the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from matcher.criteria.base import CostlyPart, QuickJudgements
from matcher.criteria.judge import Judge
from matcher.criteria.run import Bools, Columns, Floats, Ints, Singles
from matcher.texts.texts import Chunk, codes_of_columns

SINGLE_MARGIN = 4e-6
"""What single precision may be off by over the weighted sum of the parts, their sum at most 1."""
MOST_KINDS = 4_096
"""Parts are told together while they make no more kinds than this: a table of them for a unit stays in the cache."""


class _Told(Protocol):
    """What is told for some units and nonprofits, in [0, 1]; NaN where unknown."""

    def __call__(self, rows: slice, columns: Columns, /) -> Floats: ...


@dataclass(frozen=True)
class _Cheap:
    """A part, or the most that a costly part can say: its place among the parts, its weights and what it tells."""

    index: int
    weight: Floats
    tell: _Told


@dataclass(frozen=True)
class _Group:
    """Parts that are told together: the kind of each nonprofit, and one of each kind."""

    parts: list[_Cheap]
    kind: Ints
    count: int

    @cached_property
    def representatives(self) -> Ints:
        """Return the first nonprofit of each kind."""
        return np.unique(self.kind, return_index=True)[1]


class Screen:
    """The pairs of a judge's units with the nonprofits of one chunk.

    Parameters
    ----------
    judge : Judge
    chunk : Chunk
    """

    def __init__(self, judge: Judge, chunk: Chunk) -> None:
        self.judge = judge
        self.columns = chunk.rows
        self._costly: list[tuple[Floats, Bools, Bools, QuickJudgements]] = []
        groups: list[_Group] = []
        self._each: list[_Cheap] = []
        for index, item in enumerate(judge.parts):
            part = item.part
            if isinstance(part, CostlyPart):
                units, nonprofits = part.known()
                self._costly.append((item.weight, units, nonprofits[self.columns], part.quick(chunk)))
                told = _Cheap(index, item.weight, _most_of(units, nonprofits))
                groups.append(_Group([told], nonprofits[self.columns].astype(np.int64), 2))
                continue
            cheap, kinds = _Cheap(index, item.weight, part.block), part.kinds()
            if kinds is None:
                self._each.append(cheap)
            else:
                kind = codes_of_columns([kinds[self.columns]])
                groups.append(_Group([cheap], kind, int(kind.max(initial=0)) + 1))
        self._groups = _merged(groups)

    @cached_property
    def margin(self) -> Singles:
        """How far the scores of :meth:`pairs` and :meth:`block` may be off for each unit, shape (m,)."""
        off = np.full(len(self.judge.run.units), SINGLE_MARGIN)
        for weight, _, _, quick in self._costly:
            off += weight * quick.error
        return off.astype(np.float32)

    def most(self, rows: slice) -> Singles:
        """Return the most that some units can score with the nonprofits, shape (b, c); -inf where a gate is closed."""
        start, stop, _ = rows.indices(len(self.judge.run.units))
        most = np.zeros((stop - start, self.columns.stop - self.columns.start), dtype=np.float32)
        for group in self._groups:
            told = np.zeros((stop - start, group.count))
            for part in group.parts:
                told += self._filled(part, rows, self.columns.start + group.representatives)
            most += np.take(told.astype(np.float32), group.kind, axis=1)
        for part in self._each:
            most += self._filled(part, rows, self.columns)
        most[self.judge.closed(rows, self.columns)] = -np.inf
        return most

    def pairs(self, units: Ints, columns: Ints, most: Singles) -> Singles:
        """Return the scores of pairs.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Ascending.
        columns : ndarray of shape (k,), int64
            Counted from the start of the chunk.
        most : ndarray of shape (k,), float32
            Of these pairs, as :meth:`most` gave it.
        """
        scores = most.copy()
        for weight, units_known, nonprofits_known, quick in self._costly:
            told = np.flatnonzero(units_known[units] & nonprofits_known[columns] & (weight[units] > 0))
            found = quick.pairs(units[told], columns[told])
            found -= 1
            found *= weight[units[told]].astype(np.float32)
            scores[told] += found
        return scores

    def block(self, units: Ints, most: Singles) -> Singles:
        """Return the scores of some units with all nonprofits of the chunk, shape (b, c); ``most`` is written over."""
        for weight, known, nonprofits, quick in self._costly:
            counted = np.where(known[units], weight[units], 0.0).astype(np.float32)
            if counted.any():
                found = quick.block(units)
                found -= 1
                found *= counted[:, None]
                found[:, ~nonprofits] = 0
                most += found
        return most

    def _filled(self, part: _Cheap, rows: slice, columns: Columns) -> Floats:
        values = part.tell(rows, columns)
        np.copyto(values, self.judge.averages[rows, part.index, None], where=np.isnan(values))
        values *= part.weight[rows, None]
        return values


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
                merged[-1] = _Group([*merged[-1].parts, *group.parts], both, count)
                continue
        merged.append(group)
    return merged
