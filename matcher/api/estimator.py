"""`PartnerMatcher`: the five lines that a user writes, as an estimator of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError

from matcher.api.ids import CallerIds
from matcher.api.matching import FittedNonprofits, Match, checked, fit_tables, warn_of_units
from matcher.api.model_selection import RankingScoreMixin, check_whole_units
from matcher.api.parameters import MatcherParameters, names_checked
from matcher.api.sources import LISTS_WITHOUT_PAIRS, NO_MATCH, NO_PAIRS, PAIR, PAIRS_WITHOUT_LISTS, history_of, taken
from matcher.errors import SettingsError
from matcher.messages import Joined, Message
from matcher.reports.programme_tables import Programmes
from matcher.scoring.criteria.base import Criterion
from matcher.scoring.criteria.registry import extra_columns, known_criteria
from matcher.scoring.explanation import PairRecord
from matcher.scoring.scorer import Scorer
from matcher.settings import Settings
from matcher.tables.read.tables import Source, Table, read_table
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.texts.passages import Passages

if TYPE_CHECKING:
    from geopy.geocoders.base import Geocoder

    from matcher.places.geocoders.base import Locator
    from matcher.texts.encoders.base import Encoder

_PREPARED = ("_fitted", "_match", "encoder_", "locator_")
"""Attributes that are made again from parameters and tables: they are neither pickled nor copied."""


class PartnerMatcher(RankingScoreMixin, MatcherParameters):
    """Match business units of companies with nonprofits.

    Parameters
    ----------
    weights : dict of str to float, optional
        Weight of each criterion (mission, values, proximity, resources, track_record), on any scale; a built-in
        criterion that is not named is not used. Default: those of the settings.
    half_distance_km : float, optional
        Distance at which proximity is halved, 0.5 to 500 km.
    encoder : str, Path, SentenceTransformer, Encoder or callable, optional
        ``"use"``, a sentence-transformers model by name, folder or object, or anything that returns one vector for each
        text; vectors are normalised.
    geocoder : str, geopy geocoder or Locator, optional
        ``"gazetteer"``, a geopy geocoder by name (which goes online), or an object.
    settings : Settings, dict, str or Path, optional
        All other settings, or a TOML file with them. The parameters above take precedence.
    criteria : sequence of Criterion
        Criteria of your own, see :mod:`matcher.criteria`.
    cache_folder : str or Path, optional
        Folder in which embeddings are kept, so that no text is embedded twice. Default: none.

    Attributes
    ----------
    settings_ : Settings
        The settings in force.
    nonprofits_ : DataFrame
        The nonprofits that were fitted, in the order of the file.

    Notes
    -----
    :meth:`explain`, :meth:`passages`, :meth:`score_pairs` and :meth:`decision_function` answer for the units of the last
    call of :meth:`match`, :meth:`shortlist`, :meth:`programmes` or :meth:`scorer` since the last :meth:`fit`.

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

    @names_checked
    def __init__(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        half_distance_km: float | None = None,
        encoder: str | Path | Encoder | Callable[..., Any] | None = None,
        geocoder: str | Geocoder | Locator | None = None,
        settings: Settings | Mapping[str, Any] | str | Path | None = None,
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

    def fit(
        self,
        nonprofits: Source,
        y: Any = None,
        *,
        partnerships: Source | None = None,
        lists: tuple[Source, Source] | None = None,
    ) -> Self:
        """Prepare the nonprofits, and read earlier partnerships.

        Parameters
        ----------
        nonprofits : DataFrame, or another table
            As :func:`matcher.read_nonprofits` returns it, or with the same columns; frames of pandas, polars and pyarrow,
            a list of dicts, or a file. With ``lists``, as in a search of scikit-learn: pairs, with ``unit_id`` and
            ``nonprofit_id``.
        y : array of shape (n_pairs,), optional
            With ``lists``: which of the pairs are partners.
        partnerships : DataFrame, or another table, optional
            As :func:`matcher.read_partnerships` returns it. With ``lists`` only those of the units in the pairs are
            used, so that a search does not see the units that it holds out; without it the positive pairs stand in for
            it. Partnerships of units that are matched later count in track records and capacity.
        lists : (table, table), optional
            Units and nonprofits of the pairs; see :mod:`matcher.model_selection`.

        Raises
        ------
        TableError
            When a table has errors.
        SettingsError
            When a parameter is out of bounds, pairs are given without ``lists``, or some pairs of a unit are missing.
        EncoderError, GeocoderError, PluginError
            When one cannot be used.
        """
        frame = taken(nonprofits, "nonprofits")
        if lists is None:
            if set(PAIR) <= set(frame.columns) and Nonprofit.NAME not in frame.columns:
                raise SettingsError(PAIRS_WITHOUT_LISTS)
            return self._fit(frame, partnerships)
        if not set(PAIR) <= set(frame.columns):
            raise SettingsError(LISTS_WITHOUT_PAIRS)
        check_whole_units(frame)
        units, all_nonprofits = lists
        self._fit(taken(all_nonprofits, "nonprofits"), history_of(frame, y, partnerships))
        self.match(units)
        self.pairs_fitted_ = frame[PAIR]
        return self

    def _fit(self, nonprofits: pd.DataFrame, partnerships: Source | None) -> Self:
        settings = self._settings_in_force()
        extra = extra_columns(known_criteria(settings, self.criteria), "nonprofits")
        self._nonprofits_table = checked(read_table("nonprofits", nonprofits, extra_columns=extra))
        self._partnerships_table = (
            None if partnerships is None else checked(read_table("partnerships", taken(partnerships, "partnerships")))
        )
        self._nonprofits_given = nonprofits
        self.pairs_fitted_ = None
        self._units_given: pd.DataFrame | None = None
        self._params_fitted = {**self.get_params(deep=False), "settings": settings}
        self._prepare()
        return self

    def _prepare(self) -> FittedNonprofits:
        """Prepare the tables that were fitted, with the parameters of that fit."""
        params = self._params_fitted
        self._fitted = fit_tables(
            self._nonprofits_table,
            self._partnerships_table,
            settings=params["settings"],
            criteria=params["criteria"],
            encoder=params["encoder"],
            geocoder=params["geocoder"],
            cache_folder=params["cache_folder"],
        )
        self._match: Match | None = None
        self.settings_ = self._fitted.settings
        self.nonprofits_ = self._fitted.nonprofits.frame
        self.encoder_, self.locator_ = self._fitted.encoder, self._fitted.locator
        return self._fitted

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name not in _PREPARED}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "settings_")

    def match(self, units: Source, settings: Settings | None = None) -> Match:
        """Match units with the fitted nonprofits.

        Parameters
        ----------
        units : DataFrame, or another table
            As :func:`matcher.read_units` returns it, or with the same columns; see :meth:`fit`.
        settings : Settings, optional
            In place of the fitted ones; encoder and geocoder stay those of the fit.

        Returns
        -------
        Match
            Gives shortlists (with their records, and the units without a list), programmes and explanations.

        Raises
        ------
        TableError
            When the table has errors.
        MatcherError
            When no criterion with a weight has data on both sides.
        """
        fitted = self._fitted_nonprofits()
        frame = taken(units, "units")
        table = checked(read_table("units", frame, extra_columns=extra_columns(fitted.criteria, "units")))
        warn_of_units(table, self._partnerships_table)
        self._match, self._units_given, self._match_settings = fitted.match(table, settings), frame, settings
        return self._match

    def shortlist(self, units: Source, top: int | None = None, *, side: str | None = None) -> pd.DataFrame:
        """Rank the best nonprofits for every unit.

        Parameters
        ----------
        units : DataFrame, or another table
            As in :meth:`match`.
        top : int, optional
            Maximum length of a list. Default: that of the settings.
        side : {"units", "nonprofits"}, optional
            The side that gets the lists: ``"nonprofits"`` ranks units for every nonprofit.

        Returns
        -------
        DataFrame
            One row per pair, best first within each list. Ids are in the caller's type.

            ================== ======== ========================================================================
            column             unit     meaning
            ================== ======== ========================================================================
            unit_id            id       as given
            unit_name          text
            company            text
            rank               1, 2, …  on its list
            nonprofit_id       id       as given
            nonprofit_name     text
            organisation       text     the nonprofit's organisation; its own name where none is given
            score              [0, 1]   weighted over the criteria
            confidence         [0, 1]   share of the weight that rests on known facts
            distance_km        km       NaN where a location is unknown
            each criterion     [0, 1]   its score; NaN where unknown
            why                text     reason, in the language of the settings
            further columns             of the two tables, as given; where two have one name, the side goes before it
            ================== ======== ========================================================================

            Units without a list are named, with their reasons, in ``frame.attrs["without_list"]`` and by
            ``match(units).shortlists().without_list``; a warning gives their number.

        Raises
        ------
        TableError, SettingsError
            When the table has errors or an argument is out of bounds.
        MatcherError
            When no criterion with a weight has data on both sides.
        """
        settings = self._fitted_nonprofits().settings.with_overrides({"shortlist.top": top, "side": side})
        match = self.match(units, settings)
        found = match.shortlists()
        ids = self._caller_ids(match.units)
        frame = ids.restored(found.table)
        frame.attrs["without_list"] = found.reasons_without_list(ids)
        found.warn_of_units_without_list(len(match.units.frame))
        return frame

    def programmes(
        self,
        units: Source,
        *,
        locks: Sequence[tuple[Hashable, Hashable]] = (),
        vetoes: Sequence[tuple[Hashable, Hashable]] = (),
        coverage: float | None = None,
    ) -> Programmes:
        """Propose central, decentral and combined programmes, the kind that suits each company marked.

        Parameters
        ----------
        units : DataFrame, or another table
            As in :meth:`match`.
        locks, vetoes : sequence of (id, id)
            Pairs (unit, nonprofit) to keep and to rule out.
        coverage : float, optional
            From best fit (0) to most units served (1). Default: that of the settings.

        Raises
        ------
        TableError, SettingsError, UnknownIdError
            When the table has errors, an argument is out of bounds, or a pair names an unknown unit or nonprofit.
        """
        settings = self._fitted_nonprofits().settings.with_overrides({"programmes.coverage": coverage})
        return self.match(units, settings).programmes(locks, vetoes)

    def scorer(self, units: Source, settings: Settings | None = None) -> Scorer:
        """Scorer of units with the fitted nonprofits, for evaluation and learning.

        Parameters
        ----------
        units, settings : as in :meth:`match`
        """
        return self.match(units, settings).scorer

    def explain(self, unit_id: Hashable, nonprofit_id: Hashable) -> PairRecord:
        """Explain one pair of the units matched last, gates included.

        Parameters
        ----------
        unit_id, nonprofit_id : str or int

        Raises
        ------
        UnknownIdError
            When there is no such unit or nonprofit.
        """
        return self._last_match().explain(unit_id, nonprofit_id)

    def passages(self, records: Sequence[PairRecord], field: str = "mission") -> list[Passages]:
        """Find the sentences and words that make two texts similar, for pairs of the units matched last.

        Parameters
        ----------
        records : sequence of PairRecord
        field : {"mission", "values"}

        Returns
        -------
        list of Passages
            One per record.
        """
        return self._last_match().passages(records, field)

    def score_pairs(self, unit_ids: Sequence[Hashable], nonprofit_ids: Sequence[Hashable]) -> np.ndarray:
        """Score pairs of the units matched last, gates ignored; shape (n_pairs,), float64.

        Parameters
        ----------
        unit_ids, nonprofit_ids : sequence of str or int, of equal length

        Raises
        ------
        SettingsError, UnknownIdError
            When the two are no lists of equal length, or there is no such unit or nonprofit.
        """
        return self._last_match().scores(unit_ids, nonprofit_ids)

    def decision_function(self, pairs: Source) -> np.ndarray:
        """Score pairs of the units matched last, gates ignored.

        Parameters
        ----------
        pairs : DataFrame, or another table
            With the columns ``unit_id`` and ``nonprofit_id``.

        Returns
        -------
        ndarray of shape (n_pairs,), float64

        Raises
        ------
        SettingsError, UnknownIdError
            When a column is missing, or there is no such unit or nonprofit.
        """
        self._fitted_nonprofits()
        frame = taken(pairs, "pairs")
        missing = [column for column in PAIR if column not in frame]
        if missing:
            raise SettingsError(Message(NO_PAIRS, missing=Joined(missing)))
        return self._last_match().scores(*(frame[column].tolist() for column in PAIR))

    def _fitted_nonprofits(self) -> FittedNonprofits:
        if not hasattr(self, "settings_"):
            raise NotFittedError(Message("this PartnerMatcher is not fitted yet: call fit(nonprofits) first"))
        return self._fitted if hasattr(self, "_fitted") else self._prepare()

    def _last_match(self) -> Match:
        fitted = self._fitted_nonprofits()
        if self._match is None and self._units_given is not None:  # a matcher that was pickled or copied
            table = read_table("units", self._units_given, extra_columns=extra_columns(fitted.criteria, "units"))
            self._match = fitted.match(table, self._match_settings)
        if self._match is None:
            raise NotFittedError(NO_MATCH)
        return self._match

    def _caller_ids(self, units: Table) -> CallerIds:
        given = self._units_given
        return CallerIds.of(
            *(() if given is None else ((units, given, Unit.ID),)),
            (self._nonprofits_table, self._nonprofits_given, Nonprofit.ID),
        )
