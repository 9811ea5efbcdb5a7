"""Evidence of past partnerships: positive pairs, declined pairs, and the other candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.scoring.data import Bools, Floats, History, Ints
from matcher.tables.status import Status

SAMPLED = 2000
"""Non-pairs per unit, at most; more would cost memory and add no information."""


@dataclass(frozen=True)
class Evidence:
    """Pairs to learn from; arrays have one row per pair, sorted by unit, then nonprofit.

    Attributes
    ----------
    unit, nonprofit : ndarray of shape (k,), int64
        Positions in the run.
    positives : ndarray of shape (k,), bool
        Whether the pair is agreed, active or completed.
    declined : ndarray of shape (k,), bool
        Whether the pair was declined.
    quality : ndarray of shape (k,), float64
        Mean rating scaled to [0, 1]; NaN without ratings.
    shown : ndarray of shape (k,), bool
        Whether the pair was on a list and was not chosen.
    """

    unit: Ints
    nonprofit: Ints
    positives: Bools
    declined: Bools
    quality: Floats
    shown: Bools

    @property
    def units(self) -> Ints:
        """Positions of the units with both a positive and another pair, sorted, shape (n_units,)."""
        return np.intersect1d(self.unit[self.positives], self.unit[~self.positives])


def gather(
    history: History,
    units: int,
    nonprofits: int,
    excluded_pairs: Bools | None = None,
    active: Bools | None = None,
    shown: Bools | None = None,
) -> Evidence:
    """Collect the evidence of a history.

    Where a pair has several rows, the first of these rules that applies counts: a vetoed pair is no evidence; one with
    a positive status is a positive; a declined one is a negative; one with a silent status (proposed, maybe, contacted)
    is no evidence. All other pairs are non-pairs; of a unit with more than ``SAMPLED`` of them a sample is drawn, in id
    order and with a seed of its own, beside those that it was shown.

    Parameters
    ----------
    history : History
    units, nonprofits : int
        Numbers of units and nonprofits.
    excluded_pairs : ndarray of shape (units, nonprofits), bool, optional
        Pairs that are no evidence.
    active : ndarray of shape (nonprofits,), bool, optional
        Nonprofits that can be non-pairs; default: all. Positive and declined pairs count in any case.
    shown : ndarray of shape (units, nonprofits), bool, optional
        Pairs that were on a list; default: none is known.

    Returns
    -------
    Evidence
    """
    positive, negative, vetoed, silent = (
        _nonprofits_by_unit(history, rows)
        for rows in (
            Status.mask(history.status, "is_positive"),
            Status.mask(history.status, "is_negative"),
            history.status == Status.VETOED,
            Status.mask(history.status, "is_silent"),
        )
    )
    quality = _mean_qualities(history)
    may_be_chosen = np.ones(nonprofits, dtype=bool) if active is None else active
    found: list[tuple[Ints, Ints, Bools, Bools, Floats, Bools]] = []
    for unit in range(units):
        excluded = _row(vetoed, unit, nonprofits)
        if excluded_pairs is not None:
            excluded = excluded | excluded_pairs[unit]
        partners = _row(positive, unit, nonprofits) & ~excluded
        declined = _row(negative, unit, nonprofits) & ~excluded & ~partners
        others = may_be_chosen & ~excluded & ~partners & ~declined & ~_row(silent, unit, nonprofits)
        passed_over = others & shown[unit] if shown is not None else np.zeros(nonprofits, dtype=bool)
        rest = np.flatnonzero(others & ~passed_over)
        if len(rest) > SAMPLED:
            rest = np.random.default_rng(unit).choice(rest, SAMPLED, replace=False)
        mine = np.sort(np.concatenate([np.flatnonzero(partners | declined | passed_over), rest]))
        rated = np.array([quality.get((unit, int(nonprofit)), np.nan) for nonprofit in mine], dtype=np.float64)
        found.append((np.full(len(mine), unit), mine, partners[mine], declined[mine], rated, passed_over[mine]))
    columns = zip(*found, strict=True) if found else ((), (), (), (), (), ())
    arrays = [np.concatenate([np.empty(0), *column]) for column in columns]
    types = (np.int64, np.int64, np.bool_, np.bool_, np.float64, np.bool_)
    return Evidence(*(array.astype(dtype) for array, dtype in zip(arrays, types, strict=True)))


def _nonprofits_by_unit(history: History, rows: Bools) -> dict[int, Ints]:
    units, nonprofits = history.unit[rows], history.nonprofit[rows]
    return {int(unit): nonprofits[units == unit] for unit in np.unique(units)}


def _row(pairs: dict[int, Ints], unit: int, nonprofits: int) -> Bools:
    row = np.zeros(nonprofits, dtype=bool)
    row[pairs.get(unit, np.empty(0, dtype=np.int64))] = True
    return row


def _mean_qualities(history: History) -> dict[tuple[int, int], float]:
    """Return the mean quality of each positive pair with ratings, by the positions of unit and nonprofit."""
    found: dict[tuple[int, int], list[float]] = {}
    for row in np.flatnonzero(Status.mask(history.status, "is_positive") & ~np.isnan(history.quality)):
        found.setdefault((int(history.unit[row]), int(history.nonprofit[row])), []).append(float(history.quality[row]))
    return {pair: float(np.mean(values)) for pair, values in found.items()}
