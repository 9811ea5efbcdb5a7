"""Nonprofits whose mission is much like that of one that the same company ruled out, or stopped with for a reason.

What kept a company from one organisation may well be true of another that does the same work. It changes no score; reasons
say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.scoring.data import Floats, Ints, Run
from matcher.scoring.history import PastPartnership, SharedHistory
from matcher.tables.status import Status
from matcher.texts.features.vectors import centred
from matcher.texts.similarity.pool import mixed_mean
from matcher.texts.similarity.reference import Reference

_FIELD, _PART = "mission", "dense"
_SAMPLED_TEXTS = 1_500
"""Texts from which the mean and the spread of a pool are taken."""


class Resemblances:
    """Setbacks of a company with organisations whose mission is much like that of another nonprofit.

    Two missions are much alike where the cosine of their vectors, around the mean of the pool, lies more than
    ``text.resembles_from`` standard deviations above its mean over the pool; a small pool is mixed with the encoder's
    reference. The vectors alone compare, since names and common words make n-grams of other work alike too.

    Parameters
    ----------
    run : Run
    shared_history : SharedHistory
        Of the same run.
    """

    def __init__(self, run: Run, shared_history: SharedHistory) -> None:
        self._run, self._shared = run, shared_history
        history = run.history
        rows = shared_history.setback_rows
        # Where no reason is given, only a veto suggests that the work itself was the matter.
        has_cause = (history.reason[rows] != "") | (history.status[rows] == Status.VETOED)
        known = run.nonprofits.texts[_FIELD].known
        self._rows = rows[has_cause & known[history.nonprofit[rows]]]

    def of_pairs(
        self, units: Ints, nonprofits: Ints, histories: Sequence[tuple[PastPartnership, ...]]
    ) -> list[PastPartnership | None]:
        """For each pair the setback of its company with the organisation that the nonprofit resembles most; None without any.

        Companies that have a past with the nonprofit's own organisation know it, and need no such hint.

        Parameters
        ----------
        units, nonprofits : ndarray of shape (k,), int64
            Positions.
        histories : sequence of tuple of PastPartnership, length k
            Of each pair's company with its organisation.
        """
        found: list[PastPartnership | None] = [None] * len(units)
        run, history = self._run, self._run.history
        company_of, codes = run.units.company_codes, run.nonprofits.organisation_codes
        with_setback = np.isin(company_of[units], company_of[history.unit[self._rows]])
        asked = np.flatnonzero(
            with_setback
            & run.nonprofits.texts[_FIELD].known[nonprofits]
            & np.array([not past for past in histories], bool)
        )
        if not len(asked):
            return found
        distinct, position = np.unique(nonprofits[asked], return_inverse=True)
        deviations = self._deviations(distinct)
        of_company = company_of[history.unit[self._rows]]
        for pair, row in zip(asked.tolist(), position.tolist(), strict=True):
            unit, nonprofit = int(units[pair]), int(nonprofits[pair])
            is_other = codes[history.nonprofit[self._rows]] != codes[nonprofit]
            mine = np.where((of_company == company_of[unit]) & is_other, deviations[row], -np.inf)
            nearest = int(np.argmax(mine))
            if mine[nearest] >= run.settings.text.resembles_from:
                found[pair] = self._shared.partnership(int(self._rows[nearest]), unit, nonprofit)
        return found

    def _deviations(self, nonprofits: Ints) -> Floats:
        """Standard deviations of some nonprofits above the pool's mean likeness to each setback's, shape (k, n_setbacks)."""
        mean, deviation = self._scale
        cosines = np.einsum(
            "ij,kj->ik", self._vectors(nonprofits), self._vectors(self._run.history.nonprofit[self._rows])
        )
        return np.asarray(np.round((cosines - mean) / deviation, 2))

    @cached_property
    def _scale(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation over the pool of the likeness to each setback's nonprofit, each of shape (n_setbacks,)."""
        sites, codes = self._run.history.nonprofit[self._rows], self._run.nonprofits.organisation_codes
        sample, _, share, reference = self._pool
        cosines = np.einsum("ij,kj->ik", self._vectors(sample), self._vectors(sites))
        # Branches of the organisation itself often have its very text.
        cosines[codes[sample][:, None] == codes[sites][None]] = np.nan
        count = np.maximum((~np.isnan(cosines)).sum(axis=0), 1)
        mean = np.nansum(cosines, axis=0) / count
        variance = np.nansum((cosines - mean) ** 2, axis=0) / count
        expected = 0.0 if reference is None else reference.deviation({_PART: 1.0})
        deviation = np.sqrt(share * variance + (1 - share) * expected**2)
        return share * mean, np.maximum(deviation, np.finfo(np.float64).tiny)

    @cached_property
    def _pool(self) -> tuple[Ints, Floats, float, Reference | None]:
        """Sampled nonprofits with distinct texts, their mean vector, the share of the pool, and the encoder's reference."""
        run = self._run
        texts, min_pool = run.nonprofits.texts[_FIELD], run.settings.text.min_pool
        distinct = texts.first_of_each(run.nonprofits.active)
        sample = evenly_spaced(distinct, _SAMPLED_TEXTS)
        reference = Reference.of(run.encoder)
        share = 1.0 if reference is None or not min_pool else min(1.0, float(distinct.sum()) / min_pool)
        vectors = texts.gather(_PART, sample).arrays["vectors"].astype(np.float64)
        centre = None if reference is None else reference.centres.get(_PART)
        return sample, mixed_mean(vectors.sum(axis=0), len(sample), centre, share), share, reference

    def _vectors(self, nonprofits: Ints) -> Floats:
        """Unit vectors around the mean of the pool, shape (k, dimension)."""
        vectors = self._run.nonprofits.texts[_FIELD].gather(_PART, nonprofits).arrays["vectors"]
        return centred(vectors, np.ones(len(nonprofits), dtype=bool), self._pool[1])
