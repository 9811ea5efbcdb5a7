"""What a change of weights does to shortlists: ranks along a sweep of one weight, and what moved between two lists."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from matcher.api.estimator import PartnerMatcher
from matcher.errors import SettingsError, UnknownIdError, nearest
from matcher.messages import Message
from matcher.tables.schema.columns import Shortlist


def weight_sweep(
    matcher: PartnerMatcher,
    units: pd.DataFrame,
    unit_id: str | int,
    criterion: str,
    weights: Sequence[float],
    *,
    top: int = 8,
) -> pd.DataFrame:
    """Return the top of one unit's shortlist at each weight of one criterion, all other settings as they are.

    Parameters
    ----------
    matcher : PartnerMatcher
        Fitted.
    units : DataFrame
        All units of the run: what a text says depends on the texts of all.
    unit_id : str or int
    criterion : str
    weights : sequence of float
    top : int
        Nonprofits on the list.

    Returns
    -------
    DataFrame
        ``weight``, ``nonprofit`` (its name), ``rank`` and ``score``, one row a weight and nonprofit; for
        :func:`matcher.reports.charts.weights_sensitivity`.

    Raises
    ------
    SettingsError
        When there is no such criterion.
    UnknownIdError
        When there is no such unit.
    """
    _check_unit(units, unit_id)
    settings = matcher.settings_
    if criterion not in settings.weights:
        known = list(settings.weights)
        raise SettingsError(
            Message(
                "there is no criterion '{criterion}'{hint} (known: {known})",
                criterion=criterion,
                hint=nearest(criterion, known),
                known=", ".join(known),
            )
        )
    found = []
    for weight in weights:
        mine = _list_of(matcher, units, unit_id, {f"weights.{criterion}": float(weight)}, top)
        found.append(
            pd.DataFrame(
                {
                    "weight": float(weight),
                    "nonprofit": mine[Shortlist.NONPROFIT_NAME].to_numpy(),
                    "rank": mine[Shortlist.RANK].to_numpy(),
                    "score": mine[Shortlist.SCORE].to_numpy(),
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def weight_effects(
    matcher: PartnerMatcher,
    units: pd.DataFrame,
    unit_id: str | int,
    *,
    factors: Sequence[float] = (0.5, 2.0),
    top: int = 10,
    first: int = 3,
) -> pd.DataFrame:
    """Tell how much one unit's shortlist depends on each weight: each is multiplied, all other settings as they are.

    Parameters
    ----------
    matcher : PartnerMatcher
        Fitted.
    units : DataFrame
        All units of the run.
    unit_id : str or int
    factors : sequence of float
        What each weight is multiplied by, in turn.
    top : int
        Nonprofits on the list.
    first : int
        Nonprofits at the head of the list whose change is named.

    Returns
    -------
    DataFrame
        One row per criterion and factor: ``criterion``, ``factor``, ``weight`` (the multiplied one), ``stay`` (how many of the list stay
        on it), ``new_in_first`` and ``gone_from_first`` (names; empty where the same nonprofits come first).

    Raises
    ------
    UnknownIdError
        When there is no such unit.
    """
    _check_unit(units, unit_id)
    now = _list_of(matcher, units, unit_id, {}, top)
    rows = []
    for criterion, weight in matcher.settings_.weights.items():
        for factor in factors:
            then = _list_of(matcher, units, unit_id, {f"weights.{criterion}": weight * factor}, top)
            stay = int(then[Shortlist.NONPROFIT_ID].isin(now[Shortlist.NONPROFIT_ID]).sum())
            new, gone = (
                _names_missing(one.head(first), other.head(first)) for one, other in ((then, now), (now, then))
            )
            rows.append((criterion, float(factor), weight * factor, stay, new, gone))
    return pd.DataFrame(rows, columns=["criterion", "factor", "weight", "stay", "new_in_first", "gone_from_first"])


def _check_unit(units: pd.DataFrame, unit_id: str | int) -> None:
    ids = [str(name) for name in units[Shortlist.UNIT_ID]]
    if str(unit_id) not in ids:
        raise UnknownIdError(
            Message(
                "there is no unit '{missing}'{hint}",
                missing=str(unit_id),
                hint=nearest(str(unit_id), ids),
            )
        )


def _list_of(
    matcher: PartnerMatcher, units: pd.DataFrame, unit_id: str | int, overrides: dict[str, float], top: int
) -> pd.DataFrame:
    """Shortlist of one unit under other settings."""
    chosen = matcher.settings_.with_overrides({**overrides, "shortlist.top": top})
    listed = matcher.match(units, chosen).shortlists().table
    return listed[listed[Shortlist.UNIT_ID].astype(str) == str(unit_id)]


def _names_missing(one: pd.DataFrame, other: pd.DataFrame) -> str:
    """Names of the nonprofits on one list that are not on the other, with ``;`` between."""
    missing = one[~one[Shortlist.NONPROFIT_ID].isin(other[Shortlist.NONPROFIT_ID])]
    return "; ".join(missing[Shortlist.NONPROFIT_NAME])


def moved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Changes of rank and score between two shortlists of the same units.

    Parameters
    ----------
    before, after : DataFrame
        As :meth:`matcher.PartnerMatcher.shortlist` gives them.

    Returns
    -------
    DataFrame
        ``unit_id``, ``nonprofit_id``, ``nonprofit_name``, ``rank_before``, ``rank_after`` (missing where it was, or is,
        off the list) and ``score_change``; one row a pair whose rank changed, by unit and new rank.

    Examples
    --------
    >>> before = pd.DataFrame({"unit_id": ["u", "u"], "nonprofit_id": ["a", "b"], "nonprofit_name": ["A", "B"],
    ...                        "rank": [1, 2], "score": [0.6, 0.5]})
    >>> after = before.assign(rank=[2, 1], score=[0.4, 0.5])
    >>> moved(before, after)[["nonprofit_name", "rank_before", "rank_after", "score_change"]].values.tolist()
    [['B', 2, 1, 0.0], ['A', 1, 2, -0.2]]
    """
    keys = [Shortlist.UNIT_ID, Shortlist.NONPROFIT_ID]
    columns = [*keys, Shortlist.NONPROFIT_NAME, Shortlist.RANK, Shortlist.SCORE]
    both = before[columns].merge(after[columns], on=keys, how="outer", suffixes=("_before", "_after"))
    both[Shortlist.NONPROFIT_NAME] = both["nonprofit_name_after"].fillna(both["nonprofit_name_before"])
    for name in ("rank_before", "rank_after"):
        both[name] = both[name].astype("Int64")
    both["score_change"] = (both["score_after"] - both["score_before"]).round(6)
    changed = both["rank_before"].fillna(0) != both["rank_after"].fillna(0)
    ordered = both[changed].sort_values([Shortlist.UNIT_ID, "rank_after", "rank_before"], na_position="last")
    return ordered[[*keys, Shortlist.NONPROFIT_NAME, "rank_before", "rank_after", "score_change"]].reset_index(
        drop=True
    )
