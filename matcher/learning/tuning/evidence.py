"""What past partnerships say: which pairs came about, which were declined, and which say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, Floats, History, Ints
from matcher.tables.status import Status

SAMPLED = 2000
"""Non-pairs a unit, at most, that its partners are held against: more would cost memory and say nothing new."""
RATING_GAP = 0.25
"""One partnership went better than another from one point of the five on, as quality in [0, 1]."""


@dataclass(frozen=True)
class Evidence:
    """The pairs of each unit that are held against each other, in id order; every array has one row a pair.

    Attributes
    ----------
    unit, nonprofit : ndarray of shape (k,), int64
        Positions; sorted by unit, then nonprofit.
    positives : ndarray of shape (k,), bool
        Agreed, active or completed.
    declined : ndarray of shape (k,), bool
    quality : ndarray of shape (k,), float64
        Mean rating brought to [0, 1]; NaN where nothing was rated.
    """

    unit: Ints
    nonprofit: Ints
    positives: Bools
    declined: Bools
    quality: Floats

    @property
    def units(self) -> Ints:
        """Positions of the units with both a pair that came about and one that did not, sorted."""
        return np.intersect1d(self.unit[self.positives], self.unit[~self.positives])


def gather(
    history: History, units: int, nonprofits: int, left_out: Bools | None = None, active: Bools | None = None
) -> Evidence:
    """Return the evidence of a history.

    A pair that ever came about counts as such, whatever else is written of it; one that was vetoed, or is
    undecided (proposed, maybe, contacted), is left out of it all. Every other pair is a non-pair; of a unit with very many a sample
    is drawn, with a seed of its own and in id order.

    Parameters
    ----------
    history : History
    units, nonprofits : int
        How many there are.
    left_out : ndarray of shape (units, nonprofits), bool, optional
        Pairs that say nothing either.
    active : ndarray of shape (nonprofits,), bool, optional
        Nonprofits that could have been chosen; default: all. One that came about or was declined counts all the same.
    """
    came, said_no, vetoed, silent = (
        _pairs(history, rows)
        for rows in (
            Status.mask(history.status, "is_positive"),
            Status.mask(history.status, "is_negative"),
            history.status == Status.VETOED,
            Status.mask(history.status, "is_silent"),
        )
    )
    quality = _qualities(history)
    open_to_all = np.ones(nonprofits, dtype=bool) if active is None else active
    found: list[tuple[Ints, Ints, Bools, Bools, Floats]] = []
    for unit in range(units):
        barred = _row(vetoed, unit, nonprofits)
        if left_out is not None:
            barred = barred | left_out[unit]
        partners = _row(came, unit, nonprofits) & ~barred
        refused = _row(said_no, unit, nonprofits) & ~barred & ~partners
        rest = np.flatnonzero(open_to_all & ~barred & ~partners & ~refused & ~_row(silent, unit, nonprofits))
        if len(rest) > SAMPLED:
            rest = np.sort(np.random.default_rng(unit).choice(rest, SAMPLED, replace=False))
        mine = np.sort(np.concatenate([np.flatnonzero(partners | refused), rest]))
        marks = np.array([quality.get((unit, int(nonprofit)), np.nan) for nonprofit in mine], dtype=np.float64)
        found.append((np.full(len(mine), unit), mine, partners[mine], refused[mine], marks))
    columns = zip(*found, strict=True) if found else ((), (), (), (), ())
    unit_, nonprofit_, came_, declined_, quality_ = (np.concatenate([np.empty(0), *column]) for column in columns)
    return Evidence(
        unit_.astype(np.int64), nonprofit_.astype(np.int64), came_.astype(bool), declined_.astype(bool), quality_
    )


def _pairs(history: History, rows: Bools) -> dict[int, Ints]:
    """Return the nonprofits of chosen partnerships, unit by unit."""
    units, nonprofits = history.unit[rows], history.nonprofit[rows]
    return {int(unit): nonprofits[units == unit] for unit in np.unique(units)}


def _row(pairs: dict[int, Ints], unit: int, nonprofits: int) -> Bools:
    row = np.zeros(nonprofits, dtype=bool)
    row[pairs.get(unit, np.empty(0, dtype=np.int64))] = True
    return row


def _qualities(history: History) -> dict[tuple[int, int], float]:
    """Return the mean quality of each pair that came about and was rated."""
    marks: dict[tuple[int, int], list[float]] = {}
    for row in np.flatnonzero(Status.mask(history.status, "is_positive") & ~np.isnan(history.quality)):
        marks.setdefault((int(history.unit[row]), int(history.nonprofit[row])), []).append(float(history.quality[row]))
    return {pair: float(np.mean(values)) for pair, values in marks.items()}


@dataclass(frozen=True)
class Comparisons:
    """Pairs of pairs, of one unit each: the first should score above the second.

    Attributes
    ----------
    better, worse : ndarray of shape (c,), int64
        Rows of the evidence.
    weight : ndarray of shape (c,), float64
        How much each says: those of one partner against its unit's non-pairs add up to 1 at most.
    unit : ndarray of shape (c,), int64
        Position of the unit.
    """

    better: Ints
    worse: Ints
    weight: Floats
    unit: Ints

    def of_units(self, units: Ints) -> Comparisons:
        """Return those of some units."""
        rows = np.isin(self.unit, units)
        return Comparisons(self.better[rows], self.worse[rows], self.weight[rows], self.unit[rows])


def compare(evidence: Evidence, *, against: int = 10, seed: int = 0) -> Comparisons:
    """Return what should score above what.

    - A pair that came about above pairs of that unit that did not: ``against`` of them, drawn at random. Together
      they weigh 1; of a partnership rated below the middle, in proportion to its rating, since it is no example.
    - Of two rated partnerships of a unit, the one that went better, from a point of the five on, with the difference
      in quality for weight; and every partnership above each declined pair.

    A declined pair is held against no non-pair: it was at least thought of.

    Parameters
    ----------
    evidence : Evidence
    against : int
        Non-pairs that each partner is held against.
    seed : int
    """
    parts: list[tuple[Ints, Ints, Floats]] = []
    for unit in evidence.units:
        rows = np.arange(*np.searchsorted(evidence.unit, [unit, unit + 1]))
        partners = rows[evidence.positives[rows]]
        refused = rows[evidence.declined[rows]]
        others = rows[~evidence.positives[rows] & ~evidence.declined[rows]]
        quality = evidence.quality[partners]
        worth = np.where(np.isnan(quality), 1.0, np.minimum(1.0, 2 * np.nan_to_num(quality)))
        draw = np.random.default_rng([seed, int(unit)])
        if len(others):
            if len(others) > against:
                worse = np.stack([draw.choice(others, against, replace=False) for _ in partners])
            else:
                worse = np.broadcast_to(others, (len(partners), len(others)))
            size = worse.shape[1]
            parts.append((np.repeat(partners, size), worse.ravel(), np.repeat(worth / size, size)))
        if len(refused):
            size = len(refused)
            parts.append((np.repeat(partners, size), np.tile(refused, len(partners)), np.repeat(worth / size, size)))
        gap = quality[:, None] - quality[None, :]
        first, second = np.nonzero(gap >= RATING_GAP - 1e-9)
        rated = max(1, int((~np.isnan(quality)).sum()))
        parts.append((partners[first], partners[second], gap[first, second] / rated))
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Comparisons(none, none, np.empty(0), none)
    better, lower, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    said = weight > 0
    better = better[said].astype(np.int64)
    return Comparisons(better, lower[said].astype(np.int64), weight[said].astype(np.float64), evidence.unit[better])
