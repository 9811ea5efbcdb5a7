"""Scores of pairs: gates first, then the weighted mean of the criteria; an unknown value counts as the unit's average.

For a pair, with w the weights of the parts (normalised to sum to 1), v the value of a part and a its mean over this
unit's candidates where it is known::

    score = sum(w * (v if known else a)) = sum(w * a) + sum(w * (v - a) where known)

The first sum is the score of the average candidate, the second the difference that this pair makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.errors import MatcherError
from matcher.scoring.criteria.base import ALL, CostlyPart, Part
from matcher.scoring.criteria.proximity import ProximityPart
from matcher.scoring.criteria.text import TextPart
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run
from matcher.scoring.eligibility import GATES, Gate
from matcher.scoring.explanation import SCORE_DECIMALS, CriterionRecord, PairRecord

BLOCK_CELLS = 8_000_000
"""Pairs scored at once: bounds the memory, changes no result."""
MEAN_ROWS = 8_192
"""Size of the sample of nonprofits for the means in large runs; their sampling error is then about 0.002 at most."""
FALLBACK_MEAN = 0.5


@dataclass(frozen=True)
class _Weighted:
    """A part with its criterion and its weight for each unit."""

    criterion: str
    part: Part
    weight: Floats


@dataclass(frozen=True)
class _Joined:
    """A criterion's parts joined, for pairs; see :class:`matcher.scoring.explanation.CriterionRecord`."""

    indices: list[int]
    any_known: Bools
    score: Floats
    weight: Floats
    average: Floats
    contribution: Floats
    known: Floats


@dataclass
class Scorer:
    """Scores the pairs of a run.

    Parameters
    ----------
    run : Run

    Raises
    ------
    MatcherError
        When no criterion with weight has data on both sides.
    """

    run: Run
    parts: list[_Weighted] = field(init=False)
    gates: list[Gate] = field(init=False)

    def __post_init__(self) -> None:
        self.gates = [gate(self.run) for gate in GATES]
        units = len(self.run.units)
        found: list[_Weighted] = []
        for name, criterion in self.run.criteria.items():
            weight = self.run.settings.weights.get(name, 0.0)
            if weight <= 0:
                continue
            playing = [part for part in criterion.parts(self.run) if part.in_play()]
            shares = [np.broadcast_to(part.share(), (units,)) for part in playing]
            whole = np.sum(shares, axis=0) if shares else np.zeros(units)
            for part, share in zip(playing, shares, strict=True):
                # Parts that are not in play leave their share of the criterion to the others.
                portion = np.divide(share, whole, out=np.full(units, 1 / len(playing)), where=whole > 0)
                found.append(_Weighted(name, part, weight * portion))
        if not found:
            raise MatcherError(
                "there is nothing to judge by: no criterion with a weight has data on both sides. Fill in missions or places, "
                "or give weight to a criterion that has data"
            )
        total = np.sum([item.weight for item in found], axis=0)
        self.parts = [_Weighted(item.criterion, item.part, item.weight / total) for item in found if item.weight.any()]
        self._proximity = ProximityPart(self.run)
        self._positions = np.arange(len(self.run.nonprofits))

    @property
    def criteria(self) -> list[str]:
        """Names of the criteria in play."""
        return list(dict.fromkeys(item.criterion for item in self.parts))

    def blocks(self, nonprofits: int | None = None) -> Iterator[slice]:
        """Yield slices of units whose blocks stay within ``BLOCK_CELLS``.

        Parameters
        ----------
        nonprofits : int, optional
            Number of nonprofits in a block. Default: all.
        """
        size = max(1, BLOCK_CELLS // max(1, len(self.run.nonprofits) if nonprofits is None else nonprofits))
        for start in range(0, len(self.run.units), size):
            yield slice(start, min(start + size, len(self.run.units)))

    def is_excluded(self, rows: slice, columns: Columns = ALL) -> Bools:
        """Whether a gate excludes the pairs of some units with some nonprofits, shape (b, c).

        Parameters
        ----------
        rows : slice
            Of the units.
        columns : slice or ndarray of int64
            Of the nonprofits.
        """
        start, stop, _ = rows.indices(len(self.run.units))
        out = np.zeros((stop - start, len(self._positions[columns])), dtype=bool)
        for gate in self.gates:
            out |= gate.is_excluded(rows, columns)
        return out

    def block(self, rows: slice) -> Floats:
        """Scores of some units with all nonprofits, shape (b, n); -inf where a gate excludes the pair."""
        scores = np.zeros((len(range(*rows.indices(len(self.run.units)))), len(self.run.nonprofits)))
        for index, item in enumerate(self.parts):
            values = item.part.block(rows)
            np.copyto(values, self.candidate_means[rows, index, None], where=np.isnan(values))
            values *= item.weight[rows, None]
            scores += values
        scores[self.is_excluded(rows)] = -np.inf
        return scores

    @cached_property
    def candidate_means(self) -> Floats:
        """Mean of every part over each unit's candidates where it is known, shape (m, n_parts).

        Over all candidates of at most ``MEAN_ROWS`` nonprofits; of more, over a sample of that size, evenly spaced in
        id order. A unit without known candidates gets the mean over the other units, or 0.5 where no unit has any.
        """
        columns = self._averaged_over()
        found = np.full((len(self.run.units), len(self.parts)), np.nan)
        for rows in self.blocks(len(columns)):
            open_pairs = ~self.is_excluded(rows, columns)
            for index, item in enumerate(self.parts):
                values = item.part.block(rows, columns)
                counted = open_pairs & ~np.isnan(values)
                count = counted.sum(axis=1)
                total = np.sum(values, axis=1, where=counted)
                np.divide(total, count, out=found[rows, index], where=count > 0)
        for column in found.T:
            missing = np.isnan(column)
            column[missing] = column[~missing].mean() if not missing.all() else FALLBACK_MEAN
        return found

    def _averaged_over(self) -> Ints:
        """Positions of the nonprofits for the means, among those that no gate excludes from all units."""
        if len(self.run.nonprofits) <= MEAN_ROWS:
            return self._positions
        shut = np.zeros(len(self.run.nonprofits), dtype=bool)
        for gate in self.gates:
            if gate.of_nonprofit:
                shut |= gate.is_excluded(slice(0, 1))[0]
        return evenly_spaced(~shut if not shut.all() else ~np.zeros_like(shut), MEAN_ROWS)

    @cached_property
    def _weights(self) -> Floats:
        return np.stack([item.weight for item in self.parts], axis=1)

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

    def scores(self, units: Ints, nonprofits: Ints) -> Floats:
        """Final scores of pairs, shape (k,), gates ignored: summed in a fixed order, rounded to 6 decimals.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return self._combine(self.values(units, nonprofits), units)

    def _combine(self, values: Floats, units: Ints) -> Floats:
        candidate_means, weights = self.candidate_means[units], self._weights[units]
        score = np.zeros(len(units))
        for index in range(values.shape[1]):
            column = values[:, index]
            score += weights[:, index] * np.where(np.isnan(column), candidate_means[:, index], column)
        return np.round(score, SCORE_DECIMALS)

    def closed_gates(self, unit: int, nonprofit: int) -> tuple[str, ...]:
        """Names of the gates that exclude a pair.

        Parameters
        ----------
        unit, nonprofit : int
            Positions.
        """
        pair = slice(unit, unit + 1), np.array([nonprofit])
        return tuple(gate.name for gate in self.gates if gate.is_excluded(*pair).any())

    def records(
        self, units: Ints, nonprofits: Ints, more_sites: Ints | None = None, *, check_gates: bool = False
    ) -> list[PairRecord]:
        """Explanation records of pairs.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        more_sites : ndarray of shape (k,), int64, optional
            Further sites of the organisation that are candidates of the unit.
        check_gates : bool
            Check the gates too; shortlists hold no excluded pair.
        """
        values = self.values(units, nonprofits)
        scores = self._combine(values, units)
        distances = self._proximity.distance_km(units, nonprofits)
        by_criterion = [self._criterion_records(name, units, nonprofits, values) for name in self.criteria]
        records = []
        for row, (unit, nonprofit) in enumerate(zip(units.tolist(), nonprofits.tolist(), strict=True)):
            gates = self.closed_gates(unit, nonprofit) if check_gates else ()
            criteria = tuple(of_criterion[row] for of_criterion in by_criterion)
            distance = float(distances[row])
            records.append(
                PairRecord(
                    unit_id=str(self.run.units.ids[unit]),
                    unit_name=str(self.run.units.names[unit]),
                    company=str(self.run.units.companies[unit]),
                    nonprofit_id=str(self.run.nonprofits.ids[nonprofit]),
                    nonprofit_name=str(self.run.nonprofits.names[nonprofit]),
                    organisation=str(self.run.nonprofits.organisations[nonprofit]),
                    gates=gates,
                    score=None if gates else float(scores[row]),
                    baseline=sum(item.weight * item.average for item in criteria),
                    confidence=round(sum(item.weight * item.known for item in criteria), 4),
                    distance_km=None if np.isnan(distance) else round(distance, 1),
                    statuses=self._statuses.get((unit, nonprofit), ()),
                    criteria=criteria,
                    more_sites=0 if more_sites is None else int(more_sites[row]),
                )
            )
        return records

    @cached_property
    def _statuses(self) -> dict[tuple[int, int], tuple[str, ...]]:
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        history = self.run.history
        for unit, nonprofit, status in zip(
            history.unit.tolist(), history.nonprofit.tolist(), history.status, strict=True
        ):
            found[unit, nonprofit] = (*found.get((unit, nonprofit), ()), str(status))
        return found

    def centre_of_texts(self, criterion: str) -> Floats | None:
        """Mean vector of the nonprofits' texts of a criterion, shape (dimension,); None where it compares no texts."""
        parts = (item.part for item in self.parts if item.criterion == criterion)
        pools = (part.pool for part in parts if isinstance(part, TextPart))
        return next((pool.mean_vector("dense") for pool in pools), None)

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
        joined = self._joined(name, units, self.values(units, nonprofits, name, at_most=at_most))
        return np.where(joined.any_known, joined.score, np.nan)

    def filled_scores(self, name: str, units: Ints, nonprofits: Ints) -> Floats:
        """Scores of pairs by one criterion in play, shape (k,); the unit's average where unknown.

        Parameters
        ----------
        name : str
            Name of the criterion.
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return self._joined(name, units, self.values(units, nonprofits, name)).score

    def _joined(self, name: str, units: Ints, values: Floats) -> _Joined:
        """Weighted mean of the parts of one criterion; an unknown part counts as its average."""
        indices = [index for index, item in enumerate(self.parts) if item.criterion == name]
        weights, candidate_means = self._weights[units][:, indices], self.candidate_means[units][:, indices]
        known = ~np.isnan(values[:, indices])
        filled = np.where(known, values[:, indices], candidate_means)
        weight = weights.sum(axis=1)
        share = weights / weight[:, None]
        return _Joined(
            indices=indices,
            any_known=np.asarray((known & (share > 0)).any(axis=1)),
            score=(share * filled).sum(axis=1),
            weight=weight,
            average=(share * candidate_means).sum(axis=1),
            contribution=(weights * (filled - candidate_means)).sum(axis=1),
            known=(share * known).sum(axis=1),
        )

    def _criterion_records(self, name: str, units: Ints, nonprofits: Ints, values: Floats) -> list[CriterionRecord]:
        """Records of one criterion for pairs, with the facts of its parts."""
        joined = self._joined(name, units, values)
        facts: list[dict[str, Any]] = [{} for _ in range(len(units))]
        for index in joined.indices:
            for row, fact in enumerate(self.parts[index].part.facts(units, nonprofits)):
                facts[row].update(fact)
        columns: tuple[Sequence[Any], ...] = (
            joined.any_known.tolist(),
            joined.score.tolist(),
            joined.weight.tolist(),
            joined.average.tolist(),
            joined.contribution.tolist(),
            joined.known.tolist(),
        )
        criterion = self.run.criteria[name]
        return [
            CriterionRecord(criterion, score if any_known else None, weight, average, contribution, known, fact)
            for any_known, score, weight, average, contribution, known, fact in zip(*columns, facts, strict=True)
        ]
