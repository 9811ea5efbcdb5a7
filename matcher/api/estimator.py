"""`PartnerMatcher`: the five lines that a user writes, in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from matcher.api.matcher import Matching
from matcher.settings import Settings
from matcher.tables.schema.columns import Partnership

_NESTED = "settings__"


class PartnerMatcher(Matching, BaseEstimator):  # type: ignore[misc]
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
    cache_folder : str or Path, optional
        Folder to keep embeddings in, so that a text is embedded once, and not again in the next run. Default: none.

    Attributes
    ----------
    settings_ : Settings
        The settings in force.
    nonprofits_ : DataFrame
        The nonprofits that were fitted, in the order of the file.
    units_ : DataFrame
        The units of the last shortlist.
    evenness_price_ : ExposureTradeoff or None
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
            Units and nonprofits that the pairs are of; see :mod:`matcher.api.model_selection`.

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
        if lists is None:
            return super().fit(nonprofits, partnerships=partnerships)
        units, all_nonprofits = lists
        super().fit(all_nonprofits, partnerships=_history_of(nonprofits, y, partnerships))
        self.scorer(units)
        return self


def _flat(mapping: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return nested values by their path, with ``__`` between."""
    found: dict[str, Any] = {}
    for key, value in mapping.items():
        path = f"{prefix}__{key}"
        if isinstance(value, dict):
            found |= _flat(value, path)
        found[path] = value
    return found


def _history_of(pairs: pd.DataFrame, positives: Any, partnerships: pd.DataFrame | None) -> pd.DataFrame:
    """Return the partnerships of the units that pairs are of; without any, the pairs that came about."""
    if partnerships is not None:
        mine = partnerships[Partnership.UNIT_ID].isin(pairs[Partnership.UNIT_ID].unique())
        return partnerships[mine].reset_index(drop=True)
    chosen = np.zeros(len(pairs), dtype=bool) if positives is None else np.asarray(positives).astype(bool)
    keys = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
    return pairs.loc[chosen, keys].assign(**{Partnership.STATUS: "completed"}).reset_index(drop=True)
