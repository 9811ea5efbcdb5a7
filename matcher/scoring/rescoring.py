"""Scores of one run under other settings, from what the first scoring left in memory.

Texts are compared once. While weights, distances, gates or capacities change, a :class:`Rescorer` scores the same lists
again: it takes over every part and gate that does not depend on what changed, and reads the scores of texts from
memory. Its scores are those of a new :class:`~matcher.scoring.scorer.Scorer`, for both use the same formulas.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np

from matcher.scoring.criteria.base import ALL, CostlyPart, Criterion, FastPartScorer, Part
from matcher.scoring.criteria.proximity import ProximityPart
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run
from matcher.scoring.eligibility import Gate, judges_by_mission_or_place
from matcher.scoring.in_play import PartInPlay, criteria_in_play, parts_in_play
from matcher.scoring.scorer import Scorer
from matcher.texts.chunks import Chunk

_FEW = 0.1
"""Share of a unit's nonprofits below which pairs are scored one by one, without keeping the unit's row."""


class RowMemory:
    """Scores of units with all nonprofits, by part, of which those used longest ago are dropped first.

    Parameters
    ----------
    max_bytes : int
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._rows: OrderedDict[tuple[int, int], Floats] = OrderedDict()
        self._lock = Lock()

    @property
    def n_bytes(self) -> int:
        """Memory that the rows take."""
        return self._bytes

    def get(self, part: int, unit: int) -> Floats | None:
        """Row of a unit by a part, shape (n,); None where it is not kept.

        Parameters
        ----------
        part, unit : int
        """
        with self._lock:
            row = self._rows.get((part, unit))
            if row is not None:
                self._rows.move_to_end((part, unit))
            return row

    def keep(self, part: int, unit: int, row: Floats) -> None:
        """Keep the row of a unit by a part.

        Parameters
        ----------
        part, unit : int
        row : ndarray of shape (n,), float64
        """
        with self._lock:
            if (part, unit) not in self._rows:
                self._bytes += row.nbytes
            self._rows[part, unit] = row
            while self._bytes > self._max_bytes:
                self._bytes -= self._rows.popitem(last=False)[1].nbytes


class RememberedPart(CostlyPart):
    """A costly part that reads scores which it gave before from memory.

    Parameters
    ----------
    part : CostlyPart
    number : int
        Of the part, in the memory.
    count : int
        Number of nonprofits.
    memory : RowMemory
    """

    def __init__(self, part: CostlyPart, number: int, count: int, memory: RowMemory) -> None:
        self.part = part
        self.evidence_of_others = part.evidence_of_others
        self._number, self._memory, self._count = number, memory, count

    @property
    def name(self) -> str:  # type: ignore[override]
        """Name of the part."""
        return self.part.name

    def in_play(self) -> bool:
        return self.part.in_play()

    def share(self) -> Floats:
        return self.part.share()

    def known(self) -> tuple[Bools, Bools]:
        return self.part.known()

    def fast_scorer(self, chunk: Chunk) -> FastPartScorer:
        return self.part.fast_scorer(chunk)

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        return self.part.facts(units, nonprofits)

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        return self.part.block(rows, columns)

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        scores = np.empty(len(units))
        order = np.argsort(units, kind="stable")
        for chosen in np.split(order, np.flatnonzero(np.diff(units[order])) + 1):
            if not len(chosen):
                continue
            unit = int(units[chosen[0]])
            row = self._memory.get(self._number, unit)
            if row is None and len(chosen) < _FEW * self._count:
                scores[chosen] = self.part.pairs(units[chosen], nonprofits[chosen])
            else:
                scores[chosen] = (self.read_row(unit) if row is None else row)[nonprofits[chosen]]
        return scores

    def read_row(self, unit: int) -> Floats:
        """Scores of a unit with all nonprofits, kept from now on, shape (n,)."""
        row = self.part.pairs(np.full(self._count, unit), np.arange(self._count))
        self._memory.keep(self._number, unit, row)
        return row


class ScoringMemory:
    """The scoring of a run in which every criterion is in play, kept for other settings.

    Parameters
    ----------
    scorer : Scorer
        Of the run as it was matched; its parts are used again.
    max_bytes : int
        Memory for the scores of texts.
    """

    def __init__(self, scorer: Scorer, max_bytes: int) -> None:
        self.run = scorer.run
        self.gates = list(scorer.gates)
        self.rows = RowMemory(max_bytes)
        count, units = len(self.run.nonprofits), len(self.run.units)
        self._scorer = scorer
        self.parts: dict[str, list[PartInPlay]] = {}
        number = 0
        for name, criterion in self.run.criteria.items():
            found = [item for item in scorer.parts if item.criterion == name]
            found = found or parts_in_play(name, criterion.parts(self.run), units)
            kept: list[PartInPlay] = []
            for item in found:
                part: Part = item.part
                if isinstance(part, CostlyPart):
                    part = RememberedPart(part, number, count, self.rows)
                kept.append(replace(item, part=part))
                number += 1
            self.parts[name] = kept
        self._unknown = {id(item.part): column for item, column in zip(self._all, self._columns(scorer), strict=True)}

    @property
    def _all(self) -> list[PartInPlay]:
        return [item for parts in self.parts.values() for item in parts]

    def _columns(self, scorer: Scorer) -> Iterable[Floats]:
        """What each part counts as where it is unknown, each of shape (m,)."""
        names = {name for name, parts in self.parts.items() if parts and name in scorer.criteria}
        others = [item.part for item in self._all if item.criterion not in names]
        own, rest = iter(scorer.unknown_values.T), iter(scorer.unknown_of(others).T)
        return [next(own) if item.criterion in names else next(rest) for item in self._all]

    def read_rows(self, unit: int) -> None:
        """Score the texts of a unit with those of all nonprofits."""
        for item in self._all:
            if isinstance(item.part, RememberedPart):
                item.part.read_row(unit)

    def unknown_of(self, part: Part) -> Floats | None:
        """What a kept part counts as where it is unknown, shape (m,); None for another part."""
        return self._unknown.get(id(part))

    def changed(self, run: Run) -> frozenset[str]:
        """What differs between the run that was scored and another: sections of the settings, and columns of the lists.

        Parameters
        ----------
        run : Run
            Of the same lists.
        """
        before, now = self.run.settings, run.settings
        found = {name for name in type(now).model_fields if getattr(before, name) != getattr(now, name)}
        if judges_by_mission_or_place(before) != judges_by_mission_or_place(now):
            found.add("judged")
        if not _equal(self.run.units.reach_km, run.units.reach_km):
            found.add("reach_km")
        capacities = (
            (self.run.units.capacity, run.units.capacity),
            (self.run.nonprofits.capacity, run.nonprofits.capacity),
        )
        if not all(_equal(*both) for both in capacities):
            found.add("capacity")
        return frozenset(found)

    def centre_of_texts(self, criterion: str) -> Floats | None:
        """See :meth:`matcher.scoring.scorer.Scorer.centre_of_texts`; shape (dimension,)."""
        return self._scorer.centre_of_texts(criterion)


def _equal(before: Floats, now: Floats) -> bool:
    return before is now or np.array_equal(before, now, equal_nan=True)


class Rescorer(Scorer):
    """Scorer of a run whose lists were scored before, under other settings.

    Parameters
    ----------
    run : Run
        With other settings, reach or capacities; all else as in the memory.
    memory : ScoringMemory

    Raises
    ------
    MatcherError
        When no criterion with a weight has data on both sides.
    """

    def __init__(self, run: Run, memory: ScoringMemory) -> None:
        self._memory = memory
        self._units: Ints | None = None
        super().__init__(run)

    def __post_init__(self) -> None:
        run, memory = self.run, self._memory
        changed = memory.changed(run)
        self.gates: list[Gate] = [
            type(gate)(run) if changed & set(gate.reads_settings) else gate for gate in memory.gates
        ]
        self._same_gates = all(now is before for now, before in zip(self.gates, memory.gates, strict=True))
        parts = {
            name: parts_in_play(name, criterion.parts(run), len(run.units)) if _depends(criterion, changed) else kept
            for (name, criterion), kept in zip(run.criteria.items(), memory.parts.values(), strict=True)
        }
        self.parts, self.in_play = criteria_in_play(run, parts)
        self._proximity = ProximityPart(run)
        self._positions = np.arange(len(run.nonprofits))

    def for_units(self, units: Ints) -> Rescorer:
        """Scorer of the same run that is quick for a few units, and of no use for the others.

        Parameters
        ----------
        units : ndarray of shape (k,), int64
            Positions.
        """
        found = copy(self)
        found._units = units
        return found

    def unknown_of(self, parts: Sequence[Part], units: Ints | None = None) -> Floats:
        kept = [self._memory.unknown_of(part) if self._same_gates else None for part in parts]
        new = [part for part, column in zip(parts, kept, strict=True) if column is None]
        columns = iter(super().unknown_of(new, self._units if units is None else units).T)
        return np.stack([next(columns) if column is None else column for column in kept], axis=1)

    def centre_of_texts(self, criterion: str) -> Floats | None:
        return self._memory.centre_of_texts(criterion)


def _depends(criterion: Criterion, changed: frozenset[str]) -> bool:
    """Whether the parts of a criterion depend on anything that changed."""
    if criterion.reads_settings is None:
        return bool(changed - {"weights", "judged"})
    return bool(changed & set(criterion.reads_settings))
