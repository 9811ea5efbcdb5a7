"""What a company and an organisation have been through together: partnerships of any of its units with any of its sites.

It changes no score, since few partnerships are rated and one unit's experience is not another's. Readers see it: what went
badly before the praise, see :attr:`PastPartnership.is_setback`, and of nearly equal local partners a programme takes the
one without such a past.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.scoring.data import Bools, Floats, Ints, Run
from matcher.tables.status import Status

POOR_BELOW = 3.0
"""Mean rating, 1 to 5, below which a partnership goes or went badly: the middle of the scale."""
LOW_RATING = 2.0
"""A single rating up to this one is low, whatever the others are."""


@dataclass(frozen=True)
class PastPartnership:
    """A partnership of a unit of the company with a site of the organisation, running ones included.

    Attributes
    ----------
    unit_id, unit_name, nonprofit_id, nonprofit_name : str
    status : Status
    is_of_unit, is_of_site : bool
        Whether it is of the very unit, and with the very site, whose pair is looked at.
    started, ended : date or None
    rating : float or None
        Mean of its ratings, 1 to 5; None where nothing was rated.
    low_ratings : tuple of (str, float)
        Names and values of the ratings up to ``LOW_RATING``, the lowest first.
    reason : str
        Why it ended or was ruled out, as written; empty where nothing is.
    is_told : bool
        Whether an earlier pair of the same list gives the reason.
    """

    unit_id: str
    unit_name: str
    nonprofit_id: str
    nonprofit_name: str
    status: Status
    is_of_unit: bool = True
    is_of_site: bool = True
    started: dt.date | None = None
    ended: dt.date | None = None
    rating: float | None = None
    low_ratings: tuple[tuple[str, float], ...] = ()
    reason: str = ""
    is_told: bool = False

    @property
    def is_of_pair(self) -> bool:
        """Whether it is of the very pair that is looked at."""
        return self.is_of_unit and self.is_of_site

    @property
    def is_poor(self) -> bool:
        """Whether the two work or worked together, and rate that below the middle of the scale."""
        return self.status.has_started and self.rating is not None and self.rating < POOR_BELOW

    @property
    def ended_well(self) -> bool:
        """Whether it is over and might be taken up again: rated in the middle or above, or with nothing said against it."""
        # Where nobody says how it went, but why it ended, there is nothing to go back to.
        return self.status.is_ended and not self.is_poor and (self.rating is not None or not self.reason)

    @property
    def is_setback(self) -> bool:
        """Whether it was declined or vetoed, or goes or went badly."""
        return self.status.is_exit or self.is_poor


class SharedHistory:
    """Partnerships of the units of a run, by company and organisation.

    Parameters
    ----------
    run : Run
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        keys = self._keys(run.history.unit, run.history.nonprofit)
        self._order = np.argsort(keys, kind="stable")
        self._sorted_keys = keys[self._order]

    def of_pairs(self, units: Ints, nonprofits: Ints) -> list[tuple[PastPartnership, ...]]:
        """Partnerships of each pair's company with its organisation: those of the pair, of the site, then the latest.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        keys = self._keys(units, nonprofits)
        bounds = [np.searchsorted(self._sorted_keys, keys, side).tolist() for side in ("left", "right")]
        found = []
        for start, stop, unit, nonprofit in zip(*bounds, units.tolist(), nonprofits.tolist(), strict=True):
            mine = [self.partnership(row, unit, nonprofit) for row in self._order[start:stop].tolist()]
            mine.sort(key=lambda item: item.ended or item.started or dt.date.min, reverse=True)
            found.append(tuple(sorted(mine, key=lambda item: (not item.is_of_pair, not item.is_of_site))))
        return found

    def of_units(self) -> dict[str, tuple[PastPartnership, ...]]:
        """Own partnerships of each unit that has any, by its id, the latest first."""
        history = self._run.history
        found: dict[str, list[PastPartnership]] = {}
        for row, (unit, nonprofit) in enumerate(zip(history.unit.tolist(), history.nonprofit.tolist(), strict=True)):
            found.setdefault(str(self._run.units.ids[unit]), []).append(self.partnership(row, unit, nonprofit))
        return {
            unit_id: tuple(sorted(items, key=lambda item: item.ended or item.started or dt.date.min, reverse=True))
            for unit_id, items in found.items()
        }

    def has_setback(self, units: Ints, nonprofits: Ints) -> Bools:
        """Whether the company and the organisation of each pair have a past that asks for care, shape (k,).

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        """
        return np.isin(self._keys(units, nonprofits), self._setback_keys)

    @cached_property
    def setback_rows(self) -> Ints:
        """Positions in the history of the partnerships that are setbacks, shape (n_setbacks,)."""
        status = self._run.history.status
        is_poor = Status.mask(status, "has_started") & (self._ratings < POOR_BELOW)
        return np.flatnonzero(Status.mask(status, "is_exit") | is_poor)

    @cached_property
    def _setback_keys(self) -> Ints:
        """Keys of the companies and organisations with a partnership that is a setback."""
        history, rows = self._run.history, self.setback_rows
        return np.unique(self._keys(history.unit[rows], history.nonprofit[rows]))

    @cached_property
    def _ratings(self) -> Floats:
        """Mean rating of each partnership, 1 to 5, shape (n_partnerships,); NaN where nothing was rated."""
        ratings: Floats = 1 + 4 * self._run.history.quality
        return ratings

    def _keys(self, units: Ints, nonprofits: Ints) -> Ints:
        """A number a pair, shape (k,): equal for pairs of the same company and organisation."""
        codes = self._run.nonprofits.organisation_codes
        count = int(codes.max(initial=-1)) + 1
        return np.asarray(self._run.units.company_codes[units] * count + codes[nonprofits])

    def partnership(self, row: int, unit: int, nonprofit: int) -> PastPartnership:
        """A row of the history, seen from a pair.

        Parameters
        ----------
        row : int
            Position in the history of the run.
        unit, nonprofit : int
            Positions of the pair.
        """
        run, history = self._run, self._run.history
        of_unit, with_site = int(history.unit[row]), int(history.nonprofit[row])
        low = [
            (value, name)
            for name, value in zip(history.rating_names, history.ratings[row].tolist(), strict=True)
            if value <= LOW_RATING
        ]
        rating = float(self._ratings[row])
        return PastPartnership(
            unit_id=str(run.units.ids[of_unit]),
            unit_name=str(run.units.names[of_unit]),
            nonprofit_id=str(run.nonprofits.ids[with_site]),
            nonprofit_name=str(run.nonprofits.names[with_site]),
            status=Status(history.status[row]),
            is_of_unit=of_unit == unit,
            is_of_site=with_site == nonprofit,
            started=history.started[row].item(),
            ended=history.ended[row].item(),
            rating=None if np.isnan(rating) else rating,
            low_ratings=tuple((name, value) for value, name in sorted(low, key=lambda item: item[0])),
            reason=str(history.reason[row]),
        )
