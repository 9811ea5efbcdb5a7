"""The matcher itself: nonprofits in, shortlists, programmes and explanations out; no scikit-learn in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from matcher.compute import Backend
from matcher.errors import SettingsError, TableError, UnknownIdError, nearest
from matcher.i18n.language import load_language
from matcher.places.geocoders.base import Locator
from matcher.places.geocoders.registry import as_locator
from matcher.ranking.programmes.local import PairConstraints
from matcher.ranking.programmes.planning import propose
from matcher.ranking.shortlists.selection import best_nonprofits, best_units
from matcher.reports.programme_tables import Programmes
from matcher.reports.shortlist_table import shortlist_table
from matcher.scoring.criteria.base import Criterion
from matcher.scoring.criteria.registry import extra_columns, known_criteria, read_columns, with_weights
from matcher.scoring.explanation import PairRecord
from matcher.scoring.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.problems import has_errors
from matcher.tables.read.linking import partnership_problems
from matcher.tables.read.tables import Table, read_table
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.handle import EncoderHandle
from matcher.texts.passages import PassageFinder, Passages

if TYPE_CHECKING:
    from geopy.geocoders.base import Geocoder


class Matching:
    """All that :class:`matcher.PartnerMatcher` does, without scikit-learn, which takes longer to load than a small job.

    Parameters and attributes are those of :class:`matcher.PartnerMatcher`.
    """

    def __init__(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        half_distance_km: float | None = None,
        encoder: str | Encoder | None = None,
        geocoder: str | Geocoder | Locator | None = None,
        settings: Settings | None = None,
        criteria: Sequence[Criterion] = (),
        cache_folder: str | Path | None = None,
    ) -> None:
        self.weights = weights
        self.half_distance_km = half_distance_km
        self.encoder = encoder
        self.geocoder = geocoder
        self.settings = settings
        self.criteria = criteria
        self.cache_folder = cache_folder

    _backend: Backend | None = None

    def set_backend(self, backend: Backend) -> Self:
        """Have the nonprofits' texts read and searched elsewhere, from the next :meth:`fit` on; returns itself."""
        self._backend = backend
        return self

    def fit(self, nonprofits: pd.DataFrame, y: Any = None, *, partnerships: pd.DataFrame | None = None) -> Self:
        """Take in the nonprofits, and what is known of earlier partnerships.

        Parameters
        ----------
        nonprofits : DataFrame
            As :func:`matcher.read_nonprofits` gives it, or with the same columns; it is not changed.
        y : ignored
        partnerships : DataFrame, optional
            As :func:`matcher.read_partnerships` gives it.

        Returns
        -------
        Matching
            Itself.

        Raises
        ------
        TableError
            When a table has errors.
        SettingsError
            When a parameter is out of bounds.
        EncoderError, GeocoderError
            When one is not to be had.
        """
        settings = self._settings_given()
        extra = extra_columns(known_criteria(settings, self.criteria), "nonprofits")
        return self._take_in(
            settings,
            _checked(read_table("nonprofits", nonprofits, extra_columns=extra)),
            None if partnerships is None else _checked(read_table("partnerships", partnerships)),
        )

    def fit_tables(self, nonprofits: Table, partnerships: Table | None = None) -> Self:
        """Do what :meth:`fit` does with tables that were read and have no errors; they are not read once more."""
        return self._take_in(self._settings_given(), nonprofits, partnerships)

    def _settings_given(self) -> Settings:
        return (self.settings or Settings()).with_overrides(
            {
                "weights": None if self.weights is None else dict(self.weights),
                "proximity.half_distance_km": self.half_distance_km,
                "text.encoder": self.encoder if isinstance(self.encoder, str) else None,
                "places.geocoder": self.geocoder if isinstance(self.geocoder, str) else None,
            }
        )

    def _take_in(self, settings: Settings, nonprofits: Table, partnerships: Table | None) -> Self:
        self._partnerships_table = partnerships
        self._criteria = known_criteria(settings, self.criteria)
        self.settings_ = settings = with_weights(settings, self._criteria)
        handle = EncoderHandle(
            settings.text.encoder if self.encoder is None else self.encoder, self.cache_folder, settings.cache.max_mb
        )
        self.encoder_ = handle()
        self.locator_ = as_locator(
            settings.places.geocoder if self.geocoder is None else self.geocoder, settings.places.default_country
        )
        self._nonprofits_table = nonprofits
        self.nonprofits_ = nonprofits.frame
        self._nonprofits = prepare_nonprofits(
            nonprofits.frame, settings, handle, self.locator_, self._backend, read_columns(self._criteria, "nonprofits")
        )
        self._passages = PassageFinder(self.encoder_)
        return self

    def shortlist(self, units: pd.DataFrame, top: int | None = None, *, side: str | None = None) -> pd.DataFrame:
        """Return a ranked shortlist for every unit.

        Parameters
        ----------
        units : DataFrame
            As :func:`matcher.read_units` gives it, or with the same columns; it is not changed.
        top : int, optional
            Nonprofits on a list, at most. Default: that of the settings.
        side : {"units", "nonprofits"}, optional
            Whose shortlists: ``"nonprofits"`` gives every nonprofit the units that suit it.

        Returns
        -------
        DataFrame
            One row a pair, best first within each list, with score, confidence, distance, the criteria and why.

        Raises
        ------
        TableError, SettingsError
            When the table has errors or an argument is out of bounds.
        MatcherError
            When there is nothing to judge by.
        """
        settings = self._fitted().with_overrides({"shortlist.top": top, "side": side})
        return self.shortlist_of(self.scorer(units, settings))

    def shortlist_of(self, scorer: Scorer) -> pd.DataFrame:
        """Return the shortlists of what :meth:`scorer` gave, by the settings of its run."""
        settings = scorer.run.settings
        picks = best_units(scorer) if settings.side == "nonprofits" else best_nonprofits(scorer)
        records = scorer.records(picks.units, picks.nonprofits, picks.more_sites)
        self.records_ = records
        self.evenness_price_ = picks.tradeoff
        return shortlist_table(
            records,
            picks.ranks.tolist(),
            load_language(settings.language),
            list(scorer.run.criteria),
            side=settings.side,
            passed_through=(self._units_table, self._nonprofits_table),
        )

    def programmes(
        self,
        units: pd.DataFrame,
        *,
        locks: Sequence[tuple[str, str]] = (),
        vetoes: Sequence[tuple[str, str]] = (),
        coverage: float | None = None,
    ) -> Programmes:
        """Return central, decentral and combined programmes, for every company the kind that fits marked.

        Parameters
        ----------
        units : DataFrame
            As :func:`matcher.read_units` gives it, or with the same columns; it is not changed.
        locks, vetoes : sequence of (str, str)
            Pairs (unit, nonprofit) to keep and to rule out.
        coverage : float, optional
            The dial between best fit (0) and most units served (1). Default: that of the settings.

        Returns
        -------
        Programmes
            Gives tables, checks itself and explains.

        Raises
        ------
        TableError, SettingsError, UnknownIdError
            When the table has errors, an argument is out of bounds, or a pair names nobody.
        """
        settings = self._fitted().with_overrides({"programmes.coverage": coverage})
        return self.programmes_of(self.scorer(units, settings), locks=locks, vetoes=vetoes)

    def programmes_of(
        self, scorer: Scorer, *, locks: Sequence[tuple[str, str]] = (), vetoes: Sequence[tuple[str, str]] = ()
    ) -> Programmes:
        """Return the programmes of what :meth:`scorer` gave, by the settings of its run."""
        locked, vetoed = (
            frozenset(
                (
                    _position(scorer.run.units.ids, unit, "unit"),
                    _position(scorer.run.nonprofits.ids, nonprofit, "nonprofit"),
                )
                for unit, nonprofit in pairs
            )
            for pairs in (locks, vetoes)
        )
        for unit, nonprofit in sorted(locked & vetoed):
            raise SettingsError(
                f"{scorer.run.units.ids[unit]}:{scorer.run.nonprofits.ids[nonprofit]} is locked and vetoed at once: drop one of the two"
            )
        return Programmes(propose(scorer, PairConstraints(locked, vetoed)), scorer)

    def explain(self, unit_id: str, nonprofit_id: str) -> PairRecord:
        """Return the explanation record of one pair of the units last seen, gates included.

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        scorer = self._last_scorer()
        unit = _position(scorer.run.units.ids, unit_id, "unit")
        nonprofit = _position(scorer.run.nonprofits.ids, nonprofit_id, "nonprofit")
        return scorer.records(np.array([unit]), np.array([nonprofit]), check_gates=True)[0]

    def passages(self, records: Sequence[PairRecord], field: str = "mission") -> list[Passages]:
        """Return what carries the likeness of two texts, for pairs of the units last seen.

        Parameters
        ----------
        records : sequence of PairRecord
        field : {"mission", "values"}

        Returns
        -------
        list of Passages
            One a record: the sentences of both that are nearest, and the words they share.
        """
        centre = self._last_scorer().centre_of_texts(field)
        ours, theirs = self.units_.set_index(Unit.ID)[field], self.nonprofits_.set_index(Nonprofit.ID)[field]
        texts = [
            tuple(text if isinstance(text, str) else "" for text in (ours[item.unit_id], theirs[item.nonprofit_id]))
            for item in records
        ]
        return self._passages.find([(left, right) for left, right in texts], centre)

    def score_pairs(self, unit_ids: list[str], nonprofit_ids: list[str]) -> np.ndarray:
        """Return the scores of pairs of the units last seen, gates ignored.

        Parameters
        ----------
        unit_ids, nonprofit_ids : list of str
            Of equal length.

        Returns
        -------
        ndarray of shape (n_pairs,), float64
        """
        scorer = self._last_scorer()
        units = np.array([_position(scorer.run.units.ids, name, "unit") for name in unit_ids], dtype=np.int64)
        nonprofits = np.array(
            [_position(scorer.run.nonprofits.ids, name, "nonprofit") for name in nonprofit_ids], dtype=np.int64
        )
        return scorer.scores(units, nonprofits)

    def decision_function(self, pairs: pd.DataFrame) -> np.ndarray:
        """Return the scores of pairs with ``unit_id`` and ``nonprofit_id``, gates ignored, shape (n_pairs,)."""
        scorer = self._last_scorer()
        positions = []
        for column, ids, what in (
            (Partnership.UNIT_ID, scorer.run.units.ids, "unit"),
            (Partnership.NONPROFIT_ID, scorer.run.nonprofits.ids, "nonprofit"),
        ):
            found = pd.Index(ids).get_indexer(pd.Index(pairs[column]))
            if (found < 0).any():
                _position(ids, str(pairs[column].iloc[int(np.argmin(found))]), what)
            positions.append(found.astype(np.int64))
        return scorer.scores(*positions)

    def scorer(self, units: pd.DataFrame, settings: Settings | None = None) -> Scorer:
        """Return what judges these units with the fitted nonprofits; it is kept for :meth:`explain`.

        Parameters
        ----------
        units : DataFrame
        settings : Settings, optional
            In place of the fitted ones; encoder and geocoder stay those of the fit.
        """
        fitted, extra = self._fitted(), extra_columns(self._criteria, "units")
        return self.scorer_of_table(_checked(read_table("units", units, extra_columns=extra)), settings or fitted)

    def scorer_of_table(self, units: Table, settings: Settings | None = None) -> Scorer:
        """Do what :meth:`scorer` does with a table that was read and has no errors; it is not read once more."""
        chosen = settings or self._fitted()
        partnerships = None
        if self._partnerships_table is not None:
            problems = partnership_problems(self._partnerships_table, units, self._nonprofits_table)
            if has_errors(problems):
                raise TableError(problems)
            partnerships = self._partnerships_table.frame
        run = prepare_run(
            prepare_units(units.frame, chosen, self.encoder_, self.locator_, read_columns(self._criteria, "units")),
            self._nonprofits,
            units.frame,
            self.nonprofits_,
            partnerships,
            chosen,
            self.encoder_,
            self._criteria,
        )
        self._units_table = units
        self.units_ = units.frame
        self._scorer = Scorer(run)
        return self._scorer

    def _fitted(self) -> Settings:
        if not hasattr(self, "settings_"):
            raise _not_fitted("this PartnerMatcher knows no nonprofits yet: call fit(nonprofits) first")
        return self.settings_

    def _last_scorer(self) -> Scorer:
        self._fitted()
        if not hasattr(self, "_scorer"):
            raise _not_fitted("this PartnerMatcher has seen no units yet: call shortlist(units) first")
        return self._scorer


def _not_fitted(message: str) -> Exception:
    from sklearn.exceptions import NotFittedError

    error: Exception = NotFittedError(message)
    return error


def _checked(table: Table) -> Table:
    if has_errors(table.problems):
        raise TableError(table.problems)
    return table


def _position(ids: np.ndarray, wanted: str, what: str) -> int:
    found = np.flatnonzero(ids == str(wanted))
    if not len(found):
        hint = nearest(str(wanted), [str(name) for name in ids]) if len(ids) < 20_000 else ""
        raise UnknownIdError(f"there is no {what} '{wanted}'{hint}")
    return int(found[0])
