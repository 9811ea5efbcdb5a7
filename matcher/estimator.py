"""`PartnerMatcher`: the five lines that a user writes, in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from matcher.criteria.judge import Judge
from matcher.criteria.record import PairRecord
from matcher.errors import SettingsError, TableError, UnknownIdError, nearest
from matcher.places.geocoding import Locator, as_locator
from matcher.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.ranking.local import Wishes
from matcher.ranking.programmes import propose
from matcher.ranking.shortlists import best_nonprofits, best_units
from matcher.reports.programme_tables import Programmes
from matcher.reports.shortlist_table import shortlist_table
from matcher.settings import Settings
from matcher.tables.columns import Partnership
from matcher.tables.linking import partnership_problems
from matcher.tables.problems import has_errors
from matcher.tables.reading import Table, read_table
from matcher.texts.encoders import Encoder, make_encoder

if TYPE_CHECKING:
    from geopy.geocoders.base import Geocoder

_NESTED = "settings__"


class PartnerMatcher(BaseEstimator):  # type: ignore[misc]
    """Match business units of companies with nonprofits.

    Parameters
    ----------
    weights : dict of str to float, optional
        Weight of each criterion (mission, values, proximity, resources, track_record), on any scale; one that is
        not named is not used. Default: those of the settings.
    half_distance_km : float, optional
        Proximity halves with every so many km, 0.5 to 500.
    encoder : str or Encoder, optional
        ``"use"``, a sentence-transformers model by name or folder, or an object with ``encode``.
    geocoder : str, geopy geocoder or Locator, optional
        ``"gazetteer"``, a geopy geocoder by name (which goes online), or one that you made.
    settings : Settings, optional
        Everything else; the parameters above go before it.

    Attributes
    ----------
    settings_ : Settings
        The settings in force.
    nonprofits_ : DataFrame
        The nonprofits that were fitted, in the order of the file.
    units_ : DataFrame
        The units of the last shortlist.
    evenness_price_ : Price or None
        What the setting ``shortlist.evenness`` cost and brought on it; None where it is off.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"unit_id": ["u1"], "company": ["Bank"], "name": ["Bank Zwolle"],
    ...                       "mission": ["Geen gezin in de schulden"], "city": ["Zwolle"]})
    >>> nonprofits = pd.DataFrame({"nonprofit_id": ["n1", "n2"], "name": ["Schuldhulp", "Egelopvang"],
    ...                            "mission": ["Hulp bij schulden", "Opvang van egels"], "city": ["Zwolle", "Breda"]})
    >>> PartnerMatcher().fit(nonprofits).shortlist(units, top=1)["nonprofit_id"].tolist()
    ['n1']
    """

    def __init__(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        half_distance_km: float | None = None,
        encoder: str | Encoder | None = None,
        geocoder: str | Geocoder | Locator | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.weights = weights
        self.half_distance_km = half_distance_km
        self.encoder = encoder
        self.geocoder = geocoder
        self.settings = settings

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters; deep, every setting too, as in ``settings__proximity__half_distance_km``."""
        params: dict[str, Any] = super().get_params(deep=False)
        if deep:
            params |= _flat((self.settings or Settings()).model_dump(mode="python"), "settings")
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters; a setting by its path with ``__`` between, as in ``settings__mission__cause_share``.

        Raises
        ------
        SettingsError
            When there is no such setting, or its value is not allowed.
        """
        nested = {name: value for name, value in params.items() if name.startswith(_NESTED)}
        super().set_params(**{name: value for name, value in params.items() if name not in nested})
        if nested:
            paths = {name.removeprefix(_NESTED).replace("__", "."): value for name, value in nested.items()}
            self.settings = (self.settings or Settings()).with_overrides(paths)
        return self

    def fit(
        self,
        nonprofits: pd.DataFrame,
        y: Any = None,
        *,
        partnerships: pd.DataFrame | None = None,
        lists: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    ) -> Self:
        """Take in the nonprofits, and what is known of earlier partnerships.

        Parameters
        ----------
        nonprofits : DataFrame
            As :func:`matcher.read_nonprofits` gives it, or with the same columns; it is not changed. With ``lists``,
            as in a search of scikit-learn: pairs, with ``unit_id`` and ``nonprofit_id``.
        y : array of shape (n_pairs,), optional
            With ``lists``: which of the pairs came about.
        partnerships : DataFrame, optional
            As :func:`matcher.read_partnerships` gives it. With ``lists`` only those of the units in the pairs are
            used, so that a search gives away nothing of the units it holds out; without it the pairs that came about
            stand in for it.
        lists : (DataFrame, DataFrame), optional
            Units and nonprofits that the pairs are of; see :mod:`matcher.learning.search`.

        Returns
        -------
        PartnerMatcher
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
        units = None
        if lists is not None:
            partnerships = _history_of(nonprofits, y, partnerships)
            units, nonprofits = lists
        settings = (self.settings or Settings()).with_overrides(
            {
                "weights": None if self.weights is None else dict(self.weights),
                "proximity.half_distance_km": self.half_distance_km,
                "text.encoder": self.encoder if isinstance(self.encoder, str) else None,
                "places.geocoder": self.geocoder if isinstance(self.geocoder, str) else None,
            }
        )
        table = _checked(read_table("nonprofits", nonprofits))
        self._partnerships_table = None if partnerships is None else _checked(read_table("partnerships", partnerships))
        self.settings_ = settings
        self.encoder_ = make_encoder(settings.text.encoder if self.encoder is None else self.encoder)
        self.locator_ = as_locator(
            settings.places.geocoder if self.geocoder is None else self.geocoder, settings.places.default_country
        )
        self._nonprofits_table = table
        self.nonprofits_ = table.frame
        self._nonprofits = prepare_nonprofits(table.frame, settings, self.encoder_, self.locator_)
        if units is not None:
            self.judge(units)
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
        return self.shortlist_of(self.judge(units, settings))

    def shortlist_of(self, judge: Judge) -> pd.DataFrame:
        """Return the shortlists of what :meth:`judge` gave, by the settings of its run."""
        settings = judge.run.settings
        picks = best_units(judge) if settings.side == "nonprofits" else best_nonprofits(judge)
        records = judge.records(picks.units, picks.nonprofits, picks.more_sites)
        self.records_ = records
        self.evenness_price_ = picks.price
        return shortlist_table(
            records,
            picks.ranks.tolist(),
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
        return self.programmes_of(self.judge(units, settings), locks=locks, vetoes=vetoes)

    def programmes_of(
        self, judge: Judge, *, locks: Sequence[tuple[str, str]] = (), vetoes: Sequence[tuple[str, str]] = ()
    ) -> Programmes:
        """Return the programmes of what :meth:`judge` gave, by the settings of its run."""
        locked, vetoed = (
            frozenset(
                (
                    _position(judge.run.units.ids, unit, "unit"),
                    _position(judge.run.nonprofits.ids, nonprofit, "nonprofit"),
                )
                for unit, nonprofit in pairs
            )
            for pairs in (locks, vetoes)
        )
        for unit, nonprofit in sorted(locked & vetoed):
            raise SettingsError(
                f"{judge.run.units.ids[unit]}:{judge.run.nonprofits.ids[nonprofit]} is locked and vetoed at once: drop one of the two"
            )
        return Programmes(propose(judge, Wishes(locked, vetoed)), judge)

    def explain(self, unit_id: str, nonprofit_id: str) -> PairRecord:
        """Return the explanation record of one pair of the units last seen, gates included.

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        judge = self._judge_seen()
        unit = _position(judge.run.units.ids, unit_id, "unit")
        nonprofit = _position(judge.run.nonprofits.ids, nonprofit_id, "nonprofit")
        return judge.records(np.array([unit]), np.array([nonprofit]), check_gates=True)[0]

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
        judge = self._judge_seen()
        units = np.array([_position(judge.run.units.ids, name, "unit") for name in unit_ids], dtype=np.int64)
        nonprofits = np.array(
            [_position(judge.run.nonprofits.ids, name, "nonprofit") for name in nonprofit_ids], dtype=np.int64
        )
        return judge.scores(units, nonprofits)

    def decision_function(self, pairs: pd.DataFrame) -> np.ndarray:
        """Return the scores of pairs with ``unit_id`` and ``nonprofit_id``, gates ignored, shape (n_pairs,)."""
        judge = self._judge_seen()
        positions = []
        for column, ids, what in (
            (Partnership.UNIT_ID, judge.run.units.ids, "unit"),
            (Partnership.NONPROFIT_ID, judge.run.nonprofits.ids, "nonprofit"),
        ):
            found = pd.Index(ids).get_indexer(pd.Index(pairs[column]))
            if (found < 0).any():
                _position(ids, str(pairs[column].iloc[int(np.argmin(found))]), what)
            positions.append(found.astype(np.int64))
        return judge.scores(*positions)

    def judge(self, units: pd.DataFrame, settings: Settings | None = None) -> Judge:
        """Return what judges these units with the fitted nonprofits; it is kept for :meth:`explain`.

        Parameters
        ----------
        units : DataFrame
        settings : Settings, optional
            In place of the fitted ones; encoder and geocoder stay those of the fit.
        """
        fitted = self._fitted()
        table = _checked(read_table("units", units))
        partnerships = None
        if self._partnerships_table is not None:
            problems = partnership_problems(self._partnerships_table, table, self._nonprofits_table)
            if has_errors(problems):
                raise TableError(problems)
            partnerships = self._partnerships_table.frame
        chosen = settings or fitted
        run = prepare_run(
            prepare_units(table.frame, chosen, self.encoder_, self.locator_),
            self._nonprofits,
            table.frame,
            self.nonprofits_,
            partnerships,
            chosen,
            self.encoder_,
        )
        self._units_table = table
        self.units_ = table.frame
        self._judge = Judge(run)
        return self._judge

    def _fitted(self) -> Settings:
        if not hasattr(self, "settings_"):
            raise NotFittedError("this PartnerMatcher knows no nonprofits yet: call fit(nonprofits) first")
        return self.settings_

    def _judge_seen(self) -> Judge:
        self._fitted()
        if not hasattr(self, "_judge"):
            raise NotFittedError("this PartnerMatcher has seen no units yet: call shortlist(units) first")
        return self._judge


def _flat(mapping: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return nested values by their path, with ``__`` between."""
    found: dict[str, Any] = {}
    for key, value in mapping.items():
        path = f"{prefix}__{key}"
        if isinstance(value, dict):
            found |= _flat(value, path)
        found[path] = value
    return found


def _history_of(pairs: pd.DataFrame, came_about: Any, partnerships: pd.DataFrame | None) -> pd.DataFrame:
    """Return the partnerships of the units that pairs are of; without any, the pairs that came about."""
    if partnerships is not None:
        mine = partnerships[Partnership.UNIT_ID].isin(pairs[Partnership.UNIT_ID].unique())
        return partnerships[mine].reset_index(drop=True)
    chosen = np.zeros(len(pairs), dtype=bool) if came_about is None else np.asarray(came_about).astype(bool)
    keys = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
    return pairs.loc[chosen, keys].assign(**{Partnership.STATUS: "completed"}).reset_index(drop=True)


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
