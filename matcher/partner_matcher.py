"""`PartnerMatcher`: the five lines that a user writes, in scikit-learn's manner."""

from __future__ import annotations

from sklearn.base import BaseEstimator

from matcher.estimator import Matching


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
