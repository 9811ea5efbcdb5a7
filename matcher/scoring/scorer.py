"""Scores of pairs: gates first, then the weighted geometric mean of the criteria.

A criterion has one or more parts, whose scores are joined as :mod:`matcher.scoring.joining` describes, and the criteria as
:mod:`matcher.scoring.geometric` does. An unknown part counts as somewhat less than the mean of the unit's candidates
(:func:`matcher.scoring.geometric.unknown_score`): what is unknown never helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.scoring.criteria.base import ALL, Part
from matcher.scoring.criteria.proximity import ProximityPart
from matcher.scoring.criteria.text import TextPart
from matcher.scoring.data import Bools, Columns, Floats, Ints, Run
from matcher.scoring.eligibility import GATES, Gate
from matcher.scoring.explanation import SCORE_DECIMALS, CriterionRecord, PairRecord
from matcher.scoring.gated_run import GatedRun
from matcher.scoring.geometric import log_value, logarithmic_mean
from matcher.scoring.history import SharedHistory
from matcher.scoring.in_play import CriterionInPlay, PartInPlay, in_play
from matcher.scoring.part_scores import PartScores
from matcher.scoring.resemblance import Resemblances
from matcher.scoring.unknown import filled_from_others, low_scores

BLOCK_CELLS = 8_000_000
"""Pairs scored at once: bounds the memory, changes no result."""
SAMPLED_ROWS = 8_192
"""Size of the sample of nonprofits, evenly spaced in id order, from which means are taken in large runs; their sampling error is then about 0.002."""
FALLBACK = 0.5
"""What an unknown part counts as where it is known of no candidate of any unit."""


@dataclass
class Scorer(PartScores):
    """Scores the pairs of a run.

    Parameters
    ----------
    run : Run

    Attributes
    ----------
    parts : list of PartInPlay
    in_play : list of CriterionInPlay
        In the order of the registry.
    gates : list of Gate

    Raises
    ------
    MatcherError
        When no criterion with weight has data on both sides.
    """

    run: Run
    parts: list[PartInPlay] = field(init=False)
    in_play: list[CriterionInPlay] = field(init=False)
    gates: list[Gate] = field(init=False)

    def __post_init__(self) -> None:
        self.gates = [gate(self.run) for gate in GATES]
        self.parts, self.in_play = in_play(self.run)
        self._proximity = ProximityPart(self.run)
        self._positions = np.arange(len(self.run.nonprofits))

    @property
    def criteria(self) -> list[str]:
        """Names of the criteria in play."""
        return [item.name for item in self.in_play]

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
        for item in self.in_play:
            scores += item.weight * log_value(self.criterion_block(item, rows, ALL))
        np.exp(scores, out=scores)
        scores[self.is_excluded(rows)] = -np.inf
        return scores

    @cached_property
    def unknown_values(self) -> Floats:
        """What every part counts as where it is unknown, by :mod:`matcher.scoring.unknown`, shape (m, n_parts)."""
        return self.unknown_of([item.part for item in self.parts])

    def unknown_of(self, parts: Sequence[Part], units: Ints | None = None) -> Floats:
        """What parts count as where they are unknown, shape (m, len(parts)).

        Parameters
        ----------
        parts : sequence of Part
        units : ndarray of shape (k,), int64, optional
            Positions of the units that matter; rows of others may be anything. Default: all.
        """
        columns = self._sample()
        if units is not None:
            found = low_scores(self, parts, columns, (slice(unit, unit + 1) for unit in units.tolist()))
            if not np.isnan(found[units]).any():
                return found
        return filled_from_others(low_scores(self, parts, columns, self.blocks(len(columns))), FALLBACK)

    def _sample(self) -> Ints:
        """Positions of the nonprofits for the means, among those that no gate excludes from all units."""
        if len(self.run.nonprofits) <= SAMPLED_ROWS:
            return self._positions
        excluded = np.zeros(len(self.run.nonprofits), dtype=bool)
        for gate in self.gates:
            if gate.of_nonprofit:
                excluded |= gate.is_excluded(slice(0, 1))[0]
        return evenly_spaced(~excluded if not excluded.all() else ~np.zeros_like(excluded), SAMPLED_ROWS)

    def scores(self, units: Ints, nonprofits: Ints) -> Floats:
        """Final scores of pairs, shape (k,), gates ignored: joined in a fixed order, rounded to 6 decimals.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        logarithms = self._weighted_sum(self.log_values(units, nonprofits))
        return np.asarray(np.round(np.exp(logarithms), SCORE_DECIMALS), dtype=np.float64)

    @property
    def weights(self) -> Floats:
        """Weights of the criteria in play, shape (n_criteria,), with sum 1."""
        return np.array([item.weight for item in self.in_play])

    def log_values(self, units: Ints, nonprofits: Ints) -> Floats:
        """Logarithms of the criteria of pairs, shape (k, n_criteria), whose sum by the weights is that of the score.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        values = self.values(units, nonprofits)
        return np.asarray(
            log_value(np.stack([self._criterion_scores(each, units, values) for each in self.in_play], 1))
        )

    def _join(self, scores: Sequence[Floats]) -> Floats:
        """Weighted geometric mean of the criteria in play, each of shape (k,)."""
        return np.asarray(np.exp(self._weighted_sum(log_value(np.stack(scores, axis=1)))))

    def _weighted_sum(self, log_values: Floats) -> Floats:
        """Sum over the criteria in a fixed order, shape (k,), so that the bits of a pair do not depend on the others."""
        return np.asarray(np.einsum("ij,j->i", log_values, self.weights))

    def closed_gates(self, unit: int, nonprofit: int) -> tuple[str, ...]:
        """Names of the gates that exclude a pair.

        Parameters
        ----------
        unit, nonprofit : int
            Positions.
        """
        return GatedRun(self.run, self.gates).closed_gates(unit, nonprofit)

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
        by_criterion = [self._criterion_scores(item, units, values) for item in self.in_play]
        unknown = [self.unknown_scores(item.name, units) for item in self.in_play]
        scores, baseline = self._join(by_criterion), self._join(unknown)
        exchange = logarithmic_mean(scores, baseline)
        distances = self._proximity.distance_km(units, nonprofits)
        records_of = [
            self._criterion_records(item, (units, nonprofits), values, score, average, exchange)
            for item, score, average in zip(self.in_play, by_criterion, unknown, strict=True)
        ]
        histories = self.shared_history.of_pairs(units, nonprofits)
        resembled = self.resemblances.of_pairs(units, nonprofits, histories)
        records = []
        for row, (unit, nonprofit) in enumerate(zip(units.tolist(), nonprofits.tolist(), strict=True)):
            gates = self.closed_gates(unit, nonprofit) if check_gates else ()
            criteria = tuple(of_criterion[row] for of_criterion in records_of)
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
                    score=None if gates else round(float(scores[row]), SCORE_DECIMALS),
                    baseline=float(baseline[row]),
                    confidence=round(sum(item.weight * item.known for item in criteria), 4),
                    distance_km=None if np.isnan(distance) else round(distance, 1),
                    history=histories[row],
                    criteria=criteria,
                    more_sites=0 if more_sites is None else int(more_sites[row]),
                    resembles=resembled[row],
                )
            )
        return records

    @cached_property
    def shared_history(self) -> SharedHistory:
        """What the companies and the organisations of the run have been through together."""
        return SharedHistory(self.run)

    @cached_property
    def resemblances(self) -> Resemblances:
        """Nonprofits that resemble those with which a company had a setback."""
        return Resemblances(self.run, self.shared_history)

    def centre_of_texts(self, criterion: str) -> Floats | None:
        """Mean vector of the nonprofits' texts of a criterion, shape (dimension,); None where it compares no texts."""
        pools = (
            item.part.pool for item in self.parts if item.criterion == criterion and isinstance(item.part, TextPart)
        )
        return next((pool.mean_vector("dense") for pool in pools), None)

    def _criterion_records(
        self,
        criterion: CriterionInPlay,
        pairs: tuple[Ints, Ints],
        values: Floats,
        score: Floats,
        average: Floats,
        exchange: Floats,
    ) -> list[CriterionRecord]:
        """Records of one criterion for pairs, with the facts of its parts."""
        units, nonprofits = pairs
        facts: list[dict[str, Any]] = [{} for _ in range(len(units))]
        for index in criterion.parts:
            for row, fact in enumerate(self.parts[index].part.facts(units, nonprofits)):
                facts[row].update(fact)
        known = self._known_share(criterion, units, values)
        contribution = exchange * criterion.weight * (log_value(score) - log_value(average))
        columns: tuple[Sequence[Any], ...] = tuple(column.tolist() for column in (score, average, contribution, known))
        return [
            CriterionRecord(
                self.run.criteria[criterion.name],
                of_score if of_known > 0 else None,
                criterion.weight,
                of_average,
                of_contribution,
                of_known,
                fact,
            )
            for of_score, of_average, of_contribution, of_known, fact in zip(*columns, facts, strict=True)
        ]
